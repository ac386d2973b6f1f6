package sheet

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"baitai/formats"
)

const benchLine = "000123,12345678901,髙橋　花子,ﾀｶﾊｼ ﾊﾅｺ,昭和55年1月2日,2,福岡県福岡市中央区天神一丁目８番１号,x,A-1,y"

// parts is a workbook made by hand: the XML of each part.
type parts map[string]string

const ns = ` xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"`

// byHand makes the parts of a workbook with one sheet 名簿.
func byHand(sheetData string) parts {
	const rel = `http://schemas.openxmlformats.org/officeDocument/2006/relationships/`
	return parts{
		"[Content_Types].xml": `<Types/>`,
		"xl/workbook.xml":     `<?xml version="1.0" encoding="UTF-8"?><workbook` + ns + `><sheets><sheet name="名簿" sheetId="1" r:id="rId1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="rId1" Type="` + rel + `worksheet" Target="worksheets/sheet1.xml"/>` +
			`<Relationship Id="rId2" Type="` + rel + `styles" Target="/xl/styles.xml"/><Relationship Id="rId3" Type="` + rel + `sharedStrings" Target="sharedStrings.xml"/></Relationships>`,
		"xl/styles.xml": `<styleSheet` + ns + `><numFmts><numFmt numFmtId="164" formatCode="[$-411]ggge&quot;年&quot;m&quot;月&quot;d&quot;日&quot;"/></numFmts>` +
			`<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="49"/><xf numFmtId="20"/></cellXfs></styleSheet>`,
		"xl/sharedStrings.xml": `<sst` + ns + `><si><t>氏名</t></si><si><r><t>髙</t></r><r><rPr><b/></rPr><t xml:space="preserve">橋 </t></r><rPh sb="0" eb="1"><t>タカ</t></rPh><phoneticPr fontId="1"/></si>` +
			`<si><t>a_x000D_b_x005F_x000D_</t></si></sst>`,
		"xl/worksheets/sheet1.xml": `<worksheet` + ns + `><dimension ref="A1"/><sheetData>` + sheetData + `</sheetData></worksheet>`,
	}
}

