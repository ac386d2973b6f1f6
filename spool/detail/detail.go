// Package detail keeps what the custody record (授受・提供記録) itself must not
// hold: the name of the file that an office brought, the number of its request
// (依頼番号), whom a search was about. Each detail is sealed by itself; the ledger's
// entry has only a commitment to it.
//
// It hides the sealing and the commitment, HMAC-SHA256 under a random salt that
// lies sealed with the detail: without the salt nobody can try names or
// eleven-digit numbers against the ledger.
//
// It promises: what Get returns is what was committed to. A detail is durable
// when Add returns, and Add comes before the ledger's entry, so that an entry
// never points at nothing. After Erase (消去) the ledger still verifies, and the
// commitment says nothing any more to anybody.
//
// It does not promise that copies on backups, snapshots or remapped blocks are
// gone; see [spool.RiskyFilesystem].
//
// The format is described in FORMAT.md beside this file.
package detail

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"baitai/crypto"
	"baitai/spool"
)

var (
	// ErrMissing means that there is no detail of that commitment: it was
	// erased, or it is lost. The ledger knows which.
	ErrMissing = errors.New("detail: there is none")

	// ErrChanged means that a detail is not what was committed to.
	ErrChanged = errors.New("detail: not what was committed to")

	// ErrCommitment means that a text cannot be a commitment.
	ErrCommitment = errors.New("detail: not a commitment")

	// ErrValue means that a value cannot be written as JSON, or that the detail
	// does not fit into the value that was given for it.
	ErrValue = errors.New("detail: the value does not fit")

	// ErrTooLarge means that a detail is longer than BytesMax.
	ErrTooLarge = errors.New("detail: too large")

	// ErrOptions means that a disk, randomness or a recipient was not handed in.
	ErrOptions = errors.New("detail: disk, randomness or recipient is missing")
)

// BytesMax is the most that one detail may be as JSON.
const BytesMax = 1 << 20

const (
	version   = 0
	saltBytes = 32
	suffix    = ".age"
	fileMode  = 0o600
	dirMode   = 0o700
)

// Options are what a store needs from outside.
type Options struct {
	Disk *spool.Disk
	Rand io.Reader          // for salts
	To   []crypto.Recipient // who can open details: the site, and auditors
}

// A Store is a folder of sealed details. It holds no state: several goroutines
// and processes may use it.
type Store struct {
	dir string
	o   Options
}

// Open opens the store in a folder and makes the folder if it is missing.
func Open(dir string, o Options) (*Store, error) {
	if o.Disk == nil || o.Rand == nil || len(o.To) == 0 {
		return nil, ErrOptions
	}
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		if err := o.Disk.Mkdir(dir, dirMode); err != nil && !errors.Is(err, spool.ErrExists) {
			return nil, err
		}
	} else if err != nil {
		return nil, bare(err)
	}
	return &Store{dir, o}, nil
}

// envelope is what is sealed; its fields stand in the order of their names.
type envelope struct {
	Detail json.RawMessage `json:"detail"`
	Salt   string          `json:"salt"`
	V      int             `json:"v"`
}

// Add seals v, as JSON, and returns the commitment to be put into the entry,
// which the caller MUST append after that. Values of package person print as a
// mask, in JSON too: the caller reveals what the detail is to hold.
func (s *Store) Add(v any) (commitment string, err error) {
	text, err := canonical(v)
	if err != nil {
		return "", err
	}
	var salt [saltBytes]byte
	if _, err := io.ReadFull(s.o.Rand, salt[:]); err != nil {
		return "", err
	}
	plain, err := encode(envelope{text, hex.EncodeToString(salt[:]), version})
	if err != nil {
		return "", err
	}
	commitment = commit(salt[:], text)
	err = s.o.Disk.Put(s.dir, commitment+suffix, fileMode, func(w io.Writer) error {
		sealed, err := crypto.Seal(w, s.o.To...)
		if err != nil {
			return err
		}
		if _, err := sealed.Write(plain); err != nil {
			return err
		}
		return sealed.Close()
	})
	if err != nil {
		return "", err
	}
	return commitment, nil
}

