// Package term is how the programs talk to a person (端末への表示): in Japanese
// first, in English where the locale says so.
//
// The rules of talk: results go to standard output, everything else to standard
// error; hints only to a terminal; with --json one JSON value to standard output
// and nothing else there; nothing personal anywhere, unless an operator with the
// right asked for it, on the record.
//
// It hides the terminal, the progress bar and the libraries for them.
package term

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	xterm "golang.org/x/term"

	"baitai/pipeline/issue"
)

// A Term is where a program talks to.
type Term struct {
	Out, Err io.Writer
	Lang     issue.Lang
	JSON     bool // one JSON value on Out instead of words
	Program  string

	progress *Progress // the bar that stands on the terminal, if there is one
}

// LangOf chooses the language: the flag, or else the locale. Anything but an
// English locale means Japanese, for cron runs without one.
func LangOf(flag string, getenv func(string) string) issue.Lang {
	switch flag {
	case "ja":
		return issue.Japanese
	case "en":
		return issue.English
	}
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if v := getenv(name); v != "" {
			if strings.HasPrefix(v, "en") {
				return issue.English
			}
			return issue.Japanese
		}
	}
	return issue.Japanese
}

// Pick chooses between the two languages.
func (t *Term) Pick(ja, en string) string {
	if t.Lang == issue.English {
		return en
	}
	return ja
}

// Say prints one line of result, in the language of the terminal; the arguments
// are the same for both. With --json it says nothing.
func (t *Term) Say(ja, en string, args ...any) {
	t.progress.Stop()
	if !t.JSON {
		fmt.Fprintf(t.Out, t.Pick(ja, en)+"\n", args...)
	}
}

// Tell prints one line beside the results.
func (t *Term) Tell(ja, en string, args ...any) {
	t.progress.Stop()
	fmt.Fprintf(t.Err, t.Program+": "+t.Pick(ja, en)+"\n", args...)
}

// Value prints v as the one JSON value of --json; otherwise it does nothing.
func (t *Term) Value(v any) error {
	if !t.JSON {
		return nil
	}
	e := json.NewEncoder(t.Out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// Interactive reports whether the messages go to a terminal.
func (t *Term) Interactive() bool {
	f, ok := t.Err.(*os.File)
	return ok && xterm.IsTerminal(int(f.Fd()))
}

// IsTerminal reports whether a person types what is read from r.
func IsTerminal(r io.Reader) bool {
	f, ok := r.(*os.File)
	return ok && xterm.IsTerminal(int(f.Fd()))
}

// Secret asks for what must not be seen: a line from the terminal in, without
// showing it. What is not a terminal gives an error.
func (t *Term) Secret(in io.Reader, ja, en string) (string, error) {
	if !IsTerminal(in) {
		return "", issue.New(issue.NeedsTerminal, issue.Pos{})
	}
	t.progress.Stop()
	fmt.Fprint(t.Err, t.Pick(ja, en))
	line, err := xterm.ReadPassword(int(in.(*os.File).Fd()))
	fmt.Fprintln(t.Err)
	return string(line), err
}

// Passphrase gives a function that asks for the passphrase of a private key.
func (t *Term) Passphrase(in io.Reader) func() ([]byte, error) {
	return func() ([]byte, error) {
		line, err := t.Secret(in, "秘密鍵のパスフレーズ: ", "passphrase of the private key: ")
		return []byte(line), err
	}
}

// Issue prints what is wrong, with its place and, on a terminal, the hint.
func (t *Term) Issue(i *issue.Issue) {
	t.progress.Stop()
	fmt.Fprintln(t.Err, t.Program+": "+t.Line(i))
	if hint := i.In(t.Lang).Hint; hint != "" && t.Interactive() {
		fmt.Fprintln(t.Err, "    → "+hint)
	}
}

// Line writes an issue as one line: place, code, sentence.
func (t *Term) Line(i *issue.Issue) string {
	return strings.TrimPrefix(t.Place(i.Pos)+" ", " ") + string(i.Code) + " " + i.In(t.Lang).Says
}

// Place writes a position as the sender sees it.
func (t *Term) Place(p issue.Pos) string {
	var parts []string
	if p.File != "" {
		parts = append(parts, p.File)
	}
	if p.Sheet != "" {
		parts = append(parts, t.Pick("シート「"+p.Sheet+"」", "sheet «"+p.Sheet+"»"))
	}
	if p.Row > 0 {
		parts = append(parts, fmt.Sprintf(t.Pick("%d行目", "row %d"), p.Row))
	}
	if p.Column > 0 {
		parts = append(parts, fmt.Sprintf(t.Pick("%d列目", "column %d"), p.Column))
	}
	if p.Name != "" {
		parts = append(parts, t.Pick("「"+p.Name+"」", "«"+p.Name+"»"))
	}
	if p.Offset > 0 {
		parts = append(parts, fmt.Sprintf(t.Pick("%dバイト目", "byte %d"), p.Offset))
	}
	return strings.Join(parts, " ")
}

// shownMost is how many issues of one error are shown on a terminal; the error
// file has all of them.
const shownMost = 20

// Error prints an error: every issue in it, or the error itself.
func (t *Term) Error(err error) {
	var list issue.List
	if !errors.As(err, &list) {
		if i := issue.Find(err); i != nil {
			list = issue.List{i}
		}
	}
	for n, i := range list {
		if n == shownMost {
			t.Tell("ほかに %d 件あります", "%d more", len(list)-n)
			break
		}
		t.Issue(i)
	}
	if len(list) == 0 {
		t.Issue(issue.New(issue.Fault, issue.Pos{}).Because(err))
		// For whoever looks after the program; no lower package quotes a person.
		fmt.Fprintln(t.Err, t.Program+": "+t.Pick("保守担当者向け: ", "for whoever looks after the program: ")+err.Error())
	}
}
