//go:build linux

package spool

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"
)

// Why a claim fails. Besides these it may be what Arrival.Refuse holds, what ID
// returned, [ErrJobExists], or an error of the disk.
var (
	ErrChanged = errors.New("the file changed while it was read")
	ErrOutside = errors.New("the file is not in the inbox of that office")
)

// Incoming is what is to be claimed.
type Incoming struct {
	Office   string
	ListPath Path
	SidePath Path // empty when there is none

	// Keep says that the files are an operator's, outside inbox/, and stay.
	Keep bool

	// Seal encrypts what is written to it; Close ends the seal but does not close
	// the writer below.
	Seal func(io.Writer) (io.WriteCloser, error)

	// ID makes the job's id of the SHA-256 of both files (side is zero when there
	// is none). Its error abandons the claim, is returned as it is, and leaves
	// nothing but the plain files.
	ID func(list, side [32]byte) (string, error)

	// Meta is sealed beside the list: the names of the files, for example.
	Meta []byte
}

// Format prints the office, never a name or Meta.
func (in Incoming) Format(f fmt.State, _ rune) { fmt.Fprintf(f, "incoming{%s}", in.Office) }

// A source is a plain file that is open for being claimed.
type source struct {
	file  *os.File
	id    inode
	seed  maphash.Seed
	hash  [32]byte // SHA-256 of the first reading
	quick uint64   // another hash of it, which the second one has to have too
}

// Claim makes a job of a list: a sealed copy of the list, of its side file and of
// Meta, durable under work/ID. The plain files are still there; the caller now
// writes its ledger entry and then calls FinishClaim, which erases them. After a
// crash in between, [Spool.Unfinished] returns the job again.
//
// Both files are read twice, and both readings have to agree. On error there is
// no job, with one exception: when the last fsync fails the job may be in work/
// and is found by Unfinished.
func (s *Spool) Claim(ctx context.Context, in Incoming) (*Job, error) {
	if err := s.mayWrite(); err != nil {
		return nil, err
	}
	if err := CheckOffice(in.Office); err != nil {
		return nil, err
	}
	list, side, err := s.openSources(in)
	if err != nil {
		return nil, err
	}
	defer list.file.Close()
	if side != nil {
		defer side.file.Close()
	}
	temp := s.unfinished()
	job, err := s.fillClaim(ctx, in, list, side, temp)
	if err != nil {
		_ = os.RemoveAll(temp) // sealed; what stays is swept
		return nil, err
	}
	return job, nil
}

// fillClaim does everything of Claim that is done inside the unfinished folder.
func (s *Spool) fillClaim(ctx context.Context, in Incoming, list, side *source, temp string) (*Job, error) {
	if err := s.disk.Mkdir(temp, 0o700); err != nil {
		return nil, err
	}
	sealed := make(digests)
	if err := s.sealCopy(ctx, temp, ListFile, in.Seal, list, sealed); err != nil {
		return nil, err
	}
	var sideHash [32]byte
	if side != nil {
		if err := s.sealCopy(ctx, temp, RequestFile, in.Seal, side, sealed); err != nil {
			return nil, err
		}
		sideHash = side.hash
	}
	for _, src := range []*source{list, side} {
		if src != nil {
			if err := src.readAgain(ctx); err != nil {
				return nil, err
			}
		}
	}
	id, err := in.ID(list.hash, sideHash)
	if err != nil {
		return nil, err
	}
	if in.Meta != nil {
		err := sealed.put(s.disk, temp, MetaFile, MetaFile, func(w io.Writer) error {
			return sealInto(w, in.Seal, func(w io.Writer) error { _, err := w.Write(in.Meta); return err })
		})
		if err != nil {
			return nil, err
		}
	}
	record := claim{Version: version, ID: id, Office: in.Office, Claimed: s.now().In(jst()), Keep: in.Keep}
	record.List = &claimed{inode: list.id}
	if side != nil {
		record.Side = &claimed{inode: side.id}
	}
	return s.enter(temp, record, sealed)
}

