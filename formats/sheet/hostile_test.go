package sheet

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"baitai/formats"

	"github.com/xuri/excelize/v2"
)

func TestWorkbooksThatAreNotRead(t *testing.T) {
	with := func(name, text string) parts {
		p := byHand(header)
		p[name] = text
		return p
	}
	without := func(name string) parts {
		p := byHand(header)
		delete(p, name)
		return p
	}
	small := formats.Limits{UnpackedBytesMax: 100_000, PartsMax: 7, UnpackedRatioMax: 100}
	for _, c := range []struct {
		name string
		p    parts
		l    formats.Limits
		want error
	}{
		{"macros", with("xl/vbaProject.bin", "x"), formats.Limits{}, formats.ErrMacro},
		{"old macros", with("xl/macrosheets/sheet1.xml", "x"), formats.Limits{}, formats.ErrMacro},
		{"binary workbook", with("xl/workbook.bin", "x"), formats.Limits{}, formats.ErrNotSupported{Kind: formats.XLSB}},
		{"no workbook", without("xl/workbook.xml"), formats.Limits{}, formats.ErrNotSupported{Kind: formats.Zip}},
		{"OpenDocument", parts{"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}, formats.Limits{}, formats.ErrNotSupported{Kind: formats.ODS}},
		{"Word", parts{"word/document.xml": "x"}, formats.Limits{}, formats.ErrNotSupported{Kind: formats.OtherOffice}},
		{"no relations", without("xl/_rels/workbook.xml.rels"), formats.Limits{}, formats.ErrDamaged},
		{"no styles", without("xl/styles.xml"), formats.Limits{}, formats.ErrDamaged},
		{"no sheets", with("xl/workbook.xml", "<workbook/>"), formats.Limits{}, formats.ErrDamaged},
		{"document type", with("xl/workbook.xml", `<!DOCTYPE x [<!ENTITY a "b">]><workbook/>`), formats.Limits{}, formats.ErrEntities},
		{"two parts of one name", with("XL/WORKBOOK.XML", "<workbook/>"), formats.Limits{}, formats.ErrDamaged},
		{"unpacks to too much", with("xl/media/a", strings.Repeat("ab", 60_000)), small, formats.ErrBomb},
		{"ratio", with("xl/media/a", strings.Repeat("\x00", 3<<20)), formats.Limits{UnpackedRatioMax: 100}, formats.ErrBomb},
		{"too many parts", with("x", "") /* seven */, formats.Limits{PartsMax: 6}, formats.ErrBomb},
	} {
		_, err := openParts(t, c.p, c.l)
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
}

func TestFilesThatAreNoWorkbook(t *testing.T) {
	for raw, want := range map[string]error{
		"":                                                           formats.ErrEmpty,
		"a,b\n":                                                      formats.ErrNotSupported{Kind: formats.Text},
		"PK\x03\x04":                                                 formats.ErrDamaged,
		"\x7fELF":                                                    formats.ErrNotSupported{Kind: formats.Executable},
		oleWith("Workbook"):                                          formats.ErrNotSupported{Kind: formats.XLS},
		oleWith("EncryptedPack"):                                     formats.ErrNotSupported{Kind: formats.OLE},
		oleWith("EncryptedPackage" /* a workbook with a password */): formats.ErrEncrypted,
	} {
		if _, err := OpenAt(strings.NewReader(raw), int64(len(raw)), Options{}); !errors.Is(err, want) {
			t.Errorf("%.8q: %v, want %v", raw, err, want)
		}
	}
}

func oleWith(stream string) string {
	b := make([]byte, 1024)
	copy(b, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
	b[30] = 9 // sectors of 512 bytes; the directory is the first one
	for i := range len(stream) {
		b[512+2*i] = stream[i]
	}
	return string(b)
}

// TestRealPasswordWorkbookIsRefused uses what excelize seals.
func TestRealPasswordWorkbookIsRefused(t *testing.T) {
	f := excelize.NewFile()
	var b bytes.Buffer
	if _, err := f.WriteTo(&b, excelize.Options{Password: "x"}); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenAt(bytes.NewReader(b.Bytes()), int64(b.Len()), Options{}); !errors.Is(err, formats.ErrEncrypted) {
		t.Error(err)
	}
}

func TestAPartThatLiesAboutItsSizeIsAnError(t *testing.T) {
	p := byHand(header + strings.Repeat(`<row><c><v>1</v></c></row>`, 1000))
	raw := p.zip(t)
	// The directory's sizes: 4 bytes each, 24 after the signature PK\x01\x02.
	name := []byte("xl/worksheets/sheet1.xml")
	at := bytes.LastIndex(raw, name) - 46
	for _, size := range []byte{1, 0xff} {
		lied := bytes.Clone(raw)
		lied[at+25] = size
		b, err := OpenAt(bytes.NewReader(lied), int64(len(lied)), Options{})
		if err == nil {
			_, err = collect(b.Rows("名簿"))
		}
		if !errors.Is(err, formats.ErrDamaged) && !errors.Is(err, formats.ErrBomb) {
			t.Errorf("%v", err)
		}
	}
}

func TestPartsOverOneAnotherAreABomb(t *testing.T) {
	raw := byHand(header).zip(t)
	entry := func(name string) int { return bytes.LastIndex(raw, []byte(name)) - 46 }
	copy(raw[entry("xl/styles.xml")+42:][:4], raw[entry("xl/workbook.xml")+42:][:4]) // the offset
	copy(raw[entry("xl/styles.xml")+16:][:12], raw[entry("xl/workbook.xml")+16:][:12])
	if _, err := OpenAt(bytes.NewReader(raw), int64(len(raw)), Options{}); !errors.Is(err, formats.ErrBomb) {
		t.Error(err)
	}
}

func TestEncryptedPartsAreRefused(t *testing.T) {
	raw := byHand(header).zip(t)
	raw[bytes.LastIndex(raw, []byte("xl/styles.xml"))-46+8] |= 1
	if _, err := OpenAt(bytes.NewReader(raw), int64(len(raw)), Options{}); !errors.Is(err, formats.ErrEncrypted) {
		t.Error(err)
	}
}

// TestACutWorkbookIsNeverAShorterList cuts the XML of the sheet everywhere.
func TestACutWorkbookIsNeverAShorterList(t *testing.T) {
	p := byHand(header + `<row r="2"><c r="A2"><v>1</v></c></row>`)
	whole := p["xl/worksheets/sheet1.xml"]
	for n := range len(whole) {
		p["xl/worksheets/sheet1.xml"] = whole[:n]
		b, err := openParts(t, p, formats.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := collect(b.Rows("名簿")); err == nil {
			t.Fatalf("cut at %d: no error", n)
		}
	}
	raw := p.zip(t)
	for n := range len(raw) {
		if _, err := OpenAt(bytes.NewReader(raw[:n]), int64(n), Options{}); err == nil {
			t.Fatalf("file cut at %d: no error", n)
		}
	}
}

// TestAFlippedBitIsAnErrorOrChangesNothing: checksums of the container hold.
func TestAFlippedBitIsAnErrorOrChangesNothing(t *testing.T) {
	raw := byHand(header + `<row r="2"><c r="A2"><v>1</v></c></row>`).zip(t)
	read := func(raw []byte) string {
		b, err := OpenAt(bytes.NewReader(raw), int64(len(raw)), Options{})
		if err != nil {
			return "!"
		}
		return show(b.Rows("名簿"))
	}
	want := read(raw)
	for i := range raw {
		raw[i] ^= 4
		if got := read(raw); got != want && !strings.Contains(got, "!") {
			t.Fatalf("byte %d: %s", i, got)
		}
		raw[i] ^= 4
	}
}

func TestLimitsHold(t *testing.T) {
	data := header + `<row r="2"><c r="A2"><v>123456</v></c></row><row r="3"><c r="A3"><v>1</v></c></row>`
	for want, l := range map[string]formats.Limits{
		"1:T[氏名]T[b] 2:N[123456]b[] !名簿 3 too many rows": {RowsMax: 2},
		"!名簿 B1 too many columns":                        {ColumnsMax: 1},
		"1:T[氏名]T[b] !名簿 A2 cell too long":               {CellCharactersMax: 5},
		"!名簿  unpacks to more than the limit":            {SharedStringsBytes: 20},
	} {
		b, err := openParts(t, byHand(data), l)
		if err != nil {
			t.Fatal(err)
		}
		if got := show(b.Rows("名簿")); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

// TestErrorsHoldNoContent: the same content in every broken place.
func TestErrorsHoldNoContent(t *testing.T) {
	const secret = "ヒミツ"
	for _, data := range []string{
		`<row><c><f>` + secret + `</f></c></row>`, `<row><c><v>` + secret + `</v></c></row>`, `<row r="` + secret + `"/>`, `<row><c t="` + secret + `"><v>1</v></c></row>`,
		`<row><c r="` + secret + `"/></row>`, `<row><c t="s"><v>` + secret + `</v></c></row>`, `<` + secret, `&` + secret + `;`, `<row><c s="` + secret + `"/></row>`,
	} {
		p := byHand(data)
		p["xl/workbook.xml"] = strings.Replace(p["xl/workbook.xml"], "名簿", secret, 1)
		b, err := openParts(t, p, formats.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := collect(b.Rows(secret)); err == nil || strings.Contains(err.Error(), secret) {
			t.Errorf("%s: %v", data, err)
		}
	}
}

// FuzzOpen gives garbage as a sheet, and as a whole file.
func FuzzOpen(f *testing.F) {
	f.Add([]byte(header), true)
	f.Add(byHand(header).zip(f), false)
	f.Add([]byte(`<row><c t="s"><v>1</v></c><c t="inlineStr"><is><t>&#x41;</t></is></c></row>`), true)
	f.Fuzz(func(t *testing.T, raw []byte, data bool) {
		if data {
			raw = byHand(string(raw)).zip(t)
		}
		b, err := OpenAt(bytes.NewReader(raw), int64(len(raw)), Options{})
		if err != nil {
			return
		}
		for _, s := range b.Sheets() {
			last := 0
			for rec, err := range b.Rows(s.Name) {
				if err != nil {
					if _, ok := errors.AsType[*formats.Error](err); !ok {
						t.Fatalf("untyped error %T", err)
					}
					break
				}
				if rec.Row <= last {
					t.Fatal("rows do not grow")
				}
				last = rec.Row
			}
		}
	})
}
