// Package issue names what can be wrong (不備・拒否の理由): a code that never
// changes, the place where the sender finds it, and one sentence and one hint
// in Japanese and in English.
//
// It hides the catalogue (catalog.txt), so that an office can proof-read the
// sentences without reading code. It promises that no content of a cell ever
// becomes part of an issue: a position says where to look, and arguments are
// numbers and words of this program's own vocabulary.
//
// The first letter of a code says who must act: R the sender, for one row ·
// F the sender, for the whole list · J the keeper of the register (管理簿) ·
// M the operator, for a medium or a file · K the keeper of the keys · L the
// keeper of the ledger · S whoever looks after the machine · C the person at
// the command line.
//
// Codes are never renumbered and never used again for something else.
package issue

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// A Code identifies a kind of issue, «R203». The constants are in codes.go,
// the sentences in catalog.txt.
type Code string

// Row reports whether the code belongs to a single row of a list.
func (c Code) Row() bool { return strings.HasPrefix(string(c), "R") }

// A Pos is where the sender finds the fault.
type Pos struct {
	File   string // base name; empty where the name itself may be personal
	Sheet  string // name of the sheet, workbooks only
	Row    int    // 1-based physical line, or sheet row; 0 if it is about the whole file
	Column int    // 1-based field number, not a byte; 0 if it is about the whole row
	Name   string // header of the column, in the sender's spelling; only headers that are known
	Offset int64  // byte offset, for fixed-length records and undecodable bytes; 0 if unused
}

// String gives «list.csv:37:4», or «list.xlsx!Sheet1:37:4».
func (p Pos) String() string {
	var b strings.Builder
	b.WriteString(p.File)
	if p.Sheet != "" {
		b.WriteString("!" + p.Sheet)
	}
	if p.Row > 0 {
		fmt.Fprintf(&b, ":%d", p.Row)
		if p.Column > 0 {
			fmt.Fprintf(&b, ":%d", p.Column)
		}
	} else if p.Offset > 0 {
		fmt.Fprintf(&b, "@%d", p.Offset)
	}
	return b.String()
}

// An Issue is one thing that is wrong, and where.
type Issue struct {
	Code Code
	Pos  Pos
	// Args fill {0}, {1}, … of the sentence. They MUST NOT hold the content of a
	// cell: counts, limits, codes of the register and words of this program only.
	Args []string
	// Err is the cause, for programmers; it is not shown to the sender.
	Err error
}

// New returns an issue without a cause. Arguments are printed with fmt.Sprint.
func New(code Code, pos Pos, args ...any) *Issue {
	i := &Issue{Code: code, Pos: pos}
	for _, a := range args {
		i.Args = append(i.Args, fmt.Sprint(a))
	}
	return i
}

// Because attaches the cause and returns the issue.
func (i *Issue) Because(err error) *Issue { i.Err = err; return i }

// Error gives one English line without the cause: «list.csv:37:4: R203: not a
// date of birth».
func (i *Issue) Error() string {
	pos := i.Pos.String()
	if pos != "" {
		pos += ": "
	}
	return pos + string(i.Code) + ": " + i.In(English).Says
}

// Unwrap returns the cause.
func (i *Issue) Unwrap() error { return i.Err }

// Is reports whether target is an issue of the same code.
func (i *Issue) Is(target error) bool {
	t, ok := target.(*Issue)
	return ok && t.Code == i.Code
}

// In returns the sentence and the hint in the given language.
func (i *Issue) In(l Lang) Text {
	t := lookup(i.Code, l)
	return Text{Says: fill(t.Says, i.Args), Hint: fill(t.Hint, i.Args)}
}

// A List is what is wrong with one row, or with one list, in the order in which
// it was found.
type List []*Issue

// Err returns the list as an error, nil if it is empty.
func (l List) Err() error {
	if len(l) == 0 {
		return nil
	}
	return l
}

// Error gives the first issue and how many more there are.
func (l List) Error() string {
	switch len(l) {
	case 0:
		return "no issues"
	case 1:
		return l[0].Error()
	}
	return fmt.Sprintf("%v (and %d more)", l[0], len(l)-1)
}

// keptEach is how many places of a code are kept although others fill the list.
const keptEach = 10

// Keep adds an issue to a list of at most most places, and returns it. nth counts
// the issues of its code so far, this one included. A list that is full takes no
// more, but for the first of a code: they drive out the last of the code that has
// the most places, so that a million faults of one kind do not hide another kind.
func (l List) Keep(i *Issue, nth int64, most int) List {
	if len(l) < most {
		return append(l, i)
	}
	if nth > keptEach {
		return l
	}
	places := make(map[Code]int)
	var crowd Code
	for _, k := range l {
		if places[k.Code]++; places[k.Code] > places[crowd] {
			crowd = k.Code
		}
	}
	if places[crowd] <= places[i.Code]+1 {
		return l
	}
	for at := len(l) - 1; ; at-- {
		if l[at].Code == crowd {
			return append(slices.Delete(l, at, at+1), i)
		}
	}
}

// Unwrap gives every issue to errors.Is and errors.As.
func (l List) Unwrap() []error {
	errs := make([]error, len(l))
	for i, e := range l {
		errs[i] = e
	}
	return errs
}

// Find returns the first issue in err's tree; nil if err holds none.
func Find(err error) *Issue {
	if i, ok := errors.AsType[*Issue](err); ok {
		return i
	}
	return nil
}
