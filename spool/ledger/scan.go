package ledger

import "time"

// scanEntry reads an entry of this version in one pass. Its form is so narrow (keys in
// their order, no space, no escape, nothing empty) that whatever it accepts is in the
// one form already and need not be written again to be compared. What it does not accept
// says nothing yet: [ParseEntry] then reads it the long way, and says what is wrong.
//
// Why: whoever starts a program, prints a month or verifies a ledger reads every entry
// that there ever was. With package encoding/json that was 25,000 entries a second.
func scanEntry(raw []byte) (e Entry, ok bool) {
	s := scanner{rest: string(raw), first: true}
	s.take("{")
	if s.key("about") {
		e.About = s.numbers()
	}
	e.Act = Act(s.must("act"))
	if s.key("attempt") {
		n := s.number()
		s.failed = s.failed || n == 0
		e.Attempt = int(n)
	}
	e.Basis = s.may("basis")
	e.Codes = s.counts("codes")
	e.Counts = s.counts("counts")
	e.Detail = s.may("detail")
	e.Digests = s.digests()
	e.Function = s.may("function")
	e.Generation = s.may("generation")
	e.Host = s.may("host")
	e.Job = s.may("job")
	e.Medium = s.may("medium")
	e.Nonce = s.must("nonce")
	e.Office = s.may("office")
	e.Operator = s.may("operator")
	e.Purpose = s.may("purpose")
	e.Result = s.may("result")
	e.Time = s.time(s.must("time"))
	return e, !s.failed && s.rest == `,"v":0}` && e.check() == nil
}

// A scanner reads JSON that has only what entries have. After the first thing that it
// does not expect it has failed and gives nothing more.
type scanner struct {
	rest   string
	first  bool // no key of the present object was read
	failed bool
}

// take reads what must come next.
func (s *scanner) take(text string) {
	if len(s.rest) < len(text) || s.rest[:len(text)] != text {
		s.fail()
		return
	}
	s.rest = s.rest[len(text):]
}

func (s *scanner) fail() { s.failed, s.rest = true, "" }

// key reads a key that may come next.
func (s *scanner) key(name string) bool {
	rest := s.rest
	if !s.first {
		if len(rest) == 0 || rest[0] != ',' {
			return false
		}
		rest = rest[1:]
	}
	end := len(name) + 1
	if len(rest) < end+2 || rest[0] != '"' || rest[1:end] != name || rest[end] != '"' || rest[end+1] != ':' {
		return false
	}
	s.rest, s.first = rest[end+2:], false
	return true
}

func (s *scanner) may(name string) string {
	if !s.key(name) {
		return ""
	}
	return s.text()
}

func (s *scanner) must(name string) string {
	if !s.key(name) {
		s.fail()
		return ""
	}
	return s.text()
}

// text reads a string that is not empty and has only characters of a token.
func (s *scanner) text() string {
	s.take(`"`)
	n := 0
	for n < len(s.rest) && tokenByte(s.rest[n]) {
		n++
	}
	text := s.rest[:n]
	s.rest = s.rest[n:]
	s.take(`"`)
	if n == 0 {
		s.fail()
	}
	return text
}

func tokenByte(c byte) bool {
	switch c {
	case '.', '_', ':', '/', '+', '=', '-':
		return true
	}
	return alphanumeric(c)
}

// digitsMax is how many digits surely fit into 64 bits.
const digitsMax = 18

// number reads a number that is not negative, as it is written.
func (s *scanner) number() (value int64) {
	n := 0
	for n < len(s.rest) && n <= digitsMax && '0' <= s.rest[n] && s.rest[n] <= '9' {
		value = 10*value + int64(s.rest[n]-'0')
		n++
	}
	if n == 0 || n > digitsMax || n > 1 && s.rest[0] == '0' {
		s.fail()
		return 0
	}
	s.rest = s.rest[n:]
	return value
}

func (s *scanner) numbers() (list []int64) {
	s.take("[")
	for {
		list = append(list, s.number())
		if len(s.rest) == 0 || s.rest[0] != ',' {
			break
		}
		s.rest = s.rest[1:]
	}
	s.take("]")
	return list
}

func (s *scanner) counts(name string) (m map[string]int64) {
	if !s.key(name) {
		return nil
	}
	m = make(map[string]int64)
	s.object(func(key string) { m[key] = s.number() })
	return m
}

func (s *scanner) digests() (m map[string]string) {
	if !s.key("digests") {
		return nil
	}
	m = make(map[string]string)
	s.object(func(key string) { m[key] = s.text() })
	return m
}

// object reads an object that is not empty, its keys ascending.
func (s *scanner) object(value func(key string)) {
	s.take("{")
	last := ""
	for !s.failed {
		key := s.text()
		s.take(":")
		if key <= last {
			s.fail()
			return
		}
		value(key)
		last = key
		if len(s.rest) == 0 || s.rest[0] != ',' {
			break
		}
		s.rest = s.rest[1:]
	}
	s.take("}")
}

// time reads a time in its one form, timeLayout in JST.
func (s *scanner) time(text string) time.Time {
	const form = "dddd-dd-ddTdd:dd:dd.ddd+09:00"
	if len(text) != len(form) {
		s.fail()
		return time.Time{}
	}
	var parts [7]int
	at, digits := 0, false
	for i := range len(form) {
		is := text[i]
		if form[i] == 'd' {
			if is < '0' || is > '9' {
				s.fail()
				return time.Time{}
			}
			parts[at], digits = 10*parts[at]+int(is-'0'), true
			continue
		}
		if is != form[i] {
			s.fail()
			return time.Time{}
		}
		if digits && at < len(parts)-1 {
			at++
		}
		digits = false
	}
	t := time.Date(parts[0], time.Month(parts[1]), parts[2], parts[3], parts[4], parts[5], parts[6]*int(time.Millisecond), jst())
	year, month, day := t.Date()
	hour, minute, second := t.Clock()
	if year != parts[0] || int(month) != parts[1] || day != parts[2] || hour != parts[3] || minute != parts[4] || second != parts[5] {
		s.fail() // such as the 30th of February, which time.Date counts on
	}
	return t
}
