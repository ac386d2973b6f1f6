package score

import (
	"math"
	"strings"
	"time"

	"baitai/cmd/internal/invent"
)

// The fields that Fellegi and Sunter compare, and how far each may agree.
const (
	fieldCode = iota
	fieldName
	fieldKana
	fieldBirth
	fieldSex
	fieldAddress
	fieldCount
)

const (
	absent = iota // on either side: no evidence
	equal         // byte for byte
	alike         // after folding
	near          // one part of a date, the beginning of a name or an address
	differs
	agreements
)

// weights are log2(m/u) of each agreement of each field: m how often it is seen
// where row and person belong together, u where they do not (Fellegi, Sunter, «A
// theory for record linkage», JASA 64, 1969).
type weights [fieldCount][agreements]float64

func (w *weights) score(q, v *[levels]particulars) float64 {
	sum := 0.0
	for f, a := range compareFields(q, v) {
		sum += w[f][a]
	}
	return sum
}

// threshold asks for a posterior of 95 % where the prior is one in so many people.
func threshold(people int) float64 {
	return math.Log2(0.95/0.05) + math.Log2(math.Max(1, float64(people-1)))
}

func compareFields(q, v *[levels]particulars) [fieldCount]int {
	var out [fieldCount]int
	for f, get := range [fieldCount]func(p *particulars) string{
		func(p *particulars) string { return p.code }, func(p *particulars) string { return p.name },
		func(p *particulars) string { return p.kana }, func(p *particulars) string { return p.birth },
		func(p *particulars) string { return p.sex }, func(p *particulars) string { return p.address },
	} {
		a, b := get(&q[foldedAll]), get(&v[foldedAll])
		switch {
		case a == "" || b == "":
			out[f] = absent
		case get(&q[raw]) == get(&v[raw]):
			out[f] = equal
		case a == b:
			out[f] = alike
		case nearly(f, a, b):
			out[f] = near
		default:
			out[f] = differs
		}
	}
	return out
}

// nearly is the weakest evidence for two values that differ.
func nearly(field int, a, b string) bool {
	switch field {
	case fieldBirth:
		if len(a) != 8 || len(b) != 8 {
			return false
		}
		same := 0
		for _, part := range [][2]int{{0, 4}, {4, 6}, {6, 8}} {
			if a[part[0]:part[1]] == b[part[0]:part[1]] {
				same++
			}
		}
		return same == 2
	case fieldName:
		x, y := []rune(a), []rune(b)
		return len(x) > 2 && len(y) > 2 && x[0] == y[0] && x[1] == y[1]
	case fieldAddress:
		i := strings.IndexAny(a, "0123456789")
		return i > 0 && strings.HasPrefix(b, a[:i])
	}
	return false
}

// tunePeople and tuneRows are enough for each weight to rest on hundreds of rows.
const (
	tunePeople = 10_000
	tuneRows   = 10_000
)

// estimate counts m and u on the tune seed: m on rows and those whom they mean,
// u on rows and people by chance.
func estimate(asOf time.Time) (*weights, error) {
	seed, err := ParseSeed("tune")
	if err != nil {
		return nil, err
	}
	w, err := invent.New(invent.Options{Seed: seed.number, People: tunePeople, AsOf: asOf})
	if err != nil {
		return nil, err
	}
	mix, _ := invent.NamedMix("default")
	list, err := w.List(invent.ListSpec{Seed: seed.number, Rows: tuneRows, Mix: mix, CodePercent: 30, Format: utf8CSV()})
	if err != nil {
		return nil, err
	}
	byCode := make(map[string]*invent.Person, w.Len())
	people := make([]*invent.Person, 0, w.Len())
	for p := range w.People() {
		byCode[p.Current().Code] = p
		people = append(people, p)
	}
	var m, u [fieldCount][agreements]float64
	for i := range list.Entries {
		q := levelsOf(ofRow(&list.Entries[i].Row))
		if p := byCode[list.Entries[i].Truth.Code]; p != nil {
			count(&m, &q, p)
		}
		count(&u, &q, people[(i*7919+1)%len(people)])
	}
	return ratios(&m, &u), nil
}

// count adds how the row agrees with the version of the person that fits it best.
func count(n *[fieldCount][agreements]float64, q *[levels]particulars, p *invent.Person) {
	var top [fieldCount]int
	most := -1
	for i := range p.Versions {
		v := levelsOf(ofVersion(&p.Versions[i]))
		got, same := compareFields(q, &v), 0
		for _, a := range got {
			if a == equal || a == alike {
				same++
			}
		}
		if same > most {
			most, top = same, got
		}
	}
	for f, a := range top {
		n[f][a]++
	}
}

// ratios turns counts into weights; half a row is added to each so that nothing
// is impossible.
func ratios(m, u *[fieldCount][agreements]float64) *weights {
	var w weights
	for f := range w {
		var sumM, sumU float64
		for a := equal; a < agreements; a++ {
			sumM, sumU = sumM+m[f][a]+0.5, sumU+u[f][a]+0.5
		}
		for a := equal; a < agreements; a++ {
			w[f][a] = math.Log2((m[f][a] + 0.5) / sumM * sumU / (u[f][a] + 0.5))
		}
	}
	return &w
}
