package invent

import (
	"math/rand/v2"
	"strings"
)

// ivsSelector is the variation selector that the tables use (Moji_Joho).
const ivsSelector = '\U000E0100'

// surname draws a 姓 by the number of people who have it, in the shape that this
// family's 戸籍 has it in.
func (t *tables) surname(r *rand.Rand) written {
	s := t.surnames[pick(t.surnameSum, r.IntN(t.surnameSum[len(t.surnameSum)-1]))]
	s.kanji = t.registered(r, s.kanji)
	return s
}

// given draws a 名 as it was common when the bearer was born: seven of ten from
// the cohort's own, most often its first ones, the others from a long tail.
func (t *tables) given(r *rand.Rand, born int, sex int) written {
	i := 0
	for born > t.cohorts[i].until {
		i++
	}
	var w written
	if names := t.cohorts[i].names[sex]; r.IntN(10) < 7 {
		w = names[early(r, len(names), 2)]
	} else {
		tails := t.tails[sex]
		// Another order for each cohort, so that the tail is not the same reading by reading.
		k := tails[(early(r, len(tails), 2)*7919+i*1237)%len(tails)]
		w = written{k.spellings[early(r, len(k.spellings), 2)], k.kana}
	}
	w.kanji = t.registered(r, w.kanji)
	return w
}

// early draws from 0 to n-1, the early ones more often, like rank and frequency
// of names (power 1 is even).
func early(r *rand.Rand, n int, power int) int {
	u := r.Float64()
	v := u
	for range power - 1 {
		v *= u
	}
	return int(v * float64(n))
}

// registered rewrites a name with the rarer shapes of kanji that registers have.
func (t *tables) registered(r *rand.Rand, name string) string {
	var b strings.Builder
	changed := false
	for _, c := range name {
		out := c
		for _, p := range t.register[c] {
			if r.IntN(1000) < p.permille {
				out = p.other
				break
			}
		}
		b.WriteRune(out)
		changed = changed || out != c
		if n := t.selectors[c]; n > 0 && r.IntN(1000) < n {
			b.WriteRune(ivsSelector)
			changed = true
		}
	}
	if !changed {
		return name
	}
	return b.String()
}

// full joins surname and given name as a 戸籍の附票 does: by one U+3000.
func full(surname, given written) written {
	return written{surname.kanji + "　" + given.kanji, surname.kana + "　" + given.kana}
}

// largeKana writes small kana large, as notices of ふりがな sometimes do.
func largeKana(s string) string {
	return strings.NewReplacer("ゃ", "や", "ゅ", "ゆ", "ょ", "よ", "っ", "つ").Replace(s)
}
