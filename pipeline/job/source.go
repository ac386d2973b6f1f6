package job

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"strings"

	"baitai/crypto"
	"baitai/formats"
	"baitai/pipeline/authority"
	"baitai/pipeline/intake"
	"baitai/pipeline/issue"
	"baitai/spool"
)

// sealedFile gives the plain bytes of a sealed file by random access.
type sealedFile struct {
	io.ReaderAt
	f *os.File
}

func (s sealedFile) Close() error { return s.f.Close() }

// openSealed opens a file of the job that was sealed to the site.
func (s *Site) openSealed(j *spool.Job, name string) (sealedFile, int64, error) {
	f, err := j.OpenFile(name)
	if err != nil {
		return sealedFile{}, 0, err
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return sealedFile{}, 0, err
	}
	at, size, err := crypto.OpenAt(f, info.Size(), s.keys.Site())
	if err != nil {
		f.Close()
		return sealedFile{}, 0, err
	}
	return sealedFile{at, f}, size, nil
}

// readSealed reads a small file of the job whole.
func (s *Site) readSealed(j *spool.Job, name string) ([]byte, error) {
	f, size, err := s.openSealed(j, name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.NewSectionReader(f, 0, size))
}

func (s *Site) readMeta(j *spool.Job) (meta, error) {
	raw, err := s.readSealed(j, spool.MetaFile)
	if err != nil {
		return meta{}, err
	}
	var m meta
	return m, json.Unmarshal(raw, &m)
}

// source says where the list of a job is and what is stated about it.
func (s *Site) source(j *spool.Job) (intake.Source, intake.Stated, error) {
	m, err := s.readMeta(j)
	if err != nil {
		return intake.Source{}, intake.Stated{}, err
	}
	first, size, err := s.openSealed(j, spool.ListFile)
	if err != nil {
		return intake.Source{}, intake.Stated{}, err
	}
	first.Close()
	src := intake.Source{Name: m.ListName, Size: size, SideName: m.SideName}
	src.Unlock = func(ref string, r io.ReaderAt, size int64) (io.ReaderAt, int64, error) {
		return s.unlock(j.Office, ref, r, size)
	}
	src.List = func() (intake.ReadAtCloser, error) {
		f, _, err := s.openSealed(j, spool.ListFile)
		return f, err
	}
	if _, err := os.Stat(j.Path(spool.RequestFile)); err == nil {
		src.Side = func() (io.ReadCloser, error) {
			f, size, err := s.openSealed(j, spool.RequestFile)
			if err != nil {
				return nil, err
			}
			return struct {
				io.Reader
				io.Closer
			}{io.NewSectionReader(f, 0, size), f}, nil
		}
	} else if !errors.Is(err, os.ErrNotExist) {
		return intake.Source{}, intake.Stated{}, err
	}
	return src, s.stated(j, m), nil
}

// stated gathers what is said about the list from outside of it.
func (s *Site) stated(j *spool.Job, m meta) intake.Stated {
	st := intake.Stated{Office: j.Office, Default: s.defaultRequest(j.Office)}
	if c := m.Command; c != nil {
		r := authority.NewRequest(authority.Command)
		r.Office, r.Purpose, r.Number, r.Basis, r.Rows = j.Office, c.Purpose, c.Number, c.Basis, c.Rows
		r.Fields, r.Form, r.Charset, r.Way, r.Sheet = c.Fields, c.Form, c.Charset, c.Way, c.Sheet
		r.Layout, r.ResultLayout = c.Layout, c.Result
		st.Command = r
	}
	return st
}

// defaultRequest is what the register says for lists that come without a request.
func (s *Site) defaultRequest(office string) authority.Request {
	r := authority.NewRequest(authority.Default)
	r.Office = office
	r.Purpose, _ = s.Register.DefaultPurpose(office)
	return r
}

func (s *Site) limits() formats.Limits {
	l := formats.DefaultLimits()
	l.RowsMax = s.Config.Intake.MaxRows + 1 // the header is a record too
	return l
}

// expelledIssue is why a file that could not even be opened is refused.
func (s *Site) expelledIssue(j *spool.Job) error {
	raw, err := os.ReadFile(j.Path(spool.NoteFile))
	if err != nil {
		return err
	}
	return issue.New(issue.Code(strings.TrimSpace(string(raw))), issue.Pos{}, "max_bytes")
}

// sealedDigests gives the SHA-256 of the job's sealed files that exist. Those that this
// process wrote itself are not read once more, but must be as long as they were written:
// the plain file of a list is let go after this.
func (s *Site) sealedDigests(j *spool.Job, names ...string) (map[string]string, error) {
	digests := make(map[string]string)
	for _, name := range names {
		f, err := j.OpenFile(name)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		d, err := digestOf(j, name, f)
		f.Close()
		if err != nil {
			return nil, err
		}
		digests[name] = d.Hex()
	}
	return digests, nil
}

func digestOf(j *spool.Job, name string, f *os.File) (crypto.Digest, error) {
	w, known := j.Written(name)
	if !known {
		return crypto.DigestOf(f)
	}
	is, err := f.Stat()
	if err == nil && is.Size() != w.Bytes {
		err = issue.New(issue.Fault, issue.Pos{File: name})
	}
	return crypto.Digest(w), err
}
