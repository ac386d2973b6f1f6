package answer

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"baitai/formats/charset"
	"baitai/formats/sheet"
	"baitai/pipeline/authority/authoritytest"
	"baitai/pipeline/issue"
)

var update = flag.Bool("update", false, "write the golden files anew")

// checkGolden compares with a file of testdata, byte for byte.
func checkGolden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs; look at it with go test -update and git diff\n%s", name, got)
	}
}

func TestResultsAreTheGoldenOnes(t *testing.T) {
	for name, terms := range map[string]authoritytest.Terms{
		"utf8.csv":   {},
		"cp932.csv":  {Charset: "CP932"},
		"code.csv":   {Fields: "住民票コード、氏名"},
		"totals.csv": {Basis: "統計"},
		"book.xlsx":  {Form: "xlsx"},
	} {
		var to, own bytes.Buffer
		g := grant(t, terms)
		sum, err := write(t, g, &to, &own, stream(nil, someRows(t)...), nil)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		got := to.Bytes()
		switch name {
		case "book.xlsx":
			got = []byte(bookText(t, got))
			name = "book.txt"
		case "cp932.csv": // what the office sees, in a file that people can proof-read
			if got, err = decoded(got); err != nil {
				t.Fatal(err)
			}
			name = "cp932.decoded.csv"
		}
		checkGolden(t, name, got)
		if name == "utf8.csv" {
			checkGolden(t, "own.jsonl", own.Bytes())
			var text bytes.Buffer
			if err := notes().WriteText(&text, sum); err != nil {
				t.Fatal(err)
			}
			checkGolden(t, "notes.txt", text.Bytes())
		}
	}
}

func decoded(cp932 []byte) ([]byte, error) {
	out, bad := charset.DecodeCP932(nil, cp932)
	if bad >= 0 {
		return nil, &charset.DecodeError{Charset: charset.CP932, Offset: int64(bad)}
	}
	return out, nil
}

// bookText writes what a workbook holds, a line a row, cells in brackets.
func bookText(t testing.TB, book []byte) string {
	t.Helper()
	b, err := sheet.OpenAt(bytes.NewReader(book), int64(len(book)), sheet.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	var out bytes.Buffer
	for _, s := range b.Sheets() {
		out.WriteString("# " + s.Name + "\n")
		for rec, err := range b.Rows(s.Name) {
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range rec.Cells {
				out.WriteString("[" + c.Text + "]")
			}
			out.WriteString("\n")
		}
	}
	return out.String()
}

func TestErrorFilesAreTheGoldenOnes(t *testing.T) {
	places := issue.List{
		issue.New(issue.DoubledReference, issue.Pos{File: "名簿.csv", Row: 7, Column: 1, Name: "整理番号"}, 3),
		issue.New(issue.Formula, issue.Pos{File: "名簿.xlsx", Sheet: "=名簿", Row: 2, Column: 3}),
		issue.New(issue.RequestLacks, issue.Pos{}, "行数"),
		issue.New(issue.UnknownSearchColumn, issue.Pos{File: "-l.csv", Row: 1, Column: 4, Name: "=本籍,\"住所\"\n"}),
	}
	counts := map[issue.Code]int64{issue.DoubledReference: 41, issue.Formula: 1, issue.RequestLacks: 1, issue.UnknownSearchColumn: 1, issue.NoReference: 5}
	var b bytes.Buffer
	if err := WriteErrors(&b, places, counts); err != nil {
		t.Fatal(err)
	}
	checkGolden(t, "errors.csv", b.Bytes())
}
