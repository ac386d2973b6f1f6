package register

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"golang.org/x/text/encoding/japanese"

	"baitai/pipeline/issue"
)

const (
	keyA = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"
	keyB = "age1lggyhqrw2nlhcxprm67z43rta597azn8gknawjehu9d9dl0jq3yqqvfafg"
)

// good is a register as an official keeps it, by file and then by line.
func good() map[string][]string {
	return map[string][]string{
		"offices.csv": {
			"照会元コード,名称,種別,受取鍵,既定の事務コード,文字コード,返却形式,返却方法,有効開始日,有効終了日,備考",
			"nogyo,農業振興課,部署," + keyA + " " + keyB + ",n-01,CP932,csv,媒体,2026-04-01,2027-03-31,髙橋係",
			"kyoiku,教育委員会,執行機関,,,UTF-8,xlsx,庁内メール,2026-04-01,期限なし,",
		},
		"purposes.csv": {
			"事務コード,照会元コード,事務名,根拠,根拠条項,対象者,対象者条項,検索キー,提供項目,住民票コード提供,住民票コード条項,支援措置,最大行数,返却形式,返却方法,二人承認,有効開始日,有効終了日,備考",
			"n-01,nogyo,農地の所有者の確認,条例(利用),試験条例第3条,,,氏名、生年月日、住所,氏名、最終住所,,,,5000,csv,媒体,不要,2026-04-01,2027-03-31,",
			"k-07,kyoiku,奨学金の返還,別表6,別表第六の一,全員,試験条例第5条,住民票コード+氏名+生年月日,住民票コード;氏名;住所,可,試験条例第4条,提供可,\"10,000\",csv・xlsx,媒体・庁内メール,要,2026/4/1,期限なし,",
		},
		"operators.csv": {
			"操作者ID,利用者名,所属,権限,有効開始日,有効終了日,備考",
			"gyo-01,tanaka,行財政支援課,照会;審査,2026-04-01,2027-03-31,",
			"gyo-02,KENCHO\\suzuki,行財政支援課,管理、監査,2026-04-01,2027-03-31,",
		},
		"media.csv": {
			"媒体番号,種別,製品名,製造番号,暗号化,所有所属,登録日,状態,備考",
			"県住-001,USBメモリ,試験品,S-1,有,行財政支援課,2026-04-01,保管,",
		},
		"layouts.csv": {
			"様式コード,照会元コード,事務コード,用途,形式,既定,文字コード,レコード長,改行,備考",
			"k-in,kyoiku,k-07,リスト,固定長,既定,CP932,40,CRLF,",
			"k-out,kyoiku,,結果,csv,,,,,",
			"k-fix,kyoiku,,結果,固定長,指定時,UTF-8,40,なし,",
		},
		"layout_columns.csv": {
			"様式コード,レコード,項目,名称,開始位置,バイト数,寄せ,埋め文字,値,備考",
			"k-in,ヘッダー,固定値,,1,1,,,1,",
			"k-in,ヘッダー,作成日,,2,8,,,,",
			"k-in,ヘッダー,空き,,10,31,,,,",
			"k-in,データ,固定値,,1,1,,,2,",
			"k-in,,氏名,対象者,7,14,左,全角空白,,",
			"k-in,,整理番号,,2,5,右,0,,行の順でなくてよい",
			"k-in,,生年月日,,21,8,,,,",
			"k-in,,対象外,備考,29,12,,,,",
			"k-in,トレーラー,固定値,,1,1,,,8,",
			"k-in,トレーラー,件数,,2,6,右,0,,",
			"k-in,トレーラー,空き,,8,33,,,,",
			"k-out,,回答区分,結果,,,,,,",
			"k-out,,整理番号,番号,,,,,,",
			"k-fix,データ,整理番号,,1,10,,,,",
			"k-fix,データ,回答区分,,11,2,,,,",
			"k-fix,データ,不備,,13,28,,,,",
		},
	}
}

