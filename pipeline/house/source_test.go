package house

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"
)

// A finding is one place where a rule is broken.
type finding struct {
	rule string
	file string // slash-separated, from the root of the house
	line int
	key  string // what the exception names: a function, an import, a word
	says string
}

func (f finding) String() string {
	return fmt.Sprintf("%s:%d: %s: %s", f.file, f.line, f.rule, f.says)
}

// A goFile is one parsed file of Go.
type goFile struct {
	path    string
	pkg     string // the folder: the import path without the module's name
	test    bool   // compiled for tests only
	script  bool   // kept out of every build: run by hand
	nested  bool   // belongs to a module within the house
	ast     *ast.File
	imports map[string]string // name in this file → import path
}

// A house is everything under the root, read once.
type house struct {
	fset  *token.FileSet
	goes  []*goFile
	texts map[string]string // every file that is UTF-8, by path
	dirs  []string          // what stands at top level
}

// load reads the house. What .gitignore names at top level is not part of it.
func load(fsys fs.FS) (*house, error) {
	h := &house{fset: token.NewFileSet(), texts: make(map[string]string)}
	var nested []string
	ignored := ignoredNames(fsys)
	err := fs.WalkDir(fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if name == ".git" || ignored(name) {
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if name != "." && !strings.Contains(name, "/") {
			h.dirs = append(h.dirs, name)
		}
		if d.IsDir() {
			if _, err := fs.Stat(fsys, path.Join(name, "go.mod")); err == nil && name != "." {
				nested = append(nested, name)
			}
			return nil
		}
		if !d.Type().IsRegular() {
			return nil
		}
		raw, err := fs.ReadFile(fsys, name)
		if err != nil || !utf8.Valid(raw) {
			return err
		}
		h.texts[name] = string(raw)
		if path.Ext(name) != ".go" || strings.Contains("/"+name, "/testdata/") {
			return nil
		}
		return h.parse(name, raw, slices.ContainsFunc(nested, func(n string) bool { return strings.HasPrefix(name, n+"/") }))
	})
	return h, err
}

func (h *house) parse(name string, raw []byte, nested bool) error {
	f, err := parser.ParseFile(h.fset, name, raw, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	g := &goFile{path: name, pkg: path.Dir(name), test: strings.HasSuffix(name, "_test.go"),
		nested: nested, ast: f, imports: make(map[string]string)}
	for _, c := range f.Comments {
		for _, l := range c.List {
			g.script = g.script || l.Text == "//go:build ignore"
		}
	}
	for _, im := range f.Imports {
		p, err := strconv.Unquote(im.Path.Value)
		if err != nil {
			return err
		}
		local := path.Base(p)
		if len(local) > 1 && local[0] == 'v' && strings.Trim(local[1:], "0123456789") == "" {
			local = path.Base(path.Dir(p))
		}
		if im.Name != nil {
			local = im.Name.Name
		}
		g.imports[local] = p
	}
	h.goes = append(h.goes, g)
	return nil
}

// ignoredNames reads the simple patterns of .gitignore: /name, /name/ and *.ext.
func ignoredNames(fsys fs.FS) func(string) bool {
	raw, _ := fs.ReadFile(fsys, ".gitignore")
	lines := strings.Fields(string(raw))
	return func(name string) bool {
		for _, l := range lines {
			if rooted, ok := strings.CutPrefix(l, "/"); ok && strings.TrimSuffix(rooted, "/") == name {
				return true
			}
			if ok, _ := path.Match(l, path.Base(name)); ok {
				return true
			}
		}
		return false
	}
}

// program gives the files that are built into a program.
func (h *house) program() []*goFile {
	var out []*goFile
	for _, g := range h.goes {
		if !g.test && !g.script && !g.nested {
			out = append(out, g)
		}
	}
	return out
}

func (h *house) at(rule string, g *goFile, pos token.Pos, key, says string) finding {
	return finding{rule, g.path, h.fset.Position(pos).Line, key, says}
}

// root is the folder with go.mod.
func root(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "go.mod")); err != nil {
		t.Fatal(err)
	}
	return dir
}

func loadHouse(t *testing.T) *house {
	t.Helper()
	h, err := load(os.DirFS(root(t)))
	if err != nil {
		t.Fatal(err)
	}
	if len(h.goes) < 100 {
		t.Fatalf("only %d files of Go were found", len(h.goes))
	}
	return h
}
