package answer

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"baitai/pipeline/authority/authoritytest"
	"baitai/pipeline/person"
	"baitai/pipeline/verdict"

	"pgregory.net/rapid"
)

// careful draws a text in which something may ask for care.
func careful(t *rapid.T, label string) string {
	part := rapid.OneOf(rapid.SampledFrom([]string{"髙→高 JIS包摂", "丁目・番・号の表記", "四情報一致", "A-0000001", " ", "=", "＝", "ｱ", ",", "\"", "\\", "\n", "\x1f", "<&>", "𠮷", "鷗", "\u2028"}), rapid.String())
	return strings.ToValidUTF8(strings.ReplaceAll(strings.Join(rapid.SliceOfN(part, 0, 3).Draw(t, label), ""), "\x00", ""), "?")
}

// carefulRow draws a row of the person with such texts everywhere.
func carefulRow(t *rapid.T, v person.Version) row {
	r := anyRow(t, 7, &v)
	r.Ref = person.NewText(careful(t, "ref"))
	v.Name, v.Kana, v.Address = person.NewText(careful(t, "name")), person.NewText(careful(t, "kana")), person.NewText(careful(t, "address"))
	h := &r.Value
	h.Why = rapid.SampledFrom([]string{"四情報一致", "住民票コード・氏名が一致", "", " x", "=1"}).Draw(t, "why")
	for _, g := range []*verdict.Graded{&h.Grades.Name, &h.Grades.Kana, &h.Grades.Birth, &h.Grades.Sex, &h.Grades.Address} {
		*g = verdict.Graded{Grade: verdict.Grade(rapid.IntRange(0, verdict.GradeCount-1).Draw(t, "grade")), Past: rapid.Bool().Draw(t, "past")}
		if rapid.Bool().Draw(t, "grounded") {
			g.Ground = careful(t, "ground")
		}
	}
	for i := range h.Looked {
		h.Looked[i].Grades, h.Looked[i].Fits = h.Grades, rapid.Bool().Draw(t, "fits")
	}
	return r
}

// What record writes with texts that are ready is what the cells of the row are, one
// by one.
func TestARecordIsItsCells(t *testing.T) {
	renderers := []*renderer{newRenderer(Output{Grant: grant(t, authoritytest.Terms{})}), newRenderer(Output{Grant: grant(t, authoritytest.Terms{Charset: "CP932"})}),
		newRenderer(Output{Grant: grant(t, authoritytest.Terms{Fields: "氏名、住所"})})}
	v := held(t, person.Present)
	rapid.Check(t, func(t *rapid.T) {
		r := renderers[rapid.IntRange(0, len(renderers)-1).Draw(t, "grant")]
		in := carefulRow(t, *v)
		out := rendered{office: []byte("before")[:rapid.SampledFrom([]int{0, 6}).Draw(t, "before")], answer: AnswerOf(&in)}
		want := string(out.office)
		if err := r.record(&out, &in); err != nil {
			t.Fatal(err)
		}
		var lost []string
		add := func(i int, s string) {
			field, gone, err := r.csv.Append(nil, harmless(s))
			if err != nil {
				t.Fatal(err)
			}
			if i > 0 {
				want += ","
			}
			want += string(field)
			for _, c := range gone {
				lost = append(lost, fmt.Sprintf("%s U+%04X", r.columns[i], c))
			}
		}
		list := cells(&in, r.fields)
		for i, s := range list {
			add(i, s)
		}
		if r.lossy {
			add(len(list), strings.Join(lost, " / "))
		}
		if want += "\r\n"; string(out.office) != want {
			t.Fatalf("%q, want %q", out.office, want)
		}
	})
}

