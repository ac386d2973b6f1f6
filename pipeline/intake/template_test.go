package intake

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"baitai/formats/sheet"
	"baitai/pipeline/issue"
	"baitai/pipeline/register"
)

// manyPurposes are as many as a large office has, with the names that laws give.
func manyPurposes() []register.Purpose {
	var all []register.Purpose
	for i := range 40 {
		p := register.Purpose{
			Code: fmt.Sprintf("office-%02d", i), Office: "office", Name: fmt.Sprintf("手当の受給資格の認定又は支給に関する事務 第%d種", i), Basis: register.OrdinanceUse,
			Clause: fmt.Sprintf("見本県住民基本台帳法施行条例別表第一の%dの項", i), MaxRows: int64(1000 + i),
			Keys: []register.Particular{register.KeyName, register.KeyBirth}, Fields: []register.Field{register.FieldName, register.FieldAddress},
			Forms: []register.Form{register.FormCSV}, Ways: []register.Way{register.WayMedium},
		}
		if i%2 > 0 {
			p.Fields = register.Fields()
		}
		all = append(all, p)
	}
	return all
}

func template(t *testing.T, purposes []register.Purpose) []byte {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "tmp")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	office := register.Office{ID: "office", Name: "見本課", Charset: register.CharsetCP932, Form: register.FormCSV, Way: register.WayMedium}
	if _, err := (Template{Office: office, Purposes: purposes, TmpDir: dir}).WriteTo(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestNothingOfATemplateIsCutInPrint prints one of forty purposes with LibreOffice and
// looks for all that it says, and for no text that ends in the middle.
func TestNothingOfATemplateIsCutInPrint(t *testing.T) {
	for _, name := range []string{"soffice", "pdftotext"} {
		if _, err := exec.LookPath(name); err != nil {
			if os.Getenv("CI") != "" {
				t.Fatal(name + " is missing")
			}
			t.Skip(name + " is not installed")
		}
	}
	if fonts, _ := exec.Command("fc-list", ":lang=ja").Output(); len(fonts) == 0 {
		if os.Getenv("CI") != "" {
			t.Fatal("no Japanese font")
		}
		t.Skip("no Japanese font here")
	}
	dir := t.TempDir()
	book := template(t, manyPurposes())
	if err := os.WriteFile(filepath.Join(dir, "form.xlsx"), book, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("soffice", "-env:UserInstallation=file://"+dir+"/profile", "--headless", "--convert-to", "pdf", "--outdir", dir, filepath.Join(dir, "form.xlsx"))
	cmd.Env = append(os.Environ(), "HOME="+dir)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	// Texts go on below, so that columns and spaces are nothing to go by: every cell is
	// looked for by its characters, in the order in which they were drawn.
	text, err := exec.Command("pdftotext", "-raw", filepath.Join(dir, "form.pdf"), "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	paper := strings.Join(strings.Fields(string(text)), "")
	b, err := sheet.OpenAt(bytes.NewReader(book), int64(len(book)), sheet.Options{})
	if err != nil {
		t.Fatal(err)
	}
	cells := 0
	for rec, err := range b.Form(requestSheet) {
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range rec.Cells {
			for line := range strings.SplitSeq(c.Text, "\n") {
				if want := strings.Join(strings.Fields(line), ""); !strings.Contains(paper, want) {
					t.Errorf("row %d: «%s» is not on paper", rec.Row, line)
				}
				cells++
			}
		}
	}
	if cells < 40*4 {
		t.Errorf("only %d texts", cells)
	}
}

// TestAnEmptyTemplateStatesNothingWrong: what is filled in beforehand reads as a request,
// whatever purposes it is for.
func TestAnEmptyTemplateStatesNothingWrong(t *testing.T) {
	all := manyPurposes()
	for _, purposes := range [][]register.Purpose{all, all[:1], all[:7]} {
		book := template(t, purposes)
		b, err := sheet.OpenAt(bytes.NewReader(book), int64(len(book)), sheet.Options{})
		if err != nil {
			t.Fatal(err)
		}
		req, err := readForm(b.Form(requestSheet), issue.Pos{})
		if err != nil || req.Office != "office" || req.Fields != nil || (req.Purpose == "office-00") != (len(purposes) == 1) {
			t.Errorf("%d purposes: %+v, %v", len(purposes), req, err)
		}
	}
}
