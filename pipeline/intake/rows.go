package intake

import (
	"context"
	"slices"
	"sync"

	"baitai/formats"
	"baitai/pipeline"
	"baitai/pipeline/issue"
	"baitai/pipeline/person"
)

// Rows gives every row of the list, parsed or with what is wrong with it. It may
// be ranged over several times. The rows that the first reading kept come from memory;
// where there are more, the list is read again, and they are passed over.
func (l *List) Rows(ctx context.Context) pipeline.Rows[person.Query] {
	same := func(row pipeline.Row[person.Query]) (person.Query, issue.List) { return row.Value, nil }
	return func(yield func(pipeline.Row[person.Query], error) bool) {
		maker := func() *rowMaker { return &rowMaker{list: l} }
		rows := pipeline.InRows(l.batches(ctx, slices.Clone(l.kept.blocks), l.kept.rows, maker))
		pipeline.Each(same)(ctx, rows)(yield)
	}
}

// Batches is Rows for whoever uses up each row before the next one, and needs no others
// after that: rows are parsed where they are used, and what was kept of them is let go.
// Whoever ranges again has the list read again.
func (l *List) Batches(ctx context.Context) pipeline.Batches[person.Query] {
	return func(yield func(pipeline.Batch[person.Query], error) bool) {
		blocks, rows := l.kept.give()
		l.batches(ctx, blocks, rows, func() *rowMaker { return l.makers.Get().(*rowMaker) })(yield)
	}
}

// batches gives the rows that are kept, and those after them. It clears the list of
// blocks that it is given.
func (l *List) batches(ctx context.Context, blocks []keptBlock, kept int64, maker func() *rowMaker) pipeline.Batches[person.Query] {
	return func(yield func(pipeline.Batch[person.Query], error) bool) {
		for i, block := range blocks {
			if err := ctx.Err(); err != nil {
				yield(nil, err)
				return
			}
			blocks[i] = keptBlock{}
			if !yield(func(yield func(*pipeline.Row[person.Query]) bool) { maker().block(block, yield) }, nil) {
				return
			}
		}
		if kept < l.Totals.Rows {
			pipeline.Batched(pipeline.BatchRows, l.again(ctx, kept))(yield)
		}
	}
}

// A rowMaker makes rows. It serves one goroutine at a time.
type rowMaker struct {
	list  *List
	row   pipeline.Row[person.Query]
	cells raw
	texts person.Slab
	pool  *sync.Pool // where it goes back to; nil for one whose rows may be kept
}

// block gives the rows of a block.
func (m *rowMaker) block(b keptBlock, yield func(*pipeline.Row[person.Query]) bool) {
	no := b.rows
	m.list.kept.each(b, &m.cells, func(line int) bool {
		no++
		m.make(no, line)
		return yield(&m.row)
	})
	if m.pool != nil {
		m.cells, m.row = raw{}, pipeline.Row[person.Query]{}
		m.texts.Reset()
		m.pool.Put(m)
	}
}

// make makes the row that is in cells.
func (m *rowMaker) make(no int64, line int) {
	if m.pool != nil {
		m.texts.Reset()
	}
	m.row = pipeline.Row[person.Query]{No: no, Pos: issue.Pos{File: m.list.src.Name, Sheet: m.list.opened.sheet, Row: line}}
	m.row.Ref = m.texts.Text(trimSpace(m.cells[fieldReference].Text))
	m.row.Value, m.row.Issues = m.list.parser.row(&m.cells, m.row.Pos, &m.texts)
}

// again reads the list and gives the rows after those that were kept.
func (l *List) again(ctx context.Context, kept int64) pipeline.Rows[person.Query] {
	return func(yield func(pipeline.Row[person.Query], error) bool) {
		m := rowMaker{list: l}
		skip := 1 + kept // the header
		no := kept
		for rec, err := range l.opened.records(l.opts.Limits) {
			if err == nil {
				err = ctx.Err()
			}
			if err != nil {
				yield(pipeline.Row[person.Query]{}, err)
				return
			}
			if skip > 0 {
				skip--
				continue
			}
			no++
			l.parser.columns.pick(&m.cells, rec)
			if m.make(no, rec.Row); !yield(m.row, nil) {
				return
			}
		}
	}
}

// pick takes the cells that mean something out of a record.
func (c *columns) pick(cells *raw, rec formats.Record) {
	for _, f := range c.fields {
		cells[f] = wholeNumber(rec.Cells[c.at[f]])
	}
}