func (p parts) zip(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range p {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, text); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func openParts(t testing.TB, p parts, l formats.Limits) (*Book, error) {
	raw := p.zip(t)
	return OpenAt(bytes.NewReader(raw), int64(len(raw)), Options{Limits: l})
}

func show(records formats.Records) string {
	var b strings.Builder
	for rec, err := range records {
		if err != nil {
			e, _ := errors.AsType[*formats.Error](err)
			if e == nil {
				return b.String() + "untyped " + err.Error()
			}
			return b.String() + fmt.Sprintf("!%s %s %v", e.Sheet, CellName(e.Row, e.Column), e.Err)
		}
		fmt.Fprintf(&b, "%d:", rec.Row)
		for _, c := range rec.Cells {
			fmt.Fprintf(&b, "%c[%s]", "TbNDBE"[c.Kind], c.Text)
		}
		b.WriteByte(' ')
	}
	return strings.TrimSuffix(b.String(), " ")
}

const header = `<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t>b</t></is></c></row>`

func TestRowsOfASheet(t *testing.T) {
	for _, c := range []struct{ name, data, want string }{
		{"shared and inline", header, "1:T[氏名]T[b]"},
		{"rich text without its furigana", header + `<row r="2"><c r="A2" t="s"><v>1</v></c></row>`, "1:T[氏名]T[b] 2:T[髙橋 ]b[]"},
		{"inline furigana", `<row><c t="inlineStr"><is><t>山</t><rPh sb="0" eb="1"><t>ヤマ</t></rPh></is></c></row>`, "1:T[山]"},
		{"escaped characters", `<row><c t="s"><v>2</v></c></row>`, "1:T[a\rb_x000D_]"},
		{"numbers keep their digits", header + `<row r="2"><c r="A2"><v>01234567890123456789</v></c><c r="B2"><v>1.2345678901E10</v></c></row>`, "1:T[氏名]T[b] 2:N[01234567890123456789]N[1.2345678901E10]"},
		{"dates", header + `<row r="2"><c r="A2" s="1"><v>44197</v></c><c r="B2" s="2"><v>29221.5</v></c></row>`, "1:T[氏名]T[b] 2:D[2021-01-01]D[1980-01-01 12:00:00]"},
		{"text with a text format", header + `<row r="2"><c r="A2" s="3"><v>44197</v></c><c r="B2" s="4"><v>0.5</v></c></row>`, "1:T[氏名]T[b] 2:N[44197]N[0.5]"},
		{"bool, error, ISO date, string", header + `<row r="2"><c r="A2" t="b"><v>1</v></c><c r="B2" t="e"><v>#N/A</v></c></row><row r="3"><c r="A3" t="d"><v>2020-01-02T00:00:00</v></c><c r="B3" t="str"><v>x</v></c></row>`, "1:T[氏名]T[b] 2:B[TRUE]E[#N/A] 3:D[2020-01-02]T[x]"},
		{"gaps and formatted empty rows", header + `<row r="3"/><row r="4"><c r="A4" s="1"/></row><row r="7"><c r="B7"><v>1</v></c></row>`, "1:T[氏名]T[b] 7:b[]N[1]"},
		{"rows and cells without names", `<row><c t="s"><v>0</v></c><c/><c><v>5</v></c></row><row><c><v>6</v></c></row>`, "1:T[氏名]b[]N[5] 2:N[6]b[]b[]"},
		{"entities, CDATA", `<row><c t="inlineStr"><is><t>&lt;&#x9ad9;&#13;&amp;<![CDATA[<b>]]><!-- no --></t></is></c></row>`, "1:T[<髙\r&<b>]"},

		{"formula", header + `<row r="2"><c r="B2"><f>A1</f><v>1</v></c></row>`, "1:T[氏名]T[b] !名簿 B2 formula in a cell"},
		{"shared formula", header + `<row r="2"><c r="A2"><f t="shared" si="0"/><v>1</v></c></row>`, "1:T[氏名]T[b] !名簿 A2 formula in a cell"},
		{"beyond the header", header + `<row r="2"><c r="D2"><v>1</v></c></row>`, "1:T[氏名]T[b] !名簿 D2 not as many fields as the header has"},
		{"blank beyond the header", header + `<row r="2"><c r="A2"><v>1</v></c><c r="D2" s="1"/></row>`, "1:T[氏名]T[b] 2:N[1]b[]"},
		{"nothing", "", "!名簿  no records"},
		{"no such string", header + `<row r="2"><c r="A2" t="s"><v>9</v></c></row>`, "1:T[氏名]T[b] !名簿 A2 damaged"},
		{"negative string", header + `<row r="2"><c r="A2" t="s"><v>-1</v></c></row>`, "1:T[氏名]T[b] !名簿 A2 damaged"},
		{"no number", header + `<row r="2"><c r="A2"><v>inf</v></c></row>`, "1:T[氏名]T[b] !名簿 A2 damaged"},
		{"unknown type", header + `<row r="2"><c r="A2" t="q"><v>1</v></c></row>`, "1:T[氏名]T[b] !名簿 A2 damaged"},
		{"rows out of order", header + `<row r="1"/>`, "1:T[氏名]T[b] !名簿 2 damaged"},
		{"cells out of order", `<row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>2</v></c></row>`, "!名簿 1 damaged"},
		{"cell of another row", `<row r="1"><c r="A2"><v>1</v></c></row>`, "!名簿 1 damaged"},
		{"broken XML", header + `<row r="2"><c r="A2"><v>1</c></row>`, "1:T[氏名]T[b] !名簿 2 damaged"},
		{"unknown entity", header + `<row r="2"><c r="A2" t="inlineStr"><is><t>&nbsp;</t></is></c></row>`, "1:T[氏名]T[b] !名簿 2 damaged"},
		{"not UTF-8", header + "<row r=\"2\"><c r=\"A2\" t=\"inlineStr\"><is><t>\x8d\x82</t></is></c></row>", "1:T[氏名]T[b] !名簿 2 damaged"},
		{"NUL", `<row><c t="inlineStr"><is><t>a_x0000_</t></is></c></row>`, "!名簿 A1 NUL character"},
	} {
		b, err := openParts(t, byHand(c.data), formats.Limits{})
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got := show(b.Rows("名簿")); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}

func TestMergedCellsAreRefusedInAListOnly(t *testing.T) {
	p := byHand(header + `<row r="2"><c r="A2"><v>1</v></c><c r="B2"><v>2</v></c></row>`)
	p["xl/worksheets/sheet1.xml"] = strings.Replace(p["xl/worksheets/sheet1.xml"], "</sheetData>", `</sheetData><mergeCells><mergeCell ref="A1:A1"/><mergeCell ref="B2:B3"/></mergeCells>`, 1)
	b, err := openParts(t, p, formats.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if got := show(b.Rows("名簿")); got != "1:T[氏名]T[b] 2:N[1]N[2] !名簿 B2 merged cells" {
		t.Error(got)
	}
	if got := show(b.Form("名簿")); got != "1:T[氏名]T[b] 2:N[1]N[2]" {
		t.Error(got)
	}
	if row, column, err := b.Merged("名簿"); row != 2 || column != 2 || err != nil {
		t.Error(row, column, err)
	}
	if _, _, err := b.Merged("none"); !errors.Is(err, formats.ErrNoSheet) {
		t.Error(err)
	}
}

func TestHiddenRowsWithContentAreRefusedInAListOnly(t *testing.T) {
	const two = `<row r="2"%s><c r="A2"><v>1</v></c><c r="B2"><v>2</v></c></row><row r="3"><c r="A3"><v>3</v></c><c r="B3"><v>4</v></c></row>`
	for attr, want := range map[string]string{
		``:                              "1:T[氏名]T[b] 2:N[1]N[2] 3:N[3]N[4]",
		` hidden="0"`:                   "1:T[氏名]T[b] 2:N[1]N[2] 3:N[3]N[4]",
		` hidden="false"`:               "1:T[氏名]T[b] 2:N[1]N[2] 3:N[3]N[4]",
		` hidden="1"`:                   "1:T[氏名]T[b] !名簿 2 hidden row with something in it",
		` spans="1:2" hidden="true"`:    "1:T[氏名]T[b] !名簿 2 hidden row with something in it",
		` hidden="1" customHeight="1" `: "1:T[氏名]T[b] !名簿 2 hidden row with something in it",
	} {
		b, err := openParts(t, byHand(header+strings.Replace(two, "%s", attr, 1)), formats.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		if got := show(b.Rows("名簿")); got != want {
			t.Errorf("%q:\n got %s\nwant %s", attr, got, want)
		}
		if got := show(b.Form("名簿")); got != "1:T[氏名]T[b] 2:N[1]N[2] 3:N[3]N[4]" {
			t.Errorf("%q: as a form %s", attr, got)
		}
	}
	// Nothing in it is nothing that could be overlooked.
	b, err := openParts(t, byHand(header+`<row r="2" hidden="1"><c r="A2"/></row><row r="3"><c r="A3"><v>3</v></c><c r="B3"><v>4</v></c></row>`), formats.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if got := show(b.Rows("名簿")); got != "1:T[氏名]T[b] 3:N[3]N[4]" {
		t.Error(got)
	}
}

func TestAFormHasRowsOfAnyLength(t *testing.T) {
	b, err := openParts(t, byHand(`<row><c t="s"><v>0</v></c></row><row><c><v>1</v></c><c/><c><v>3</v></c></row>`), formats.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if got := show(b.Form("名簿")); got != "1:T[氏名] 2:N[1]b[]N[3]" {
		t.Error(got)
	}
}

func TestDatesOfBothSystems(t *testing.T) {
	for raw, want := range map[string][2]string{
		"0": {"", "1904-01-01"}, "1": {"", "1904-01-02"}, "60": {"", "1904-03-01"}, "61": {"1900-03-01", "1904-03-02"},
		"20546": {"1956-04-01", "1960-04-02"}, "44197": {"2021-01-01", "2025-01-02"}, "2958465": {"9999-12-31", ""}, "2958466": {"", ""},
		"-1": {"", ""}, "x": {"", ""}, "NaN": {"", ""}, "44197.25": {"2021-01-01 06:00:00", "2025-01-02 06:00:00"}, "44196.9999999": {"2021-01-01", "2025-01-02"}, "4.4197E4": {"2021-01-01", "2025-01-02"},
	} {
		for i, epoch1904 := range []bool{false, true} {
			if got, ok := dateText(raw, epoch1904); got != want[i] || ok != (want[i] != "") {
				t.Errorf("%s, 1904 %v: %q, want %q", raw, epoch1904, got, want[i])
			}
		}
	}
	p := byHand(`<row><c s="1"><v>44197</v></c></row>`)
	p["xl/workbook.xml"] = strings.Replace(p["xl/workbook.xml"], "<sheets>", `<workbookPr date1904="1"/><sheets>`, 1)
	b, err := openParts(t, p, formats.Limits{})
	if err != nil || show(b.Rows("名簿")) != "1:D[2025-01-02]" {
		t.Errorf("%v, %s", err, show(b.Rows("名簿")))
	}
}

func TestWhichFormatsShowDates(t *testing.T) {
	for code, want := range map[string]bool{
		"yyyy/mm/dd": true, "ge.m.d": true, `[$-411]ggge"年"m"月"d"日"`: true, "m/d": true, "mmm": true, "yyyy/m/d h:mm": true, "e": true, "ddd": true,
		"h:mm": false, "[h]:mm:ss": false, "mm:ss": false, "0.00E+00": false, "0": false, "General": false, "@": false, `#,##0"日"`: false,
		`[Red]0;[Blue]0`: false, `0\d`: false, "00000000000": false, `0"yyyy`: false, `"年"0`: false, `General"円"`: false,
	} {
		if got := isDateFormat(164, code); got != want {
			t.Errorf("%s: %v", code, got)
		}
	}
	for id, want := range map[int]bool{0: false, 1: false, 14: true, 17: true, 18: false, 20: false, 22: true, 27: true, 31: true, 32: false, 33: false, 36: true, 45: false, 49: false, 50: true, 57: true, 58: true, 59: false} {
		if got := isDateFormat(id, ""); got != want {
			t.Errorf("%d: %v", id, got)
		}
	}
}

func TestHiddenSheetsAndExternalLinksAreReported(t *testing.T) {
	p := byHand(header)
	p["xl/workbook.xml"] = strings.Replace(p["xl/workbook.xml"], "</sheets>", `<sheet name="隠し" state="hidden" r:id="rId1"/><sheet name="深く" state="veryHidden" r:id="rId1"/></sheets>`, 1)
	b, err := openParts(t, p, formats.Limits{})
	if err != nil || !reflect.DeepEqual(b.Sheets(), []Sheet{{"名簿", true}, {"隠し", false}, {"深く", false}}) || b.ExternalLinks() {
		t.Errorf("%v, %v", b, err)
	}
	p["xl/externalLinks/externalLink1.xml"] = "<x/>"
	if b, err = openParts(t, p, formats.Limits{}); err != nil || !b.ExternalLinks() {
		t.Error("the link was not seen", err)
	}
	if got := show(b.Rows("none")); got != "!none  no such sheet" {
		t.Error(got)
	}
}

func TestOpenReadsAFileAndClosesIt(t *testing.T) {
	name := filepath.Join(t.TempDir(), "名簿 1.xlsx")
	if err := os.WriteFile(name, byHand(header).zip(t), 0o600); err != nil {
		t.Fatal(err)
	}
	b, err := Open(name, Options{})
	if err != nil || show(b.Rows("名簿")) != "1:T[氏名]T[b]" {
		t.Fatal(err)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := collect(b.Rows("名簿")); !errors.Is(err, os.ErrClosed) {
		t.Errorf("a medium that went away is taken for damage: %v", err)
	}
	if _, err := Open(name+"x", Options{}); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
}

func TestCellName(t *testing.T) {
	for want, at := range map[string][2]int{"A1": {1, 1}, "B12": {12, 2}, "Z1": {1, 26}, "AA1": {1, 27}, "XFD1048576": {1 << 20, 16384}, "C": {0, 3}} {
		if got := CellName(at[0], at[1]); got != want {
			t.Errorf("%s, want %s", got, want)
		}
		if row, column, ok := place([]byte(want)); at[0] > 0 && (!ok || row != at[0] || column != at[1]) {
			t.Errorf("%s: %d, %d, %v", want, row, column, ok)
		}
	}
	for _, bad := range []string{"", "A", "1", "A0", "a1", "XFE1", "A1048577", "AAAAA1", "A1B", "A99999999"} {
		if _, _, ok := place([]byte(bad)); ok {
			t.Errorf("%q is a cell", bad)
		}
	}
}

// TestRealLibreOfficeWorkbook has LibreOffice turn a CSV into a workbook, and one
// of ours into a CSV.
func TestRealLibreOfficeWorkbook(t *testing.T) {
	office, err := exec.LookPath("soffice")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("LibreOffice is missing")
		}
		t.Skip("no LibreOffice here")
	}
	dir := t.TempDir()
	convert := func(to, name string, options ...string) {
		args := append(options, "-env:UserInstallation=file://"+dir+"/profile", "--headless", "--convert-to", to, "--outdir", dir+"/out", filepath.Join(dir, name))
		cmd := exec.Command(office, args...)
		cmd.Env = append(os.Environ(), "HOME="+dir)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	in := "整理番号,氏名,生年月日,番号\n1,髙橋　花子,1980-01-02,12345678901\n2,\"山田\n太郎\",昭和55年1月2日,00123\n"
	if err := os.WriteFile(filepath.Join(dir, "in.csv"), []byte(in), 0o600); err != nil {
		t.Fatal(err)
	}
	convert("xlsx", "in.csv", "--infilter=CSV:44,34,76")
	b, err := Open(filepath.Join(dir, "out", "in.xlsx"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	want := "1:T[整理番号]T[氏名]T[生年月日]T[番号] 2:N[1]T[髙橋　花子]D[1980-01-02]N[12345678901] 3:N[2]T[山田\n太郎]T[昭和55年1月2日]N[123]"
	if got := show(b.Rows("in")); got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
	raw, err := workbook(private(t), WriterOptions{}, page{"結果", []string{"番号", "氏名"}, [][]string{{"00123", "髙橋"}, {"=1+1", "x,y"}, {"12345678901", "改\n行"}}})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "ours.xlsx"), raw, 0o600); err != nil {
		t.Fatal(err)
	}
	convert("csv:Text - txt - csv (StarCalc):44,34,76", "ours.xlsx")
	got, err := os.ReadFile(filepath.Join(dir, "out", "ours.csv"))
	if want := "番号,氏名\n00123,髙橋\n=1+1,\"x,y\"\n12345678901,\"改\n行\"\n"; err != nil || strings.TrimPrefix(string(got), "\ufeff") != want {
		t.Errorf("%q, %v", got, err)
	}
}

func BenchmarkRows(b *testing.B) {
	const n = 20_000
	row := strings.Split(benchLine, ",")
	rows := make([][]string, n)
	for i := range rows {
		rows[i] = row
	}
	raw, err := workbook(private(b), WriterOptions{}, page{"s", row, rows})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		book := open(b, raw)
		for _, err := range book.Rows("s") {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
