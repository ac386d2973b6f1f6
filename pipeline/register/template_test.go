package register

import (
	"bytes"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"baitai/pipeline/issue"
	"baitai/spool"
)

func TestTemplateIsReadBackAndPermitsNothing(t *testing.T) {
	for _, lang := range []issue.Lang{issue.Japanese, issue.English} {
		dir := t.TempDir()
		if err := Template(nil, dir, lang); err != nil {
			t.Fatal(err)
		}
		reg, err := Load(dir)
		if err != nil {
			t.Fatal(err)
		}
		o, ok1 := reg.Office("rei")
		p, ok2 := reg.Purpose("rei", "rei-01")
		op, ok3 := reg.Operator("rei")
		if !ok1 || !ok2 || !ok3 {
			t.Fatal("the examples are not there")
		}
		// The first release is younger than the examples.
		now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		if o.Valid.Holds(now) || p.Valid.Holds(now) || op.Valid.Holds(now) || len(o.Recipients) > 0 {
			t.Error("an example is valid")
		}
	}
}

func TestTemplateNeverOverwrites(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "purposes.csv")
	if err := os.WriteFile(path, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Template(nil, dir, issue.Japanese); err == nil {
		t.Error("no error")
	}
	if data, _ := os.ReadFile(path); string(data) != "mine" {
		t.Errorf("overwritten with %d bytes", len(data))
	}
}

func TestTemplateLeavesWholeFilesOrNone(t *testing.T) {
	whole := map[string][]byte{}
	for _, f := range files() {
		if f.example == nil {
			continue
		}
		whole[f.name], _ = templateFile(f, issue.Japanese)
	}
	failed := 0
	for n := 1; ; n++ {
		dir, steps := t.TempDir(), 0
		disk := spool.NewDisk(func(string) error {
			if steps++; steps == n {
				return syscall.ENOSPC
			}
			return nil
		})
		err := Template(disk, dir, issue.Japanese)
		entries, _ := os.ReadDir(dir)
		for _, e := range entries {
			data, _ := os.ReadFile(filepath.Join(dir, e.Name()))
			if want, ok := whole[e.Name()]; !ok || !bytes.Equal(data, want) {
				t.Errorf("step %d leaves a file that is not a whole one", n)
			}
		}
		if err == nil {
			if len(entries) != len(whole) {
				t.Errorf("step %d: no error, %d files", n, len(entries))
			}
			break
		}
		failed++
	}
	if failed < 4*3 {
		t.Errorf("only %d steps could fail", failed)
	}
}
