package intake

import (
	"context"
	"strings"

	"baitai/formats"
	"baitai/pipeline"
	"baitai/pipeline/issue"
	"baitai/pipeline/person"
)

// Rows gives every row of the list, parsed or with what is wrong with it. It may
// be ranged over several times. The rows that the first reading kept come from
// memory; where there are more, the list is read again, and they are passed over.
func (l *List) Rows(ctx context.Context) pipeline.Rows[person.Query] {
	return func(yield func(pipeline.Row[person.Query], error) bool) {
		p := rowMaker{list: l, ctx: ctx, yield: yield}
		if !l.kept.each(&p.cells, p.row) || p.no == l.Totals.Rows {
			return
		}
		p.again(l.kept.rows)
	}
}

// A rowMaker makes the rows of one range over a list.
type rowMaker struct {
	list  *List
	ctx   context.Context
	yield func(pipeline.Row[person.Query], error) bool
	no    int64
	cells raw
	texts person.Slab
}

// row gives the row that is in cells; it reports whether there shall be another.
func (m *rowMaker) row(line int) bool {
	if err := m.ctx.Err(); err != nil {
		m.yield(pipeline.Row[person.Query]{}, err)
		return false
	}
	m.no++
	row := pipeline.Row[person.Query]{No: m.no, Pos: issue.Pos{File: m.list.src.Name, Sheet: m.list.opened.sheet, Row: line}}
	row.Ref = m.texts.Text(strings.TrimSpace(m.cells[fieldReference].Text))
	row.Value, row.Issues = m.list.parser.row(&m.cells, row.Pos, &m.texts)
	return m.yield(row, nil)
}

// again reads the list and gives the rows after the first skip ones.
func (m *rowMaker) again(skip int64) {
	skip++ // the header
	for rec, err := range m.list.opened.records(m.list.opts.Limits) {
		if err != nil {
			m.yield(pipeline.Row[person.Query]{}, err)
			return
		}
		if skip > 0 {
			skip--
			continue
		}
		m.list.parser.columns.pick(&m.cells, rec)
		if !m.row(rec.Row) {
			return
		}
	}
}

// pick takes the cells that mean something out of a record.
func (c *columns) pick(cells *raw, rec formats.Record) {
	for _, f := range c.fields {
		cells[f] = wholeNumber(rec.Cells[c.at[f]])
	}
}
