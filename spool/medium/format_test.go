//go:build linux

package medium_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"baitai/spool"
	"baitai/spool/medium"
)

func TestNamesThatAMediumCannotHave(t *testing.T) {
	windows := []medium.Kind{medium.FAT, medium.ExFAT, medium.NTFS}
	for name, want := range map[string]error{
		"result-001.csv.zst.age": nil, "結果.csv": nil, "a b": nil, ".tmp-x": nil, "CONFIG": nil, "com10.txt": nil, "lpt.csv": nil,
		strings.Repeat("名", 255): nil, "nul1": nil, "COM": nil,
		"a:b": medium.ErrName, "a\\b": medium.ErrName, "a?": medium.ErrName, "a*": medium.ErrName, "<a>": medium.ErrName,
		`"a"`: medium.ErrName, "a|b": medium.ErrName, "a\x1fb": medium.ErrName, "a.": medium.ErrName, "a ": medium.ErrName,
		"con": medium.ErrName, "Nul.csv": medium.ErrName, "COM1.tar.gz": medium.ErrName, "lpt9": medium.ErrName, "COM²": medium.ErrName,
		"aux .txt": medium.ErrName, "conout$": medium.ErrName, "": medium.ErrName, "a/b": medium.ErrName, "a\x00": medium.ErrName,
		"\xff": medium.ErrName, strings.Repeat("名", 256): medium.ErrNameLong, strings.Repeat("𠮷", 128): medium.ErrNameLong,
	} {
		for _, kind := range windows {
			f := medium.Format{Kind: kind, Free: -1, Files: -1, NameMax: 1530}
			if err := f.Admit("", medium.NewPiece(name, 1)); !errors.Is(err, want) || want == nil && err != nil {
				t.Errorf("kind %d: %q: %v, not %v", kind, name, err, want)
			}
			if err := f.Admit(name, medium.NewPiece("a", 1)); name != "" && (!errors.Is(err, want) || want == nil && err != nil) {
				t.Errorf("kind %d: folder %q: %v, not %v", kind, name, err, want)
			}
		}
	}
	own := medium.Format{Free: -1, Files: -1, NameMax: 255}
	for name, want := range map[string]error{"a:b": nil, "con": nil, "a.": nil, strings.Repeat("x", 255): nil, strings.Repeat("名", 86): medium.ErrNameLong} {
		if err := own.Admit("", medium.NewPiece(name, 1)); !errors.Is(err, want) || want == nil && err != nil {
			t.Errorf("%q: %v, not %v", name, err, want)
		}
	}
	short := medium.Format{Kind: medium.FAT, Short: true, Free: -1, Files: -1}
	for name, want := range map[string]error{"RESULT.AGE": nil, "README": nil, "ABCDEFGH.XYZ": nil, "result-001.csv.zst.age": medium.ErrNameLong,
		"ABCDEFGHI": medium.ErrNameLong, "A.JSON": medium.ErrNameLong, "A+B": medium.ErrNameLong, "結果": medium.ErrNameLong, ".TMP": medium.ErrNameLong} {
		if err := short.Admit("", medium.NewPiece(name, 1)); !errors.Is(err, want) || want == nil && err != nil {
			t.Errorf("8.3 %q: %v, not %v", name, err, want)
		}
	}
}

func TestNamesThatAreOneWhereCapitalsDoNotCount(t *testing.T) {
	two := []medium.Piece{medium.NewPiece("Result.csv", 1), medium.NewPiece("b", 1), medium.NewPiece("rESULT.CSV", 1)}
	for kind, want := range map[medium.Kind]error{medium.FAT: medium.ErrSameName, medium.ExFAT: medium.ErrSameName, medium.NTFS: medium.ErrSameName, medium.Other: nil} {
		if err := (medium.Format{Kind: kind, Free: -1, Files: -1}).Admit("f", two...); !errors.Is(err, want) || want == nil && err != nil {
			t.Errorf("kind %d: %v", kind, err)
		}
	}
}

