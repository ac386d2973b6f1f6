package identity

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"time"
)

// The names and versions of what lies in the folder. FORMAT.md has the rest.
const (
	formatName    = "baitai-identity"
	formatVersion = 2
	formatOldest  = 1                   // that is read
	currentFormat = "baitai-identity/1" // of the line in current

	currentName  = "current"
	manifestName = "manifest.json"
	indexName    = "index.age"
	buildName    = ".build" // a load at work; one at a time, the site's lock sees to that
	genPrefix    = "gen-"
	genHexDigits = 16

	// headBytes is how much of a part the head digest covers: more than the age
	// header of any number of recipients that a site has, and the nonce.
	headBytes = 16 << 10

	manifestBytesMax = 16 << 20

	kindBase   = "base"
	kindDelta  = "delta"
	layersMost = 98 // deltas: their number has two digits in the name of a part
)

// A Source says what a generation was loaded from.
type Source struct {
	SHA256 string `json:"sha256"` // hex, of the extract as it came
	Rows   int64  `json:"rows"`
}

// A Summary is what may be shown of a generation: no personal data.
type Summary struct {
	Created        time.Time
	People         int64
	Versions       int64
	States         map[string]int64 // people by 状態 of the current version: «1», «2», «3»
	Municipalities map[string]int64 // people by 市町村コード of the current version; "" for none
	LeftOutRows    int64            // faulty rows, and rows of people who have one
	LeftOutPeople  int64
	Layers         int      // the base, and what was updated since
	Normal         string   // version of the folding rules that made the keys
	Sources        []Source // extracts that it was loaded from
	Previous       string   // digest of the generation before, "" for the first
	Checkpoint     string   // of the ledger, as the caller gave it
}

// manifest is manifest.json. Its SHA-256 is the digest of the generation.
type manifest struct {
	Format     string       `json:"format"`
	Version    int          `json:"version"`
	Created    string       `json:"created"` // RFC 3339, +09:00
	Previous   string       `json:"previous"`
	Normal     string       `json:"normal"`
	Sources    []Source     `json:"sources"`
	Checkpoint string       `json:"checkpoint"`
	Counts     countsEntry  `json:"counts"`
	Layers     []layerEntry `json:"layers"` // the base, and deltas, oldest first
}

type countsEntry struct {
	People         int64            `json:"people"`
	Versions       int64            `json:"versions"`
	States         map[string]int64 `json:"states"`
	Municipalities map[string]int64 `json:"municipalities"`
	LeftOutRows    int64            `json:"left_out_rows"`
	LeftOutPeople  int64            `json:"left_out_people"`
}

type layerEntry struct {
	Kind  string      `json:"kind"` // base or delta
	Parts []partEntry `json:"parts"`
}

type partEntry struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`      // of the whole part
	Head   string `json:"head_sha256"` // of its first 16 KiB
}

func (m *manifest) summary() (Summary, error) {
	created, err := time.Parse(time.RFC3339, m.Created)
	if err != nil {
		return Summary{}, errCorrupt
	}
	return Summary{
		Created: created, People: m.Counts.People, Versions: m.Counts.Versions,
		States: m.Counts.States, Municipalities: m.Counts.Municipalities,
		LeftOutRows: m.Counts.LeftOutRows, LeftOutPeople: m.Counts.LeftOutPeople,
		Layers: len(m.Layers), Normal: m.Normal, Sources: m.Sources, Previous: m.Previous, Checkpoint: m.Checkpoint,
	}, nil
}

func (m *manifest) encode() ([]byte, error) {
	b, err := json.MarshalIndent(m, "", " ")
	if err != nil {
		return nil, err
	}
	return append(b, '\n'), nil
}

func digestOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func genName(digest string) string { return genPrefix + digest[:genHexDigits] }

// currentPattern is the one line of the file that names the generation.
var currentPattern = regexp.MustCompile(`^baitai-identity/1 sha256:([0-9a-f]{64})\n$`)

func currentLine(digest string) string {
	return fmt.Sprintf("%s sha256:%s\n", currentFormat, digest)
}

// Current returns the digest of the generation that is current, without opening
// it. [ErrNone] if there is none.
func Current(dir string) (string, error) {
	b, err := readSmall(filepath.Join(dir, currentName), 1<<10)
	if errors.Is(err, fs.ErrNotExist) {
		return "", ErrNone
	}
	if err != nil {
		return "", &DamagedError{currentName, bare(err)}
	}
	m := currentPattern.FindSubmatch(b)
	if m == nil {
		return "", &DamagedError{currentName, errCorrupt}
	}
	return string(m[1]), nil
}

// readManifest reads and checks the manifest of the generation named by digest.
// Checkpoint is the ledger's checkpoint that the current generation under dir
// keeps; it needs no key. "" where there is no generation that can be read.
func Checkpoint(dir string) string {
	digest, err := Current(dir)
	if err != nil {
		return ""
	}
	m, err := readManifest(dir, digest)
	if err != nil {
		return ""
	}
	return m.Checkpoint
}

func readManifest(dir, digest string) (*manifest, error) {
	b, err := readSmall(filepath.Join(dir, genName(digest), manifestName), manifestBytesMax)
	if err != nil {
		return nil, &DamagedError{manifestName, bare(err)}
	}
	if digestOf(b) != digest {
		return nil, &DamagedError{manifestName, errDigest}
	}
	var head struct {
		Format  string `json:"format"`
		Version int    `json:"version"`
	}
	if err := json.Unmarshal(b, &head); err != nil {
		return nil, &DamagedError{manifestName, errCorrupt}
	}
	if head.Format != formatName || head.Version < formatOldest || head.Version > formatVersion {
		return nil, &VersionError{manifestName, fmt.Sprintf("%s/%d", head.Format, head.Version)}
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	m := new(manifest)
	if err := d.Decode(m); err != nil {
		return nil, &DamagedError{manifestName, errCorrupt}
	}
	for i, l := range m.Layers {
		if (i == 0) != (l.Kind == kindBase) || i > 0 && l.Kind != kindDelta || i > layersMost {
			return nil, &VersionError{manifestName, "layers"}
		}
	}
	if len(m.Layers) == 0 {
		return nil, &VersionError{manifestName, "layers"}
	}
	return m, nil
}

func readSmall(path string, bytesMax int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, bytesMax+1))
	if err == nil && int64(len(b)) > bytesMax {
		err = errSize
	}
	return b, err
}

// bare takes the path out of an error of the file system.
func bare(err error) error {
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		return p.Err
	}
	return err
}
