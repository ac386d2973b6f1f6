package authority

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"baitai/formats/charset"
	"baitai/formats/tomlfile"
	"baitai/pipeline/issue"
	"baitai/pipeline/register"
)

const (
	// requestBytesMax is a hundred times a request with a long note.
	requestBytesMax = 256 << 10
	// statementCharactersMax is for numbers and references, which stand in the
	// ledger and on printed forms.
	statementCharactersMax = 64
	noteCharactersMax      = 10_000
)

// A Pair is one statement of a request: a row of the sheet 「依頼書」.
type Pair struct {
	Name  string // as the office writes it, see [ParseItem]
	Value string // "" states nothing
	Pos   issue.Pos
}

// RequestFromPairs reads a request from pairs of name and value. Its error is an
// [issue.List] of F114, F116, F360 and F361. What the request lacks is for [Decide] to
// say. Fields may stand in one pair, or in one for each ([FieldChoice]).
func RequestFromPairs(source Source, pairs []Pair) (Request, error) {
	p := newParser(source)
	for _, pair := range pairs {
		if field, ok := parseFieldChoice(pair.Name); ok {
			p.choose(field, pair.Value, pair.Pos)
			continue
		}
		p.state(pair.Name, pair.Value, pair.Pos)
	}
	return p.result()
}

// ParseRequestTOML reads a side file (NAME.request.toml, 依頼書). name is the file
// name that issues show; it may be empty. Its error is an [issue.List] of F114 and
// F116, or what r gave.
func ParseRequestTOML(r io.Reader, name string) (Request, error) {
	data, err := io.ReadAll(io.LimitReader(r, requestBytesMax+1))
	if err != nil {
		return Request{}, err
	}
	file := issue.Pos{File: name}
	if len(data) > requestBytesMax {
		return Request{}, issue.List{issue.New(issue.BadRequest, file)}
	}
	data = quoteKeys(bytes.TrimPrefix(data, []byte("\ufeff"))) // Notepad writes a byte order mark
	doc := reflect.New(sideFileType())
	if err := tomlfile.Decode(bytes.NewReader(data), doc.Interface()); err != nil {
		return Request{}, tomlIssues(err, file)
	}
	p := newParser(SideFile)
	lines := keyLines(data)
	var stated []reflect.StructField
	for f := range doc.Elem().Type().Fields() {
		if !doc.Elem().FieldByIndex(f.Index).IsNil() {
			stated = append(stated, f)
		}
	}
	slices.SortStableFunc(stated, func(a, b reflect.StructField) int {
		return lines[a.Tag.Get("toml")] - lines[b.Tag.Get("toml")]
	})
	for _, f := range stated {
		key := f.Tag.Get("toml")
		pos := file
		pos.Row = lines[key]
		p.state(key, doc.Elem().FieldByIndex(f.Index).Interface(), pos)
	}
	return p.result()
}

// sideFileType is a struct with a field for each name of each item. It is made from
// the table of names, so that side file and sheet cannot come to differ.
func sideFileType() reflect.Type {
	var fields []reflect.StructField
	for _, n := range itemNames() {
		for _, name := range append([]string{n.english}, n.japanese...) {
			fields = append(fields, reflect.StructField{
				Name: fmt.Sprintf("F%d", len(fields)),
				Type: reflect.TypeFor[any](),
				Tag:  reflect.StructTag(fmt.Sprintf("toml:%q", name)),
			})
		}
	}
	return reflect.StructOf(fields)
}

// tomlIssues gives the faults of the form as issues. A key is never named: it may
// be a misplaced value.
func tomlIssues(err error, file issue.Pos) error {
	faults, ok := errors.AsType[tomlfile.Errors](err)
	if !ok || len(faults) == 0 {
		return issue.List{issue.New(issue.BadRequest, file)}
	}
	var list issue.List
	for _, f := range faults {
		pos := file
		pos.Row, pos.Column = f.Line, f.Column
		code := issue.BadRequest
		if f.Kind == tomlfile.UnknownKey {
			code = issue.RequestUnknownItem
		}
		list = append(list, issue.New(code, pos))
	}
	return list
}

// quoteKeys puts the Japanese name of an item into the quotes that TOML wants, if
// the office has not: 依頼番号 = "…" is what people write. Inside a text of several
// lines it may quote a word too many; such a text is a note, which is not kept.
func quoteKeys(data []byte) []byte {
	var out bytes.Buffer
	for line := range bytes.Lines(data) {
		key, rest, ok := bytes.Cut(line, []byte("="))
		name := bytes.Trim(key, " \t\u3000")
		if item, known := ParseItem(string(name)); ok && known && name[0] >= utf8.RuneSelf {
			fmt.Fprintf(&out, "\"%v\" =%s", item, rest)
			continue
		}
		out.Write(line)
	}
	return out.Bytes()
}

// keyLines finds the physical line on which each key at the top of the file
// stands. It serves messages only: a key that is written with escapes has none.
func keyLines(data []byte) map[string]int {
	lines := map[string]int{}
	n := 0
	for line := range strings.Lines(string(data)) {
		n++
		key, _, ok := strings.Cut(line, "=")
		if !ok {
			continue
		}
		key = strings.Trim(key, " \t")
		if len(key) >= 2 && (key[0] == '"' || key[0] == '\'') && key[len(key)-1] == key[0] {
			key = key[1 : len(key)-1]
		}
		if _, seen := lines[key]; !seen {
			lines[key] = n
		}
	}
	return lines
}

// A parser fills a request, statement by statement.
type parser struct {
	req    Request
	issues issue.List
	// Fields that are chosen one by one, and where the first is; "" chooses none.
	chosen   []string
	chosenAt issue.Pos
}

