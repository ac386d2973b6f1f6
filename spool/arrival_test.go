//go:build linux

package spool_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
	"pgregory.net/rapid"

	"baitai/spool"
)

func TestListsAndRequestsArePaired(t *testing.T) {
	const r = ".request.toml"
	for _, c := range []struct {
		files []string
		want  [][2]string // list, side; "!" before a list that is refused
	}{
		{[]string{"a.csv"}, [][2]string{{"a.csv", ""}}},
		{[]string{"a.csv", "a.csv" + r}, [][2]string{{"a.csv", "a.csv" + r}}},
		{[]string{"a.csv", "a" + r}, [][2]string{{"a.csv", "a" + r}}},
		{[]string{"a", "a" + r}, [][2]string{{"a", "a" + r}}},
		{[]string{"a.csv.zip", "a.csv" + r}, [][2]string{{"a.csv.zip", "a.csv" + r}}},
		{[]string{"a.csv", "b" + r}, [][2]string{{"a.csv", ""}, {"", "b" + r}}},
		{[]string{"a.csv", "a.xlsx", "a" + r}, [][2]string{{"!a.csv", "a" + r}, {"!a.xlsx", ""}}},
		{[]string{"a.csv", "a.xlsx", "a.csv" + r, "a" + r}, [][2]string{{"a.csv", "a.csv" + r}, {"a.xlsx", "a" + r}}},
		{[]string{"a.csv", "a.csv" + r, "a" + r}, [][2]string{{"!a.csv", "a.csv" + r}, {"", "a" + r}}},
		{[]string{"a.csv", "a.csv.gz", "a.csv" + r, "a.csv.gz" + r}, [][2]string{{"a.csv", "a.csv" + r}, {"a.csv.gz", "a.csv.gz" + r}}},
		{[]string{"a.csv", "a.csv.gz", "a.csv" + r}, [][2]string{{"a.csv", "a.csv" + r}, {"a.csv.gz", ""}}},
		{[]string{"a.csv", "A" + r}, [][2]string{{"a.csv", ""}, {"", "A" + r}}},
		{[]string{"照会 一覧.csv", "照会 一覧" + r}, [][2]string{{"照会 一覧.csv", "照会 一覧" + r}}},
	} {
		s := newSpool(t)
		for _, name := range c.files {
			drop(t, s.Root(), offices[0], name, listText)
		}
		var got [][2]string
		for _, a := range arrivals(t, s) {
			list := a.ListPath.Base().Reveal()
			if a.Refuse != nil {
				list = "!" + list
				if !errors.Is(a.Refuse, spool.ErrAmbiguousSide) || !a.Claimable() {
					t.Errorf("%v: %v", c.files, a)
				}
			}
			if orphan := list == ""; orphan != errors.Is(a.Waiting, spool.ErrNoList) || !orphan && a.Waiting != nil {
				t.Errorf("%v: %v", c.files, a)
			}
			got = append(got, [2]string{list, a.SidePath.Base().Reveal()})
		}
		byName := func(a, b [2]string) int { return strings.Compare(a[0]+a[1], b[0]+b[1]) }
		slices.SortFunc(got, byName)
		slices.SortFunc(c.want, byName)
		if !slices.Equal(got, c.want) {
			t.Errorf("%v: got %q, want %q", c.files, got, c.want)
		}
	}
}

func TestEachEntryArrivesOnce(t *testing.T) {
	part := rapid.StringMatching(`[ab](\.[cd])?(\.request\.toml)?`)
	rapid.Check(t, func(t *rapid.T) {
		names := rapid.SliceOfDistinct(part, func(s string) string { return s }).Draw(t, "names")
		seen := map[string]int{}
		for _, p := range spool.PairNames(names) {
			for _, name := range p {
				if name != "" {
					seen[name]++
				}
			}
		}
		for _, name := range names {
			if seen[name] != 1 {
				t.Fatalf("%q came %d times", name, seen[name])
			}
		}
		if len(seen) != len(names) {
			t.Fatal("names that nobody gave")
		}
	})
}

