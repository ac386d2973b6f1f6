package normal

import "baitai/pipeline/person"

// usualBirth reads the notations that nearly all lists use, straight from the
// bytes: an era in kanji or by its letter, or a year of four figures, then month
// and day; with 年月日, or with / . or - between them all; of either width. ok is
// false for everything else, and for whatever is not a plain day: parseDate reads
// or refuses that.
func usualBirth(s string) (d person.Date, ok bool, err error) {
	c := figureCursor(s)
	e := c.era()
	y, figures := c.number()
	if y == 0 || (e == nil) != (figures == 4) || figures > 4 || e != nil && figures > 2 {
		return d, false, nil
	}
	words := c.cut("年")
	sep := ""
	for _, mark := range [...]string{"－", "/", ".", "-", "／", "．"} {
		if sep == "" && !words && c.cut(mark) {
			sep = mark
		}
	}
	m, figures := c.number()
	if m < 1 || m > 12 || figures > 2 || words != c.cut("月") || !words && (sep == "" || !c.cut(sep)) {
		return d, false, nil
	}
	day, figures := c.number()
	if day < 1 || day > 31 || figures > 2 || words != c.cut("日") || c != "" {
		return d, false, nil
	}
	if e != nil {
		d, err = e.date(y, m, day)
		return d, true, err
	}
	d = person.Date{Year: y, Month: m, Day: day}
	return d, true, realDay(d)
}

// A figureCursor is what is left of a date.
type figureCursor string

func (c *figureCursor) cut(word string) bool {
	if len(*c) < len(word) || string((*c)[:len(word)]) != word {
		return false
	}
	*c = (*c)[len(word):]
	return true
}

// era takes an era off the front: 昭和 or S; nil if there is none.
func (c *figureCursor) era() *era {
	if *c == "" || (*c)[0] >= '0' && (*c)[0] <= '9' {
		return nil
	}
	for _, e := range eras {
		if c.cut(e.names[0]) || c.cut(e.names[1]) {
			return e
		}
	}
	return nil
}

// number takes figures of either width off the front; of more than four, the
// value means nothing.
func (c *figureCursor) number() (n, figures int) {
	s := *c
	for ; s != ""; figures++ {
		switch {
		case s[0] >= '0' && s[0] <= '9':
			n, s = n*10+int(s[0]-'0'), s[1:]
		case len(s) >= 3 && s[0] == 0xEF && s[1] == 0xBC && s[2] >= 0x90 && s[2] <= 0x99:
			n, s = n*10+int(s[2]-0x90), s[3:]
		default:
			*c = s
			return n, figures
		}
	}
	*c = s
	return n, figures
}
