package authority

import (
	"baitai/pipeline/issue"
)

// A Source says where a request comes from.
type Source string

// The sources. What is written by the office (side file, sheet) must be complete;
// for the other two the register fills in what is not stated.
const (
	SideFile Source = "side file" // NAME.request.toml beside the list
	Sheet    Source = "sheet"     // the sheet 「依頼書」 of the workbook
	Default  Source = "default"   // no request: the office's default in the register
	Command  Source = "command"   // the operator at the command line
)

// Written reports whether the office itself has written the request. An unknown
// source counts as written, because that is the stricter reading.
func (s Source) Written() bool { return s != Default && s != Command }

// A Request is what an office asks for (依頼書). Package intake fills it. Make one
// with [NewRequest], [ParseRequestTOML] or [RequestFromPairs].
type Request struct {
	Source        Source
	Number        string       // 依頼番号, the office's own
	Office        string       // 照会元コード
	Purpose       string       // 事務コード
	Basis         string       // 根拠, as [register.ParseBasis] reads it
	Rows          int64        // number of rows, header not counted; -1 if not stated
	Digest        string       // SHA-256 of the list, 64 small hex digits; "" if not stated
	Fields        []string     // 提供項目; nil if not stated, empty and not nil for none
	Form          string       // of the result
	Charset       string       // of the list: CP932, UTF-8, UTF-16LE or UTF-16BE; "" if not stated
	ResultCharset string       // of the result
	Way           string       // 返却方法
	PasswordRef   string       // which password, agreed out of band; never the password
	Date          string       // 依頼日, YYYY-MM-DD
	Sheet         string       // which sheet is the list
	Keys          []Particular // which columns the list has; filled by intake once the header is read

	at map[Item]issue.Pos // where each item stands
}

// NewRequest gives a request that states nothing.
func NewRequest(s Source) Request { return Request{Source: s, Rows: -1} }

// Pos is where the request states the item; the zero Pos if it does not.
func (r Request) Pos(i Item) issue.Pos { return r.at[i] }
