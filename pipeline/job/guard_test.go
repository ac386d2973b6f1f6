package job_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"strings"
	"testing"

	"baitai/pipeline/issue"
)

// loadEdited loads an extract that was changed line by line; edit returns "" for a
// line to be left out.
func (p *place) loadEdited(t *testing.T, fewer bool, edit func(n int, line string) string) error {
	t.Helper()
	raw, err := os.ReadFile(p.path("extract.csv"))
	must(t, err)
	var b bytes.Buffer
	for n, line := range strings.Split(strings.TrimRight(string(raw), "\r\n"), "\r\n") {
		if n > 0 {
			line = edit(n, line)
		}
		if line != "" {
			b.WriteString(line + "\r\n")
		}
	}
	must(t, os.WriteFile(p.path("edited.csv"), b.Bytes(), 0o600))
	s := p.open(t)
	_, err = s.Load(context.Background(), []string{p.path("edited.csv")}, false, fewer)
	must(t, s.Close())
	return err
}

// TestAFileThatLosesATenthOfItsPeopleNeedsAWord: the generation before stays.
func TestAFileThatLosesATenthOfItsPeopleNeedsAWord(t *testing.T) {
	p := newPlace(t, true)
	keep := func(most int) func(int, string) string {
		return func(n int, line string) string {
			if n > most {
				return ""
			}
			return line
		}
	}
	counted := func() int64 {
		s := p.open(t)
		f, err := s.Identity()
		must(t, err)
		n := f.Summary().People
		must(t, s.Close())
		return n
	}
	if err := p.loadEdited(t, false, keep(people*8/10)); !errors.Is(err, issue.New(issue.FarFewerPeople, issue.Pos{})) {
		t.Errorf("a fifth fewer: %v", err)
	}
	if n := counted(); n != people {
		t.Errorf("%d people are left of %d", n, people)
	}
	must(t, p.loadEdited(t, false, keep(people*95/100)))
	must(t, p.loadEdited(t, true, keep(people/2)))
	if n := counted(); n != people/2 {
		t.Errorf("%d people", n)
	}
	p.checkCustody(t)
}

// TestSomebodyUnderSupportIsNotShownToWhoMayNotSeeThem: neither by explain nor by
// a review list, whatever the row says.
func TestSomebodyUnderSupportIsNotShownToWhoMayNotSeeThem(t *testing.T) {
	p := newPlace(t, false)
	must(t, p.loadEdited(t, false, func(n int, line string) string {
		if n == 3 { // person 2, whom row R2 of the doubtful list nearly means
			return line + "1"
		}
		return line
	}))
	_, request := p.newList(plain, 1, "秘匿")
	v := invent(2, 0)
	p.put(t, plain, "秘匿", []byte("\ufeff整理番号,氏名,生年月日,性別,住所\r\nR1,"+v.name+","+v.birth[:9]+"4,"+v.sex+","+v.address+"\r\n"), request)
	out := outcome(t, p.run(t))
	if out.Totals.ByCode["10"] != 1 {
		t.Fatalf("answers %v", out.Totals.ByCode)
	}
	s := p.open(t)
	e, err := s.Explain(context.Background(), out.Job, 1)
	must(t, errors.Join(err, s.Close()))
	for _, person := range e.People {
		if person.Looked.Protected {
			t.Error("a protected person is among the people shown")
		}
		for _, l := range person.Lines {
			if l.Name == "生年月日" && l.File == v.birth {
				t.Error("the birth of a protected person is shown")
			}
		}
	}
	if len(e.Row.Looked) > 0 {
		t.Error("the row still tells whom it was compared with")
	}
}
