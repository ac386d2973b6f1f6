//go:build linux

package main

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"time"

	"baitai/crypto"
	"baitai/crypto/keyring"
	"baitai/crypto/manifest"
	"baitai/crypto/sshsig"
	"baitai/spool"
	"baitai/spool/ledger"
)

// sign signs the manifest of a folder, as somebody with that key could.
func sign(folder string, key ed25519.PrivateKey) error {
	text, err := os.ReadFile(filepath.Join(folder, manifest.Name))
	if err != nil {
		return err
	}
	sig, err := manifest.Sign(text, key)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(folder, manifest.SignatureName), sig, 0o600)
}

// siteKey is the key with which the site signs: for what somebody inside could do.
func (f *fixture) siteKey() (ed25519.PrivateKey, error) {
	keys, err := keyring.Open(f.path("site", "keys"))
	if err != nil {
		return nil, err
	}
	return keys.Signing(), nil
}

// A forgery changes a result in a way that its files and its manifest still agree,
// and signs it anew with the site's own key.
type forgery func(f *fixture, folder string, m *manifest.Manifest) error

func forgeries() map[string]forgery {
	return map[string]forgery{
		"sealed-to-another": func(f *fixture, folder string, m *manifest.Manifest) error {
			m.OfficeKeys = []string{f.keys["stranger"].Recipient().Fingerprint()}
			return resealAll(f, folder, m)
		},
		"sealed-to-another-in-secret": resealAll,
		"other-contents": func(f *fixture, folder string, m *manifest.Manifest) error {
			c, err := contents(f, folder, m)
			if err != nil {
				return err
			}
			c.Job = f.second
			return putContents(f, folder, m, c)
		},
		"contents-that-lack-a-file": func(f *fixture, folder string, m *manifest.Manifest) error {
			c, err := contents(f, folder, m)
			if err != nil {
				return err
			}
			c.Files = c.Files[:1]
			return putContents(f, folder, m, c)
		},
		"other-plain-digest": changeContents(func(c *manifest.Content) { c.SHA256 = "00" + c.SHA256[2:] }),
		"shorter-plain-size": changeContents(func(c *manifest.Content) { c.Bytes-- }),
		"longer-plain-size":  changeContents(func(c *manifest.Content) { c.Bytes++ }),
		"part-left-out":      changeParts(func(c *manifest.Contents) { c.Files = without(c.Files, 2) }),
		"part-hushed-up":     changeParts(hushUp),
		"part-told-twice":    changeParts(func(c *manifest.Contents) { c.Files[numbered(c.Files, 3)].Number = 2 }),
		"parts-renumbered":   changeParts(func(c *manifest.Contents) { renumber(c.Files) }),
		"long-notes":         longNotes,
		"as-it-lies":         asItLies,
		"no-contents": func(f *fixture, folder string, m *manifest.Manifest) error {
			return reseal(f.keys["fukushi"].Recipient(), folder, m, manifest.ContentsName, []byte("{}\n"))
		},
		"not-sealed-at-all": func(_ *fixture, folder string, m *manifest.Manifest) error {
			return put(folder, m, "notes.txt.age", []byte("plain\n"))
		},
		"another-answer": func(_ *fixture, _ string, m *manifest.Manifest) error { m.Answers["00"]++; return nil },
		"another-ledger": func(_ *fixture, _ string, m *manifest.Manifest) error {
			m.Ledger.Origin = "baitai.invalid/elsewhere"
			return nil
		},
		"another-time": func(_ *fixture, _ string, m *manifest.Manifest) error {
			m.Created = m.Created.Add(time.Hour)
			return nil
		},
	}
}

func (f *fixture) forge(folder, kind string) error {
	text, err := os.ReadFile(filepath.Join(folder, manifest.Name))
	if err != nil {
		return err
	}
	m, err := manifest.Decode(text)
	if err != nil {
		return err
	}
	forge, ok := forgeries()[kind]
	if !ok {
		return errors.New("no such forgery")
	}
	if err := forge(f, folder, m); err != nil {
		return err
	}
	if text, err = m.Encode(); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(folder, manifest.Name), text, 0o600); err != nil {
		return err
	}
	key, err := f.siteKey()
	if err != nil {
		return err
	}
	return sign(folder, key)
}

// put replaces a sealed file and its digest in the manifest.
func put(folder string, m *manifest.Manifest, name string, sealed []byte) error {
	d, err := crypto.DigestOf(bytes.NewReader(sealed))
	if err != nil {
		return err
	}
	i := slices.IndexFunc(m.Files, func(f manifest.File) bool { return f.Name == name })
	if i < 0 {
		return errors.New("no such file in the manifest")
	}
	m.Files[i] = manifest.File{Name: name, SHA256: d.Hex(), Bytes: d.Bytes}
	return os.WriteFile(filepath.Join(folder, name), sealed, 0o600)
}

func reseal(to crypto.Recipient, folder string, m *manifest.Manifest, name string, plain []byte) error {
	var b bytes.Buffer
	w, err := crypto.Seal(&b, to)
	if err != nil {
		return err
	}
	if _, err := w.Write(plain); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	return put(folder, m, name, b.Bytes())
}

// unseal takes the outermost layer off a sealed file.
func unseal(f *fixture, folder, name string) ([]byte, error) {
	raw, err := os.ReadFile(filepath.Join(folder, name))
	if err != nil {
		return nil, err
	}
	r, err := crypto.Open(bytes.NewReader(raw), f.keys["fukushi"])
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	_, err = b.ReadFrom(r)
	return b.Bytes(), err
}

