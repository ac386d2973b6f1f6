package manifest

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"io"
	"io/fs"
	"slices"
	"time"

	"baitai/crypto"
	"baitai/crypto/sshsig"
)

// Sign returns the signature of an encoded manifest, for [SignatureName].
func Sign(manifest []byte, key ed25519.PrivateKey) ([]byte, error) {
	return sshsig.Sign(key, Namespace, bytes.NewReader(manifest))
}

// Verify reads a manifest and makes sure that its site has signed it: signers
// must hold the key under the very name of the site, so that no site can sign for
// another. at is the time at which the key must be valid; whoever trusts the
// manifest's own time lets a key sign after its end.
//
// Errors are those of [Decode] and of package sshsig.
func Verify(manifest, sig []byte, signers *sshsig.Signers, at time.Time) (*Manifest, error) {
	m, err := Decode(manifest)
	if err != nil {
		return nil, err
	}
	if err := sshsig.Verify(signers, m.Site, Namespace, bytes.NewReader(manifest), sig, at); err != nil {
		return nil, err
	}
	return m, nil
}

// CheckSite returns [ErrSite] unless the manifest is of that site.
func (m *Manifest) CheckSite(site string) error {
	if m.Site != site {
		return ErrSite
	}
	return nil
}

// CheckJob returns [ErrJob] unless the manifest is of that job.
func (m *Manifest) CheckJob(job string) error {
	if m.Job != job {
		return ErrJob
	}
	return nil
}

// CheckOffice returns [ErrOffice] unless the manifest is for that office, and
// [ErrOfficeKey] unless the key is one of those it is sealed to. A result that was
// sealed anew for somebody else is found out by it.
func (m *Manifest) CheckOffice(office string, key crypto.Recipient) error {
	if m.Office != office {
		return ErrOffice
	}
	if key.IsZero() || !slices.Contains(m.OfficeKeys, key.Fingerprint()) {
		return ErrOfficeKey
	}
	return nil
}

// CheckContents returns [ErrContents] unless c is of the same part of the same
// result, and speaks of all of its sealed files and of no others. Of a list that
// was split (分割) every part must be there once, in order, or it is a *PartError, and
// together they have all rows that were answered, or it is [ErrRows].
func (m *Manifest) CheckContents(c *Contents) error {
	if c.Site != m.Site || c.Job != m.Job || c.Office != m.Office || c.Part != m.Part || c.Parts != m.Parts || !c.Created.Equal(m.Created.Truncate(time.Second)) {
		return ErrContents
	}
	want := map[string]bool{ContentsName: true}
	for _, f := range c.Files {
		want[f.Sealed] = true
	}
	for _, f := range m.Files {
		if !want[f.Name] {
			return ErrContents
		}
		delete(want, f.Name)
	}
	if len(want) > 0 {
		return ErrContents
	}
	return m.checkParts(c)
}

// CheckFile reads a sealed file to its end and returns a *FileError with
// [ErrNotListed], [ErrSize] or [ErrDigest] unless it is the one in the list; or
// what r returned.
func (m *Manifest) CheckFile(name string, r io.Reader) error {
	i := slices.IndexFunc(m.Files, func(f File) bool { return f.Name == name })
	if i < 0 {
		return &FileError{name, ErrNotListed}
	}
	_, err := io.Copy(io.Discard, Expect(r, name, m.Files[i].SHA256, m.Files[i].Bytes))
	return err
}

// CheckFolder checks that a folder holds all files of the list as they are in it,
// and nothing besides but the manifest, its signature and the ledger's proof. All
// that is wrong is joined.
func (m *Manifest) CheckFolder(folder fs.FS) error {
	entries, err := fs.ReadDir(folder, ".")
	if err != nil {
		return err
	}
	var wrong []error
	there := map[string]bool{}
	for _, e := range entries {
		switch e.Name() {
		case Name, SignatureName, ProofName, EntryName:
			continue
		}
		there[e.Name()] = true
		wrong = append(wrong, m.checkEntry(folder, e))
	}
	for _, f := range m.Files {
		if !there[f.Name] {
			wrong = append(wrong, &FileError{f.Name, ErrMissing})
		}
	}
	return errors.Join(wrong...)
}

func (m *Manifest) checkEntry(folder fs.FS, e fs.DirEntry) error {
	if !e.Type().IsRegular() || !slices.ContainsFunc(m.Files, func(f File) bool { return f.Name == e.Name() }) {
		return &FileError{e.Name(), ErrNotListed}
	}
	f, err := folder.Open(e.Name())
	if err != nil {
		return bareFile(e.Name(), err)
	}
	defer f.Close()
	return m.CheckFile(e.Name(), f)
}

// bareFile takes the path out of an error of package os.
func bareFile(name string, err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		err = e.Err
	}
	return &FileError{name, err}
}

// Expect returns a reader of r that gives io.EOF only where exactly the expected
// bytes have come; otherwise a *FileError with [ErrSize] or [ErrDigest]. In front
// of [crypto.Save] it keeps a wrong file from ever getting its name.
func Expect(r io.Reader, name, sha256 string, size int64) io.Reader {
	return &expecting{r: r, name: name, sum: sha256, size: size, seen: crypto.NewDigester(nil)}
}

type expecting struct {
	r    io.Reader
	name string
	sum  string
	size int64
	seen *crypto.Digester
	err  error // sticky
}

func (e *expecting) Read(p []byte) (int, error) {
	if e.err != nil {
		return 0, e.err
	}
	n, err := e.r.Read(p)
	_, _ = e.seen.Write(p[:n]) // a digester without a writer behind never fails
	switch {
	case e.seen.Bytes() > e.size, err == io.EOF && e.seen.Bytes() < e.size:
		n, e.err = 0, &FileError{e.name, ErrSize}
	case err == io.EOF && e.seen.Digest().Hex() != e.sum:
		n, e.err = 0, &FileError{e.name, ErrDigest}
	default:
		e.err = err
	}
	return n, e.err
}