// folder makes the files; each line ends with end.
func folder(files map[string][]string, end string, encode func(string) []byte) fstest.MapFS {
	f := fstest.MapFS{}
	for name, lines := range files {
		f[name] = &fstest.MapFile{Data: encode(strings.Join(lines, end) + end), Mode: 0o600}
	}
	return f
}

func plainUTF8(s string) []byte { return []byte(s) }
func withBOM(s string) []byte   { return []byte("\ufeff" + s) }

func cp932(s string) []byte {
	b, err := japanese.ShiftJIS.NewEncoder().Bytes([]byte(s))
	if err != nil {
		panic(err)
	}
	return b
}

func mustRead(t *testing.T, f fs.FS) *Register {
	t.Helper()
	reg, err := Read(f)
	if err != nil {
		t.Fatal(err)
	}
	return reg
}

func TestARegisterIsTheSameHoweverASpreadsheetSavesIt(t *testing.T) {
	want := mustRead(t, folder(good(), "\n", plainUTF8))
	for name, f := range map[string]fstest.MapFS{
		"UTF-8 CRLF":     folder(good(), "\r\n", plainUTF8),
		"UTF-8 BOM CRLF": folder(good(), "\r\n", withBOM),
		"CP932 CRLF":     folder(good(), "\r\n", cp932),
		"CP932 LF":       folder(good(), "\n", cp932),
	} {
		got := mustRead(t, f)
		got.digest = want.digest // it is of the bytes
		if fmt.Sprintf("%+v", dump(got)) != fmt.Sprintf("%+v", dump(want)) {
			t.Errorf("%s: got %+v, want %+v", name, dump(got), dump(want))
		}
	}
}

func dump(r *Register) []any {
	var all []any
	for _, id := range r.Offices() {
		o, _ := r.Office(id)
		all = append(all, o)
		for _, code := range r.Purposes(id) {
			p, _ := r.Purpose(id, code)
			all = append(all, p)
		}
	}
	for _, login := range r.Logins() {
		o, _ := r.Operator(login)
		all = append(all, o)
	}
	for _, no := range r.Media() {
		m, _ := r.Medium(no)
		all = append(all, m)
	}
	return all
}

func TestEveryColumnIsReadIntoItsPlace(t *testing.T) {
	reg := mustRead(t, folder(good(), "\n", plainUTF8))
	want := []any{
		Office{"kyoiku", "教育委員会", Agency, nil, "", CharsetUTF8, FormXLSX, WayMail, Span{"2026-04-01", "9999-12-31"}, issue.Pos{File: "offices.csv", Row: 3}},
		Purpose{"k-07", "kyoiku", "奨学金の返還", Table6, "別表第六の一", Everybody, "試験条例第5条",
			[]Particular{KeyCode, KeyName, KeyBirth}, []Field{FieldCode, FieldName, FieldAddress}, true, "試験条例第4条", true, 10000,
			[]Form{FormCSV, FormXLSX}, []Way{WayMedium, WayMail}, true, Span{"2026-04-01", "9999-12-31"}, issue.Pos{File: "purposes.csv", Row: 3}},
		Office{"nogyo", "農業振興課", Department, []string{keyA, keyB}, "n-01", CharsetCP932, FormCSV, WayMedium, Span{"2026-04-01", "2027-03-31"}, issue.Pos{File: "offices.csv", Row: 2}},
		Purpose{"n-01", "nogyo", "農地の所有者の確認", OrdinanceUse, "試験条例第3条", AbroadOnly, "",
			[]Particular{KeyName, KeyBirth, KeyAddress}, []Field{FieldName, FieldLastAddress}, false, "", false, 5000,
			[]Form{FormCSV}, []Way{WayMedium}, false, Span{"2026-04-01", "2027-03-31"}, issue.Pos{File: "purposes.csv", Row: 2}},
		Operator{"gyo-02", `KENCHO\suzuki`, "行財政支援課", []Right{RightManage, RightAudit}, Span{"2026-04-01", "2027-03-31"}, issue.Pos{File: "operators.csv", Row: 3}},
		Operator{"gyo-01", "tanaka", "行財政支援課", []Right{RightAsk, RightReview}, Span{"2026-04-01", "2027-03-31"}, issue.Pos{File: "operators.csv", Row: 2}},
		Medium{"県住-001", "USBメモリ", "試験品", "S-1", true, "行財政支援課", "2026-04-01", "保管", issue.Pos{File: "media.csv", Row: 2}},
	}
	for i, got := range dump(reg) {
		if fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", want[i]) {
			t.Errorf("got  %+v\nwant %+v", got, want[i])
		}
	}
	if code, ok := reg.DefaultPurpose("nogyo"); !ok || code != "n-01" {
		t.Errorf("default purpose %q, %v", code, ok)
	}
	if code, ok := reg.DefaultPurpose("kyoiku"); ok {
		t.Errorf("an office without default purpose has %q", code)
	}
	if !reg.HasPurpose("k-07") || reg.HasPurpose("k-08") {
		t.Error("HasPurpose")
	}
}

