package authority

import (
	"fmt"
	"log/slog"
	"slices"

	"baitai/pipeline/issue"
	"baitai/pipeline/person"
	"baitai/pipeline/register"
)

// A Grant is the permission to answer one list (許可). Only [Decide] and
// [OperatorGrant.Lookup] make one that is valid; the zero value permits nothing.
// It does not change, and may be copied and shared.
type Grant struct{ t *terms }

// terms is never handed out: what a grant permits cannot be widened later.
type terms struct {
	number         string
	office         register.Office
	purpose        register.Purpose
	operator       string // 操作者ID
	keys           []Particular
	fields         []Field
	form           Form
	charset        Charset
	layout         *Layout // of the result; nil where it has the usual columns
	way            Way
	passwordRef    person.Text // masked, because people write passwords where a reference belongs
	registerDigest string
}

// Valid reports whether g permits anything.
func (g Grant) Valid() bool { return g.t != nil }

func (g Grant) terms() terms {
	if g.t == nil {
		return terms{}
	}
	return *g.t
}

// Number is the 依頼番号; "" for a list without a written request.
func (g Grant) Number() string { return g.terms().number }

// Office is the 照会元コード; "" for an operator's own lookup.
func (g Grant) Office() string { return g.terms().office.ID }

// OfficeName is the 名称 of the office.
func (g Grant) OfficeName() string { return g.terms().office.Name }

// Purpose is the 事務コード.
func (g Grant) Purpose() string { return g.terms().purpose.Code }

// PurposeName is the 事務名.
func (g Grant) PurposeName() string { return g.terms().purpose.Name }

// Basis is the 根拠; 0 for an operator's own lookup.
func (g Grant) Basis() Basis { return g.terms().purpose.Basis }

// Clause is the 根拠条項 in the register's words.
func (g Grant) Clause() string { return g.terms().purpose.Clause }

// Operator is the 操作者ID under whose name the list is answered.
func (g Grant) Operator() string { return g.terms().operator }

// RegisterDigest is the digest of the register that was decided by.
func (g Grant) RegisterDigest() string { return g.terms().registerDigest }

// MayUse reports whether rows may be searched by p. 同意番号 is no search key; it
// may be read where the basis is 本人同意.
func (g Grant) MayUse(p Particular) bool {
	if p == KeyConsent {
		return g.NeedsConsent()
	}
	return slices.Contains(g.terms().keys, p)
}

// Fields lists what may go out with an answer, in the order of its columns.
// 住民票コード is among them only where the register names the clause for it.
func (g Grant) Fields() []Field { return slices.Clone(g.terms().fields) }

// Covers reports whether a person in that state belongs to the 対象者. People
// outside are answered 権限外 (90).
func (g Grant) Covers(s person.State) bool {
	switch g.terms().purpose.Population {
	case register.AbroadOnly: // 住基法30条の44の6第1項・第2項: 国外転出者に係るもの
		return s == person.Abroad
	case register.Everybody: // only with the clause in 対象者条項
		return s.Valid()
	}
	return false
}

// IgnoresSupport reports whether people under 支援措置 are answered as others are,
// which a purpose needs its own permission for.
func (g Grant) IgnoresSupport() bool { return g.terms().purpose.ShowSupport }

// NeedsConsent reports whether each row must have its 同意番号 (住基法30条の44の6第1項3号).
func (g Grant) NeedsConsent() bool { return g.Basis() == register.Consent }

// TotalsOnly reports whether no row may go out, only counts (同項4号).
func (g Grant) TotalsOnly() bool { return g.Basis() == register.Statistics }

// MaxRows is the most rows that the list may have; 0 for the zero grant.
func (g Grant) MaxRows() int64 { return g.terms().purpose.MaxRows }

// CheckRows holds the number of rows that were found against the limit; nil when
// it is within.
func (g Grant) CheckRows(found int64) *issue.Issue {
	if found >= 0 && found <= g.MaxRows() {
		return nil
	}
	return issue.New(issue.MoreRowsThanPermitted, issue.Pos{}, g.MaxRows(), found)
}

// Form is the form of the result.
func (g Grant) Form() Form { return g.terms().form }

// Layout is the 様式 of the result: which items it has, in which order, under which
// names, and their places where the form is fixed length. False where it has the
// usual columns.
func (g Grant) Layout() (Layout, bool) {
	if l := g.terms().layout; l != nil {
		return *l, true
	}
	return Layout{}, false
}

// Charset is the character set of the result; without meaning for a workbook and
// for JSON Lines.
func (g Grant) Charset() Charset { return g.terms().charset }

// Way is how the result goes back.
func (g Grant) Way() Way { return g.terms().way }

// PasswordRef names the password that the office chose, for the way by mail. It
// is never the password.
func (g Grant) PasswordRef() string { return g.terms().passwordRef.Reveal() }

// Recipients are the age recipients of the office, at least one in a grant that
// [Decide] made.
func (g Grant) Recipients() []string { return slices.Clone(g.terms().office.Recipients) }

// TwoPeople reports whether a second person must approve before the list is
// answered (二人承認).
func (g Grant) TwoPeople() bool { return g.terms().purpose.TwoPeople }

// String names office, purpose and basis, nothing else.
func (g Grant) String() string {
	if !g.Valid() {
		return "no grant"
	}
	return fmt.Sprintf("grant for office %q, purpose %q, basis %v", g.Office(), g.Purpose(), g.Basis())
}

// Format prints String under every verb.
func (g Grant) Format(f fmt.State, _ rune) {
	_, _ = f.Write([]byte(g.String())) // fmt offers no way to report an error here
}

// LogValue gives String to log/slog.
func (g Grant) LogValue() slog.Value { return slog.StringValue(g.String()) }
