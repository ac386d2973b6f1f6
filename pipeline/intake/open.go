package intake

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"strings"
	"sync"

	"baitai/formats"
	"baitai/formats/charset"
	"baitai/formats/sheet"
	"baitai/pipeline"
	"baitai/pipeline/authority"
	"baitai/pipeline/issue"
	"baitai/pipeline/normal"
	"baitai/pipeline/register"
)

// A List is a list that was found fit to be worked on as a whole. Close it.
type List struct {
	Request authority.Request
	Totals  pipeline.Totals // rows, counted by the first reading
	Ignored []string        // headers of columns that nobody knows, as written
	Kind    formats.Kind
	Charset charset.Charset // text only

	src    Source
	opts   Options
	own    map[string]field // the office's own names of columns, folded
	opened *opened
	parser *parser
	kept   *kept
	makers sync.Pool // of *rowMaker
}

// Close lets go of the list.
func (l *List) Close() { l.opened.close() }

// Open reads the request and the whole list once. It returns a *Refusal for a
// list that must go back to the office, and any other error for a fault after
// which the same list may be tried again.
func Open(ctx context.Context, src Source, stated Stated, o Options) (*List, error) {
	l := &List{src: src, opts: o}
	l.makers.New = func() any { return &rowMaker{list: l, pool: &l.makers} }
	wrong := newRefusal(o.PlacesMax)
	side, err := readSide(src)
	if err != nil {
		if err := addRequestError(wrong, err); err != nil {
			return nil, err
		}
		return nil, wrong // without the request it is not certain how to read the list
	}
	file, err := src.List()
	if err != nil {
		return nil, err
	}
	l.opened = &opened{file: file, size: src.Size}
	if err := l.open(ctx, side, stated, wrong); err != nil {
		l.opened.close()
		return nil, err
	}
	return l, nil
}

func (l *List) open(ctx context.Context, side *authority.Request, stated Stated, wrong *Refusal) error {
	pos := issue.Pos{File: l.src.Name}
	kind, err := formats.DetectAt(l.opened.file, l.opened.size)
	if err != nil {
		return l.refuseOr(err, pos, wrong)
	}
	if kind, err = l.unlock(kind, side); err != nil {
		return l.refuseOr(err, pos, wrong)
	}
	var inside *authority.Request
	if kind == formats.XLSX {
		if inside, err = l.openBook(pos); err != nil {
			if err := addRequestError(wrong, err); err != nil {
				return l.refuseOr(err, pos, wrong)
			}
			return wrong
		}
	}
	l.Request = choose(side, inside, stated, wrong)
	if kind == formats.Unknown && statesWide(l.Request) {
		kind = formats.Text // UTF-16 without a byte order mark looks like nothing
	}
	if kind != formats.Text && kind != formats.XLSX {
		wrong.add(notSupported(kind, pos))
		return wrong
	}
	l.Kind = kind
	if err := l.settleLayout(pos); err != nil {
		return l.refuseOr(err, pos, wrong)
	}
	digest, err := l.readAll(ctx, pos, wrong)
	if err != nil {
		return l.refuseOr(err, pos, wrong)
	}
	l.compare(digest, pos, wrong)
	return wrong.err()
}

// statesWide reports whether the request says that the list is in UTF-16.
func statesWide(r authority.Request) bool {
	c, err := charset.Parse(r.Charset)
	return err == nil && (c == charset.UTF16 || c == charset.UTF16LE || c == charset.UTF16BE)
}

// refuseOr adds what a reader found to the refusal, or returns the fault.
func (l *List) refuseOr(err error, pos issue.Pos, wrong *Refusal) error {
	if i := issue.Find(err); i != nil {
		wrong.add(i)
		return wrong
	}
	if i := asRefusal(err, pos, l.opts.Limits); i != nil {
		wrong.add(i)
		return wrong
	}
	return err
}

// requestSheet is the name of the sheet that holds the request (依頼書).
const requestSheet = "依頼書"

