package normal

import (
	"strings"
	"unicode/utf8"
)

// A Kana is a folded 氏名ふりがな. Use it as a pointer, and only as FoldKana made it.
type Kana struct{ p *kanaParts }

type kanaParts struct {
	self     Kana
	received string
	form     string // katakana, large, without spaces; "" where it is not worked out yet
}

// formText is the form. Few rows give a ふりがな, so that what comes from an identity
// file is folded when somebody asks for it.
func (k *kanaParts) formText() string {
	if k.form != "" {
		return k.form
	}
	return kanaForm(k.received)
}

// FoldKana folds a ふりがな; nil for a text that holds nothing but spaces.
func FoldKana(s string) *Kana {
	if s == "" {
		return nil
	}
	return new(kanaParts).fold(s)
}

// fold is FoldKana into parts that are empty.
func (k *kanaParts) fold(s string) *Kana {
	received := s
	if !plainKatakana(s) {
		received = toNFC(s)
	}
	form := kanaForm(received)
	if form == "" {
		return nil
	}
	k.self.p, k.received, k.form = k, received, form
	return &k.self
}

// kanaForm folds a text in NFC.
func kanaForm(s string) string {
	if plainKatakana(s) {
		return s
	}
	form, _ := foldForm(s)
	return strings.Map(toKatakana, form)
}

// plainKatakana reports large katakana alone, which folding leaves as they are.
func plainKatakana(s string) bool {
	for _, r := range s {
		if (r < 'ァ' || r > 'ヴ') && r != 'ー' || bigKana(r) != r {
			return false
		}
	}
	return true
}

// Reveal returns the kana at a level of folding; AsVariant is AsForm.
func (k *Kana) Reveal(l Level) string {
	if l == AsReceived {
		return k.p.received
	}
	return k.p.formText()
}

// Loose reports whether the two sound alike as the standard asks (住民記録システム
// 標準仕様書 2.1.2 検索文字入力): 清濁半濁, ヂジ, ズヅ, オヲ, ワハ, ヴ and バ行, the mark ー
// present or not, ウ after a kana of the オ段. タケジ and タケシ are Loose, and
// therefore MUST NOT be taken for one name.
func (k *Kana) Loose(m *Kana) bool {
	a, b := k.p.formText(), m.p.formText()
	x, _ := utf8.DecodeRuneInString(a)
	y, _ := utf8.DecodeRuneInString(b)
	if !soundsLike(x, y) && !strings.ContainsRune("ーヴヲ", x) && !strings.ContainsRune("ーヴヲ", y) {
		return false // nearly all: the first kana is never changed but for these
	}
	for _, x := range [2]string{soften(a, false), soften(a, true)} {
		for _, y := range [2]string{soften(b, false), soften(b, true)} {
			if soundAlike(x, y) {
				return true
			}
		}
	}
	return false
}

// SameSound reports whether two that are Loose are one reading written in two
// ways: 長音 with ー or a vowel or left out, ウ after オ段, ヲ, ヴ. 清濁 is another sound.
func (k *Kana) SameSound(m *Kana) bool {
	a, b := k.p.formText(), m.p.formText()
	for _, x := range [2]string{soften(a, false), soften(a, true)} {
		for _, y := range [2]string{soften(b, false), soften(b, true)} {
			if x == y {
				return true
			}
		}
	}
	return false
}

func soundAlike(a, b string) bool {
	for a != "" && b != "" {
		x, n := utf8.DecodeRuneInString(a)
		y, l := utf8.DecodeRuneInString(b)
		if !soundsLike(x, y) {
			return false
		}
		a, b = a[n:], b[l:]
	}
	return a == b
}

// soundsLike compares two kana. ジ sounds like シ and like ヂ, and ヂ like チ, but シ
// does not sound like チ: this is no equivalence and makes no key.
func soundsLike(x, y rune) bool {
	if x == y || unsounded(x) == unsounded(y) {
		return true
	}
	if x > y {
		x, y = y, x
	}
	switch {
	case x == 'ジ' && y == 'ヂ', x == 'ズ' && y == 'ヅ':
		return true
	}
	return unsounded(x) == 'ハ' && y == 'ワ'
}

// soften takes ー out, or writes the vowel that it prolongs; it writes ウ after オ段 as オ, ヲ as オ and ヴ as バ行.
func soften(s string, prolong bool) string {
	var b strings.Builder
	b.Grow(len(s))
	var last rune
	for _, r := range s {
		switch {
		case r == 'ー' || r == '-':
			if r = vowel(last); !prolong || r == 0 {
				continue
			}
		case r == 'ヲ':
			r = 'オ'
		case r == 'ウ' && vowel(last) == 'オ':
			r = 'オ'
		}
		if last == 'ヴ' {
			if at := strings.IndexRune("アイウエオ", r); at >= 0 && r != 'ウ' {
				last = []rune("バビブベボ")[at/3]
				b.WriteRune(last)
				continue
			}
			b.WriteRune('ブ')
		}
		if last = r; r != 'ヴ' {
			b.WriteRune(r)
		}
	}
	if last == 'ヴ' {
		b.WriteRune('ブ')
	}
	return b.String()
}

// vowel is the vowel in which a kana ends; 0 for ン and what is no kana.
func vowel(r rune) rune {
	r = unsounded(r)
	for i, row := range [...]string{"アカサタナハマヤラワ", "イキシチニヒミリ", "ウクスツヌフムユル", "エケセテネヘメレ", "オコソトノホモヨロヲ"} {
		if r != 0 && strings.ContainsRune(row, r) {
			return []rune("アイウエオ")[i]
		}
	}
	return 0
}
