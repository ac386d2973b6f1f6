package ledger

import (
	"cmp"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"time"
)

// Report is what a ledger that verifies contains.
type Report struct {
	Origin      string
	Size        int64 // entries
	Unpublished int64 // of them, in the write-ahead log only
	TornBytes   int64 // after the last whole frame: a crash, or an Append going on
	Root        [32]byte
	Checkpoint  []byte // signed, of all entries
	Known       int    // checkpoints kept elsewhere that agree
	Newer       int64  // entries of a version that this program does not know
	Acts        map[Act]int64
	First, Last time.Time // of the first and the last entry; zero without entries
	Custody     Custody
}

// Verify recomputes a whole ledger from its entries – every bundle, every tile,
// the checkpoint, the write-ahead log – under the public key vkey, which the
// caller has from elsewhere, and compares it with checkpoints or tlog-proofs that
// were kept elsewhere. It writes nothing.
//
// What does not verify is an [ErrTampered] that names the first entry concerned
// where that can be told. Whether the entries tell a sound story is another
// question: see Report.Custody.
//
// The ledger may be in use: a Verify that met a writer in the middle begins anew.
func Verify(files fs.FS, vkey string, known ...[]byte) (*Report, error) {
	for try := 1; ; try++ {
		before := moment(files)
		r, err := verify(files, vkey, known)
		met := errors.Is(err, fs.ErrNotExist) || errors.Is(err, ErrTampered) && moment(files) != before
		if !met || try == openTries {
			return r, err
		}
	}
}

// moment is what changes with every Append and every Publish.
func moment(files fs.FS) [sha256.Size]byte {
	h := sha256.New()
	for _, name := range []string{checkpointName, walName} {
		data, err := readFile(files, name, walBytesMax)
		fmt.Fprintln(h, name, len(data), err)
		h.Write(data)
	}
	return [sha256.Size]byte(h.Sum(nil))
}

func verify(files fs.FS, vkey string, known [][]byte) (*Report, error) {
	r := &Report{Known: len(known), Acts: map[Act]int64{}}
	jobs := newCustody()
	var unread error
	c, err := check(files, vkey, known, func(index int64, raw []byte) error {
		e, err := ParseEntry(raw)
		if err != nil {
			// If it was changed, the hashes say so; that is the better answer.
			if unread == nil {
				unread = &TamperedError{"an entry cannot be read: " + why(err), index}
			}
			return nil
		}
		if index == 0 {
			r.First = e.Time
		}
		r.Last = e.Time
		r.Acts[e.Act]++
		if e.V > Version {
			r.Newer++
		}
		jobs.add(Stored{index, e, raw})
		return nil
	})
	if err := cmp.Or(err, unread); err != nil {
		return nil, err
	}
	tree := c.edge.tree()
	r.Origin = c.verifier.Name()
	r.Size, r.Root, r.Checkpoint = tree.N, tree.Hash, c.note
	r.Unpublished, r.TornBytes = int64(len(c.tail)), c.wal.torn
	r.Custody = jobs.result()
	return r, nil
}

// Details gathers the commitments to details (see package detail): those that
// must be there, and those whose erasure (消去) the ledger says. An entry erased
// concerns the entries in its About.
func Details(entries iter.Seq2[Stored, error]) (standing, erased []string, err error) {
	at := map[int64]string{}
	gone := map[int64]bool{}
	var order []int64
	for s, err := range entries {
		if err != nil {
			return nil, nil, err
		}
		if s.Entry.Detail != "" {
			at[s.Index] = s.Entry.Detail
			order = append(order, s.Index)
		}
		if s.Entry.Act == Erased {
			for _, i := range s.Entry.About {
				gone[i] = i < s.Index
			}
		}
	}
	for _, i := range order {
		if gone[i] {
			erased = append(erased, at[i])
		} else {
			standing = append(standing, at[i])
		}
	}
	return standing, erased, nil
}
