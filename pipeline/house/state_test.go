package house

import (
	"errors"
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// stateRule finds package-level variables that can change: those declared to be
// filled later, those that hold a lock or a map made empty, and every place that
// assigns to one, takes its address or hands it to what changes it. Identifiers
// are resolved by go/types; imports are left out, because a name behind a package
// is another package's variable whatever its type.
func stateRule(h *house) []finding {
	byPackage := make(map[string][]*goFile)
	for _, g := range h.program() {
		byPackage[g.pkg] = append(byPackage[g.pkg], g)
	}
	var out []finding
	for pkg, files := range byPackage {
		info := &types.Info{Uses: make(map[*ast.Ident]types.Object), Defs: make(map[*ast.Ident]types.Object),
			Selections: make(map[*ast.SelectorExpr]*types.Selection)}
		conf := types.Config{Importer: noImports{}, Error: func(error) {}}
		var asts []*ast.File
		for _, g := range files {
			asts = append(asts, g.ast)
		}
		// Files for other systems declare things twice and imports are missing:
		// what can be resolved is resolved all the same.
		_, _ = conf.Check(pkg, h.fset, asts, info)
		for _, g := range files {
			s := &stateCheck{h: h, g: g, info: info}
			s.declarations()
			s.uses()
			out = append(out, s.out...)
		}
	}
	return out
}

type noImports struct{}

func (noImports) Import(string) (*types.Package, error) { return nil, errors.New("not looked at") }

type stateCheck struct {
	h    *house
	g    *goFile
	info *types.Info
	out  []finding
}

func (s *stateCheck) say(pos token.Pos, key, says string) {
	s.out = append(s.out, s.h.at("state", s.g, pos, key, says))
}

func (s *stateCheck) declarations() {
	for _, d := range s.g.ast.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.VAR {
			continue
		}
		for _, spec := range g.Specs {
			v := spec.(*ast.ValueSpec)
			if v.Names[0].Name == "_" || embedded(g, v) {
				continue
			}
			if len(v.Values) == 0 {
				s.say(v.Pos(), v.Names[0].Name, "a variable of the package without a value is there to be changed")
			}
			s.initial(v)
		}
	}
}

// initial looks at what a variable begins with, but not into function literals.
func (s *stateCheck) initial(v *ast.ValueSpec) {
	ast.Inspect(v, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncLit:
			return false
		case *ast.CallExpr:
			if id, ok := n.Fun.(*ast.Ident); ok && id.Name == "make" {
				s.say(v.Pos(), v.Names[0].Name, "what is made empty is there to be filled")
			}
		case *ast.SelectorExpr:
			id, ok := n.X.(*ast.Ident)
			if !ok {
				return true
			}
			p := s.g.imports[id.Name]
			if p == "sync/atomic" || p == "sync" && !strings.HasPrefix(n.Sel.Name, "OnceValue") && n.Sel.Name != "OnceFunc" {
				s.say(v.Pos(), v.Names[0].Name, "a lock or a counter of the package guards state of the package")
			}
		}
		return true
	})
}

func embedded(g *ast.GenDecl, v *ast.ValueSpec) bool {
	for _, doc := range []*ast.CommentGroup{g.Doc, v.Doc} {
		if doc == nil {
			continue
		}
		for _, c := range doc.List {
			if strings.HasPrefix(c.Text, "//go:embed ") {
				return true
			}
		}
	}
	return false
}

func (s *stateCheck) uses() {
	ast.Inspect(s.g.ast, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			if n.Tok != token.DEFINE {
				for _, l := range n.Lhs {
					s.changes(l, "assigned to")
				}
			}
		case *ast.IncDecStmt:
			s.changes(n.X, "counted up or down")
		case *ast.RangeStmt:
			if n.Tok == token.ASSIGN {
				s.changes(n.Key, "assigned to")
				s.changes(n.Value, "assigned to")
			}
		case *ast.SendStmt:
			s.changes(n.Chan, "sent to")
		case *ast.UnaryExpr:
			if n.Op == token.AND {
				s.changes(n.X, "its address is taken")
			}
		case *ast.CallExpr:
			s.call(n)
		}
		return true
	})
}

// call finds what changes its first argument, and methods on a pointer to a
// variable of the package.
func (s *stateCheck) call(c *ast.CallExpr) {
	changing := false
	switch f := c.Fun.(type) {
	case *ast.Ident:
		changing = f.Name == "delete" || f.Name == "clear" || f.Name == "copy"
	case *ast.SelectorExpr:
		if id, ok := f.X.(*ast.Ident); ok {
			p, name := s.g.imports[id.Name], f.Sel.Name
			changing = p == "sort" && !strings.HasPrefix(name, "Search") && !strings.HasSuffix(name, "AreSorted") ||
				(p == "slices" || p == "maps") && (strings.HasPrefix(name, "Sort") && name != "Sorted" && !strings.HasPrefix(name, "Sorted") ||
					name == "Reverse" || name == "Delete" || name == "DeleteFunc" || name == "Copy" || name == "Compact")
		}
		if sel, ok := s.info.Selections[f]; ok && sel.Kind() == types.MethodVal {
			m := sel.Obj().(*types.Func).Signature()
			_, byPointer := m.Recv().Type().(*types.Pointer)
			_, isPointer := sel.Recv().(*types.Pointer)
			if byPointer && !isPointer {
				s.changes(f.X, "its address is taken by "+f.Sel.Name)
			}
		}
	}
	if changing && len(c.Args) > 0 {
		s.changes(c.Args[0], "changed by a call")
	}
}

// changes reports e when what it belongs to is a variable of a package.
func (s *stateCheck) changes(e ast.Expr, how string) {
	for e != nil {
		switch x := e.(type) {
		case *ast.ParenExpr:
			e = x.X
		case *ast.IndexExpr:
			e = x.X
		case *ast.SliceExpr:
			e = x.X
		case *ast.StarExpr:
			e = x.X
		case *ast.SelectorExpr:
			if id, ok := x.X.(*ast.Ident); ok && s.isPackage(id) {
				s.say(e.Pos(), id.Name+"."+x.Sel.Name, "a variable of another package: "+how)
				return
			}
			e = x.X
		case *ast.Ident:
			v, ok := s.info.Uses[x].(*types.Var)
			if ok && v.Pkg() != nil && v.Parent() == v.Pkg().Scope() {
				s.say(x.Pos(), x.Name, "a variable of the package: "+how)
			}
			return
		default:
			return
		}
	}
}

// isPackage tells whether a name stands for an import. One that could not be
// resolved does when this file imports something under it.
func (s *stateCheck) isPackage(id *ast.Ident) bool {
	o, resolved := s.info.Uses[id]
	if !resolved || o == nil {
		return s.g.imports[id.Name] != ""
	}
	_, ok := o.(*types.PkgName)
	return ok
}
