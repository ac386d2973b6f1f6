package answer

import (
	"encoding/json"
	"strconv"
	"strings"

	"baitai/pipeline/person"
	"baitai/pipeline/verdict"
)

// An ownCursor reads what an ownWriter writes. encoding/json would take several times as
// long, and whoever explains one row of a million waits for all before it. After the
// first fault it gives nothing.
type ownCursor struct {
	s     string
	bad   bool
	words []string // nil: of an earlier version
}

// take takes what must stand there.
func (c *ownCursor) take(s string) {
	if !c.has(s) {
		c.bad = true
	}
}

// has takes something if it stands there.
func (c *ownCursor) has(s string) bool {
	rest, ok := strings.CutPrefix(c.s, s)
	if ok && !c.bad {
		c.s = rest
	}
	return ok && !c.bad
}

func (c *ownCursor) number() int64 {
	end := strings.IndexFunc(c.s, func(r rune) bool { return r != '-' && (r < '0' || r > '9') })
	if end < 0 {
		end = 0
	}
	n, err := strconv.ParseInt(c.s[:end], 10, 64)
	if err != nil || strconv.FormatInt(n, 10) != c.s[:end] {
		c.bad = true
		return 0
	}
	c.s = c.s[end:]
	return n
}

// text reads a JSON string.
func (c *ownCursor) text() (s string) {
	c.take(`"`)
	plain := true
	for i := 0; !c.bad && i < len(c.s); i++ {
		switch b := c.s[i]; {
		case b == '"':
			s, c.s = c.s[:i], c.s[i+1:]
			if !plain && json.Unmarshal([]byte(`"`+s+`"`), &s) != nil {
				c.bad = true
				return ""
			}
			return s
		case b == '\\':
			plain = false
			i++
		case b < ' ':
			plain = false
		}
	}
	c.bad = true
	return ""
}

// word reads a text, or the number of one.
func (c *ownCursor) word() string {
	if strings.HasPrefix(c.s, `"`) {
		return c.text()
	}
	n := c.number()
	if n < 0 || n >= int64(len(c.words)) {
		c.bad = true
		return ""
	}
	return c.words[n]
}

// list reads the elements of an array that has begun.
func (c *ownCursor) list(element func()) {
	for n := 0; !c.bad && !c.has("]"); n++ {
		if n > 0 {
			c.take(",")
		}
		element()
	}
}

// also reads a JSON string that stands behind something else.
func (c *ownCursor) also() string {
	c.take(",")
	return c.text()
}

func (c *ownCursor) row(no int64) (r OwnRow) {
	c.take("[")
	less := int64(1)
	if !strings.HasPrefix(c.s, `"`) {
		less = c.number()
		c.take(",")
	}
	r.No, r.Row = no, int(no+less)
	r.Reference, r.Answer = c.text(), c.also()
	at := min(len("00"), len(r.Answer))
	r.Answer, r.Step = r.Answer[:at], r.Answer[at:]
	if verdict.Answer(r.Answer).Index() < 0 {
		c.bad = true
	}
	if c.has(",[") {
		c.bad = c.bad || r.Step != ""
		c.issues(&r)
		return r
	}
	c.take(",")
	r.Why, r.Chosen = c.word(), c.also()
	c.rest(func() { r.Looked = append(r.Looked, c.looked(r.Chosen)) })
	return r
}

// rowBefore reads a row of an earlier version.
func (c *ownCursor) rowBefore() (r OwnRow) {
	c.take("[")
	r.No = c.number()
	c.take(",")
	r.Row = int(r.No + c.number())
	r.Reference, r.Answer = c.also(), c.also()
	if c.has(",[") {
		c.issues(&r)
		return r
	}
	r.Step, r.Why, r.Chosen = c.also(), c.also(), c.also()
	c.take(",[")
	c.list(func() { r.Looked = append(r.Looked, c.looked(r.Chosen)) })
	c.take("]")
	return r
}

// issues reads the codes that end the line of a row with faults.
func (c *ownCursor) issues(r *OwnRow) {
	c.list(func() { r.Issues = append(r.Issues, c.text()) })
	c.take("]")
}

// rest reads what else an array has, up to its end.
func (c *ownCursor) rest(element func()) {
	for !c.bad && !c.has("]") {
		c.take(",")
		element()
	}
}

func (c *ownCursor) looked(chosen string) (l OwnLooked) {
	more := c.has("[")
	letters := c.text()
	at := min(len(letters), verdict.ParticularCount)
	flags := letters[at:]
	l.Person = chosen
	if named := strings.TrimRight(flags, "0123456789"); c.words != nil && named != flags {
		flags, l.Person = named, flags[len(named):]
	}
	if c.words != nil && len(l.Person) != person.ResidentCodeDigits {
		c.bad = true
	}
	for _, flag := range flags {
		switch flag {
		case 'F':
			l.Fits = true
		case 'H':
			l.HoldsCode = true
		case 'P':
			l.Protected = true
		default:
			c.bad = true
		}
	}
	var err error
	if l.Grades, err = gradesOf(letters[:at]); err != nil {
		c.bad = true
	}
	if !more {
		return l
	}
	if c.words == nil {
		if code := c.also(); code != "" {
			l.Person = code
		}
	}
	c.rest(func() { c.grade(l.Grades) })
	return l
}

// grade reads what there is to say beside a grade.
func (c *ownCursor) grade(of OwnGrades) {
	c.take("[")
	i := c.number()
	if i < 0 || i >= verdict.ParticularCount {
		c.bad = true
	}
	if c.bad {
		return
	}
	name := verdict.ParticularName(int(i), false)
	g, ok := of[name]
	if !ok { // nothing is said of what is not given
		g.Grade = verdict.Missing.String()
	}
	c.take(",")
	if c.words == nil {
		g.Past = c.number() != 0
		g.Near, g.Ground = c.also(), c.also()
	} else {
		g.Ground = c.word()
		if strings.HasPrefix(c.s, ",") {
			g.Near = c.also()
			g.Past = c.has(",1")
		}
	}
	c.take("]")
	of[name] = g
}
