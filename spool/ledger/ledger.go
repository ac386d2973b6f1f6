package ledger

import (
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"baitai/spool"
)

// Options are what a ledger needs from outside.
type Options struct {
	Disk *spool.Disk      // performs every write
	Now  func() time.Time // for entries without a time
	Rand io.Reader        // for nonces

	// Known are signed checkpoints or tlog-proofs of this ledger that are kept
	// elsewhere in the site: with generations of the identity file, with results
	// in outbox/ and in the archive. Each must be a prefix of the ledger.
	Known []string
}

// A Ledger can be written to. One process holds it at a time; its methods may be
// called by several goroutines.
type Ledger struct {
	dir    string
	disk   *spool.Disk
	now    func() time.Time
	rand   io.Reader
	signer *signer
	vkey   string
	unlock func() error

	recovered *Recovery

	mu        sync.Mutex
	broken    error // not nil: nothing may be written any more
	wal       *os.File
	edge      edge
	built     *builder // at the published size
	published tlog.Tree
	tail      [][]byte
	note      []byte
}

// Recovery is what opening found of an Append that a crash broke off.
type Recovery struct {
	Index int64 // the entry that would have come first
	Bytes int64 // how much of it was there; it was removed
}

// Modes of what a ledger writes: nothing of it is secret, but it is nobody's
// business outside the site.
const (
	fileMode = 0o640
	dirMode  = 0o750
)

// Create makes an empty ledger in dir, which must be missing or empty, and opens
// it. The origin is its name for ever, such as "pref.example.lg.jp/ledger".
func Create(dir, origin string, key ed25519.PrivateKey, o Options) (*Ledger, error) {
	s, vkey, err := newSigner(origin, key)
	if err != nil {
		return nil, err
	}
	if o.Disk == nil || o.Now == nil || o.Rand == nil {
		return nil, ErrOptions
	}
	if err := o.Disk.Mkdir(dir, dirMode); err != nil && !errors.Is(err, spool.ErrExists) {
		return nil, err
	}
	unlock, err := lock(dir)
	if err != nil {
		return nil, err
	}
	defer unlock()
	if err := vacant(dir); err != nil {
		return nil, err
	}
	signed, err := s.sign((&edge{}).tree())
	if err != nil {
		return nil, err
	}
	// The checkpoint comes last: it is what makes a folder a ledger.
	for _, f := range []struct {
		name string
		data []byte
	}{{verifierName, []byte(vkey + "\n")}, {walName, walHeader(0)}, {checkpointName, signed}} {
		if err := replace(o.Disk, dir, f.name, f.data); err != nil {
			return nil, err
		}
	}
	if err := unlock(); err != nil {
		return nil, err
	}
	return Open(dir, key, o)
}

// vacant refuses a folder that holds more than what a broken-off Create leaves.
func vacant(dir string) error {
	names, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, d := range names {
		switch name := d.Name(); {
		case name == verifierName, strings.HasPrefix(name, tempPrefix):
		case name == walName:
			if data, err := readFile(os.DirFS(dir), walName, walBytesMax); err != nil || !bytes.Equal(data, walHeader(0)) {
				return ErrExists
			}
		default:
			return ErrExists
		}
	}
	return nil
}

