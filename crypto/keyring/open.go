package keyring

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"baitai/crypto"
)

// Open reads the keys of a folder. All that is wrong is told at once: the error
// joins *MissingError, *ModeError, *OwnerError and *ParseError, which errors.As
// and [Problems] find.
func Open(dir string) (*Ring, error) {
	root, err := os.OpenRoot(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &MissingError{"."}
	}
	if err != nil {
		return nil, bare(err)
	}
	defer root.Close()
	f := folder{root: root}
	f.folder()
	k := &keys{}
	if text := f.read(SiteName); text != nil {
		id, err := parseSite(text)
		f.add(err)
		k.site = id
	}
	if secret := f.secret(LedgerName, ledgerKind); secret != nil {
		k.ledger = ed25519.NewKeyFromSeed(secret)
	}
	if secret := f.secret(SignerName, signerKind); secret != nil {
		k.signer = ed25519.NewKeyFromSeed(secret)
	}
	if secret := f.secret(MACName, macKind); secret != nil {
		mac, err := crypto.ParseMACKey(secret)
		f.add(err)
		k.mac = mac
	}
	if len(f.wrong) > 0 {
		return nil, errors.Join(f.wrong...)
	}
	return &Ring{func() *keys { return k }}, nil
}

// Problems takes the errors that Open has joined apart.
func Problems(err error) []error {
	if err == nil {
		return nil
	}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		return joined.Unwrap()
	}
	return []error{err}
}

// A folder gathers what is wrong.
type folder struct {
	root  *os.Root
	wrong []error
}

func (f *folder) add(err error) {
	if err != nil {
		f.wrong = append(f.wrong, err)
	}
}

// folder checks the folder itself.
func (f *folder) folder() {
	st, err := f.root.Stat(".")
	if err != nil {
		f.add(bare(err))
		return
	}
	f.check(".", st, st.IsDir())
}

// check checks mode and owner. On Windows neither means anything.
func (f *folder) check(name string, st fs.FileInfo, kindOK bool) {
	if !kindOK || openToOthers(st) {
		f.add(&ModeError{name, st.Mode()})
	}
	if uid, mine := owner(st); !mine {
		f.add(&OwnerError{name, uid})
	}
}

// read returns the text of a key file, or nil where there is none to be had.
func (f *folder) read(name string) []byte {
	st, err := f.root.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) {
		f.add(&MissingError{name})
		return nil
	}
	if err != nil {
		f.add(bare(err))
		return nil
	}
	f.check(name, st, st.Mode().IsRegular())
	if !st.Mode().IsRegular() {
		return nil // opening a FIFO would wait for ever
	}
	in, err := f.root.Open(name)
	if err != nil {
		f.add(bare(err))
		return nil
	}
	defer in.Close()
	now, err := in.Stat()
	if err != nil || !os.SameFile(st, now) {
		f.add(&ModeError{name, st.Mode()}) // exchanged between the look and the opening
		return nil
	}
	text, err := io.ReadAll(io.LimitReader(in, keyFileBytesMax+1))
	if err != nil {
		f.add(bare(err))
		return nil
	}
	if len(text) > keyFileBytesMax {
		f.add(&ParseError{name, 0, ErrSize})
		return nil
	}
	return append([]byte{}, text...) // never nil
}

func (f *folder) secret(name string, k kind) []byte {
	text := f.read(name)
	if text == nil {
		return nil
	}
	secret, line, err := k.parse(text)
	if err != nil {
		f.add(&ParseError{name, line, err})
	}
	return secret
}

// bare takes the path of the site out of an error of package os.
func bare(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return fmt.Errorf("keyring: %s: %w", e.Op, e.Err)
	}
	return err
}
