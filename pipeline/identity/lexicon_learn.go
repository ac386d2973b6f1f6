package identity

import "slices"

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
		a, b := int(p>>16), int(p&(wordsMost-1))
		w := sized{l.text[a], l.size[a] + l.size[b]}
		copy(w.word[l.size[a]:], l.bytes(b))
		if !known[w] {
			known[w] = true
			next.add(w.word, w.size)
		}
	}
	return next
}

// count cuts records into words, and gives how often each was met, and the pairs (two
// numbers of 16 bits) that were met often enough and have room in a word, the most
// frequent first.
func (l *lexicon) count(records [][]byte) (met, pairs []uint32) {
	f := l.finder()
	met = make([]uint32, len(l.text))
	counts := newPairCounts()
	for _, r := range records {
		for before := -1; len(r) > 0; {
			no := int(f.longest(r))
			met[no]++
			if before >= 0 && l.size[before]+l.size[no] <= wordMost {
				counts.add(uint32(before)<<16 | uint32(no))
			}
			before, r = no, r[l.size[no]:]
		}
	}
	return met, counts.mostFirst()
}

// pairCounts counts pairs of words, of which there are millions: a map of Go's took half
// of the time of learning.
type pairCounts struct {
	places []pairCount // a power of two, by a hash of the pair; a free one has no count
	used   int
}

type pairCount struct{ pair, count uint32 }

func newPairCounts() *pairCounts { return &pairCounts{places: make([]pairCount, 1<<12)} }

func (c *pairCounts) add(pair uint32) {
	p := c.place(pair)
	if p.count++; p.count > 1 {
		return
	}
	p.pair = pair
	if c.used++; 2*c.used <= len(c.places) {
		return
	}
	smaller := c.places
	c.places = make([]pairCount, 4*len(smaller))
	for _, p := range smaller {
		if p.count > 0 {
			*c.place(p.pair) = p
		}
	}
}

// place is where a pair is counted, or is to be.
func (c *pairCounts) place(pair uint32) *pairCount {
	mask := uint32(len(c.places) - 1)
	for i := uint32(uint64(pair)*0x9E3779B97F4A7C15>>32) & mask; ; i = (i + 1) & mask {
		if p := &c.places[i]; p.pair == pair || p.count == 0 {
			return p
		}
	}
}

// mostFirst gives the pairs that were met often enough, the most frequent first, and of
// these the smaller first.
func (c *pairCounts) mostFirst() []uint32 {
	var order []uint64
	for _, p := range c.places {
		if p.count >= learnLeast {
			order = append(order, uint64(^p.count)<<32|uint64(p.pair))
		}
	}
	slices.Sort(order)
	pairs := make([]uint32, len(order))
	for i, o := range order {
		pairs[i] = uint32(o)
	}
	return pairs
}
