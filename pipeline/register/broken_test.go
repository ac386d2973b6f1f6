package register

import (
	"encoding/csv"
	"errors"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"baitai/pipeline/issue"
)

// changed gives the good register with one cell changed.
func changed(t interface{ Fatal(...any) }, file string, line int, header, value string) fstest.MapFS {
	f := folder(good(), "\n", plainUTF8)
	rows, err := csv.NewReader(strings.NewReader(string(f[file].Data))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	col := slices.Index(rows[0], header)
	if col < 0 {
		t.Fatal("no such header", header)
	}
	rows[line-1][col] = value
	var b strings.Builder
	if err := csv.NewWriter(&b).WriteAll(rows); err != nil {
		t.Fatal(err)
	}
	f[file].Data = []byte(b.String())
	return f
}

func TestEachFaultIsToldWithItsPlace(t *testing.T) {
	data, err := os.ReadFile("testdata/broken.txt")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for line := range strings.Lines(string(data)) {
		line = strings.TrimRight(line, "\n")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		c := strings.Split(line, "|")
		for i := range c {
			c[i] = strings.TrimSpace(c[i])
		}
		if len(c) != 5 {
			t.Fatalf("not five columns: %s", line)
		}
		at, err := strconv.Atoi(c[1])
		if err != nil {
			t.Fatal(err)
		}
		_, err = Read(changed(t, c[0], at, c[2], c[3]))
		got := ""
		if err != nil {
			got = strings.ReplaceAll(short(err), "|", ", ")
		}
		if got != c[4] {
			t.Errorf("%s\n got %s", line, got)
		}
		n++
	}
	if n < 80 {
		t.Errorf("only %d lines", n)
	}
}

func TestAllFaultsAreToldAtOnceInTheOrderOfTheFile(t *testing.T) {
	files := good()
	files["offices.csv"] = append(files["offices.csv"], "x y,,課,k,?,EUC,pdf,鳩,いつか,,")
	files["media.csv"] = append(files["media.csv"], ",,,,,,,,")
	files["media.csv"] = append(files["media.csv"], "県住-001,USBメモリ,,,無,行財政支援課,2026-04-01,保管,")
	_, err := Read(folder(files, "\r\n", withBOM))
	want := "offices.csv:4:1 照会元コード J206|offices.csv:4:2 名称 J205|offices.csv:4:3 種別 J206|offices.csv:4:4 受取鍵 K124|" +
		"offices.csv:4:5 既定の事務コード J206|offices.csv:4:6 文字コード J206|offices.csv:4:7 返却形式 J206|offices.csv:4:8 返却方法 J206|" +
		"offices.csv:4:9 有効開始日 J209|offices.csv:4:10 有効終了日 J205|media.csv:4:1 媒体番号 J207 2"
	if got := short(err); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestAPurposeStandsOnceForEachOffice(t *testing.T) {
	files := good()
	files["purposes.csv"] = append(files["purposes.csv"], files["purposes.csv"][1])
	_, err := Read(folder(files, "\n", plainUTF8))
	if got := short(err); got != "purposes.csv:4:1 事務コード J207 2" {
		t.Error(got)
	}
	files = good()
	files["purposes.csv"] = append(files["purposes.csv"], strings.Replace(files["purposes.csv"][2], "k-07", "n-01", 1))
	mustRead(t, folder(files, "\n", plainUTF8))
}

func TestAFileThatIsNoTextTableIsUnreadableAtItsPlace(t *testing.T) {
	line := func(s string) []byte { return append([]byte(strings.Join(good()["media.csv"], "\n")+"\n"), s...) }
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"empty":               {nil, "media.csv J210"},
		"unterminated quote":  {line("\"県住-002,USBメモリ,,,無,課,2026-04-01,保管,\n"), "media.csv:3 J210"},
		"too few fields":      {line("県住-002,USBメモリ\n"), "media.csv:3 J210"},
		"bad UTF-8":           {line("県住-002,\xff\xfe,,,無,課,2026-04-01,保管,\n"), "media.csv:3 J210"},
		"CP932 below UTF-8":   {line(string(cp932("県住-002,表,,,無,課,2026-04-01,保管,\n"))), "media.csv:3 J210"},
		"half a pair":         {append(cp932(strings.Join(good()["media.csv"], "\n")+"\n"), 0x8a), "media.csv:3 J210"},
		"UTF-16":              {[]byte("\xff\xfe\x92\x5a"), "media.csv:1 J210"},
		"a workbook":          {[]byte("PK\x03\x04\x14\x00\xff\xff\x00\x00"), "media.csv:1 J210"},
		"larger than allowed": {append(line(""), make([]byte, fileBytesMax)...), "media.csv J210"},
	} {
		f := folder(good(), "\n", plainUTF8)
		f["media.csv"].Data = c.data
		_, err := Read(f)
		got := short(err)
		// Where in a broken line a reader notices is not promised, the line is.
		if i := strings.LastIndex(got, ":"); i > 0 && strings.Count(got, ":") == 2 {
			got = got[:i] + " J210"
		}
		if got != c.want {
			t.Errorf("%s: got %s, want %s", name, got, c.want)
		}
	}
}

func TestOrdinaryAndPostQuantumKeysAreNotMixed(t *testing.T) {
	const pq = "testdata/pq.age.pub"
	data, err := os.ReadFile(pq)
	if err != nil {
		t.Fatal(err)
	}
	key := strings.TrimSpace(string(data))
	reg, err := Read(changed(t, "offices.csv", 2, "受取鍵", key))
	if err != nil {
		t.Fatal(err)
	}
	if o, _ := reg.Office("nogyo"); len(o.Recipients) != 1 || o.Recipients[0] != key {
		t.Errorf("%d keys", len(o.Recipients))
	}
	_, err = Read(changed(t, "offices.csv", 2, "受取鍵", key+" "+keyA))
	if got := short(err); got != "offices.csv:2:4 受取鍵 K120" {
		t.Error(got)
	}
}

func TestFreeTextIsShortAndHasNoControlCharacters(t *testing.T) {
	for value, want := range map[string]string{
		strings.Repeat("あ", textCharactersMax):   "",
		strings.Repeat("あ", textCharactersMax+1): "offices.csv:2:2 名称 J206",
		"農業\a振興課":                                "offices.csv:2:2 名称 J206",
	} {
		_, err := Read(changed(t, "offices.csv", 2, "名称", value))
		if err != nil && short(err) != want || err == nil && want != "" {
			t.Errorf("%d characters: %v", len([]rune(value)), err)
		}
	}
	reg := mustRead(t, changed(t, "offices.csv", 2, "名称", "農業\n振興課"))
	if o, _ := reg.Office("nogyo"); o.Name != "農業 振興課" {
		t.Errorf("%q", o.Name)
	}
}

func TestABasisThatDoesNotFitNamesThoseThatDo(t *testing.T) {
	_, err := Read(changed(t, "purposes.csv", 2, "根拠", "別表6"))
	if got := issue.Find(err).Args[0]; got != "別表5、条例(利用)、本人同意、統計、開示、法③" {
		t.Error(got)
	}
	_, err = Read(changed(t, "purposes.csv", 3, "根拠", "別表5"))
	if got := issue.Find(err).Args[0]; got != "別表6、条例(提供)、開示、法③" {
		t.Error(got)
	}
}

func TestStatisticsHaveNoFields(t *testing.T) {
	files := good()
	files["purposes.csv"][1] = strings.NewReplacer("条例(利用)", "統計", "氏名、最終住所", "").Replace(files["purposes.csv"][1])
	p, ok := mustRead(t, folder(files, "\n", plainUTF8)).Purpose("nogyo", "n-01")
	if !ok || p.Basis != Statistics || len(p.Fields) > 0 {
		t.Errorf("%+v", p)
	}
}

// width is how much a register permits, one number a question.
func width(r *Register) []int64 {
	b := func(v bool) int64 {
		if v {
			return 1
		}
		return 0
	}
	var w []int64
	for _, id := range []purposeID{{"nogyo", "n-01"}, {"kyoiku", "k-07"}} {
		p, ok := r.Purpose(id.office, id.code)
		w = append(w, b(ok), b(p.Population == Everybody), b(p.CodeOut), b(p.ShowSupport), b(ok && !p.TwoPeople), p.MaxRows,
			int64(len(p.Forms)), int64(len(p.Ways)))
		for _, k := range Particulars() {
			w = append(w, b(slices.Contains(p.Keys, k)))
		}
		for _, f := range Fields() {
			w = append(w, b(slices.Contains(p.Fields, f)))
		}
		o, _ := r.Office(id.office)
		w = append(w, int64(len(o.Recipients)))
	}
	for _, login := range []string{"tanaka", `KENCHO\suzuki`} {
		o, _ := r.Operator(login)
		w = append(w, int64(len(o.Rights)))
	}
	return w
}

func TestAnEmptiedCellNeverPermitsMore(t *testing.T) {
	before := width(mustRead(t, folder(good(), "\n", plainUTF8)))
	for _, f := range files() {
		for line := 2; line <= len(good()[f.name]); line++ {
			for _, h := range f.headers {
				for _, blank := range []string{"", " ", "\u3000"} {
					reg, err := Read(changed(t, f.name, line, h, blank))
					if err != nil {
						continue
					}
					for i, w := range width(reg) {
						if w > before[i] {
							t.Errorf("%s:%d %s emptied permits more (question %d)", f.name, line, h, i)
						}
					}
				}
			}
		}
	}
}

func TestNoIssueHoldsWhatACellSays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const secret = "山田太郎1955"
		f := rapid.SampledFrom(files()).Draw(t, "file")
		line := rapid.IntRange(1, len(good()[f.name])).Draw(t, "line")
		h := rapid.SampledFrom(f.headers).Draw(t, "header")
		value := rapid.SampledFrom([]string{secret, secret + "\"", "0" + secret, secret + "\n" + secret, "\x00" + secret}).Draw(t, "value")
		_, err := Read(changed(t, f.name, line, h, value))
		if err == nil {
			return
		}
		list, ok := errors.AsType[issue.List](err)
		if !ok {
			t.Fatalf("%T", err)
		}
		for _, i := range list {
			text := i.Error() + i.In(issue.Japanese).Says + i.In(issue.Japanese).Hint + strings.Join(i.Args, "") + i.Pos.Name
			if i.Err != nil {
				text += i.Err.Error()
			}
			if strings.Contains(text, "山田") || strings.Contains(text, "1955") {
				t.Errorf("%s repeats the cell", i.Code)
			}
		}
	})
}

