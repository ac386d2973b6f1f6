//go:build linux

package main

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"

	"baitai/cmd/internal/term"
	"baitai/pipeline/issue"
	"baitai/spool"
	"baitai/spool/spooltest"
)

// page is longer than what is written at once.
func page() string { return strings.Repeat("<p>受渡簿</p>", 9000) }

func writePage(w io.Writer) error {
	for _, line := range strings.SplitAfter(page(), "</p>") {
		if _, err := io.WriteString(w, line); err != nil {
			return err
		}
	}
	return nil
}

// TestAFileForPeopleIsWholeOrNotThere at whichever step writing it fails, is torn, or
// ends.
func TestAFileForPeopleIsWholeOrNotThere(t *testing.T) {
	spooltest.EveryStep(t, func(disk *spool.Disk, dir string) error {
		return putFile(disk, filepath.Join(dir, "book.html"), forOwner, writePage)
	}, func(t *testing.T, dir string, o spooltest.Outcome) {
		raw, err := os.ReadFile(filepath.Join(dir, "book.html"))
		switch {
		case err == nil && string(raw) != page():
			t.Errorf("%d bytes of a page of %d", len(raw), len(page()))
		case o.Acked() && err != nil:
			t.Error(err)
		case !o.Crashed && o.Err != nil && issue.Find(o.Err) == nil:
			t.Errorf("nobody can act on %v", o.Err)
		}
		spooltest.NoLitter(t, dir)
	})
}

// TestAFileForPeopleSaysWhyItIsNotThere by a code, and what is there already stays.
func TestAFileForPeopleSaysWhyItIsNotThere(t *testing.T) {
	dir := t.TempDir()
	there := filepath.Join(dir, "there")
	if err := os.WriteFile(there, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	failing := func(err error) *spool.Disk {
		return spool.NewDisk(func(step string) error {
			if step == "create:write" {
				return err
			}
			return nil
		})
	}
	mine := issue.New(issue.UnknownOffice, issue.Pos{})
	for name, c := range map[string]struct {
		disk  *spool.Disk
		path  string
		write func(io.Writer) error
		want  issue.Code
	}{
		"taken":        {nil, there, writePage, issue.TargetExists},
		"no folder":    {nil, filepath.Join(dir, "none", "a.html"), writePage, issue.NoSuchPath},
		"not a folder": {nil, filepath.Join(there, "a.html"), writePage, issue.NoSuchPath},
		"a folder":     {nil, dir + "/", writePage, issue.NoSuchPath},
		"disk full":    {failing(syscall.ENOSPC), filepath.Join(dir, "full.html"), writePage, issue.DiskFull},
		"quota":        {failing(syscall.EDQUOT), filepath.Join(dir, "quota.html"), writePage, issue.DiskFull},
		"read-only":    {failing(syscall.EROFS), filepath.Join(dir, "ro.html"), writePage, issue.CannotWrite},
		"its own":      {nil, filepath.Join(dir, "own.html"), func(io.Writer) error { return mine }, issue.UnknownOffice},
	} {
		err := putFile(c.disk, c.path, forOwner, c.write)
		if i := issue.Find(err); i == nil || i.Code != c.want {
			t.Errorf("%s: %v, not %s", name, err, c.want)
		}
	}
	left, err := os.ReadDir(dir)
	if raw, _ := os.ReadFile(there); err != nil || len(left) != 1 || string(raw) != "old" {
		t.Errorf("left %v, %v", left, err)
	}
}

// TestEveryPaperIsWrittenCarefully drives the verbs with a disk that is full.
func TestEveryPaperIsWrittenCarefully(t *testing.T) {
	dir := t.TempDir()
	made := newProgram()
	made.Term, made.getenv = &term.Term{Out: io.Discard, Err: io.Discard}, func(string) string { return "" }
	site := filepath.Join(dir, "site")
	if code := made.run([]string{"init", site, "--name", "見本県"}); code != 0 {
		t.Fatalf("init: %d", code)
	}
	if code := made.run([]string{"book", "--site", site, "--from", "2026-01-01", "--to", "2026-12-31", "--out", filepath.Join(dir, "well.html")}); code != 0 {
		t.Fatalf("book: %d", code)
	}
	for _, args := range [][]string{
		{"book", "--from", "2026-01-01", "--to", "2026-12-31", "--out", filepath.Join(dir, "book.html")},
		{"report", "--month", "2026-11", "--out", filepath.Join(dir, "month.html")},
	} {
		var said strings.Builder
		p := newProgram()
		p.Term, p.getenv = &term.Term{Out: io.Discard, Err: &said}, made.getenv
		p.step = func(step string) error {
			if step == "create:fsync" { // as a disk says that has promised too much
				return syscall.ENOSPC
			}
			return nil
		}
		if code := p.run(append(args, "--site", site)); code != term.ExitFault || !strings.Contains(said.String(), string(issue.DiskFull)) {
			t.Errorf("%s: exit %d, %s", args[0], code, said.String())
		}
		if _, err := os.Stat(args[len(args)-1]); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s left something: %v", args[0], err)
		}
	}
}

// TestNothingElseWritesFiles: what is not in this list goes through putFile or through
// the packages below.
func TestNothingElseWritesFiles(t *testing.T) {
	allowed := []string{"demo.go", "demolists.go", "main.go"} // invented people; the log, which is appended to
	sources, err := filepath.Glob("*.go")
	if err != nil || len(sources) < 20 {
		t.Fatal(len(sources), err)
	}
	writes := regexp.MustCompile(`os\.(O_CREATE|Create|WriteFile|Rename|Link)\b`)
	for _, name := range sources {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if writes.Match(raw) && !strings.HasSuffix(name, "_test.go") && !slices.Contains(allowed, name) {
			t.Errorf("%s writes files by itself", name)
		}
	}
}
