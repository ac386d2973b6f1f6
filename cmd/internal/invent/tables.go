package invent

import (
	_ "embed"
	"errors"
	"slices"
	"strconv"
	"strings"
	"sync"
)

//go:embed tables/surnames.tsv
var surnamesText string

//go:embed tables/given_male.tsv
var givenMaleText string

//go:embed tables/given_female.tsv
var givenFemaleText string

//go:embed tables/popular.tsv
var popularText string

//go:embed tables/kanji.tsv
var kanjiText string

//go:embed tables/slips.tsv
var slipsText string

//go:embed tables/buildings.tsv
var buildingsText string

//go:embed tables/towns_fukuoka.tsv
var fukuokaText string

//go:embed tables/towns_elsewhere.tsv
var elsewhereText string

// errTable says that an embedded table is broken: a mistake of whoever edited it.
var errTable = errors.New("invent: an embedded table is broken")

// written is a name or a part of one with its reading.
type written struct{ kanji, kana string }

// cohort is the popular names of those born up to a year.
type cohort struct {
	until int
	names [3][]written // by 性別, 1 and 2
}

// tail is a reading of the long tail of given names.
type tail struct {
	kana      string
	spellings []string
}

// kanjiPair is two shapes of one kanji.
type kanjiPair struct {
	common, other rune
	permille      int
}

// tables is all that people are made of; read once, never changed.
type tables struct {
	surnames   []written
	surnameSum []int // running total of head-counts
	cohorts    []cohort
	tails      [3][]tail
	otherKana  map[string][]string // kanji of a male name → its readings

	near, far map[rune][]kanjiPair // both ways: each shape to its pairs
	register  map[rune][]kanjiPair // common shape → shapes that a register may have
	selectors map[rune]int         // kanji that stand with a variation selector, of a thousand
	slips     map[rune][]rune

	buildingFirst, buildingLast []string
	fukuoka, elsewhere          district
}

// loadTables reads the tables once for the whole program.
var loadTables = sync.OnceValues(readTables)

func readTables() (*tables, error) {
	t := &tables{}
	return t, errors.Join(t.readSurnames(), t.readGiven(), t.readKanji(), t.readBuildings(),
		t.fukuoka.read(fukuokaText), t.elsewhere.read(elsewhereText))
}

// lines gives the fields of each line that is no comment and has n of them.
func lines(text string, n int) ([][]string, error) {
	var out [][]string
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(f) != n {
			return nil, errTable
		}
		out = append(out, f)
	}
	if len(out) == 0 {
		return nil, errTable
	}
	return out, nil
}

func (t *tables) readSurnames() error {
	rows, err := lines(surnamesText, 3)
	if err != nil {
		return err
	}
	sum := 0
	for _, f := range rows {
		n, err := strconv.Atoi(f[2])
		if err != nil {
			return errTable
		}
		sum += n
		t.surnames = append(t.surnames, written{f[0], f[1]})
		t.surnameSum = append(t.surnameSum, sum)
	}
	return nil
}

func (t *tables) readGiven() error {
	rows, err := lines(popularText, 3)
	if err != nil {
		return err
	}
	t.otherKana = map[string][]string{}
	for i, f := range rows {
		until, err := strconv.Atoi(f[0])
		sex, err2 := strconv.Atoi(f[1])
		if err != nil || err2 != nil || sex != 1+i%2 {
			return errTable
		}
		if sex == 1 {
			t.cohorts = append(t.cohorts, cohort{until: until})
		}
		c := &t.cohorts[len(t.cohorts)-1]
		for name := range strings.SplitSeq(f[2], ",") {
			kanji, kana, ok := strings.Cut(name, ":")
			if !ok {
				return errTable
			}
			c.names[sex] = append(c.names[sex], written{kanji, kana})
		}
	}
	for sex, text := range []string{1: givenMaleText, 2: givenFemaleText} {
		if sex == 0 {
			continue
		}
		rows, err := lines(text, 2)
		if err != nil {
			return err
		}
		for _, f := range rows {
			t.tails[sex] = append(t.tails[sex], tail{f[0], strings.Split(f[1], ",")})
		}
	}
	for _, r := range t.tails[1] {
		for _, s := range r.spellings {
			t.otherKana[s] = append(t.otherKana[s], r.kana)
		}
	}
	return nil
}

func (t *tables) readKanji() error {
	rows, err := lines(kanjiText, 4)
	if err != nil {
		return err
	}
	t.near, t.far, t.register = map[rune][]kanjiPair{}, map[rune][]kanjiPair{}, map[rune][]kanjiPair{}
	t.selectors, t.slips = map[rune]int{}, map[rune][]rune{}
	for _, f := range rows {
		permille, err := strconv.Atoi(f[3])
		a, b := []rune(f[1]), []rune(f[2])
		if err != nil || len(a) != 1 || len(b) != 1 {
			return errTable
		}
		p, back := kanjiPair{a[0], b[0], permille}, kanjiPair{b[0], a[0], permille}
		switch f[0] {
		case "near":
			t.near[a[0]], t.near[b[0]] = append(t.near[a[0]], p), append(t.near[b[0]], back)
		case "far":
			t.far[a[0]], t.far[b[0]] = append(t.far[a[0]], p), append(t.far[b[0]], back)
		case "ivs":
			t.selectors[a[0]] = permille
			continue
		default:
			return errTable
		}
		t.register[a[0]] = append(t.register[a[0]], p)
	}
	slips, err := lines(slipsText, 2)
	if err != nil {
		return err
	}
	for _, f := range slips {
		a, b := []rune(f[0]), []rune(f[1])
		if len(a) != 1 || len(b) != 1 {
			return errTable
		}
		t.slips[a[0]], t.slips[b[0]] = append(t.slips[a[0]], b[0]), append(t.slips[b[0]], a[0])
	}
	return nil
}

func (t *tables) readBuildings() error {
	rows, err := lines(buildingsText, 2)
	if err != nil || len(rows) != 2 {
		return errTable
	}
	t.buildingFirst, t.buildingLast = strings.Split(rows[0][1], ","), strings.Split(rows[1][1], ",")
	return nil
}

// pick finds the entry of a running total in which n falls.
func pick(sum []int, n int) int {
	i, found := slices.BinarySearch(sum, n)
	if found {
		return i + 1
	}
	return i
}
