package score

import (
	"errors"
	"slices"
	"strconv"

	"baitai/cmd/internal/invent"
)

// A Seed says which people and rows are invented.
type Seed struct {
	Name   string
	number uint64
	sealed bool
}

// Number is what the world and the rows are drawn by.
func (s Seed) Number() uint64 { return s.number }

// ErrSeed says that there is no such seed.
var ErrSeed = errors.New("score: the seed is develop, tune, sealed or a number")

// ParseSeed reads develop, tune, sealed or a number. develop is for mending the
// table, tune for what is estimated (the weights of Fellegi and Sunter), sealed
// for releases: a run on it shows counts and no rows.
func ParseSeed(s string) (Seed, error) {
	switch s {
	case "develop":
		return Seed{s, 0x6465766c, false}, nil
	case "tune":
		return Seed{s, 0x74756e65, false}, nil
	case "sealed":
		return Seed{s, 0x7365616c6564, true}, nil
	}
	n, err := strconv.ParseUint(s, 0, 64)
	if err != nil {
		return Seed{}, ErrSeed
	}
	return Seed{s, n, false}, nil
}

// A KeySet is which particulars the rows of a list give.
type KeySet struct {
	ID, Japanese, English string

	columns     []string
	codePercent int
	classes     func(invent.ClassInfo) bool
}

func without(left ...string) []string {
	all := []string{invent.ColumnRef, invent.ColumnCode, invent.ColumnName, invent.ColumnKana, invent.ColumnBirth,
		invent.ColumnSex, invent.ColumnAddress, invent.ColumnFormer}
	return slices.DeleteFunc(all, func(c string) bool { return slices.Contains(left, c) })
}

func anyOf(names ...invent.Class) func(invent.ClassInfo) bool {
	return func(c invent.ClassInfo) bool { return slices.Contains(names, c.Class) }
}

// KeySets are the lists that every run makes: each leaves out what real lists
// lack. Classes that need a column that is left out are not among a list's.
func KeySets() []KeySet {
	return []KeySet{
		{"4", "四情報とふりがな", "four particulars and ふりがな", without(), 0,
			func(invent.ClassInfo) bool { return true }},
		{"4-kana", "四情報(ふりがななし)", "four particulars, no ふりがな", without(invent.ColumnKana), 0,
			func(c invent.ClassInfo) bool { return !anyOf("P11", "N11", "N12", "N13")(c) }},
		{"3-sex", "氏名・生年月日・住所のみ", "name, birth and address alone", without(invent.ColumnKana, invent.ColumnSex), 0,
			anyOf("P0", "P1", "P2", "P4", "P6", "P7", "N1", "N2", "N3", "N4", "N5", "N7", "N8", "N9", "N10")},
		{"kana", "ふりがな・生年月日・性別・住所", "ふりがな in place of the name", without(invent.ColumnName, invent.ColumnFormer), 0,
			anyOf("P0", "P1", "P4", "P7", "N2", "N4", "N5", "N8", "N10")},
		{"3-address", "住所なし", "no address", without(invent.ColumnAddress), 0,
			anyOf("P0", "N2", "N3", "N4", "N8", "N10")},
		{"code", "住民票コードと四情報", "住民票コード and four particulars", without(), 100,
			func(c invent.ClassInfo) bool {
				return c.Sort == invent.Positive || anyOf("N6", "N7", "N10", "N11", "N12")(c)
			}},
		{"code+name", "住民票コードと氏名", "住民票コード and name",
			without(invent.ColumnKana, invent.ColumnBirth, invent.ColumnSex, invent.ColumnAddress, invent.ColumnFormer), 100,
			anyOf("P0", "P1", "P2", "P3", "P12", "P15", "N6", "N10", "N11")},
		{"code+birth", "住民票コードと生年月日", "住民票コード and birth",
			without(invent.ColumnName, invent.ColumnKana, invent.ColumnSex, invent.ColumnAddress, invent.ColumnFormer), 100,
			anyOf("P0", "P7", "P8", "N6", "N7", "N10", "N11")},
	}
}

// classesOf gives the classes of a key set with what is known of them.
func (k KeySet) classesOf() []invent.ClassInfo {
	var out []invent.ClassInfo
	for _, c := range invent.Classes() {
		if k.classes(c) {
			out = append(out, c)
		}
	}
	return out
}

// also gives the answers that are right besides those that the list tells, because
// package invent thinks of rows that give all particulars.
func (k KeySet) also(c invent.Class) []string {
	switch {
	case c == "N6" && (k.ID == "code+name" || k.ID == "code+birth"):
		return []string{"10"} // a name or a birth alone fits nobody: there is nothing to contradict
	case c == "N10" && k.ID == "kana":
		return []string{"10"} // the file may not hold the reading, and whoever is withheld is on no review list
	case k.ID == "code+birth" && (c == "P0" || c == "P8"):
		return []string{"41"} // an unknown part of a birth confirms no code
	}
	return nil
}

// A Bar is what the rows of a class must reach (spec §3.4).
type Bar struct {
	Measure Measure
	Least   float64 // of the rows that the measure is about
}

// A Measure is what a bar counts.
type Measure uint8

// The measures.
const (
	NoBar         Measure = iota
	RightPerson           // the right person, of the rows that could carry one
	RightOrReview         // the right person or the review list, of the same rows
	NotInFile             // answered 10 or 12, of all rows
	AsExpected            // one of the answers that are right, of all rows
)

// barOf gives the bar of a class. That nobody else's data leaves has no entry
// here: it holds for every row of every class.
func barOf(k KeySet, c invent.ClassInfo) Bar {
	switch {
	case c.Class == "N8":
		return Bar{NotInFile, 0.99}
	case c.Sort != invent.Positive, k.ID == "3-address": // without an address never better than 30
		return Bar{AsExpected, 0.99}
	case k.ID == "kana":
		return Bar{RightOrReview, 0.99} // the file lacks three readings in ten
	case k.ID == "code+birth" && c.Class != "P8":
		return Bar{RightPerson, 0.99} // an unknown part of a birth confirms no code
	}
	switch c.Class {
	case "P0", "P1", "P2":
		return Bar{RightPerson, 0.999}
	case "P4", "P6", "P7", "P15":
		return Bar{RightPerson, 0.99}
	case "P2b", "P5", "P11":
		return Bar{RightOrReview, 0.95}
	case "P3", "P8", "P10", "P12":
		if k.codePercent == 0 { // a code with another name or birth is 40 by step C
			return Bar{RightOrReview, 0.95}
		}
	}
	return Bar{AsExpected, 0.99}
}
