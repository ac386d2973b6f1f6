package intake

import (
	"context"
	"strings"

	"baitai/formats"
	"baitai/pipeline/authority"
	"baitai/pipeline/issue"
	"baitai/pipeline/normal"
	"baitai/pipeline/person"
)

// survey is the first reading: it maps the columns, counts the rows, and looks
// for everything that refuses a list as a whole.
func (l *List) survey(ctx context.Context, pos issue.Pos, wrong *Refusal) error {
	pos.Sheet = l.opened.sheet
	w := surveyor{list: l, pos: pos, seen: newReferences(), wrong: wrong}
	defer w.settle()
	for rec, err := range l.opened.records(l.opts.Limits) {
		if err != nil {
			return err
		}
		if w.kept == nil {
			bad := w.header(rec)
			more, err := l.unseen(rec, w.cols, len(bad) > 0, pos)
			if err != nil {
				return err
			}
			if bad = append(bad, more...); len(bad) > 0 {
				wrong.add(bad...)
				return nil // no row can be judged
			}
			continue
		}
		if l.Totals.Rows%surveyBreath == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		l.Totals.Add(l.Totals.Rows+1, "")
		w.row(rec)
	}
	switch {
	case w.kept == nil:
		wrong.add(issue.New(issue.EmptyFile, pos))
	case l.Totals.Rows == 0:
		wrong.add(issue.New(issue.HeaderOnly, pos))
	}
	if w.kept != nil {
		w.kept.seal()
	}
	l.Ignored, l.parser, l.kept = w.cols.ignored, &parser{columns: w.cols}, w.kept
	l.Request.Keys = w.cols.particulars()
	return nil
}

// surveyBreath is how many rows are looked at before somebody may stop it.
const surveyBreath = 256

// A surveyor looks at one record after the other.
type surveyor struct {
	list  *List
	pos   issue.Pos // without a row
	cols  columns
	cells raw
	seen  *references
	kept  *kept // nil before the header
	wrong *Refusal
}

func (w *surveyor) header(rec formats.Record) (bad issue.List) {
	if w.cols, bad = mapColumns(rec, w.pos, w.list.own); len(bad) == 0 {
		w.kept = newKept(w.cols, w.list.opts.KeepMost)
	}
	for i := range w.cols.spots {
		if at := &w.cols.spots[i].column; *at > 0 {
			*at = w.list.opened.number(*at - 1)
		}
	}
	return bad
}

func (w *surveyor) row(rec formats.Record) {
	w.findMyNumber(rec)
	w.cols.pick(&w.cells, rec)
	w.kept.add(rec.Row, &w.cells)
	if w.list.Totals.Rows == expectAfter {
		w.expect()
	}
	switch ref := trimSpace(w.cells[fieldReference].Text); { // as the row will have it
	case ref == "":
		w.settle()
		w.wrong.add(issue.New(issue.NoReference, w.reference(rec.Row)))
	case w.seen.add(ref, rec.Row):
		w.settle()
	}
}

// expectAfter is how many rows tell how long a row is.
const expectAfter = 1000

// expect makes room for as many rows as the list seems to have. What is kept of a row
// is longer than the row in CP932 and about as long as in UTF-8, so that it is seldom
// too much.
func (w *surveyor) expect() {
	if kept := w.kept.size(); kept > 0 {
		w.seen.expect(w.list.opened.size * expectAfter / kept)
	}
}

// settle adds what is wrong with the references so far. It goes before anything
// that is added of a later row: a refusal is in the order of the list.
func (w *surveyor) settle() {
	w.seen.settle(func(row, earlier int) {
		w.wrong.add(issue.New(issue.DoubledReference, w.reference(row), earlier))
	})
}

// reference is where the 整理番号 of a row stands.
func (w *surveyor) reference(row int) issue.Pos {
	at := w.pos
	at.Row, at.Column, at.Name = row, w.cols.spots[fieldReference].column, w.cols.spots[fieldReference].name
	return at
}

// findMyNumber looks for a 個人番号, which no list may hold (spec §2.1). Only a
// 整理番号 may look like one.
func (w *surveyor) findMyNumber(rec formats.Record) {
	for i, cell := range rec.Cells {
		if i == w.cols.at[fieldReference] || !holdsMyNumber(cell) {
			continue
		}
		pos := w.pos
		pos.Row, pos.Column = rec.Row, w.list.opened.number(i)
		if i < len(w.cols.headers) {
			pos.Name = w.cols.headers[i]
		}
		w.settle()
		w.wrong.add(issue.New(issue.MyNumberCell, pos))
	}
}

// holdsMyNumber looks at a cell as people and spreadsheets write numbers: with an
// apostrophe before it, or with an exponent.
func holdsMyNumber(c formats.Cell) bool { return mayBeNumber(c.Text) && isMyNumber(c.Text) }

func isMyNumber(s string) bool {
	s = strings.TrimLeft(strings.TrimSpace(s), "'’＇`")
	return normal.LooksLikeMyNumber(s) || normal.LooksLikeMyNumber(expand(s))
}

// mayBeNumber reports whether a cell can be a 個人番号 at all, which nearly none can:
// it has twelve figures, or an exponent and at most zerosMost fewer; and no
// character from U+4000 on but those of full width.
func mayBeNumber(s string) bool {
	figures := 0
	for i := range len(s) {
		switch c := s[i]; {
		case c >= '0' && c <= '9', c == 0xEF: // the first byte of a figure of full width
			figures++
		case c >= 0xE4:
			return false
		}
	}
	return figures >= person.MyNumberDigits-zerosMost
}

// compare holds what the request states against what the file is.
func (l *List) compare(digest string, pos issue.Pos, wrong *Refusal) {
	if l.Request.Rows >= 0 && l.Totals.Rows > 0 && l.Request.Rows != l.Totals.Rows {
		wrong.add(issue.New(issue.RowCountMismatch, l.statedAt(authority.ItemRows, pos), l.Request.Rows, l.Totals.Rows))
	}
	if l.Request.Digest != "" && !strings.EqualFold(l.Request.Digest, digest) {
		wrong.add(issue.New(issue.DigestMismatch, l.statedAt(authority.ItemDigest, pos)))
	}
}

func (l *List) statedAt(i authority.Item, otherwise issue.Pos) issue.Pos {
	if p := l.Request.Pos(i); p != (issue.Pos{}) {
		return p
	}
	return otherwise
}
