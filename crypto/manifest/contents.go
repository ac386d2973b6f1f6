package manifest

import (
	"strings"
	"time"

	"baitai/crypto"
	"baitai/crypto/sshsig"
)

// Contents is the second manifest, sealed as [ContentsName]: what is inside the
// sealed files. Job, office and part bind it to its Manifest.
type Contents struct {
	Site    string
	Job     string
	Office  string
	Created time.Time
	Part    int
	Parts   int
	Files   []Content // in any order; Encode sorts by name
}

// A Content is one plain file.
type Content struct {
	Name   string // plain file name under which it is to be kept
	Sealed string // name of the sealed file it is in: ….age, or ….zst.age where it is packed
	SHA256 string // of the plain bytes, 64 lower-case hexadecimal digits
	Bytes  int64
	Rows   int64 // rows of a list without its header; 0 for what has no rows
	Number int   // of a list that was split (分割): 1 to Of; 0 for what is whole
	Of     int   // how many files it was split into, at least 2; 0 for what is whole
}

const packedSuffix = ".zst.age"

// Packed reports whether there is zstd inside the seal.
func (c Content) Packed() bool { return strings.HasSuffix(c.Sealed, packedSuffix) }

type plainNotes struct {
	Sealed string `json:"sealed"`
	Bytes  int64  `json:"bytes"`
	Rows   int64  `json:"rows"`
	Number int    `json:"number,omitempty"`
	Of     int    `json:"of,omitempty"`
}

type contentsPredicate struct {
	Site    string `json:"site"`
	Job     string `json:"job"`
	Office  string `json:"office"`
	Created string `json:"created"`
	Part    int    `json:"part"`
	Parts   int    `json:"parts"`
}

func (c *Contents) validate() error {
	for _, f := range []struct {
		name  string
		valid bool
	}{
		{"site", sshsig.ValidName(c.Site)},
		{"job", validJob(c.Job)},
		{"office", validText(c.Office)},
		{"created", validTime(c.Created)},
		{"part", c.Part >= 1 && c.Part <= c.Parts && c.Parts <= partsMax},
		{"subject", c.validFiles()},
	} {
		if !f.valid {
			return &FieldError{f.name}
		}
	}
	return nil
}

func (c *Contents) validFiles() bool {
	names, sealed := map[string]bool{}, map[string]bool{}
	for _, f := range c.Files {
		low := strings.ToLower(f.Name)
		if !crypto.PlainName(f.Name) || names[low] || !crypto.PlainName(f.Sealed) || sealed[f.Sealed] || f.Sealed == ContentsName ||
			!sealedName(f.Sealed) || !validHex(f.SHA256) || f.Bytes < 0 || f.Rows < 0 || !f.validNumber() {
			return false
		}
		names[low], sealed[f.Sealed] = true, true
	}
	return len(c.Files) >= 1 && len(c.Files) <= filesMax
}

// sealedName reports whether a name is that of a file that opens with a key or a
// password: age, an encrypted workbook, an encrypted zip.
func sealedName(name string) bool {
	return strings.HasSuffix(name, ".age") || strings.HasSuffix(name, ".xlsx") || strings.HasSuffix(name, ".zip")
}

// Encode returns the one encoding of c, or a *FieldError.
func (c *Contents) Encode() ([]byte, error) {
	if err := c.validate(); err != nil {
		return nil, err
	}
	s := statement[plainNotes, contentsPredicate]{
		Type: statementType, PredicateType: contentsType,
		Predicate: contentsPredicate{c.Site, c.Job, c.Office, c.Created.In(zone()).Format(timeLayout), c.Part, c.Parts},
	}
	for _, f := range c.Files {
		s.Subject = append(s.Subject, subject[plainNotes]{f.Name, digest{f.SHA256}, plainNotes{f.Sealed, f.Bytes, f.Rows, f.Number, f.Of}})
	}
	return encode(s)
}

// DecodeContents reads what Encode writes and nothing else.
func DecodeContents(text []byte) (*Contents, error) {
	s, err := decode[plainNotes, contentsPredicate](text, contentsType)
	if err != nil {
		return nil, err
	}
	p := s.Predicate
	created, err := time.ParseInLocation(timeLayout, p.Created, zone())
	if err != nil {
		return nil, &FieldError{"created"}
	}
	c := &Contents{Site: p.Site, Job: p.Job, Office: p.Office, Created: created, Part: p.Part, Parts: p.Parts}
	for _, f := range s.Subject {
		c.Files = append(c.Files, Content{f.Name, f.Annotations.Sealed, f.Digest.SHA256, f.Annotations.Bytes, f.Annotations.Rows, f.Annotations.Number, f.Annotations.Of})
	}
	return c, respelt(c.Encode, text)
}
