// Package authority decides whether a request may be answered (権限): which
// office, for which purpose, on which legal basis, with which search keys, which
// fields, how many rows, in which form and by which way back.
//
// The outcome is a [Grant] (許可), or every reason against it. It hides how the
// register and the request are held against each other. It promises that a Grant
// comes from [Decide] or [DecideOperator] alone, that its zero value permits
// nothing, and that whatever neither the register nor the request states is not
// permitted: nothing here has a default that permits. Packages identity and
// mynumber cannot be asked without a Grant, so that no code path reaches personal
// data without a decision that stands in the ledger.
//
// What it cannot see is whether the office tells the truth: 国外転出者に係る事務 is
// the office's own statement, which the register's keeper has accepted.
package authority

import "baitai/pipeline/register"

// The words of the register, so that those who use a grant need not import it.
type (
	Basis      = register.Basis
	Particular = register.Particular
	Field      = register.Field
	Form       = register.Form
	Charset    = register.Charset
	Way        = register.Way
	Layout     = register.Layout
)

// The particulars of a list.
const (
	KeyCode          = register.KeyCode
	KeyName          = register.KeyName
	KeyKana          = register.KeyKana
	KeyBirth         = register.KeyBirth
	KeySex           = register.KeySex
	KeyAddress       = register.KeyAddress
	KeyFormerSurname = register.KeyFormerSurname
	KeyConsent       = register.KeyConsent
)

// The fields of an answer.
const (
	FieldCode          = register.FieldCode
	FieldName          = register.FieldName
	FieldKana          = register.FieldKana
	FieldFormerSurname = register.FieldFormerSurname
	FieldBirth         = register.FieldBirth
	FieldSex           = register.FieldSex
	FieldMunicipality  = register.FieldMunicipality
	FieldAddress       = register.FieldAddress
	FieldLastAddress   = register.FieldLastAddress
	FieldState         = register.FieldState
	FieldReason        = register.FieldReason
	FieldChangeDate    = register.FieldChangeDate
)

// Forms, character sets and ways.
const (
	FormCSV      = register.FormCSV
	FormXLSX     = register.FormXLSX
	FormFixed    = register.FormFixed
	FormJSONL    = register.FormJSONL
	CharsetCP932 = register.CharsetCP932
	CharsetUTF8  = register.CharsetUTF8
	WayMedium    = register.WayMedium
	WayMail      = register.WayMail
)
