// Package register holds the 管理簿: which offices (照会元) may ask for which
// purposes (利用事務) on which legal basis, who the operators (操作者) are and what
// they may do, which media (媒体) belong to the prefecture, and by which layouts (様式)
// lists of fixed length, or without a header line, are read and results are written.
// Beside them lie the prefecture's own tables of places (地名の表), which [LoadTables]
// reads.
//
// One more file, which may be missing, has the names that offices give to the
// columns of their lists (見出しの表).
//
// It hides CSV files that an official edits in a spreadsheet (FORMAT.md):
// character set, byte order mark, full-width letters, dates as a spreadsheet
// rewrites them. It promises that a register is read whole or not at all: every
// fault of every file is reported with its place, nothing is guessed, and an
// empty cell never means «permitted» or «unlimited». What the rows permit
// together is decided one floor up, in package authority.
package register

import (
	"maps"
	"slices"
	"time"

	"baitai/pipeline/issue"
)

// A Register is the content of the files at one moment. It does not change;
// an edited register is loaded anew. The zero value knows nobody.
type Register struct {
	offices   map[string]*Office
	purposes  map[purposeID]*Purpose
	operators map[string]*Operator // by login
	media     map[string]*Medium
	headers   map[string][]header // by office
	layouts   map[string]*Layout
	digest    string
}

type purposeID struct{ office, code string }

// A Span is a 有効期間: whole days in Asia/Tokyo, both included. The zero value
// holds no day.
type Span struct {
	From  string // YYYY-MM-DD
	Until string // YYYY-MM-DD; "9999-12-31" where the register says 期限なし
}

// Holds reports whether the day of now, as Tokyo counts days, is within the span.
func (s Span) Holds(now time.Time) bool {
	if s.From == "" || s.Until == "" {
		return false
	}
	// Fixed offset: Japan has no daylight saving time, and a machine may lack tzdata.
	day := now.In(time.FixedZone("JST", 9*3600)).Format(time.DateOnly)
	return s.From <= day && day <= s.Until
}

// An Office is a 照会元, a row of offices.csv.
type Office struct {
	ID             string   // 照会元コード: ASCII, also the name of its folder
	Name           string   // 名称
	Kind           Kind     // 種別
	Recipients     []string // 受取鍵: as crypto.ParseRecipient reads them; empty until the key is brought
	DefaultPurpose string   // 既定の事務コード: for lists without a request; may be empty
	Charset        Charset  // 文字コード of its results, unless the request states another
	Form           Form     // 返却形式, unless the request states another
	Way            Way      // 返却方法, unless the request states another
	Valid          Span
	Pos            issue.Pos // of the row
}

// A Purpose is a 利用事務 of one office, a row of purposes.csv.
type Purpose struct {
	Code        string     // 事務コード
	Office      string     // 照会元コード
	Name        string     // 事務名
	Basis       Basis      // 根拠
	Clause      string     // 根拠条項
	Population  Population // 対象者
	WhoClause   string     // 対象者条項: why Everybody
	Keys        []Particular
	Fields      []Field // 提供項目; empty for 統計
	CodeOut     bool    // 住民票コード提供
	CodeClause  string  // 住民票コード条項: what allows 住民票コード as key or field
	ShowSupport bool    // 支援措置 = 提供可: people under 支援措置 are answered as others are
	MaxRows     int64   // 最大行数, at least 1
	Forms       []Form
	Ways        []Way
	TwoPeople   bool // 二人承認
	Valid       Span
	Pos         issue.Pos
}

// An Operator is a 操作者, a row of operators.csv.
type Operator struct {
	ID     string // 操作者ID, the name that the ledger records
	Login  string // 利用者名: login of the operating system
	Unit   string // 所属
	Rights []Right
	Valid  Span
	Pos    issue.Pos
}

// Has reports whether the operator's row names the right.
func (o Operator) Has(r Right) bool { return slices.Contains(o.Rights, r) }

// A Medium is a 媒体 of the prefecture, a row of media.csv.
type Medium struct {
	No        string // 媒体番号, on its sticker
	Kind      string // 種別: USBメモリ, DVD-R …
	Product   string // 製品名
	Serial    string // 製造番号
	Encrypted bool   // 暗号化
	Owner     string // 所有所属
	Since     string // 登録日, YYYY-MM-DD
	State     string // 状態: 保管, 貸出, 書込, 引渡, 返却 or 廃棄
	Pos       issue.Pos
}

// Office finds a 照会元 by its code, valid today or not.
func (r *Register) Office(id string) (Office, bool) {
	o, ok := find(r.offices, id)
	o.Recipients = slices.Clone(o.Recipients) // what is handed out must not be a way to edit the register
	return o, ok
}

// Purpose finds the row of one office for one 事務コード.
func (r *Register) Purpose(office, code string) (Purpose, bool) {
	p, ok := find(r.purposes, purposeID{office, code})
	p.Keys, p.Fields = slices.Clone(p.Keys), slices.Clone(p.Fields)
	p.Forms, p.Ways = slices.Clone(p.Forms), slices.Clone(p.Ways)
	return p, ok
}

// HasPurpose reports whether any office is registered for the 事務コード.
func (r *Register) HasPurpose(code string) bool {
	for id := range r.purposes {
		if id.code == code {
			return true
		}
	}
	return false
}

// DefaultPurpose gives the 事務コード for a list of that office that comes without
// a request; false where the office has none.
func (r *Register) DefaultPurpose(office string) (string, bool) {
	o, ok := r.Office(office)
	return o.DefaultPurpose, ok && o.DefaultPurpose != ""
}

// Operator finds a 操作者 by login.
func (r *Register) Operator(login string) (Operator, bool) {
	o, ok := find(r.operators, login)
	o.Rights = slices.Clone(o.Rights)
	return o, ok
}

// Medium finds a 媒体 by the number on its sticker.
func (r *Register) Medium(no string) (Medium, bool) { return find(r.media, no) }

// Offices lists the codes of the 照会元, sorted.
func (r *Register) Offices() []string { return slices.Sorted(maps.Keys(r.offices)) }

// Purposes lists the 事務コード of one office, sorted.
func (r *Register) Purposes(office string) []string {
	var codes []string
	for id := range r.purposes {
		if id.office == office {
			codes = append(codes, id.code)
		}
	}
	slices.Sort(codes)
	return codes
}

// Logins lists the logins of the 操作者, sorted.
func (r *Register) Logins() []string { return slices.Sorted(maps.Keys(r.operators)) }

// Layouts lists the codes of the 様式, sorted.
func (r *Register) Layouts() []string { return slices.Sorted(maps.Keys(r.layouts)) }

// Media lists the numbers of the 媒体, sorted.
func (r *Register) Media() []string { return slices.Sorted(maps.Keys(r.media)) }

// Digest is what the ledger keeps of the register: the SHA-256, in hex, of what
// «sha256sum media.csv offices.csv operators.csv purposes.csv» prints in the
// folder, with headers.csv, layout_columns.csv and layouts.csv before them where they
// are, so that an auditor can make it again with stock tools.
func (r *Register) Digest() string { return r.digest }

func find[K comparable, V any](m map[K]*V, k K) (V, bool) {
	if v, ok := m[k]; ok {
		return *v, true
	}
	var none V
	return none, false
}
