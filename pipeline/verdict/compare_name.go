package verdict

import (
	"strings"
	"unicode/utf8"

	"baitai/pipeline/normal"
)

// compareName compares 氏名: the row's name, and its name with 旧氏, against the
// name of the version, and against that with 旧氏. Whatever is reached through a
// 旧氏 is Past.
func compareName(row, version *normal.Folded) Graded {
	if version.Name == nil {
		return Graded{Grade: Blank}
	}
	out := compareNames(row.Name, version.Name)
	if out.Grade == Same || row.Former == nil && version.Former == nil {
		return out
	}
	for _, pair := range [...][2]*normal.Name{
		{row.Name, version.Former}, {row.Former, version.Name}, {row.Former, version.Former},
	} {
		if pair[0] == nil || pair[1] == nil {
			continue
		}
		g := compareNames(pair[0], pair[1])
		g.Past = true
		if g.Grade != Differs {
			g.Ground = strings.TrimSuffix("旧氏、"+g.Ground, "、")
		}
		if better(g, out) {
			out = g
		}
	}
	return out
}

// compareNames compares two spellings of a name.
func compareNames(a, b *normal.Name) Graded {
	switch {
	case a.Reveal(normal.AsReceived) == b.Reveal(normal.AsReceived):
		return Graded{Grade: Same}
	case a.SameForm(b):
		return Graded{Grade: Form, Ground: "空白・字幅・かなの大小・々の表記"}
	}
	if !a.SameVariant(b) && (a.TurnedTo(b) || b.TurnedTo(a)) {
		return Graded{Grade: Differs, Near: Swapped, Ground: Swapped.Japanese()}
	}
	var buf [8]normal.Difference
	differences, aligned := a.Differences(buf[:0], b)
	if !aligned {
		return gradeSlip(a, b)
	}
	return gradeDifferences(differences)
}

// gradeSlip is what a character left out, put in, or in its neighbour's place
// comes to: one character wrong, no more than weak evidence.
func gradeSlip(row, file *normal.Name) Graded {
	slip, c := row.SlipTo(file)
	if slip == normal.NoSlip {
		return Graded{Grade: Differs}
	}
	ground := [...]string{normal.Dropped: "が抜けている", normal.Added: "が余分", normal.Turned: "と次の字が逆"}[slip]
	return Graded{Grade: Differs, Near: OneWrong, Ground: string(c) + " " + ground}
}

// gradeDifferences says what the places at which two names differ come to.
func gradeDifferences(differences []normal.Difference) Graded {
	var count [normal.Other + 1]int
	for _, d := range differences {
		count[d.Relation]++
	}
	ground := func() string { return groundOf(differences) }
	weak := count[normal.Unread] + count[normal.Alike] + count[normal.Other]
	switch {
	case weak == 0 && count[normal.Koseki] == 0:
		return Graded{Grade: Variant, Ground: ground()}
	case weak == 0:
		return Graded{Grade: Broad, Ground: ground()}
	case weak == 1 && count[normal.Unread] == 1:
		return Graded{Grade: Differs, Near: Unreadable, Ground: ground()}
	case count[normal.Unread]+count[normal.Other] == 0:
		return Graded{Grade: Differs, Near: LookAlike, Ground: ground()}
	case weak == 1:
		return Graded{Grade: Differs, Near: OneWrong, Ground: ground()}
	}
	return Graded{Grade: Differs}
}

// groundOf cites every differing character: «髙→高 JIS包摂».
func groundOf(differences []normal.Difference) string {
	var buf [4 * groundBytes]byte
	b := buf[:0]
	for i, d := range differences {
		if i > 0 {
			b = append(b, "、"...)
		}
		if d.Row != 0 {
			b = utf8.AppendRune(b, d.Row)
			b = append(b, "→"...)
			b = utf8.AppendRune(b, d.File)
			b = append(b, ' ')
		}
		b = append(b, relationsJa[d.Relation]...)
	}
	return string(b)
}

// groundBytes is what the ground of one character mostly takes.
const groundBytes = 40

var relationsJa = [normal.Other + 1]string{"字形選択(IVS)", "JIS包摂", "常用・人名用漢字", "戸籍統一文字", "判読不能", "形が似た字", "別の字"}

// compareKana compares 氏名ふりがな. タケジ is not タケシ: what the standard's search
// treats as one sound (清濁, 長音 …) is Loose here.
func compareKana(row, version *normal.Folded) Graded {
	a, b := row.Kana, version.Kana
	switch {
	case b == nil:
		return Graded{Grade: Blank}
	case a.Reveal(normal.AsReceived) == b.Reveal(normal.AsReceived):
		return Graded{Grade: Same}
	case a.Reveal(normal.AsForm) == b.Reveal(normal.AsForm):
		return Graded{Grade: Form, Ground: "かな種別・字幅・空白・かなの大小"}
	case a.Loose(b) && a.SameSound(b):
		return Graded{Grade: Loose, Near: SameSound, Ground: "長音の書き方"}
	case a.Loose(b):
		return Graded{Grade: Loose, Ground: "清濁など"}
	}
	return Graded{Grade: Differs}
}
