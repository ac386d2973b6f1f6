//go:build linux

package spool

import (
	"cmp"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// A Job is a claimed list. Its fields are a picture taken when it was read; the
// methods of Spool that change a job keep them up to date.
type Job struct {
	ID       string
	Office   string
	State    State
	Dir      string    // its folder; that of its result is [Spool.ResultDir]
	Claimed  time.Time // JST
	Attempts int       // how often Attempt was called
	Finished bool      // the plain file is gone; see FinishClaim
	Keep     bool      // the plain file is an operator's and stays
	Expelled bool      // there is no list, only a note; see Expel

	// Published says that the result is in outbox/. A job in work/ that is
	// published was interrupted after Publish: it has only to move to Done.
	Published bool

	written digests
}

// find returns the state that has a folder of that job.
func (s *Spool) find(id string) (State, error) {
	if err := CheckID(id); err != nil {
		return "", err
	}
	for _, state := range jobStates() {
		if info, err := os.Lstat(s.in(state, id)); err == nil && info.IsDir() {
			return state, nil
		}
	}
	return "", &JobError{ID: id, Err: ErrNoJob}
}

// Job finds a job in any state; there is none: [ErrNoJob].
func (s *Spool) Job(id string) (*Job, error) {
	state, err := s.find(id)
	if err != nil {
		return nil, err
	}
	return s.load(state, id)
}

func (s *Spool) load(state State, id string) (*Job, error) {
	dir := s.in(state, id)
	c, err := readClaim(dir, id)
	if err != nil {
		return nil, err
	}
	job := &Job{ID: id, Office: c.Office, State: state, Dir: dir, Claimed: c.Claimed.In(jst()),
		Finished: c.Finished != nil, Keep: c.Keep, Expelled: c.Expelled}
	if job.Attempts, err = readAttempts(dir); err != nil {
		return nil, &JobError{ID: id, Err: err}
	}
	job.Published = isFolder(s.in(Outbox, c.Office, id))
	if state == Done && job.Published {
		job.State = Outbox
	}
	return job, nil
}

// Jobs returns the jobs of a state, oldest claim first. Jobs(Outbox) are those
// whose work is done and whose result waits to be handed over; Jobs(Done) are the
// others of done/. Jobs that cannot be read are left out and are [*JobError]s in
// the error, which joins them; the others are returned all the same.
func (s *Spool) Jobs(state State) ([]*Job, error) {
	folder := state
	if state == Outbox {
		folder = Done
	}
	if !slices.Contains(jobStates(), folder) {
		return nil, nil
	}
	entries, err := os.ReadDir(s.in(folder))
	if err != nil {
		return nil, &OpError{Step: "jobs", Err: bare(err)}
	}
	var jobs []*Job
	var errs []error
	for _, entry := range entries {
		if !entry.IsDir() || CheckID(entry.Name()) != nil {
			continue
		}
		job, err := s.load(folder, entry.Name())
		if err != nil && s.lock == nil && !isFolder(s.in(folder, entry.Name())) {
			continue // it moved while we looked
		}
		if err != nil {
			errs = append(errs, err)
		} else if job.State == state {
			jobs = append(jobs, job)
		}
	}
	slices.SortFunc(jobs, func(a, b *Job) int {
		return cmp.Or(a.Claimed.Compare(b.Claimed), cmp.Compare(a.ID, b.ID))
	})
	return jobs, errors.Join(errs...)
}

// Attempt counts one more attempt at the job, durably, before it begins. What to
// do with a job that ends the program again and again is the caller's rule.
func (s *Spool) Attempt(job *Job) error {
	if err := s.mayWrite(); err != nil {
		return err
	}
	n, err := readAttempts(job.Dir)
	if err != nil {
		return &JobError{ID: job.ID, Err: err}
	}
	err = s.disk.Replace(job.Dir, attemptsFile, 0o600, func(w io.Writer) error {
		_, err := io.WriteString(w, strconv.Itoa(n+1)+"\n")
		return err
	})
	if err != nil {
		return err
	}
	job.Attempts, job.written = n+1, nil // the caller throws away what earlier attempts wrote
	return nil
}

func readAttempts(dir string) (int, error) {
	text, err := os.ReadFile(filepath.Join(dir, attemptsFile))
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	} else if err != nil {
		return 0, &OpError{Step: "attempts", Err: bare(err)}
	}
	n, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil || n < 0 {
		return 0, ErrDamaged
	}
	return n, nil
}

// Path returns where a file of the job is; name is a base name or "out/" and one.
func (j *Job) Path(name string) string { return filepath.Join(j.Dir, filepath.FromSlash(name)) }

// OpenFile opens a file of the job for reading.
func (j *Job) OpenFile(name string) (*os.File, error) {
	sub, base, err := splitName(name)
	if err != nil {
		return nil, err
	}
	return OpenRegular(filepath.Join(j.Dir, sub, base))
}

