package normal

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"baitai/pipeline/person"
)

// 福岡県 had 97 municipalities in 1999 and has 60: 37 went, counting those that
// came for those that went. A line that is missing or too many breaks the sum.
func TestTheMergersOfFukuokaSince1999AreAllThere(t *testing.T) {
	went, came := 0, map[string]bool{}
	for line := range lines(mergedTable) {
		f := strings.Split(line, "\t")
		if !strings.HasPrefix(f[3], "40") {
			continue
		}
		went++
		if since := f[4]; since < "1999-01-01" || since > "2026-12-31" {
			t.Errorf("%s: since %s", f[2], since)
		}
		came[f[3]] = true
	}
	for _, stayed := range []string{"402036", "402052", "402079", "402109", "402206"} { // 久留米市 飯塚市 柳川市 八女市 宗像市 keep their names
		delete(came, stayed)
	}
	if went-len(came) != 97-60 {
		t.Errorf("%d went and %d came", went, len(came))
	}
}

func TestEveryLineOfTheMergedTableNamesItsSource(t *testing.T) {
	n := 0
	for line := range lines(mergedTable) {
		n++
		if f := strings.Split(line, "\t"); len(f) != 6 || len(f[5]) < 10 {
			t.Errorf("line %d names no source", n)
		}
	}
	if n < 50 {
		t.Errorf("%d lines", n)
	}
}

// The name of a municipality of the past with its 郡, with the prefecture, and
// with the prefecture alone, leads to the one of today.
func TestAMunicipalityOfThePastIsTheOneOfToday(t *testing.T) {
	all := embeddedTables().places
	for line := range lines(mergedTable) {
		f := strings.Split(line, "\t")
		today := all.byCode[f[3][:5]]
		texts := []string{f[1] + f[2]}
		if today.ward == "" && strings.HasPrefix(f[3], "40") {
			texts = append(texts, "福岡県"+f[1]+f[2], "福岡県"+f[2])
		}
		for _, name := range texts {
			p := FoldAddress(name+"どこか1-2", "").Reveal()
			if len(p.Municipalities) != 1 || p.Municipalities[0] != today.code || p.Ward != today.ward {
				t.Errorf("%s lies in %v %s", name, p.Municipalities, p.Ward)
			}
		}
		if f[0] != "" && (!person.ValidMunicipality(f[0]) || all.byCode[f[0][:5]].code != today.code) {
			t.Errorf("the old code of %s", f[2])
		}
	}
}

// A town that was renamed when its municipality was merged is the one of today.
func TestATownOfAMergedMunicipalityHasItsNameOfToday(t *testing.T) {
	for old, today := range map[string]string{
		"糸島郡二丈町大字深江12": "糸島市二丈深江12", "浮羽郡田主丸町大字田主丸12": "久留米市田主丸町田主丸12", "八女郡黒木町大字今12": "八女市黒木町今12",
		"前原市大字泊12": "糸島市泊12", "山門郡瀬高町大字下庄12": "みやま市瀬高町下庄12", "甘木市大字甘木12": "朝倉市甘木12", "朝倉郡杷木町大字古賀12": "朝倉市杷木古賀12",
		"京都郡犀川町大字本庄12": "京都郡みやこ町犀川本庄12", "田川郡金田町大字金田12": "田川郡福智町金田12", "山田市大字上山田12": "嘉麻市上山田12",
		"糸島郡二丈町大字深江字片山12": "糸島市二丈深江字片山12",
	} {
		a, b := FoldAddress(old, "").Reveal(), FoldAddress(today, "").Reveal()
		if a.Town != b.Town || a.FormerOpen || a.Former == "" || b.Former != "" {
			t.Errorf("%s: the town is %s today, not %s", old, b.Town, a.Town)
		}
	}
	if p := FoldAddress("糸島郡二丈町どこにもない12", "").Reveal(); !p.FormerOpen {
		t.Error("a town that nobody knows is taken for one of today")
	}
	if p := FoldAddress("大字深江12", "221317").Reveal(); p.Municipalities[0] != "221309" || p.Ward != "221384" {
		t.Error("a code of the past is not the one of today")
	}
	if p := FoldAddress("糸島郡二丈町大字深江12", "404624").Reveal(); p.Municipalities[0] != "402303" || p.Town != "二丈深江" {
		t.Error("a code that no table has stands before the name of a municipality of the past")
	}
}

