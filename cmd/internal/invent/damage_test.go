package invent

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"errors"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/japanese"

	"baitai/formats/charset"
	"baitai/pipeline/person"
)

func newDamage(t *testing.T, kind string) Damage {
	t.Helper()
	d, err := Damaged(kind, DamageOptions{Seed: 3, AsOf: day(), Office: "welfare", Purpose: "P001", Rows: 6})
	if err != nil {
		t.Fatal(kind, err)
	}
	return d
}

func table(t *testing.T, d Damage) [][]string {
	t.Helper()
	text, err := japanese.ShiftJIS.NewDecoder().Bytes(d.List)
	if err != nil {
		t.Fatal(err)
	}
	r := csv.NewReader(bytes.NewReader(text))
	r.FieldsPerRecord = -1
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(d.Kind, err)
	}
	return rows
}

func TestEveryDamageIsMadeAndRepeatable(t *testing.T) {
	seen := map[string]bool{}
	for _, k := range DamageKinds() {
		if seen[k.Kind] || k.Japanese == "" || k.English == "" || k.Refused && k.Rows != nil {
			t.Errorf("%q is doubled or not described", k.Kind)
		}
		seen[k.Kind] = true
		if k.Kind == "bomb" {
			continue // a gigabyte takes its time; it is made below
		}
		a, b := newDamage(t, k.Kind), newDamage(t, k.Kind)
		if !bytes.Equal(a.List, b.List) || !bytes.Equal(a.Request, b.Request) {
			t.Errorf("%s: other bytes the second time", k.Kind)
		}
		if len(a.List) == 0 != (k.Kind == "empty") || len(a.Request) == 0 {
			t.Errorf("%s: %d bytes of list, %d of request", k.Kind, len(a.List), len(a.Request))
		}
		if len(a.List) > 4<<20 {
			t.Errorf("%s: %d bytes", k.Kind, len(a.List))
		}
	}
	if _, err := Damaged("none", DamageOptions{Seed: 1, AsOf: day(), Rows: 6}); !errors.Is(err, ErrDamage) {
		t.Errorf("unknown kind: %v", err)
	}
	if _, err := Damaged("empty", DamageOptions{Seed: 1, AsOf: day(), Rows: 3}); !errors.Is(err, ErrRows) {
		t.Errorf("too few rows: %v", err)
	}
}

// Each kind is broken in the way that it says, and in no other.
func TestDamageIsWhatItSays(t *testing.T) {
	right := table(t, newDamage(t, "digest"))
	if len(right) != 7 || len(right[0]) != 8 {
		t.Fatalf("%d rows of %d columns", len(right), len(right[0]))
	}
	rows := table(t, newDamage(t, "doubled-reference"))
	if rows[3][0] != rows[1][0] {
		t.Error("doubled-reference: no double")
	}
	rows[3][0] = right[3][0]
	if !slices.EqualFunc(rows, right, slices.Equal) {
		t.Error("doubled-reference: something else is broken too")
	}
	if rows = table(t, newDamage(t, "ragged")); len(rows[2]) != 7 || len(rows[3]) != 8 {
		t.Error("ragged: no short row")
	}
	number := strings.Map(func(r rune) rune { return r - '０' + '0' }, table(t, newDamage(t, "mynumber-cell"))[3][8])
	if _, err := person.ParseMyNumber(number); err != nil {
		t.Error("mynumber-cell:", err)
	}
	if rows = table(t, newDamage(t, "blank-reference")); rows[2][0] != "" {
		t.Error("blank-reference: not blank")
	}
	if rows = table(t, newDamage(t, "doubled-header")); rows[0][2] != rows[0][8] {
		t.Error("doubled-header: no double")
	}
	if rows = table(t, newDamage(t, "no-reference")); slices.Contains(rows[0], ColumnRef) || len(rows) != 7 {
		t.Error("no-reference: there is one")
	}
	if rows = table(t, newDamage(t, "cut")); len(rows) != 6 {
		t.Error("cut: nothing is lost")
	}
	if _, err := person.ParseResidentCode(table(t, newDamage(t, "check-digit"))[2][1]); !errors.Is(err, person.ErrCheckDigit) {
		t.Error("check-digit:", err)
	}
	if _, err := person.ParseResidentCode(table(t, newDamage(t, "lost-digit"))[2][1]); !errors.Is(err, person.ErrLength) {
		t.Error("lost-digit:", err)
	}
}

