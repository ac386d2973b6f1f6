package sheet

import (
	"slices"
	"strconv"
	"strings"

	"baitai/formats"
)

// stylesMax bounds the styles of cells; spreadsheets allow 65,490.
const stylesMax = 1 << 17

// readWorkbook reads what is needed before any sheet: the list of sheets, the
// epoch of dates, and which styles show dates.
func (b *Book) readWorkbook() error {
	for name := range b.parts {
		if strings.HasPrefix(name, "xl/externallinks/") {
			b.external = true
		}
	}
	const workbook = "xl/workbook.xml"
	relations, err := b.relations(workbook)
	if err != nil {
		return err
	}
	styles := ""
	for _, r := range relations {
		switch {
		case r.external, r.kind == "externalLink":
			b.external = true
		case r.kind == "styles":
			styles = r.target
		case r.kind == "sharedStrings":
			b.strings = r.target
		case r.kind == "vbaProject" || strings.Contains(strings.ToLower(r.kind), "macrosheet"):
			return &formats.Error{Err: formats.ErrMacro}
		}
	}
	err = b.each(workbook, func(s *scanner) error {
		if s.kind != tokenOpen {
			return nil
		}
		switch string(s.name) {
		case "workbookPr":
			v := string(s.attr("date1904"))
			b.epoch1904 = v == "1" || v == "true"
		case "sheet":
			state := string(s.attr("state"))
			name := string(s.attr("name"))
			r, ok := relations[string(s.attr("id"))]
			twin := func(other Sheet) bool { return strings.EqualFold(other.Name, name) }
			if !ok || name == "" || slices.ContainsFunc(b.sheets, twin) { // of two of one name nobody knows which is meant
				return damaged()
			}
			if r.kind != "worksheet" { // a sheet with a chart only
				return nil
			}
			b.sheets = append(b.sheets, Sheet{Name: name, Visible: state != "hidden" && state != "veryHidden"})
			b.paths = append(b.paths, r.target)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if len(b.sheets) == 0 {
		return damaged()
	}
	if styles == "" {
		return nil
	}
	return b.readStyles(styles)
}

// readStyles finds out which of the styles that cells refer to show a date.
func (b *Book) readStyles(name string) error {
	codes := make(map[int]string)
	inside := false // cellXfs: the list that cells refer to
	return b.each(name, func(s *scanner) error {
		switch {
		case string(s.name) == "cellXfs" && s.kind != tokenText:
			inside = s.kind == tokenOpen
		case s.kind == tokenOpen && string(s.name) == "numFmt":
			if id, err := strconv.Atoi(string(s.attr("numFmtId"))); err == nil {
				codes[id] = string(s.attr("formatCode"))
			}
		case s.kind == tokenOpen && inside && string(s.name) == "xf":
			id, _ := strconv.Atoi(string(s.attr("numFmtId")))
			if len(b.dateStyle) == stylesMax {
				return damaged()
			}
			b.dateStyle = append(b.dateStyle, isDateFormat(id, codes[id]))
		}
		return nil
	})
}

// sharedStrings holds the strings that cells refer to by number: one memory for
// all of them, so that a million strings are not a million allocations.
type sharedStrings struct {
	text []byte
	ends []int
}

func (t *sharedStrings) get(i int) (string, bool) {
	if i < 0 || i >= len(t.ends) {
		return "", false
	}
	from := 0
	if i > 0 {
		from = t.ends[i-1]
	}
	return string(t.text[from:t.ends[i]]), true
}

// readShared reads the shared strings, once.
func (b *Book) readShared() error {
	if b.shared != nil {
		return nil
	}
	t := &sharedStrings{}
	if b.strings != "" {
		var r richText
		err := b.each(b.strings, func(s *scanner) error {
			switch {
			case string(s.name) == "si" && s.kind == tokenOpen:
				r.begin()
			case string(s.name) == "si" && s.kind == tokenEnd:
				t.text = append(t.text, unescapeString(r.text)...)
				t.ends = append(t.ends, len(t.text))
				if int64(len(t.text))+8*int64(len(t.ends)) > b.limits.SharedStringsBytes {
					return &formats.Error{Err: formats.ErrBomb}
				}
			default:
				r.take(s)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	b.shared = t
	return nil
}

// richText gathers the text of a string item (si, is): the runs one after the
// other, and nothing of the phonetic runs (rPh, ふりがな), which would read as part
// of the name.
type richText struct {
	text     []byte
	inText   bool
	phonetic bool
}

func (r *richText) begin() { *r = richText{text: r.text[:0]} }

func (r *richText) take(s *scanner) {
	switch s.kind {
	case tokenText:
		if r.inText && !r.phonetic {
			r.text = append(r.text, s.text...)
		}
	default:
		switch string(s.name) {
		case "t":
			r.inText = s.kind == tokenOpen
		case "rPh":
			r.phonetic = s.kind == tokenOpen
		}
	}
}

// unescapeString resolves _xHHHH_, with which workbooks write characters that XML
// cannot hold, and an underscore before what would look like that (ECMA-376 part
// 1, 22.9.2.19, ST_Xstring).
func unescapeString(b []byte) []byte {
	for i := 0; i+7 <= len(b); i++ {
		if r, ok := escape(b[i:]); ok {
			b = append(b[:i], append([]byte(string(r)), b[i+7:]...)...)
			i += len(string(r)) - 1
		}
	}
	return b
}

func escape(b []byte) (rune, bool) {
	if b[0] != '_' || b[1] != 'x' || b[6] != '_' {
		return 0, false
	}
	n, err := strconv.ParseUint(string(b[2:6]), 16, 16)
	if err != nil || n >= 0xd800 && n <= 0xdfff {
		return 0, false
	}
	return rune(n), true
}
