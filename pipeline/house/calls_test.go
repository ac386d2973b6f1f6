package house

import (
	"fmt"
	"go/ast"
	"slices"
	"strings"
	"testing"
)

// selections calls f for each name that a file takes out of a package that it
// imports: the import path, and the name.
func selections(g *goFile, f func(sel *ast.SelectorExpr, path, name string)) {
	ast.Inspect(g.ast, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if id, ok := sel.X.(*ast.Ident); ok && g.imports[id.Name] != "" {
				f(sel, g.imports[id.Name], sel.Sel.Name)
			}
		}
		return true
	})
}

func initRule(h *house) []finding {
	var out []finding
	for _, g := range h.goes {
		for _, d := range g.ast.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
				out = append(out, h.at("init", g, f.Pos(), "init", "what runs before main was asked for by nobody"))
			}
		}
	}
	return out
}

// exitRule keeps the end of the process with main: anywhere else nothing could be
// cleaned up or entered in the ledger afterwards.
func exitRule(h *house) []finding {
	var out []finding
	for _, g := range h.program() {
		if g.ast.Name.Name == "main" {
			continue
		}
		selections(g, func(sel *ast.SelectorExpr, path, name string) {
			if path == "os" && name == "Exit" || path == "syscall" && name == "Exit" || path == "log" && strings.HasPrefix(name, "Fatal") {
				out = append(out, h.at("exit", g, sel.Pos(), path+"."+name, "only main ends the process"))
			}
		})
	}
	return out
}

func clockRule(h *house) []finding {
	var out []finding
	for _, g := range h.program() {
		if strings.HasPrefix(g.pkg, "cmd/") {
			continue
		}
		selections(g, func(sel *ast.SelectorExpr, path, name string) {
			if path == "time" && (name == "Now" || name == "Since" || name == "Until") {
				out = append(out, h.at("clock", g, sel.Pos(), "time."+name, "the clock is handed in"))
			}
		})
	}
	return out
}

func randomRule(h *house) []finding {
	var out []finding
	for _, g := range h.program() {
		if strings.HasPrefix(g.pkg, "cmd/") {
			continue
		}
		selections(g, func(sel *ast.SelectorExpr, path, name string) {
			// A generator that is made from a seed has its randomness handed in.
			seeded := strings.HasPrefix(name, "New") || slices.Contains([]string{"Rand", "Source", "PCG", "ChaCha8", "Zipf"}, name)
			if path == "crypto/rand" || (path == "math/rand" || path == "math/rand/v2") && !seeded {
				out = append(out, h.at("random", g, sel.Pos(), "rand."+name, "randomness is handed in"))
			}
		})
	}
	return out
}

// revealers may look at what is kept masked: those that fold and compare, that
// write the answer and the sealed file, that name files of the office and that
// encrypt under its password.
func revealers() []string {
	return []string{
		"pipeline/person", "pipeline/normal", "pipeline/verdict", "pipeline/identity", "pipeline/authority",
		"pipeline/match", "pipeline/answer", "pipeline/job", "spool", "crypto/passworded",
	}
}

func revealRule(h *house) []finding {
	var out []finding
	for _, g := range h.program() {
		if slices.Contains(revealers(), g.pkg) {
			continue
		}
		ast.Inspect(g.ast, func(n ast.Node) bool {
			if sel, ok := n.(*ast.SelectorExpr); ok && sel.Sel.Name == "Reveal" {
				out = append(out, h.at("reveal", g, sel.Pos(), "Reveal", "this package may not look behind the mask: see revealers"))
			}
			return true
		})
	}
	return out
}

// starters may start goroutines, in one file if they can; .ci/run tests them with the race detector.
func starters() []string {
	return []string{"pipeline"}
}

func goroutineRule(h *house) []finding {
	var out []finding
	for _, g := range h.program() {
		if slices.Contains(starters(), g.pkg) {
			continue
		}
		ast.Inspect(g.ast, func(n ast.Node) bool {
			if startsGoroutine(n) {
				out = append(out, h.at("goroutine", g, n.Pos(), "go", "this package starts no goroutines: see starters"))
			}
			return true
		})
	}
	return out
}

