package match

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"baitai/pipeline"
	"baitai/pipeline/authority"
	"baitai/pipeline/authority/authoritytest"
	"baitai/pipeline/identity"
	"baitai/pipeline/issue"
	"baitai/pipeline/normal"
	"baitai/pipeline/person"
	"baitai/pipeline/verdict"

	"pgregory.net/rapid"
)

func TestChunksWorkersOrderAndCutsChangeNoAnswer(t *testing.T) {
	file, g := small(t), usual(t)
	rows := list(t, scenario+"even.csv")
	want := map[string]string{}
	for _, r := range run(t, file, g, Options{}, rows) {
		want[r.Ref.Reveal()] = told(r)
	}
	rapid.Check(t, func(rt *rapid.T) {
		shuffled := slices.Clone(rows)
		rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "seed"), 0)).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		cut := shuffled[:rapid.IntRange(1, len(shuffled)).Draw(rt, "rows")]
		o := Options{Chunk: rapid.IntRange(1, len(cut)+1).Draw(rt, "chunk"), Workers: rapid.SampledFrom([]int{0, 1, 2, 4}).Draw(rt, "workers")}
		for _, r := range run(t, file, g, o, renumbered(cut)) {
			if got := told(r); got != want[r.Ref.Reveal()] {
				rt.Fatalf("%+v: got %s, want %s", o, got, want[r.Ref.Reveal()])
			}
		}
	})
}

func TestRowsAreAskedForInChunks(t *testing.T) {
	file := &counting{File: small(t)}
	rows := list(t, scenario+"even.csv")[:10]
	run(t, file, usual(t), Options{Chunk: 4}, rows)
	if !slices.Equal(file.asked, []int{4, 4, 2}) {
		t.Errorf("asked for %v", file.asked)
	}
}

func TestPeopleWhoShareNothingChangeNoAnswer(t *testing.T) {
	all, g := small(t), usual(t)
	rows := list(t, scenario+"even.csv")
	asked := map[normal.Key]bool{}
	for _, r := range rows {
		if len(r.Issues) == 0 {
			for _, k := range normal.FoldQuery(&r.Value).Keys(nil) {
				asked[k] = true
			}
		}
	}
	near := map[string]bool{}
	for n := range uint32(all.Summary().People) {
		c, err := all.ByNumber(g, n)
		if err != nil {
			t.Fatal(err)
		}
		versions, err := c.Versions()
		if err != nil {
			t.Fatal(err)
		}
		known, err := c.Read(new(normal.Workspace))
		if err != nil {
			t.Fatal(err)
		}
		for _, k := range normal.PersonKeys(nil, known.Folded...) {
			if asked[k] {
				for _, v := range versions {
					near[v.Code.Reveal()] = true
				}
			}
		}
	}
	if len(near) == 0 || int64(len(near)) >= all.Summary().Versions {
		t.Fatalf("%d people share a key", len(near))
	}
	extract := extractLines(t)
	few := build(t, scenario+"people.csv", func(line int) bool { return near[extract[line]] })
	if few.Summary().People >= all.Summary().People {
		t.Fatal("nobody was left out")
	}
	a, b := run(t, all, g, Options{}, rows), run(t, few, g, Options{}, rows)
	for i := range a {
		if told(a[i]) != told(b[i]) {
			t.Errorf("with everybody %s, with the few %s", told(a[i]), told(b[i]))
		}
	}
}

func TestARowDoesNotDependOnRowsThatMeanNobody(t *testing.T) {
	file, g := small(t), usual(t)
	rows := list(t, scenario+"even.csv")
	hopeless := pipeline.Row[person.Query]{Ref: person.NewText("x"), Value: person.Query{Name: person.NewText("無関係　太郎"), Address: person.NewText("北海道札幌市中央区1-1")}}
	faulty := pipeline.Row[person.Query]{Ref: person.NewText("y"), Issues: issue.List{issue.New(issue.BadBirth, issue.Pos{Row: 3, Column: 2})}}
	var mixed []pipeline.Row[person.Query]
	for _, r := range rows {
		mixed = append(mixed, hopeless, r, faulty)
	}
	want, got := run(t, file, g, Options{}, rows), run(t, file, g, Options{Chunk: 7, Workers: 2}, renumbered(mixed))
	for i := range want {
		if told(got[3*i+1]) != told(want[i]) {
			t.Errorf("alone %s, in company %s", told(want[i]), told(got[3*i+1]))
		}
		if h := got[3*i]; h.Value.Answer != verdict.NotFound {
			t.Errorf("the hopeless row: %s", told(h))
		}
		if f := got[3*i+2]; len(f.Issues) != 1 || f.Issues[0].Code != issue.BadBirth || f.Value.Answer != "" || f.Value.Looked != nil {
			t.Errorf("a faulty row was looked at: %s", told(f))
		}
	}
}

