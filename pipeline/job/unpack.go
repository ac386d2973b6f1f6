package job

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"

	"baitai/crypto"
	"baitai/formats/wrap"
	"baitai/pipeline/intake"
	"baitai/pipeline/issue"
	"baitai/spool"
	"baitai/spool/ledger"
)

// What the ledger says of containers, keys in Entry.Counts.
const (
	listsCount = "lists" // of «unpacked»: how many lists were inside
	partCount  = "part"  // of «received»: which list of a container this is, from 1
)

// unpack makes jobs of the lists in a container (開梱). The container is the receipt
// (受領) of them all: its job ends here, and each list's «received» names it. A file
// that is no container is left alone. Whatever is wrong with the container refuses
// it whole, before any list of it has become a job.
func (s *Site) unpack(ctx context.Context, j *spool.Job, out *Outcome) (unpacked bool, err error) {
	if j.Expelled {
		return false, nil
	}
	m, err := s.readMeta(j)
	if err != nil || m.Refused != "" || m.Container != "" {
		return false, err
	}
	src, _, err := s.source(j)
	if err != nil {
		return false, err
	}
	file, err := src.List()
	if err != nil {
		return false, err
	}
	defer file.Close()
	key, err := crypto.NewIdentity()
	if err != nil {
		return false, err
	}
	c, err := intake.Unwrap(src, &cancelled{ctx, file}, wrap.Options{Limits: s.Config.unpackLimits(), Keys: siteKeys{s.keys.Site()},
		Aside: func(write func(io.Writer) error) (wrap.ReadAtCloser, int64, error) {
			return putAside(j.Dir, key, write)
		}})
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	if c.Bare() {
		return false, nil
	}
	if m.Command != nil && len(c.Lists()) > 1 && (m.Command.Number != "" || m.Command.Rows >= 0) {
		return false, issue.New(issue.ContainerSide, issue.Pos{File: src.Name}) // of which of them?
	}
	if err := s.claimParts(ctx, j, m, c, out); err != nil {
		return false, err
	}
	out.Lists, out.State = int64(len(c.Lists())), spool.Done
	if err := s.enter(j, ledger.Unpacked, ledger.Entry{Counts: map[string]int64{listsCount: out.Lists}}); err != nil {
		return false, err
	}
	return true, s.spool.Move(j, spool.Done)
}

// claimParts makes a job of every list that has none yet from an earlier run.
func (s *Site) claimParts(ctx context.Context, j *spool.Job, of meta, c *wrap.Container, out *Outcome) error {
	known := s.history.parts[s.history.jobs[j.ID].received]
	var parts []spool.Part
	for i, l := range c.Lists() {
		no := int64(i + 1)
		if known[no] != "" {
			continue
		}
		raw, err := json.Marshal(meta{ListName: l.Name, SideName: l.SideName, Command: of.Command, Again: of.Again,
			Medium: of.Medium, Container: j.ID, Part: no})
		if err != nil {
			return err
		}
		parts = append(parts, spool.Part{Office: j.Office, Side: l.Side, Meta: raw, Seal: s.seal,
			List: func(w io.Writer) error {
				return intake.ContainerIssue(l.Write(w), of.ListName, s.Config.unpackLimits())
			},
			ID: func(list, side [32]byte) (string, error) { return s.newID(j.Office, list, side), nil }})
	}
	return s.spool.ClaimParts(ctx, parts, func(part *spool.Job) error {
		if err := s.enterReceived(part); err != nil {
			return err
		}
		out.Parts = append(out.Parts, part)
		return nil
	})
}

// aboutContainer lets the entry of a list point to that of its container.
func (s *Site) aboutContainer(e *ledger.Entry, m meta) {
	if c := s.history.jobs[m.Container]; c != nil {
		e.About, e.Counts = []int64{c.received}, map[string]int64{partCount: m.Part}
	}
}

// notePart remembers which lists of a container have become jobs.
func (h *history) notePart(e ledger.Entry) {
	no := e.Counts[partCount]
	if len(e.About) != 1 || no == 0 {
		return
	}
	of := e.About[0]
	if h.parts[of] == nil {
		h.parts[of] = make(map[int64]string)
	}
	h.parts[of][no] = e.Job
}

// siteKeys open what an office has sealed to the prefecture.
type siteKeys struct{ key *crypto.Identity }

func (k siteKeys) Open(r io.Reader) (io.Reader, error) { return crypto.Open(r, k.key) }

func (k siteKeys) OpenAt(r io.ReaderAt, size int64) (io.ReaderAt, int64, error) {
	return crypto.OpenAt(r, size, k.key)
}

// cancelled is a file that cannot be read any more once its context has ended.
type cancelled struct {
	ctx context.Context
	r   io.ReaderAt
}

func (c *cancelled) ReadAt(p []byte, off int64) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.ReadAt(p, off)
}

// aside is a sealed file without a name, open for random access.
type aside struct {
	io.ReaderAt
	f *os.File
}

func (a aside) Close() error { return a.f.Close() }

// putAside stores what must be read at any place, sealed to a key of this run
// alone. The file loses its name as soon as it is open: what a killed run leaves
// behind is neither found nor readable.
func putAside(dir string, key *crypto.Identity, write func(io.Writer) error) (wrap.ReadAtCloser, int64, error) {
	f, err := os.CreateTemp(dir, unfinished+"aside-")
	if err != nil {
		return nil, 0, err
	}
	fill := func() (io.ReaderAt, int64, error) {
		if err := os.Remove(f.Name()); err != nil {
			return nil, 0, err
		}
		sealed, err := crypto.Seal(f, key.Recipient())
		if err != nil {
			return nil, 0, err
		}
		if err := errors.Join(write(sealed), sealed.Close()); err != nil {
			return nil, 0, err
		}
		size, err := f.Seek(0, io.SeekCurrent)
		if err != nil {
			return nil, 0, err
		}
		return crypto.OpenAt(f, size, key)
	}
	at, size, err := fill()
	if err != nil {
		return nil, 0, errors.Join(err, f.Close())
	}
	return aside{at, f}, size, nil
}
