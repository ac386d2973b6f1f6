package report

import (
	"encoding/base64"
	"strings"
)

// Sizes of a chart in the units of its own drawing; the page scales it.
const (
	chartWidth  = 360
	labelHeight = 18
	rowHeight   = 38
)

// bars are a chart of horizontal bars (横棒グラフ): a name and a value above each.
type bars struct {
	Width, Height int
	ID, Title     string
	Says          string // the same in words, for those who cannot see it
	Bars          []bar
}

type bar struct {
	Name, Value string
	X, TextY, Y float64
	Width       float64
	Class       string
}

// A measure is one bar to be drawn.
type measure struct {
	name, value string
	size        float64
	class       string
}

func newBars(id, title string, list []measure) *bars {
	if len(list) == 0 {
		return nil
	}
	var most float64
	for _, m := range list {
		most = max(most, m.size)
	}
	b := &bars{Width: chartWidth, Height: len(list) * rowHeight, ID: id, Title: title}
	var says []string
	for i, m := range list {
		one := bar{Name: m.name, Value: m.value, TextY: float64(i*rowHeight + labelHeight - 4), Y: float64(i*rowHeight + labelHeight), Class: m.class}
		if m.size > 0 {
			one.Width = max(1, chartWidth*m.size/most)
		}
		b.Bars = append(b.Bars, one)
		says = append(says, m.name+": "+m.value)
	}
	b.Says = strings.Join(says, "; ")
	return b
}

// stacks are bars that are each divided into the same kinds (帯グラフ).
type stacks struct {
	Width, Height int
	ID, Title     string
	Says          string
	Names         []bar // of the bars
	Parts         []bar // Class tells the kind
	Legend        []bar // one for each kind
}

func newStacks(id, title string, names, kinds []string, shares [][]int64) *stacks {
	s := &stacks{Width: chartWidth, ID: id, Title: title}
	var says []string
	for i, name := range names {
		var all int64
		for _, n := range shares[i] {
			all += n
		}
		y, x := float64(i*rowHeight+labelHeight), 0.0
		s.Names = append(s.Names, bar{Name: name, Value: number(all), TextY: y - 4})
		told := []string{}
		for k, n := range shares[i] {
			if n == 0 {
				continue
			}
			width := chartWidth * float64(n) / float64(all)
			s.Parts = append(s.Parts, bar{Name: name + " " + kinds[k] + " " + number(n), X: x, Y: y, Width: max(0.5, width-1), Class: "k" + string(rune('0'+k))})
			told, x = append(told, kinds[k]+" "+number(n)), x+width
		}
		says = append(says, name+": "+strings.Join(told, ", "))
	}
	top := len(names)*rowHeight + 4
	for k, kind := range kinds { // two columns
		s.Legend = append(s.Legend, bar{Name: kind, X: float64(k % 2 * chartWidth / 2), Y: float64(top + k/2*20), TextY: float64(top + k/2*20 + 11), Class: "k" + string(rune('0'+k))})
	}
	s.Height, s.Says = top+(len(kinds)+1)/2*20, strings.Join(says, "; ")
	return s
}

func base64Of(hash [32]byte) string { return base64.StdEncoding.EncodeToString(hash[:]) }
