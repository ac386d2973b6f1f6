// Package match decides which person each row of a list means (照合).
//
// It folds the row, asks the identity file for everybody who shares a key with
// it, compares the row with each of them and hands the grades to the decision
// table of package verdict. It compares nothing by itself and knows nothing of
// scripts, eras or addresses.
//
// It hides that rows are asked for in bulk: rows wait, folded and packed, until a
// chunk of them is asked at once (chunk.go), so that memory grows with the chunk
// and neither with the list nor with the identity file. It promises
// that the answer to a row depends on that row, the identity file and the grant
// alone: not on the chunk, the other rows, or the number of workers. Equal keys
// only make candidates; the particulars themselves are always compared.
package match

import (
	"cmp"
	"context"
	"slices"
	"sync"

	"baitai/pipeline"
	"baitai/pipeline/authority"
	"baitai/pipeline/identity"
	"baitai/pipeline/issue"
	"baitai/pipeline/normal"
	"baitai/pipeline/person"
	"baitai/pipeline/verdict"
)

// A File is what match asks of the identity file (附票本人確認情報ファイル): for each
// row, given by its keys, everybody who shares one of them.
type File interface {
	Gather(g authority.Grant, a *identity.Asks) (Found, error)
}

// Found is everybody whom a chunk of rows found, by row.
type Found interface {
	// Of appends the candidates of a row to dst.
	Of(row int, dst []identity.Candidate) []identity.Candidate
	// TooMany reports a row with more candidates than it may have: then it has none.
	TooMany(row int) bool
}

// In makes a File of an identity file.
func In(f *identity.File) File { return inFile{f} }

type inFile struct{ *identity.File }

func (f inFile) Gather(g authority.Grant, a *identity.Asks) (Found, error) {
	return f.File.Gather(g, a)
}

// Options say how the work is cut, which changes no answer, and by which tables
// addresses are read.
type Options struct {
	Chunk   int // rows asked for at once; 0 means chunkDefault
	Workers int // goroutines that fold and compare; 0 means 1
	// Tables are the places by which rows are folded; nil for the embedded ones. They
	// MUST be those that the file was opened with.
	Tables *normal.Tables
}

// chunkDefault rows take some 600 MB while they are compared: each is kept folded
// and packed (0.25 kB) until its candidates (0.2 kB each) are there. Each chunk
// passes once over the keys that it shares and over the people, so that fewer and
// larger chunks are faster.
const chunkDefault = 1_000_000

// Against makes the stage that answers queries against the file.
func Against(file File, g authority.Grant, o Options) pipeline.Stage[person.Query, verdict.Hit] {
	if o.Chunk <= 0 {
		o.Chunk = chunkDefault
	}
	policy, tables := PolicyOf(g), cmp.Or(o.Tables, normal.EmbeddedTables())
	return func(ctx context.Context, in pipeline.Rows[person.Query]) pipeline.Rows[verdict.Hit] {
		folded := pipeline.EachN(o.Workers, 256, fold(tables))(ctx, in)
		found := lookUp(file, g, o.Chunk, folded)
		memory := sync.Pool{New: func() any { return new(normal.Unfolder) }}
		return pipeline.EachN(o.Workers, 256, func(row pipeline.Row[candidate]) (verdict.Hit, issue.List) {
			u := memory.Get().(*normal.Unfolder)
			defer memory.Put(u)
			hit, err := decide(row.Value, policy, u)
			u.Reset()
			if err != nil { // a record that does not decode: no answer may rest on the others
				return verdict.Hit{}, issue.List{issue.New(issue.RowFault, row.Pos).Because(err)}
			}
			return hit, nil
		})(ctx, found)
	}
}

// PolicyOf says in the words of the decision table what the grant permits.
func PolicyOf(g authority.Grant) verdict.Policy {
	return verdict.Policy{
		CoversPresent:  g.Covers(person.Present),
		CoversAbroad:   g.Covers(person.Abroad),
		CoversRemoved:  g.Covers(person.Removed),
		IgnoresSupport: g.IgnoresSupport(),
		NeedsConsent:   g.NeedsConsent(),
	}
}

// fold makes the step that brings a row to the form in which it is compared, and
// packs it.
func fold(tables *normal.Tables) pipeline.Step[person.Query, packed] {
	return func(row pipeline.Row[person.Query]) (packed, issue.List) { return pack(ask(tables, &row.Value)), nil }
}