func replace(d *spool.Disk, dir, name string, data []byte) error {
	return d.Replace(dir, name, fileMode, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
}

// Open opens a ledger to write to it. It recomputes the whole tree from the
// entries and refuses, as an [ErrTampered], whatever does not lead to what was
// signed, here and in o.Known. Entries of a crash are finished or removed.
func Open(dir string, key ed25519.PrivateKey, o Options) (*Ledger, error) {
	if o.Disk == nil || o.Now == nil || o.Rand == nil {
		return nil, ErrOptions
	}
	unlock, err := lock(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNone
	}
	if err != nil {
		return nil, err
	}
	l := &Ledger{dir: dir, disk: o.Disk, now: o.Now, rand: o.Rand, unlock: unlock}
	if err := l.open(key, o.Known); err != nil {
		unlock()
		return nil, err
	}
	return l, nil
}

func (l *Ledger) open(key ed25519.PrivateKey, known []string) error {
	files := os.DirFS(l.dir)
	origin, err := originOf(files)
	if err != nil {
		return err
	}
	if l.signer, l.vkey, err = newSigner(origin, key); err != nil {
		return err
	}
	texts := make([][]byte, len(known))
	for i, k := range known {
		texts[i] = []byte(k)
	}
	c, err := check(files, l.vkey, texts, func(int64, []byte) error { return nil })
	if err != nil {
		return err
	}
	l.edge, l.built, l.published, l.tail, l.note = c.edge, c.built, c.published, c.tail, c.note
	if c.wal.torn > 0 {
		l.recovered = &Recovery{l.edge.n, c.wal.torn}
	}
	if c.wal.torn > 0 || len(c.wal.frames) > 0 {
		// What a killed process wrote may be in the page cache only, and what an
		// fsync failed to write looks as if it were on the disk: write it anew.
		if err := l.rewriteWAL(c.wal); err != nil {
			return err
		}
	}
	if err := l.removePartial(c.stale); err != nil {
		return err
	}
	l.wal, err = openWAL(l.dir)
	return err
}

func (l *Ledger) rewriteWAL(w *wal) error {
	data, err := readFile(os.DirFS(l.dir), walName, walBytesMax)
	if err != nil {
		return err
	}
	return replace(l.disk, l.dir, walName, data[:w.good])
}

func openWAL(dir string) (*os.File, error) {
	return os.OpenFile(filepath.Join(dir, walName), os.O_WRONLY|os.O_APPEND, 0)
}

// originOf reads the name of the ledger from its checkpoint, which is then
// checked under the key of that name.
func originOf(files fs.FS) (string, error) {
	signed, err := readFile(files, checkpointName, checkpointBytesMax)
	if errors.Is(err, fs.ErrNotExist) {
		return "", ErrNone
	}
	if err != nil {
		return "", err
	}
	line, _, _ := bytes.Cut(signed, []byte("\n"))
	if !validOrigin(string(line)) {
		return "", &TamperedError{"checkpoint: not origin, size and root hash", -1}
	}
	return string(line), nil
}

// Append enters acts, in order, and returns the index of the first. Version,
// time and nonce are filled in where they are zero. When it returns without an
// error, the entries and a signed checkpoint of them are on the disk; all of
// them, or after a crash all or none.
//
// A [FieldError] leaves the ledger as it was. After any other error what is on
// the disk is not known and every further write is [ErrBroken].
func (l *Ledger) Append(entries ...Entry) (first int64, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.broken != nil {
		return 0, l.broken
	}
	first = l.edge.n
	if len(entries) == 0 {
		return first, nil
	}
	next := l.edge.clone()
	raws := make([][]byte, len(entries))
	for i, e := range entries {
		if raws[i], err = l.complete(e); err != nil {
			return 0, err
		}
		next.add(tlog.RecordHash(raws[i]))
	}
	signed, err := l.signer.sign(next.tree())
	if err != nil {
		return 0, err
	}
	data, err := encodeFrame(frame{raws, signed})
	if err != nil {
		return 0, err
	}
	if err := l.disk.Append(l.wal, data, "ledger"); err != nil {
		l.broken = ErrBroken
		return 0, err
	}
	l.edge, l.note = next, signed
	l.tail = append(l.tail, raws...)
	return first, nil
}

// complete fills in what the caller left open.
func (l *Ledger) complete(e Entry) ([]byte, error) {
	if e.Time.IsZero() {
		e.Time = l.now()
	}
	if e.Nonce == "" {
		var nonce [16]byte
		if _, err := io.ReadFull(l.rand, nonce[:]); err != nil {
			return nil, err
		}
		e.Nonce = hex.EncodeToString(nonce[:])
	}
	return e.encode()
}

// Close gives the ledger up. It publishes nothing.
func (l *Ledger) Close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if errors.Is(l.broken, ErrClosed) {
		return nil
	}
	l.broken = ErrClosed
	err := l.wal.Close()
	return errors.Join(err, l.unlock())
}

// Recovered is what opening removed, or nil.
func (l *Ledger) Recovered() *Recovery { return l.recovered }

// Origin is the name of the ledger.
func (l *Ledger) Origin() string { return l.signer.Name() }

// VerifierKey is what others need to verify the ledger.
func (l *Ledger) VerifierKey() string { return l.vkey }

// view is the ledger as it is now.
func (l *Ledger) view() *view {
	l.mu.Lock()
	defer l.mu.Unlock()
	return &view{os.DirFS(l.dir), l.published, slices.Clip(l.tail), l.edge.tree(), l.note}
}

// Size is the number of entries.
func (l *Ledger) Size() int64 { return l.view().Size() }

// Root is the root hash (RFC 6962) of all entries.
func (l *Ledger) Root() [32]byte { return l.view().Root() }

// Checkpoint is the signed checkpoint of all entries; it is already on the disk.
func (l *Ledger) Checkpoint() []byte { return l.view().Checkpoint() }

// Prove shows, in the form of a tlog-proof, that an entry is in the ledger.
func (l *Ledger) Prove(index int64) ([]byte, error) { return l.view().prove(index) }

// All yields the entries from index from on; an error ends them. It shows the
// ledger as it was when All was called.
func (l *Ledger) All(from int64) iter.Seq2[Stored, error] { return l.view().all(from) }

// Entry is one entry; [ErrNoEntry] where there is none.
func (l *Ledger) Entry(index int64) (Stored, error) { return l.view().entry(index) }
