package match

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"baitai/crypto"
	"baitai/formats"
	"baitai/formats/csvlist"
	"baitai/pipeline"
	"baitai/pipeline/authority"
	"baitai/pipeline/authority/authoritytest"
	"baitai/pipeline/identity"
	"baitai/pipeline/intake"
	"baitai/pipeline/person"
	"baitai/pipeline/verdict"
	"baitai/spool"
)

// The people and the lists are those of testdata/scenarios/small, which
// baitai-fake has invented.
const scenario = "../../testdata/scenarios/small/"

// build makes an identity file of an extract, without the people whom keep does
// not want.
func build(t testing.TB, extract string, keep func(line int) bool) inFile {
	t.Helper()
	raw, err := os.ReadFile(extract)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.TrimPrefix(string(raw), "\ufeff")
	if keep != nil {
		var kept []string
		for i, line := range strings.Split(strings.TrimSuffix(text, "\r\n"), "\r\n") {
			if i == 0 || keep(i) {
				kept = append(kept, line)
			}
		}
		text = strings.Join(kept, "\r\n") + "\r\n"
	}
	key, err := crypto.NewIdentity()
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "identity")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	var records formats.Records = csvlist.Read(strings.NewReader(text), csvlist.Options{})
	o := identity.Options{Disk: spool.NewDisk(nil), Dir: dir, Recipients: []crypto.Recipient{key.Recipient()}, Now: authoritytest.Now,
		Checkpoint: "baitai.example/ledger\n7\nAAAA\n", Workers: 1}
	if _, err := identity.Build(context.Background(), o, identity.ReadExtract(context.Background(), records, "people.csv", 1)); err != nil {
		t.Fatal(err)
	}
	f, err := identity.Open(dir, key, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return inFile{f}
}

func small(t testing.TB) inFile { return build(t, scenario+"people.csv", nil) }

// list opens a list of the scenario and collects its rows.
func list(t testing.TB, path string) []pipeline.Row[person.Query] {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	src := intake.Source{Name: filepath.Base(path), Size: int64(len(raw)), SideName: "request"}
	src.List = func() (intake.ReadAtCloser, error) { return memory{bytes.NewReader(raw)}, nil }
	l, err := intake.Open(context.Background(), src, intake.Stated{Default: authority.NewRequest(authority.Default)}, intake.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	var rows []pipeline.Row[person.Query]
	for row, err := range l.Rows(context.Background()) {
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, row)
	}
	return rows
}

type memory struct{ *bytes.Reader }

func (memory) Close() error { return nil }

func stream[T any](end error, rows ...pipeline.Row[T]) pipeline.Rows[T] {
	return func(yield func(pipeline.Row[T], error) bool) {
		for _, r := range rows {
			if !yield(r, nil) {
				return
			}
		}
		if end != nil {
			yield(pipeline.Row[T]{}, end)
		}
	}
}

// renumbered gives the rows the numbers of a list that holds them in this order.
func renumbered(rows []pipeline.Row[person.Query]) []pipeline.Row[person.Query] {
	out := make([]pipeline.Row[person.Query], len(rows))
	for i, r := range rows {
		r.No = int64(i + 1)
		out[i] = r
	}
	return out
}

func run(t testing.TB, file File, g authority.Grant, o Options, rows []pipeline.Row[person.Query]) []pipeline.Row[verdict.Hit] {
	t.Helper()
	var out []pipeline.Row[verdict.Hit]
	stage := Against(file, g, o)
	for row, err := range pipeline.Conserve("match", stage(context.Background(), stream(nil, rows...))) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, row)
	}
	if len(out) != len(rows) {
		t.Fatalf("%d rows in, %d out", len(rows), len(out))
	}
	return out
}

// told is what an office would learn of a row, and what the own copy would say,
// without the numbers that a generation gives to people.
func told(r pipeline.Row[verdict.Hit]) string {
	var b strings.Builder
	h := r.Value
	b.WriteString(r.Ref.Reveal() + " " + string(h.Answer) + " " + string(h.Step) + " " + h.Why)
	if h.Person != nil {
		b.WriteString(" " + h.Person.Code.Reveal())
	}
	for _, i := range r.Issues {
		b.WriteString(" " + string(i.Code))
	}
	return b.String()
}

func usual(t testing.TB) authority.Grant { return authoritytest.Grant(t, authoritytest.Terms{}) }

// counting watches what is asked, and can fail or lie.
type counting struct {
	File
	asked []int
	fail  int // the call that fails, from 1
	spoil func(row int) bool
	seen  int
}

var errFile = errors.New("identity: part keys-1 is damaged")

func (c *counting) Gather(g authority.Grant, a *identity.Asks) (Found, error) {
	c.asked = append(c.asked, a.Rows())
	if len(c.asked) == c.fail {
		return nil, errFile
	}
	before := c.seen
	c.seen += a.Rows()
	found, err := c.File.Gather(g, a)
	if c.spoil != nil {
		found = spoiled{found, func(row int) bool { return c.spoil(before + row + 1) }}
	}
	return found, err
}

type spoiled struct {
	Found
	at func(row int) bool
}

func (s spoiled) Of(row int, dst []identity.Candidate) []identity.Candidate {
	dst = s.Found.Of(row, dst)
	if s.at(row) {
		dst = append(dst, identity.Candidate{Number: 1 << 30}) // holds no record
	}
	return dst
}

// truths reads a truth file: the code and the answers allowed, by 整理番号.
func truths(t testing.TB, path string) map[string][2]string {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	all, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(raw, []byte("\ufeff")))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	m := make(map[string][2]string)
	for _, line := range all[1:] {
		m[line[0]] = [2]string{line[2], line[3]}
	}
	return m
}
