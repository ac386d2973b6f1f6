package match_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"baitai/crypto"
	"baitai/formats/csvlist"
	"baitai/pipeline"
	"baitai/pipeline/authority/authoritytest"
	"baitai/pipeline/identity"
	"baitai/pipeline/match"
	"baitai/pipeline/person"
	"baitai/pipeline/verdict"
	"baitai/spool"
)

// referenceSeed makes the worlds and rows; another one makes others.
const referenceSeed = 20260525

// TestTheReferenceAgrees gives invented people and rows derived from them to the
// product, over a real identity file, and to the reference.
func TestTheReferenceAgrees(t *testing.T) {
	worlds, rowsEach := 12, 700
	if testing.Short() {
		worlds, rowsEach = 3, 300
	}
	t.Logf("seed %d", referenceSeed)
	purposes := []struct {
		terms authoritytest.Terms
		rules rules
	}{
		{authoritytest.Terms{}, rules{}},
		{authoritytest.Terms{Population: "国外転出者のみ"}, rules{abroadOnly: true}},
		{authoritytest.Terms{Support: "提供可"}, rules{showsProtected: true}},
		{authoritytest.Terms{Basis: "本人同意"}, rules{consent: true}},
	}
	seen := map[string]int{}
	for n := range worlds {
		w := newWorld(rand.New(rand.NewPCG(referenceSeed, uint64(n))), 60)
		p := purposes[0]
		if n%3 == 2 {
			p = purposes[1+n/3%3]
		}
		file := fileOf(t, w.extract())
		rows := make([]pipeline.Row[person.Query], rowsEach)
		for i := range rows {
			rows[i] = pipeline.Row[person.Query]{No: int64(i + 1), Value: w.row()}
		}
		hits := match.Against(file, authoritytest.Grant(t, p.terms), match.Options{Chunk: 97, Workers: 2})(context.Background(), each(rows))
		if !agree(t, n, w, rows, hits, p.rules, seen) {
			break
		}
	}
	t.Logf("answers: %v", seen)
	for _, answer := range []string{"00", "01", "02", "10", "12", "20", "30", "40", "41", "82", "90", "91"} {
		if seen[answer] == 0 && !testing.Short() {
			t.Errorf("no row was answered %s: the invented rows do not reach it", answer)
		}
	}
}

func agree(t *testing.T, n int, w *world, rows []pipeline.Row[person.Query], hits pipeline.Rows[verdict.Hit], r rules, seen map[string]int) bool {
	t.Helper()
	all := make([]somebody, len(w.people))
	for i, versions := range w.people {
		all[i] = parsedPerson(versions)
	}
	wrong, i := 0, 0
	for hit, err := range hits {
		if err != nil {
			t.Fatal(err)
		}
		want, chosen := meant(rows[i].Value, all, r)
		same := string(hit.Value.Answer) == want && len(hit.Issues) == 0 && (hit.Value.Person != nil) == (chosen >= 0)
		if same && chosen >= 0 {
			versions := w.people[chosen]
			same = hit.Value.Person.Code.Equal(versions[len(versions)-1].Code)
		}
		if !same {
			if wrong++; wrong <= 5 {
				t.Errorf("seed %d, world %d, row %d: product %s %s (%s), reference %s (person %d)\n%s", referenceSeed, n, i, hit.Value.Answer, hit.Value.Step, hit.Value.Why, want, chosen, shown(w, rows[i].Value, hit.Value))
			}
		}
		seen[want]++
		i++
	}
	if i != len(rows) {
		t.Fatalf("%d rows in, %d out", len(rows), i)
	}
	if wrong > 0 {
		t.Errorf("world %d: %d of %d rows disagree", n, wrong, len(rows))
	}
	return wrong == 0
}

// shown prints a row and the people whom the product looked at; all are invented.
func shown(w *world, q person.Query, h verdict.Hit) string {
	var b strings.Builder
	fmt.Fprintf(&b, "  row %s|%s|%s|%s|%s|%s|%s\n", q.Code.Reveal(), q.Name.Reveal(), q.Kana.Reveal(), q.FormerSurname.Reveal(), q.Birth.Reveal(), q.Sex.Reveal(), q.Address.Reveal())
	row := parsedRow(q)
	for i, versions := range w.people {
		l := compare(row, parsedPerson(versions))
		if !l.holdsCode && (!l.birthGood && !l.birthNear && !l.birthOpen || l.nameWrong && !l.nameNear && !l.kanaGood) {
			continue
		}
		for _, v := range versions {
			fmt.Fprintf(&b, "  %d: %s(%s)|%s|%s|%s|%s|%s|%s%s|支援%d\n", i, v.Code.Reveal(), v.OldCode.Reveal(), v.Name.Reveal(), v.Kana.Reveal(), v.FormerSurname.Reveal(), v.Birth.Reveal(), v.Sex.Reveal(), v.Address.Reveal(), v.LastAddress.Reveal(), v.Support)
		}
		fmt.Fprintf(&b, "   %+v\n", l)
	}
	for _, l := range h.Looked {
		fmt.Fprintf(&b, "  looked: name %s kana %s birth %s sex %s address %s\n", l.Grades.Name.Grade, l.Grades.Kana.Grade, l.Grades.Birth.Grade, l.Grades.Sex.Grade, l.Grades.Address.Grade)
	}
	return b.String()
}

func each(rows []pipeline.Row[person.Query]) pipeline.Rows[person.Query] {
	return func(yield func(pipeline.Row[person.Query], error) bool) {
		for _, r := range rows {
			if !yield(r, nil) {
				break
			}
		}
	}
}

// fileOf builds a real identity file of an extract.
func fileOf(t *testing.T, extract string) match.File {
	t.Helper()
	key, err := crypto.NewIdentity()
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "identity")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	o := identity.Options{Disk: spool.NewDisk(nil), Dir: dir, Recipients: []crypto.Recipient{key.Recipient()}, Now: authoritytest.Now,
		Checkpoint: "baitai.example/ledger\n7\nAAAA\n", Workers: 1}
	records := csvlist.Read(strings.NewReader(extract), csvlist.Options{})
	_, err = identity.Build(context.Background(), o, identity.ReadExtract(context.Background(), records, "people.csv", 1))
	if err != nil {
		t.Fatal(err)
	}
	f, err := identity.Open(dir, key, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return match.In(f)
}