// openBook opens a workbook and reads its sheet 「依頼書」, if it has one.
func (l *List) openBook(pos issue.Pos) (*authority.Request, error) {
	r, size := io.ReaderAt(l.opened.file), l.opened.size
	if l.opened.plain != nil {
		r, size = l.opened.plain, l.opened.plainSize
	}
	book, err := sheet.OpenAt(r, size, sheet.Options{Limits: l.opts.Limits})
	if err != nil {
		return nil, err
	}
	l.opened.book = book
	if book.ExternalLinks() {
		return nil, issue.New(issue.ExternalLinks, pos)
	}
	var form string
	for _, s := range book.Sheets() {
		if strings.TrimSpace(s.Name) != requestSheet {
			continue
		}
		if form != "" { // «依頼書» and «依頼書 »: nobody knows which one holds
			return nil, issue.New(issue.RequestUnclear, pos)
		}
		if !s.Visible { // of another time, and nobody who looks at the workbook knows of it
			pos.Sheet = s.Name
			return nil, issue.New(issue.HiddenRequest, pos)
		}
		form = s.Name
	}
	if form == "" {
		return nil, nil
	}
	pos.Sheet = form
	req, err := readForm(book.Form(form), pos)
	if err != nil {
		return nil, err
	}
	return &req, nil
}

// readForm reads a form of two columns, item and value; further columns are for
// people and are not looked at.
func readForm(records formats.Records, pos issue.Pos) (authority.Request, error) {
	var pairs []authority.Pair
	for rec, err := range records {
		if err != nil {
			return authority.Request{}, err
		}
		if len(rec.Cells) < 2 || strings.TrimSpace(rec.Cells[0].Text) == "" {
			continue
		}
		p := pos
		p.Row, p.Column = rec.Row, 2
		pairs = append(pairs, authority.Pair{Name: rec.Cells[0].Text, Value: rec.Cells[1].Text, Pos: p})
	}
	return authority.RequestFromPairs(authority.Sheet, pairs)
}

// readAll settles how the bytes become records, surveys these, and returns the SHA-256
// of the bytes.
func (l *List) readAll(ctx context.Context, pos issue.Pos, wrong *Refusal) (digest string, err error) {
	if l.opened.book != nil {
		if l.opened.sheet, err = l.listSheet(pos); err != nil {
			return "", err
		}
		h := sha256.New()
		if _, err := io.Copy(h, io.NewSectionReader(l.opened.file, 0, l.opened.size)); err != nil {
			return "", err
		}
		return hex.EncodeToString(h.Sum(nil)), l.survey(ctx, pos, wrong)
	}
	declared, err := l.declared()
	if err != nil {
		return "", err
	}
	only, certain, err := l.glance(declared)
	if err != nil {
		return "", err
	}
	at := pos
	if declared == charset.EUCJP || declared == charset.ISO2022JP { // whatever the bytes are
		at = l.statedAt(authority.ItemCharset, pos)
	}
	look := newLook(ctx, l.opened)
	if !certain {
		if l.Charset, digest, err = look.decide(declared, at); err != nil {
			return "", err
		}
		l.opened.charset = l.Charset
		return digest, l.survey(ctx, pos, wrong)
	}
	// What the survey finds counts only if the whole file is what its beginning is. It
	// reads what is looked at, and is read on to the end where it breaks off.
	before := wrong.clone()
	l.opened.charset, l.opened.first = only, look
	if err = l.survey(ctx, pos, wrong); ctx.Err() != nil {
		return "", ctx.Err()
	}
	whole, digest, undecided := look.decide(declared, at)
	if undecided == nil && whole != only {
		undecided = errGlance
	}
	if undecided != nil {
		*wrong = *before
		return "", undecided
	}
	l.Charset = only
	return digest, err
}

// glanceBytes is how much of a list is looked at before its survey begins: mostly the
// first name leaves one character set only.
const glanceBytes = 1 << 20

var errGlance = errors.New("intake: internal error: the character set of a list is not that of its beginning")

// glance says which character set a list must be in, if in any, by its beginning.
func (l *List) glance(declared charset.Charset) (only charset.Charset, certain bool, err error) {
	var probe charset.Probe
	if _, err := io.Copy(&probe, io.NewSectionReader(l.opened.file, 0, min(glanceBytes, l.opened.size))); err != nil {
		return "", false, err
	}
	only, certain = probe.Only(declared)
	return only, certain, nil
}

// A look reads a text and finds out, of all that is read through it, which character
// set it is in and what its SHA-256 is.
type look struct {
	ctx   context.Context // asked now and then, for a list may be long
	text  io.Reader
	probe charset.Probe
	sum   hash.Hash
}

func newLook(ctx context.Context, o *opened) *look {
	return &look{ctx: ctx, text: io.NewSectionReader(o.file, 0, o.size), sum: sha256.New()}
}

func (l *look) Read(b []byte) (int, error) {
	if err := l.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := l.text.Read(b)
	l.probe.Write(b[:n])
	l.sum.Write(b[:n])
	return n, err
}

