package sheet

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"baitai/formats"

	"github.com/xuri/excelize/v2"
)

// shown is a workbook as a result is: a list, and a page with numbers and a chart.
func shown(t testing.TB, rows int) []byte {
	t.Helper()
	w, err := NewWriter(WriterOptions{TmpDir: private(t)})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(w.AddSheet("照会結果", []Column{{Header: "整理番号", Stays: true}, {Header: "氏名"}, {Header: "住所"}}))
	for i := range rows {
		must(w.Write([]string{fmt.Sprintf("%05d", i), "見本　太郎", "架空市見本町一丁目2番3号"}))
	}
	must(w.AddPage("集計", []Column{{Header: "区分"}, {Header: "件数", Kind: Count}, {Header: "割合(%)", Kind: Number}, {Header: "説明", Wrap: true, Width: 40}}))
	for i, line := range [][]string{{"該当なし", "1234", "99.9"}, {"要確認", "1", "0.1"}} {
		must(w.Write(append(line, strings.Repeat("長い説明です。", 10*(i+1)))))
	}
	must(w.Bars("回答の件数", 1, 2, 3))
	must(w.Write([]string{"計", "1235", "", ""}))
	var b bytes.Buffer
	_, err = w.WriteTo(&b)
	must(err)
	return b.Bytes()
}

func TestNumbersAreNumbersAndTheRestIsText(t *testing.T) {
	f, err := excelize.OpenReader(bytes.NewReader(shown(t, 3)))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for cell, want := range map[string]excelize.CellType{"A2": excelize.CellTypeInlineString, "B2": excelize.CellTypeUnset, "C2": excelize.CellTypeUnset, "B4": excelize.CellTypeUnset} {
		if kind, err := f.GetCellType("集計", cell); err != nil || kind != want {
			t.Errorf("%s is %v, %v", cell, kind, err)
		}
	}
	if s, err := f.GetCellValue("集計", "B2"); err != nil || s != "1,234" {
		t.Errorf("a count is shown as %q, %v", s, err)
	}
	if s, err := f.GetCellValue("集計", "B2", excelize.Options{RawCellValue: true}); err != nil || s != "1234" {
		t.Errorf("a count is %q, %v", s, err)
	}
	panes, err := f.GetPanes("照会結果")
	if err != nil || !panes.Freeze || panes.XSplit != 1 || panes.YSplit != 1 || panes.TopLeftCell != "B2" {
		t.Errorf("%+v, %v", panes, err)
	}
	names := make(map[string]string)
	for _, n := range f.GetDefinedName() {
		names[n.Scope+n.Name] = n.RefersTo
	}
	if names["照会結果_xlnm.Print_Titles"] != "'照会結果'!$A:$A,'照会結果'!$1:$1" || names["照会結果_xlnm._FilterDatabase"] != "'照会結果'!$A$1:$C$4" ||
		names["集計_xlnm._FilterDatabase"] != "" {
		t.Errorf("%v", names)
	}
}

func TestColumnsAreAsWideAsTheirFirstRowsNeed(t *testing.T) {
	f, err := excelize.OpenReader(bytes.NewReader(shown(t, 2*measured)))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for at, want := range map[string]float64{"照会結果A": 10, "照会結果B": 12, "照会結果C": 26, "集計D": 42} {
		if w, err := f.GetColWidth(at[:len(at)-1], at[len(at)-1:]); err != nil || w != want {
			t.Errorf("%s is %v wide, want %v, %v", at, w, want, err)
		}
	}
	got, err := collect(open(t, shown(t, 2*measured)).Rows("照会結果"))
	if err != nil || len(got) != 2*measured+1 || got[measured][0] != fmt.Sprintf("%05d", measured-1) || got[measured+1][0] != fmt.Sprintf("%05d", measured) {
		t.Errorf("%d rows, %v", len(got), err)
	}
}

func TestNoColumnIsWiderThanAScreen(t *testing.T) {
	raw, err := workbook(private(t), WriterOptions{}, page{"s", []string{"h"}, [][]string{{strings.Repeat("あ", 100)}}})
	if err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if w, err := f.GetColWidth("s", "A"); err != nil || w != widthMax {
		t.Errorf("%v wide, %v", w, err)
	}
}

func TestAColumnOfNumbersRefusesAnythingElse(t *testing.T) {
	for _, s := range []string{"=1+1", "1,234", "x", "0x1p-2", "NaN", "Inf", " 1", "1_000"} {
		w, err := NewWriter(WriterOptions{TmpDir: private(t)})
		if err != nil {
			t.Fatal(err)
		}
		if err := w.AddSheet("s", []Column{{Header: "n", Kind: Number}}); err != nil {
			t.Fatal(err)
		}
		if err := w.Write([]string{s}); !errors.Is(err, ErrNumber) {
			t.Errorf("%q: %v", s, err)
		}
		_ = w.Close()
	}
}

func TestAChartNeedsRowsAndColumns(t *testing.T) {
	for _, c := range [][3]int{{1, 2, 1}, {1, 2, 3}, {0, 2, 2}, {1, 3, 2}} {
		w, err := NewWriter(WriterOptions{TmpDir: private(t)})
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Bars("t", 1, 1, 2); !errors.Is(err, formats.ErrNoSheet) {
			t.Errorf("before any sheet: %v", err)
		}
		_ = w.Close()
		if w, err = NewWriter(WriterOptions{TmpDir: private(t)}); err != nil {
			t.Fatal(err)
		}
		err1 := w.AddPage("s", []Column{{Header: "a"}, {Header: "b", Kind: Count}})
		err2 := w.Write([]string{"x", "1"})
		if err := w.Bars("t", c[0], c[1], c[2]); err1 != nil || err2 != nil || !errors.Is(err, formats.ErrFieldCount) {
			t.Errorf("%v: %v, %v, %v", c, err1, err2, err)
		}
		_ = w.Close()
	}
}

// tool finds an outside program; without it the test is skipped, or fails in CI.
func tool(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal(name + " is missing")
		}
		t.Skip(name + " is not installed")
	}
	return path
}

// TestLibreOfficeDrawsTheChart prints a workbook with LibreOffice and looks for what
// stands nowhere but in the chart, and for the foot of the pages.
func TestLibreOfficeDrawsTheChart(t *testing.T) {
	office, reader := tool(t, "soffice"), tool(t, "pdftotext")
	if fonts, _ := exec.Command("fc-list", ":lang=ja").Output(); len(fonts) == 0 {
		if os.Getenv("CI") != "" {
			t.Fatal("no Japanese font")
		}
		t.Skip("no Japanese font here")
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "book.xlsx"), shown(t, 3), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(office, "-env:UserInstallation=file://"+dir+"/profile", "--headless", "--convert-to", "pdf", "--outdir", dir, filepath.Join(dir, "book.xlsx"))
	cmd.Env = append(os.Environ(), "HOME="+dir)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	text, err := exec.Command(reader, "-layout", filepath.Join(dir, "book.pdf"), "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"回答の件数", "1,234", "1,235", "集計 2 / 2"} {
		if !strings.Contains(strings.Join(strings.Fields(string(text)), " "), want) {
			t.Errorf("«%s» is not on paper:\n%s", want, text)
		}
	}
}
