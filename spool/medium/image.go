//go:build linux

package medium

import (
	"context"
	"errors"
	"io"
	"path/filepath"
	"time"

	"baitai/formats/iso9660"
	"baitai/spool"
)

// A DiscKind is a kind of disc that is written once, with what it holds.
type DiscKind struct {
	Name  string
	Bytes int64
}

// DiscKinds are the usual ones, the smallest first. Of several makes the one that
// holds the least counts: CD-R of 80 minutes (700 MB), DVD+R rather than DVD-R
// (4.7 GB), BD-R of one layer (25 GB).
func DiscKinds() []DiscKind {
	const sector = 2048
	return []DiscKind{{"cd", 359_844 * sector}, {"dvd", 2_295_104 * sector}, {"bd", 12_219_392 * sector}}
}

// Burnable is an image of a disc as it was written and read back.
type Burnable struct {
	Copied
	Disc DiscKind // that it fits on
}

// Image makes the new file path, an image of a disc with the named files of the
// folder src in a folder of that name. It fits on one of the discs, the first that
// holds it, or is [ErrDiscSmall]. What [Copy] promises of a file is promised of the
// image. It gets its name when it was read back and made, given its digest, has nothing
// against it.
func Image(ctx context.Context, disk *spool.Disk, src string, names []string, folder, path string, discs []DiscKind, at time.Time, made func(sum [32]byte) error) (Burnable, error) {
	image, err := imageOf(ctx, src, names, folder, at)
	if err != nil {
		return Burnable{}, err
	}
	on, err := smallest(discs, image.Size())
	if err != nil {
		return Burnable{}, err
	}
	dir, name := filepath.Split(path)
	if dir == "" {
		dir = "."
	}
	f, err := Look(dir)
	if err == nil {
		err = f.admit("", []piece{{name, image.Size()}})
	}
	if err != nil {
		return Burnable{Disc: on}, err
	}
	done, err := put(ctx, disk, dir, name, func(w io.Writer) error {
		_, err := image.WriteTo(w)
		if errors.Is(err, iso9660.ErrChanged) {
			err = errors.Join(ErrChanged, err)
		}
		return err
	}, made)
	return Burnable{done, on}, err
}

func imageOf(ctx context.Context, src string, names []string, folder string, at time.Time) (*iso9660.Image, error) {
	all, err := pieces(src, names)
	if err != nil {
		return nil, err
	}
	var files []iso9660.File
	for _, p := range all {
		files = append(files, iso9660.File{Name: p.name, Size: p.size, Open: func() (io.ReadCloser, error) {
			f, err := spool.OpenRegular(filepath.Join(src, p.name))
			if err != nil {
				return nil, err
			}
			return struct {
				io.Reader
				io.Closer
			}{reader(ctx, f), f}, nil
		}})
	}
	image, err := iso9660.New(folder, files, at)
	for _, known := range []struct{ is, kind error }{
		{iso9660.ErrName, ErrName}, {iso9660.ErrSameName, ErrSameName}, {iso9660.ErrTooLarge, ErrDiscSmall},
	} {
		if errors.Is(err, known.is) {
			return nil, &Error{Kind: known.kind, Cause: err, Type: "iso9660"}
		}
	}
	return image, err
}

func smallest(discs []DiscKind, size int64) (DiscKind, error) {
	var most int64
	for _, d := range discs {
		if d.Bytes >= size {
			return d, nil
		}
		most = max(most, d.Bytes)
	}
	return DiscKind{}, &Error{Kind: ErrDiscSmall, Cause: ErrDiscSmall, Type: "iso9660", Need: size, Have: most}
}
