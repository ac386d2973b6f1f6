package intake

import (
	"context"
	"hash/maphash"
	"strings"

	"baitai/formats"
	"baitai/pipeline/authority"
	"baitai/pipeline/issue"
	"baitai/pipeline/normal"
)

// survey is the first reading: it maps the columns, counts the rows, and looks
// for everything that refuses a list as a whole.
func (l *List) survey(ctx context.Context, pos issue.Pos, wrong *Refusal) error {
	pos.Sheet = l.opened.sheet
	seed1, seed2 := maphash.MakeSeed(), maphash.MakeSeed()
	seen := make(map[[2]uint64]int32) // 整理番号, hashed, to the row that has it
	var cols columns
	first := true
	for rec, err := range l.opened.records(l.opts.Limits) {
		if err != nil {
			return err
		}
		if first {
			first = false
			var bad issue.List
			if cols, bad = mapColumns(rec, pos, registered(l.opts.Headers)); len(bad) > 0 {
				wrong.add(bad...)
				return nil // no row can be judged
			}
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		l.Totals.Add(l.Totals.Rows+1, "")
		l.surveyRow(rec, pos, cols, wrong)
		ref := strings.TrimSpace(wholeNumber(rec.Cells[cols.at[fieldReference]]).Text)
		key := [2]uint64{maphash.String(seed1, ref), maphash.String(seed2, ref)}
		at := pos
		at.Row, at.Column, at.Name = rec.Row, cols.at[fieldReference]+1, cols.header(fieldReference)
		if ref == "" {
			wrong.add(issue.New(issue.NoReference, at))
		} else if earlier, ok := seen[key]; ok {
			wrong.add(issue.New(issue.DoubledReference, at, earlier))
		} else {
			seen[key] = int32(rec.Row)
		}
	}
	switch {
	case first:
		wrong.add(issue.New(issue.EmptyFile, pos))
	case l.Totals.Rows == 0:
		wrong.add(issue.New(issue.HeaderOnly, pos))
	}
	l.Ignored, l.parser = cols.ignored, &parser{columns: cols}
	l.Request.Keys = cols.particulars()
	return nil
}

// surveyRow looks for a 個人番号, which no list may hold (spec §2.1). Only a
// 整理番号 may look like one.
func (l *List) surveyRow(rec formats.Record, pos issue.Pos, cols columns, wrong *Refusal) {
	for i, cell := range rec.Cells {
		if i == cols.at[fieldReference] || !holdsMyNumber(cell) {
			continue
		}
		pos.Row, pos.Column = rec.Row, i+1
		if i < len(cols.headers) {
			pos.Name = cols.headers[i]
		}
		wrong.add(issue.New(issue.MyNumberCell, pos))
	}
}

// holdsMyNumber looks at a cell as people and spreadsheets write numbers: with an
// apostrophe before it, or with an exponent.
func holdsMyNumber(c formats.Cell) bool {
	c.Text = strings.TrimLeft(strings.TrimSpace(c.Text), "'’＇`")
	return normal.LooksLikeMyNumber(c.Text) || normal.LooksLikeMyNumber(expand(c.Text))
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
