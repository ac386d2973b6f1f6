package term

import (
	"fmt"
	"strings"

	"github.com/mattn/go-runewidth"
)

// Table prints rows in columns that line up on a terminal, where a kanji is two
// cells wide. The first row is the header.
func (t *Term) Table(rows [][]string) {
	t.progress.Stop()
	if t.JSON || len(rows) == 0 {
		return
	}
	// Widths are those of a Japanese terminal, whatever the locale says.
	c := runewidth.NewCondition()
	c.EastAsianWidth = false
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, s := range row {
			widths[i] = max(widths[i], c.StringWidth(s))
		}
	}
	for n, row := range rows {
		var b strings.Builder
		for i, s := range row {
			b.WriteString(s)
			if i < len(row)-1 {
				b.WriteString(strings.Repeat(" ", widths[i]-c.StringWidth(s)+2))
			}
		}
		fmt.Fprintln(t.Out, strings.TrimRight(b.String(), " "))
		if n == 0 {
			total := 0
			for _, w := range widths {
				total += w + 2
			}
			fmt.Fprintln(t.Out, strings.Repeat("-", total-2))
		}
	}
}
