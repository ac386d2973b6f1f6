package register

import (
	"bytes"
	"fmt"
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

// TestTheExamplesOfLayoutsAndHeadersAreRight: they say nothing as long as they are notes,
// and can be read once the # is taken away.
func TestTheExamplesOfLayoutsAndHeadersAreRight(t *testing.T) {
	dir := t.TempDir()
	if err := Template(nil, dir, issue.Japanese); err != nil {
		t.Fatal(err)
	}
	reg, err := Load(dir)
	if err != nil || len(reg.Layouts()) > 0 || len(reg.Headers("rei")) > 0 {
		t.Fatal("a note was read", err)
	}
	for _, name := range []string{"layouts.csv", "layout_columns.csv", "headers.csv"} {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		data = bytes.ReplaceAll(data, []byte("\n#rei"), []byte("\nrei"))
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	reg, err = Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(reg.Layouts(), reg.Headers("rei")); got != "[rei-csv rei-in rei-out] map[世帯主氏名:使わない 対象者:氏名]" {
		t.Error(got)
	}
}

// TestOnlyACodeMakesANote: a header may begin with #.
func TestOnlyACodeMakesANote(t *testing.T) {
	files := good()
	files["headers.csv"] = []string{"見出し,照会元コード,意味", "#,kyoiku,整理番号", "対象者,＃ kyoiku,氏名", "#対象者,#,"}
	reg := mustRead(t, folder(files, "\n", plainUTF8))
	if got := reg.Headers("kyoiku"); len(got) != 1 || got["#"] != "整理番号" {
		t.Error(got)
	}
	files = good()
	files["media.csv"] = append(files["media.csv"], "#2,USBメモリ,試験品,S-2,有,行財政支援課,2026-04-01,保管,")
	if _, ok := mustRead(t, folder(files, "\n", plainUTF8)).Medium("#2"); !ok {
		t.Error("a sticker that begins with # was passed over")
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
	for _, f := range allFiles() {
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
	if failed < 7*3 {
		t.Errorf("only %d steps could fail", failed)
	}
}
