package authority

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"baitai/pipeline/issue"
	"baitai/pipeline/person"
	"baitai/pipeline/register"
)

// Decide holds a request against the register. It returns a valid grant, or an
// [issue.List] with every reason against it (J101 … J120, F114, F115, F143): what
// depends on an office or a purpose that is not known is not judged.
//
// reg may be nil, which knows nobody. req.Keys must hold the columns of the list.
// op is looked up again in reg, so that its rights are those of the register.
// Whether the password of a mail is registered (J131) and how many rows were found
// is for the job.
func Decide(reg *register.Register, req Request, op register.Operator, now time.Time) (Grant, error) {
	if reg == nil {
		reg = &register.Register{}
	}
	d := &decision{reg: reg, req: req, now: now}
	operator := d.operator(op, register.RightAsk)
	d.complete()
	office, knownOffice := d.office()
	if knownOffice {
		if purpose, ok := d.purpose(office); ok {
			d.grant(office, purpose, operator)
		}
	}
	if err := d.issues.Err(); err != nil {
		return Grant{}, err
	}
	return Grant{&d.terms}, nil
}

// A decision collects the reasons against a request, and the terms if there are none.
type decision struct {
	reg    *register.Register
	req    Request
	now    time.Time
	issues issue.List
	terms  terms
}

func (d *decision) refuse(code issue.Code, i Item, args ...any) {
	d.issues = append(d.issues, issue.New(code, d.req.Pos(i), args...))
}

// operator checks who asks (操作者認証, 最小権限).
func (d *decision) operator(op register.Operator, needed ...register.Right) register.Operator {
	o, ok := d.reg.Operator(op.Login)
	if !ok || o.ID != op.ID {
		d.refuse(issue.UnknownOperator, 0)
		return register.Operator{}
	}
	if !o.Valid.Holds(d.now) {
		d.refuse(issue.OperatorNotValid, 0)
	}
	for _, r := range needed {
		if !o.Has(r) {
			d.refuse(issue.OperatorLacksRight, 0, r)
		}
	}
	return o
}

// complete asks of a written request what a request must state, so that nobody
// fills it in afterwards. Form, character set and way may be left to the register.
func (d *decision) complete() {
	if !d.req.Source.Written() {
		return
	}
	for _, s := range []struct {
		item   Item
		stated bool
	}{
		{ItemNumber, d.req.Number != ""},
		{ItemOffice, d.req.Office != ""},
		{ItemPurpose, d.req.Purpose != ""},
		{ItemBasis, d.req.Basis != ""},
		{ItemRows, d.req.Rows >= 0},
		{ItemFields, d.req.Fields != nil},
	} {
		if !s.stated {
			d.refuse(issue.RequestLacks, s.item, s.item)
		}
	}
}

func (d *decision) office() (register.Office, bool) {
	if d.req.Office == "" {
		if !d.req.Source.Written() {
			d.refuse(issue.RequestUnclear, ItemOffice)
		}
		return register.Office{}, false
	}
	o, ok := d.reg.Office(d.req.Office)
	if !ok {
		d.refuse(issue.UnknownOffice, ItemOffice)
		return o, false
	}
	if !o.Valid.Holds(d.now) {
		d.refuse(issue.OfficeNotValid, ItemOffice)
	}
	if len(o.Recipients) == 0 && d.stated(o) != WayMail { // by mail it opens with a password
		d.refuse(issue.OfficeHasNoKey, ItemOffice)
	}
	return o, true
}

func (d *decision) purpose(o register.Office) (register.Purpose, bool) {
	code := d.req.Purpose
	if code == "" && d.req.Source.Written() {
		return register.Purpose{}, false // complete has said so
	}
	if code == "" {
		code = o.DefaultPurpose
	}
	if code == "" {
		d.refuse(issue.RequestUnclear, ItemPurpose)
		return register.Purpose{}, false
	}
	p, ok := d.reg.Purpose(o.ID, code)
	switch {
	case ok:
		return p, true
	case d.reg.HasPurpose(code):
		d.refuse(issue.PurposeNotForOffice, ItemPurpose)
	default:
		d.refuse(issue.UnknownPurpose, ItemPurpose)
	}
	return p, false
}

// grant judges everything that the purpose rules, and fills in the terms.
func (d *decision) grant(o register.Office, p register.Purpose, op register.Operator) {
	if !p.Valid.Holds(d.now) {
		d.refuse(issue.PurposeNotValid, ItemPurpose, p.Valid.From, p.Valid.Until)
	}
	d.basis(p)
	if d.req.Rows > p.MaxRows {
		d.refuse(issue.MoreRowsThanPermitted, ItemRows, p.MaxRows, d.req.Rows)
	}
	d.keys(p)
	layout := d.layout(o, p)
	d.terms = terms{
		number:         d.req.Number,
		office:         o,
		purpose:        p,
		operator:       op.ID,
		keys:           p.Keys,
		fields:         d.fields(p, layout),
		form:           d.form(o, p, layout),
		charset:        d.charset(o, layout),
		layout:         layout,
		way:            d.way(o, p),
		passwordRef:    person.NewText(d.req.PasswordRef),
		registerDigest: d.reg.Digest(),
	}
}

