package main

import "fmt"

// A bar is one line of what baitai is held against.
type bar struct {
	ja, en      string
	top, bottom work
	topRows     listSize
	bottomRows  listSize
	memory      bool // of top, in bytes; else the ratio of the times
	first, aim  float64
}

// listSize says which list a bar speaks of.
type listSize int

const (
	noList  listSize = iota
	cold             // the thousand rows
	largest          // the largest list of the run
)

// The sizes that the bars were set for.
const (
	barPeople = 5_000_000
	barRows   = 1_000_000
	mib       = 1 << 20
)

// bars gives the bars: what must be reached first, and what is aimed at.
func bars() []bar {
	return []bar{
		{ja: "百万行の照会 ÷ DuckDB 結合のみ", en: "1 M rows, whole answer ÷ DuckDB bare join",
			top: answer, topRows: largest, bottom: bare, bottomRows: largest, first: 2.0, aim: 1.0},
		{ja: "百万行の照会 ÷ DuckDB 畳み込み+age", en: "1 M rows, whole answer ÷ DuckDB with folding + age",
			top: answer, topRows: largest, bottom: folded, bottomRows: largest, first: 0.7, aim: 0.3},
		{ja: "千行の照会(起動から)÷ 百万行の結合のみ", en: "1,000 rows, cold start ÷ the million-row bare join",
			top: answer, topRows: cold, bottom: bare, bottomRows: largest, first: 0.5, aim: 0.2},
		{ja: "百万行の照会の最大メモリー", en: "peak memory of the million-row answer",
			top: answer, topRows: largest, memory: true, first: 1536 * mib, aim: 700 * mib},
		{ja: "取込 ÷ DuckDB が同じ CSV を表に読む", en: "load ÷ DuckDB reading the same CSV into a table",
			top: load, bottom: readExtract, first: 5, aim: 2},
		{ja: "1万件の異動の反映 ÷ 取込", en: "10,000 notices ÷ one load",
			top: update, bottom: load, first: 1.0, aim: 0.3},
	}
}

// value measures the bar at a size, and writes the value with its spread.
func (b bar) value(r results, people, rows int) (v float64, text string, ok bool) {
	at := func(w work, s listSize) cell {
		return cell{w, people, map[listSize]int{noList: 0, cold: coldRows, largest: rows}[s]}
	}
	if b.memory {
		peak, ok := r.peak(at(b.top, b.topRows))
		return float64(peak), b.write(float64(peak)), ok
	}
	mid, low, high, ok := r.ratio(at(b.top, b.topRows), at(b.bottom, b.bottomRows))
	return mid, fmt.Sprintf("%.2f (%.2f–%.2f)", mid, low, high), ok
}

// write writes a value or a bar in its unit.
func (b bar) write(v float64) string {
	if b.memory {
		return fmt.Sprintf("%.0f MiB", v/mib)
	}
	return fmt.Sprintf("%.1f", v)
}

// verdict says which bar a value reaches.
func (b bar) verdict(v float64) string {
	switch {
	case v <= b.aim:
		return "目標に到達 / aim reached"
	case v <= b.first:
		return "最初の基準に到達 / first bar reached"
	}
	return "未達 / not reached"
}
