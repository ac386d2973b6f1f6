package identity

import "encoding/binary"

// A wordFinder finds the longest word that a text begins with, to pack records: a tree
// of the words, each step of which is two bytes, as most characters of a record are. A
// record has some fifty words, and two steps each find them; when they were searched for
// among all words in their order, that was a quarter of a load.
type wordFinder struct {
	*lexicon
	// steps has the first step of every text by its two bytes, and behind these the
	// further ones, by a hash of where they come from and of their bytes.
	steps []step
	shift uint8 // of a hash, to be a place behind the first steps
}

// A step says what is known of a text up to there. Its bits are, from the lowest: the
// number of the longest word that the text begins with (16), a filter of the kinds of
// two bytes that go on (8), whether a single byte goes on (1), and its key (39).
type step uint64

const (
	stepFilter = 16
	stepSingle = step(1) << 24
	stepKey    = 25

	firstSteps = 1 << 16
	singlePair = 1 << 16 // beside the byte with which a word ends
)

func (s step) word() uint16 { return uint16(s) }

// goesOn is the bit that says that these two bytes may follow: most that do not are told
// apart by it from those that do, without a look at another step.
func goesOn(pair uint64) step { return 1 << (stepFilter + (pair^pair>>8)&7) }

// find is the place of the step from another one by two bytes, or where it is to stand.
func (f *wordFinder) find(from, pair uint64) (place uint64, ok bool) {
	key := (from<<17|pair)<<1 | 1 // never that of a free place
	mask := uint64(len(f.steps) - firstSteps - 1)
	for i := key * 0x9E3779B97F4A7C15 >> f.shift; ; i = (i + 1) & mask {
		switch s := f.steps[firstSteps+i]; {
		case uint64(s>>stepKey) == key:
			return firstSteps + i, true
		case s == 0:
			return firstSteps + i, false
		}
	}
}

func (l *lexicon) finder() *wordFinder {
	f := &wordFinder{lexicon: l}
	most := 0
	for _, size := range l.size[singles:] {
		most += int(size-1) / 2 // if no word shared a step with another
	}
	places := 2
	for f.shift = 63; places <= most+most/4; f.shift-- {
		places *= 2
	}
	f.steps = make([]step, firstSteps+places)
	for i := range firstSteps {
		f.steps[i] = step(i & 0xff) // the single byte
	}
	for size := uint8(2); size <= wordMost; size++ { // a step is made when all words that it goes on from are there
		for no := singles; no < len(l.text); no++ {
			if l.size[no] == size {
				f.enter(no)
			}
		}
	}
	return f
}

// enter puts a word in, no shorter one than those before.
func (f *wordFinder) enter(no int) {
	w := f.bytes(no)
	at := uint64(binary.LittleEndian.Uint16(w))
	for w = w[2:]; len(w) >= 2; w = w[2:] {
		pair := uint64(binary.LittleEndian.Uint16(w))
		f.steps[at] |= goesOn(pair)
		at = f.make(at, pair)
	}
	if len(w) > 0 {
		f.steps[at] |= stepSingle
		at = f.make(at, singlePair|uint64(w[0]))
	}
	f.steps[at] = f.steps[at]&^(wordsMost-1) | step(no)
}

// make is the place of a step, which is made if there is none.
func (f *wordFinder) make(from, pair uint64) uint64 {
	place, ok := f.find(from, pair)
	if !ok {
		longest := f.steps[from].word()
		if single, ok := f.find(from, singlePair|pair&0xff); ok {
			longest = f.steps[single].word()
		}
		f.steps[place] = step((from<<17|pair)<<1|1)<<stepKey | step(longest)
	}
	return place
}

// longest is the longest word that s, which is not empty, begins with.
func (f *wordFinder) longest(s []byte) (no uint16) {
	if len(s) < 2 {
		return uint16(s[0])
	}
	var text word
	if len(s) >= wordMost {
		text = word(s)
	} else {
		copy(text[:], s)
	}
	low, high := binary.LittleEndian.Uint64(text[:]), binary.LittleEndian.Uint64(text[8:])
	at, left := low&(firstSteps-1), len(s)-2
	now := f.steps[at]
	low, high = low>>16|high<<48, high>>16
	for left >= 2 && now&goesOn(low&0xffff) != 0 {
		next, ok := f.find(at, low&0xffff)
		if !ok {
			break
		}
		at, now = next, f.steps[next]
		low, high, left = low>>16|high<<48, high>>16, left-2
	}
	if now&stepSingle != 0 && left > 0 {
		if single, ok := f.find(at, singlePair|low&0xff); ok {
			now = f.steps[single]
		}
	}
	return now.word()
}

// pack appends a record to dst in words, the longest first.
func (f *wordFinder) pack(dst, record []byte) []byte {
	for len(record) > 0 {
		no := f.longest(record)
		dst = append(dst, byte(no), byte(no>>8))
		record = record[f.size[no]:]
	}
	return dst
}
