package score

import (
	"context"
	"hash/maphash"
	"iter"

	"baitai/cmd/internal/invent"
	"baitai/pipeline"
	"baitai/pipeline/issue"
)

// A Baseline is a simple way to join a list with the file, to compare with.
type Baseline struct{ ID, Japanese, English string }

// The baselines, by number.
const (
	bytesEqual = iota
	nfkcTrim
	firstHit
	topScore
	baselines
)

// Baselines lists them: what is given must equal byte for byte; the same after
// NFKC and trimming; everything is folded and the first hit wins; the top score
// of Fellegi and Sunter (1969) above its threshold wins.
func Baselines() [baselines]Baseline {
	return [baselines]Baseline{
		{"bytes", "バイト一致", "byte-equal"},
		{"nfkc", "NFKC+前後空白除去", "NFKC and trim"},
		{"first", "全て寄せて最初の一人", "fold everything, first hit"},
		{"fs", "Fellegi–Sunter 最高点", "Fellegi–Sunter, top score"},
	}
}

// Folding levels of the baselines.
const (
	raw = iota
	trimmed
	foldedAll
	levels
)

func levelsOf(p particulars) [levels]particulars {
	return [levels]particulars{p, p.each(compatible), p.folded()}
}

// join answers the rows of one portion by every baseline in one pass over the
// world: the portion is in memory, the world streams by.
type join struct {
	seed    maphash.Seed
	weights *weights
	floor   float64 // the least score of topScore
	rows    [][levels]particulars
	index   [levels]map[uint64][]int32
	best    [baselines][]best
}

// best is the best person so far for one row; tie says that another is as good.
type best struct {
	score float64
	code  string
	tie   bool
}

func newJoin(list *invent.List, w *weights, people int) *join {
	j := &join{seed: maphash.MakeSeed(), weights: w, floor: threshold(people)}
	for l := range j.index {
		j.index[l] = make(map[uint64][]int32)
	}
	for b := range j.best {
		j.best[b] = make([]best, len(list.Entries))
	}
	for i := range list.Entries {
		row := levelsOf(ofRow(&list.Entries[i].Row))
		j.rows = append(j.rows, row)
		for l := range row {
			for _, k := range j.keys(row[l]) {
				if k != 0 {
					j.index[l][k] = append(j.index[l][k], int32(i))
				}
			}
		}
	}
	return j
}

// keys are those of blocking: code, name+birth, reading+birth, name+address; 0
// where a part is missing.
func (j *join) keys(p particulars) [4]uint64 {
	return [4]uint64{j.key(1, p.code, "-"), j.key(2, p.name, p.birth), j.key(3, p.kana, p.birth), j.key(4, p.name, p.address)}
}

func (j *join) key(kind byte, a, b string) uint64 {
	if a == "" || b == "" {
		return 0
	}
	var h maphash.Hash
	h.SetSeed(j.seed)
	h.WriteByte(kind)
	h.WriteString(a)
	h.WriteByte(0)
	h.WriteString(b)
	return h.Sum64() | 1
}

// claim is a person's claim to a row.
type claim struct {
	row      int32
	baseline uint8
	score    float64
	code     string
}

// run lets the world pass. Blocks are compared on all cores; claims are weighed
// in the order of the people, because the first hit is to be the first.
func (j *join) run(ctx context.Context, w *invent.World, workers int) error {
	blocks := func(yield func(pipeline.Row[int], error) bool) {
		for b := range w.Blocks() {
			if !yield(pipeline.Row[int]{No: int64(b + 1), Value: b}, nil) {
				return
			}
		}
	}
	compare := func(r pipeline.Row[int]) ([]claim, issue.List) {
		var out []claim
		for _, p := range w.Block(r.Value) {
			out = j.claims(out, p)
		}
		return out, nil
	}
	var claims iter.Seq2[pipeline.Row[[]claim], error] = pipeline.EachN(workers, 1, compare)(ctx, blocks)
	for row, err := range claims {
		if err != nil {
			return err
		}
		for _, c := range row.Value {
			b := &j.best[c.baseline][c.row]
			switch {
			case b.code == "" || c.score > b.score:
				*b = best{score: c.score, code: c.code}
			case c.score == b.score && c.code != b.code:
				b.tie = true
			}
		}
	}
	return nil
}

func (j *join) claims(out []claim, p *invent.Person) []claim {
	now := p.Current().Code
	for i := range p.Versions {
		v := levelsOf(ofVersion(&p.Versions[i]))
		for l := range v {
			for n, k := range j.keys(v[l]) {
				if k == 0 {
					continue
				}
				for _, row := range j.index[l][k] {
					out = j.claim(out, l, n, row, v, now)
				}
			}
		}
	}
	return out
}

// claim holds one version against one row that shares key n at level l.
func (j *join) claim(out []claim, l, n int, row int32, v [levels]particulars, code string) []claim {
	q := &j.rows[row]
	if l != foldedAll {
		if agrees(q[l], v[l]) {
			out = append(out, claim{row, uint8(bytesEqual + l), 1, code})
		}
		return out
	}
	rungs := [4]float64{4, 3, 2, 1}
	out = append(out, claim{row, firstHit, rungs[n], code})
	if s := j.weights.score(q, &v); s >= j.floor {
		out = append(out, claim{row, topScore, s, code})
	}
	return out
}

// agrees reports whether all that both sides hold is the same.
func agrees(q, v particulars) bool {
	same := func(a, b string) bool { return a == "" || b == "" || a == b }
	return same(q.code, v.code) && same(q.name, v.name) && same(q.kana, v.kana) && same(q.birth, v.birth) &&
		same(q.sex, v.sex) && same(q.address, v.address)
}

// replies gives what a baseline answers. The two that compare give nobody where
// several fit; the two that choose, choose.
func (j *join) replies(baseline int) []reply {
	out := make([]reply, len(j.rows))
	for i, b := range j.best[baseline] {
		switch {
		case b.code == "":
			out[i] = reply{answer: "10"}
		case b.tie && baseline <= nfkcTrim:
			out[i] = reply{answer: "20"}
		default:
			out[i] = reply{answer: "00", code: b.code}
		}
	}
	return out
}