func ask(tables *normal.Tables, q *person.Query) asking {
	name, kana := q.Name.Reveal(), q.Kana.Reveal()
	return asking{tables.FoldQuery(q), verdict.Asked{
		Code:       !q.Code.IsZero(),
		Name:       !q.Name.Empty(),
		Kana:       !q.Kana.Empty(),
		Birth:      q.Birth.Date().Complete(),
		Address:    !q.Address.Empty(),
		Consent:    !q.Consent.Empty(),
		Latin:      normal.Latin(name),
		TwoNames:   readsOtherwise(name, kana),
		Unreadable: normal.HasUnreadable(name) || normal.HasUnreadable(kana),
	}}
}

// readsOtherwise finds a row whose 氏名 is written in kana and whose ふりがな is
// another name: compared by ふりがな alone it could be answered with a person whom
// its 氏名 does not mean.
func readsOtherwise(name, kana string) bool {
	if kana == "" || !normal.KanaOnly(name) {
		return false
	}
	a, b := normal.FoldKana(name), normal.FoldKana(kana)
	return a != nil && b != nil && !a.Loose(b)
}

// decide compares the row with everybody found and applies the table. It unpacks into
// the memory of u; nothing of what it returns lies there.
func decide(c candidate, policy verdict.Policy, u *normal.Unfolder) (verdict.Hit, error) {
	row, err := c.chunk.asking(c.row, u)
	if err != nil {
		return verdict.Hit{}, err
	}
	var buf [4]identity.Candidate
	found, tooMany := c.chunk.candidates(c.row, buf[:0])
	people := make([]verdict.Considered, len(found))
	known := make([]identity.Known, len(found))
	for i, p := range found {
		if known[i], err = p.Read(u); err != nil {
			return verdict.Hit{}, err
		}
		people[i] = consider(row.folded, known[i].Folded)
	}
	hit := verdict.Hit{Decision: verdict.Decide(row.asked, people, tooMany, policy)}
	if hit.Answer.Provides() {
		hit.Grades = people[hit.Chosen].Grades
		if hit.Person, err = known[hit.Chosen].Current(); err != nil {
			return verdict.Hit{}, err
		}
	}
	hit.Looked = worthALook(known, people, hit.Chosen)
	return hit, nil
}

// consider compares a row with the versions of one person.
func consider(row *normal.Folded, versions []*normal.Folded) verdict.Considered {
	holds, former := holdsCode(row.Code, versions)
	return verdict.Considered{
		Grades:     verdict.Compare(row, versions),
		State:      versions[0].State,
		Protected:  versions[0].Support.Protected(),
		HoldsCode:  holds,
		FormerCode: former,
	}
}

// holdsCode reports whether the person holds the code, now or formerly.
func holdsCode(code person.ResidentCode, versions []*normal.Folded) (holds, former bool) {
	if code.IsZero() {
		return false, false
	}
	for i, v := range versions {
		if v.Code.Equal(code) || v.OldCode.Equal(code) {
			return true, i > 0 || !v.Code.Equal(code)
		}
	}
	return false, false
}

// lookedMost bounds what the prefecture's own copy keeps of one row, beside the
// person who is meant.
const lookedMost = 20

// worthALook keeps the people whom somebody who looks at the row would want to
// see: the one who is meant, those who fit a line of the table, then those who come
// near, not those who merely share a key. They are in the order of their codes, so
// that it does not matter how the identity file numbers people.
func worthALook(known []identity.Known, graded []verdict.Considered, chosen int) []verdict.Looked {
	looked := make([]verdict.Looked, 0, len(graded))
	look := func(i int, fits bool) verdict.Looked {
		c := &graded[i]
		return verdict.Looked{Code: known[i].Folded[0].Code, Grades: c.Grades, Protected: c.Protected, HoldsCode: c.HoldsCode, Fits: fits}
	}
	most := lookedMost
	if chosen >= 0 {
		most++
		looked = append(looked, look(chosen, true))
	}
	from := len(looked)
	var near []verdict.Looked
	for i := range graded {
		c := &graded[i]
		switch {
		case i == chosen:
		case c.HoldsCode || verdict.FitsSomeLine(&c.Grades):
			looked = append(looked, look(i, true))
		case c.Grades.Name.Grade != verdict.Differs || c.Grades.Name.Near != verdict.NotNear || c.Grades.Birth.Grade != verdict.Differs:
			near = append(near, look(i, false))
		}
	}
	byCode := func(a, b verdict.Looked) int { return cmp.Compare(a.Code.Reveal(), b.Code.Reveal()) }
	slices.SortFunc(looked[from:], byCode)
	slices.SortFunc(near, byCode)
	looked = append(looked, near...)
	return looked[:min(len(looked), most)]
}
