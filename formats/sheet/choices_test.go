package sheet

import (
	"bytes"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// reopened is what was written, as another reader has it.
func reopened(t *testing.T, w *Writer) *excelize.File {
	t.Helper()
	var out bytes.Buffer
	if _, err := w.WriteTo(&out); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&out)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

func TestChoicesAreOfferedWhereAWorkbookCanListThem(t *testing.T) {
	w, err := NewWriter(WriterOptions{TmpDir: private(t)})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	if err := w.AddPage("依頼書", []Column{{Header: "項目"}, {Header: "記入欄", Blank: true}}); err != nil {
		t.Fatal(err)
	}
	for row, values := range [][]string{{"媒体", "庁内メール"}, {"a,b", "c"}, {strings.Repeat("長", 256)}, nil, {`say "yes"`}} {
		if err := w.Write([]string{"項目", ""}); err != nil {
			t.Fatal(err)
		}
		if err := w.Choices(2, row+2, row+2, values); err != nil {
			t.Fatal(err)
		}
	}
	f := reopened(t, w)
	all, err := f.GetDataValidations("依頼書")
	if err != nil || len(all) != 1 || all[0].Formula1 != `"媒体,庁内メール"` || !strings.HasPrefix(all[0].Sqref, "B2") {
		t.Errorf("%d lists, %v", len(all), err)
	}
	style, err := f.GetColStyle("依頼書", "B")
	if err != nil || style == 0 {
		t.Errorf("what is entered is no text: %v", err)
	}
}

func TestChoicesOutsideOfTheSheetAreAnError(t *testing.T) {
	for _, at := range [][3]int{{0, 2, 2}, {2, 2, 2}, {1, 1, 2}, {1, 3, 2}, {1, 2, rowsMax + 1}} {
		w, err := NewWriter(WriterOptions{TmpDir: private(t)})
		if err != nil {
			t.Fatal(err)
		}
		defer w.Close()
		if err := w.AddSheet("名簿", []Column{{Header: "性別"}}); err != nil {
			t.Fatal(err)
		}
		if err := w.Choices(at[0], at[1], at[2], []string{"男"}); err == nil {
			t.Errorf("%v: no error", at)
		}
	}
}

// TestChoicesFromOtherCells are for values that a workbook cannot list, and cells to be
// filled in are shown in rows that say of what.
func TestChoicesFromOtherCells(t *testing.T) {
	w, err := NewWriter(WriterOptions{TmpDir: private(t)})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	if err := w.AddPage("依頼書", []Column{{}, {Header: "記入欄", Wrap: true, Blank: true, Entry: true}}); err != nil {
		t.Fatal(err)
	}
	for _, cells := range [][]string{{"利用事務", ""}, {"備考", "x"}, {"", "a,b"}, {"", strings.Repeat("長", 300)}} {
		if err := w.Write(cells); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.ChoicesFrom(2, 2, 2, 4, 5); err != nil {
		t.Fatal(err)
	}
	f := reopened(t, w)
	all, err := f.GetDataValidations("依頼書")
	if err != nil || len(all) != 1 || all[0].Formula1 != "$B$4:$B$5" || !strings.HasPrefix(all[0].Sqref, "B2") {
		t.Errorf("%+v, %v", all, err)
	}
	empty, err1 := f.GetCellStyle("依頼書", "B2")
	filled, err2 := f.GetCellStyle("依頼書", "B3")
	read, err3 := f.GetCellStyle("依頼書", "B4")
	if empty != filled || empty == read || err1 != nil || err2 != nil || err3 != nil {
		t.Errorf("styles %d, %d, %d", empty, filled, read)
	}
	for _, at := range [][5]int{{0, 2, 2, 4, 5}, {3, 2, 2, 4, 5}, {2, 1, 2, 4, 5}, {2, 3, 2, 4, 5}, {2, 2, 2, 1, 5}, {2, 2, 2, 5, 4}, {2, 2, 2, 4, rowsMax + 1}} {
		w, err := NewWriter(WriterOptions{TmpDir: private(t)})
		if err != nil {
			t.Fatal(err)
		}
		defer w.Close()
		if err := w.ChoicesFrom(2, 2, 2, 4, 5); err == nil {
			t.Error("choices without a sheet")
		}
		w, err = NewWriter(WriterOptions{TmpDir: private(t)})
		if err != nil {
			t.Fatal(err)
		}
		defer w.Close()
		if err := w.AddPage("p", []Column{{}, {}}); err != nil {
			t.Fatal(err)
		}
		if err := w.ChoicesFrom(at[0], at[1], at[2], at[3], at[4]); err == nil {
			t.Errorf("%v: no error", at)
		}
	}
}
