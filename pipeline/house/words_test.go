package house

import (
	"go/ast"
	"go/token"
	"os"
	"os/exec"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
)

func japanese(s string) int {
	n := 0
	for _, r := range s {
		if unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana) {
			n++
		}
	}
	return n
}

// packageRule wants a comment at each package, with the Japanese term in it.
func packageRule(h *house) []finding {
	first, said := make(map[string]*goFile), make(map[string]bool)
	for _, g := range h.goes {
		if g.script || strings.HasSuffix(g.ast.Name.Name, "_test") {
			continue
		}
		if first[g.pkg] == nil || first[g.pkg].test && !g.test {
			first[g.pkg] = g
		}
		said[g.pkg] = said[g.pkg] || g.ast.Doc != nil && japanese(g.ast.Doc.Text()) > 0
	}
	var out []finding
	for pkg, g := range first {
		if !said[pkg] {
			out = append(out, h.at("package", g, g.ast.Package, pkg, "the comment of a package gives the Japanese term, what it hides and what it promises"))
		}
	}
	return out
}

// englishRule finds comments that are Japanese altogether. Those behind code on
// the same line may be a word alone.
func englishRule(h *house) []finding {
	word := regexp.MustCompile(`[A-Za-z]{2,}`)
	var out []finding
	for _, g := range h.program() {
		lines := strings.Split(h.texts[g.path], "\n")
		for _, c := range g.ast.Comments {
			line := lines[h.fset.Position(c.Pos()).Line-1]
			if !strings.HasPrefix(strings.TrimSpace(line), "//") {
				continue
			}
			if text := c.Text(); japanese(text) > 0 && !word.MatchString(text) {
				out = append(out, h.at("english", g, c.Pos(), strings.TrimSpace(text), "comments are English, with the Japanese term beside"))
			}
		}
	}
	return out
}

// skipRule wants that a test is skipped with -short only, or where something is
// missing that CI has: in CI it fails instead.
func skipRule(h *house) []finding {
	var out []finding
	for _, g := range h.goes {
		for _, d := range g.ast.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Body == nil {
				continue
			}
			w := skipWalk{h: h, g: g, function: f.Name.Name}
			w.block(f.Body, false)
			out = append(out, w.out...)
		}
	}
	return out
}

type skipWalk struct {
	h        *house
	g        *goFile
	function string
	out      []finding
}

// block goes through statements in order; excused says that -short or CI was
// asked about on the way here.
func (w *skipWalk) block(n ast.Node, excused bool) {
	ast.Inspect(n, func(m ast.Node) bool {
		if m == n {
			return true
		}
		switch m := m.(type) {
		case *ast.BlockStmt:
			w.list(m.List, excused)
			return false
		case *ast.IfStmt:
			w.branch(m, excused)
			return false
		case *ast.CallExpr:
			w.call(m, excused)
		}
		return true
	})
}

func (w *skipWalk) list(list []ast.Stmt, excused bool) {
	for _, s := range list {
		w.block(&ast.BlockStmt{List: []ast.Stmt{s}}, excused)
		if i, ok := s.(*ast.IfStmt); ok && asksCI(i.Cond) {
			excused = true // it failed there, if this is CI
		}
	}
}

func (w *skipWalk) branch(i *ast.IfStmt, excused bool) {
	inside := excused || asks(i.Cond, func(c *ast.CallExpr) bool {
		sel, ok := c.Fun.(*ast.SelectorExpr)
		return ok && sel.Sel.Name == "Short"
	}) || onlyOutsideCI(i.Cond)
	w.list(i.Body.List, inside)
	if i.Else != nil {
		w.block(&ast.BlockStmt{List: []ast.Stmt{i.Else}}, excused || asksCI(i.Cond))
	}
}

// onlyOutsideCI tells whether a condition holds only where CI is not set.
func onlyOutsideCI(cond ast.Expr) bool {
	b, ok := cond.(*ast.BinaryExpr)
	if !ok {
		return false
	}
	if b.Op == token.LAND {
		return onlyOutsideCI(b.X) || onlyOutsideCI(b.Y)
	}
	l, ok := b.Y.(*ast.BasicLit)
	return ok && b.Op == token.EQL && l.Value == `""` && asksCI(b.X)
}

func asksCI(cond ast.Expr) bool {
	return asks(cond, func(c *ast.CallExpr) bool {
		if len(c.Args) != 1 {
			return false
		}
		l, ok := c.Args[0].(*ast.BasicLit)
		return ok && l.Kind == token.STRING && l.Value == `"CI"`
	})
}

func asks(cond ast.Expr, what func(*ast.CallExpr) bool) bool {
	found := false
	ast.Inspect(cond, func(n ast.Node) bool {
		if c, ok := n.(*ast.CallExpr); ok && what(c) {
			found = true
		}
		return !found
	})
	return found
}

func (w *skipWalk) call(c *ast.CallExpr, excused bool) {
	sel, ok := c.Fun.(*ast.SelectorExpr)
	if ok && !excused && slices.Contains([]string{"Skip", "Skipf", "SkipNow"}, sel.Sel.Name) {
		if id, ok := sel.X.(*ast.Ident); ok && slices.Contains([]string{"t", "b", "f", "tb"}, id.Name) {
			w.out = append(w.out, w.h.at("skip", w.g, c.Pos(), w.function, "skipped without asking for -short or CI"))
		}
	}
}

