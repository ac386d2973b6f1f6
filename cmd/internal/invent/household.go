package invent

import (
	"math/rand/v2"
	"slices"
)

// maker makes the people of one block.
type maker struct {
	*World
	r      *rand.Rand
	first  int // number of the first person of the block
	people []*Person
	last   *household // the household made before, for its neighbour
}

// member is a person while the household is being put together.
type member struct {
	name    written // the given name
	surname written
	maiden  written // the surname before marriage; zero: none
	born    Date
	sex     int
	twinOf  int // index in the household, -1: none
	sonOf   int
}

type household struct {
	surname written
	home    home
	members []member
}

func (w *World) block(b int, use uint64, first int) []*Person {
	m := &maker{World: w, r: stream(w.seed, use, uint64(b)), first: first,
		people: make([]*Person, 0, BlockPeople)}
	for len(m.people) < BlockPeople {
		m.addHousehold(m.household())
	}
	return m.people
}

// household draws one: one in two hundred is the neighbour of the one before and
// has somebody of the same name (本家 and 分家).
func (m *maker) household() *household {
	h := &household{surname: m.tables.surname(m.r)}
	neighbour := m.last != nil && m.last.home.building == "" && m.r.IntN(200) == 0
	switch {
	case neighbour:
		h.surname, h.home = m.last.surname, m.last.home.next()
	case m.r.IntN(3) == 0:
		h.home = m.tables.home(m.r, &m.tables.elsewhere)
	default:
		h.home = m.tables.home(m.r, &m.tables.fukuoka)
	}
	m.fill(h)
	hasSon := slices.ContainsFunc(h.members, func(c member) bool { return c.sonOf >= 0 })
	if neighbour && !hasSon { // a son who has his father's name keeps it
		namesake := m.last.members[0]
		h.members[0].name, h.members[0].sex = namesake.name, namesake.sex
	}
	return h
}

// fill draws who lives there.
func (m *maker) fill(h *household) {
	r := m.r
	switch kind := r.IntN(1000); {
	case kind < 45: // somebody whose record was closed long ago
		m.head(h, 85+r.IntN(45))
	case kind < 400: // alone
		m.head(h, m.age(20, 96))
	case kind < 620: // a couple
		m.head(h, m.age(25, 94))
		m.spouse(h)
	case kind < 870: // parents and children
		m.head(h, m.age(25, 62))
		m.spouse(h)
		m.children(h, 1+early(r, 3, 1))
	case kind < 940: // one parent
		m.head(h, m.age(24, 72))
		m.children(h, 1+early(r, 2, 1))
	default: // three generations
		m.head(h, m.age(30, 56))
		m.spouse(h)
		m.children(h, 1+early(r, 3, 1))
		m.grandparents(h)
	}
}

// pyramid is how many of a thousand adults are of each five years of age, from
// 20 to 99: Japan's shape of the 2020s, rounded.
func pyramid() [16]int {
	return [16]int{60, 61, 62, 70, 77, 88, 95, 82, 74, 72, 86, 84, 55, 38, 22, 8}
}

func (m *maker) age(from, to int) int {
	for {
		p := pyramid()
		total := 0
		for _, n := range p {
			total += n
		}
		n, i := m.r.IntN(total), 0
		for n >= p[i] {
			n -= p[i]
			i++
		}
		if a := 20 + 5*i + m.r.IntN(5); a >= from && a <= to {
			return a
		}
	}
}

func (m *maker) bornAged(age int) Date {
	year := max(m.asOf.Year-age, 1873) // the Gregorian calendar begins
	return dayOf(m.r, year, m.asOf)
}

func (m *maker) add(h *household, sex int, born Date) *member {
	h.members = append(h.members, member{surname: h.surname, sex: sex, born: born,
		name: m.tables.given(m.r, born.Year, sex), twinOf: -1, sonOf: -1})
	return &h.members[len(h.members)-1]
}

func (m *maker) head(h *household, age int) {
	sex := 1
	if m.r.IntN(100) < 30 || age > 80 && m.r.IntN(100) < 40 {
		sex = 2
	}
	m.add(h, sex, m.bornAged(age))
}

// spouse marries the head; mostly the wife takes the surname (民法750条).
func (m *maker) spouse(h *household) {
	age := max(20, m.asOf.Year-h.members[0].born.Year-3+m.r.IntN(7))
	s := m.add(h, 3-h.members[0].sex, m.bornAged(age))
	if s.sex == 2 || m.r.IntN(20) == 0 {
		s.maiden = m.tables.surname(m.r)
	}
}

func (m *maker) children(h *household, n int) {
	parent := h.members[0].born.Year
	for range n {
		year := parent + 23 + m.r.IntN(16)
		if year > m.asOf.Year {
			continue
		}
		c := m.add(h, 1+m.r.IntN(2), dayOf(m.r, year, m.asOf))
		i := len(h.members) - 1
		if h.members[0].sex == 1 && c.sex == 1 && m.r.IntN(120) == 0 {
			m.namesake(c, h.members[0].name)
			c.sonOf = 0
		}
		if m.r.IntN(55) == 0 {
			m.twin(h, i)
		}
	}
}

// namesake gives a son his father's kanji, read in another way where there is one.
func (m *maker) namesake(son *member, father written) {
	son.name = father
	for _, kana := range m.tables.otherKana[father.kanji] {
		if kana != father.kana {
			son.name.kana = kana
			return
		}
	}
}

// twin adds a twin, whose name often has a kanji of the other's.
func (m *maker) twin(h *household, of int) {
	first := h.members[of]
	sex := first.sex
	if m.r.IntN(3) == 0 {
		sex = 3 - sex
	}
	t := m.add(h, sex, first.born)
	t.twinOf = of
	if first.sonOf < 0 && m.r.IntN(2) == 0 {
		t.name = alike(first.name, sex)
	}
	for t.name.kanji == first.name.kanji {
		t.name = m.tables.given(m.r, t.born.Year, sex)
	}
}

// alike makes a twin's name out of the other's: 健太 and 健人, 美咲 and 美子.
func alike(name written, sex int) written {
	kanji, kana := []rune(name.kanji), []rune(name.kana)
	if len(kanji) < 2 || len(kana) < 3 {
		return name
	}
	end := written{"人", "と"}
	if sex == 2 {
		end = written{"子", "こ"}
	}
	return written{string(kanji[:1]) + end.kanji, string(kana[:2]) + end.kana}
}

func (m *maker) grandparents(h *household) {
	age := m.asOf.Year - h.members[0].born.Year + 24 + m.r.IntN(10)
	m.add(h, 2, m.bornAged(age))
	if m.r.IntN(2) == 0 {
		m.add(h, 1, m.bornAged(age+m.r.IntN(5)))
	}
}

// addHousehold gives the members their histories, as many as the block has room for.
func (m *maker) addHousehold(h *household) {
	base := len(m.people)
	for i := range h.members {
		if len(m.people) == BlockPeople {
			break
		}
		c := &h.members[i]
		p := &Person{Number: m.first + len(m.people), TwinOf: -1, SonOf: -1, Likeness: -1}
		if c.twinOf >= 0 {
			twin := m.people[base+c.twinOf]
			p.TwinOf, twin.TwinOf = twin.Number, p.Number
		}
		if c.sonOf >= 0 {
			p.SonOf = m.people[base+c.sonOf].Number
		}
		m.live(p, c, h)
		m.people = append(m.people, p)
	}
	m.last = h
}
