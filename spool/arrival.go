//go:build linux

package spool

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"time"

	"golang.org/x/sys/unix"
)

// Why an arrival waits. Each is for [Spool.Arrivals] to find again at its next
// look; none needs an entry in the ledger.
var (
	ErrOpenForWriting = errors.New("somebody still has the file open for writing")
	ErrTooYoung       = errors.New("the file changed a short while ago")
	ErrClock          = errors.New("the file changed in the future: the clock was set back")
	ErrNoList         = errors.New("a request without its list")
	ErrNoOffice       = errors.New("not in the folder of an office")
)

// Why an arrival is to be refused.
var (
	ErrTooLarge      = errors.New("file is larger than allowed")
	ErrAmbiguousSide = errors.New("it is not certain which request belongs to which list")
	ErrBadSide       = errors.New("the request beside the list is no usable file")
)

// An Arrival is something in inbox/ that is not left alone: a list with or without
// its side file (依頼書), or an entry that cannot be a list.
//
// Waiting says why it cannot be claimed yet. Refuse says why it will never be
// answered; it still has to leave the inbox: by Claim if Claimable, else by Expel.
// At most one of the two is set; when neither is, it may be claimed.
type Arrival struct {
	Office   string
	Name     Path // base name of the list, or of the entry
	ListPath Path
	SidePath Path // empty when there is none
	Size     int64
	Since    time.Time // last change of list or side file, by the file system's clock
	Waiting  error
	Refuse   error

	id inode
}

// Claimable reports whether Claim can take it: everything but what is no regular
// file, has a second name (hard link), or is too large.
func (a Arrival) Claimable() bool {
	for _, kind := range []error{ErrSymlink, ErrFIFO, ErrSubfolder, ErrNotRegular, ErrHardLink, ErrTooLarge} {
		if errors.Is(a.Refuse, kind) {
			return false
		}
	}
	return a.Waiting == nil && !a.ListPath.Empty()
}

// Incoming is what Claim needs to know of the arrival; the caller adds Seal, ID
// and Meta.
func (a Arrival) Incoming() Incoming {
	return Incoming{Office: a.Office, ListPath: a.ListPath, SidePath: a.SidePath}
}

// Arrivals looks through inbox/OFFICE/ and returns what is there, oldest first.
// It opens no symbolic link and nothing that is not a regular file. Names that
// programs give to files they are still writing are left alone, and so are the
// files of claims that are not finished. Whether an office exists is the
// caller's matter.
func (s *Spool) Arrivals(ctx context.Context) ([]Arrival, error) {
	skip, err := s.claimedFiles()
	if err != nil {
		return nil, err
	}
	inbox, err := os.OpenFile(s.in(Inbox), unix.O_RDONLY|unix.O_DIRECTORY, 0)
	if err != nil {
		return nil, &OpError{Step: "inbox", Err: bare(err)}
	}
	defer inbox.Close()
	names, err := inbox.Readdirnames(-1)
	if err != nil {
		return nil, &OpError{Step: "inbox", Err: bare(err)}
	}
	var all []Arrival
	for _, office := range names {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if leftAlone(office) {
			continue
		}
		some, err := s.arrivalsOf(inbox, office, skip)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	slices.SortFunc(all, func(a, b Arrival) int {
		return cmp.Or(a.Since.Compare(b.Since), cmp.Compare(a.Office, b.Office), cmp.Compare(a.Name.Reveal(), b.Name.Reveal()))
	})
	return all, nil
}

// arrivalsOf looks through one folder, which it opens from the open inbox so that
// a link in its place leads nowhere.
func (s *Spool) arrivalsOf(inbox *os.File, office string, skip []inode) ([]Arrival, error) {
	if id, err := inodeAt(inbox, office); errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	} else if err != nil {
		return nil, &OpError{Step: "inbox", Err: bare(err)}
	} else if kind := id.kind(); kind != ErrSubfolder || CheckOffice(office) != nil {
		return []Arrival{{Name: NewPath(office), Since: time.Unix(0, id.changed), Waiting: ErrNoOffice, id: id}}, nil
	}
	folder, err := openFolder(inbox, office)
	if err != nil {
		return nil, &OpError{Step: "inbox", Err: bare(err)}
	}
	defer folder.Close()
	names, err := folder.Readdirnames(-1)
	if err != nil {
		return nil, &OpError{Step: "inbox", Err: bare(err)}
	}
	entries := make(map[string]inode, len(names))
	for _, name := range names {
		if leftAlone(name) {
			continue
		}
		id, err := inodeAt(folder, name)
		if errors.Is(err, fs.ErrNotExist) {
			continue // gone since; it is somebody else's
		} else if err != nil {
			return nil, &OpError{Step: "inbox", Err: bare(err)}
		}
		if !slices.ContainsFunc(skip, id.same) {
			entries[name] = id
		}
	}
	arrivals := pair(entries)
	for i := range arrivals {
		a := &arrivals[i]
		a.Office = office
		s.judge(folder, a, entries)
		a.ListPath = s.inInbox(office, a.ListPath)
		a.SidePath = s.inInbox(office, a.SidePath)
	}
	return arrivals, nil
}

