package normal

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"hash/fnv"
	"hash/maphash"
	"io"
	"iter"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"baitai/pipeline/person"
)

//go:embed tables/merged.tsv
var mergedTable string

//go:embed tables/towns.txt
var townTable string

// Tables are the tables of places by which addresses are taken apart: the
// municipalities (市区町村) of today and of the past, and their towns (町域). What they
// say never changes once they are made; what they remember of it is only speed.
type Tables struct {
	places  *places
	towns   map[string]*townSet
	fronts  *fronts
	version string
}

// EmbeddedTables are the tables that come with the program; the functions of
// this package use them.
func EmbeddedTables() *Tables { return embeddedTables() }

var embeddedTables = sync.OnceValue(func() *Tables {
	t, err := newTables("", "", strconv.Itoa(NormalVersion))
	if err != nil {
		panic("normal: the embedded tables: " + err.Error()) // a test reads them
	}
	return t
})

// TableFiles are the tables that an office maintains, to be laid over the
// embedded ones. Either may be nil. Both are UTF-8 with or without BOM; lines that
// begin with # and empty lines are notes.
type TableFiles struct {
	// Merged holds municipalities and wards of the past in the form of
	// tables/merged.tsv: old code or empty, old 郡 or city or empty, old name, code
	// today, since (YYYY-MM-DD), source; with tabs between. A line takes the place of
	// the embedded one with the same 郡 and name.
	Merged io.Reader
	// Towns holds lines of a municipality's or ward's code, a tab, and towns with |
	// between. They are added to those that are known.
	Towns io.Reader
}

// What can be wrong with a line of a table.
var (
	ErrTableText   = errors.New("normal: not UTF-8")
	ErrTableSize   = errors.New("normal: too large")
	ErrTableFields = errors.New("normal: wrong number of fields, or an empty one that is needed")
	ErrTableCode   = errors.New("normal: a code that no municipality has today, or with a wrong check digit")
	ErrTableDate   = errors.New("normal: not a date YYYY-MM-DD")
)

// A TableError says where a table that an office maintains is wrong. It never
// quotes the table.
type TableError struct {
	Table string // MergedTable or TownTable
	Line  int    // counted from 1, notes included; 0 if the whole table is meant
	Err   error
}

// Error gives table, line and reason.
func (e *TableError) Error() string {
	return fmt.Sprintf("table %s, line %d: %s", e.Table, e.Line, strings.TrimPrefix(e.Err.Error(), "normal: "))
}

// Unwrap gives the reason.
func (e *TableError) Unwrap() error { return e.Err }

// The names of the tables in a TableError.
const (
	MergedTable = "merged"
	TownTable   = "towns"
)

// TableErrors are all lines that are wrong.
type TableErrors []*TableError

// Error gives the first and how many more there are.
func (e TableErrors) Error() string {
	if len(e) == 1 {
		return e[0].Error()
	}
	return fmt.Sprintf("%s; %d more", e[0], len(e)-1)
}

// Unwrap gives each of them.
func (e TableErrors) Unwrap() []error {
	errs := make([]error, len(e))
	for i, wrong := range e {
		errs[i] = wrong
	}
	return errs
}

func (e *TableErrors) add(table string, line int, err error) {
	if err != nil {
		*e = append(*e, &TableError{table, line, err})
	}
}

// NewTables lays the tables of an office over the embedded ones. Where a line is
// wrong the error is a TableErrors: a table is taken whole or not at all.
func NewTables(files TableFiles) (*Tables, error) {
	var wrong TableErrors
	merged, err := readTable(MergedTable, files.Merged, &wrong)
	if err != nil {
		return nil, err
	}
	towns, err := readTable(TownTable, files.Towns, &wrong)
	if err != nil {
		return nil, err
	}
	if len(wrong) > 0 {
		return nil, wrong
	}
	version := strconv.Itoa(NormalVersion)
	if merged != "" || towns != "" {
		h := fnv.New64a()
		_, _ = io.WriteString(h, merged+"\xFF"+towns) // a hash never fails to be written
		version += fmt.Sprintf("+%016x", h.Sum64())
	}
	return newTables(merged, towns, version)
}

// Version names the rules and tables that keys are made with: NormalVersion, and
// a digest of the office's tables where there are any. Keys of two versions MUST
// NOT be mixed.
func (t *Tables) Version() string { return t.version }

func newTables(merged, towns, version string) (*Tables, error) {
	t := &Tables{version: version, towns: newTownSets(townTable, towns), fronts: &fronts{seed: maphash.MakeSeed()}}
	t.places = newPlaces(t.towns)
	var wrong TableErrors
	for n, line := range numbered(towns) {
		wrong.add(TownTable, n, t.checkTowns(line))
	}
	seen := map[string]bool{}
	for _, table := range [...]string{merged, mergedTable} {
		for n, line := range numbered(table) {
			m, err := t.readMerged(line)
			if err != nil {
				wrong.add(MergedTable, n, err)
				continue
			}
			if key := foldPlace(m.within + m.name); !seen[key] {
				seen[key] = true
				t.places.addFormer(m)
			}
		}
	}
	if len(wrong) > 0 {
		return nil, wrong
	}
	return t, nil
}

// numbered yields the lines of a table that are no notes, with their numbers.
func numbered(table string) iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		n := 0
		for line := range strings.Lines(table) {
			n++
			line = strings.TrimRight(line, "\r\n")
			if line != "" && line[0] != '#' && !yield(n, line) {
				return
			}
		}
	}
}

// merged is a line of the table of municipalities of the past.
type merged struct {
	code   string // 団体コード that it had, or empty
	within string // its 郡, or the city of a ward, or empty
	name   string
	today  string // code of the one that it lies in
}

func (t *Tables) readMerged(line string) (merged, error) {
	f := strings.Split(line, "\t")
	if len(f) < 6 || f[2] == "" || strings.TrimSpace(f[5]) == "" {
		return merged{}, ErrTableFields
	}
	m := merged{code: f[0], within: f[1], name: f[2], today: f[3]}
	if !t.knows(m.today) || m.code != "" && !person.ValidMunicipality(m.code) {
		return merged{}, ErrTableCode
	}
	if b, err := person.ParseBirth(f[4]); err != nil || !b.Date().Complete() {
		return merged{}, ErrTableDate
	}
	return m, nil
}

// knows reports whether a municipality or ward has the code today.
func (t *Tables) knows(code string) bool {
	_, ok := t.places.fullNames[code]
	return ok
}

func (t *Tables) checkTowns(line string) error {
	code, towns, _ := strings.Cut(line, "\t")
	switch {
	case towns == "" || strings.Contains(towns, "\t"):
		return ErrTableFields
	case !t.knows(code):
		return ErrTableCode
	}
	return nil
}

// tableBytesMax is more than all towns of Japan with their 小字 take.
const tableBytesMax = 64 << 20

func readTable(name string, r io.Reader, wrong *TableErrors) (string, error) {
	if r == nil {
		return "", nil
	}
	b, err := io.ReadAll(io.LimitReader(r, tableBytesMax+1))
	switch {
	case err != nil:
		return "", fmt.Errorf("normal: reading table %s: %w", name, err)
	case len(b) > tableBytesMax:
		wrong.add(name, 0, ErrTableSize)
		return "", nil
	}
	n := 0
	for line := range bytes.Lines(b) {
		if n++; !utf8.Valid(line) {
			wrong.add(name, n, ErrTableText)
			return "", nil // the rest is likely to be of the same kind
		}
	}
	return strings.TrimPrefix(string(b), "\uFEFF"), nil
}
