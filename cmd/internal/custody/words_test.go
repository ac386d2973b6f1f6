package custody

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"baitai/pipeline/issue"
	"baitai/spool/ledger"
)

// spoken collects what package ledger can find wrong: the words of its errors,
// from its source.
func spoken(t *testing.T) map[string]bool {
	t.Helper()
	files, err := filepath.Glob("../../../spool/ledger/*.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("no source: %v", err)
	}
	words := map[string]bool{}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CompositeLit:
				kind, ok := n.Type.(*ast.Ident)
				if !ok || len(n.Elts) == 0 {
					break
				}
				switch kind.Name {
				case "TamperedError":
					add(words, n.Elts[0])
				case "KnownError":
					add(words, n.Elts[1])
				case "FormatError":
					add(words, n.Elts[len(n.Elts)-1])
				}
			case *ast.CallExpr:
				if fun, ok := n.Fun.(*ast.Ident); ok && fun.Name == "bad" {
					add(words, n.Args[0])
				}
			}
			return true
		})
	}
	return words
}

// add takes the literal parts of an expression; of a format, what stands before
// its first verb.
func add(words map[string]bool, e ast.Expr) {
	ast.Inspect(e, func(n ast.Node) bool {
		lit, ok := n.(*ast.BasicLit)
		if !ok || lit.Kind != token.STRING {
			return true
		}
		if s, err := strconv.Unquote(lit.Value); err == nil {
			words[strings.TrimSuffix(s, "%d")] = true
		}
		return true
	})
}

func TestEverythingThatALedgerCanHaveWrongIsSaidInJapanese(t *testing.T) {
	words := spoken(t)
	if len(words) < 40 {
		t.Fatalf("the source has only %d sentences; the test does not find them", len(words))
	}
	for what := range words {
		said := what
		switch {
		case what == onlySize:
			said = say(what+"12", issue.Japanese)
		case what == notAFile:
			said = say("wal"+what, issue.Japanese)
		default:
			said = say(strings.TrimSuffix(what, ": "), issue.Japanese)
		}
		if !strings.ContainsFunc(said, func(r rune) bool { return unicode.In(r, unicode.Han, unicode.Hiragana) }) {
			t.Errorf("%q has no words in Japanese", what)
		}
	}
}

func TestNoWordsAreKeptForWhatNobodySays(t *testing.T) {
	words := spoken(t)
	for what := range japanese() {
		// Two are chosen at the place where they are said (entryOrHash).
		if words[what] || words[what+": "] || what == "a tile differs from the entries" || what == "a tile was changed" {
			continue
		}
		t.Errorf("nothing says %q any more", what)
	}
}

func TestAPlaceAndAReasonAreBothPutIntoJapanese(t *testing.T) {
	for in, want := range map[string]string{
		"checkpoint: not a signed note":                "チェックポイントが正しくありません(署名された形ではありません)",
		"a bundle cannot be read: something new":       "記録の束が読めません(something new)",
		"the ledger has only 7":                        "台帳には7件しかありません",
		"checkpoint is not a file or too long":         "checkpoint がファイルでないか、長すぎます",
		"something that nobody has thought of: at all": "something that nobody has thought of: at all",
	} {
		if got := say(in, issue.Japanese); got != want {
			t.Errorf("%q is said as %q, want %q", in, got, want)
		}
		if got := say(in, issue.English); got != in {
			t.Errorf("%q is said as %q in English", in, got)
		}
	}
}

func TestEveryRuleOfCustodyHasWords(t *testing.T) {
	for _, r := range []ledger.Rule{ledger.Doubled, ledger.ClosedTwice, ledger.AfterFinal, ledger.NotReceived, ledger.NotClosed, ledger.WrongAttempt,
		ledger.NotPublished, ledger.NotDelivered, ledger.NoJob, ledger.TimeBack} {
		if ruleWords(r, issue.Japanese) == string(r) || ruleWords(r, issue.English) == string(r) {
			t.Errorf("%s has no words", r)
		}
	}
}

func TestEveryErrorOfALedgerIsAnIssueWithItsExitCode(t *testing.T) {
	for _, c := range []struct {
		err  error
		code issue.Code
		says string
	}{
		{&ledger.TamperedError{What: "an entry was changed", Index: 7}, issue.LedgerTampered, "an entry was changed, entry 7"},
		{&ledger.TamperedError{What: "a tile is missing", Index: -1}, issue.LedgerTampered, "(a tile is missing)"},
		{&ledger.KnownError{No: 0, What: "the ledger has another history", Size: 12}, issue.LedgerTampered, "no. 1 kept elsewhere counts 12 entries: the ledger has another history"},
		{&ledger.KnownError{No: 1, What: "not a signed note", Size: -1}, issue.LedgerTampered, "no. 2 kept elsewhere: not a signed note"},
		{ledger.ErrNone, issue.LedgerMissing, ""},
		{ledger.ErrOrigin, issue.KeyUnreadable, ""},
		{ledger.ErrTampered, issue.LedgerTampered, "?"},
		{os.ErrPermission, "", ""},
		{&os.PathError{Op: "open", Path: "x", Err: os.ErrPermission}, issue.CannotRead, ""},
	} {
		i := issue.Find(Issue(c.err))
		switch {
		case i == nil && c.code != "":
			t.Errorf("%v is no issue", c.err)
		case i != nil && (i.Code != c.code || !strings.Contains(i.In(issue.English).Says, c.says)):
			t.Errorf("%v is %v", c.err, i)
		}
	}
}

// TestEveryActHasAJapaneseWord reads the acts from the ledger's own source.
func TestEveryActHasAJapaneseWord(t *testing.T) {
	raw, err := os.ReadFile("../../../spool/ledger/act.go")
	if err != nil {
		t.Fatal(err)
	}
	acts := regexp.MustCompile(`(?m)^\t\w+ +Act = "([^"]+)"`).FindAllStringSubmatch(string(raw), -1)
	if len(acts) < 20 {
		t.Fatalf("only %d acts were found", len(acts))
	}
	for _, a := range acts {
		if word := ActName(ledger.Act(a[1]), issue.Japanese); word == a[1] {
			t.Errorf("%s has no Japanese word", a[1])
		}
	}
}