// resealAll seals everything to a key that is not the office's.
func resealAll(f *fixture, folder string, m *manifest.Manifest) error {
	for _, file := range m.Files {
		plain, err := unseal(f, folder, file.Name)
		if err != nil {
			return err
		}
		if err := reseal(f.keys["stranger"].Recipient(), folder, m, file.Name, plain); err != nil {
			return err
		}
	}
	return nil
}

func contents(f *fixture, folder string, m *manifest.Manifest) (*manifest.Contents, error) {
	return m.ReadContents(os.DirFS(folder), f.keys["fukushi"])
}

func putContents(f *fixture, folder string, m *manifest.Manifest, c *manifest.Contents) error {
	text, err := c.Encode()
	if err != nil {
		return err
	}
	return reseal(f.keys["fukushi"].Recipient(), folder, m, manifest.ContentsName, text)
}

func changeContents(change func(*manifest.Content)) forgery {
	return func(f *fixture, folder string, m *manifest.Manifest) error {
		c, err := contents(f, folder, m)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(c.Files, func(f manifest.Content) bool { return f.Name == "result.csv" })
		change(&c.Files[i])
		return putContents(f, folder, m, c)
	}
}

// changeParts changes the list of contents, and leaves out of the manifest and of the
// folder what is no longer in it, so that both lists agree.
func changeParts(change func(*manifest.Contents)) forgery {
	return func(f *fixture, folder string, m *manifest.Manifest) error {
		c, err := contents(f, folder, m)
		if err != nil {
			return err
		}
		change(c)
		gone := func(file manifest.File) bool {
			return file.Name != manifest.ContentsName &&
				!slices.ContainsFunc(c.Files, func(k manifest.Content) bool { return k.Sealed == file.Name })
		}
		for _, file := range m.Files {
			if gone(file) {
				err = errors.Join(err, os.Remove(filepath.Join(folder, file.Name)))
			}
		}
		m.Files = slices.DeleteFunc(m.Files, gone)
		return errors.Join(err, putContents(f, folder, m, c))
	}
}

// longNotes makes the notes longer than three pieces of age.
func longNotes(f *fixture, folder string, m *manifest.Manifest) error {
	c, err := contents(f, folder, m)
	if err != nil {
		return err
	}
	plain := bytes.Repeat([]byte("架空"), (3*64<<10+600)/6)
	sum, err := crypto.DigestOf(bytes.NewReader(plain))
	if err != nil {
		return err
	}
	i := slices.IndexFunc(c.Files, func(f manifest.Content) bool { return f.Name == "notes.txt" })
	c.Files[i].SHA256, c.Files[i].Bytes = sum.Hex(), sum.Bytes
	return errors.Join(reseal(f.keys["fukushi"].Recipient(), folder, m, "notes.txt.age", plain), putContents(f, folder, m, c))
}

// asItLies makes the manifest say of each file what lies there.
func asItLies(_ *fixture, folder string, m *manifest.Manifest) error {
	for _, file := range m.Files {
		raw, err := os.ReadFile(filepath.Join(folder, file.Name))
		if err != nil {
			return err
		}
		if err := put(folder, m, file.Name, raw); err != nil {
			return err
		}
	}
	return nil
}

func numbered(files []manifest.Content, number int) int {
	return slices.IndexFunc(files, func(c manifest.Content) bool { return c.Number == number })
}

func without(files []manifest.Content, number int) []manifest.Content {
	return slices.DeleteFunc(files, func(c manifest.Content) bool { return c.Number == number })
}

// hushUp leaves the last of three parts out and says that there were two.
func hushUp(c *manifest.Contents) {
	c.Files = without(c.Files, 3)
	for i := range c.Files {
		if c.Files[i].Of == 3 {
			c.Files[i].Of = 2
		}
	}
}

func renumber(files []manifest.Content) {
	first, second := numbered(files, 1), numbered(files, 2)
	files[first].Number, files[second].Number = 2, 1
}

// otherLedger makes another ledger of the same name, by another key, with the
// entry that the first result's proof is of. It is made before any script runs: a
// child that is forked just then would hold its lock.
func (f *fixture) otherLedger() error {
	_, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		return err
	}
	env := environment()
	l, err := ledger.Create(f.path("other-ledger"), "baitai.invalid/test", key, ledger.Options{Disk: spool.NewDisk(nil), Now: env.Now, Rand: env.Rand})
	if err != nil {
		return err
	}
	raw, err := os.ReadFile(f.path("medium", f.first, manifest.EntryName))
	if err != nil {
		return err
	}
	entry, err := ledger.ParseEntry(raw)
	if err != nil {
		return err
	}
	index, err := l.Append(entry)
	if err != nil {
		return err
	}
	proof, err := l.Prove(index)
	if err != nil {
		return err
	}
	kept, err := l.Entry(index)
	if err != nil {
		return err
	}
	return errors.Join(l.Publish(), l.Close(), os.Mkdir(f.path("other-proof"), 0o700),
		os.WriteFile(f.path("other-proof", manifest.ProofName), proof, 0o600),
		os.WriteFile(f.path("other-proof", manifest.EntryName), kept.Raw, 0o600))
}

// signers writes a list of signers with the site's key and bounds in time.
func (f *fixture) signers(path, principal, namespace string, after, before time.Time) error {
	key, err := f.siteKey()
	if err != nil {
		return err
	}
	line, err := sshsig.Allowed{Principal: principal, Namespaces: []string{namespace}, After: after, Before: before,
		Key: key.Public().(ed25519.PublicKey)}.Line()
	if err != nil {
		return err
	}
	return os.WriteFile(path, []byte(line+"\n"), 0o600)
}
