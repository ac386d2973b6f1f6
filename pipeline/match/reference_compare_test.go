package match_test

import (
	"bufio"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"unicode"

	"baitai/pipeline/normal"
	"baitai/pipeline/person"
)

// compare compares every particular with every version of one person.
func compare(row particulars, s somebody) likeness {
	var l likeness
	name, kana, birth, sex, address, nearest := 99, 99, 99, 99, 99, ""
	for i, v := range s.versions {
		l.holdsCode = l.holdsCode || row.code != "" && (v.code == row.code || v.oldCode == row.code)
		if n, near := compareNames(row.names, v.names); n < name || n == name && nearest == "" {
			name, nearest = n, near
		}
		kana = min(kana, compareKana(row.kana, v.kana))
		birth = min(birth, compareBirths(row.birth, v.birth))
		sex = min(sex, compareSexes(row.sex, v.sex))
		if a := compareAddresses(row.address, v.address); a < address {
			address, l.addressPast = a, i > 0
		}
	}
	l.nameGood, l.nameBroad, l.nameWrong = name == good, name == broad, name == wrong
	l.nameNear, l.nameUnread = name == wrong && nearest != "", name == wrong && nearest == "unread"
	l.kanaGood, l.kanaSound, l.kanaLoose = kana == good, kana == sound, kana == loose
	l.kanaWrong, l.kanaBlank = kana == wrong, kana == blank
	l.birthGood, l.birthNear, l.birthWrong = birth == good, birth == slip || birth == partly, birth == wrong
	l.birthOpen = birth == blank || birth == absent
	l.sexWrong = sex == wrong
	l.addressGood = address == good || address == written || address == short
	l.addressShort, l.addressPart, l.addrDiff = address == short, address == partly, address == wrong
	l.addressPast = l.addressPast && l.addressGood
	return l
}

// What a comparison comes to, the best first. A particular that is in no version
// is blank, so that blank comes last; one that the row does not give is absent.
const (
	good    = iota // same, form; of a name also variant
	written        // an address written in another way
	broad
	sound // a ふりがな whose 長音 alone are written otherwise
	loose
	short
	slip
	partly
	wrong
	blank
	absent
)

func compareNames(row, file []spelling) (outcome int, near string) {
	switch {
	case len(row) == 0:
		return absent, ""
	case len(file) == 0:
		return blank, ""
	}
	outcome = wrong
	for _, a := range row {
		for _, b := range file {
			o, n := compareSpellings(a, b)
			if o < outcome || o == outcome && near == "" {
				outcome, near = o, n
			}
		}
	}
	return outcome, near
}

func compareSpellings(a, b spelling) (outcome int, near string) {
	switch {
	case a.received == b.received, a.form == b.form, a.variant == b.variant:
		return good, ""
	case a.given != "" && a.given+a.surname == b.variant, b.given != "" && b.given+b.surname == a.variant:
		return wrong, "swapped"
	}
	x, y := withoutSelectors(a.form), withoutSelectors(b.form)
	if len(x) == len(y) {
		unread, looks, others := 0, 0, 0
		for i := range x {
			switch {
			case variantOf(x[i]) == variantOf(y[i]):
			case unreadable(string(x[i])), unreadable(string(y[i])):
				unread++
			case broadly(x[i], y[i]):
			case tables().looks[[2]rune{x[i], y[i]}]:
				looks++
			default:
				others++
			}
		}
		switch {
		case unread+looks+others == 0:
			return broad, ""
		case unread == 1 && looks+others == 0:
			return wrong, "unread"
		case unread == 0 && others == 0, others == 1 && unread+looks == 0:
			return wrong, "one character"
		}
	}
	if oneCharacterAway([]rune(a.variant), []rune(b.variant)) {
		return wrong, "one character"
	}
	return wrong, ""
}

// oneCharacterAway: one left out, one put in, or two neighbours turned round.
func oneCharacterAway(a, b []rune) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(a)+1 == len(b) && len(a) > 1 {
		for i := range b {
			if slices.Equal(a, slices.Delete(slices.Clone(b), i, i+1)) {
				return true
			}
		}
	}
	if len(a) != len(b) {
		return false
	}
	for i := 0; i+1 < len(a); i++ {
		turned := slices.Clone(a)
		turned[i], turned[i+1] = turned[i+1], turned[i]
		if slices.Equal(turned, b) {
			return true
		}
	}
	return false
}

func withoutSelectors(s string) []rune {
	return slices.DeleteFunc([]rune(s), func(r rune) bool { return unicode.Is(unicode.Variation_Selector, r) })
}

// variantOf is the representative of one character in tiers 1 and 2.
func variantOf(r rune) string {
	t := tables()
	if v, ok := t.variant.Load(r); ok {
		return v.(string)
	}
	v := normal.FoldName(string(r)).Reveal(normal.AsVariant)
	t.variant.Store(r, v)
	return v
}

// broadly: one hop of 戸籍統一文字 on either or both sides, then tiers 1 and 2.
func broadly(a, b rune) bool {
	t := tables()
	if t.stop[[2]string{variantOf(a), variantOf(b)}] {
		return false
	}
	for _, x := range append([]rune{a}, t.koseki[a]...) {
		for _, y := range append([]rune{b}, t.koseki[b]...) {
			if variantOf(x) == variantOf(y) {
				return true
			}
		}
	}
	return false
}

// The tables of tier 3, its stop-list and the look-alikes, read anew.
type tier3 struct {
	koseki  map[rune][]rune
	stop    map[[2]string]bool
	looks   map[[2]rune]bool
	variant sync.Map
}

