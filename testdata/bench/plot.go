package main

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// A line of the plot: who, with which mark, and its colours on a light and on a
// dark ground. The marks tell the lines apart where colours do not.
type line struct {
	work        work
	mark        string // SVG path around 0,0
	light, dark string
}

func lines() []line {
	return []line{
		{bare, "M-4-4H4V4H-4Z", "#1d4ed8", "#79b8ff"},
		{folded, "M0-5L5 4H-5Z", "#0f766e", "#3ddbc0"},
		{sqlite, "M0-5.5L5.5 0L0 5.5L-5.5 0Z", "#7c3aed", "#c4a7ff"},
		{coreutils, "M-4-4L4 4M-4 4L4-4", "#57606a", "#a8b3bf"},
		{answer, "M0-5A5 5 0 1 0 .01-5Z", "#c2410c", "#ff9a57"},
	}
}

// Sizes of the plot, in pixels.
const (
	width       = 900
	height      = topMargin + panelHeight + 62
	panelHeight = 260
	panelGap    = 20
	leftMargin  = 70
	rightMargin = 24
	topMargin   = 124
	panelsMost  = 4
)

// A plotter holds the scales that all panels share.
type plotter struct {
	results results
	people  []int // one panel each
	rows    []int
	lowest  int // exponents of ten of the seconds
	highest int
	panels  int // pixels that a panel is wide
	out     strings.Builder
}

// plot draws seconds over rows, both by powers of ten, one panel for each size of
// the people. The picture follows the reader's light or dark scheme by itself and
// brings its own ground, so that it can be read on any page.
func plot(r results, s settings) string {
	p := &plotter{results: r, people: s.people[max(0, len(s.people)-panelsMost):], rows: s.rows}
	low, high := math.Inf(1), math.Inf(-1)
	for c := range r {
		if t, ok := r.wall(c); ok && c.rows > 0 && slices.Contains(p.people, c.people) && slices.ContainsFunc(lines(), func(l line) bool { return l.work == c.work }) {
			low, high = min(low, t.Seconds()), max(high, t.Seconds())
		}
	}
	p.lowest = int(math.Floor(math.Log10(low)))
	p.highest = max(p.lowest+1, int(math.Ceil(math.Log10(high))))
	p.panels = (width-leftMargin-rightMargin+panelGap)/len(p.people) - panelGap
	p.head(s)
	p.legend()
	for i := range p.people {
		p.panel(i)
	}
	p.out.WriteString("</svg>\n")
	return p.out.String()
}

func (p *plotter) left(panel int) int  { return leftMargin + panel*(p.panels+panelGap) }
func (p *plotter) right(panel int) int { return p.left(panel) + p.panels }

// x gives where a number of rows stands in a panel.
func (p *plotter) x(panel, rows int) float64 {
	first, last := math.Log10(float64(p.rows[0])), math.Log10(float64(p.rows[len(p.rows)-1]))
	const inner = 20 // marks do not touch the frame
	if last == first {
		return float64(p.left(panel) + p.panels/2)
	}
	return float64(p.left(panel)) + inner + (math.Log10(float64(rows))-first)/(last-first)*float64(p.panels-2*inner)
}

// y gives where a time stands.
func (p *plotter) y(seconds float64) float64 {
	share := (math.Log10(seconds) - float64(p.lowest)) / float64(p.highest-p.lowest)
	return topMargin + panelHeight*(1-share)
}

