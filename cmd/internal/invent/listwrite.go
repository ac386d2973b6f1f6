package invent

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"baitai/formats/charset"
)

// Kind is the form of a list's file.
type Kind string

// The forms of lists.
const (
	CSV  Kind = "csv"
	TSV  Kind = "tsv"
	XLSX Kind = "xlsx"
)

// A Format is how a list is written.
type Format struct {
	Kind     Kind
	Charset  charset.Charset // not for XLSX
	Newline  string          // "\r\n", "\n" or "\r"; not for XLSX
	QuoteAll bool            // quotes around every cell
}

// ErrFormat says that there is no such format.
var ErrFormat = errors.New("invent: no such format")

// ParseFormat reads a name such as xlsx, csv-cp932, csv-utf8-bom-lf, tsv-utf16le,
// csv-cp932-quoted: the kind, the character set, the line end (crlf if none is
// named), and quoted.
func ParseFormat(name string) (Format, error) {
	parts := strings.Split(name, "-")
	f := Format{Kind: Kind(parts[0]), Newline: "\r\n"}
	rest := parts[1:]
	if f.Kind == XLSX {
		if len(rest) > 0 {
			return Format{}, ErrFormat
		}
		return f, nil
	}
	for i, p := range rest {
		switch {
		case p == "bom" && i == 1 && f.Charset == charset.UTF8:
			f.Charset = charset.UTF8BOM
		case i == 0:
			f.Charset = map[string]charset.Charset{"cp932": charset.CP932, "utf8": charset.UTF8,
				"utf16le": charset.UTF16LE, "utf16be": charset.UTF16BE}[p]
		case p == "crlf":
		case p == "lf":
			f.Newline = "\n"
		case p == "cr":
			f.Newline = "\r"
		case p == "quoted":
			f.QuoteAll = true
		default:
			return Format{}, ErrFormat
		}
	}
	return f, f.check()
}

func (f Format) check() error {
	switch {
	case f.Kind == XLSX:
		return nil
	case f.Kind != CSV && f.Kind != TSV,
		!slices.Contains([]string{"\r\n", "\n", "\r"}, f.Newline),
		!slices.Contains([]charset.Charset{charset.CP932, charset.UTF8, charset.UTF8BOM, charset.UTF16LE, charset.UTF16BE}, f.Charset):
		return ErrFormat
	}
	return nil
}

// Extension returns the usual ending of the file's name, with the dot.
func (f Format) Extension() string { return "." + string(f.Kind) }

// A HeaderStyle is how the columns are called.
type HeaderStyle string

// The header styles.
const (
	Standard HeaderStyle = "standard" // 整理番号, 氏名, 住所 …
	Other    HeaderStyle = "other"    // 受付番号, 漢字氏名, 現住所 …
	English  HeaderStyle = "english"  // No., Name, Address …
	None     HeaderStyle = "none"     // no header line
)

// header returns what a column is called.
func (s HeaderStyle) header(column string) string {
	other := map[string][2]string{ColumnRef: {"受付番号", "No."}, ColumnCode: {"住民票コード", "Resident code"},
		ColumnName: {"漢字氏名", "Name"}, ColumnKana: {"フリガナ", "Kana"}, ColumnBirth: {"生年月日(西暦)", "Date of birth"},
		ColumnSex: {"性別", "Sex"}, ColumnAddress: {"現住所", "Address"}, ColumnFormer: {"旧姓", "Former surname"},
		ColumnConsent: {"同意番号", "Consent"}}
	switch s {
	case Other:
		return other[column][0]
	case English:
		return other[column][1]
	}
	return column
}

// rows gives the header, if any, and the cells of each row.
func (l *List) rows(yield func([]string) bool) {
	if l.spec.Header != None {
		header := make([]string, len(l.spec.Columns))
		for i, c := range l.spec.Columns {
			header[i] = l.spec.Header.header(c)
		}
		if !yield(header) {
			return
		}
	}
	for i := range l.Entries {
		if !yield(l.Entries[i].Row.in(l.spec.Columns)) {
			return
		}
	}
}

// in returns the cells in the order of the columns.
func (r *Row) in(columns []string) []string {
	cells := make([]string, len(columns))
	for i, c := range columns {
		switch c {
		case ColumnRef:
			cells[i] = r.Ref
		case ColumnCode:
			cells[i] = r.Code
		case ColumnName:
			cells[i] = r.Name
		case ColumnKana:
			cells[i] = r.Kana
		case ColumnBirth:
			cells[i] = r.Birth
		case ColumnSex:
			cells[i] = r.Sex
		case ColumnAddress:
			cells[i] = r.Address
		case ColumnFormer:
			cells[i] = r.Former
		case ColumnConsent:
			cells[i] = r.Consent
		}
	}
	return cells
}

// Write writes the list in its format.
func (l *List) Write(out io.Writer) error {
	if l.spec.Format.Kind == XLSX {
		sheets := []sheetPart{{name: "名簿", rows: l.rows}}
		if l.spec.Request != nil {
			sheets = append(sheets, sheetPart{name: "依頼書", rows: l.spec.Request.pairs})
		}
		return writeWorkbook(out, sheets...)
	}
	return writeText(out, l.spec.Format, l.rows)
}

func writeText(out io.Writer, f Format, rows func(func([]string) bool)) error {
	b := bufio.NewWriterSize(out, 1<<16)
	c := charset.NewWriter(b, f.Charset, nil)
	line := make([]byte, 0, 512)
	for cells := range rows {
		line = f.appendLine(line[:0], cells)
		if _, err := c.Write(line); err != nil {
			return fmt.Errorf("invent: list: %w", err)
		}
	}
	if err := errors.Join(c.Close(), b.Flush()); err != nil {
		return fmt.Errorf("invent: list: %w", err)
	}
	return nil
}

// appendLine quotes as RFC 4180 does, where it must or where all is quoted.
func (f Format) appendLine(line []byte, cells []string) []byte {
	comma := byte(',')
	if f.Kind == TSV {
		comma = '\t'
	}
	for i, cell := range cells {
		if i > 0 {
			line = append(line, comma)
		}
		if !f.QuoteAll && !strings.ContainsAny(cell, "\",\t\r\n") {
			line = append(line, cell...)
			continue
		}
		line = append(line, '"')
		line = append(line, strings.ReplaceAll(cell, `"`, `""`)...)
		line = append(line, '"')
	}
	return append(line, f.Newline...)
}

// TruthHeaders are the headers of a truth file.
func TruthHeaders() []string {
	return []string{"整理番号", "分類", "正解の住民票コード", "許される回答区分"}
}

// WriteTruth writes what is true of each row, in the list's order: CSV, UTF-8, LF.
// The answers stand with the best one first, parted by a space.
func (l *List) WriteTruth(out io.Writer) error {
	f := Format{Kind: CSV, Charset: charset.UTF8, Newline: "\n"}
	return writeText(out, f, func(yield func([]string) bool) {
		if !yield(TruthHeaders()) {
			return
		}
		for i := range l.Entries {
			t := &l.Entries[i].Truth
			if !yield([]string{t.Ref, string(t.Class), t.Code, strings.Join(t.Accept, " ")}) {
				return
			}
		}
	})
}
