package sealed

import (
	"io"
	"io/fs"
	"slices"

	"baitai/crypto"
	"baitai/crypto/manifest"
)

// What a file is that is not the one in the manifest, as far as a key can tell.
type stranger int

const (
	unreadable stranger = iota // cut, changed, or sealed to others
	resealed                   // what was sealed, sealed anew: whoever has it and the public key can do that
	foreign                    // something else that is sealed to this key: of another result, or made up
)

// look opens a file that is not the one in the manifest, to tell somebody's seal
// from damage. Nothing of it is kept.
func look(fsys fs.FS, m *manifest.Manifest, name string, key *crypto.Identity) stranger {
	switch {
	case key == nil:
		return unreadable
	case name == manifest.ContentsName:
		return lookAtContents(fsys, m, key)
	}
	if want, known := content(fsys, m, name, key); known {
		open := crypto.Open
		if want.Packed() {
			open = func(r io.Reader, with ...*crypto.Identity) (io.Reader, error) {
				return crypto.UnpackAtMost(want.Bytes, r, with...)
			}
		}
		if sum, err := inside(fsys, name, key, open); err == nil && sum.Hex() == want.SHA256 {
			return resealed
		}
	}
	if _, err := inside(fsys, name, key, crypto.Open); err == nil { // the seal alone says that it is whole
		return foreign
	}
	return unreadable
}

// inside gives the digest of what a file holds, opened to its clean end.
func inside(fsys fs.FS, name string, key *crypto.Identity, open func(io.Reader, ...*crypto.Identity) (io.Reader, error)) (crypto.Digest, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return crypto.Digest{}, err
	}
	defer f.Close()
	plain, err := open(f, key)
	if err != nil {
		return crypto.Digest{}, err
	}
	if c, ok := plain.(io.Closer); ok {
		defer c.Close() // returns memory; it cannot fail
	}
	return crypto.DigestOf(plain)
}

// content is what the sealed list of contents, if that one is genuine, says of a file.
func content(fsys fs.FS, m *manifest.Manifest, name string, key *crypto.Identity) (manifest.Content, bool) {
	c, err := m.ReadContents(fsys, key)
	if err != nil {
		return manifest.Content{}, false
	}
	i := slices.IndexFunc(c.Files, func(f manifest.Content) bool { return f.Sealed == name })
	if i < 0 {
		return manifest.Content{}, false
	}
	return c.Files[i], true
}

func lookAtContents(fsys fs.FS, m *manifest.Manifest, key *crypto.Identity) stranger {
	f, err := fsys.Open(manifest.ContentsName)
	if err != nil {
		return unreadable
	}
	defer f.Close()
	plain, err := crypto.Open(f, key)
	if err != nil {
		return unreadable
	}
	text, err := io.ReadAll(io.LimitReader(plain, contentsBytesMax))
	if err != nil {
		return unreadable
	}
	if c, err := manifest.DecodeContents(text); err == nil && m.CheckContents(c) == nil {
		return resealed
	}
	return foreign
}

// contentsBytesMax is what a list of contents can have at most; see package manifest.
const contentsBytesMax = 8 << 20