// ownSlowly is the line of the own copy as encoding/json writes it.
func ownSlowly(t *rapid.T, r row) map[string]any {
	text := func(s string) any {
		var v any
		raw, err := json.Marshal(s)
		if err != nil || json.Unmarshal(raw, &v) != nil {
			t.Fatal(s)
		}
		return v
	}
	h := &r.Value
	line := map[string]any{"no": float64(r.No), "row": float64(r.Pos.Row), "ref": text(r.Ref.Reveal()), "answer": string(AnswerOf(&r))}
	if len(r.Issues) > 0 {
		var codes []any
		for _, i := range r.Issues {
			codes = append(codes, string(i.Code))
		}
		line["issues"] = codes
		return line
	}
	line["step"], line["chosen"] = string(h.Step), h.Person.Code.Reveal()
	if h.Why != "" {
		line["why"] = text(h.Why)
	}
	var looked []any
	for _, l := range h.Looked {
		one := map[string]any{"person": l.Code.Reveal()}
		for key, set := range map[string]bool{"fits": l.Fits, "holds_code": l.HoldsCode, "protected": l.Protected} {
			if set {
				one[key] = true
			}
		}
		letters, more := "", map[string]any{}
		for i, g := range []verdict.Graded{l.Grades.Name, l.Grades.Kana, l.Grades.Birth, l.Grades.Sex, l.Grades.Address} {
			letters += gradeLetters[g.Grade : g.Grade+1]
			m := map[string]any{"grade": g.Grade.String()}
			if g.Past {
				m["past"] = true
			}
			if g.Ground != "" {
				m["ground"] = text(g.Ground)
			}
			if len(m) > 1 {
				more[[]string{"name", "kana", "birth", "sex", "address"}[i]] = m
			}
		}
		one["grades"] = letters
		if len(more) > 0 {
			one["more"] = more
		}
		looked = append(looked, one)
	}
	line["looked"] = looked
	return line
}

// A line of the own copy is JSON, and says what a line of the earlier version says that
// encoding/json writes.
func TestALineOfTheOwnCopySaysWhatEncodingJSONSays(t *testing.T) {
	v := held(t, person.Present)
	rapid.Check(t, func(t *rapid.T) {
		in := carefulRow(t, *v)
		got := newOwnWriter().row([]byte("before\n"), &in, AnswerOf(&in))
		line, ok := strings.CutPrefix(string(got), "before\n")
		if !ok || !strings.HasSuffix(line, "]\n") || !json.Valid([]byte(line)) {
			t.Fatalf("%q", got)
		}
		row, err := readOwnLine(ownWords[:], in.No, []byte(strings.TrimSuffix(line, "\n")))
		if err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		slowly, err := json.Marshal(ownSlowly(t, in))
		if err != nil {
			t.Fatal(err)
		}
		want, err := readOwnLine(nil, 0, slowly)
		if err != nil || !reflect.DeepEqual(row, want) {
			t.Fatalf("%s\n%+v\nwant %+v, %v", line, row, want, err)
		}
	})
}

// FuzzReadOwn: whatever stands in an own copy, it is read or called malformed.
func FuzzReadOwn(f *testing.F) {
	for _, s := range []string{`[1,1,"A","00","F","四情報一致","98765432103",["=-===F"]]`, `[2,1,"A","80",["R301"]]`,
		`[3,-1,"A\n\u3042","30","","","",[["v-f=sH","12345678903",[0,0,"","髙→高"],[4,1,"near",""]]]]`, `{"no":1,"row":2,"looked":[{"grades":"=-==="}]}`} {
		f.Add(false, s)
	}
	for _, s := range []string{`["A","00F",0,"98765432103","=-===F"]`, `[7,"A","80",["R301"]]`, `["A","10",1,""]`,
		`[-1,"A\n\u3042","30R","なにか","",["v-f=sH12345678903",[0,"髙→高"],[4,"","near",1]],["=-===",[2,3,""]],"x-==P12345678903"]`} {
		f.Add(true, s)
	}
	f.Fuzz(func(t *testing.T, now bool, line string) {
		var words []string
		if now {
			words = ownWords[:]
		}
		row, err := readOwnLine(words, 7, []byte(line))
		if err != nil {
			return
		}
		if _, err := json.Marshal(row); err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(line, "[") && !json.Valid([]byte(line)) {
			t.Fatal("read, but no JSON")
		}
	})
}

// quotedSlowly says what is escaped: nothing but what JSON demands, or else all that
// encoding/json escapes.
func quotedSlowly(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == '"' || r == '\\' }) && utf8.ValidString(s) {
		return `"` + s + `"`
	}
	raw, _ := json.Marshal(s)
	return string(raw)
}

func TestQuotedTexts(t *testing.T) {
	part := rapid.OneOf(rapid.SampledFrom([]string{"福岡県", ",", "\"", "\\", "\t", "<&>", "\xff", "\xed\xa0\x80", "\u2028", "\x7f"}), rapid.String())
	rapid.Check(t, func(t *rapid.T) {
		s := strings.Join(rapid.SliceOfN(part, 0, 5).Draw(t, "parts"), "")
		if got := string(appendQuoted([]byte("x"), s)); got != "x"+quotedSlowly(s) {
			t.Fatalf("%q: %s, want %s", s, got, quotedSlowly(s))
		}
	})
}