func TestSizesThatAMediumCannotHave(t *testing.T) {
	const gib4 = 1 << 32
	for _, c := range []struct {
		f     medium.Format
		sizes []int64
		want  error
	}{
		{medium.Format{Kind: medium.FAT, Free: 1 << 40, Files: -1}, []int64{gib4 - 1, gib4 - 1}, nil},
		{medium.Format{Kind: medium.FAT, Free: 1 << 40, Files: -1}, []int64{1, gib4}, medium.ErrTooLarge},
		{medium.Format{Kind: medium.ExFAT, Free: 1 << 40, Files: -1}, []int64{gib4}, nil},
		{medium.Format{Kind: medium.NTFS, Free: 1 << 40, Files: -1}, []int64{gib4}, nil},
		// Whole clusters, and two for the folder.
		{medium.Format{Kind: medium.FAT, Cluster: 32 << 10, Free: 5 * 32 << 10, Files: -1}, []int64{1, 1, 1}, nil},
		{medium.Format{Kind: medium.FAT, Cluster: 32 << 10, Free: 5*32<<10 - 1, Files: -1}, []int64{1, 1, 1}, medium.ErrNoSpace},
		{medium.Format{Kind: medium.FAT, Cluster: 32 << 10, Free: 5 * 32 << 10, Files: -1}, []int64{1, 1, 32<<10 + 1}, medium.ErrNoSpace},
		{medium.Format{Cluster: 4096, Free: 1<<20 + 4096, Files: -1}, []int64{4096}, nil},
		{medium.Format{Cluster: 4096, Free: 1<<20 + 4095, Files: -1}, []int64{1}, medium.ErrNoSpace},
		{medium.Format{Free: -1, Files: -1}, []int64{1 << 50}, nil}, // not told: nothing is known against it
		{medium.Format{Free: 1 << 40, Files: 3}, []int64{1, 1}, nil},
		{medium.Format{Free: 1 << 40, Files: 2}, []int64{1, 1}, medium.ErrNoEntries},
		{medium.Format{Free: 1 << 40, Files: -1, ReadOnly: true}, []int64{1}, medium.ErrReadOnly},
		{medium.Format{Kind: medium.Disc, Free: 0, Files: -1, ReadOnly: true}, []int64{1}, medium.ErrDisc},
	} {
		var files []medium.Piece
		for i, size := range c.sizes {
			files = append(files, medium.NewPiece(string(rune('a'+i)), size))
		}
		err := c.f.Admit("f", files...)
		if !errors.Is(err, c.want) || c.want == nil && err != nil {
			t.Errorf("%+v %v: %v, not %v", c.f, c.sizes, err, c.want)
		}
		if e, ok := errors.AsType[*medium.Error](err); ok && c.want == medium.ErrNoSpace && e.Need <= e.Have {
			t.Errorf("needs %d, has %d", e.Need, e.Have)
		}
	}
}

func TestAFullFolderOfFATIsNotAFullMedium(t *testing.T) {
	for _, c := range []struct {
		f    medium.Format
		want medium.Error
	}{
		{medium.Format{Kind: medium.FAT, Free: 1 << 30}, medium.Error{Kind: medium.ErrNoEntries, Type: "FAT", Need: 2}},
		{medium.Format{Kind: medium.FAT, Free: 1}, medium.Error{Kind: medium.ErrNoSpace, Type: "FAT", Need: 9}},
		{medium.Format{Kind: medium.FAT, Free: -1}, medium.Error{Kind: medium.ErrNoSpace, Type: "FAT", Need: 9}},
		{medium.Format{Kind: medium.ExFAT, Free: 1 << 30}, medium.Error{Kind: medium.ErrNoSpace, Type: "exFAT", Need: 9}},
	} {
		err := &medium.Error{Kind: medium.ErrNoSpace, Cause: unix.ENOSPC}
		c.want.Cause = unix.ENOSPC
		if c.f.Explain(err, medium.NewPiece("a", 7)); *err != c.want {
			t.Errorf("%+v: %+v", c.f, err)
		}
	}
}