// Get opens a detail into the value that into points at, after it has checked
// that it is what was committed to. Who it is shown to MUST be recorded.
func (s *Store) Get(commitment string, key *crypto.Identity, into any) error {
	if !isCommitment(commitment) {
		return ErrCommitment
	}
	f, err := os.Open(s.path(commitment))
	if errors.Is(err, fs.ErrNotExist) {
		return ErrMissing
	}
	if err != nil {
		return bare(err)
	}
	defer f.Close()
	r, err := crypto.Open(f, key)
	if err != nil {
		return err
	}
	plain, err := io.ReadAll(io.LimitReader(r, 2*BytesMax))
	if err != nil {
		return err
	}
	e, salt, err := parseEnvelope(plain)
	if err != nil {
		return err
	}
	if !hmac.Equal([]byte(commit(salt, e.Detail)), []byte(commitment)) {
		return ErrChanged
	}
	// The errors of package json quote what they read.
	if json.Unmarshal(e.Detail, into) != nil {
		return ErrValue
	}
	return nil
}

// Erase overwrites a detail and removes it. The caller enters the erasure into
// the ledger first: what a crash then leaves is found by [Store.Check] as Undead
// and erased again, and so is what a restored backup brings back.
func (s *Store) Erase(commitment string) error {
	if !isCommitment(commitment) {
		return ErrCommitment
	}
	err := s.o.Disk.Erase(s.path(commitment))
	if errors.Is(err, fs.ErrNotExist) {
		return ErrMissing
	}
	return err
}

// Status compares the store with the ledger. Each list is sorted.
type Status struct {
	Found   []string // as they should be
	Erased  []string // erased, and the ledger says so
	Missing []string // gone although the ledger does not say that they were erased
	Undead  []string // still there although the ledger says that they were erased
	Orphans []string // of no entry: a crash came between the detail and its entry
}

// OK reports whether nothing is lost and nothing remains that was to be erased.
func (s Status) OK() bool { return len(s.Missing) == 0 && len(s.Undead) == 0 }

// Check compares the store with the commitments in the ledger: those that stand
// and those whose erasure is entered (see ledger.Details). It opens nothing.
func (s *Store) Check(standing, erased []string) (Status, error) {
	there, err := s.list()
	if err != nil {
		return Status{}, err
	}
	var st Status
	for _, c := range standing {
		if there[c] {
			st.Found = append(st.Found, c)
		} else {
			st.Missing = append(st.Missing, c)
		}
		delete(there, c)
	}
	for _, c := range erased {
		if there[c] {
			st.Undead = append(st.Undead, c)
		} else {
			st.Erased = append(st.Erased, c)
		}
		delete(there, c)
	}
	for c := range there {
		st.Orphans = append(st.Orphans, c)
	}
	for _, list := range [][]string{st.Found, st.Missing, st.Undead, st.Erased, st.Orphans} {
		slices.Sort(list)
	}
	return st, nil
}

// list is the commitments of all details on the disk.
func (s *Store) list() (map[string]bool, error) {
	names, err := os.ReadDir(s.dir)
	if err != nil {
		return nil, bare(err)
	}
	there := map[string]bool{}
	for _, d := range names {
		if c, is := strings.CutSuffix(d.Name(), suffix); is && isCommitment(c) {
			there[c] = true
		}
	}
	return there, nil
}

func (s *Store) path(commitment string) string { return filepath.Join(s.dir, commitment+suffix) }

func commit(salt, text []byte) string {
	mac := hmac.New(sha256.New, salt)
	mac.Write(text)
	return hex.EncodeToString(mac.Sum(nil))
}

func isCommitment(s string) bool {
	return len(s) == 2*sha256.Size && strings.Trim(s, "0123456789abcdef") == ""
}

// canonical is v as JSON in its one form: keys sorted, no space, no escapes but
// those that package json makes.
func canonical(v any) ([]byte, error) {
	text, err := encode(v)
	if err != nil {
		return nil, err
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.UseNumber()
	var any any
	if dec.Decode(&any) != nil {
		return nil, ErrValue
	}
	if text, err = encode(any); err == nil && len(text) > BytesMax {
		return nil, ErrTooLarge
	}
	return text, err
}

func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if enc.Encode(v) != nil {
		return nil, ErrValue
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// parseEnvelope reads what was sealed, in its one form.
func parseEnvelope(plain []byte) (e envelope, salt []byte, err error) {
	if json.Unmarshal(plain, &e) != nil || e.V != version {
		return e, nil, ErrChanged
	}
	salt, err = hex.DecodeString(e.Salt)
	if err != nil || len(salt) != saltBytes {
		return e, nil, ErrChanged
	}
	if again, err := encode(e); err != nil || !bytes.Equal(again, plain) {
		return e, nil, ErrChanged
	}
	return e, salt, nil
}

// bare takes the path out of an error: it names where a site keeps its details.
func bare(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err
	}
	return err
}
