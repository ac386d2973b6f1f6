package keyring

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"baitai/crypto"
	"baitai/spool"
)

const publicName = "public"

// Create makes the keys of a new site in the folder dir, which must not exist,
// and the public halves in the folder public beside it. The folder appears with
// all keys or not at all; a half-made one from a crash is removed first. The age
// key comes from the operating system's randomness, the others from random.
// created is written into the files, in its zone.
//
// Where Create fails behind the keys, at the public halves, the keys stay; Open
// and [Ring.WritePublic] finish the work.
func Create(disk *spool.Disk, dir, site string, created time.Time, random io.Reader) (*Ring, error) {
	if site == "" || utf8.RuneCountInString(site) > 100 || !utf8.ValidString(site) || strings.ContainsFunc(site, unicode.IsControl) {
		return nil, ErrSite
	}
	if _, err := os.Lstat(dir); err == nil {
		return nil, ErrExists
	} else if !errors.Is(err, fs.ErrNotExist) {
		return nil, bare(err)
	}
	parent, base := filepath.Split(filepath.Clean(dir))
	temp := filepath.Join(parent, ".tmp-"+base)
	if _, err := os.Lstat(temp); err == nil {
		// Keys that nobody has ever used: removing them loses nothing.
		if err := disk.RemoveAll(temp); err != nil {
			return nil, fmt.Errorf("keyring: %w", err)
		}
	}
	if err := disk.Mkdir(temp, 0o700); err != nil {
		return nil, fmt.Errorf("keyring: %w", err)
	}
	if err := fill(disk, temp, site, created, random); err != nil {
		// The next Create removes what is left; what went wrong is what counts.
		_ = disk.RemoveAll(temp)
		return nil, err
	}
	if err := disk.Rename(temp, filepath.Clean(dir)); err != nil {
		if errors.Is(err, spool.ErrExists) {
			return nil, ErrExists
		}
		return nil, fmt.Errorf("keyring: %w", err)
	}
	ring, err := Open(dir)
	if err != nil {
		return nil, err
	}
	return ring, ring.WritePublic(disk, filepath.Join(parent, publicName))
}

// fill writes the four files.
func fill(disk *spool.Disk, dir, site string, created time.Time, random io.Reader) error {
	put := func(name string, write func(io.Writer) error) error {
		if err := disk.Put(dir, name, 0o600, write); err != nil {
			return fmt.Errorf("keyring: %s: %w", name, err)
		}
		return nil
	}
	id, err := crypto.NewIdentity()
	if err != nil {
		return err
	}
	err = put(SiteName, func(w io.Writer) error {
		return id.WriteKey(w, "baitai "+site+": opens what is kept in the site (サイト鍵)", created)
	})
	if err != nil {
		return err
	}
	for _, one := range []struct {
		name, comment string
		kind          kind
	}{
		{LedgerName, ": signs the ledger (台帳署名鍵)", ledgerKind},
		{SignerName, ": signs results (結果署名鍵)", signerKind},
		{MACName, ": keyed hashes (照合値鍵)", macKind},
	} {
		secret := make([]byte, secretBytes)
		if _, err := io.ReadFull(random, secret); err != nil {
			return fmt.Errorf("keyring: randomness: %w", err)
		}
		err := put(one.name, func(w io.Writer) error {
			return one.kind.write(w, "baitai "+site+one.comment, created, secret)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// WritePublic writes the public halves into dir, which it makes where it is not
// there. A file that says the same already is left alone; one that says something
// else is [ErrExists].
func (r *Ring) WritePublic(disk *spool.Disk, dir string) error {
	if _, err := os.Lstat(dir); errors.Is(err, fs.ErrNotExist) {
		if err := disk.Mkdir(dir, 0o755); err != nil {
			return fmt.Errorf("keyring: %w", err)
		}
	}
	for _, file := range [][2]string{
		{SitePublicName, r.Recipient().String() + "\n"},
		{SignerPublicName, openSSH(r.SigningPublic()) + " baitai\n"},
	} {
		name, line := file[0], file[1]
		err := disk.Put(dir, name, 0o644, func(w io.Writer) error {
			_, err := io.WriteString(w, line)
			return err
		})
		if errors.Is(err, spool.ErrExists) {
			old, readErr := os.ReadFile(filepath.Join(dir, name))
			if readErr == nil && bytes.Equal(old, []byte(line)) {
				continue
			}
			return ErrExists
		}
		if err != nil {
			return fmt.Errorf("keyring: %s: %w", name, err)
		}
	}
	return nil
}

// openSSH writes a public key as OpenSSH does (RFC 8709, section 4).
func openSSH(pub ed25519.PublicKey) string {
	const name = "ssh-ed25519"
	var wire []byte
	for _, field := range [][]byte{[]byte(name), pub} {
		wire = binary.BigEndian.AppendUint32(wire, uint32(len(field)))
		wire = append(wire, field...)
	}
	return name + " " + base64.StdEncoding.EncodeToString(wire)
}
