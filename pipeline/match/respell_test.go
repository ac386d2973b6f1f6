package match

import (
	"slices"
	"strings"
	"testing"

	"baitai/pipeline"
	"baitai/pipeline/person"
	"baitai/pipeline/verdict"

	"pgregory.net/rapid"
)

// fullWidth and halfWidth write letters, figures, marks and spaces in the other
// width; halfKana katakana too.
func fullWidth(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '　'
		case r > ' ' && r < 0x7F:
			return r + 0xFEE0
		}
		return r
	}, s)
}

func halfWidth(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '　':
			return ' '
		case r >= 0xFF01 && r <= 0xFF5E:
			return r - 0xFEE0
		}
		return r
	}, s)
}

// halfKana writes hiragana and katakana as ｶﾅ.
func halfKana(s string) string {
	const big = "ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン"
	all := []rune(big)
	var b strings.Builder
	for _, r := range s {
		if r >= 'ぁ' && r <= 'ん' {
			r += 'ァ' - 'ぁ'
		}
		mark := ""
		switch {
		case strings.ContainsRune("ガギグゲゴザジズゼゾダヂヅデド", r):
			r, mark = r-1, "ﾞ"
		case strings.ContainsRune("バビブベボ", r):
			r, mark = r-1, "ﾞ"
		case strings.ContainsRune("パピプペポ", r):
			r, mark = r-2, "ﾟ"
		}
		if at := slices.Index(all, r); at >= 0 {
			r = 'ｦ' + rune(at)
		}
		b.WriteRune(r)
		b.WriteString(mark)
	}
	return halfWidth(b.String())
}

// tierOne writes the other of two characters that JIS takes for one; the pairs stand
// here again, so that this test does not follow the table.
func tierOne(s string) string {
	other := map[rune]rune{}
	for two := range strings.FieldsSeq("高髙 吉𠮷 呉吳 内內 別别 告吿 昂昻 間閒 俣俁 叁参 乄〆") {
		r := []rune(two)
		other[r[0]], other[r[1]] = r[1], r[0]
	}
	return strings.Map(func(r rune) rune {
		if o, ok := other[r]; ok {
			return o
		}
		return r
	}, s)
}

func asIs(s string) string { return s }

// A list that is written again in another width or in characters that JIS takes for
// the same has the same answers and means the same people; only the grades that
// explain them may be others.
func TestARespelledListChangesNothingButTheVerdict(t *testing.T) {
	file, g := small(t), usual(t)
	rows := list(t, scenario+"even.csv")
	rows = append(rows, list(t, scenario+"list.csv")...)
	for i := range rows {
		rows[i].No = int64(i + 1)
	}
	want := run(t, file, g, Options{}, rows)
	changed := 0
	rapid.Check(t, func(rt *rapid.T) {
		respell := func(label string, ways ...func(string) string) func(person.Text) person.Text {
			way := rapid.SampledFrom(append(ways, asIs)).Draw(rt, label)
			return func(s person.Text) person.Text { return person.NewText(way(s.Reveal())) }
		}
		name := respell("name", fullWidth, halfWidth, halfKana, tierOne)
		kana := respell("kana", fullWidth, halfKana)
		address := respell("address", fullWidth, halfWidth, tierOne)
		birth := rapid.Bool().Draw(rt, "birth")
		other := slices.Clone(rows)
		for i := range other {
			q := &other[i].Value
			q.Name, q.FormerSurname, q.Kana, q.Address = name(q.Name), name(q.FormerSurname), kana(q.Kana), address(q.Address)
			q.BirthRespelled = q.BirthRespelled || birth
			if q.Name.Reveal() != rows[i].Value.Name.Reveal() || q.Address.Reveal() != rows[i].Value.Address.Reveal() {
				changed++
			}
		}
		for i, r := range run(t, file, g, Options{Workers: 2}, other) {
			if got := meantBy(r); got != meantBy(want[i]) {
				rt.Fatalf("row %d: %s, as it was written %s", i, got, meantBy(want[i]))
			}
		}
	})
	if changed == 0 {
		t.Error("nothing was respelled")
	}
}

// meantBy is the answer and the person of a row, without the grades.
func meantBy(r pipeline.Row[verdict.Hit]) string {
	s := r.Ref.Reveal() + " " + string(r.Value.Answer)
	if r.Value.Person != nil {
		s += " " + r.Value.Person.Code.Reveal()
	}
	return s
}