func TestColumnsMayStandInAnyOrderAndEmptiedCellsAreNothing(t *testing.T) {
	files := good()
	files["media.csv"] = []string{
		"状態,登録日,所有所属,暗号化,製造番号,製品名,種別,媒体番号 ,,",
		",,,,,,,,,",
		"保管,2026/4/1,行財政支援課,有,S-1,試験品,USBメモリ,\u3000県住-001,,",
		",,,,,,,,,",
		"",
	}
	m, ok := mustRead(t, folder(files, "\r\n", cp932)).Medium("県住-001")
	if !ok || m.Since != "2026-04-01" || m.Pos.Row != 3 || m.Serial != "S-1" {
		t.Errorf("%+v, %v", m, ok)
	}
}

func TestAnOfficesKeysMayStandOnLinesOfOneCell(t *testing.T) {
	files := good()
	files["offices.csv"][1] = strings.Replace(files["offices.csv"][1], keyA+" "+keyB, "\""+keyA+"\n"+keyB+"\"", 1)
	reg := mustRead(t, folder(files, "\r\n", withBOM))
	o, _ := reg.Office("nogyo")
	k, _ := reg.Office("kyoiku")
	if len(o.Recipients) != 2 || k.Pos.Row != 4 {
		t.Errorf("%d keys, next row at line %d, want 2 and 4", len(o.Recipients), k.Pos.Row)
	}
}

func TestWhatIsHandedOutCannotEditTheRegister(t *testing.T) {
	reg := mustRead(t, folder(good(), "\n", plainUTF8))
	before := fmt.Sprint(dump(reg))
	o, _ := reg.Office("nogyo")
	o.Recipients[0] = ""
	p, _ := reg.Purpose("kyoiku", "k-07")
	p.Keys[0], p.Fields[0], p.Forms[0], p.Ways[0] = KeyAddress, FieldSex, 0, 0
	op, _ := reg.Operator("tanaka")
	op.Rights[0] = RightManage
	if fmt.Sprint(dump(reg)) != before {
		t.Error("the register has changed")
	}
}

func TestTheZeroRegisterKnowsNobody(t *testing.T) {
	reg := &Register{}
	if got := dump(reg); len(got) != 0 {
		t.Error(got)
	}
	if _, ok := reg.Office(""); ok {
		t.Error("an office")
	}
	if _, ok := reg.Operator(""); ok {
		t.Error("an operator")
	}
}

func TestASpanHasBothItsDaysInTokyo(t *testing.T) {
	s := Span{"2026-04-01", "2027-03-31"}
	for at, want := range map[string]bool{
		"2026-03-31T14:59:59Z":      false, // 23:59:59 in Tokyo
		"2026-03-31T15:00:00Z":      true,
		"2027-03-31T23:59:59+09:00": true,
		"2027-03-31T15:00:00Z":      false,
	} {
		now, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		if s.Holds(now) != want {
			t.Errorf("%s: %v", at, !want)
		}
	}
	if (Span{}).Holds(time.Now()) || (Span{From: "2000-01-01"}).Holds(time.Now()) {
		t.Error("a span without both its days holds today")
	}
}