func TestWhatAMountIsFormattedWith(t *testing.T) {
	image := filepath.Join(t.TempDir(), "im age")
	sector := make([]byte, 512)
	copy(sector[3:], "EXFAT   ")
	if err := os.WriteFile(image, sector, 0o600); err != nil {
		t.Fatal(err)
	}
	escaped := strings.ReplaceAll(image, " ", `\040`)
	for line, want := range map[string]struct {
		name string
		kind medium.Kind
	}{
		"36 35 8:1 / /media/usb rw,noatime - vfat /dev/sda1 rw,fmask=0022":                           {"vfat", medium.FAT},
		"36 35 8:1 / /media/usb rw,noatime shared:1 master:2 - msdos /dev/sda1 rw":                   {"msdos", medium.FAT},
		"36 35 0:39 / /media/usb rw - fuse.fusefat fusefat rw,user_id=0":                             {"fuse.fusefat", medium.FAT},
		"36 35 8:1 / /media/usb rw - exfat /dev/sda1 rw":                                             {"exfat", medium.ExFAT},
		"36 35 8:1 / /media/usb rw - ntfs3 /dev/sda1 rw":                                             {"ntfs3", medium.NTFS},
		"36 35 11:0 / /media/cdrom ro - iso9660 /dev/sr0 ro":                                         {"iso9660", medium.Disc},
		"36 35 11:0 / /media/cdrom ro - udf /dev/sr0 ro":                                             {"udf", medium.Disc},
		"36 35 0:41 / /media/iso rw - fuse.fuseiso fuseiso rw":                                       {"fuse.fuseiso", medium.Disc},
		"36 35 7:0 / /m rw - fuseblk " + escaped + " rw,blksize=4096":                                {"exfat", medium.ExFAT},
		"36 35 999:999 / /m rw - fuseblk /nowhere rw":                                                {"fuseblk", medium.Other},
		"36 35 0:40 / /m rw - fuse.sshfs host: rw":                                                   {"fuse.sshfs", medium.Other},
		"36 35 7:0 / /media/%s rw - ext4 /dev/loop0 rw":                                              {"ext4", medium.Other},
		"36 35 0:40 / /media/usb rw - fuseblk.ntfs /dev/sdb1 rw,user_id=0,group_id=0,allow_other":    {"fuseblk.ntfs", medium.NTFS},
		"36 35 0:40 / /media/usb rw - fuseblk.exfat-fuse /dev/sdb1 rw,user_id=0,group_id=0,blksize=": {"fuseblk.exfat-fuse", medium.ExFAT},
	} {
		if name, kind, ok := medium.TypeOfMount(line); !ok || name != want.name || kind != want.kind {
			t.Errorf("%q: %q %d %v", line, name, kind, ok)
		}
	}
	for _, line := range []string{"", "36 35 8:1 / /m rw", "x 35 8:1 / /m rw - vfat /dev/sda1 rw", "36 - vfat"} {
		if _, _, ok := medium.TypeOfMount(line); ok {
			t.Errorf("%q was taken for a mount", line)
		}
	}
	for at, text := range map[int]string{3: "NTFS    ", 54: "FAT16   ", 82: "FAT32   "} {
		sector := make([]byte, 512)
		copy(sector[at:], text)
		if got := medium.TypeOfSector(sector); got == "" {
			t.Errorf("%s was not told", text)
		}
	}
	if got := medium.TypeOfSector(make([]byte, 512)); got != "" {
		t.Errorf("zeros are %s", got)
	}
}

