package passworded

import (
	"bufio"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"encoding/binary"
	"io"
)

// NewWorkbook returns a writer that encrypts a workbook (the package, an XLSX
// file) under a password and writes it to w when it is closed. Until then what is
// encrypted already lies in scratch, which MUST be empty: the form puts sizes and
// integrity code where they can only be written last, and w is written from front
// to back. scratch never holds anything plain.
//
// Close MUST be called and its error heeded; it closes neither w nor scratch.
func NewWorkbook(w io.Writer, scratch io.ReadWriteSeeker, p Password, random io.Reader) (io.WriteCloser, error) {
	if p.IsZero() {
		return nil, ErrPassword
	}
	keys, err := newAgileKeys(p, random)
	if err != nil {
		return nil, err
	}
	c, err := aes.NewCipher(keys.key)
	if err != nil {
		return nil, err
	}
	return &workbookWriter{to: w, scratch: scratch, out: bufio.NewWriterSize(scratch, 64<<10), keys: keys, cipher: c,
		segment: make([]byte, 0, segmentBytes)}, nil
}

type workbookWriter struct {
	to      io.Writer
	scratch io.ReadWriteSeeker
	out     *bufio.Writer // to scratch
	keys    *agileKeys
	cipher  cipher.Block
	segment []byte // plain, not yet encrypted
	number  uint32 // of the segment
	size    int64  // plain bytes so far
	err     error
}

func (w *workbookWriter) Write(p []byte) (int, error) {
	if w.err != nil {
		return 0, w.err
	}
	if w.size+int64(len(p)) > packageMost {
		w.err = ErrTooLarge
		return 0, w.err
	}
	done := 0
	for done < len(p) {
		n := min(len(p)-done, segmentBytes-len(w.segment))
		w.segment = append(w.segment, p[done:done+n]...)
		done += n
		w.size += int64(n)
		if len(w.segment) == segmentBytes {
			if w.err = w.flush(); w.err != nil {
				return done, w.err
			}
		}
	}
	return done, nil
}

// flush encrypts the segment.
func (w *workbookWriter) flush() error {
	var block [4]byte
	binary.LittleEndian.PutUint32(block[:], w.number)
	_, err := w.out.Write(encryptCBC(w.cipher, w.keys.data.start(block[:]), w.segment))
	w.number++
	clear(w.segment)
	w.segment = w.segment[:0]
	return err
}

// Close writes the file.
func (w *workbookWriter) Close() error {
	if w.err != nil {
		return w.err
	}
	w.err = io.ErrClosedPipe // for whoever writes or closes once more
	if len(w.segment) > 0 {
		if err := w.flush(); err != nil {
			return err
		}
	}
	if err := w.out.Flush(); err != nil {
		return err
	}
	sealed := (w.size + aes.BlockSize - 1) / aes.BlockSize * aes.BlockSize
	mac := hmac.New(w.keys.data.hash, w.keys.hmacKey)
	if err := w.copyPackage(mac, sealed); err != nil {
		return err
	}
	entries := workbookDir(w.keys.info(w.cipher, mac.Sum(nil)))
	if streamed := 8 + sealed; streamed < miniCutoff {
		var small writeBytes
		if err := w.copyPackage(&small, sealed); err != nil {
			return err
		}
		entries[entryPackage].content = small
	}
	layout := layOut(entries, entryPackage, 8+sealed)
	return layout.write(w.to, func(to io.Writer) error { return w.copyPackage(to, sealed) })
}

// copyPackage gives the stream EncryptedPackage: the plain size, the segments.
func (w *workbookWriter) copyPackage(to io.Writer, sealed int64) error {
	if _, err := w.scratch.Seek(0, io.SeekStart); err != nil {
		return err
	}
	if _, err := to.Write(binary.LittleEndian.AppendUint64(nil, uint64(w.size))); err != nil {
		return err
	}
	_, err := io.CopyN(to, w.scratch, sealed)
	return err
}

type writeBytes []byte

func (b *writeBytes) Write(p []byte) (int, error) {
	*b = append(*b, p...)
	return len(p), nil
}

// OpenWorkbook gives the package of an encrypted workbook, the size bytes of r, by
// random access, and its size. Password and integrity of the whole are checked
// before; then r is read again as the package is.
func OpenWorkbook(r io.ReaderAt, size int64, p Password) (io.ReaderAt, int64, error) {
	file, err := openCFB(r, size)
	if err != nil {
		return nil, 0, err
	}
	raw, err := file.small("EncryptionInfo", infoMost)
	if err != nil {
		return nil, 0, err
	}
	info, err := parseInfo(raw)
	if err != nil {
		return nil, 0, err
	}
	c, data, err := info.unlock(p)
	if err != nil {
		return nil, 0, err
	}
	pkg, err := file.stream("EncryptedPackage")
	if err != nil {
		return nil, 0, err
	}
	if err := info.checkIntegrity(c, data, bufio.NewReaderSize(io.NewSectionReader(pkg, 0, pkg.size), 64<<10)); err != nil {
		return nil, 0, err
	}
	var head [8]byte
	if _, err := pkg.ReadAt(head[:], 0); err != nil {
		return nil, 0, ErrDamaged
	}
	plain := binary.LittleEndian.Uint64(head[:])
	if plain > uint64(pkg.size-8)/aes.BlockSize*aes.BlockSize {
		return nil, 0, ErrDamaged
	}
	return &packageReader{pkg: pkg, size: int64(plain), cipher: c, data: data}, int64(plain), nil
}

// A packageReader decrypts the segments that are asked for.
type packageReader struct {
	pkg    *cfbStream
	size   int64
	cipher cipher.Block
	data   suite
}

func (r *packageReader) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 {
		return 0, ErrDamaged
	}
	done := 0
	for done < len(p) && off < r.size {
		number := off / segmentBytes
		plain, err := r.segment(number)
		if err != nil {
			return done, err
		}
		n := copy(p[done:], plain[off-number*segmentBytes:])
		done, off = done+n, off+int64(n)
	}
	if done < len(p) {
		return done, io.EOF
	}
	return done, nil
}

func (r *packageReader) segment(number int64) ([]byte, error) {
	from := number * segmentBytes
	plain := min(segmentBytes, r.size-from)
	sealed := make([]byte, (plain+aes.BlockSize-1)/aes.BlockSize*aes.BlockSize)
	if _, err := r.pkg.ReadAt(sealed, 8+from); err != nil {
		return nil, err
	}
	var block [4]byte
	binary.LittleEndian.PutUint32(block[:], uint32(number))
	out, err := decryptCBC(r.cipher, r.data.start(block[:]), sealed)
	if err != nil {
		return nil, err
	}
	return out[:plain], nil
}