// PutFile writes a new file of the job with [Disk.Put]. A name that begins with
// "out/" is part of what Publish publishes; the folder is made when it is missing.
// Once the result is published there is no more of it: [ErrPublished]. What was
// written is then told by [Job.Written].
func (s *Spool) PutFile(job *Job, name string, write func(io.Writer) error) error {
	if err := s.mayWrite(); err != nil {
		return err
	}
	sub, base, err := splitName(name)
	if err != nil {
		return err
	}
	dir := filepath.Join(job.Dir, sub)
	if sub != "" {
		if isFolder(s.in(Outbox, job.Office, job.ID)) {
			return &JobError{ID: job.ID, Err: ErrPublished}
		}
		if err := s.disk.Mkdir(dir, 0o700); err != nil && !errors.Is(err, ErrExists) {
			return err
		}
	}
	if job.written == nil {
		job.written = make(digests)
	}
	return job.written.put(s.disk, dir, base, name, write)
}

// splitName accepts NAME and out/NAME. claim.json and attempts are the spool's.
func splitName(name string) (sub, base string, err error) {
	base = name
	if rest, ok := strings.CutPrefix(name, OutDir+"/"); ok {
		sub, base = OutDir, rest
	}
	if err := checkName("file", base); err != nil || strings.HasPrefix(base, ".") {
		return "", "", &OpError{Step: "file", Err: ErrBadName}
	}
	if sub == "" && (base == claimFile || base == attemptsFile || base == OutDir) {
		return "", "", &OpError{Step: "file", Err: ErrBadName}
	}
	return sub, base, nil
}

// mayMove is the table of ways: from → to.
func mayMove(from, to State) bool {
	switch from {
	case Work:
		return to == Held || to == Done || to == Refused
	case Held:
		return to == Work || to == Refused
	}
	return false
}

// Move brings a job into another state: work to held, done or refused, held to
// work or refused. A job whose claim is not finished cannot move. A job that is
// there already stays. After a move to Done the state is Outbox if a result waits.
func (s *Spool) Move(job *Job, to State) error {
	if err := s.mayWrite(); err != nil {
		return err
	}
	now, err := s.Job(job.ID)
	if err != nil {
		return err
	}
	if now.State == to || to == Done && now.State == Outbox {
		if err := s.disk.syncDir("move", filepath.Dir(now.Dir)); err != nil {
			return err
		}
	} else {
		switch {
		case !mayMove(now.State, to):
			return &JobError{ID: job.ID, Err: ErrBadMove}
		case !now.Finished:
			return &JobError{ID: job.ID, Err: ErrUnfinished}
		}
		if err := s.disk.Rename(now.Dir, s.in(to, job.ID)); err != nil {
			return err
		}
		if now, err = s.Job(job.ID); err != nil {
			return err
		}
	}
	*job = *now
	return nil
}

// ResultDir returns where the result of the job is now: out/ in the job's folder
// before Publish and after Withdraw, outbox/OFFICE/ID between. There may be none.
func (s *Spool) ResultDir(job *Job) string {
	if published := s.in(Outbox, job.Office, job.ID); isFolder(published) {
		return published
	}
	return filepath.Join(job.Dir, OutDir)
}

// Publish makes what PutFile wrote under out/ appear in outbox/OFFICE/ID, all of
// it at once. It may be called again: what is published stays published. The job
// stays in work/; Move(job, Done) ends it.
func (s *Spool) Publish(job *Job) error {
	err := s.shift(job, filepath.Join(job.Dir, OutDir), s.in(Outbox, job.Office, job.ID), Work)
	if err == nil {
		job.Published = true
	}
	return err
}

// Withdraw takes the result out of the outbox after it was handed over, back into
// the job's folder in done/. It may be called again.
func (s *Spool) Withdraw(job *Job) error {
	err := s.shift(job, s.in(Outbox, job.Office, job.ID), filepath.Join(job.Dir, OutDir), Done)
	if err == nil {
		job.State, job.Published = Done, false
	}
	return err
}

func (s *Spool) shift(job *Job, from, to string, in State) error {
	if err := s.mayWrite(); err != nil {
		return err
	}
	if err := CheckOffice(job.Office); err != nil {
		return err
	}
	if job.Dir != s.in(in, job.ID) {
		return &JobError{ID: job.ID, Err: ErrBadMove}
	}
	if !isFolder(from) {
		if isFolder(to) { // by an earlier run, perhaps killed before its last step
			return errors.Join(s.disk.syncDir("shift", filepath.Dir(to)), s.disk.syncDir("shift", filepath.Dir(from)))
		}
		return &JobError{ID: job.ID, Err: ErrNoResult}
	}
	if parent := s.in(Outbox, job.Office); !isFolder(parent) {
		if err := s.disk.Mkdir(parent, 0o700); err != nil {
			return err
		}
	}
	return s.disk.Rename(from, to)
}

func isFolder(path string) bool {
	var st unix.Stat_t
	return unix.Lstat(path, &st) == nil && st.Mode&unix.S_IFMT == unix.S_IFDIR
}
