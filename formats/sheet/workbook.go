package sheet

import (
	"bytes"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"baitai/formats"
)

// stylesMax bounds the styles of cells; spreadsheets allow 65,490.
const stylesMax = 1 << 17

// readWorkbook reads what is needed before any sheet: the list of sheets, the
// epoch of dates, and which styles show dates.
func (b *Book) readWorkbook() error {
	workbook, err := b.mainPart()
	if err != nil {
		return err
	}
	for name := range b.parts {
		if strings.HasPrefix(name, strings.ToLower(path.Dir(workbook))+"/externallinks/") {
			b.external = true
		}
	}
	relations, err := b.relations(workbook)
	if err != nil {
		return err
	}
	styles := ""
	for _, r := range relations {
		var only *string // a workbook has one of them; of two, readers would take another one
		switch {
		case r.external, r.kind == "externalLink":
			b.external = true
		case r.kind == "styles":
			only = &styles
		case r.kind == "sharedStrings":
			only = &b.strings
		case r.kind == "vbaProject" || strings.Contains(strings.ToLower(r.kind), "macrosheet"):
			return &formats.Error{Err: formats.ErrMacro}
		}
		if only != nil && *only != "" {
			return damaged()
		} else if only != nil {
			*only = r.target
		}
	}
	err = b.each(workbook, func(s *scanner) error {
		if s.kind != tokenOpen {
			return nil
		}
		switch string(s.name) {
		case "workbookPr":
			b.epoch1904 = isTrue(s.attr("date1904"))
		case "sheet":
			state := string(s.attr("state"))
			name := string(s.attr("name"))
			r, ok := relations[string(s.relation())]
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

// mainPart finds the part that is the workbook: the one that the container's own
// relationships name, which a spreadsheet opens, or the usual one where it has none.
func (b *Book) mainPart() (string, error) {
	const usual = "xl/workbook.xml"
	relations, err := b.relations("")
	if err != nil || len(relations) == 0 {
		return usual, err
	}
	found := ""
	for _, r := range relations {
		if r.kind != "officeDocument" {
			continue
		}
		if found != "" || r.external {
			return "", damaged()
		}
		found = r.target
	}
	if found == "" {
		return "", damaged()
	}
	return found, nil
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
				if r.odd {
					return damaged()
				}
				if int64(len(t.text))+8*int64(len(t.ends)) > b.limits.SharedStringsBytes {
					return &formats.Error{Err: formats.ErrBomb}
				}
			default:
				if r.take(s); len(r.text) > textBytesMax {
					return &formats.Error{Err: formats.ErrCellTooLong}
				}
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
	phonetic int  // how many rPh are open
	odd      bool // a text in a text: nobody knows what it says
}

// textBytesMax bounds a text before its escapes are resolved: the 32,767 characters
// that a cell can hold, each written as _xHHHH_.
const textBytesMax = 8 * 32_767

func (r *richText) begin() { *r = richText{text: r.text[:0]} }

func (r *richText) take(s *scanner) {
	switch s.kind {
	case tokenText:
		if r.inText && r.phonetic == 0 {
			r.text = append(r.text, s.text...)
		}
	default:
		switch string(s.name) {
		case "t":
			r.odd = r.odd || r.inText && s.kind == tokenOpen
			r.inText = s.kind == tokenOpen
		case "rPh":
			if s.kind == tokenOpen {
				r.phonetic++
			} else {
				r.phonetic--
			}
		}
	}
}

// unescapeString resolves _xHHHH_, with which workbooks write characters that XML
// cannot hold, and an underscore before what would look like that (ECMA-376 part
// 1, 22.9.2.19, ST_Xstring). A character beyond U+FFFF takes two of them.
func unescapeString(b []byte) []byte {
	const long = len("_x0000_")
	out := b[:0] // never longer than what was read
	for len(b) > 0 {
		n := bytes.Index(b, []byte("_x"))
		if n < 0 {
			return append(out, b...)
		}
		out, b = append(out, b[:n]...), b[n:]
		r, ok := escape(b)
		switch second, also := escape(b[min(long, len(b)):]); {
		case ok && also && utf16.DecodeRune(r, second) != utf8.RuneError:
			out, b = utf8.AppendRune(out, utf16.DecodeRune(r, second)), b[2*long:]
		case ok && !utf16.IsSurrogate(r):
			out, b = utf8.AppendRune(out, r), b[long:]
		default:
			out, b = append(out, '_'), b[1:]
		}
	}
	return out
}

// escape reads _xHHHH_ at the beginning of b, half a pair included.
func escape(b []byte) (rune, bool) {
	if len(b) < 7 || b[0] != '_' || b[1] != 'x' || b[6] != '_' {
		return 0, false
	}
	n, err := strconv.ParseUint(string(b[2:6]), 16, 16)
	return rune(n), err == nil
}
