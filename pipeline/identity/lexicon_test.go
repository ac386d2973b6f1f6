package identity

import (
	"bytes"
	"slices"
	"testing"

	"baitai/pipeline/person"

	"pgregory.net/rapid"
)

// drawnRecords are of few different bytes, so that words are found in them, zero too.
func drawnRecords(t *rapid.T, most int) [][]byte {
	piece := rapid.SampledFrom([]string{"天神", "福岡市", "\x00", "\x00\x00", "1", "12", "髙", "\xff", "ひがし", "あ"})
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) []byte {
		var r []byte
		for range rapid.IntRange(0, 12).Draw(t, "pieces") {
			r = append(r, piece.Draw(t, "piece")...)
		}
		return r
	}), 0, most).Draw(t, "records")
}

func TestARecordComesBackFromTheWordsOfAnyLexicon(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := learn(drawnRecords(t, 40))
		f := l.finder()
		for _, r := range append(drawnRecords(t, 10), rapid.SliceOf(rapid.Byte()).Draw(t, "bytes")) {
			packed := f.pack(nil, r)
			plain, err := l.unpack([]byte("before"), string(packed))
			if err != nil || !bytes.Equal(plain, append([]byte("before"), r...)) {
				t.Fatalf("%q became %q: %v", r, plain, err)
			}
		}
	})
}

// The words that were found are those that a search through all words finds.
func TestTheLongestWordIsFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		records := drawnRecords(t, 40)
		f := learn(records).finder()
		for _, r := range append(records, drawnRecords(t, 10)...) {
			for ; len(r) > 0; r = r[1:] {
				longest := 0
				for no := range f.text {
					if w := f.bytes(no); len(w) > longest && bytes.HasPrefix(r, w) {
						longest = len(w)
					}
				}
				if got := f.bytes(int(f.longest(r))); len(got) != longest || !bytes.HasPrefix(r, got) {
					t.Fatalf("%q in %q, where a word has %d bytes", got, r, longest)
				}
			}
		}
	})
}

// An update packs by the words of its base, whatever they are: words that this program
// would not learn, and the same one twice.
func TestAnyWordsCanBePackedBy(t *testing.T) {
	some := rapid.SampledFrom([]byte{0, 1, 'a', 0xff})
	rapid.Check(t, func(t *rapid.T) {
		l := newLexicon()
		for range rapid.IntRange(0, 40).Draw(t, "words") {
			var w word
			size := copy(w[:], rapid.SliceOfN(some, 2, wordMost).Draw(t, "word"))
			l.add(w, uint8(size))
		}
		f := l.finder()
		for _, r := range rapid.SliceOfN(rapid.SliceOfN(some, 0, 40), 1, 10).Draw(t, "records") {
			plain, err := l.unpack(nil, string(f.pack(nil, r)))
			if err != nil || !bytes.Equal(plain, r) {
				t.Fatalf("%q became %q: %v", r, plain, err)
			}
			for ; len(r) > 0; r = r[1:] {
				longest := 1
				for no := range l.text {
					if w := l.bytes(no); len(w) > longest && bytes.HasPrefix(r, w) {
						longest = len(w)
					}
				}
				if got := l.bytes(int(f.longest(r))); len(got) != longest || !bytes.HasPrefix(r, got) {
					t.Fatalf("%q in %q, where a word has %d bytes", got, r, longest)
				}
			}
		}
	})
}

func TestWordsAreLearnt(t *testing.T) {
	var records [][]byte
	for range 50 {
		records = append(records, []byte("福岡県福岡市中央区天神"))
	}
	l := learn(records)
	if packed := l.finder().pack(nil, records[0]); len(packed) > 4*wordBytes {
		t.Errorf("%d bytes became %d", len(records[0]), len(packed))
	}
	if again := learn(records); !slices.Equal(l.text, again.text) || !slices.Equal(l.size, again.size) {
		t.Error("the same records give other words")
	}
}

func TestWordsThatAreNoneAreRefused(t *testing.T) {
	l := newLexicon()
	if _, err := l.unpack(nil, "\x61\x00"); err != nil {
		t.Error(err)
	}
	for _, bad := range []string{"\x61", "\x00\x01", "\x61\x00\xff\xff"} {
		if _, err := l.unpack(nil, bad); err == nil {
			t.Errorf("%q is read", bad)
		}
	}
	x := &index{people: 1, shape: shape{blockPeople: 3, pageBytes: 24}, blocks: []blockPlace{{0, 0, 9, 9}}, lexicon: l}
	for i := range x.keys {
		x.keys[i] = keyIndex{bits: 0, partitions: []partition{{0, []uint64{}}}}
	}
	good := x.encode()
	if _, err := decodeIndex(good); err != nil {
		t.Fatal(err)
	}
	at := 20 + 16 // behind the one block
	for name, put := range map[string][]byte{"another kind": {2}, "too many": {0, 0, 1, 0, 0}, "one byte": {0, 0, 0, 0, 1, 1, 'x'}, "too long": append([]byte{0, 0, 0, 0, 1, 17}, make([]byte, 17)...)} {
		bad := slices.Concat(good[:at], put, good[at+5:])
		if _, err := decodeIndex(bad); err == nil {
			t.Errorf("%s is read", name)
		}
	}
}

func FuzzLexicon(f *testing.F) {
	f.Add([]byte("天神天神一丁目天神二丁目"), []byte("天神三丁目"))
	f.Add([]byte{0, 0, 0, 0, 1, 0, 0, 0, 1}, []byte{0, 0})
	f.Fuzz(func(t *testing.T, sample, record []byte) {
		var records [][]byte
		for len(sample) > 0 { // cut by lengths that stand in it
			n := min(1+int(sample[0]), len(sample))
			records, sample = append(records, sample[:n]), sample[n:]
		}
		l := learn(append(records, records...))
		plain, err := l.unpack(nil, string(l.finder().pack(nil, record)))
		if err != nil || !bytes.Equal(plain, record) {
			t.Errorf("%q became %q: %v", record, plain, err)
		}
		if raw, err := l.unpack(nil, string(record)); err == nil && len(raw) > len(record)/wordBytes*wordMost {
			t.Error("more than there can be")
		}
	})
}

// BenchmarkLexicon packs and unpacks the records of people; it prints what is left of
// a byte.
func BenchmarkLexicon(b *testing.B) {
	var records [][]byte
	bytesOf := func(packed []string) (n int) {
		for _, p := range packed {
			n += len(p)
		}
		return n
	}
	plain := 0
	for i := range 12_000 {
		r := []byte(personRecord([]*person.Version{resident(i, 1)}))
		records, plain = append(records, r), plain+len(r)
	}
	f := learn(records[:6000]).finder()
	var packed []string
	b.Run("Pack", func(b *testing.B) {
		for b.Loop() {
			packed = packed[:0]
			for _, r := range records {
				packed = append(packed, string(f.pack(nil, r)))
			}
		}
		b.SetBytes(int64(plain))
		b.ReportMetric(float64(bytesOf(packed))/float64(plain), "left")
	})
	b.Run("Unpack", func(b *testing.B) {
		var buf []byte
		for b.Loop() {
			for _, p := range packed {
				buf, _ = f.unpack(buf[:0], p)
			}
		}
		b.SetBytes(int64(plain))
	})
}
