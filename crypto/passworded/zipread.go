package passworded

import (
	"archive/zip"
	"bufio"
	"compress/flate"
	"crypto/hmac"
	"encoding/binary"
	"errors"
	"io"
	"slices"
)

// entriesMost is how many entries are looked at: a result has a handful.
const entriesMost = 1000

// A Zip is an archive that opens with a password.
type Zip struct {
	r        io.ReaderAt
	files    []*zip.File
	password Password
}

// OpenZip opens the size bytes of r. Every entry must be encrypted with AES-256;
// the password is tried on the first.
func OpenZip(r io.ReaderAt, size int64, p Password) (*Zip, error) {
	z, err := zip.NewReader(io.NewSectionReader(r, 0, size), size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return nil, zipError(err)
	}
	if len(z.File) == 0 || len(z.File) > entriesMost {
		return nil, ErrDamaged
	}
	names := make(map[string]bool)
	for _, f := range z.File {
		if f.Flags&1 == 0 || names[f.Name] {
			return nil, ErrDamaged // a file that somebody put in, or two of one name
		}
		names[f.Name] = true
		if f.Method != aesMethod {
			return nil, ErrOldEncryption
		}
		if _, err := aesMethodOf(f); err != nil {
			return nil, err
		}
	}
	out := &Zip{r: r, files: z.File, password: p}
	_, _, err = out.keys(z.File[0])
	return out, err
}

// zipError leaves out what the library quotes; a fault of the machine is passed on.
func zipError(err error) error {
	if errors.Is(err, zip.ErrFormat) || errors.Is(err, zip.ErrAlgorithm) || errors.Is(err, zip.ErrChecksum) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return ErrDamaged
	}
	return err
}

// aesMethodOf reads the extra field of an entry: the method under the encryption.
func aesMethodOf(f *zip.File) (uint16, error) {
	extra := f.Extra
	for len(extra) >= 4 {
		id, n := binary.LittleEndian.Uint16(extra), int(binary.LittleEndian.Uint16(extra[2:]))
		if len(extra) < 4+n {
			break
		}
		body := extra[4 : 4+n]
		extra = extra[4+n:]
		if id != aesExtraID || n != 7 {
			continue
		}
		method := binary.LittleEndian.Uint16(body[5:])
		if version := binary.LittleEndian.Uint16(body); version != 1 && version != 2 || string(body[2:4]) != "AE" ||
			body[4] != aesStrength || method != zip.Deflate && method != zip.Store {
			return 0, ErrOtherCipher
		}
		return method, nil
	}
	return 0, ErrDamaged
}

// Names lists the entries in the order of the directory. They are not protected:
// whoever writes files by them MUST judge them first.
func (z *Zip) Names() []string {
	var names []string
	for _, f := range z.files {
		names = append(names, f.Name)
	}
	return names
}

// keys derives the keys of an entry and tries the password; it gives the part of
// the file that is encrypted and authenticated.
func (z *Zip) keys(f *zip.File) (*zipKeys, *io.SectionReader, error) {
	size := int64(f.CompressedSize64)
	if size < zipSaltBytes+verifyBytes+macBytes {
		return nil, nil, ErrDamaged
	}
	from, err := f.DataOffset()
	if err != nil {
		return nil, nil, zipError(err)
	}
	head := make([]byte, zipSaltBytes+verifyBytes)
	if err := readFull(z.r, head, from); err != nil {
		return nil, nil, err
	}
	k, err := newZipKeys(z.password, head[:zipSaltBytes])
	if err != nil {
		return nil, nil, err
	}
	if !hmac.Equal(k.verify, head[zipSaltBytes:]) {
		return nil, nil, ErrPassword
	}
	return k, io.NewSectionReader(z.r, from+int64(len(head)), size-int64(len(head))-macBytes), nil
}

// Open gives the content of an entry, after its integrity code was found right by
// reading it once. A wrong password that passed for right (one in 65,536) is
// [ErrChanged] here. A content that is shorter or longer than the directory says
// is [ErrDamaged] at its end.
func (z *Zip) Open(name string) (io.Reader, error) {
	i := slices.IndexFunc(z.files, func(f *zip.File) bool { return f.Name == name })
	if i < 0 {
		return nil, ErrDamaged
	}
	f := z.files[i]
	method, err := aesMethodOf(f)
	if err != nil {
		return nil, err
	}
	k, sealed, err := z.keys(f)
	if err != nil {
		return nil, err
	}
	n, err := io.Copy(k.mac, bufio.NewReaderSize(sealed, 64<<10))
	if err != nil {
		return nil, err
	}
	var code [macBytes]byte
	if n < sealed.Size() {
		return nil, ErrDamaged
	}
	_, at, _ := sealed.Outer()
	if err := readFull(z.r, code[:], at+n); err != nil {
		return nil, err
	}
	if !hmac.Equal(k.mac.Sum(nil)[:macBytes], code[:]) {
		return nil, ErrChanged
	}
	if _, err := sealed.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	plain := io.Reader(&openingReader{sealed, k})
	if method == zip.Deflate {
		plain = flate.NewReader(bufio.NewReaderSize(plain, 64<<10))
	}
	return &exactly{r: plain, left: int64(f.UncompressedSize64)}, nil
}

type openingReader struct {
	r io.Reader
	k *zipKeys
}

func (o *openingReader) Read(p []byte) (int, error) {
	n, err := o.r.Read(p)
	o.k.xor(p[:n])
	return n, err
}

// exactly gives as many bytes as the directory says, which nothing protects, and
// insists that there be neither fewer nor more.
type exactly struct {
	r    io.Reader
	left int64
}

func (e *exactly) Read(p []byte) (int, error) {
	n, err := e.r.Read(p)
	e.left -= int64(n)
	switch {
	case e.left < 0:
		return 0, ErrDamaged
	case err == io.EOF && e.left > 0, err != nil && err != io.EOF:
		return n, zipReadError(err)
	}
	return n, err
}

func zipReadError(err error) error {
	var corrupt flate.CorruptInputError
	if errors.As(err, &corrupt) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return ErrDamaged
	}
	return err
}
