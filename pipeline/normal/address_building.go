package normal

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// setBuilding keeps the 方書 and the number of the room at its end.
func (p *AddressParts) setBuilding(r []rune) {
	if len(r) == 0 {
		return
	}
	s := foldBuilding(r)
	whole := s
	for _, unit := range []string{"号室", "号", "室"} {
		if cut, ok := strings.CutSuffix(s, unit); ok {
			s = cut
			break
		}
	}
	name := strings.TrimRight(s, "0123456789")
	if len(name) == len(s) {
		p.Building = whole
		return
	}
	p.Room = trimZeros(s[len(name):])
	p.Building = strings.TrimRight(name, "-")
}

// foldBuilding drops the marks in a 方書 and writes its numbers in one way: kanji
// figures and Ⅱ as others write them, 3棟204 as 3-204, 2F as 2階, 様方 as 方.
func foldBuilding(r []rune) string {
	var buf [128]byte
	out := buf[:0]
	for i := 0; i < len(r); i++ {
		c := r[i]
		if c >= 'ァ' && c <= 'ヴ' { // stays as it is, whatever stands beside it
			out = utf8.AppendRune(out, c)
			continue
		}
		var next rune
		if i+1 < len(r) {
			next = r[i+1]
		}
		afterFigure := len(out) > 0 && isFigure(rune(out[len(out)-1]))
		switch {
		case c == ' ' || c == '/' || c == '・' || c == '.' || c == '\'' || c == '"' || c == 'ー':
			continue
		case c == '-':
			if !afterFigure || !isFigure(next) {
				continue
			}
		case c >= 'Ⅰ' && c <= 'Ⅻ':
			out = append(out, romanFigures[c-'Ⅰ']...)
			continue
		case kanjiFigure(c) >= 0:
			end := figuresEnd(r, i)
			if n, ok := kanjiNumber(string(r[i:end])); ok {
				out = strconv.AppendInt(out, int64(n), 10)
			} else {
				out = utf8Of(out, r[i:end])
			}
			i = end - 1
			continue
		case c == '号' && next == '棟':
			continue
		case c == '棟' && isFigure(skipMarks(r[i+1:])):
			if !afterFigure {
				continue
			}
			c = '-'
		case c == 'F' && afterFigure && (next < 'A' || next > 'Z'):
			c = '階'
		case c == '様' && next == '方':
			continue
		}
		if c == '-' && len(out) > 0 && out[len(out)-1] == '-' {
			continue
		}
		out = utf8.AppendRune(out, c)
	}
	return string(out)
}

var romanFigures = [...]string{"I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"}

// skipMarks is the first of r that is neither a space nor a hyphen; 0 if there is none.
func skipMarks(r []rune) rune {
	for _, c := range r {
		if c != ' ' && c != '-' {
			return c
		}
	}
	return 0
}
