package issue

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"strconv"
	"strings"
	"testing"
)

// constants parses codes.go: the name and value of each code.
func constants(t *testing.T) map[string]Code {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), "codes.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	codes := make(map[string]Code)
	ast.Inspect(f, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		s, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
		if err != nil {
			t.Fatal(err)
		}
		codes[spec.Names[0].Name] = Code(s)
		return true
	})
	if len(codes) < 100 {
		t.Fatalf("codes.go holds only %d codes", len(codes))
	}
	return codes
}

func TestEveryCodeHasItsSentencesInBothLanguages(t *testing.T) {
	seen := make(map[Code]string)
	for name, code := range constants(t) {
		if other, ok := seen[code]; ok {
			t.Errorf("%s and %s are both %s", name, other, code)
		}
		seen[code] = name
		for _, l := range []Lang{Japanese, English} {
			text, ok := catalogue()[catalogKey{code, l}]
			if !ok || text.Says == "" || text.Hint == "" {
				t.Errorf("%s (%s) has no sentence or no hint in %s", code, name, l)
			}
		}
	}
	for key := range catalogue() {
		if _, ok := seen[key.code]; !ok {
			t.Errorf("the catalogue has %s, which no constant names", key.code)
		}
	}
}

func TestTheCatalogueIsWellFormed(t *testing.T) {
	raw, err := os.ReadFile("catalog.txt")
	if err != nil {
		t.Fatal(err)
	}
	lines := 0
	for line := range strings.Lines(string(raw)) {
		line = strings.TrimRight(line, "\n")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		lines++
		f := strings.Split(line, "\t")
		if len(f) != 4 {
			t.Errorf("%d fields instead of 4: %s", len(f), f[0])
			continue
		}
		// Kanji may stand in an English sentence («外字»), particles in hiragana not.
		japanese := strings.ContainsFunc(f[2], func(r rune) bool { return r >= 0x3041 && r <= 0x3096 })
		if japanese != (f[1] == "ja") {
			t.Errorf("%s is not in the language %s", f[0], f[1])
		}
		if f[1] == "ja" && (!strings.HasSuffix(f[2], "。") || !strings.HasSuffix(f[3], "。")) {
			t.Errorf("%s ja does not end with 。", f[0])
		}
	}
	if len(catalogue()) != lines {
		t.Errorf("%d lines give %d texts: a line stands twice", lines, len(catalogue()))
	}
	for key, text := range catalogue() {
		other := catalogue()[catalogKey{key.code, English}]
		for i := range 3 {
			mark := "{" + strconv.Itoa(i) + "}"
			if strings.Contains(text.Says, mark) != strings.Contains(other.Says, mark) {
				t.Errorf("%s says %s in one language only", key.code, mark)
			}
		}
	}
}

func TestAnIssueIsFoundByItsCode(t *testing.T) {
	cause := errors.New("cause")
	err := fmt.Errorf("reading: %w", List{
		New(BadSex, Pos{File: "list.csv", Row: 4, Column: 2}),
		New(BadBirth, Pos{File: "list.csv", Row: 37, Column: 4}).Because(cause),
	}.Err())
	if !errors.Is(err, New(BadBirth, Pos{})) || !errors.Is(err, cause) || errors.Is(err, New(EmptyFile, Pos{})) {
		t.Errorf("errors.Is does not see through %v", err)
	}
	if got, want := err.Error(), "reading: list.csv:4:2: R204: not a sex (and 1 more)"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if i := Find(err); i == nil || i.Code != BadSex {
		t.Errorf("Find gave %v", i)
	}
	if (List{}).Err() != nil {
		t.Error("an empty list is an error")
	}
}

func TestAPositionIsWrittenAsTheSenderSeesIt(t *testing.T) {
	for _, c := range []struct {
		pos  Pos
		want string
	}{
		{Pos{}, ""},
		{Pos{File: "a.csv"}, "a.csv"},
		{Pos{File: "a.csv", Row: 3}, "a.csv:3"},
		{Pos{File: "a.xlsx", Sheet: "一覧", Row: 3, Column: 2}, "a.xlsx!一覧:3:2"},
		{Pos{File: "a.csv", Offset: 17}, "a.csv@17"},
	} {
		if got := c.pos.String(); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

func TestArgumentsFillTheSentence(t *testing.T) {
	i := New(RowCountMismatch, Pos{}, 100, 99)
	if got, want := i.In(Japanese).Says, "行数が依頼書と合いません(依頼書 100 行、ファイル 99 行)。"; got != want {
		t.Errorf("got %s", got)
	}
	if got, want := i.In(English).Says, "the number of rows is not the one stated (stated 100, found 99)"; got != want {
		t.Errorf("got %s", got)
	}
}
