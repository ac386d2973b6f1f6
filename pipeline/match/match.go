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
	// Touch reads what it has for rows up to end, which are about to be asked for.
	Touch(row, end int) byte
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

// chunkDefault rows take some 500 MB while they are compared: each is kept folded
// and packed (0.25 kB) until its candidates (0.1 kB each) are there. Each chunk
// passes once over the keys that it shares and over the people, so that fewer and
// larger chunks are faster.
const chunkDefault = 1_000_000

// Candidates is a row with everybody whom it may mean. It holds nothing of them, but
// where they are.
type Candidates struct {
	bundle *bundle
	row    int
}

// LookUp finds the candidates of queries, batch by batch.
func LookUp(file File, g authority.Grant, o Options) func(context.Context, pipeline.Batches[person.Query]) pipeline.Batches[Candidates] {
	if o.Chunk <= 0 {
		o.Chunk = chunkDefault
	}
	tables := cmp.Or(o.Tables, normal.EmbeddedTables())
	asking := pipeline.FillN(o.Workers, func() func(pipeline.Batch[person.Query], *packed) {
		p := &packer{tables: tables}
		return p.pack
	})
	return func(ctx context.Context, in pipeline.Batches[person.Query]) pipeline.Batches[Candidates] {
		return lookUp(file, g, o.Chunk, asking(ctx, in))
	}
}

// Against makes the stage that answers queries against the file: LookUp, and a
// decider for each row, so that answers may be kept. Whoever uses up each row before
// the next one is better served by these two.
func Against(file File, g authority.Grant, o Options) pipeline.Stage[person.Query, verdict.Hit] {
	return func(ctx context.Context, in pipeline.Rows[person.Query]) pipeline.Rows[verdict.Hit] {
		n := pipeline.BatchRows
		if o.Chunk > 0 {
			n = min(n, o.Chunk)
		}
		found := pipeline.InRows(LookUp(file, g, o)(ctx, pipeline.Batched(n, in)))
		return pipeline.EachN(o.Workers, pipeline.BatchRows, func(row pipeline.Row[Candidates]) (verdict.Hit, issue.List) {
			hit := NewDecider(g).Decide(&row)
			return hit.Value, hit.Issues
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

func ask(tables *normal.Tables, q *person.Query, w *normal.Workspace) asking {
	name, kana := q.Name.Reveal(), q.Kana.Reveal()
	f := w.FoldQuery(tables, q)
	usual := f.Name != nil && f.Name.Usual()
	return asking{f, verdict.Asked{
		Code:       !q.Code.IsZero(),
		Name:       !q.Name.Empty(),
		Kana:       !q.Kana.Empty(),
		Birth:      q.Birth.Date().Complete(),
		Address:    !q.Address.Empty(),
		Consent:    !q.Consent.Empty(),
		Latin:      !usual && normal.Latin(name),
		TwoNames:   readsOtherwise(name, kana),
		Unreadable: !usual && normal.HasUnreadable(name) || normal.HasUnreadable(kana),
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