func TestUnfinishedNamesAreLeftAlone(t *testing.T) {
	s := newSpool(t)
	for _, name := range []string{"a.tmp", "a.csv.part", "a.TMP", "a.crdownload", "~$a.xlsx", "a.csv~", ".a", "Thumbs.db", "desktop.ini", "a.filepart", "b.partial"} {
		drop(t, s.Root(), offices[0], name, listText)
		if !spool.LeftAlone(name) {
			t.Errorf("%q", name)
		}
	}
	if all := arrivals(t, s); len(all) != 0 {
		t.Errorf("arrived: %v", all)
	}
	for _, name := range []string{"a.csv", "tmp", "part", "a.tmp.csv", "a~b", "$a"} {
		if spool.LeftAlone(name) {
			t.Errorf("%q is left alone", name)
		}
	}
}

func TestWhatIsNoPlainFileIsRefusedAndNotFollowed(t *testing.T) {
	s, err := spool.Open(newClosed(t), spool.Options{Now: later, MaxBytes: 1000})
	must(t, err)
	defer s.Close()
	at := func(name string) string { return filepath.Join(s.Root(), "inbox", offices[0], name) }
	outside := filepath.Join(s.Root(), "outside")
	must(t, os.WriteFile(outside, []byte(listText), 0o600))
	must(t, os.Symlink(outside, at("symlink")))
	must(t, os.Symlink("nowhere", at("broken")))
	must(t, os.Link(outside, at("hardlink")))
	must(t, unix.Mkfifo(at("fifo"), 0o600))
	must(t, os.Mkdir(at("folder"), 0o700))
	must(t, os.WriteFile(at("large"), make([]byte, 1001), 0o600))
	must(t, os.WriteFile(at("control\nname"), nil, 0o600))
	must(t, os.WriteFile(at("\x81"), nil, 0o600))
	must(t, os.WriteFile(at("badside.csv"), nil, 0o600))
	must(t, os.Symlink(outside, at("badside.csv.request.toml")))
	want := map[string]struct {
		err       error
		claimable bool
	}{
		"symlink": {spool.ErrSymlink, false}, "broken": {spool.ErrSymlink, false}, "hardlink": {spool.ErrHardLink, false},
		"fifo": {spool.ErrFIFO, false}, "folder": {spool.ErrSubfolder, false}, "large": {spool.ErrTooLarge, false},
		"control\nname": {spool.ErrBadName, true}, "\x81": {spool.ErrBadName, true},
		"badside.csv": {spool.ErrBadSide, true}, "badside.csv.request.toml": {spool.ErrSymlink, false},
	}
	for i, a := range arrivals(t, s) {
		w, ok := want[a.Name.Reveal()]
		if !ok || !errors.Is(a.Refuse, w.err) || a.Waiting != nil || a.Claimable() != w.claimable {
			t.Errorf("%q: %v claimable %v", a.Name.Reveal(), a, a.Claimable())
		}
		delete(want, a.Name.Reveal())
		ctx := context.Background()
		var job *spool.Job
		if a.Claimable() {
			in := incoming(a)
			in.ID = func([32]byte, [32]byte) (string, error) { return "refused-" + itoa(i), nil }
			job, err = s.Claim(ctx, in)
		} else {
			if _, err := s.Claim(ctx, incoming(a)); !errors.Is(err, w.err) {
				t.Errorf("claim of %q: %v", a.Name.Reveal(), err)
			}
			job, err = s.Expel(ctx, a, "refused-"+itoa(i), []byte("{}"))
		}
		must(t, err)
		must(t, s.FinishClaim(job))
		must(t, s.Move(job, spool.Refused))
	}
	if len(want) != 0 {
		t.Errorf("did not arrive: %v", want)
	}
	if all := arrivals(t, s); len(all) != 0 {
		t.Errorf("still in the inbox: %v", all)
	}
	if content(t, outside) != listText {
		t.Error("a link was followed")
	}
}

// newClosed is an empty spool that nobody holds.
func newClosed(t *testing.T) string {
	t.Helper()
	root := filepath.Join(t.TempDir(), "spool")
	must(t, spool.Init(root, nil, offices))
	return root
}

func TestAFileWaitsWhileSomebodyWrites(t *testing.T) {
	s := newSpool(t)
	path := drop(t, s.Root(), offices[0], "a.csv", "half")
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	must(t, err)
	for range 2 {
		all := arrivals(t, s)
		if len(all) != 1 || !errors.Is(all[0].Waiting, spool.ErrOpenForWriting) || all[0].Claimable() {
			t.Fatalf("%v", all)
		}
		if _, err := s.Claim(context.Background(), incoming(all[0])); !errors.Is(err, spool.ErrOpenForWriting) {
			t.Errorf("claim: %v", err)
		}
	}
	must(t, f.Close())
	claimOne(t, s)
}

