package answer

import (
	"fmt"
	"testing"

	"baitai/pipeline/authority/authoritytest"
	"baitai/pipeline/person"
	"baitai/pipeline/verdict"
)

// invented is a row as most of a large list are: somebody is meant, and nobody else
// came near.
func invented(tb testing.TB, no int) row {
	v := held(tb, person.Present)
	v.Name, v.Kana = person.NewText("小幡　忠光"), person.NewText("オバタ　タダミツ")
	v.Address = person.NewText(fmt.Sprintf("福岡県北九州市小倉南区呼野一丁目%d番%d号", no%50+1, no%30+1))
	h := hit(verdict.FoundPresent, v)
	h.Grades.Name, h.Grades.Sex = verdict.Graded{Grade: verdict.Same}, verdict.Graded{Grade: verdict.Same}
	h.Grades.Birth, h.Grades.Address = verdict.Graded{Grade: verdict.Same}, verdict.Graded{Grade: verdict.Form, Ground: "丁目・番・号の表記"}
	if no%8 == 0 {
		h.Grades.Name = verdict.Graded{Grade: verdict.Variant, Ground: "髙→高 JIS包摂"}
	}
	h.Looked = []verdict.Looked{{Code: v.Code, Grades: h.Grades, Fits: true}}
	return rowOf(int64(no), fmt.Sprintf("A%07d", no), h)
}

// BenchmarkRender renders decided rows, without what is kept of codes.
func BenchmarkRender(b *testing.B) {
	rows := make([]row, 1000)
	for i := range rows {
		rows[i] = invented(b, i+1)
	}
	for _, charset := range []string{"UTF-8", "CP932"} {
		b.Run(charset, func(b *testing.B) {
			r := newRenderer(Output{Grant: grant(b, authoritytest.Terms{Charset: charset})})
			var out rendered
			i := 0
			b.ReportAllocs()
			for b.Loop() {
				r.render(&rows[i%len(rows)], &out)
				i++
			}
		})
	}
}
