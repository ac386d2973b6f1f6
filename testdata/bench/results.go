package main

import (
	"slices"
	"strconv"
	"time"
)

// work names what was timed.
type work int

const (
	none work = iota
	answer
	load
	update
	bare
	bareCSV
	folded
	foldedDecode
	foldedJoin
	foldedSeal
	sqlite
	coreutils
	sortList
	joinSorted
	readExtract
	loadReady
	loadFolded
	loadSQLite
	sortPeople
	nothing
)

// names gives what a work is called in Japanese and in English.
func (w work) names() (ja, en string) {
	names := map[work][2]string{
		answer:       {"baitai 照会(全部)", "baitai answer (whole job)"},
		load:         {"baitai 取込", "baitai identity load"},
		update:       {"baitai 異動の反映", "baitai identity update"},
		bare:         {"DuckDB 結合のみ", "DuckDB bare join"},
		bareCSV:      {"DuckDB 結合のみ(人も CSV)", "DuckDB bare join, people from CSV too"},
		folded:       {"DuckDB 畳み込み+age", "DuckDB with folding + age"},
		foldedDecode: {"  うち iconv", "  of which iconv"},
		foldedJoin:   {"  うち DuckDB", "  of which DuckDB"},
		foldedSeal:   {"  うち age", "  of which age"},
		sqlite:       {"SQLite 索引", "SQLite with an index"},
		coreutils:    {"coreutils 名簿の sort+join", "coreutils: sort of the list, join"},
		sortList:     {"  うち sort", "  of which sort"},
		joinSorted:   {"  うち join(整列済み)", "  of which join, both sorted"},
		readExtract:  {"DuckDB 同じ CSV を表に", "DuckDB reads the same CSV into a table"},
		loadReady:    {"DuckDB 整った人を表に", "DuckDB: ready people into a table"},
		loadFolded:   {"DuckDB 畳み込んで表に", "DuckDB: folded people into a table"},
		loadSQLite:   {"SQLite 取込と索引", "SQLite: import and index"},
		sortPeople:   {"coreutils 人の sort", "coreutils: sort of the people"},
		nothing:      {"node+DuckDB の起動だけ", "node and DuckDB, nothing to do"},
	}
	return names[w][0], names[w][1]
}

// A cell is one work at one size.
type cell struct {
	work         work
	people, rows int // rows 0: the work has no list
}

// results holds the samples of each cell, in the order of the rounds.
type results map[cell][]sample

func (r results) add(c cell, s sample) { r[c] = append(r[c], s) }

// wall gives the median time of a cell; false if it was not measured.
func (r results) wall(c cell) (time.Duration, bool) {
	return median(r[c], func(s sample) time.Duration { return s.wall })
}

func (r results) cpu(c cell) (time.Duration, bool) {
	return median(r[c], func(s sample) time.Duration { return s.cpu })
}

// peak gives the largest memory that any of the samples needed.
func (r results) peak(c cell) (int64, bool) {
	var most int64
	for _, s := range r[c] {
		most = max(most, s.rss)
	}
	return most, len(r[c]) > 0
}

// ratio gives the median of the ratios within a round, with the smallest and the
// largest of them.
func (r results) ratio(top, bottom cell) (mid, low, high float64, ok bool) {
	var all []float64
	for i := range min(len(r[top]), len(r[bottom])) {
		all = append(all, r[top][i].wall.Seconds()/r[bottom][i].wall.Seconds())
	}
	if len(all) == 0 {
		return 0, 0, 0, false
	}
	mid, ok = median(all, func(f float64) float64 { return f })
	return mid, slices.Min(all), slices.Max(all), ok
}

// median gives the middle value; of an even number, the mean of the middle two.
func median[S any, N time.Duration | float64](all []S, of func(S) N) (N, bool) {
	if len(all) == 0 {
		return 0, false
	}
	values := make([]N, len(all))
	for i, s := range all {
		values[i] = of(s)
	}
	slices.Sort(values)
	mid := len(values) / 2
	if len(values)%2 == 1 {
		return values[mid], true
	}
	return (values[mid-1] + values[mid]) / 2, true
}

// grouped writes 1000000 as 1,000,000.
func grouped(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