// startsGoroutine knows the go statement and the method of groups, g.Go(func…).
func startsGoroutine(n ast.Node) bool {
	if _, ok := n.(*ast.GoStmt); ok {
		return true
	}
	c, ok := n.(*ast.CallExpr)
	if !ok || len(c.Args) != 1 {
		return false
	}
	sel, ok := c.Fun.(*ast.SelectorExpr)
	return ok && sel.Sel.Name == "Go"
}

// What a table of rules allows must be needed: otherwise the table grows old.
func TestEveryAllowanceIsUsed(t *testing.T) {
	h := loadHouse(t)
	reveals, starts := make(map[string]bool), make(map[string]bool)
	imports, here := make(map[string]bool), make(map[string]bool)
	for _, g := range h.program() {
		here[g.pkg] = true
		for _, p := range g.imports {
			imports[libraryOf(p)+" "+g.pkg] = true
		}
		ast.Inspect(g.ast, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			reveals[g.pkg] = reveals[g.pkg] || ok && sel.Sel.Name == "Reveal"
			starts[g.pkg] = starts[g.pkg] || startsGoroutine(n)
			return true
		})
	}
	for _, p := range revealers() {
		if here[p] && !reveals[p] {
			t.Errorf("revealers: %s looks behind no mask", p)
		}
	}
	for _, p := range starters() {
		if here[p] && !starts[p] {
			t.Errorf("starters: %s starts no goroutines", p)
		}
	}
	for lib, packages := range libraries() {
		for _, p := range packages {
			if here[p] && !imports[lib+" "+p] {
				t.Errorf("libraries: %s does not import %s", p, lib)
			}
		}
	}
}

// workbookRule keeps the encryption of the library that writes workbooks out: it is
// AES in ECB mode without an integrity code. Package crypto/passworded has another.
func workbookRule(h *house) []finding {
	const library = "github.com/xuri/excelize/v2"
	var out []finding
	for _, g := range h.program() {
		selections(g, func(sel *ast.SelectorExpr, path, name string) {
			if path == library && name == "Encrypt" {
				out = append(out, h.at("workbook", g, sel.Pos(), name, "workbooks are encrypted by crypto/passworded alone"))
			}
		})
		ast.Inspect(g.ast, func(n ast.Node) bool {
			lit, ok := n.(*ast.CompositeLit)
			if !ok {
				return true
			}
			sel, ok := lit.Type.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if id, ok := sel.X.(*ast.Ident); !ok || g.imports[id.Name] != library {
				return true
			}
			for _, e := range lit.Elts {
				if kv, ok := e.(*ast.KeyValueExpr); ok && fmt.Sprint(kv.Key) == "Password" {
					out = append(out, h.at("workbook", g, kv.Pos(), "Password", "workbooks are encrypted by crypto/passworded alone"))
				}
			}
			return true
		})
	}
	return out
}

const (
	functionLinesMax = 70
	fileLinesMax     = 400
)

func functionRule(h *house) []finding {
	var out []finding
	for _, g := range h.program() {
		for _, d := range g.ast.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			if n := h.fset.Position(f.End()).Line - h.fset.Position(f.Pos()).Line + 1; n > functionLinesMax {
				out = append(out, h.at("function", g, f.Pos(), f.Name.Name, fmt.Sprintf("%s has %d lines; a function fits a screen of %d", f.Name.Name, n, functionLinesMax)))
			}
		}
	}
	return out
}

func fileRule(h *house) []finding {
	var out []finding
	for _, g := range h.program() {
		if n := strings.Count(h.texts[g.path], "\n"); n > fileLinesMax {
			out = append(out, h.at("file", g, g.ast.Package, g.path, fmt.Sprintf("%d lines; a file says one thing in %d", n, fileLinesMax)))
		}
	}
	return out
}
