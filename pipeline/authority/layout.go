package authority

import (
	"slices"

	"baitai/pipeline/issue"
	"baitai/pipeline/register"
)

// NoLayout is what a request states as 様式 whose list has a header line, where the
// register has a default.
const NoLayout = "なし"

// ListLayout finds the layout (様式) by which a list of fixed length, or without a header
// line, is to be read: the one that the request names, or the registered default of
// office and purpose. nil says that the list says by its headers what it holds; nothing
// is ever guessed from what it looks like. The error is an issue (F312, F313).
func ListLayout(reg *register.Register, req Request) (*Layout, error) {
	if reg == nil {
		reg = &register.Register{}
	}
	purpose := req.Purpose
	if purpose == "" && !req.Source.Written() {
		purpose, _ = reg.DefaultPurpose(req.Office)
	}
	switch req.Layout {
	case NoLayout:
		return nil, nil
	case "":
		if l, ok := reg.DefaultLayout(req.Office, purpose, register.UseList, FormFixed); ok {
			return &l, nil
		}
		return nil, nil
	}
	l, ok := reg.Layout(req.Layout)
	if !ok || l.Use != register.UseList || !l.For(req.Office, purpose) {
		return nil, issue.New(issue.LayoutUnknown, req.Pos(ItemLayout))
	}
	return &l, nil
}

// layout finds the layout of the result: the one that the request names, or the
// registered default for the form that is asked for. Totals (統計) have none.
func (d *decision) layout(o register.Office, p register.Purpose) *Layout {
	form, known := d.asked(o)
	switch {
	case p.Basis == register.Statistics || !known:
		return nil
	case d.req.ResultLayout == "":
		if l, ok := d.reg.DefaultLayout(o.ID, p.Code, register.UseResult, form); ok {
			return &l
		}
		if form == FormFixed {
			d.refuse(issue.LayoutMissing, ItemForm)
		}
		return nil
	}
	l, ok := d.reg.Layout(d.req.ResultLayout)
	if !ok || l.Use != register.UseResult || !l.For(o.ID, p.Code) {
		d.refuse(issue.LayoutUnknown, ItemResultLayout)
		return nil
	}
	if d.req.Form != "" && form != l.Form {
		d.refuse(issue.LayoutContradicts, ItemForm, ItemForm)
	}
	return &l
}

// has reports whether a result has a place for a field.
func has(l *Layout, f Field) bool {
	return slices.ContainsFunc(l.Columns, func(c register.LayoutColumn) bool { return c.Item == f.String() })
}
