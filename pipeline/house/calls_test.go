package house

import (
	"fmt"
	"go/ast"
	"slices"
	"strings"
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
// write the answer and the sealed file, and that name files of the office.
func revealers() []string {
	return []string{
		"pipeline/person", "pipeline/normal", "pipeline/verdict", "pipeline/identity", "pipeline/authority",
		"pipeline/match", "pipeline/answer", "pipeline/job", "spool", "spool/spooltest", "crypto/keyring",
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

// starters may start goroutines; .ci/run tests them with the race detector.
func starters() []string {
	return []string{"pipeline", "pipeline/match", "pipeline/identity", "spool/ledger", "cmd/internal/term"}
}

func goroutineRule(h *house) []finding {
	var out []finding
	for _, g := range h.program() {
		if slices.Contains(starters(), g.pkg) {
			continue
		}
		ast.Inspect(g.ast, func(n ast.Node) bool {
			if s, ok := n.(*ast.GoStmt); ok {
				out = append(out, h.at("goroutine", g, s.Pos(), "go", "this package starts no goroutines: see starters"))
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