func TestTablesOfAnOfficeLieOverTheEmbeddedOnes(t *testing.T) {
	merged := "\uFEFF# ours\r\n\t宗像郡\t赤間村\t402206\t1954-04-01\t宗像市史\r\n\t宗像郡\t玄海町\t402249\t2003-04-01\ta line in place of the embedded one\r\n"
	towns := "402303\tあたらしい千台|みらい三\n"
	tables, err := NewTables(TableFiles{Merged: strings.NewReader(merged), Towns: strings.NewReader(towns)})
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{"宗像郡赤間村1": "402206", "宗像郡玄海町1": "402249", "糸島郡志摩町初1": "402303"} {
		if p := tables.FoldAddress(text, "").Reveal(); len(p.Municipalities) != 1 || p.Municipalities[0] != want {
			t.Errorf("%s lies in %v", text, p.Municipalities)
		}
	}
	if p := tables.FoldAddress("糸島市みらい三5-6", "").Reveal(); p.Town != "ミライ三" || len(p.Numbers) != 2 {
		t.Errorf("a town of the office's table is read as %s %v", p.Town, p.Numbers)
	}
	if FoldAddress("宗像郡赤間村1", "").Reveal().Former != "" || EmbeddedTables().Version() != strconv.Itoa(NormalVersion) {
		t.Error("the embedded tables changed")
	}
	other, err := NewTables(TableFiles{Merged: strings.NewReader(merged)})
	if err != nil || other.Version() == tables.Version() || other.Version() == EmbeddedTables().Version() {
		t.Error("other tables have the same version")
	}
	same, err := NewTables(TableFiles{})
	if err != nil || same.Version() != EmbeddedTables().Version() {
		t.Error("no tables at all have a version of their own")
	}
}

func TestAWrongTableIsRefusedWholeAtItsLine(t *testing.T) {
	good := "\t宗像郡\t赤間村\t402206\t1954-04-01\t宗像市史\n"
	for _, c := range []struct {
		merged, towns string
		line          int
		want          error
	}{
		{merged: good + "宗像郡\t赤間村\t402206\n", line: 2, want: ErrTableFields},
		{merged: "\t宗像郡\t\t402206\t1954-04-01\t史\n", line: 1, want: ErrTableFields},
		{merged: "\t宗像郡\t赤間村\t402206\t1954-04-01\t \n", line: 1, want: ErrTableFields},
		{merged: "# note\n\n\t宗像郡\t赤間村\t402207\t1954-04-01\t史\n", line: 3, want: ErrTableCode},
		{merged: "\t宗像郡\t赤間村\t403628\t1954-04-01\t史\n", line: 1, want: ErrTableCode}, // of the past itself
		{merged: "403620\t宗像郡\t赤間村\t402206\t1954-04-01\t史\n", line: 1, want: ErrTableCode},
		{merged: "\t宗像郡\t赤間村\t402206\t昭和29年\t史\n", line: 1, want: ErrTableDate},
		{merged: good + "\xff\n", line: 2, want: ErrTableText},
		{towns: "402303\n", line: 1, want: ErrTableFields},
		{towns: "402303\ta\tb\n", line: 1, want: ErrTableFields},
		{towns: "# note\n999999\t初\n", line: 2, want: ErrTableCode},
	} {
		tables, err := NewTables(TableFiles{Merged: strings.NewReader(c.merged), Towns: strings.NewReader(c.towns)})
		if where, ok := errors.AsType[*TableError](err); !ok || len(err.(TableErrors)) != 1 || where.Line != c.line || !errors.Is(err, c.want) || tables != nil {
			t.Errorf("%v, want %v in line %d", err, c.want, c.line)
		} else if strings.ContainsAny(err.Error(), "宗赤史初") {
			t.Error("the error quotes the table")
		}
	}
	_, err := NewTables(TableFiles{Merged: strings.NewReader(good + "a\nb\n"), Towns: strings.NewReader("999999\t初\n402303\t初\nx\n")})
	all, _ := errors.AsType[TableErrors](err)
	var places []string
	for _, wrong := range all {
		places = append(places, fmt.Sprint(wrong.Table, wrong.Line))
	}
	if got := strings.Join(places, " "); got != "towns1 towns3 merged2 merged3" {
		t.Errorf("the lines that are wrong: %s", got)
	}
	fault := errors.New("the disk is gone")
	if _, err := NewTables(TableFiles{Towns: failingReader{fault}}); !errors.Is(err, fault) {
		t.Errorf("a table that could not be read: %v", err)
	}
}

type failingReader struct{ err error }

func (r failingReader) Read([]byte) (int, error) { return 0, r.err }
