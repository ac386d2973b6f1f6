package spooltest

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// NoPlain fails the test if any file below root, or its name, holds any of the
// marks. Folders named in except (relative to root) are left out: "inbox". What a
// deleted file left on the raw disk is not looked at.
func NoPlain(t testing.TB, root string, marks []string, except ...string) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		if d.IsDir() && slices.Contains(except, filepath.ToSlash(rel)) {
			return fs.SkipDir
		}
		var text []byte
		if d.Type().IsRegular() {
			if text, err = os.ReadFile(path); err != nil {
				return err
			}
		}
		for _, mark := range marks {
			if strings.Contains(rel, mark) {
				t.Errorf("a file name holds a mark, in %s", filepath.Dir(rel))
			}
			if bytes.Contains(text, []byte(mark)) {
				t.Errorf("plain mark in %s", rel)
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// NoLitter fails the test if anything below root has the name of an unfinished
// file or claim.
func NoLitter(t testing.TB, root string) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if strings.HasPrefix(d.Name(), ".tmp-") || strings.HasPrefix(d.Name(), ".claim-") {
			t.Errorf("litter: %s", path)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}