// prose tells the files that people write: code, words, settings.
func prose(name string) bool {
	ext := path.Ext(name)
	return !strings.HasPrefix(name, "LICENSE") && (ext == "" || slices.Contains([]string{".go", ".md", ".txt", ".toml", ".mod", ".txtar", ".tsv", ".sh"}, ext))
}

// grep gives a finding for each line of the house's texts that matches.
func grep(h *house, rule string, re *regexp.Regexp, says string) []finding {
	var out []finding
	for name, text := range h.texts {
		if !prose(name) {
			continue
		}
		for i, l := range strings.Split(text, "\n") {
			if m := re.FindString(l); m != "" {
				out = append(out, finding{rule, name, i + 1, m, says})
			}
		}
	}
	return out
}

func unfinishedRule(h *house) []finding {
	// Put together here, so that this file does not find itself.
	return grep(h, "unfinished", regexp.MustCompile(`\b(TO`+`DO|FIX`+`ME|XX`+`X)\b`), "finish it, or say in words what is left out")
}

// machineRule keeps out what is true on one machine only: folders of somebody's
// home or work, hosts that serve packages, private addresses.
func machineRule(h *house) []finding {
	folders := `(^|[\s"'=(` + "`" + `:])/(wo` + `rk|ro` + `ot|ho` + `me|Us` + `ers)/[a-z]`
	hosts := `(?i)proxy\.go` + `lang\.org|sum\.go` + `lang\.org|registry\.npm` + `js\.org|\bpy` + `pi\.org|arti` + `factory|\bGO` + `PROXY=`
	addresses := `\b(10\.\d+|192\.168|172\.(1[6-9]|2\d|3[01]))\.\d+\.\d+\b|local` + `host:\d|127\.0\.0\.1:\d`
	return grep(h, "machine", regexp.MustCompile(folders+"|"+hosts+"|"+addresses), "this is of one machine, not of the program")
}

// The host that this machine gets its modules from is looked up where the test
// runs, because no list could name it.
func TestNoFileNamesTheHostThatServesModulesHere(t *testing.T) {
	raw, err := exec.Command("go", "env", "GO"+"PROXY", "GOSUMDB").Output()
	if err != nil {
		t.Fatal(err)
	}
	h := loadHouse(t)
	for _, host := range hostsIn(string(raw)) {
		for _, f := range grep(h, "machine", regexp.MustCompile(regexp.QuoteMeta(host)), "the host that serves modules here") {
			t.Error(f)
		}
	}
	if name, err := os.Hostname(); err == nil && len(name) > 8 {
		for _, f := range grep(h, "machine", regexp.MustCompile(`\b`+regexp.QuoteMeta(name)+`\b`), "this machine's name") {
			t.Error(f)
		}
	}
}

func hostsIn(settings string) []string {
	var out []string
	for _, m := range regexp.MustCompile(`https?://(?:[^/@\s,|]*@)?([^/:\s,|]+\.[^/:\s,|]+)`).FindAllStringSubmatch(settings, -1) {
		out = append(out, m[1])
	}
	return out
}

func TestHostsAreFoundInSettings(t *testing.T) {
	got := hostsIn("https://me:secret@one.example:8080/go,https://two.example|direct\noff\n")
	if !slices.Equal(got, []string{"one.example", "two.example"}) {
		t.Errorf("%q", got)
	}
}

// formatRule wants a version in the first line of each FORMAT.md, and a FORMAT.md
// beside each package that keeps something on the disk.
func formatRule(h *house) []finding {
	version := regexp.MustCompile(`^# .*\bversion \d+$`)
	var out []finding
	for name, text := range h.texts {
		first, _, _ := strings.Cut(text, "\n")
		if path.Base(name) == "FORMAT.md" && !version.MatchString(first) {
			out = append(out, finding{"format", name, 1, "version", "a format says in its title which version it describes"})
		}
	}
	told := make(map[string]bool)
	for _, g := range h.program() {
		if keepers := strings.Fields("pipeline/identity pipeline/register pipeline/authority crypto/manifest crypto/keyring spool spool/ledger spool/detail spool/retain pipeline/mynumber"); !slices.Contains(keepers, g.pkg) || told[g.pkg] {
			continue
		}
		told[g.pkg] = true
		if h.texts[path.Join(g.pkg, "FORMAT.md")] == "" {
			out = append(out, h.at("format", g, g.ast.Package, "FORMAT.md", "this package keeps something on the disk: FORMAT.md beside it says how"))
		}
	}
	return out
}

// topRule holds what may stand at top level: the names that were given, and what
// tools need.
func topRule(h *house) []finding {
	names := strings.Fields("go.mod go.sum README.md LICENSE .ci .gitignore cmd pipeline formats crypto spool testdata")
	var out []finding
	for _, n := range h.dirs {
		if !slices.Contains(names, n) {
			out = append(out, finding{"top", n, 1, n, "nothing stands beside the given names"})
		}
	}
	return out
}
