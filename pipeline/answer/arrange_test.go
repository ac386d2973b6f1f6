package answer

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"baitai/formats/fixed"
	"baitai/pipeline/authority"
	"baitai/pipeline/authority/authoritytest"
	"baitai/pipeline/issue"
	"baitai/pipeline/person"
	"baitai/pipeline/register"
	"baitai/pipeline/verdict"
)

// fixedTerms are those of a result of fixed length with every kind of record.
func fixedTerms() authoritytest.Terms {
	return authoritytest.Terms{Form: "固定長", Fields: "氏名、生年月日", Layout: "結果,固定長,既定,CP932,100,CRLF", LayoutColumns: []string{
		"ヘッダー,固定値,,1,1,,,1", "ヘッダー,作成日,,2,8,,,", "ヘッダー,件数,,10,6,右,0,", "ヘッダー,空き,,16,85,,,",
		"データ,固定値,,1,1,,,2", "データ,整理番号,,2,10,,,", "データ,回答区分,,12,2,,,", "データ,氏名,,14,24,,全角空白,", "データ,生年月日,,38,10,,,",
		"データ,回答,,48,12,,,", "データ,不備,,60,20,,,", "データ,〓にした文字,〓,80,21,,,",
		"トレーラー,固定値,,1,1,,,8", "トレーラー,総レコード数,,2,6,右,,", "トレーラー,空き,,8,93,,,",
		"エンド,固定値,,1,1,,,9", "エンド,空き,,2,99,,,"}}
}

// arrangedTerms are those of a CSV or workbook in the office's own order and names.
func arrangedTerms(form string) authoritytest.Terms {
	return authoritytest.Terms{Form: form, Charset: "CP932", Fields: "氏名", Layout: "結果," + form + ",既定,,,", LayoutColumns: []string{
		",〓にした文字,,,,,,", ",回答区分,=結果,,,,,", ",氏名,氏名𠮷,,,,,", ",住所,,,,,,", ",整理番号,受給者番号,,,,,", ",不備,,,,,,"}}
}

// result writes rows under terms.
func result(t testing.TB, terms authoritytest.Terms, rows ...row) ([]byte, Summary, error) {
	t.Helper()
	var to bytes.Buffer
	o := Output{Grant: grant(t, terms), To: &to, Own: io.Discard, TmpDir: tmpfs(t), Notes: notes(), Rows: int64(len(rows)), Day: "20261123"}
	sum, err := Write(t.Context(), SourceOf(stream(nil, rows...)), o)
	return to.Bytes(), sum, err
}

func TestArrangedResultsAreTheGoldenOnes(t *testing.T) {
	for name, terms := range map[string]authoritytest.Terms{
		"fixed.decoded.txt":    fixedTerms(),
		"arranged.decoded.csv": arrangedTerms("csv"),
		"arranged-book.txt":    arrangedTerms("xlsx"),
		"arranged.jsonl":       arrangedTerms("jsonl"),
		"lines.jsonl":          {Form: "jsonl", Charset: "CP932"},
	} {
		got, _, err := result(t, terms, someRows(t)...)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		switch {
		case name == "arranged-book.txt":
			got = []byte(bookText(t, got))
		case strings.Contains(name, ".decoded."):
			if got, err = decoded(got); err != nil {
				t.Fatal(err)
			}
		}
		checkGolden(t, name, got)
	}
}

// TestAResultOfFixedLengthReadsAsItsLayoutSays: every row, in its order, with its code.
func TestAResultOfFixedLengthReadsAsItsLayoutSays(t *testing.T) {
	rows := manyRows(t, 10)
	layout, _ := grant(t, fixedTerms()).Layout()
	parts := Split(10, most)
	files, _, sum, err := writeParts(t, fixedTerms(), parts, rows)
	if err != nil || len(files) != 3 || sum.Totals.Rows != 10 {
		t.Fatal(err, len(files))
	}
	n := 0
	for _, file := range files {
		file = bytes.Replace(file, []byte("1        "), []byte("120261123"), 1) // writeParts states no day
		for rec, err := range fixed.Read(bytes.NewReader(file), layout.Fixed(), fixed.Options{}) {
			if err != nil {
				t.Fatal(err)
			}
			if rec.Row == 0 {
				continue
			}
			r := rows[n]
			if rec.Cells[0].Text != r.Ref.Reveal() || rec.Cells[1].Text != string(AnswerOf(&r)) || (rec.Cells[2].Text != "") != AnswerOf(&r).Provides() {
				t.Fatalf("row %d: %q", n+1, rec.Cells)
			}
			n++
		}
	}
	if n != len(rows) {
		t.Errorf("%d rows", n)
	}
}

