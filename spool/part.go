//go:build linux

package spool

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
)

// A Part is a list that came inside of a container (容器). The container is a job
// of its own: it was claimed, and its plain file is gone.
type Part struct {
	Office string
	List   func(io.Writer) error // writes the plain list; an error gives up all parts
	Side   []byte                // its request (依頼書), nil where there is none
	Meta   []byte                // sealed beside the list

	// Seal and ID are those of [Incoming].
	Seal func(io.Writer) (io.WriteCloser, error)
	ID   func(list, side [32]byte) (string, error)
}

// Format prints the office, never Meta or Side.
func (p Part) Format(f fmt.State, _ rune) { fmt.Fprintf(f, "part{%s}", p.Office) }

// filled is a part that lies sealed in an unfinished folder.
type filled struct {
	temp       string
	list, side [32]byte
	sealed     digests
}

// ClaimParts makes a job of each part. First all of them are written and sealed;
// if one cannot be, there is none. Then they become jobs one after the other, and
// entered is called with each before the next: it writes the ledger entry and
// calls FinishClaim. A crash or an error in between leaves the first of them,
// which Unfinished finds; the caller knows which ones it has and calls again for
// the rest.
func (s *Spool) ClaimParts(ctx context.Context, parts []Part, entered func(*Job) error) error {
	if err := s.mayWrite(); err != nil {
		return err
	}
	var all []filled
	defer func() {
		for _, f := range all {
			_ = os.RemoveAll(f.temp) // sealed; what stays is swept
		}
	}()
	for _, p := range parts {
		f := filled{temp: s.unfinished(), sealed: make(digests)}
		all = append(all, f)
		if err := errors.Join(ctx.Err(), CheckOffice(p.Office)); err != nil {
			return err
		}
		if err := s.fillPart(p, &all[len(all)-1]); err != nil {
			return err
		}
	}
	for i, p := range parts {
		id, err := p.ID(all[i].list, all[i].side)
		if err != nil {
			return err
		}
		job, err := s.enter(all[i].temp, claim{Version: version, ID: id, Office: p.Office, Claimed: s.now().In(jst()), Part: true}, all[i].sealed)
		if err != nil {
			return err
		}
		if err := entered(job); err != nil {
			return err
		}
	}
	return nil
}

func (s *Spool) fillPart(p Part, f *filled) error {
	if err := s.disk.Mkdir(f.temp, 0o700); err != nil {
		return err
	}
	put := func(name string, write func(io.Writer) error) error {
		return f.sealed.put(s.disk, f.temp, name, name, func(w io.Writer) error { return sealInto(w, p.Seal, write) })
	}
	hash := sha256.New()
	if err := put(ListFile, func(w io.Writer) error { return p.List(io.MultiWriter(w, hash)) }); err != nil {
		return err
	}
	f.list = [32]byte(hash.Sum(nil))
	if p.Side != nil {
		f.side = sha256.Sum256(p.Side)
		if err := put(RequestFile, func(w io.Writer) error { _, err := w.Write(p.Side); return err }); err != nil {
			return err
		}
	}
	return put(MetaFile, func(w io.Writer) error { _, err := w.Write(p.Meta); return err })
}