// decide reads what is left, and says what the whole is.
func (l *look) decide(declared charset.Charset, pos issue.Pos) (c charset.Charset, digest string, err error) {
	if _, err := io.CopyBuffer(io.Discard, struct{ io.Reader }{l}, make([]byte, lookBytes)); err != nil {
		return "", "", err
	}
	if c, err = l.probe.Decide(declared); err != nil {
		return "", "", charsetIssue(err, declared, pos)
	}
	return c, hex.EncodeToString(l.sum.Sum(nil)), nil
}

// lookBytes is read at a time: a chunk of the seal.
const lookBytes = 64 << 10

// declared is the character set that request and layout declare; "" for none.
func (l *List) declared() (declared charset.Charset, err error) {
	at := l.Request.Pos(authority.ItemCharset)
	if l.Request.Charset != "" {
		if declared, err = charset.Parse(l.Request.Charset); err != nil {
			return "", issue.New(issue.BadRequest, at).Because(err)
		}
	}
	switch layout := l.opened.layout; {
	case layout == nil:
		return declared, nil
	case declared == "", declared == layout.Charset, declared == charset.UTF8BOM && layout.Charset == charset.UTF8:
		return layout.Charset, nil
	}
	return "", issue.New(issue.LayoutContradicts, at, authority.ItemCharset)
}

// charsetIssue says what the request must state, or where the bytes are wrong.
func charsetIssue(err error, declared charset.Charset, pos issue.Pos) error {
	var ambiguous *charset.AmbiguousError
	var contradiction *charset.ContradictionError
	var iso *charset.ISO2022Error
	var euc *charset.EUCError
	var invalid *charset.InvalidError
	var nul *charset.NULError
	switch {
	case errors.As(err, &nul):
		pos.Row, pos.Offset = nul.Line, nul.Offset
		return issue.New(issue.NUL, pos).Because(err)
	case errors.As(err, &ambiguous):
		var names []string
		for _, c := range ambiguous.Candidates {
			names = append(names, string(c))
		}
		return issue.New(issue.AmbiguousCharset, pos, strings.Join(names, "・")).Because(err)
	case errors.As(err, &contradiction):
		return issue.New(issue.CharsetContradiction, pos, string(declared)).Because(err)
	case errors.As(err, &iso):
		if iso.Line > 0 {
			pos.Row, pos.Offset = iso.Line, iso.Offset
		}
		return issue.New(issue.ISO2022, pos).Because(err)
	case errors.As(err, &euc):
		if euc.Line > 0 {
			pos.Row, pos.Offset = euc.Line, euc.Offset
		}
		return issue.New(issue.EUCJP, pos).Because(err)
	case errors.As(err, &invalid):
		pos.Row, pos.Offset = invalid.Line, invalid.Offset
		return issue.New(issue.BadCharacter, pos, string(invalid.Charset)).Because(err)
	}
	return err
}

// listSheet finds the sheet that is the list: the one that the request names,
// or the only visible one beside 「依頼書」.
func (l *List) listSheet(pos issue.Pos) (string, error) {
	var candidates []string
	for _, s := range l.opened.book.Sheets() {
		if s.Name == l.Request.Sheet && s.Name != "" {
			return s.Name, nil
		}
		if s.Visible && strings.TrimSpace(s.Name) != requestSheet {
			candidates = append(candidates, s.Name)
		}
	}
	if l.Request.Sheet != "" || len(candidates) != 1 {
		return "", issue.New(issue.SeveralSheets, l.statedAt(authority.ItemSheet, pos))
	}
	return candidates[0], nil
}

// registered folds the office's own names of columns (見出しの表).
func registered(names map[string]string) map[string]field {
	m := make(map[string]field, len(names))
	for own, standard := range names {
		if standard == register.HeaderNotUsed {
			m[normal.FoldHeader(own)] = fieldNone
			continue
		}
		for f := fieldReference; f < fieldMyNumber; f++ {
			if standardHeader[f] == standard {
				m[normal.FoldHeader(own)] = f
			}
		}
	}
	return m
}

// particulars are the search keys that the columns hold, for the grant.
func (c columns) particulars() []authority.Particular {
	var keys []authority.Particular
	for _, k := range []struct {
		f field
		p authority.Particular
	}{
		{fieldCode, authority.KeyCode}, {fieldName, authority.KeyName}, {fieldKana, authority.KeyKana},
		{fieldBirth, authority.KeyBirth}, {fieldSex, authority.KeySex}, {fieldAddress, authority.KeyAddress},
		{fieldFormerSurname, authority.KeyFormerSurname}, {fieldConsent, authority.KeyConsent},
	} {
		if c.has(k.f) {
			keys = append(keys, k.p)
		}
	}
	return keys
}
