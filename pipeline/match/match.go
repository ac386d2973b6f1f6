// Package match decides which person each row of a list means (照合).
//
// It folds the row, asks the identity file for everybody who shares a key with
// it, compares the row with each of them and hands the grades to the decision
// table of package verdict. It compares nothing by itself and knows nothing of
// scripts, eras or addresses.
//
// It hides that rows are asked for in bulk: rows are taken in chunks, so that
// memory grows neither with the list nor with the identity file. It promises
// that the answer to a row depends on that row, the identity file and the grant
// alone: not on the chunk, the other rows, or the number of workers. Equal keys
// only make candidates; the particulars themselves are always compared.
package match

import (
	"cmp"
	"context"
	"slices"

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
	Candidates(g authority.Grant, rows []identity.RowKeys) ([]identity.Found, error)
}

// Options say how the work is cut, which changes no answer, and by which tables
// addresses are read.
type Options struct {
	Chunk   int // rows asked for at once; 0 means chunkDefault
	Workers int // goroutines that compare; 0 means 1
	// Tables are the places by which rows are folded; nil for the embedded ones. They
	// MUST be those that the file was opened with.
	Tables *normal.Tables
}

// chunkDefault rows with two or three candidates of half a kilobyte each, and as
// much again while they are compared, are some 200 MB; each chunk passes once over
// the keys that it shares. Measured with 1 M rows against 5 M people on two cores:
// 129 s and 327 MB with 20,000 rows a chunk, 89 s and 767 MB with 100,000.
const chunkDefault = 50_000