func TestAFaultOfTheFileEndsTheStream(t *testing.T) {
	rows := list(t, scenario+"even.csv")
	for _, workers := range []int{1, 2} {
		file := &counting{File: small(t), fail: 3}
		n := 0
		var last error
		for _, err := range Against(file, usual(t), Options{Chunk: 5, Workers: workers})(context.Background(), stream(nil, rows...)) {
			if last != nil {
				t.Fatal("the stream goes on after an error")
			}
			if last = err; err == nil {
				n++
			}
		}
		if n != 10 || !errors.Is(last, errFile) || len(file.asked) != 3 {
			t.Errorf("workers %d: %d rows, then %v; asked %v", workers, n, last, file.asked)
		}
	}
}

func TestAFaultOfTheListComesAfterTheRowsBeforeIt(t *testing.T) {
	rows := list(t, scenario+"even.csv")[:7]
	broken := errors.New("the list cannot be read")
	for _, workers := range []int{1, 4} {
		n := 0
		var last error
		for _, err := range Against(small(t), usual(t), Options{Chunk: 5, Workers: workers})(context.Background(), stream(broken, rows...)) {
			if last = err; err == nil {
				n++
			}
		}
		if n != 7 || !errors.Is(last, broken) {
			t.Errorf("workers %d: %d rows, then %v", workers, n, last)
		}
	}
}

func TestWithoutAGrantNobodyIsAsked(t *testing.T) {
	rows := list(t, scenario+"even.csv")[:3]
	n := 0
	for _, err := range Against(small(t), authority.Grant{}, Options{})(context.Background(), stream(nil, rows...)) {
		n++
		if err == nil {
			t.Error("a row was answered without a grant")
		}
	}
	if n != 1 {
		t.Errorf("%d times", n)
	}
}

func TestACandidateThatCannotBeReadFailsItsRowAlone(t *testing.T) {
	clean := small(t)
	rows := list(t, scenario+"even.csv")
	want := run(t, clean, usual(t), Options{}, rows)
	file := &counting{File: clean, spoil: func(row int) bool { return row%10 == 3 }}
	for i, r := range run(t, file, usual(t), Options{Chunk: 17, Workers: 2}, rows) {
		if (i+1)%10 != 3 || len(rows[i].Issues) > 0 {
			if told(r) != told(want[i]) {
				t.Errorf("row %d: %s, want %s", i+1, told(r), told(want[i]))
			}
			continue
		}
		if len(r.Issues) != 1 || r.Issues[0].Code != issue.RowFault || r.Issues[0].Err == nil || verdict.ForIssues(r.Issues) != verdict.Fault || r.Value.Person != nil {
			t.Errorf("row %d: %s", i+1, told(r))
		}
	}
}

func TestTheGrantAndTheRowReachTheTable(t *testing.T) {
	file := small(t)
	var found *person.Version
	rows := list(t, scenario+"even.csv")
	for _, r := range run(t, file, usual(t), Options{}, rows) {
		if r.Value.Answer == verdict.FoundPresent && found == nil {
			found = r.Value.Person
		}
	}
	if found == nil {
		t.Fatal("the scenario finds nobody")
	}
	query := func(change func(*person.Query)) person.Query {
		q := person.Query{Code: found.Code, Name: found.Name, Birth: found.Birth, Address: found.Address}
		change(&q)
		return q
	}
	name := func(s string) func(*person.Query) { return func(q *person.Query) { q.Name = person.NewText(s) } }
	for _, c := range []struct {
		what  string
		terms authoritytest.Terms
		q     person.Query
		want  verdict.Answer
	}{
		{"found", authoritytest.Terms{}, query(func(*person.Query) {}), verdict.FoundPresent},
		{"国外転出者のみ", authoritytest.Terms{Population: "国外転出者のみ"}, query(func(*person.Query) {}), verdict.NotAuthorised},
		{"consent is missing", authoritytest.Terms{Basis: "本人同意"}, query(func(*person.Query) {}), verdict.TooFewKeys},
		{"consent is given", authoritytest.Terms{Basis: "本人同意"}, query(func(q *person.Query) { q.Consent = person.NewText("同意-1") }), verdict.FoundPresent},
		{"code alone", authoritytest.Terms{}, query(func(q *person.Query) { q.Name, q.Birth = person.Text{}, person.Birth{} }), verdict.TooFewKeys},
		{"another name", authoritytest.Terms{}, query(name("無関係　太郎")), verdict.Contradiction},
		{"a Latin name of nobody", authoritytest.Terms{}, person.Query{Name: person.NewText("JOHN SMITH"), Birth: found.Birth}, verdict.NotFoundLatin},
		{"a name of nobody", authoritytest.Terms{}, person.Query{Name: person.NewText("無関係　太郎"), Birth: found.Birth}, verdict.NotFound},
		{"an unreadable name of nobody", authoritytest.Terms{}, person.Query{Name: person.NewText("無〓　太〓"), Birth: found.Birth}, verdict.UnknownCharacter},
		{"外字 in a name", authoritytest.Terms{}, query(name("\ue000　太郎")), verdict.UnknownCharacter},
		{"an unreadable ふりがな", authoritytest.Terms{}, person.Query{Kana: person.NewText("ム●ンケイ"), Birth: found.Birth}, verdict.UnknownCharacter},
	} {
		g := authoritytest.Grant(t, c.terms)
		got := run(t, file, g, Options{}, []pipeline.Row[person.Query]{{No: 1, Value: c.q}})[0].Value
		if got.Answer != c.want {
			t.Errorf("%s: %s (%s), want %s", c.what, got.Answer, got.Why, c.want)
		}
		if provides := got.Answer.Provides(); provides != (got.Person != nil) || !provides && got.Grades != (verdict.Grades{}) {
			t.Errorf("%s: a person stands beside %s", c.what, got.Answer)
		}
		if got.Answer.Provides() && (len(got.Looked) == 0 || !slices.ContainsFunc(got.Looked, func(l verdict.Looked) bool { return l.Grades == got.Grades })) {
			t.Errorf("%s: the own copy would lack the person who is meant", c.what)
		}
	}
}

