package intake

import (
	"bytes"
	"context"
	"errors"
	"io"
	"iter"
	"slices"
	"sync"

	"baitai/formats"
	"baitai/formats/charset"
	"baitai/formats/csvlist"
	"baitai/pipeline"
)

// splits reports whether the list is a text that can be surveyed in pieces.
func (l *List) splits() bool {
	o := l.opened
	return o.book == nil && o.layout == nil && o.charset.KeepsASCII() && l.opts.pieceBytes >= 0
}

// pieces surveys a text in pieces, which are decoded and cut side by side. A piece in
// which there is anything to be said of any row is done again record by record, as one is
// that stands where it cannot be judged by itself: what is found, and in which order, does
// not depend on where the pieces end.
func (w *surveyor) pieces(ctx context.Context) error {
	l := w.list
	split := csvlist.NewSplitter(l.opened.text(), l.opts.pieceBytes)
	head, err := split.Next(nil)
	if err != nil || !l.opened.oneLine(head, l.opts.Limits, &w.place) {
		return w.records(ctx, l.opened.recordsOf(io.MultiReader(bytes.NewReader(head), split.Rest()), l.opts.Limits))
	}
	if err := w.records(ctx, l.opened.recordsOf(bytes.NewReader(head), l.opts.Limits)); err != nil || w.unclear {
		return err
	}
	at := int64(len(head))
	var spent sync.Pool // of *[]byte
	done := pipeline.FillN(l.opts.Workers, w.cutters())(ctx, w.split(split, at, &spent))
	for p, err := range done {
		if err != nil {
			return err
		}
		at += int64(len(p.text))
		if w.fits(p) {
			w.take(p)
		} else if err := w.records(ctx, l.opened.recordsAt(bytes.NewReader(p.text), l.opts.Limits, p.at, &w.place)); err != nil {
			return err
		}
		text := p.text // p is used again
		spent.Put(&text)
	}
	rest, stop := pipeline.ReadAhead(split.Rest())
	defer stop()
	return w.records(ctx, l.opened.recordsAt(rest, l.opts.Limits, at, &w.place))
}

// oneLine reports whether a text is one record with its line end, and gives its end.
func (o *opened) oneLine(text []byte, limits formats.Limits, end *csvlist.Place) bool {
	records := csvlist.Read(charset.NewReader(bytes.NewReader(text), o.charset), csvlist.Options{Comma: o.comma, Limits: limits, End: end})
	for _, err := range records {
		if err != nil {
			return false
		}
	}
	return end.Records == 1 && end.TrailingBlankLines == 0 && !end.NoFinalLineEnd
}

// recordsAt are those of the text that begins at a byte of the file and at a place, which
// it moves to the end of the text.
func (o *opened) recordsAt(text io.Reader, limits formats.Limits, at int64, place *csvlist.Place) formats.Records {
	return csvlist.Read(charset.NewReaderAt(text, o.charset, at, place.Lines+1), csvlist.Options{Limits: limits, Begin: place, End: place})
}

// A piece is a part of a text, and what was found out about it by itself.
type piece struct {
	text []byte
	at   int64 // in the file

	plain bool // nothing is to be said of any row; else nothing below counts
	end   csvlist.Place
	kept  kept
	refs  []referenceSlot
}

// split gives the pieces after the header, as they stand in the file.
func (w *surveyor) split(from *csvlist.Splitter, at int64, spent *sync.Pool) iter.Seq2[piece, error] {
	return func(yield func(piece, error) bool) {
		for {
			var into []byte
			if used, ok := spent.Get().(*[]byte); ok {
				into = *used
			}
			text, err := from.Next(into)
			if errors.Is(err, io.EOF) || errors.Is(err, csvlist.ErrNoPiece) {
				return
			}
			if !yield(piece{text: text, at: at}, err) || err != nil {
				return
			}
			at += int64(len(text))
		}
	}
}

// cutters makes functions that decode and cut one piece after the other.
func (w *surveyor) cutters() func() func(piece, *piece) {
	inside := w.place.Inside()
	return func() func(piece, *piece) {
		c := pieceCutter{surveyor: w, inside: inside, kept: newKept(w.cols, -1)}
		return func(p piece, out *piece) {
			*out = p
			c.cut(out)
		}
	}
}

// A pieceCutter cuts side by side with others: of the surveyor it reads only what does
// not change after the header.
type pieceCutter struct {
	*surveyor
	inside csvlist.Place
	text   []byte
	reader csvlist.Cutter
	cells  raw
	kept   *kept
	refs   []referenceSlot
}

func (c *pieceCutter) cut(p *piece) {
	o := c.list.opened
	var ok bool
	if c.text, ok = charset.Decode(c.text[:0], p.text, o.charset); !ok {
		return
	}
	c.kept.begin()
	c.refs = c.refs[:0]
	for rec, err := range c.reader.Read(c.text, csvlist.Options{Limits: c.list.opts.Limits, Begin: &c.inside, End: &p.end}) {
		if err != nil || c.numberIn(rec, 0) >= 0 {
			return
		}
		c.cols.pick(&c.cells, rec)
		ref := trimSpace(c.cells[fieldReference].Text)
		if ref == "" {
			return
		}
		c.refs = append(c.refs, c.seen.slot(ref, rec.Row))
		c.kept.add(rec.Row, &c.cells)
	}
	c.kept.seal()
	p.plain, p.kept, p.refs = true, *c.kept, slices.Clone(c.refs) // no more than there are: they stay
	p.kept.block = nil
}

// fits reports whether what a piece says by itself holds where it stands.
func (w *surveyor) fits(p *piece) bool {
	limits := w.list.opts.Limits.WithDefaults()
	return p.plain && w.place.TrailingBlankLines == 0 && int64(w.place.Records)+p.kept.rows <= int64(limits.RowsMax)
}

// take adds a piece to what was looked at.
func (w *surveyor) take(p *piece) {
	for range p.kept.rows {
		w.list.Totals.Add(w.list.Totals.Rows+1, "")
	}
	w.kept.join(&p.kept, w.place.Lines)
	w.seen.addRun(p.refs, w.place.Lines)
	w.place = w.place.Plus(p.end)
}
