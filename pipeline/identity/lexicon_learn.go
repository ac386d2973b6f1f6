package identity

import (
	"cmp"
	"slices"
)

// How a lexicon is learnt. More people, or rounds, make records a few hundredths
// smaller, and a load longer.
const (
	learnWords  = 1 << 15 // more of them no longer stay in the nearest memory
	learnPeople = 12_000
	learnRounds = 6
	learnLeast  = 2 // times that a word must have been met
)

// learn makes a lexicon of records: in every round they are cut into the words known so
// far, and the pairs that stand side by side most often become words. It depends on the
// records alone.
func learn(records [][]byte) *lexicon {
	l := newLexicon()
	for round := range learnRounds {
		l = l.better(records, singles+(learnWords-singles)*(round+1)/learnRounds)
	}
	return l
}

// A pairCount is two words that follow one another.
type pairCount struct{ pair, count uint32 }

// better makes a lexicon of the words that were met, and pairs of them up to so many in
// all.
func (l *lexicon) better(records [][]byte, most int) *lexicon {
	type sized struct {
		word
		size uint8
	}
	met, pairs := l.count(records)
	next := newLexicon()
	known := make(map[sized]bool)
	for no := singles; no < len(l.text); no++ {
		if met[no] >= learnLeast {
			next.add(l.text[no], l.size[no])
			known[sized{l.text[no], l.size[no]}] = true
		}
	}
	for _, p := range pairs {
		if len(next.text) >= most {
			break
		}
		a, b := int(p.pair>>16), int(p.pair&(wordsMost-1))
		w := sized{l.text[a], l.size[a] + l.size[b]}
		copy(w.word[l.size[a]:], l.bytes(b))
		if !known[w] {
			known[w] = true
			next.add(w.word, w.size)
		}
	}
	return next
}

// count cuts records into words, and gives how often each was met, and the pairs that
// were met often enough and have room in a word, the most frequent first.
func (l *lexicon) count(records [][]byte) (met []uint32, pairs []pairCount) {
	f := l.finder()
	met = make([]uint32, len(l.text))
	counts := make(map[uint32]uint32)
	for _, r := range records {
		for before := -1; len(r) > 0; {
			no := int(f.longest(r))
			met[no]++
			if before >= 0 && l.size[before]+l.size[no] <= wordMost {
				counts[uint32(before)<<16|uint32(no)]++
			}
			before, r = no, r[l.size[no]:]
		}
	}
	for pair, n := range counts {
		if n >= learnLeast {
			pairs = append(pairs, pairCount{pair, n})
		}
	}
	slices.SortFunc(pairs, func(a, b pairCount) int { return cmp.Or(cmp.Compare(b.count, a.count), cmp.Compare(a.pair, b.pair)) })
	return met, pairs
}