func FuzzRead(f *testing.F) {
	for _, encode := range []func(string) []byte{plainUTF8, withBOM, cp932} {
		fsys := folder(good(), "\r\n", encode)
		f.Add(fsys["offices.csv"].Data, fsys["purposes.csv"].Data)
	}
	f.Fuzz(func(t *testing.T, offices, purposes []byte) {
		fsys := folder(good(), "\n", plainUTF8)
		fsys["offices.csv"].Data, fsys["purposes.csv"].Data = offices, purposes
		reg, err := Read(fsys)
		if err != nil {
			if list, ok := err.(issue.List); !ok || len(list) == 0 || reg != nil {
				t.Fatalf("%T", err)
			}
			return
		}
		for _, id := range reg.Offices() {
			for _, code := range reg.Purposes(id) {
				p, _ := reg.Purpose(id, code)
				if p.Basis == 0 || p.Clause == "" || p.MaxRows < 1 || !Searchable(p.Keys) || p.Valid.From == "" || p.Valid.Until < p.Valid.From ||
					len(p.Forms) == 0 || len(p.Ways) == 0 || p.Population == 0 || p.Population == Everybody && p.WhoClause == "" ||
					slices.Contains(p.Fields, FieldCode) != p.CodeOut || p.Basis == Statistics && len(p.Fields) > 0 {
					t.Fatal("a purpose that must not be")
				}
			}
		}
	})
}