func TestAListWaitsWhileItsRequestIsWritten(t *testing.T) {
	s := newSpool(t)
	drop(t, s.Root(), offices[0], "a.csv", listText)
	f, err := os.Create(filepath.Join(s.Root(), "inbox", offices[0], "a.request.toml"))
	must(t, err)
	if all := arrivals(t, s); len(all) != 1 || !errors.Is(all[0].Waiting, spool.ErrOpenForWriting) {
		t.Errorf("%v", all)
	}
	must(t, f.Close())
	claimOne(t, s)
}

func TestStillnessIsByTheChangeOfTheInode(t *testing.T) {
	for _, c := range []struct {
		ahead time.Duration // of the clock before the file's time
		side  bool
		want  error
	}{
		{5 * time.Second, false, spool.ErrTooYoung}, {5 * time.Second, true, spool.ErrTooYoung},
		{30 * time.Second, false, spool.ErrTooYoung}, // its request may still come
		{30 * time.Second, true, nil}, {2 * time.Minute, false, nil},
		{-2 * time.Minute, true, spool.ErrClock}, {-2 * time.Minute, false, spool.ErrClock},
	} {
		root := newClosed(t)
		path := drop(t, root, offices[0], "a.csv", listText)
		if c.side {
			drop(t, root, offices[0], "a.request.toml", sideText)
		}
		old := time.Now().Add(-24 * time.Hour)
		must(t, os.Chtimes(path, old, old)) // as cp -p does
		now := time.Now()
		s, err := spool.Open(root, spool.Options{Now: func() time.Time { return now.Add(c.ahead) }, Still: 10 * time.Second, MinAge: time.Minute})
		must(t, err)
		all := arrivals(t, s)
		if len(all) != 1 || !errors.Is(all[0].Waiting, c.want) || c.want == nil && all[0].Waiting != nil {
			t.Errorf("%+v: %v", c, all)
		}
		must(t, s.Close())
	}
}

func TestWhatIsInNoOfficesFolderWaits(t *testing.T) {
	s := newSpool(t)
	inbox := filepath.Join(s.Root(), "inbox")
	must(t, os.WriteFile(filepath.Join(inbox, "astray.csv"), []byte(listText), 0o600))
	must(t, os.Symlink("/tmp", filepath.Join(inbox, "linked")))
	must(t, os.Mkdir(filepath.Join(inbox, "bad name"), 0o700))
	must(t, os.Mkdir(filepath.Join(inbox, "unknown"), 0o700))
	drop(t, s.Root(), "unknown", "a.csv", listText)
	waiting := 0
	for _, a := range arrivals(t, s) {
		if errors.Is(a.Waiting, spool.ErrNoOffice) {
			waiting++
		} else if a.Office != "unknown" || a.Waiting != nil {
			t.Errorf("%v", a)
		}
	}
	if waiting != 3 {
		t.Errorf("%d wait", waiting)
	}
}

func TestNamesOfOtherSystemsAreUsable(t *testing.T) {
	for name, good := range map[string]bool{
		"照会.csv": true, "a b　c.csv": true, "\x8f\xc6\x89\xef.csv": true /* 照会 in CP932 */, "\xb1\xb2.csv": true, /* ｱｲ */
		"a\tb": false, "\x7f": false, "\x81": false, "\xff": false, "\x80": false, "\x81\x39": false,
	} {
		if spool.UsableName(name) != good {
			t.Errorf("%q", name)
		}
	}
}

func FuzzPairing(f *testing.F) {
	f.Add("a.csv\na.request.toml\na.csv.request.toml")
	f.Add(".request.toml\n..request.toml")
	f.Fuzz(func(t *testing.T, text string) {
		names := slices.Compact(slices.Sorted(slices.Values(strings.Split(text, "\n"))))
		names = slices.DeleteFunc(names, func(s string) bool { return s == "" })
		seen := 0
		for _, p := range spool.PairNames(names) {
			for _, name := range p {
				if name != "" {
					seen++
				}
			}
			spool.UsableName(p[0])
			spool.LeftAlone(p[0])
		}
		if seen != len(names) {
			t.Errorf("%d of %d", seen, len(names))
		}
	})
}