// basis holds the stated 根拠 against the registered one (住基法30条の44の6).
func (d *decision) basis(p register.Purpose) {
	if p.Basis == 0 || p.Clause == "" {
		d.refuse(issue.NoBasis, ItemPurpose)
		return
	}
	if d.req.Basis == "" {
		return // complete has asked for it where it must be stated
	}
	if b, ok := register.ParseBasis(d.req.Basis); !ok || b != p.Basis {
		d.refuse(issue.BasisContradicts, ItemBasis)
	}
}

// keys judges the columns of the list. A column that is not permitted refuses the
// list rather than being passed over: the office would believe that it was used.
func (d *decision) keys(p register.Purpose) {
	var usable, forbidden []Particular
	consent := false
	for _, k := range d.req.Keys {
		switch {
		case k == KeyConsent:
			consent = true
		case slices.Contains(p.Keys, k):
			usable = append(usable, k)
		default:
			forbidden = append(forbidden, k)
		}
	}
	if len(forbidden) > 0 {
		d.refuse(issue.KeyNotPermitted, 0, names(forbidden))
	}
	if !register.Searchable(usable) {
		d.refuse(issue.NoKeyColumnPermitted, 0)
	}
	if p.Basis == register.Consent && !consent { // 住基法30条の44の6第1項3号
		d.refuse(issue.ConsentColumnMissing, 0)
	}
}

// fields gives what is asked for and permitted, in the order of an answer.
func (d *decision) fields(p register.Purpose, layout *Layout) []Field {
	if d.req.Fields == nil { // only where no request was written: complete has said so otherwise
		return slices.DeleteFunc(slices.Clone(p.Fields), func(f Field) bool { return layout != nil && !has(layout, f) })
	}
	var asked, forbidden []Field
	unknown := 0
	for _, name := range d.req.Fields {
		f, ok := register.ParseField(name)
		switch {
		case !ok:
			unknown++
		case !slices.Contains(p.Fields, f):
			forbidden = append(forbidden, f)
		default:
			asked = append(asked, f)
		}
	}
	if unknown > 0 || len(forbidden) > 0 {
		what := names(forbidden)
		if unknown > 0 { // the sender's words are not repeated
			what = strings.TrimPrefix(fmt.Sprintf("%s、?×%d", what, unknown), "、")
		}
		d.refuse(issue.FieldNotPermitted, ItemFields, what)
	}
	slices.Sort(asked)
	asked = slices.Compact(asked)
	if homeless := slices.DeleteFunc(slices.Clone(asked), func(f Field) bool { return layout == nil || has(layout, f) }); len(homeless) > 0 {
		d.refuse(issue.LayoutLacksFields, ItemFields, names(homeless))
	}
	return asked
}

func (d *decision) form(o register.Office, p register.Purpose, layout *Layout) Form {
	f, ok := d.asked(o)
	if layout != nil && d.req.Form == "" {
		f = layout.Form
	}
	if !ok || !slices.Contains(p.Forms, f) {
		d.refuse(issue.FormNotPermitted, ItemForm, f)
	}
	return f
}

// asked is the 返却形式 that is asked for, permitted or not; false if it is no word
// of the register.
func (d *decision) asked(o register.Office) (Form, bool) {
	if d.req.Form == "" {
		return o.Form, true
	}
	return register.ParseForm(d.req.Form)
}

func (d *decision) charset(o register.Office, layout *Layout) Charset {
	fixed := layout != nil && layout.Form == FormFixed
	if d.req.ResultCharset == "" {
		if fixed {
			return layout.Charset
		}
		return o.Charset
	}
	c, ok := register.ParseCharset(d.req.ResultCharset)
	switch {
	case !ok:
		d.refuse(issue.BadRequest, ItemResultCharset)
	case fixed && c != layout.Charset:
		d.refuse(issue.LayoutContradicts, ItemResultCharset, ItemResultCharset)
	}
	return c
}

// stated is the 返却方法 that is asked for, permitted or not; 0 if it is no word of
// the register.
func (d *decision) stated(o register.Office) Way {
	if d.req.Way == "" {
		return o.Way
	}
	w, _ := register.ParseWay(d.req.Way)
	return w
}

// way judges the 返却方法. For mail the office must have named the password that
// it chose; the password itself never comes here.
func (d *decision) way(o register.Office, p register.Purpose) Way {
	w, ok := o.Way, true
	if d.req.Way != "" {
		w, ok = register.ParseWay(d.req.Way)
	}
	if !ok || !slices.Contains(p.Ways, w) {
		d.refuse(issue.WayNotPermitted, ItemWay, w)
	} else if w == WayMail && d.req.PasswordRef == "" {
		d.refuse(issue.RequestLacks, ItemWay, ItemPasswordRef)
	}
	return w
}

// names joins the words of the register.
func names[T fmt.Stringer](vs []T) string {
	words := make([]string, len(vs))
	for i, v := range vs {
		words[i] = v.String()
	}
	return strings.Join(words, "、")
}
