package score

import (
	"context"
	"errors"
	"os"
	"slices"
	"time"

	"baitai/cmd/internal/invent"
	"baitai/formats/charset"
	"baitai/pipeline/person"
)

// Options say what is measured.
type Options struct {
	Seed         Seed
	People       int // in the identity file
	RowsPerClass int // of each class in each key set
	// Portion is how many rows are made and answered at once; 0 for 100,000. It
	// bounds memory and changes the rows, because each portion has a seed.
	Portion     int
	Workers     int
	NoBaselines bool
	// Keys and Classes are the key sets and classes to measure; empty for all.
	Keys     []string
	Classes  []string
	Examples int    // kept of each kind of cell of the table
	Dir      string // an empty folder for the site; what is in it may be lost
	Now      func() time.Time
	// Progress is told what is being done, of how much; nil for nobody.
	Progress func(act string, done, all int64)
}

const portionDefault = 100_000

// asOf is the day on which the invented files are as they are.
func asOf() time.Time { return time.Date(2026, 10, 1, 0, 0, 0, 0, time.FixedZone("JST", 9*3600)) }

func utf8CSV() invent.Format {
	return invent.Format{Kind: invent.CSV, Charset: charset.UTF8, Newline: "\r\n"}
}

func parseCode(s string) (person.ResidentCode, bool) {
	c, err := person.ParseResidentCode(s)
	return c, err == nil
}

// keySets are those that are asked for.
func (o *Options) keySets() []KeySet {
	return slices.DeleteFunc(KeySets(), func(k KeySet) bool { return len(o.Keys) > 0 && !slices.Contains(o.Keys, k.ID) })
}

func (o *Options) classesOf(k KeySet) []invent.ClassInfo {
	return slices.DeleteFunc(k.classesOf(), func(c invent.ClassInfo) bool {
		return len(o.Classes) > 0 && !slices.Contains(o.Classes, string(c.Class))
	})
}

// cells is how many cells the table will have.
func (o *Options) cells() (n int) {
	for _, k := range o.keySets() {
		n += len(o.classesOf(k))
	}
	return n
}

// ErrOptions says that nothing can be measured with these options.
var ErrOptions = errors.New("score: people and rows must be 1 or more, and some class of some key set be left to measure")

// Run measures. The same options give the same counts.
func Run(ctx context.Context, o Options) (*Report, error) {
	if o.People < 1 || o.RowsPerClass < 1 || o.Portion < 0 || o.cells() == 0 {
		return nil, ErrOptions
	}
	if o.Portion == 0 {
		o.Portion = portionDefault
	}
	if o.Progress == nil {
		o.Progress = func(string, int64, int64) {}
	}
	w, err := invent.New(invent.Options{Seed: o.Seed.number, People: o.People, AsOf: asOf()})
	if err != nil {
		return nil, err
	}
	r := &run{o: o, world: w, report: newReport(o)}
	if !o.NoBaselines {
		if r.weights, err = estimate(asOf()); err != nil {
			return nil, err
		}
	}
	return r.report, r.measure(ctx)
}

// run is one measurement.
type run struct {
	o       Options
	world   *invent.World
	site    *site
	weights *weights
	report  *Report
	done    int64
	portion uint64 // number of the list, and part of its seed
}

func (r *run) measure(ctx context.Context) (err error) {
	started := r.o.Now()
	r.o.Progress("load", 0, int64(r.o.People))
	if r.site, err = openSite(ctx, r.o.Dir, r.world, r.o.Workers, r.o.Now); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, r.site.close(), os.RemoveAll(r.o.Dir)) }()
	r.report.LoadTook = r.o.Now().Sub(started)
	for _, k := range r.o.keySets() {
		if err := r.keySet(ctx, k); err != nil {
			return err
		}
	}
	r.report.Took = r.o.Now().Sub(started)
	return r.name(ctx)
}

// keySet measures every class of one key set, a portion at a time.
func (r *run) keySet(ctx context.Context, k KeySet) error {
	classes := r.o.classesOf(k)
	if len(classes) == 0 {
		return nil
	}
	mix := invent.Mix{}
	for _, c := range classes {
		mix[c.Class] = 1
	}
	step := max(1, r.o.Portion/len(classes))
	for done := 0; done < r.o.RowsPerClass; done += step {
		r.portion++
		list, err := r.world.List(invent.ListSpec{Seed: r.o.Seed.number + r.portion<<32, Rows: len(classes) * min(step, r.o.RowsPerClass-done),
			Mix: mix, CodePercent: k.codePercent, Format: utf8CSV(), Columns: k.columns})
		if err != nil {
			return err
		}
		if err := r.list(ctx, k, list); err != nil {
			return err
		}
	}
	return ctx.Err()
}

func (r *run) list(ctx context.Context, k KeySet, list *invent.List) error {
	started := r.o.Now()
	replies, err := r.site.answer(ctx, list)
	if err != nil {
		return err
	}
	r.report.MatchTook += r.o.Now().Sub(started)
	r.report.Missed += list.Missed
	for i := range list.Entries {
		truth := &list.Entries[i].Truth
		truth.Accept = append(truth.Accept, k.also(truth.Class)...)
		r.report.product(k, &list.Entries[i], replies[i])
	}
	if r.weights != nil {
		j := newJoin(list, r.weights, r.world.Len())
		if err := j.run(ctx, r.world, r.o.Workers); err != nil {
			return err
		}
		for b := range int(baselines) {
			for i, reply := range j.replies(b) {
				r.report.baseline(k, b, &list.Entries[i], reply)
			}
		}
	}
	r.done += int64(len(list.Entries))
	r.o.Progress("match", r.done, r.report.planned())
	return nil
}

// name finds out who was meant and who was given out in the examples: one pass
// over the world.
func (r *run) name(ctx context.Context) error {
	var examples []*Example
	for _, c := range r.report.Cells {
		for i := range c.WrongRows {
			examples = append(examples, &c.WrongRows[i])
		}
		for i := range c.OtherRows {
			examples = append(examples, &c.OtherRows[i])
		}
	}
	if len(examples) == 0 {
		return nil
	}
	for p := range r.world.People() {
		if err := ctx.Err(); err != nil {
			return err
		}
		code, _ := parseCode(p.Current().Code)
		for _, e := range examples {
			if e.Truth.Code == p.Current().Code {
				e.Meant = p
			}
			if !e.got.IsZero() && e.got.Equal(code) {
				e.Given = p
			}
		}
	}
	return nil
}
