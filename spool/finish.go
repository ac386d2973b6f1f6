//go:build linux

package spool

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"
)

// A claim is what claim.json holds: whose the job is and which plain files are to
// be erased. No name of a file, no digest. See FORMAT.md.
type claim struct {
	Version  int        `json:"version"`
	ID       string     `json:"id"`
	Office   string     `json:"office"`
	Claimed  time.Time  `json:"claimed"`
	Keep     bool       `json:"keep,omitempty"`
	Expelled bool       `json:"expelled,omitempty"`
	Part     bool       `json:"part,omitempty"` // it came in a container: no plain file is its own
	List     *claimed   `json:"list,omitempty"`
	Side     *claimed   `json:"side,omitempty"`
	Erasing  *time.Time `json:"erasing,omitempty"`  // erasing may have begun
	Finished *time.Time `json:"finished,omitempty"` // nothing of this claim is in inbox/
}

// A claimed file, as it was when it was copied.
type claimed struct {
	inode
	// Left says that the file was written to after it had been copied. It is a
	// new arrival then, and not to be erased.
	Left bool `json:"left,omitempty"`
}

func (c *claim) files() []*claimed {
	var files []*claimed
	for _, f := range []*claimed{c.List, c.Side} {
		if f != nil && !f.Left {
			files = append(files, f)
		}
	}
	return files
}

// FinishClaim erases the plain files of a claim, wherever in the office's inbox
// they are by now, and records that. Of an expelled entry it changes the name.
// It may be called again after any failure or crash; a finished claim is left as
// it is. A file of the same name that is another file, and a file that was
// written to since it was copied, stay and are new arrivals.
func (s *Spool) FinishClaim(job *Job) error {
	if err := s.mayWrite(); err != nil {
		return err
	}
	c, err := readClaim(job.Dir, job.ID)
	if err != nil {
		return err
	}
	if c.Finished == nil {
		// Nothing is erased before its copy is certain to be found again.
		if err := s.disk.syncDir("claim", s.in(Work)); err != nil {
			return err
		}
	}
	if c.Finished == nil && !c.Keep && !c.Part {
		if err := s.clear(job, c); err != nil {
			return err
		}
	}
	if c.Finished == nil {
		now := s.now().In(jst())
		c.Finished = &now
		if err := s.writeClaim(job.Dir, *c); err != nil {
			return err
		}
	}
	job.Finished = true
	return nil
}

// clear takes the claimed files out of the inbox.
func (s *Spool) clear(job *Job, c *claim) error {
	folder, err := s.openInbox(c.Office)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	} else if err != nil {
		return &OpError{Step: "claim:inbox", Err: bare(err)}
	}
	defer folder.Close()
	found, err := findFiles(folder, c)
	if err != nil {
		return &OpError{Step: "claim:inbox", Err: bare(err)}
	}
	if c.Expelled {
		for name := range found {
			if err := s.setAside(folder, name, job.ID); err != nil {
				return err
			}
		}
		return nil
	}
	if c.Erasing == nil {
		// From here on the content says nothing about whether a file is the one
		// that was copied, so that has to be settled and written down first.
		for name, f := range found {
			if now, err := inodeAt(folder, name); err != nil || now.Written != f.Written {
				f.Left = true
				delete(found, name)
			}
		}
		begun := s.now().In(jst())
		c.Erasing = &begun
		if err := s.writeClaim(job.Dir, *c); err != nil {
			return err
		}
	}
	for name, f := range found {
		if _, err := s.disk.eraseIn(folder, name, &f.inode); err != nil {
			return err
		}
	}
	// For a run that was killed after it removed the name.
	return s.disk.sync("claim:inboxsync", folder)
}

func (s *Spool) setAside(folder *os.File, name, id string) error {
	err := s.disk.do("expel:rename", func() error {
		return renameNoReplace(folder, name, folder, refusedEntry+id)
	})
	if err != nil {
		return err
	}
	return s.disk.sync("expel:dirsync", folder)
}

// findFiles looks the claimed files up by what they are, not by name.
func findFiles(folder *os.File, c *claim) (map[string]*claimed, error) {
	names, err := folder.Readdirnames(-1)
	if err != nil {
		return nil, err
	}
	found := map[string]*claimed{}
	for _, name := range names {
		id, err := inodeAt(folder, name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		} else if err != nil {
			return nil, err
		}
		for _, f := range c.files() {
			if id.same(f.inode) && name != refusedEntry+c.ID {
				found[name] = f
			}
		}
	}
	return found, nil
}

// Unfinished returns the jobs whose claim is not finished, oldest first: after a
// crash the caller makes sure that the ledger has them and calls FinishClaim.
func (s *Spool) Unfinished(ctx context.Context) ([]*Job, error) {
	jobs, err := s.Jobs(Work)
	var open []*Job
	for _, job := range jobs {
		if !job.Finished {
			open = append(open, job)
		}
	}
	return open, errors.Join(ctx.Err(), err)
}

// claimedFiles returns the files in inbox/ that a job already has.
func (s *Spool) claimedFiles() ([]inode, error) {
	jobs, err := s.Jobs(Work)
	if err != nil {
		return nil, err
	}
	var files []inode
	for _, job := range jobs {
		if job.Finished || job.Keep {
			continue
		}
		c, err := readClaim(job.Dir, job.ID)
		if err != nil {
			return nil, err
		}
		for _, f := range c.files() {
			files = append(files, f.inode)
		}
	}
	return files, nil
}

func (s *Spool) writeClaim(dir string, c claim) error {
	text, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		return err
	}
	return s.disk.Replace(dir, claimFile, 0o600, func(w io.Writer) error {
		_, err := w.Write(append(text, '\n'))
		return err
	})
}

// readClaim reads claim.json of a job; an unreadable one is a [*JobError].
func readClaim(dir, id string) (*claim, error) {
	f, err := os.OpenFile(filepath.Join(dir, claimFile), unix.O_RDONLY|unix.O_NOFOLLOW, 0)
	if err != nil {
		return nil, &JobError{ID: id, Err: &OpError{Step: "claim.json", Err: bare(err)}}
	}
	defer f.Close()
	c, err := parseClaim(f, id)
	if err != nil {
		return nil, &JobError{ID: id, Err: err}
	}
	return c, nil
}