// TestWhatAMediumTellsOfItselfIsAskedFirst: no room for files, write-protected.
func TestWhatAMediumTellsOfItselfIsAskedFirst(t *testing.T) {
	for options, want := range map[string]error{"size=8m,nr_inodes=4": medium.ErrNoEntries, "size=8m,ro": medium.ErrReadOnly} {
		dir := t.TempDir()
		flags := uintptr(0)
		options, ro := strings.CutSuffix(options, ",ro")
		if ro {
			flags = unix.MS_RDONLY
		}
		if err := unix.Mount("tmpfs", dir, "tmpfs", flags, options); err != nil {
			if os.Getenv("CI") == "true" && os.Getuid() == 0 && !errors.Is(err, unix.EPERM) { // EPERM: the machine lets nobody mount
				t.Fatal(err)
			}
			t.Skipf("needs the right to mount: %v", err)
		}
		defer func() { _ = unix.Unmount(dir, unix.MNT_DETACH) }()
		steps := 0
		disk := spool.NewDisk(func(string) error { steps++; return nil })
		src := source(t)
		if _, err := medium.CopyFolder(context.Background(), disk, src, files, dir, "job"); !errors.Is(err, want) || steps != 0 {
			t.Errorf("%s: %v after %d steps", options, err, steps)
		}
		if _, err := medium.Copy(context.Background(), disk, filepath.Join(src, files[0]), dir, "a"); ro && (!errors.Is(err, want) || steps != 0) {
			t.Errorf("%s: %v after %d steps", options, err, steps)
		}
	}
}

// TestWhatIsLeftOfABrokenDeliveryIsCleared, but nothing that is anybody else's.
func TestWhatIsLeftOfABrokenDeliveryIsCleared(t *testing.T) {
	src := source(t)
	first, err := os.ReadFile(filepath.Join(src, files[0]))
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		there map[string]string
		want  error
	}{
		"an unfinished folder":     {map[string]string{".tmp-job/result.age": "half"}, nil},
		"half of the files":        {map[string]string{"job/result.age": string(first)}, nil},
		"an empty folder":          {map[string]string{"job/": ""}, nil},
		"somebody else's file":     {map[string]string{"job/result.age": "theirs"}, medium.ErrExists},
		"a file more":              {map[string]string{"job/result.age": string(first), "job/notes": ""}, medium.ErrExists},
		"the last file":            {map[string]string{"job/manifest.json": "theirs"}, medium.ErrExists},
		"a folder in it":           {map[string]string{"job/result.age/": ""}, medium.ErrExists},
		"a file of the job's name": {map[string]string{"job": "theirs"}, medium.ErrExists},
	} {
		dir := t.TempDir()
		for path, text := range c.there {
			full := filepath.Join(dir, path)
			if strings.HasSuffix(path, "/") {
				err = os.MkdirAll(full, 0o700)
			} else {
				err = errors.Join(os.MkdirAll(filepath.Dir(full), 0o700), os.WriteFile(full, []byte(text), 0o600))
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		_, err := medium.CopyFolder(context.Background(), nil, src, files, dir, "job")
		if !errors.Is(err, c.want) || c.want == nil && (err != nil || !whole(t, filepath.Join(dir, "job"))) {
			t.Errorf("%s: %v", name, err)
		}
		for path, text := range c.there {
			if got, err := os.ReadFile(filepath.Join(dir, path)); c.want != nil && !strings.HasSuffix(path, "/") && (err != nil || string(got) != text) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if entries, _ := os.ReadDir(dir); len(entries) != 1 {
			t.Errorf("%s: left %v", name, entries)
		}
	}
}

func FuzzMountInfo(f *testing.F) {
	f.Add("36 35 8:1 / /media/usb rw,noatime shared:1 - vfat /dev/sda1 rw")
	f.Add("36 35 0:39 / /m rw - fuse.fusefat fuse\\040fat rw,user_id=0")
	f.Add(" - ")
	f.Fuzz(func(t *testing.T, line string) {
		if !strings.Contains(line, "fuse") { // those open what they name
			_, _, _ = medium.TypeOfMount(line)
		}
		_ = medium.TypeOfSector(append([]byte(line), make([]byte, 512)...))
	})
}
