package sealed

import (
	"context"
	"io"
	"io/fs"
)

// stopping is a folder whose files cannot be read any more once stop is closed.
// What reads them then fails as it would on a medium that was pulled out, and
// puts away what it has written.
type stopping struct {
	fs.FS
	stop <-chan struct{}
}

func (s stopping) Open(name string) (fs.File, error) {
	f, err := s.FS.Open(name)
	if err != nil {
		return nil, err
	}
	return stoppingFile{f, s.stop}, nil
}

type stoppingFile struct {
	fs.File
	stop <-chan struct{}
}

func (f stoppingFile) Read(p []byte) (int, error) {
	select {
	case <-f.stop:
		return 0, context.Canceled
	default:
		return f.File.Read(p)
	}
}

// stoppingAt is the same for what is read here and there.
type stoppingAt struct {
	io.ReaderAt
	stop <-chan struct{}
}

func (s stoppingAt) ReadAt(p []byte, off int64) (int, error) {
	select {
	case <-s.stop:
		return 0, context.Canceled
	default:
		return s.ReaderAt.ReadAt(p, off)
	}
}
