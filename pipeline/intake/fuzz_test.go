package intake

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"baitai/formats"
	"baitai/pipeline/issue"
)

// smallLimits keep a bomb that the fuzzer finds cheap.
func smallLimits() formats.Limits {
	return formats.Limits{RowsMax: 1000, ColumnsMax: 40, CellCharactersMax: 2000, UnpackedBytesMax: 8 << 20, PartsMax: 50, SharedStringsBytes: 1 << 20}
}

// FuzzOpen: whatever the bytes are, a list is opened or refused; there is no
// panic, no fault of the machine, and nothing of a cell in what is said.
func FuzzOpen(f *testing.F) {
	dirs, err := filepath.Glob("../../testdata/hostile/lists/*")
	if err != nil || len(dirs) == 0 {
		f.Fatal("no seeds")
	}
	for _, dir := range dirs {
		src := hostile(f, dir)
		file, _ := src.List()
		list := make([]byte, src.Size)
		if _, err := file.ReadAt(list, 0); err != nil {
			f.Fatal(err)
		}
		f.Add(list, "")
		f.Add(list, "charset = 'UTF-16LE'\noffice = 'welfare'\n")
	}
	f.Add([]byte("\ufeff整理番号,氏名,生年月日,備考\r\n1,"+marker+",1980-01-01,"+marker+"\r\n"), "rows = 2")
	f.Add([]byte("\ufeff整理番号,氏,名,元号,年,月,日,都道府県,市区町村,町域,丁目,番地,号,建物,部屋番号\r\n1,"+marker+",,昭和,55,1,,福岡県,福岡市,天神,1,2,3,"+marker+",4\r\n"), "")
	f.Add([]byte("\ufeff整理番号,氏,氏名,住所2,生年月日\r\n1,"+marker+",,,\r\n"), "")
	f.Add([]byte("\ufeff1,"+marker+",カナ,"+marker+"住所\r\n"), "")
	f.Add(bookOf(f, part{name: "名簿", rows: texts([][]string{{"整理番号", "氏名", "生年月日"}, {"1", marker, "きのう"}})}), "")
	f.Fuzz(func(t *testing.T, list []byte, side string) {
		checkOpening(t, list, side, Options{Limits: smallLimits(), PlacesMax: 50})
	})
}

// FuzzOpenFixed is FuzzOpen for lists that are read by a layout.
func FuzzOpenFixed(f *testing.F) {
	l := layoutOf(f, same)
	f.Add(fixedList(f, l, []string{"1", marker, "19800101", "401307"}, []string{"2", "見本　太郎", "S450131", ""}), "rows = 2")
	f.Add(fixedList(f, l, []string{"1", marker, "きのう", marker}), "layout = 'w-in'")
	f.Add(fixedList(f, l), "")
	f.Fuzz(func(t *testing.T, list []byte, side string) {
		o := by(l)
		o.Limits, o.PlacesMax = smallLimits(), 50
		checkOpening(t, list, side, o)
	})
}

// checkOpening holds that a list is opened or refused, and given as it was counted.
func checkOpening(t *testing.T, list []byte, side string, o Options) {
	l, err := openList(t, source("list.bin", list, side), byDefault(), o)
	if err != nil {
		var r *Refusal
		if !errors.As(err, &r) {
			t.Fatalf("a fault for bad content: %v", err)
		}
		if len(r.Issues) == 0 || len(r.Counts) == 0 || len(r.Issues) > 50 {
			t.Fatal("a refusal without a reason")
		}
		checkSilent(t, err)
		return
	}
	var rows int64
	for row, err := range l.Rows(context.Background()) {
		if err != nil {
			t.Fatalf("the second reading fails: %v", err)
		}
		rows++
		if row.No != rows {
			t.Fatalf("row %d has number %d", rows, row.No)
		}
		for _, i := range row.Issues {
			if !i.Code.Row() || i.Pos.Row != row.Pos.Row || i.Pos.Column == 0 {
				t.Fatalf("%s at %v", i.Code, i.Pos)
			}
			if s := fmt.Sprintf("%v %v %q %+v", i, i.Err, i.Args, i.In(issue.Japanese)); strings.Contains(s, marker) && !strings.Contains(i.Pos.Name, marker) {
				t.Fatalf("a cell is quoted: %s", s)
			}
		}
	}
	if rows != l.Totals.Rows || rows == 0 {
		t.Fatalf("%d rows counted, %d given", l.Totals.Rows, rows)
	}
}