func TestARowThatHasNoRoomShowsNothing(t *testing.T) {
	terms := fixedTerms()
	terms.LayoutColumns[7] = "データ,氏名,,14,8,,全角空白,"
	terms.LayoutColumns = append(terms.LayoutColumns, "データ,空き,,22,16,,,")
	v := held(t, person.Present)
	rows := []row{rowOf(1, "1", hit(verdict.FoundPresent, v)), rowOf(2, "2", hit(verdict.NotFound, nil)), rowOf(3, "3", hit(verdict.NeedsReview, nil))}
	var own bytes.Buffer
	var to bytes.Buffer
	var provided Provided
	o := Output{Grant: grant(t, terms), To: &to, Own: &own, Rows: 3, Day: "20261123", Provided: &provided,
		Hash: func(person.ResidentCode) (h [HashSize]byte) { return h }}
	sum, err := Write(t.Context(), SourceOf(stream(nil, rows...)), o)
	if err != nil {
		t.Fatal(err)
	}
	if sum.Totals.ByCode["99"] != 1 || sum.Totals.ByCode["10"] != 1 || sum.Totals.ByCode["30"] != 1 || sum.Issues[issue.ItemTooLong] != 1 || provided.entered() > 0 {
		t.Errorf("%+v, %d provided", sum, provided.entered())
	}
	text, err := decoded(to.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range leaks(v) {
		if strings.Contains(string(text), secret) || strings.Contains(own.String(), secret) {
			t.Errorf("%q is shown", secret)
		}
	}
	if !strings.Contains(string(text), "21         99") || !strings.Contains(own.String(), `,["F317"]]`) {
		t.Errorf("%s\n%s", text, own.String())
	}
}

func TestWhatCannotBeNamedOrCountedIsAFaultAndToldBefore(t *testing.T) {
	g := grant(t, fixedTerms())
	room := NewRoom(g)
	for _, c := range []struct {
		ref  string
		want issue.Code
	}{
		{"1234567890", ""}, {"12345678901", issue.ReferenceTooLong}, {"  髙髙髙髙髙 ", ""}, {"髙髙髙髙髙髙", issue.ReferenceTooLong},
		{"鷗1", ""}, {"鷗2", ""}, {"𠮷1", issue.ReferenceMerged}, {"〓2", issue.ReferenceMerged}, {"〓3", ""}, {"01", ""}, {"1", ""},
	} {
		if got := room.Reference(c.ref); got != c.want {
			t.Errorf("%s: %q, want %q", c.ref, got, c.want)
		}
	}
	if !room.Rows(999_996) || room.Rows(999_997) || room.Rows(1_000_000) {
		t.Error("the room for the counts is wrong")
	}
	zeros := fixedTerms()
	zeros.LayoutColumns[5] = "データ,整理番号,,2,10,右,0,"
	room = NewRoom(grant(t, zeros))
	if room.Reference("1") != "" || room.Reference("10") != "" || room.Reference("01") != issue.ReferenceMerged || room.Reference("2") != "" {
		t.Error("1 and 01 are written the same")
	}
	if room := NewRoom(grant(t, authoritytest.Terms{})); room.Reference(strings.Repeat("x", 100_000)) != "" || !room.Rows(1<<40) {
		t.Error("a CSV has room for everything")
	}
	_, _, err := result(t, fixedTerms(), rowOf(1, "12345678901", hit(verdict.NotFound, nil)))
	if long, ok := errors.AsType[*fixed.TooLong](err); !ok || long.Cell != 0 {
		t.Error(err)
	}
	o := Output{Grant: g, To: io.Discard, Own: io.Discard, Rows: 2, Day: "20261123"}
	if _, err := Write(t.Context(), SourceOf(stream(nil, rowOf(1, "1", hit(verdict.NotFound, nil)))), o); !errors.Is(err, errPartRows) {
		t.Error("a header that states another number:", err)
	}
}

// TestNoArrangementShowsMore: rows that provide nothing hold nothing of anybody.
func TestNoArrangementShowsMore(t *testing.T) {
	v := held(t, person.Present)
	all := []authoritytest.Terms{fixedTerms(), arrangedTerms("csv"), arrangedTerms("jsonl"), {Form: "jsonl"}, {Form: "jsonl", Fields: "生年月日"}}
	rapid.Check(t, func(rt *rapid.T) {
		terms := rapid.SampledFrom(all).Draw(rt, "terms")
		var rows []row
		for i := range rapid.IntRange(0, 12).Draw(rt, "rows") {
			rows = append(rows, anyRow(rt, int64(i+1), v))
		}
		raw, sum, err := result(t, terms, rows...)
		if err != nil || sum.Totals.Rows != int64(len(rows)) {
			rt.Fatal(err)
		}
		text := string(raw)
		if terms.Form != "jsonl" {
			b, err := decoded(raw)
			if err != nil {
				rt.Fatal(err)
			}
			text = string(b)
		}
		var lines []string
		for line := range strings.Lines(text) {
			lines = append(lines, line)
		}
		first := map[string]int{"jsonl": 0}[terms.Form]
		if terms.Form != "jsonl" {
			first = 1
		}
		for i, r := range rows {
			line := lines[first+i]
			if !strings.Contains(line, string(AnswerOf(&r))) {
				rt.Fatalf("row %d: %s", i+1, line)
			}
			for _, secret := range leaks(v) {
				shown := strings.Contains(line, secret)
				granted := strings.Contains(terms.Fields, "生年月日") && secret == "1987-06-05" || strings.Contains(terms.Fields, "氏名") && secret == marker
				if shown && (!AnswerOf(&r).Provides() || !granted && terms.Fields != "") {
					rt.Fatalf("row %d, %s: %q", i+1, AnswerOf(&r), secret)
				}
			}
		}
	})
}

func TestEveryLineOfJSONLinesIsAnObjectOfTexts(t *testing.T) {
	raw, _, err := result(t, authoritytest.Terms{Form: "jsonl"}, someRows(t)...)
	if err != nil {
		t.Fatal(err)
	}
	g := grant(t, authoritytest.Terms{Form: "jsonl"})
	n := 0
	for line := range bytes.Lines(raw) {
		var object map[string]string
		if err := json.Unmarshal(line, &object); err != nil || !bytes.HasSuffix(line, []byte("}\n")) {
			t.Fatal(err)
		}
		r := someRows(t)[n]
		if len(object) != len(Columns(g)) || object["整理番号"] != r.Ref.Reveal() || object["回答区分"] != string(AnswerOf(&r)) {
			t.Errorf("row %d: %v", n+1, object)
		}
		n++
	}
	if n != len(someRows(t)) {
		t.Errorf("%d lines", n)
	}
}

// TestTheRegisterKnowsEveryColumn: an item that a result has and a layout cannot name
// could not be asked for.
func TestTheRegisterKnowsEveryColumn(t *testing.T) {
	g := grant(t, authoritytest.Terms{Fields: "住民票コード、氏名、氏名ふりがな、旧氏、生年月日、性別、市町村コード、住所、最終住所、状態、異動事由、異動年月日"})
	if got, want := fmt.Sprint(register.ResultItems()), fmt.Sprint(append(Columns(g), lostColumn)); got != want {
		t.Errorf("register: %s\nanswer:   %s", got, want)
	}
	if !slices.Contains(Columns(g), authority.FieldCode.String()) {
		t.Error("not all fields are granted")
	}
}