func (s *Spool) inInbox(office string, name Path) Path {
	if name.Empty() {
		return name
	}
	return NewPath(s.in(Inbox, office, name.Reveal()))
}

// judge says whether an arrival waits or is to be refused.
func (s *Spool) judge(folder *os.File, a *Arrival, entries map[string]inode) {
	a.Size = a.id.Size
	last := a.id.changed
	if !a.SidePath.Empty() {
		last = max(last, entries[a.SidePath.Reveal()].changed)
	}
	a.Since = time.Unix(0, last)
	kind := a.id.kind()
	switch {
	case kind != nil:
		a.Refuse, a.Waiting = kind, nil
	case a.Size > s.maxBytes():
		a.Refuse, a.Waiting = ErrTooLarge, nil
	case !usableName(a.Name.Reveal()):
		a.Refuse = cmp.Or(a.Refuse, ErrBadName)
	}
	if a.Waiting != nil {
		a.Refuse = nil
		return
	}
	// Also what will be refused has to be complete first: a file that is being
	// delivered by link and unlink has two names for a moment.
	a.Waiting = s.young(a)
	if a.Waiting == nil && kind == nil {
		a.Waiting = written(folder, a.ListPath.Reveal(), a.SidePath.Reveal())
	}
	if a.Waiting != nil {
		a.Refuse = nil
	}
}

func (s *Spool) maxBytes() int64 { return cmp.Or(s.opt.MaxBytes, 4<<30) }

// young says whether an arrival has been still for too short a time, for the
// writers that the lease cannot see (other machines). The time is that of the last
// change of the inode, which cp -p does not set back.
func (s *Spool) young(a *Arrival) error {
	if s.now == nil {
		return nil // a view has no clock
	}
	still := s.opt.Still
	if a.SidePath.Empty() && !a.ListPath.Empty() {
		still = max(still, s.opt.MinAge)
	}
	switch age := s.now().Sub(a.Since); {
	case age < -time.Minute:
		return ErrClock
	case age < still:
		return ErrTooYoung
	}
	return nil
}

// written says whether somebody on this machine is still writing, for certain.
func written(folder *os.File, names ...string) error {
	for _, name := range names {
		if name == "" {
			continue
		}
		f, err := openRegular(folder, name, unix.O_RDONLY)
		if err != nil {
			return &OpError{Step: "inbox", Err: bare(err)}
		}
		writer, _ := openForWriting(f)
		_ = f.Close()
		if writer {
			return ErrOpenForWriting
		}
	}
	return nil
}

// openFolder opens a folder within an open one, not following a link.
func openFolder(parent *os.File, name string) (*os.File, error) {
	handle := -1
	err := again(func() (err error) {
		handle, err = unix.Openat(fd(parent), name, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
		return err
	})
	if err != nil {
		return nil, err
	}
	return os.NewFile(uintptr(handle), "spool"), nil
}

// Format prints the office and the state, never a name.
func (a Arrival) Format(f fmt.State, _ rune) {
	fmt.Fprintf(f, "arrival{%s waiting:%v refuse:%v}", a.Office, a.Waiting, a.Refuse)
}