func TestThePersonMeantIsAlwaysKeptForTheOwnCopy(t *testing.T) {
	var known []identity.Known
	var graded []verdict.Considered
	code := func(n int) person.ResidentCode {
		c, err := person.ParseResidentCode(person.AppendCheckDigit(fmt.Sprintf("%010d", (n*37)%61)))
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	for n := range 60 {
		known = append(known, identity.Known{Folded: []*normal.Folded{{Code: code(n)}}})
		graded = append(graded, verdict.Considered{Grades: verdict.Grades{Name: verdict.Graded{Grade: verdict.Same}}})
	}
	for _, chosen := range []int{-1, 0, 19, 20, 59} {
		looked := (&Decider{known: known, people: graded}).worthALook(chosen)
		want := lookedMost
		if chosen >= 0 {
			want++
		}
		if len(looked) != want {
			t.Errorf("chosen %d: %d kept", chosen, len(looked))
		}
		if chosen >= 0 && !looked[0].Code.Equal(code(chosen)) {
			t.Errorf("chosen %d is not kept first", chosen)
		}
		// However people are numbered, the same ones are kept in the same order.
		turned, turnedGrades, at := slices.Clone(known), slices.Clone(graded), chosen
		slices.Reverse(turned)
		slices.Reverse(turnedGrades)
		if chosen >= 0 {
			at = 59 - chosen
		}
		if !slices.EqualFunc(looked, (&Decider{known: turned, people: turnedGrades}).worthALook(at), func(a, b verdict.Looked) bool { return a.Code.Equal(b.Code) }) {
			t.Errorf("chosen %d: other people are kept where they are numbered otherwise", chosen)
		}
	}
	if got := (&Decider{known: known, people: make([]verdict.Considered, 60)}).worthALook(-1); len(got) == 0 {
		t.Error("a particular that is not given is no difference")
	}
}

func TestNoGoroutineIsLeftWhenTheConsumerStops(t *testing.T) {
	file, g := small(t), usual(t)
	rows := list(t, scenario+"even.csv")
	for len(rows) < 4000 {
		rows = append(rows, rows...)
	}
	rows = renumbered(rows)
	before := runtime.NumGoroutine()
	for _, stop := range []int{1, 2, 65, 700, 3999} {
		for _, workers := range []int{1, 2, 4} {
			n := 0
			for _, err := range Against(file, g, Options{Chunk: 100, Workers: workers})(context.Background(), stream(nil, rows...)) {
				if err != nil {
					t.Fatal(err)
				}
				if n++; n == stop {
					break
				}
			}
			ctx, cancel := context.WithCancel(context.Background())
			n = 0
			var last error
			for _, err := range Against(file, g, Options{Chunk: 100, Workers: workers})(ctx, stream(nil, rows...)) {
				if n++; n == stop {
					cancel()
				}
				last = err
			}
			cancel()
			if n < len(rows) && !errors.Is(last, context.Canceled) {
				t.Errorf("stopped after %d rows with %v", n, last)
			}
		}
	}
	for range 100 { // goroutines that have nothing left to do still have to end
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Errorf("%d goroutines before, %d now", before, runtime.NumGoroutine())
}

func TestRightAnswersOfTheScenario(t *testing.T) {
	file, g := small(t), authoritytest.Grant(t, authoritytest.Terms{Fields: "住民票コード、氏名"})
	for _, name := range []string{"even.csv", "list.csv", "other.csv"} {
		truth := truths(t, scenario+name+".truth.csv")
		wrong := 0
		for _, r := range run(t, file, g, Options{}, list(t, scenario+name)) {
			want, ok := truth[r.Ref.Reveal()]
			if !ok {
				t.Fatalf("%s: no truth for a row", name)
			}
			answer := r.Value.Answer
			if len(r.Issues) > 0 {
				answer = verdict.ForIssues(r.Issues)
			}
			if answer.Provides() && r.Value.Person.Code.Reveal() != want[0] {
				t.Errorf("%s row %d: THE WRONG PERSON", name, r.No)
			}
			if !slices.Contains(strings.Fields(want[1]), string(answer)) {
				wrong++
				t.Logf("%s row %d: %s, allowed %s: %s", name, r.No, answer, want[1], r.Value.Why)
			}
		}
		if wrong > 0 {
			t.Errorf("%s: %d answers are not allowed ones", name, wrong)
		}
	}
}