func TestDamagedTextIsNotDecodable(t *testing.T) {
	for kind, want := range map[string]bool{"bad-cp932": false, "mixed-encoding": true, "gaiji": true, "digest": true} {
		d := newDamage(t, kind)
		out, bad := charset.DecodeCP932(make([]byte, 0, 2*len(d.List)), d.List)
		if (bad < 0) != want && kind != "mixed-encoding" {
			t.Errorf("%s: decodes %v", kind, bad < 0)
		}
		if kind == "gaiji" && !strings.Contains(string(out), "\ue000") {
			t.Error("gaiji: none")
		}
	}
}

func TestWorkbooksAreBrokenOnlyWhereTheyShould(t *testing.T) {
	part := func(kind, path string) string {
		d := newDamage(t, kind)
		z, err := zip.NewReader(bytes.NewReader(d.List), int64(len(d.List)))
		if err != nil {
			t.Fatal(kind, err)
		}
		f, err := z.Open(path)
		if err != nil {
			return ""
		}
		defer f.Close()
		var b bytes.Buffer
		if _, err := b.ReadFrom(f); err != nil {
			t.Fatal(kind, err)
		}
		return b.String()
	}
	const sheet = "xl/worksheets/sheet1.xml"
	if !strings.Contains(part("formula", sheet), "<f>") || strings.Contains(part("workbook", sheet), "<f>") {
		t.Error("formula: none, or where there should be none")
	}
	if !strings.Contains(part("merged", sheet), "mergeCell ref") {
		t.Error("merged: no merged cells")
	}
	if part("macro", "xl/vbaProject.bin") == "" || part("workbook", "xl/vbaProject.bin") != "" {
		t.Error("macro: none, or where there should be none")
	}
	bomb := newDamage(t, "bomb")
	z, err := zip.NewReader(bytes.NewReader(bomb.List), int64(len(bomb.List)))
	if err != nil {
		t.Fatal(err)
	}
	if f := z.File[len(z.File)-1]; f.UncompressedSize64 != bombBytes {
		t.Errorf("bomb: unpacks to %d bytes", f.UncompressedSize64)
	}
	d := newDamage(t, "cut-workbook")
	if _, err := zip.NewReader(bytes.NewReader(d.List), int64(len(d.List))); err == nil {
		t.Error("cut-workbook: still a ZIP")
	}
}

func TestRequestIsWrittenInBothLanguages(t *testing.T) {
	r := Request{Number: "依頼-\"7\"", Office: "welfare", Purpose: "P001", Rows: 12, Fields: []string{"氏名", "住所"}, SHA256: "ab"}
	for japaneseKeys, want := range map[bool]string{
		false: "number = \"依頼-\\\"7\\\"\"\noffice = \"welfare\"\npurpose = \"P001\"\nrows = 12\nsha256 = \"ab\"\nfields = [\"氏名\", \"住所\"]\n",
		true:  "\"依頼番号\" = \"依頼-\\\"7\\\"\"\n\"照会元\" = \"welfare\"\n\"利用事務\" = \"P001\"\n\"行数\" = 12\n\"ダイジェスト\" = \"ab\"\n\"提供項目\" = [\"氏名\", \"住所\"]\n",
	} {
		r.Japanese = japaneseKeys
		var b bytes.Buffer
		if err := r.Write(&b); err != nil || b.String() != want {
			t.Errorf("%v\n%s\nwant\n%s", err, b.String(), want)
		}
	}
}