func newParser(s Source) *parser {
	req := NewRequest(s)
	req.at = map[Item]issue.Pos{}
	return &parser{req: req}
}

func (p *parser) result() (Request, error) {
	p.takeChosen()
	if err := p.issues.Err(); err != nil {
		return Request{}, err
	}
	return p.req, nil
}

// choose takes what stands beside a field: ○, of which fonts have three, or nothing.
func (p *parser) choose(field, value string, pos issue.Pos) {
	pos.Name = ItemFields.String()
	switch text, _ := plain(value); {
	case text == "":
	case text != "○" && text != "〇" && text != "◯":
		p.issues = append(p.issues, issue.New(issue.FieldChoiceUnclear, pos))
	default:
		if p.chosen == nil {
			p.chosenAt = pos
		}
		p.chosen = append(p.chosen, field)
	}
}

// takeChosen makes what was chosen one by one the fields of the request, unless they are
// stated in another way as well, and differently.
func (p *parser) takeChosen() {
	if p.chosen == nil {
		return
	}
	fields := slices.DeleteFunc(slices.Clone(p.chosen), func(f string) bool { return f == "" })
	mixed := len(fields) > 0 && len(fields) < len(p.chosen)
	if mixed || p.req.Fields != nil && !slices.Equal(fieldSet(p.req.Fields), fieldSet(fields)) {
		p.issues = append(p.issues, issue.New(issue.FieldsTwice, p.chosenAt))
		return
	}
	if p.req.Fields == nil {
		p.req.Fields, p.req.at[ItemFields] = fields, p.chosenAt
	}
}

// state takes one statement; the value is a string or what TOML made of it.
func (p *parser) state(name string, value any, pos issue.Pos) {
	item, ok := ParseItem(name)
	if !ok {
		p.issues = append(p.issues, issue.New(issue.RequestUnknownItem, pos))
		return
	}
	pos.Name = item.String()
	text, ok := plain(value)
	if list, isList := value.([]any); isList && item == ItemFields {
		ok = p.fieldList(list)
		text = "[]"
	}
	if _, seen := p.req.at[item]; seen && text != "" || !ok {
		p.issues = append(p.issues, issue.New(issue.BadRequest, pos))
		return
	}
	if text == "" {
		return
	}
	p.req.at[item] = pos
	if _, isList := value.([]any); !isList && !p.set(item, text) {
		p.issues = append(p.issues, issue.New(issue.BadRequest, pos))
	}
}

// plain gives a single value as text without spaces at its ends.
func plain(value any) (string, bool) {
	switch v := value.(type) {
	case string:
		return strings.Trim(v, " \t\r\n\u3000\u00a0"), true
	case int64:
		return strconv.FormatInt(v, 10), true
	case fmt.Stringer: // a date of TOML
		return v.String(), true
	}
	return "", false
}

func (p *parser) fieldList(values []any) bool {
	p.req.Fields = []string{}
	for _, v := range values {
		s, ok := v.(string)
		if !ok {
			return false
		}
		p.req.Fields = append(p.req.Fields, s)
	}
	return true
}

// set reads a value that is not empty; false if it cannot be read. Words of the
// register (basis, form, way, fields) are kept as they are: whether they are known
// and permitted is one question, which Decide answers.
func (p *parser) set(item Item, s string) bool {
	r := &p.req
	if item == ItemNote { // for people; not kept
		return utf8.RuneCountInString(s) <= noteCharactersMax
	}
	if item == ItemFields {
		r.Fields = strings.FieldsFunc(s, func(c rune) bool { return strings.ContainsRune("、，,;；／/・ \t\r\n\u3000", c) })
		return utf8.RuneCountInString(s) <= noteCharactersMax
	}
	if utf8.RuneCountInString(s) > statementCharactersMax || strings.ContainsFunc(s, unicode.IsControl) {
		return false
	}
	ok := true
	switch item {
	case ItemNumber:
		r.Number = s
	case ItemDate:
		r.Date, ok = parseDate(s)
	case ItemOffice:
		r.Office = s
	case ItemPurpose:
		r.Purpose = s
	case ItemBasis:
		r.Basis = s
	case ItemRows:
		r.Rows, ok = parseRows(s)
	case ItemDigest:
		r.Digest, ok = parseDigest(s)
	case ItemForm:
		r.Form = s
	case ItemCharset:
		var c charset.Charset
		var err error
		c, err = charset.Parse(s)
		r.Charset, ok = string(c), err == nil
	case ItemResultCharset:
		r.ResultCharset = s
		_, ok = register.ParseCharset(s)
	case ItemWay:
		r.Way = s
	case ItemPasswordRef:
		r.PasswordRef = s
	case ItemSheet:
		r.Sheet = s
	case ItemLayout:
		r.Layout = s
	case ItemResultLayout:
		r.ResultLayout = s
	}
	return ok
}

func parseRows(s string) (int64, bool) {
	n, err := strconv.ParseInt(strings.ReplaceAll(register.Fold(s), ",", ""), 10, 64)
	return n, err == nil && n >= 0
}

func parseDigest(s string) (string, bool) {
	s = register.Fold(s)
	if len(s) != 64 || strings.Trim(s, "0123456789abcdef") != "" {
		return "", false
	}
	return s, true
}

// parseDate reads YYYY-MM-DD and what a spreadsheet makes of it.
func parseDate(s string) (string, bool) {
	s = register.Fold(s)
	for _, layout := range []string{time.DateOnly, "2006/1/2"} {
		if d, err := time.Parse(layout, s); err == nil {
			return d.Format(time.DateOnly), true
		}
	}
	return "", false
}
