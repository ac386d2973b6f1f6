package sheet

import (
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"

	"baitai/formats"
)

// isZero reads a height or width of nothing, which hides as well.
func isZero(b []byte) bool {
	n, err := strconv.ParseFloat(string(b), 64)
	return err == nil && n == 0
}

func (r *rows) beginCell(s *scanner) error {
	r.column++
	r.kind, r.style = "n", -1
	var name, style, kind bool
	for b := s.attrs; ; {
		key, value, rest, ok := s.nextAttr(b)
		if !ok {
			break
		}
		b = rest
		if len(key) != 1 {
			continue // nothing that is read here
		}
		switch key[0] {
		case 'r':
			row, column, ok := place(value)
			if !ok || name || row != r.row || column < r.column {
				return r.at(damaged())
			}
			r.column, name = column, true
		case 's':
			n, err := strconv.Atoi(string(value))
			if err != nil || style || n < 0 {
				return r.fail(formats.ErrDamaged)
			}
			r.style, style = n, true
		case 't':
			if kind {
				return r.fail(formats.ErrDamaged)
			}
			r.kind, kind = cellType(value), true
		}
	}
	r.value = r.value[:0]
	r.inV, r.inIS, r.hadV, r.hadIS = false, false, false, false
	r.rich.begin()
	return nil
}

// cellType avoids an allocation for the usual types.
func cellType(b []byte) string {
	switch string(b) {
	case "", "n":
		return "n"
	case "s":
		return "s"
	case "inlineStr":
		return "inlineStr"
	}
	return string(b)
}

func (r *rows) endCell() error {
	cell, err := r.cell()
	if err != nil {
		return r.fail(err)
	}
	if cell.Kind == formats.CellBlank {
		return nil
	}
	if r.column > r.book.limits.ColumnsMax {
		return r.fail(formats.ErrTooManyColumns)
	}
	if r.width > 0 && r.column > r.width {
		return r.fail(formats.ErrFieldCount)
	}
	if n := r.book.limits.CellCharactersMax; len(cell.Text) > n && utf8.RuneCountInString(cell.Text) > n {
		return r.fail(formats.ErrCellTooLong)
	}
	if strings.IndexByte(cell.Text, 0) >= 0 {
		return r.fail(formats.ErrNUL)
	}
	r.fill(r.column - 1)
	r.cells = append(r.cells, cell)
	return nil
}

// fill adds blank cells up to n.
func (r *rows) fill(n int) {
	for len(r.cells) < n {
		r.cells = append(r.cells, formats.Cell{Kind: formats.CellBlank})
	}
}

// cell says what the cell holds.
func (r *rows) cell() (formats.Cell, error) {
	if inline := r.kind == "inlineStr"; r.rich.odd || inline && len(r.value) > 0 || !inline && len(r.rich.text) > 0 {
		return formats.Cell{}, formats.ErrDamaged // text where nobody looks for it: it must not get lost
	}
	switch r.kind {
	case "inlineStr":
		return text(string(unescapeString(r.rich.text))), nil
	case "s":
		if len(r.value) == 0 {
			return formats.Cell{Kind: formats.CellBlank}, nil
		}
		i, err := strconv.Atoi(string(r.value))
		s, ok := r.book.shared.get(i)
		if err != nil || !ok {
			return formats.Cell{}, formats.ErrDamaged
		}
		return text(s), nil
	case "str":
		return text(string(unescapeString(r.value))), nil
	}
	if len(r.value) == 0 {
		return formats.Cell{Kind: formats.CellBlank}, nil
	}
	raw := string(r.value)
	switch r.kind {
	case "n":
		if r.style > 0 && r.style >= len(r.book.dateStyle) { // whether it is a date, nobody can tell
			return formats.Cell{}, formats.ErrDamaged
		}
		if r.style >= 0 && r.style < len(r.book.dateStyle) && r.book.dateStyle[r.style] {
			if t, ok := dateText(raw, r.book.epoch1904); ok {
				return formats.Cell{Text: t, Kind: formats.CellDate}, nil
			}
		}
		if !isNumber(raw) {
			return formats.Cell{}, formats.ErrDamaged
		}
		return formats.Cell{Text: raw, Kind: formats.CellNumber}, nil
	case "b":
		text, ok := map[string]string{"1": "TRUE", "true": "TRUE", "0": "FALSE", "false": "FALSE"}[raw]
		if !ok {
			return formats.Cell{}, formats.ErrDamaged
		}
		return formats.Cell{Text: text, Kind: formats.CellBool}, nil
	case "d":
		text, ok := isoDate(raw)
		if !ok {
			return formats.Cell{}, formats.ErrDamaged
		}
		return formats.Cell{Text: text, Kind: formats.CellDate}, nil
	case "e":
		return formats.Cell{Text: raw, Kind: formats.CellError}, nil
	}
	return formats.Cell{}, formats.ErrDamaged
}

// isNumber holds what a stored number is made of; strconv takes «inf» and «0x1p3»
// as well.
func isNumber(s string) bool {
	if strings.Trim(s, "0123456789+-.eE") != "" {
		return false
	}
	_, err := strconv.ParseFloat(s, 64)
	return err == nil || errors.Is(err, strconv.ErrRange)
}

func text(s string) formats.Cell {
	if s == "" {
		return formats.Cell{Kind: formats.CellBlank}
	}
	return formats.Cell{Text: s, Kind: formats.CellText}
}
