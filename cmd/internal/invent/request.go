package invent

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// A Request is what an office states with its list (依頼書). Empty parts are left out.
type Request struct {
	Number        string // 依頼番号
	Office        string // 照会元コード
	Purpose       string // 事務コード
	Basis         string // 根拠
	Rows          int    // -1: not stated
	SHA256        string // of the list's file, in hexadecimal
	Fields        []string
	Form          string // of the result: csv, xlsx
	Charset       string // of the list
	ResultCharset string
	Way           string // 返却方法
	PasswordRef   string // パスワード参照; never the password

	Japanese bool // keys in Japanese
}

// part is one key of a request with its value as TOML and as a cell.
type part struct{ english, japanese, toml, cell string }

func (r *Request) parts() []part {
	var out []part
	text := func(english, japanese, value string) {
		if value != "" {
			out = append(out, part{english, japanese, strconv.Quote(value), value})
		}
	}
	text("number", "依頼番号", r.Number)
	text("office", "照会元", r.Office)
	text("purpose", "利用事務", r.Purpose)
	text("basis", "根拠", r.Basis)
	if r.Rows >= 0 {
		n := strconv.Itoa(r.Rows)
		out = append(out, part{"rows", "行数", n, n})
	}
	text("sha256", "ダイジェスト", r.SHA256)
	if len(r.Fields) > 0 {
		quoted := make([]string, len(r.Fields))
		for i, f := range r.Fields {
			quoted[i] = strconv.Quote(f)
		}
		out = append(out, part{"fields", "提供項目", "[" + strings.Join(quoted, ", ") + "]", strings.Join(r.Fields, "、")})
	}
	text("form", "形式", r.Form)
	text("charset", "文字コード", r.Charset)
	text("result_charset", "結果の文字コード", r.ResultCharset)
	text("way", "返却方法", r.Way)
	text("password_ref", "パスワード参照", r.PasswordRef)
	return out
}

// Write writes the request as a side file (NAME.request.toml).
func (r *Request) Write(out io.Writer) error {
	b := bufio.NewWriter(out)
	for _, p := range r.parts() {
		key := p.english
		if r.Japanese {
			key = strconv.Quote(p.japanese) // TOML wants quotes around a key in Japanese
		}
		fmt.Fprintf(b, "%s = %s\n", key, p.toml)
	}
	if err := b.Flush(); err != nil {
		return fmt.Errorf("invent: request: %w", err)
	}
	return nil
}

// pairs gives the rows of the sheet 「依頼書」: key and value.
func (r *Request) pairs(yield func([]string) bool) {
	for _, p := range r.parts() {
		if !yield([]string{p.japanese, p.cell}) {
			return
		}
	}
}
