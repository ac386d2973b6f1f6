//go:build linux

package medium

import (
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"baitai/spool"
)

// CopyFolder copies the named files of the folder src into the new folder
// dir/name, as one unit: the folder gets its name when all of it was read back.
// Where the medium's file system cannot rename a folder, the files are renamed
// one by one in the order given, so that the last of names (the manifest) being
// there says that all are. On error there is no dir/name, unless [ErrExists]; in
// that second way, or when the flush at the end fails, there may be one.
//
// What an earlier call for the same name was broken off at is removed first: a
// folder that is not finished yet, or, from that second way, one without the last
// file that holds nothing else than some of these files.
func CopyFolder(ctx context.Context, disk *spool.Disk, src string, names []string, dir, name string) ([]Copied, error) {
	if name != filepath.Base(name) || name == "." || name == ".." || len(names) == 0 {
		return nil, spool.ErrBadName
	}
	p, err := openPlace(dir)
	if err != nil {
		return nil, err
	}
	defer p.close()
	all, err := p.copyFolder(ctx, disk, src, names, name)
	if err == nil {
		err = p.finish(disk)
	}
	if err != nil {
		return nil, classify(err)
	}
	return all, nil
}

// Flush makes sure that what an earlier call wrote is on the medium: the program
// may have been ended before it came to that. There is nothing to do for a medium
// that cannot be written.
func Flush(disk *spool.Disk, dir string) error {
	p, err := openPlace(dir)
	if err != nil {
		return err
	}
	defer p.close()
	if p.ReadOnly || p.Kind == Disc {
		return nil
	}
	if err := disk.Step("flush:dirsync"); err != nil {
		return classify(err)
	}
	if err := p.folder.Sync(); err != nil {
		return classify(err)
	}
	return p.finish(disk)
}

// finish flushes the whole file system, with the tables that no fsync of a file
// reaches, and looks whether it is still there.
func (p *place) finish(disk *spool.Disk) error {
	if err := disk.SyncFS(p.path); err != nil {
		return classify(err)
	}
	return p.still()
}

func (p *place) copyFolder(ctx context.Context, disk *spool.Disk, src string, names []string, name string) ([]Copied, error) {
	files, err := pieces(src, names)
	if err != nil {
		return nil, err
	}
	temp, final := filepath.Join(p.path, ".tmp-"+name), filepath.Join(p.path, name)
	if err := p.clear(disk, src, names, temp, final); err != nil {
		return nil, err
	}
	if err := p.admit(name, files); err != nil {
		return nil, err
	}
	all, err := fillFolder(ctx, disk, src, names, temp)
	if err != nil {
		err = classify(err)
		p.explain(err, files)
	}
	if err == nil {
		err = p.still()
	}
	if err == nil {
		err = p.land(disk, temp, names, final)
	}
	if err == nil {
		err = p.still()
	}
	if err == nil {
		err = arrived(final, all)
	}
	if err != nil {
		_ = os.RemoveAll(temp) // a medium that is gone keeps it until the next time
		return nil, err
	}
	return all, nil
}

// explain adds to an error of writing what is known of the medium. Where FAT has
// space but says that it is full, it is its first folder that is (512 entries in
// FAT12 and FAT16, of which a long name takes several).
func (f Format) explain(err error, files []piece) {
	e, ok := errors.AsType[*Error](err)
	if !ok || e.Kind != ErrNoSpace && e.Kind != ErrTooLarge {
		return
	}
	e.Type, e.Need = f.label(), f.need(files)
	if e.Kind == ErrNoSpace && f.Kind == FAT && f.Free >= e.Need {
		e.Kind, e.Need, e.Have = ErrNoEntries, int64(len(files))+1, 0
	}
}

// clear removes what an earlier call left, and refuses a name that is taken.
func (p *place) clear(disk *spool.Disk, src string, names []string, temp, final string) error {
	cleared := false
	for _, path := range []string{temp, final} {
		if _, err := os.Lstat(path); err != nil {
			continue
		}
		if path == final && (p.Kind == Disc || !unfinished(src, names, final)) {
			return &Error{Kind: ErrExists, Cause: fs.ErrExist}
		}
		if err := disk.RemoveAll(path); err != nil {
			return err
		}
		cleared = true
	}
	if !cleared {
		return nil
	}
	now, err := look(p.folder) // there is more room
	p.Format = now
	return err
}

// unfinished reports whether a folder holds some of the files, each whole, but not
// the last: nobody but CopyFolder leaves such a folder.
func unfinished(src string, names []string, folder string) bool {
	there, err := os.ReadDir(folder)
	if err != nil {
		return false
	}
	for _, e := range there {
		if !slices.Contains(names[:len(names)-1], e.Name()) || !same(filepath.Join(src, e.Name()), filepath.Join(folder, e.Name())) {
			return false
		}
	}
	return true
}

// same compares two files; what cannot be read is not the same.
func same(a, b string) bool {
	x, err := digest(a)
	if err != nil {
		return false
	}
	y, err := digest(b)
	return err == nil && x == y
}

func digest(path string) (Copied, error) {
	f, err := spool.OpenRegular(path)
	if err != nil {
		return Copied{}, err
	}
	defer f.Close()
	return digestOf(f)
}

func fillFolder(ctx context.Context, disk *spool.Disk, src string, names []string, temp string) ([]Copied, error) {
	if err := disk.Mkdir(temp, 0o700); err != nil {
		return nil, err
	}
	var all []Copied
	for _, file := range names {
		one, err := copyFile(ctx, disk, filepath.Join(src, file), temp, file, nil)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, nil
}

// land gives the finished folder its name.
func (p *place) land(disk *spool.Disk, temp string, names []string, final string) error {
	if !p.losesFolders() {
		if err := disk.Rename(temp, final); err == nil || !cannotRename(err) {
			return err
		}
	}
	if err := disk.Mkdir(final, 0o700); err != nil {
		return err
	}
	for _, file := range names {
		if err := disk.Rename(filepath.Join(temp, file), filepath.Join(final, file)); err != nil {
			return err
		}
	}
	return disk.RemoveAll(temp)
}

// arrived looks whether the files are under their final names, as long as they were
// when they were read back.
func arrived(final string, all []Copied) error {
	for _, c := range all {
		info, err := os.Lstat(filepath.Join(final, c.Name))
		if errors.Is(err, fs.ErrNotExist) || err == nil && info.Size() != c.Size {
			return ErrReadBack
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func pieces(src string, names []string) ([]piece, error) {
	var files []piece
	for _, name := range names {
		size, err := sizeOf(filepath.Join(src, name))
		if err != nil {
			return nil, err
		}
		files = append(files, piece{name, size})
	}
	return files, nil
}

func sizeOf(path string) (int64, error) {
	info, err := os.Lstat(path)
	if err != nil {
		return 0, classify(err)
	}
	return info.Size(), nil
}

func digestOf(r io.Reader) (c Copied, err error) {
	hash := sha256.New()
	c.Size, err = io.Copy(hash, r)
	c.SHA256 = [32]byte(hash.Sum(nil))
	return c, err
}
