package ledger

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/mod/sumdb/tlog"

	"baitai/spool"
)

// Publish makes bundles, tiles and the checkpoint file of all entries, for those
// who read the ledger with other programs, and empties the write-ahead log. The
// entries are safe without it. It may be called at any time and again after an
// error; call it at the end of a job.
func (l *Ledger) Publish() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.broken != nil {
		return l.broken
	}
	if len(l.tail) == 0 {
		return nil
	}
	built, full, err := l.writeTree()
	if err != nil {
		return err
	}
	// The order is what makes a crash harmless: the checkpoint never counts an
	// entry that is not in a bundle, the log is emptied only behind it.
	if err := replace(l.disk, l.dir, checkpointName, l.note); err != nil {
		return err
	}
	if err := l.resetWAL(); err != nil {
		return err
	}
	l.published, l.built, l.tail = l.edge.tree(), built, nil
	return l.removePartial(full)
}

// removePartial removes partial bundles and tiles beside full ones, as
// tlog-tiles permits. What a crash leaves of them goes when the ledger is opened.
func (l *Ledger) removePartial(full []coord) error {
	for _, c := range full {
		dir := filepath.Join(l.dir, filepath.FromSlash(c.path())+".p")
		if _, err := os.Stat(dir); err != nil {
			continue
		}
		if err := l.disk.RemoveAll(dir); err != nil {
			return err
		}
	}
	return nil
}

// writeTree writes bundles first, then tiles. It returns the state at the new
// size and the coordinates that became full.
func (l *Ledger) writeTree() (*builder, []coord, error) {
	type file struct {
		at   coord
		data []byte
	}
	var files []file
	keep := func(c coord, data []byte) error {
		files = append(files, file{c, bytes.Clone(data)})
		return nil
	}
	built := l.built.clone()
	for _, raw := range l.tail {
		if err := built.add(raw, tlog.RecordHash(raw), keep); err != nil {
			return nil, nil, err
		}
	}
	if err := built.partial(keep); err != nil {
		return nil, nil, err
	}
	var full []coord
	for _, bundles := range []bool{true, false} {
		for _, f := range files {
			if (f.at.level < 0) != bundles {
				continue
			}
			if err := l.writeFile(f.at, f.data); err != nil {
				return nil, nil, err
			}
			if f.at.width == tileWidth {
				full = append(full, f.at)
			}
		}
	}
	return built, full, nil
}

// writeFile writes a bundle or tile. One that a broken-off Publish left is
// written again, because nobody knows whether it is on the disk; it must be equal.
func (l *Ledger) writeFile(c coord, data []byte) error {
	name := filepath.FromSlash(c.path())
	is, err := readFile(os.DirFS(l.dir), c.path(), bundleBytesMax)
	switch {
	case err == nil && !bytes.Equal(is, data):
		return &TamperedError{"there is another tile or bundle in the place of a new one", c.first(0)}
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return err
	}
	dir := filepath.Dir(filepath.Join(l.dir, name))
	if err := l.mkdirAll(dir); err != nil {
		return err
	}
	return replace(l.disk, dir, filepath.Base(name), data)
}

func (l *Ledger) mkdirAll(dir string) error {
	if _, err := os.Stat(dir); err == nil {
		return nil
	}
	if err := l.mkdirAll(filepath.Dir(dir)); err != nil {
		return err
	}
	err := l.disk.Mkdir(dir, dirMode)
	if errors.Is(err, spool.ErrExists) {
		return nil
	}
	return err
}

// resetWAL puts an empty log in the place of the old one. When that fails, the
// handle may belong to a file that has no name any more.
func (l *Ledger) resetWAL() error {
	l.broken = ErrBroken
	if err := replace(l.disk, l.dir, walName, walHeader(l.edge.n)); err != nil {
		return err
	}
	f, err := openWAL(l.dir)
	if err != nil {
		return err
	}
	old := l.wal
	l.wal, l.broken = f, nil
	return old.Close()
}