// Against makes the stage that answers queries against the file.
func Against(file File, g authority.Grant, o Options) pipeline.Stage[person.Query, verdict.Hit] {
	if o.Chunk <= 0 {
		o.Chunk = chunkDefault
	}
	policy, tables := PolicyOf(g), cmp.Or(o.Tables, normal.EmbeddedTables())
	return func(ctx context.Context, in pipeline.Rows[person.Query]) pipeline.Rows[verdict.Hit] {
		folded := pipeline.EachN(o.Workers, 256, fold(tables))(ctx, in)
		found := lookUp(file, g, o.Chunk, folded)
		return pipeline.EachN(o.Workers, 64, func(row pipeline.Row[candidate]) (verdict.Hit, issue.List) {
			hit, err := decide(row.Value, policy)
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

// asking is a row that is folded, with the keys that it is looked up by.
type asking struct {
	folded *normal.Folded
	asked  verdict.Asked
	keys   []normal.Key
}

// candidate is a row with everybody who shares a key with it.
type candidate struct {
	asking
	found identity.Found
}

// fold makes the step that folds a row by the tables.
func fold(tables *normal.Tables) pipeline.Step[person.Query, asking] {
	return func(row pipeline.Row[person.Query]) (asking, issue.List) {
		return ask(&row.Value, tables.FoldQuery(&row.Value)), nil
	}
}

func ask(q *person.Query, f *normal.Folded) asking {
	name, kana := q.Name.Reveal(), q.Kana.Reveal()
	return asking{
		folded: f,
		keys:   f.Keys(nil),
		asked: verdict.Asked{
			Code:       !q.Code.IsZero(),
			Name:       !q.Name.Empty(),
			Kana:       !q.Kana.Empty(),
			Birth:      q.Birth.Date().Complete(),
			Address:    !q.Address.Empty(),
			Consent:    !q.Consent.Empty(),
			Latin:      normal.Latin(name),
			TwoNames:   readsOtherwise(name, kana),
			Unreadable: normal.HasUnreadable(name) || normal.HasUnreadable(kana),
		},
	}
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

// lookUp takes rows in chunks and asks the file once for each chunk.
func lookUp(file File, g authority.Grant, size int, in pipeline.Rows[asking]) pipeline.Rows[candidate] {
	return func(yield func(pipeline.Row[candidate], error) bool) {
		chunk := make([]pipeline.Row[asking], 0, size)
		flush := func() bool {
			ok := emit(file, g, chunk, yield)
			chunk = chunk[:0]
			return ok
		}
		for row, err := range in {
			if err != nil {
				if flush() {
					yield(pipeline.Row[candidate]{}, err)
				}
				return
			}
			if chunk = append(chunk, row); len(chunk) == size && !flush() {
				return
			}
		}
		flush()
	}
}

func emit(file File, g authority.Grant, chunk []pipeline.Row[asking], yield func(pipeline.Row[candidate], error) bool) bool {
	if len(chunk) == 0 {
		return true
	}
	keys := make([]identity.RowKeys, len(chunk))
	for i, row := range chunk {
		keys[i] = row.Value.keys // nil for a faulty row
	}
	found, err := file.Candidates(g, keys)
	if err != nil {
		yield(pipeline.Row[candidate]{}, err)
		return false
	}
	if err := narrow(file, g, keys, found); err != nil {
		yield(pipeline.Row[candidate]{}, err)
		return false
	}
	for i, row := range chunk {
		out := pipeline.Row[candidate]{No: row.No, Pos: row.Pos, Ref: row.Ref, Issues: row.Issues}
		if len(row.Issues) == 0 {
			out.Value = candidate{row.Value, found[i]}
		}
		if !yield(out, nil) {
			return false
		}
	}
	return true
}

// narrow looks once more for rows with too many candidates, by ever fewer keys:
// the holder of the row's 住民票コード and people under 支援措置 must be seen however
// common the name is. The mark TooMany stays.
func narrow(file File, g authority.Grant, keys []identity.RowKeys, found []identity.Found) error {
	for _, kinds := range [][]normal.KeyKind{{normal.KeyCode, normal.KeyNameBirth, normal.KeyKanaBirth}, {normal.KeyCode}} {
		var at []int
		var fewer []identity.RowKeys
		for i := range found {
			if found[i].TooMany && len(found[i].Candidates) == 0 {
				at, fewer = append(at, i), append(fewer, only(keys[i], kinds))
			}
		}
		if len(at) == 0 {
			return nil
		}
		again, err := file.Candidates(g, fewer)
		if err != nil {
			return err
		}
		for n, i := range at {
			found[i].Candidates = again[n].Candidates
		}
	}
	return nil
}

func only(keys identity.RowKeys, kinds []normal.KeyKind) identity.RowKeys {
	var out identity.RowKeys
	for _, k := range keys {
		if slices.Contains(kinds, k.Kind) {
			out = append(out, k)
		}
	}
	return out
}

// read is one candidate, decoded and folded.
type read struct {
	number   uint32
	versions []*person.Version // current first
	folded   []*normal.Folded
}

func readAll(found []*identity.Candidate) ([]read, error) {
	people := make([]read, len(found))
	for i, c := range found {
		versions, folded, err := c.Read()
		if err != nil {
			return nil, err
		}
		people[i] = read{c.Number, versions, folded}
	}
	return people, nil
}

// decide compares the row with everybody found and applies the table.
func decide(c candidate, policy verdict.Policy) (verdict.Hit, error) {
	found, err := readAll(c.found.Candidates)
	if err != nil {
		return verdict.Hit{}, err
	}
	people := make([]verdict.Considered, len(found))
	for i, p := range found {
		holds, former := holdsCode(c.folded.Code, p.versions)
		people[i] = verdict.Considered{
			Grades:     verdict.Compare(c.folded, p.folded),
			State:      p.versions[0].State,
			Protected:  p.versions[0].Support.Protected(),
			HoldsCode:  holds,
			FormerCode: former,
		}
	}
	hit := verdict.Hit{Decision: verdict.Decide(c.asked, people, c.found.TooMany, policy)}
	if hit.Answer.Provides() {
		hit.Grades, hit.Person = people[hit.Chosen].Grades, found[hit.Chosen].versions[0]
	}
	hit.Looked = worthALook(found, people, hit.Chosen)
	return hit, nil
}

// holdsCode reports whether the person holds the code, now or formerly.
func holdsCode(code person.ResidentCode, versions []*person.Version) (holds, former bool) {
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
// see: those who fit a line of the table, then those who come near, not those who
// merely share a key.
func worthALook(found []read, graded []verdict.Considered, chosen int) []verdict.Looked {
	var fitting, near []verdict.Looked
	for i, c := range graded {
		l := verdict.Looked{Number: found[i].number, Grades: c.Grades, Protected: c.Protected, HoldsCode: c.HoldsCode}
		g := c.Grades
		switch l.Fits = c.HoldsCode || verdict.FitsSomeLine(g); {
		case i == chosen:
			fitting = append([]verdict.Looked{l}, fitting...)
		case l.Fits:
			fitting = append(fitting, l)
		case g.Name.Grade != verdict.Differs || g.Name.Near != verdict.NotNear || g.Birth.Grade != verdict.Differs:
			near = append(near, l)
		}
	}
	most := lookedMost
	if chosen >= 0 {
		most++
	}
	looked := append(fitting, near...)
	return looked[:min(len(looked), most)]
}
