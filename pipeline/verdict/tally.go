package verdict

import "strings"

// A Tally counts, for each particular (項目), how often each grade led to the person
// meant (項目ごとの判定). It holds counts and nothing of any row, so that it may
// stand in the ledger.
type Tally [ParticularCount][GradeCount]int64

// ParticularCount is how many particulars are compared.
const ParticularCount = 5

// particularNames are the tokens of the particulars, in the order of Tally.
var particularNames = [ParticularCount]string{"name", "kana", "birth", "sex", "address"}

var particularNamesJa = [ParticularCount]string{"氏名", "ふりがな", "生年月日", "性別", "住所"}

// ParticularName gives the word for a line of a Tally; in English it is a token that
// files hold.
func ParticularName(i int, japanese bool) string {
	if japanese {
		return particularNamesJa[i]
	}
	return particularNames[i]
}

// A Brief is the grades of one row alone, without their grounds: what is left of it
// says nothing of a person.
type Brief [ParticularCount]Grade

// Brief gives the grades in the order of a Tally.
func (g *Grades) Brief() Brief {
	return Brief{g.Name.Grade, g.Kana.Grade, g.Birth.Grade, g.Sex.Grade, g.Address.Grade}
}

// Add counts one row whose person is known.
func (t *Tally) Add(b Brief) {
	for i, grade := range b {
		t[i][grade]++
	}
}

// Join adds what was counted of other rows.
func (t *Tally) Join(other Tally) {
	for i := range t {
		for g := range t[i] {
			t[i][g] += other[i][g]
		}
	}
}

// tallyPrefix begins the keys of a Tally among the other counts of an entry.
const tallyPrefix = "grade:"

// Counts writes what was counted under keys like «grade:name:same».
func (t *Tally) Counts() map[string]int64 {
	out := make(map[string]int64)
	for i := range t {
		for g, n := range t[i] {
			if n > 0 {
				out[tallyPrefix+particularNames[i]+":"+Grade(g).String()] = n
			}
		}
	}
	return out
}

// IsTallyKey reports whether a count is one of a Tally.
func IsTallyKey(key string) bool { return strings.HasPrefix(key, tallyPrefix) }

// TallyOf reads what Counts has written; other keys are passed over. ok is false
// where nothing was counted.
func TallyOf(counts map[string]int64) (t Tally, ok bool) {
	for i := range t {
		for g := range t[i] {
			if n, there := counts[tallyPrefix+particularNames[i]+":"+Grade(g).String()]; there {
				t[i][g], ok = n, true
			}
		}
	}
	return t, ok
}
