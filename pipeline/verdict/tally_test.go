package verdict

import (
	"maps"
	"testing"
)

func TestATallyComesBackFromItsCounts(t *testing.T) {
	var a, b Tally
	g := Grades{Name: Graded{Grade: Variant}, Birth: Graded{Grade: Same}}
	a.Add(g.Brief())
	a.Add(g.Brief())
	g = Grades{Address: Graded{Grade: Partial}}
	b.Add(g.Brief())
	a.Join(b)
	counts := a.Counts()
	want := map[string]int64{"grade:name:variant": 2, "grade:name:missing": 1, "grade:kana:missing": 3, "grade:birth:same": 2,
		"grade:birth:missing": 1, "grade:sex:missing": 3, "grade:address:partial": 1, "grade:address:missing": 2}
	if !maps.Equal(counts, want) {
		t.Errorf("counted %v, not %v", counts, want)
	}
	for key := range counts {
		if !IsTallyKey(key) {
			t.Errorf("%s is not taken for a count of grades", key)
		}
	}
	counts["00"], counts["rows"] = 3, 3
	back, ok := TallyOf(counts)
	if !ok || back != a {
		t.Errorf("read %v", back)
	}
	if _, ok := TallyOf(map[string]int64{"00": 3}); ok {
		t.Error("counts of an entry without grades were taken for grades")
	}
}
