package answer

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"baitai/pipeline/authority/authoritytest"
	"baitai/pipeline/issue"
)

// onPaper prints a workbook with LibreOffice and gives what stands on the paper.
func onPaper(t *testing.T, book []byte) string {
	t.Helper()
	office, err1 := exec.LookPath("soffice")
	reader, err2 := exec.LookPath("pdftotext")
	fonts, _ := exec.Command("fc-list", ":lang=ja").Output()
	if err1 != nil || err2 != nil || len(fonts) == 0 {
		if os.Getenv("CI") != "" {
			t.Fatal("LibreOffice, poppler-utils or a Japanese font is missing")
		}
		t.Skip("no LibreOffice, no poppler-utils or no Japanese font here")
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "book.xlsx"), book, 0o600); err != nil {
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
	return strings.Join(strings.Fields(string(text)), " ")
}

// TestLibreOfficePrintsAResult looks for something of every sheet, and for the title of
// the chart, which stands in no cell. Nothing may be too narrow for its number (###).
func TestLibreOfficePrintsAResult(t *testing.T) {
	var to bytes.Buffer
	if _, err := write(t, grant(t, authoritytest.Terms{Form: "xlsx"}), &to, io.Discard, stream(nil, someRows(t)...), nil); err != nil {
		t.Fatal(err)
	}
	text := onPaper(t, to.Bytes())
	for _, want := range []string{"整理番号", "=2 01", "依頼番号 試験第1号", "回答区分ごとの件数 / rows by answer", "20 複数該当 several 1 6.67", "計 all rows 15 100", "凡例 "} {
		if !strings.Contains(text, want) {
			t.Errorf("«%s» is not on paper: %s", want, text)
		}
	}
	if strings.Contains(text, "##") || strings.Contains(text, "Err:") {
		t.Error("a number is not shown")
	}
}

func TestLibreOfficePrintsAnErrorFile(t *testing.T) {
	places := issue.List{issue.New(issue.Formula, issue.Pos{File: "名簿.xlsx", Sheet: "=1+1", Row: 1_048_576, Column: 28, Name: "氏名"})}
	counts := map[issue.Code]int64{issue.Formula: 1_234_567}
	var to bytes.Buffer
	if err := WriteErrorBook(&to, tmpfs(t), places, counts); err != nil {
		t.Fatal(err)
	}
	text := onPaper(t, to.Bytes())
	for _, want := range []string{"名簿.xlsx =1+1 1048576 28 AB1048576 氏名 F119", "ほかに 1234566 件", "F119 1,234,567 1 "} {
		if !strings.Contains(text, want) {
			t.Errorf("«%s» is not on paper: %s", want, text)
		}
	}
	if strings.Contains(text, "##") {
		t.Error("a number is not shown")
	}
}