func TestTheDigestIsWhatSha256sumGives(t *testing.T) {
	dir := t.TempDir()
	if err := Template(nil, dir, issue.Japanese); err != nil {
		t.Fatal(err)
	}
	reg, err := Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("sha256sum", "headers.csv", "layout_columns.csv", "layouts.csv", "media.csv", "offices.csv", "operators.csv", "purposes.csv")
	cmd.Dir = dir
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	if got, want := reg.Digest(), fmt.Sprintf("%x", sha256.Sum256(out)); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	changed := good()
	changed["media.csv"][1] += "x"
	if a, b := mustRead(t, folder(good(), "\n", plainUTF8)), mustRead(t, folder(changed, "\n", plainUTF8)); a.Digest() == b.Digest() {
		t.Error("two registers, one digest")
	}
}

func TestWhatIsNoFileIsNotOpened(t *testing.T) {
	dir := t.TempDir()
	outside := filepath.Join(t.TempDir(), "offices.csv")
	if err := os.WriteFile(outside, []byte(good()["offices.csv"][0]), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, filepath.Join(dir, "offices.csv")); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(filepath.Join(dir, "purposes.csv"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "operators.csv"), 0o700); err != nil {
		t.Fatal(err)
	}
	_, err := Load(dir)
	want := "offices.csv J210|purposes.csv J210|operators.csv J210|media.csv J201"
	if got := short(err); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if _, err := Load(filepath.Join(dir, "nowhere")); short(err) != " J201" || strings.Contains(fmt.Sprint(issue.Find(err).Err), dir) {
		t.Errorf("a missing folder: %v", err)
	}
}

// short prints place and code of each issue, and the first argument of those that
// name a header or a row.
func short(err error) string {
	list, ok := err.(issue.List)
	if !ok {
		return fmt.Sprintf("not a list of issues: %v", err)
	}
	var all []string
	for _, i := range list {
		s := i.Pos.String()
		if i.Pos.Name != "" {
			s += " " + i.Pos.Name
		}
		s += " " + string(i.Code)
		if i.Code == issue.RegisterHeaderMissing || i.Code == issue.RegisterDoubled {
			s += " " + i.Args[0]
		}
		all = append(all, s)
	}
	return strings.Join(all, "|")
}

func TestEveryHeaderButTheNoteIsRequiredOnceAndKnown(t *testing.T) {
	for _, f := range files() {
		for _, h := range f.headers {
			without := folder(good(), "\n", plainUTF8)
			text := string(without[f.name].Data)
			without[f.name].Data = []byte(strings.Replace(text, h, "？", 1))
			_, err := Read(without)
			col := slices.Index(strings.Split(strings.SplitN(text, "\n", 2)[0], ","), h) + 1
			want := fmt.Sprintf("%s:1 J202 %s|%s:1:%d J203", f.name, h, f.name, col)
			if h == note {
				want = fmt.Sprintf("%s:1:%d J203", f.name, col)
			}
			if got := short(err); got != want {
				t.Errorf("without %s: got %s, want %s", h, got, want)
			}
			doubled := folder(good(), "\n", plainUTF8)
			lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
			for i := range lines {
				lines[i] += ","
				if i == 0 {
					lines[i] += h
				}
			}
			doubled[f.name].Data = []byte(strings.Join(lines, "\n"))
			_, err = Read(doubled)
			want = fmt.Sprintf("%s:1:%d %s J204", f.name, len(f.headers)+1, h)
			if got := short(err); got != want {
				t.Errorf("with two %s: got %s, want %s", h, got, want)
			}
		}
	}
}

func TestEachMissingFileIsTold(t *testing.T) {
	for _, f := range files() {
		fsys := folder(good(), "\n", plainUTF8)
		delete(fsys, f.name)
		_, err := Read(fsys)
		if got := short(err); got != f.name+" J201" {
			t.Errorf("without %s: %s", f.name, got)
		}
	}
	_, err := Read(fstest.MapFS{})
	needed := slices.DeleteFunc(files(), func(f file) bool { return f.optional }) // layouts may be missing, but not one alone
	if list, ok := err.(issue.List); !ok || len(list) != len(needed) || len(needed) != 4 {
		t.Errorf("an empty folder: %v", err)
	}
}