// enter turns an unfinished folder into a job. sealed is what was written of it.
func (s *Spool) enter(temp string, record claim, sealed digests) (*Job, error) {
	if err := CheckID(record.ID); err != nil {
		return nil, err
	}
	if _, err := s.find(record.ID); err == nil {
		return nil, &JobError{ID: record.ID, Err: ErrJobExists}
	} else if !errors.Is(err, ErrNoJob) {
		return nil, err
	}
	if err := s.writeClaim(temp, record); err != nil {
		return nil, err
	}
	if err := s.disk.Rename(temp, s.in(Work, record.ID)); err != nil {
		return nil, err
	}
	job, err := s.Job(record.ID)
	if err == nil {
		job.written = sealed
	}
	return job, err
}

func (s *Spool) openSources(in Incoming) (list, side *source, err error) {
	list, err = s.openSource(in, in.ListPath, s.maxBytes())
	if err != nil || in.SidePath.Empty() {
		return list, nil, err
	}
	side, err = s.openSource(in, in.SidePath, SideBytesMax)
	if err != nil {
		_ = list.file.Close()
		return nil, nil, err
	}
	return list, side, nil
}

// openSource opens a plain file; one of the inbox from the folder of its office,
// so that neither ".." nor a link leads out of it.
func (s *Spool) openSource(in Incoming, path Path, most int64) (*source, error) {
	var folder *os.File
	var err error
	if in.Keep {
		folder, err = os.OpenFile(filepath.Dir(path.Reveal()), unix.O_RDONLY|unix.O_DIRECTORY, 0)
	} else if filepath.Dir(path.Reveal()) != s.in(Inbox, in.Office) {
		return nil, ErrOutside
	} else {
		folder, err = s.openInbox(in.Office)
	}
	if err != nil {
		return nil, &OpError{Step: "claim:open", Err: bare(err)}
	}
	defer folder.Close()
	src := &source{seed: maphash.MakeSeed()}
	err = s.disk.do("claim:open", func() (err error) {
		src.file, err = openRegular(folder, filepath.Base(path.Reveal()), unix.O_RDONLY)
		if errors.Is(err, fs.ErrNotExist) {
			return ErrVanished
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	src.id, err = inodeAt(src.file, "")
	writer, _ := openForWriting(src.file)
	switch {
	case err != nil:
	case src.id.Size > most:
		err = ErrTooLarge
	case writer:
		err = ErrOpenForWriting
	default:
		return src, nil
	}
	_ = src.file.Close()
	return nil, &OpError{Step: "claim:open", Err: bare(err)}
}

// sealCopy writes the sealed copy and remembers the hashes of what it read.
func (s *Spool) sealCopy(ctx context.Context, dir, name string, seal func(io.Writer) (io.WriteCloser, error), src *source, sealed digests) error {
	return sealed.put(s.disk, dir, name, name, func(w io.Writer) error {
		return sealInto(w, seal, func(w io.Writer) error {
			return src.readFirst(ctx, w, s.opt.Ahead)
		})
	})
}

func sealInto(w io.Writer, seal func(io.Writer) (io.WriteCloser, error), write func(io.Writer) error) error {
	sealed, err := seal(w)
	if err != nil {
		return err
	}
	if err := write(sealed); err != nil {
		return err // the seal stays open: what it has written is thrown away
	}
	return sealed.Close()
}

// readFirst copies the whole file to w and hashes it. ahead may be nil.
func (src *source) readFirst(ctx context.Context, w io.Writer, ahead func(io.Reader) (io.Reader, func())) error {
	hash := sha256.New()
	var err error
	if src.quick, err = src.read(ctx, w, hash, ahead); err == nil {
		src.hash = [32]byte(hash.Sum(nil))
	}
	return err
}

// copyBytes is read at a time.
const copyBytes = 256 << 10

// read copies the whole file to w, writes it to sum before that, and returns a hash of
// it that is good in this process only. It stops one byte after the size that was looked
// at, however fast the file grows.
func (src *source) read(ctx context.Context, w, sum io.Writer, ahead func(io.Reader) (io.Reader, func())) (quick uint64, err error) {
	var hash maphash.Hash
	hash.SetSeed(src.seed)
	in := io.TeeReader(&ctxReader{ctx, io.NewSectionReader(src.file, 0, src.id.Size+1)}, io.MultiWriter(&hash, sum))
	if ahead != nil {
		more, stop := ahead(in)
		defer stop()
		in = more
	}
	n, err := io.CopyBuffer(struct{ io.Writer }{w}, in, make([]byte, copyBytes))
	if err != nil {
		return 0, bareRead(err)
	}
	if n != src.id.Size {
		return 0, ErrChanged
	}
	return hash.Sum64(), nil
}

// readAgain reads a second time: both readings have to agree, and the file must
// look as it did before the first. Two that differ are practically never taken for the
// same, whoever changed the file: the key of the hash is drawn anew for each. The id of
// the job is made of the first one's SHA-256, which is of what was sealed.
func (src *source) readAgain(ctx context.Context) error {
	quick, err := src.read(ctx, io.Discard, io.Discard, nil)
	if err != nil {
		return err
	}
	now, err := inodeAt(src.file, "")
	if err != nil {
		return &OpError{Step: "claim:open", Err: bare(err)}
	}
	writer, _ := openForWriting(src.file)
	if writer || quick != src.quick || now != src.id {
		return ErrChanged
	}
	return nil
}

// bareRead takes the path out of an error of reading, and leaves what the seal
// or the disk returned as it is.
func bareRead(err error) error {
	if _, ok := errors.AsType[*fs.PathError](err); ok {
		return &OpError{Step: "claim:read", Err: bare(err)}
	}
	return err
}

// A ctxReader stops when its context does.
type ctxReader struct {
	ctx context.Context
	r   io.Reader
}

func (r *ctxReader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.r.Read(p)
}

// Expel makes a job of an arrival that cannot be claimed (symbolic link, pipe,
// folder, hard link, too large), without opening it. note is kept beside it and
// holds no personal data. The caller then writes its ledger entry and calls
// FinishClaim, which renames the entry to .refused-ID in the same inbox, and
// moves the job to Refused.
//
// The entry stays in the inbox, under a name that is left alone, because nothing
// plain may leave it, and because an inbox may be a file system of its own.
func (s *Spool) Expel(ctx context.Context, a Arrival, id string, note []byte) (*Job, error) {
	if err := s.mayWrite(); err != nil {
		return nil, err
	}
	if err := errors.Join(ctx.Err(), CheckOffice(a.Office), CheckID(id)); err != nil {
		return nil, err
	}
	temp := s.unfinished()
	err := s.disk.Mkdir(temp, 0o700)
	if err == nil {
		err = s.disk.Put(temp, NoteFile, 0o600, func(w io.Writer) error { _, err := w.Write(note); return err })
	}
	var job *Job
	if err == nil {
		job, err = s.enter(temp, claim{Version: version, ID: id, Office: a.Office, Claimed: s.now().In(jst()),
			Expelled: true, List: &claimed{inode: a.id}}, nil)
	}
	if err != nil {
		_ = os.RemoveAll(temp)
		return nil, err
	}
	return job, nil
}

func (s *Spool) openInbox(office string) (*os.File, error) {
	inbox, err := os.OpenFile(s.in(Inbox), unix.O_RDONLY|unix.O_DIRECTORY, 0)
	if err != nil {
		return nil, err
	}
	defer inbox.Close()
	return openFolder(inbox, office)
}

// jst is Asia/Tokyo, which has no summer time.
func jst() *time.Location { return time.FixedZone("JST", 9*3600) }

// unfinished names a folder for a job that is not whole yet.
func (s *Spool) unfinished() string { return s.in(Work, claimLitter+rand.Text()) }
