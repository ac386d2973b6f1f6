package match

import (
	"bytes"
	"encoding/csv"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"baitai/pipeline"
	"baitai/pipeline/authority"
	"baitai/pipeline/normal"
	"baitai/pipeline/person"
	"baitai/pipeline/verdict"
)

// extractLines gives the 住民票コード of each line of the scenario's extract.
func extractLines(t testing.TB) []string {
	t.Helper()
	raw, err := os.ReadFile(scenario + "people.csv")
	if err != nil {
		t.Fatal(err)
	}
	all, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(raw, []byte("\ufeff")))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	codes := make([]string, len(all))
	for i, line := range all {
		codes[i] = line[0]
	}
	return codes
}

// read is one person, decoded and folded.
type read struct {
	versions []*person.Version // current first
	folded   []*normal.Folded
}

// everybody reads all people of the file.
func everybody(t testing.TB, file inFile, g authority.Grant) []read {
	t.Helper()
	var all []read
	for n := range uint32(file.Summary().People) {
		c, err := file.ByNumber(g, n)
		if err != nil {
			t.Fatal(err)
		}
		versions, err := c.Versions()
		if err != nil {
			t.Fatal(err)
		}
		var folded []*normal.Folded // anew, not as the file keeps them
		for _, v := range versions {
			folded = append(folded, normal.FoldVersion(v))
		}
		all = append(all, read{versions, folded})
	}
	return all
}

// naive compares a row with everybody there is: no keys, no chunks, no index.
func naive(row pipeline.Row[person.Query], all []read, p verdict.Policy) (verdict.Decision, *person.Version) {
	q := row.Value
	asked := ask(normal.EmbeddedTables(), &q, new(normal.Workspace))
	folded := normal.FoldQuery(&q)
	people := make([]verdict.Considered, len(all))
	for i, someone := range all {
		c := &people[i]
		c.Grades = verdict.Compare(folded, someone.folded)
		c.State, c.Protected = someone.versions[0].State, someone.versions[0].Support.Protected()
		for n, v := range someone.versions {
			if !q.Code.IsZero() && (v.Code.Equal(q.Code) || v.OldCode.Equal(q.Code)) {
				c.HoldsCode = true
				c.FormerCode = c.FormerCode || n > 0 || !v.Code.Equal(q.Code)
			}
		}
	}
	d := verdict.Decide(asked.asked, people, false, p)
	if d.Chosen < 0 {
		return d, nil
	}
	return d, all[d.Chosen].versions[0]
}

// Keys find a superset of the people whom a row could mean: asking everybody
// gives the same answer, the same step, the same reason and the same person.
func TestAskingEverybodyGivesTheSameAnswers(t *testing.T) {
	file, g := small(t), usual(t)
	all := everybody(t, file, g)
	for _, name := range []string{"even.csv", "list.csv", "other.csv"} {
		checkNaive(t, name, file, g, all, list(t, scenario+name))
	}
}

// A row that gives less than the scenario's rows do is where a key could be
// missing: each row is asked again without each particular in turn.
func TestAskingEverybodyGivesTheSameAnswersToShorterRows(t *testing.T) {
	file, g := small(t), usual(t)
	all := everybody(t, file, g)
	for what, drop := range map[string]func(*person.Query){
		"no code":  func(q *person.Query) { q.Code = person.ResidentCode{} },
		"no name":  func(q *person.Query) { q.Code, q.Name = person.ResidentCode{}, person.Text{} },
		"no kana":  func(q *person.Query) { q.Code, q.Kana = person.ResidentCode{}, person.Text{} },
		"no birth": func(q *person.Query) { q.Code, q.Birth = person.ResidentCode{}, person.Birth{} },
		"no sex, no 旧氏": func(q *person.Query) {
			q.Code, q.Sex, q.FormerSurname = person.ResidentCode{}, person.Sex{}, person.Text{}
		},
		"no address":          func(q *person.Query) { q.Code, q.Address = person.ResidentCode{}, person.Text{} },
		"kana for a name":     func(q *person.Query) { q.Code, q.Name = person.ResidentCode{}, q.Kana },
		"code and birth only": func(q *person.Query) { q.Name, q.Kana, q.Address = person.Text{}, person.Text{}, person.Text{} },
		"name and address":    func(q *person.Query) { q.Code, q.Kana, q.Birth = person.ResidentCode{}, person.Text{}, person.Birth{} },
	} {
		rows := list(t, scenario+"even.csv")
		for i := range rows {
			drop(&rows[i].Value)
		}
		checkNaive(t, what, file, g, all, rows)
	}
}

func checkNaive(t *testing.T, what string, file inFile, g authority.Grant, all []read, rows []pipeline.Row[person.Query]) {
	t.Helper()
	policy := PolicyOf(g)
	compared := 0
	for i, r := range run(t, file, g, Options{Chunk: 50, Workers: 2}, rows) {
		if len(r.Issues) > 0 {
			continue
		}
		compared++
		want, meant := naive(rows[i], all, policy)
		got := r.Value
		if got.Answer != want.Answer || got.Step != want.Step || got.Why != want.Why {
			t.Errorf("%s, row %d: by keys %s %s %s, by everybody %s %s %s", what, r.No, got.Answer, got.Step, got.Why, want.Answer, want.Step, want.Why)
			continue
		}
		if got.Answer.Provides() && !got.Person.Code.Equal(meant.Code) {
			t.Errorf("%s, row %d: two different people", what, r.No)
		}
	}
	if compared < len(rows)/2 {
		t.Errorf("%s: only %d of %d rows were compared", what, compared, len(rows))
	}
}

// A few hundred rows of every class against a world of their own, which
// baitai-fake invents now.
func TestAskingEverybodyGivesTheSameAnswersInABiggerWorld(t *testing.T) {
	if testing.Short() {
		t.Skip("runs baitai-fake")
	}
	dir := t.TempDir()
	people, even := filepath.Join(dir, "people.csv"), filepath.Join(dir, "even.csv")
	fake(t, "people", "--seed", "7", "--people", "1500", "--out", people)
	fake(t, "list", "--seed", "7", "--people", "1500", "--rows", "300", "--mix", "even", "--code-percent", "5", "--out", even)
	file, g := build(t, people, nil), usual(t)
	checkNaive(t, "even", file, g, everybody(t, file, g), list(t, even))
}

func fake(t *testing.T, args ...string) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", append([]string{"run", "baitai/cmd/baitai-fake"}, args...)...).CombinedOutput()
	if err != nil {
		t.Fatalf("baitai-fake %s: %v\n%s", args[0], err, out)
	}
}
