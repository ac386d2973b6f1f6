package sealed

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"baitai/crypto"
	"baitai/crypto/manifest"
	"baitai/crypto/passworded"
	"baitai/pipeline/issue"
)

// An Opened is a plain file that was opened with a password.
type Opened struct {
	Name   string
	Digest crypto.Digest
}

// ByPassword reports whether a result opens with the office's password instead of a
// key: it was made to go by internal mail (庁内メール), and its list of contents is
// sealed to the site itself.
func ByPassword(m *manifest.Manifest) bool { return len(protected(m)) > 0 }

func protected(m *manifest.Manifest) []manifest.File {
	var list []manifest.File
	for _, f := range m.Files {
		if strings.HasSuffix(f.Name, bookSuffix) || strings.HasSuffix(f.Name, zipSuffix) {
			list = append(list, f)
		}
	}
	return list
}

const bookSuffix, zipSuffix = ".xlsx", ".zip"

// OpenWithPassword verifies the result in a folder and opens its workbook or zip
// into another. What comes out is what the signed manifest is of: the encrypted file
// has its digest, and the password's own code covers each byte. After an error
// nothing is left.
func (c Checker) OpenWithPassword(folder, to string, p passworded.Password) (m *manifest.Manifest, done []Opened, err error) {
	if m, err = c.Verify(folder); err != nil {
		return nil, nil, err
	}
	files := protected(m)
	if len(files) == 0 {
		return nil, nil, issue.New(issue.OpensWithKey, issue.Pos{})
	}
	defer func() {
		if err == nil {
			return
		}
		for _, o := range done {
			err = errors.Join(err, os.Remove(filepath.Join(to, o.Name)))
		}
		m, done = nil, nil
	}()
	for _, f := range files {
		opened, err := c.openProtected(folder, to, m, f, p)
		done = append(done, opened...)
		if err != nil {
			return nil, done, passwordIssue(err, m)
		}
	}
	return m, done, nil
}

// ratioMost is more than deflate can unpack to; what the sender has signed is not
// expected to be a bomb, but is bounded all the same.
const ratioMost = 1100

func (c Checker) openProtected(folder, to string, m *manifest.Manifest, f manifest.File, p passworded.Password) (done []Opened, err error) {
	file, err := os.Open(filepath.Join(folder, f.Name))
	if err != nil {
		return nil, err
	}
	defer file.Close()
	at := stoppingAt{file, c.Stop}
	put := func(name string, r io.Reader) error {
		sum, err := crypto.Save(to, name, r, f.Bytes*ratioMost)
		if err == nil {
			done = append(done, Opened{name, sum})
		}
		return err
	}
	if strings.HasSuffix(f.Name, bookSuffix) {
		plain, n, err := passworded.OpenWorkbook(at, f.Bytes, p)
		if err != nil {
			return nil, err
		}
		err = put(f.Name, io.NewSectionReader(plain, 0, n))
		return done, errors.Join(err, m.CheckFile(f.Name, io.NewSectionReader(at, 0, f.Bytes)))
	}
	z, err := passworded.OpenZip(at, f.Bytes, p)
	if err != nil {
		return nil, err
	}
	for _, name := range z.Names() {
		r, err := z.Open(name)
		if err != nil {
			return done, err
		}
		if err := put(name, r); err != nil {
			return done, err
		}
	}
	// The bytes that were verified are the bytes that were opened.
	return done, m.CheckFile(f.Name, io.NewSectionReader(at, 0, f.Bytes))
}

func passwordIssue(err error, m *manifest.Manifest) error {
	none := issue.Pos{}
	switch {
	case errors.Is(err, passworded.ErrPassword):
		return issue.New(issue.ResultPassword, none).Because(err)
	case errors.Is(err, passworded.ErrChanged), errors.Is(err, passworded.ErrDamaged), errors.Is(err, passworded.ErrOldEncryption),
		errors.Is(err, passworded.ErrOtherCipher), errors.Is(err, crypto.ErrName):
		return issue.New(issue.SealDamaged, none).Because(err)
	case errors.Is(err, fs.ErrNotExist):
		return issue.New(issue.CannotRead, none).Because(err)
	}
	return openIssue(err, m)
}