var tables = sync.OnceValue(func() *tier3 {
	t := &tier3{koseki: map[rune][]rune{}, stop: map[[2]string]bool{}, looks: map[[2]rune]bool{}}
	readTable("variants_koseki.tsv", func(r []rune) { t.koseki[r[0]] = r[2:] })
	readTable("lookalike.txt", func(r []rune) { t.looks[[2]rune{r[0], r[1]}], t.looks[[2]rune{r[1], r[0]}] = true, true })
	readTable("variants_stop.txt", func(r []rune) {
		a, b := normal.FoldName(string(r[0])).Reveal(normal.AsVariant), normal.FoldName(string(r[1])).Reveal(normal.AsVariant)
		t.stop[[2]string{a, b}], t.stop[[2]string{b, a}] = true, true
	})
	return t
})

func readTable(name string, line func([]rune)) {
	f, err := os.Open(filepath.Join("..", "normal", "tables", name))
	if err != nil {
		panic(err) // the tests run in their folder
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		if text := strings.TrimSpace(s.Text()); text != "" && text[0] != '#' {
			line([]rune(text))
		}
	}
}

func unreadable(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool {
		return strings.ContainsRune("〓●■□?？＊*◆▲\uFFFD", r) || unicode.Is(unicode.Co, r)
	})
}

func latin(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool { return r >= 0x3040 && r != 0xFF0E && (r < 0xFF21 || r > 0xFF5A) })
}

// writtenInKana is of what the invented rows hold: kana of either width, spaces.
func writtenInKana(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return r != ' ' && r != '　' && r != 'ー' && r != 'ｰ' && r != 'ﾞ' && r != 'ﾟ' && !unicode.In(r, unicode.Hiragana, unicode.Katakana)
	})
}

func twoReadings(q person.Query) bool {
	if q.Kana.Empty() || !writtenInKana(q.Name.Reveal()) {
		return false
	}
	return compareKana(normal.FoldKana(q.Name.Reveal()), normal.FoldKana(q.Kana.Reveal())) == wrong
}

func compareKana(row, file *normal.Kana) int {
	switch {
	case row == nil:
		return absent
	case file == nil:
		return blank
	}
	a, b := row.Reveal(normal.AsForm), file.Reveal(normal.AsForm)
	if a == b {
		return good
	}
	outcome := wrong
	for _, x := range sounds(a) {
		for _, y := range sounds(b) {
			switch {
			case x == y:
				return sound
			case slices.EqualFunc([]rune(x), []rune(y), soundAlike):
				outcome = loose
			}
		}
	}
	return outcome
}

// sounds spells a reading without ー and with the vowel that it prolongs, with
// ウ after the オ段 as オ, ヲ as オ and ヴ as バ行.
func sounds(s string) [2]string {
	text := strings.NewReplacer("ヲ", "オ", "ヴァ", "バ", "ヴア", "バ", "ヴイ", "ビ", "ヴエ", "ベ", "ヴオ", "ボ", "ヴ", "ブ").Replace(s)
	var out [2]string
	for n := range out {
		var spelt []rune
		for _, r := range text {
			end := rune(0)
			if len(spelt) > 0 {
				end = endsIn(spelt[len(spelt)-1])
			}
			switch {
			case r == 'ー' && (n == 0 || end == 0):
				continue
			case r == 'ー':
				r = end
			case r == 'ウ' && end == 'オ':
				r = 'オ'
			}
			spelt = append(spelt, r)
		}
		out[n] = string(spelt)
	}
	return out
}

var rowsOfKana = []string{"アカサタナハマヤラワガザダバパ", "イキシチニヒミリギジヂビピ", "ウクスツヌフムユルグズヅブプ", "エケセテネヘメレゲゼデベペ", "オコソトノホモヨロゴゾドボポ"}

func endsIn(r rune) rune {
	for i, row := range rowsOfKana {
		if strings.ContainsRune(row, r) {
			return []rune("アイウエオ")[i]
		}
	}
	return 0
}

// soundAlike: 清濁 and 半濁, ジ and ヂ, ズ and ヅ, ワ and ハ.
func soundAlike(a, b rune) bool {
	if a == b {
		return true
	}
	for _, group := range []string{"カガ", "キギ", "クグ", "ケゲ", "コゴ", "サザ", "シジ", "スズ", "セゼ", "ソゾ", "タダ", "チヂ", "ツヅ", "テデ", "トド",
		"ハバパワ", "ヒビピ", "フブプ", "ヘベペ", "ホボポ", "ジヂ", "ズヅ"} {
		if strings.ContainsRune(group, a) && strings.ContainsRune(group, b) {
			return true
		}
	}
	return false
}

func compareBirths(row, file person.Birth) int {
	switch {
	case row.IsZero():
		return absent
	case file.IsZero():
		return blank
	}
	a, b := row.Date(), file.Date()
	if a.Complete() && b.Complete() {
		x, y := row.Reveal(), file.Reveal()
		unlike := 0
		for i := range x {
			if x[i] != y[i] {
				unlike++
			}
		}
		switch {
		case unlike == 0:
			return good
		case unlike == 1, x[:4] == y[:4] && x[5:7] == y[8:] && x[8:] == y[5:7]:
			return slip
		}
		return wrong
	}
	if disagree(a.Year, b.Year, 9999) || disagree(a.Month, b.Month, 12) || disagree(a.Day, b.Day, 31) {
		return wrong
	}
	return partly
}

// disagree: both parts are known exactly, and are not the same.
func disagree(a, b, most int) bool {
	return a != b && a >= 1 && a <= most && b >= 1 && b <= most
}

func compareSexes(row, file person.Sex) int {
	known := func(s person.Sex) bool { return s.Reveal() == "1" || s.Reveal() == "2" }
	switch {
	case !known(row):
		return absent
	case !known(file):
		return blank
	case row.Reveal() == file.Reveal():
		return good
	}
	return wrong
}