// head opens the picture: its ground, its styles for both schemes, what it shows.
func (p *plotter) head(s settings) {
	var light, dark strings.Builder
	for _, l := range lines() {
		fmt.Fprintf(&light, ".w%d{stroke:%s}", l.work, l.light)
		fmt.Fprintf(&dark, ".w%d{stroke:%s}", l.work, l.dark)
	}
	fmt.Fprintf(&p.out, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img" aria-label="seconds by rows and people">
<style>
text{font:13px system-ui,"Noto Sans CJK JP","Hiragino Sans","Yu Gothic",sans-serif;fill:#1f2328}
.title{font-size:15px;font-weight:600}.soft{fill:#57606a;font-size:12px}
.ground{fill:#ffffff}.frame{fill:none;stroke:#afb8c1}.grid{stroke:#e3e7eb}
.line{fill:none;stroke-width:1.8}.mark{fill:none;stroke-width:1.8}.strong{stroke-width:3}
%s
@media (prefers-color-scheme:dark){text{fill:#e6edf3}.soft{fill:#a8b3bf}.ground{fill:#0d1117}.frame{stroke:#57606a}.grid{stroke:#262c34}
%s}
</style>
<rect class="ground" width="%d" height="%d" rx="6"/>
<text class="title" x="20" y="30">名簿の行数と時間(起動から終わりまで) / seconds by rows, start of the process included</text>
<text class="soft" x="20" y="50">%d 回の中央値、%d スレッド。判定・封印・台帳までするのは baitai だけ。ほかは、整えた列の結合です。</text>
<text class="soft" x="20" y="67">medians of %d; only baitai decides, seals and records: the others join columns (DuckDB with folding: folds, joins, age)</text>
`, width, height, width, height, light.String(), dark.String(), width, height, s.rounds, s.threads, s.rounds)
}

// legend names the lines that are there, the most important one first.
func (p *plotter) legend() {
	at := 20
	for _, l := range slices.Backward(lines()) {
		if !slices.ContainsFunc(p.people, func(n int) bool { return len(p.results[cell{l.work, n, p.rows[0]}]) > 0 }) {
			continue
		}
		_, en := l.work.names()
		en, _, _ = strings.Cut(strings.TrimPrefix(en, "coreutils: "), ",")
		switch l.work {
		case answer:
			en = "baitai answer"
		case coreutils:
			en = "sort + join"
		}
		fmt.Fprintf(&p.out, `<path class="line w%d%s" d="M%d 92h26"/><path class="mark w%d" transform="translate(%d 92)" d="%s"/><text x="%d" y="96">%s</text>`+"\n",
			l.work, strength(l.work), at, l.work, at+13, l.mark, at+33, en)
		at += 56 + 6*len(en) + len(en)/2
	}
}

func strength(w work) string {
	if w == answer {
		return " strong"
	}
	return ""
}

// panel draws one size of the people.
func (p *plotter) panel(i int) {
	left, right, bottom := p.left(i), p.right(i), topMargin+panelHeight
	for e := p.lowest; e <= p.highest; e++ {
		y := p.y(math.Pow10(e))
		fmt.Fprintf(&p.out, `<path class="grid" d="M%d %.1fH%d"/>`+"\n", left, y, right)
		if i == 0 {
			fmt.Fprintf(&p.out, `<text class="soft" x="%d" y="%.1f" text-anchor="end">%g s</text>`+"\n", left-8, y+4, math.Pow10(e))
		}
	}
	for _, r := range p.rows {
		fmt.Fprintf(&p.out, `<path class="grid" d="M%.1f %dV%d"/><text class="soft" x="%.1f" y="%d" text-anchor="middle">%s</text>`+"\n",
			p.x(i, r), topMargin, bottom, p.x(i, r), bottom+18, short(r))
	}
	fmt.Fprintf(&p.out, `<rect class="frame" x="%d" y="%d" width="%d" height="%d"/><text x="%d" y="%d" text-anchor="middle">%s 人 / people</text>`+"\n",
		left, topMargin, p.panels, panelHeight, left+p.panels/2, bottom+44, short(p.people[i]))
	for _, l := range lines() {
		p.draw(i, l)
	}
}

// draw draws one line of a panel with its marks.
func (p *plotter) draw(panel int, l line) {
	var path, marks strings.Builder
	for _, r := range p.rows {
		t, ok := p.results.wall(cell{l.work, p.people[panel], r})
		if !ok {
			continue
		}
		x, y := p.x(panel, r), p.y(t.Seconds())
		fmt.Fprintf(&path, "%s%.1f %.1f", map[bool]string{true: "M", false: "L"}[path.Len() == 0], x, y)
		fmt.Fprintf(&marks, `<path class="mark w%d" transform="translate(%.1f %.1f)" d="%s"/>`, l.work, x, y, l.mark)
	}
	if path.Len() > 0 {
		fmt.Fprintf(&p.out, `<path class="line w%d%s" d="%s"/>%s`+"\n", l.work, strength(l.work), path.String(), marks.String())
	}
}

// short writes 20000 as 20k and 5000000 as 5M.
func short(n int) string {
	switch {
	case n >= 1_000_000:
		return fmt.Sprintf("%gM", float64(n)/1e6)
	case n >= 1_000:
		return fmt.Sprintf("%gk", float64(n)/1e3)
	}
	return fmt.Sprint(n)
}
