package intake

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
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
	// reads what is looked at.
	before := wrong.clone()
	l.opened.charset, l.opened.first, l.Charset = only, look, only
	if l.splits() && (declared == "" || declared == only) {
		look.watch = charset.NewWatch(only)
	}
	if err = l.survey(ctx, pos, wrong); ctx.Err() != nil {
		return "", ctx.Err()
	}
	if look.watch != nil {
		if err == nil && l.parser != nil && look.watch.Clear() {
			return look.digest(), nil // all of it was decoded and cut
		}
		look = newLook(ctx, l.opened)
	}
	whole, digest, undecided := look.decide(declared, at)
	if undecided == nil && whole != only {
		undecided = errGlance
	}
	if undecided != nil {
		*wrong = *before
		return "", undecided
	}
	return digest, err
}

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
