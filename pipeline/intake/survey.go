package intake

import (
	"context"
	"strings"

	"baitai/formats"
	"baitai/formats/csvlist"
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
	err := w.read(ctx)
	if err != nil || w.unclear {
		return err
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
	list    *List
	pos     issue.Pos // without a row
	cols    columns
	cells   raw
	seen    *references
	kept    *kept // nil before the header
	unclear bool  // the header is wrong, so that no row can be judged
	wrong   *Refusal
	place   csvlist.Place // of a text that is surveyed in pieces: after what was looked at
}

// read looks at the whole list.
func (w *surveyor) read(ctx context.Context) error {
	if w.list.splits() {
		return w.pieces(ctx)
	}
	return w.records(ctx, w.list.opened.records(w.list.opts.Limits))
}

// records looks at records, of which the first of all is the header.
func (w *surveyor) records(ctx context.Context, records formats.Records) error {
	l := w.list
	for rec, err := range records {
		if err != nil {
			return err
		}
		if w.kept == nil {
			bad := w.header(rec)
			more, err := l.unseen(rec, w.cols, len(bad) > 0, w.pos)
			if err != nil {
				return err
			}
			if bad = append(bad, more...); len(bad) > 0 {
				w.unclear = true
				w.wrong.add(bad...)
				return nil
			}
			continue
		}
		if l.Totals.Rows%surveyBreath == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		l.Totals.Add(l.Totals.Rows+1, "")
		w.row(rec)
	}
	return nil
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
	if ref := trimSpace(w.cells[fieldReference].Text); ref != "" { // as the row will have it
		w.seen.add(ref, rec.Row)
		return
	}
	w.wrong.add(issue.New(issue.NoReference, w.reference(rec.Row)))
}

// settle adds what is wrong with the references, so that a refusal is in the order of
// the list.
func (w *surveyor) settle() {
	pairs := w.seen.doubled()
	for _, p := range pairs {
		w.wrong.add(issue.New(issue.DoubledReference, w.reference(p[0]), p[1]))
	}
	if len(pairs) > 0 {
		w.wrong.sort(w.pos)
	}
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
	for i := w.numberIn(rec, 0); i >= 0; i = w.numberIn(rec, i+1) {
		pos := w.pos
		pos.Row, pos.Column = rec.Row, w.list.opened.number(i)
		if i < len(w.cols.headers) {
			pos.Name = w.cols.headers[i]
		}
		w.wrong.add(issue.New(issue.MyNumberCell, pos))
	}
}

// numberIn is the first cell from one on that holds a 個人番号, or -1.
func (w *surveyor) numberIn(rec formats.Record, from int) int {
	for i := from; i < len(rec.Cells); i++ {
		if i != w.cols.at[fieldReference] && holdsMyNumber(rec.Cells[i]) {
			return i
		}
	}
	return -1
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
