package normal

import (
	"cmp"
	"reflect"
	"slices"
	"strings"
	"testing"

	"baitai/pipeline/person"

	"pgregory.net/rapid"
)

// plainKeys says one key at a time what [PersonKeys] says: each kind hashes its own
// particulars from the first on. The hashes are FNV-1a, and stand in identity files.
func plainKeys(versions ...*Folded) []Key {
	keys := map[Key]bool{}
	add := func(kind KeyKind, parts ...string) {
		h := uint64(14695981039346656037)
		for _, c := range []byte(string(rune(kind)) + strings.Join(append(parts, ""), "\xFF")) {
			h = (h ^ uint64(c)) * 1099511628211
		}
		keys[Key{kind, h}] = true
	}
	places := func(f *Folded, add func(parts ...string)) {
		if f.Address == nil {
			return
		}
		p := f.Address.p
		numbers := append(slices.Clone(p.Numbers), "", "")[:2]
		if f.version && len(p.Numbers) == 2 && p.RoomMayBeLast {
			numbers[1] = ""
		}
		for _, m := range append(slices.Clone(p.Municipalities), "")[:max(1, len(p.Municipalities))] {
			add(m, p.Ward, numbers[0], numbers[1])
			if !f.version {
				add(m, p.Ward, numbers[0], "")
			}
		}
	}
	for _, v := range versions {
		for _, code := range []person.ResidentCode{v.Code, v.OldCode} {
			if !code.IsZero() {
				add(KeyCode, code.Reveal())
			}
		}
		spellings := map[KeyKind][]string{}
		for _, n := range v.keyNames() {
			spellings[KeyNameBirth] = append(spellings[KeyNameBirth], n.a+n.b)
		}
		if v.Kana != nil {
			spellings[KeyKanaBirth] = append(spellings[KeyKanaBirth], v.Kana.p.formText())
		}
		for _, other := range versions {
			birth, dated := keyBirth(other.Birth)
			for kind, texts := range spellings {
				for _, s := range texts {
					if s != "" && dated {
						add(kind, s, string(birth[:]))
					}
					if s != "" {
						places(other, func(parts ...string) { add(kind+KeyNameAddress-KeyNameBirth, append([]string{s}, parts...)...) })
					}
				}
			}
			if dated {
				places(v, func(parts ...string) { add(KeyBirthAddress, append([]string{string(birth[:])}, parts...)...) })
			}
		}
	}
	all := make([]Key, 0, len(keys))
	for k := range keys {
		all = append(all, k)
	}
	return sortedKeys(all)
}

func sortedKeys(keys []Key) []Key {
	slices.SortFunc(keys, func(a, b Key) int { return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Hash, b.Hash)) })
	return keys
}

// TestTheKeysOfARowAreThoseOfAPerson: the short way gives what the long one gives, in
// its order, and is the way of a usual row.
func TestTheKeysOfARowAreThoseOfAPerson(t *testing.T) {
	short := 0
	rapid.Check(t, func(t *rapid.T) {
		text := func(label string, from ...string) person.Text {
			return person.NewText(rapid.SampledFrom(from).Draw(t, label))
		}
		q := &person.Query{Name: text("name", "山田　太郎", "髙橋　惠子", "林　林", "林　林林", "LALA LA", "山田太郎", "ヤマダ　タロウ", "", "山田　太郎　一", strings.Repeat("山", 20)+"　"+strings.Repeat("田", 20)),
			Kana: text("kana", "", "", "", "ヤマダ　タロウ"), FormerSurname: text("former", "", "", "", "佐藤"),
			Address: text("address", "福岡県福岡市中央区天神1-2-3", "福岡市中央区天神一丁目2番", "須恵町須恵5", "福岡市中央区天神", "府中市本町1-2", "どこか1-2", "", "福岡県春日市原町1-1-1-101")}
		if rapid.IntRange(0, 3).Draw(t, "birth") > 0 {
			q.Birth, _ = person.ParseBirth(rapid.SampledFrom([]string{"1980-01-02", "1999-12-31", "1980-01-00"}).Draw(t, "date"))
		}
		if rapid.IntRange(0, 5).Draw(t, "coded") == 0 {
			q.Code, _ = ParseResidentCode("25208017643")
		}
		f := FoldQuery(q)
		before := []Key{{KeyCode, 7}}
		got, want := f.Keys(slices.Clone(before)), PersonKeys(slices.Clone(before), f)
		if !slices.Equal(got, want) {
			t.Fatalf("%d keys, want %d", len(got), len(want))
		}
		if _, ok := f.rowKeys(nil); ok {
			short++
		}
	})
	if short == 0 {
		t.Error("no row goes the short way")
	}
}

func checkKeys(t interface{ Fatalf(string, ...any) }, versions ...*Folded) {
	if got, want := sortedKeys(PersonKeys(nil, versions...)), plainKeys(versions...); len(got)+len(want) > 0 && !reflect.DeepEqual(got, want) {
		t.Fatalf("other keys than one by one: %d and %d", len(got), len(want))
	}
}
