package identity

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"baitai/pipeline/normal"
	"baitai/pipeline/person"

	"pgregory.net/rapid"
)

// personRecord encodes the versions of one person.
func personRecord(vs []*person.Version) string {
	return string(appendPerson(nil, vs, foldAll(normal.EmbeddedTables(), vs)))
}

func TestEveryVersionComesBackFromItsRecord(t *testing.T) {
	text := func(t *rapid.T, name string) person.Text { return person.NewText(rapid.String().Draw(t, name)) }
	rapid.Check(t, func(t *rapid.T) {
		vs := make([]*person.Version, rapid.IntRange(1, 4).Draw(t, "versions"))
		for i := range vs {
			v := someone(rapid.IntRange(0, 1<<30).Draw(t, "n"))
			v.History = rapid.IntRange(1, maxHistory).Draw(t, "history")
			v.State = person.State(rapid.IntRange(1, 3).Draw(t, "state"))
			v.Support = person.Support(rapid.IntRange(0, 3).Draw(t, "support"))
			v.Sex, _ = person.ParseSex(rapid.SampledFrom([]string{"", "0", "1", "2", "9"}).Draw(t, "sex"))
			v.Birth = rapid.SampledFrom([]person.Birth{{}, birth("0000-00-00"), birth("9999-A4-A3"), birth("1955-02-29")}).Draw(t, "birth")
			v.Name, v.Kana, v.FormerSurname, v.Address, v.LastAddress = text(t, "a"), text(t, "b"), text(t, "c"), text(t, "d"), text(t, "e")
			v.Municipality, v.Registrar = rapid.String().Draw(t, "f"), rapid.String().Draw(t, "g")
			v.Reason, v.ChangeDate, v.NoticeDate = rapid.String().Draw(t, "h"), rapid.String().Draw(t, "i"), rapid.String().Draw(t, "j")
			if rapid.Bool().Draw(t, "old") {
				v.OldCode = code(7)
			}
			vs[i] = v
		}
		got, _, err := decodePerson(personRecord(vs))
		if err != nil || !slices.EqualFunc(got, vs, func(a, b *person.Version) bool {
			return equalVersions(a, b) && a.Code.Equal(b.Code) && a.OldCode.Equal(b.OldCode) && a.Name.Equal(b.Name) && a.Kana.Equal(b.Kana) &&
				a.FormerSurname.Equal(b.FormerSurname) && a.Birth.Equal(b.Birth) && a.Sex == b.Sex && a.Address.Equal(b.Address) &&
				a.LastAddress.Equal(b.LastAddress) && a.State == b.State && a.Support == b.Support && a.History == b.History &&
				a.Municipality == b.Municipality && a.Registrar == b.Registrar && a.Reason == b.Reason && a.ChangeDate == b.ChangeDate && a.NoticeDate == b.NoticeDate
		}) {
			t.Fatalf("other versions: %v", err)
		}
	})
}

func TestACutRecordIsRefused(t *testing.T) {
	s := personRecord([]*person.Version{someone(1), someone(1)})
	if _, _, err := decodePerson(s); err != nil {
		t.Fatal(err)
	}
	for n := range len(s) {
		if _, _, err := decodePerson(s[:n]); err == nil {
			t.Errorf("cut to %d bytes it is read", n)
		}
	}
	if _, _, err := decodePerson(s + "\x00"); err == nil {
		t.Error("with a byte more it is read")
	}
}

func FuzzDecodePerson(f *testing.F) {
	f.Add(personRecord([]*person.Version{someone(1)}))
	f.Add(personRecord([]*person.Version{someone(2), someone(3)}))
	f.Add("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01")
	f.Fuzz(func(t *testing.T, s string) {
		vs, _, err := decodePerson(s)
		if err != nil {
			return
		}
		again, _, err := decodePerson(personRecord(vs))
		if err != nil || !slices.EqualFunc(vs, again, equalVersions) {
			t.Error("a record that is read does not come back from what it means")
		}
	})
}

func FuzzDecodeIndex(f *testing.F) {
	x := &index{people: 5, shape: shape{blockPeople: 3, pageBytes: 24}, blocks: []blockPlace{{0, 0, 9, 9}, {1, 0, 7, 7}}}
	for i := range x.keys {
		x.keys[i] = keyIndex{bits: 1, partitions: []partition{{3, []uint64{1, 2}}, {0, []uint64{}}}}
	}
	f.Add(x.encode())
	x.ofBase = true
	f.Add(x.encode())
	x.ofBase, x.lexicon = false, learn([][]byte{[]byte("天神天神"), []byte("天神")})
	f.Add(x.encode())
	f.Add([]byte(indexMagic))
	f.Add([]byte(indexMagicWhole))
	f.Fuzz(func(t *testing.T, b []byte) {
		x, err := decodeIndex(b)
		if err == nil && !bytes.Equal(x.encode(), b) {
			t.Error("an index that is read is not what it encodes to")
		}
	})
}

// blockOf is a block of plain records, as the first version had it.
func blockOf(records ...string) []byte {
	raw := binary.BigEndian.AppendUint32(nil, uint32(len(records)))
	end := 0
	for _, r := range records {
		end += len(r)
		raw = binary.BigEndian.AppendUint32(raw, uint32(end))
	}
	return append(raw, strings.Join(records, "")...)
}

func FuzzOpenBlock(f *testing.F) {
	f.Add(blockOf("a", "", "bc"))
	f.Add([]byte{0xff, 0xff, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, raw []byte) {
		b, err := openBlock(raw, nil)
		if err != nil {
			return
		}
		var records []string
		for i := range b.people {
			records = append(records, string(b.bytes(i)))
		}
		if !bytes.Equal(blockOf(records...), raw) {
			t.Error("a block that is read is not what its records make")
		}
	})
}

func TestASorterSortsWhateverFitsInMemory(t *testing.T) {
	scratch, err := newScratch(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 200).Draw(t, "records")
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		s := newSorter(scratch, rapid.SampledFrom([]int{100, 1000, 1 << 20}).Draw(t, "buffer"))
		b := new(rowBuffer)
		var want []record
		for range n {
			rec := record{uint64(r.IntN(20)), bytes.Repeat([]byte{byte(r.IntN(4))}, r.IntN(5))}
			want = append(want, rec)
			if s.full(b, len(rec.rest)) {
				if err := s.put(b, false); err != nil {
					t.Fatal(err)
				}
				b.reset()
			}
			b.add(rec.hi, rec.rest)
		}
		if err := s.put(b, true); err != nil {
			t.Fatal(err)
		}
		slices.SortStableFunc(want, compareRecords)
		i := 0
		for rec, err := range s.sorted() {
			if err != nil || i == n || compareRecords(rec, want[i]) != 0 {
				t.Fatalf("record %d of %d: %v", i, n, err)
			}
			i++
		}
		if i != n {
			t.Fatalf("%d records of %d", i, n)
		}
	})
}
