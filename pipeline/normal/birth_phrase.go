package normal

import (
	"strings"
	"unicode/utf8"

	"baitai/pipeline/person"
)

// unknownWhole reports the phrases that say that nothing of a date is known.
func unknownWhole(t string) bool {
	switch t {
	case "年月日不詳", "不詳", "不明", "生年月日不詳", "生年月日不明", "年月日不明", "0000-00-00", "00000000":
		return true
	}
	return false
}

// roughWords take 推定 and 頃 out of a text, and 生 at its end; rough says that one of
// the first two was there.
func roughWords(t string) (rest string, rough bool) {
	for _, word := range []string{"推定", "頃", "ころ", "ごろ"} {
		if strings.Contains(t, word) {
			t, rough = strings.ReplaceAll(t, word, ""), true
		}
	}
	return strings.TrimSuffix(strings.TrimSuffix(t, "生まれ"), "生"), rough
}

// plainPhrase drops what makes a date a rough one and says which parts remain:
// 頃, 推定, 上旬 … stay for the parser; a span of days (○日から○日頃までの間) loses its
// days, because neither of its ends is the date. ok is false for a span that
// cannot be cut down so.
func plainPhrase(t string) (string, bool) {
	if head, _, found := strings.Cut(t, "から"); found {
		if !strings.HasSuffix(t, "間") && !strings.HasSuffix(t, "まで") {
			return "", false
		}
		head = strings.ReplaceAll(head, "推定", "")
		at := strings.LastIndex(head, "月")
		if at < 0 {
			return "", false
		}
		return head[:at+len("月")] + "日不詳", true
	}
	return t, true
}

// A dateParser reads year, month and day one after the other.
type dateParser struct {
	text  string
	era   *era
	rough bool // 推定 or 頃: the last part that is given is not certain
}

// parse reads the parts. 推定 and 頃 make the finest part that is given unknown:
// a date that is only supposed may not equal one that is known.
func (p *dateParser) parse() (person.Date, error) {
	y, err := p.year()
	if err != nil {
		return person.Date{}, err
	}
	m, err := p.part("月", monthWords)
	if err != nil {
		return person.Date{}, err
	}
	d, err := p.part("日", dayWords)
	if err != nil {
		return person.Date{}, err
	}
	if p.text != "" {
		return person.Date{}, ErrNotDate
	}
	date := person.Date{Year: y, Month: m, Day: d}
	if p.rough {
		blur(&date)
	}
	if p.era != nil {
		out, err := p.era.date(y, date.Month, date.Day)
		if date.Year == person.Unknown {
			out.Year = person.Unknown // 令和○年頃: not even the year is certain
		}
		return out, err
	}
	return date, realDay(date)
}

// blur makes the finest given part unknown.
func blur(d *person.Date) {
	switch {
	case d.Day > 31 || d.Day == person.Unknown && d.Month > 12:
		// 中旬頃, 春頃: rough already
	case d.Day != person.Unknown:
		d.Day = person.Unknown
	case d.Month != person.Unknown:
		d.Month = person.Unknown
	default:
		d.Year = person.Unknown
	}
}

// monthWords and dayWords are the words for a rough month or day.
func monthWords(t string) (value, size int) {
	for i, w := range []string{"春", "夏", "秋", "冬"} {
		if strings.HasPrefix(t, w) {
			return person.Spring + i, len(w)
		}
	}
	return codedWord(t, '4')
}

func dayWords(t string) (value, size int) {
	for i, w := range []string{"上旬", "中旬", "下旬"} {
		if strings.HasPrefix(t, w) {
			return person.EarlyMonth + i, len(w)
		}
	}
	return codedWord(t, '3')
}

// codedWord reads A1–A4 as the standard codes the words.
func codedWord(t string, last byte) (value, size int) {
	if len(t) >= 2 && t[0] == 'A' && t[1] >= '1' && t[1] <= last {
		return 0xA0 + int(t[1]-'0'), 2
	}
	return 0, 0
}

// year reads the first number, with 年 or a separator after it.
func (p *dateParser) year() (int, error) {
	switch {
	case strings.HasPrefix(p.text, "元"):
		if p.era == nil {
			return 0, ErrNotDate
		}
		p.text = p.text[len("元"):]
		p.after("年")
		return 1, nil
	case strings.HasPrefix(p.text, "不詳年"), strings.HasPrefix(p.text, "不明年"):
		p.text = p.text[len("不詳年"):]
		return person.Unknown, nil
	case strings.HasPrefix(p.text, "年不詳"), strings.HasPrefix(p.text, "年不明"):
		p.text = p.text[len("年不詳"):]
		return person.Unknown, nil
	}
	digits := p.digits()
	if p.era != nil && len(digits) == 6 && allDigits(digits) && p.text == "" { // S550102
		p.text = digits[2:4] + "-" + digits[4:]
		digits = digits[:2]
		y, _ := number(digits)
		return y, nil
	}
	y, ok := number(digits)
	if !ok || p.era == nil && (utf8.RuneCountInString(digits) < 4 && y < 1000) || p.era != nil && y > 999 {
		return 0, ErrNotDate
	}
	if p.era != nil && y == 0 {
		return 0, ErrEraOverflow
	}
	if !p.after("年") && p.text != "" {
		return 0, ErrNotDate
	}
	return y, nil
}

// part reads a month or a day: a number, a word, 不詳, or nothing.
func (p *dateParser) part(unit string, words func(string) (int, int)) (int, error) {
	if p.text == "" {
		return person.Unknown, nil
	}
	if v, n := words(p.text); n > 0 {
		p.text = p.text[n:]
		p.after(unit)
		return v, nil
	}
	for _, w := range []string{"不詳", "不明"} {
		for _, form := range []string{"月日" + w, unit + w, w + unit, w} {
			if strings.HasPrefix(p.text, form) {
				p.text = p.text[len(form):]
				return person.Unknown, nil
			}
		}
	}
	n, ok := number(p.digits())
	if !ok || !p.after(unit) && unit == "月" && p.text != "" {
		return 0, ErrNotDate
	}
	limit := 31
	if unit == "月" {
		limit = 12
	}
	if n > limit {
		return 0, ErrImpossible
	}
	return n, nil
}

// digits takes the figures off the front: Arabic ones or kanji numerals.
func (p *dateParser) digits() string {
	for i, r := range p.text {
		if r >= '0' && r <= '9' {
			continue
		}
		if kanjiFigure(r) < 0 || i > 0 && p.text[0] < 0x80 {
			out := p.text[:i]
			p.text = p.text[i:]
			return out
		}
	}
	out := p.text
	p.text = ""
	return out
}

// after takes the unit or the separator off the front.
func (p *dateParser) after(unit string) bool {
	if rest, ok := strings.CutPrefix(p.text, unit); ok {
		p.text = strings.TrimPrefix(rest, "-")
		return true
	}
	if rest, ok := strings.CutPrefix(p.text, "-"); ok && unit != "日" {
		p.text = rest
		return true
	}
	return false
}
