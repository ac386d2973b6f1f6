package manifest

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"baitai/crypto"
	"baitai/crypto/sshsig"
)

// Read verifies the manifest that lies in a folder; the sealed files are not
// looked at.
func Read(folder fs.FS, signers *sshsig.Signers, at time.Time) (*Manifest, error) {
	text, err := small(folder, Name)
	if err != nil {
		return nil, err
	}
	sig, err := small(folder, SignatureName)
	if err != nil {
		return nil, err
	}
	return Verify(text, sig, signers, at)
}

// small reads a file of at most bytesMax bytes.
func small(folder fs.FS, name string) ([]byte, error) {
	f, err := folder.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &FileError{name, ErrMissing}
	}
	if err != nil {
		return nil, bareFile(name, err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, bytesMax+1))
	if err != nil {
		return nil, bareFile(name, err)
	}
	if len(text) > bytesMax {
		return nil, &FileError{name, ErrTooLarge}
	}
	return text, nil
}

// ReadContents opens the sealed list of contents of a verified result.
func (m *Manifest) ReadContents(folder fs.FS, with ...*crypto.Identity) (*Contents, error) {
	sealed, err := small(folder, ContentsName)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(m.Files, func(f File) bool { return f.Name == ContentsName })
	if i < 0 {
		return nil, &FileError{ContentsName, ErrNotListed}
	}
	// The bytes that are checked are the bytes that are opened.
	r, err := crypto.Open(Expect(bytes.NewReader(sealed), ContentsName, m.Files[i].SHA256, m.Files[i].Bytes), with...)
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(io.LimitReader(r, bytesMax+1))
	if err != nil {
		return nil, err
	}
	c, err := DecodeContents(text)
	if err != nil {
		return nil, err
	}
	return c, m.CheckContents(c)
}

// OpenInto opens all sealed files of a verified result into the folder dst, each
// under its plain name and mode 0600, and checks every byte against both
// manifests on the way. After an error none of the files is left. Nothing is
// overwritten.
func (m *Manifest) OpenInto(dst string, folder fs.FS, with ...*crypto.Identity) (c *Contents, err error) {
	if c, err = m.ReadContents(folder, with...); err != nil {
		return nil, err
	}
	var done []string
	defer func() {
		if err == nil {
			return
		}
		c = nil
		for _, name := range done {
			err = errors.Join(err, os.Remove(filepath.Join(dst, name)))
		}
	}()
	for _, f := range c.Files {
		if err = m.openOne(dst, folder, f, with); err != nil {
			return nil, err
		}
		done = append(done, f.Name)
	}
	return c, nil
}

func (m *Manifest) openOne(dst string, folder fs.FS, c Content, with []*crypto.Identity) error {
	i := slices.IndexFunc(m.Files, func(f File) bool { return f.Name == c.Sealed })
	if i < 0 {
		return &FileError{c.Sealed, ErrNotListed} // CheckContents has seen to it
	}
	f, err := folder.Open(c.Sealed)
	if errors.Is(err, fs.ErrNotExist) {
		return &FileError{c.Sealed, ErrMissing}
	}
	if err != nil {
		return bareFile(c.Sealed, err)
	}
	defer f.Close()
	sealed := Expect(f, c.Sealed, m.Files[i].SHA256, m.Files[i].Bytes)
	var plain io.Reader
	if c.Packed() {
		var r io.ReadCloser
		if r, err = crypto.UnpackAtMost(c.Bytes, sealed, with...); err == nil {
			defer r.Close() // returns memory; it cannot fail
			plain = r
		}
	} else {
		plain, err = crypto.Open(sealed, with...)
	}
	if err != nil {
		return fileError(c.Sealed, err)
	}
	_, err = crypto.Save(dst, c.Name, Expect(plain, c.Name, c.SHA256, c.Bytes), c.Bytes)
	if err != nil {
		return fileError(c.Name, err)
	}
	return nil
}

// fileError names the file, unless the error does already.
func fileError(name string, err error) error {
	if _, ok := errors.AsType[*FileError](err); ok {
		return err
	}
	return &FileError{name, err}
}
