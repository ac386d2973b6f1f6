package match_test

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"

	"baitai/pipeline/person"
)

// A world is a few households that are easily taken for one another: twins,
// father and son, namesakes, neighbours, spellings of one surname. All invented.
type world struct {
	rnd    *rand.Rand
	people [][]person.Version // the earliest version first, as an extract has them
	codes  map[string]bool
	homes  []home
}

// A home is an address before it is written down.
type home struct {
	prefecture, county, city, ward, code string
	town, section                        string
	numbers                              []int // 丁目, 番, 号; or one 番地 with its 枝番
	building, room                       string
}

type word struct{ written, read string }

var surnames = []word{{"髙橋", "たかはし"}, {"高橋", "たかはし"}, {"渡邉", "わたなべ"}, {"渡辺", "わたなべ"}, {"渡邊", "わたなべ"}, {"斎藤", "さいとう"},
	{"齋藤", "さいとう"}, {"斉藤", "さいとう"}, {"佐々木", "ささき"}, {"山﨑", "やまさき"}, {"山崎", "やまざき"}, {"濵田", "はまだ"}, {"浜田", "はまだ"},
	{"大野", "おおの"}, {"小野", "おの"}, {"東", "ひがし"}}

var givens = []word{{"太郎", "たろう"}, {"太朗", "たろう"}, {"一郎", "いちろう"}, {"二郎", "じろう"}, {"花子", "はなこ"}, {"華子", "はなこ"}, {"圭吾", "けいご"},
	{"圭子", "けいこ"}, {"サチ", "さち"}, {"幸子", "さちこ"}, {"恵", "めぐみ"}, {"惠", "めぐみ"}, {"ゆう", "ゆう"}, {"優", "ゆう"}, {"みづほ", "みづほ"},
	{"瑞穂", "みずほ"}, {"京子", "きょうこ"}, {"洋", "ひろし"}, {"次郎", "じろう"}, {"賢治", "けんぢ"}, {"謙", "ヴァン"}, {"昭夫", "あきヲ"}}

var towns = []home{
	{prefecture: "福岡県", city: "福岡市", ward: "中央区", code: "401331", town: "天神"},
	{prefecture: "福岡県", city: "福岡市", ward: "中央区", code: "401331", town: "大名"},
	{prefecture: "福岡県", city: "古賀市", code: "402231", town: "天神"},
	{prefecture: "福岡県", county: "糟屋郡", city: "篠栗町", code: "403423", town: "尾仲", section: "東"},
	{prefecture: "福岡県", county: "糟屋郡", city: "粕屋町", code: "403491", town: "大字仲原"},
}

func newWorld(rnd *rand.Rand, households int) *world {
	w := &world{rnd: rnd, codes: map[string]bool{}}
	for range 14 {
		w.homes = append(w.homes, w.newHome())
	}
	for range households {
		w.household()
	}
	w.crowd()
	return w
}

func pick[T any](w *world, from []T) T { return from[w.rnd.IntN(len(from))] }

// one reports true once in n times.
func (w *world) one(n int) bool { return w.rnd.IntN(n) == 0 }

func (w *world) newHome() home {
	h := pick(w, towns)
	if h.section != "" && w.one(2) {
		h.section = ""
	}
	h.numbers = []int{1 + w.rnd.IntN(3), 1 + w.rnd.IntN(3), 1 + w.rnd.IntN(4)}
	if h.ward == "" {
		h.numbers = h.numbers[:1+w.rnd.IntN(2)]
	}
	if w.one(2) {
		h.building, h.room = pick(w, []string{"コーポ桜", "コーポ桜A", "メゾン空"}), strconv.Itoa(100*(1+w.rnd.IntN(2))+1+w.rnd.IntN(2))
	}
	return h
}

// write gives the address in full, as the register has it.
func (h home) write() string {
	return h.prefecture + h.county + h.city + h.ward + h.local()
}

func (h home) local() string {
	var b strings.Builder
	b.WriteString(h.town)
	if h.section != "" {
		b.WriteString("字" + h.section)
	}
	switch n := h.numbers; {
	case h.ward != "" && len(n) == 3:
		fmt.Fprintf(&b, "%s丁目%d番%d号", []string{"", "一", "二", "三"}[n[0]], n[1], n[2])
	case h.ward != "" && len(n) == 2:
		fmt.Fprintf(&b, "%s丁目%d番", []string{"", "一", "二", "三"}[n[0]], n[1])
	case len(n) == 2:
		fmt.Fprintf(&b, "%d番地%d", n[0], n[1])
	case len(n) == 1:
		fmt.Fprintf(&b, "%d番地", n[0])
	}
	if h.building != "" {
		b.WriteString("　" + h.building)
		if h.room != "" {
			b.WriteString(h.room + "号室")
		}
	}
	return b.String()
}

func (w *world) newCode() person.ResidentCode {
	for {
		s := person.AppendCheckDigit(fmt.Sprintf("%010d", w.rnd.Int64N(10_000_000_000)))
		if !w.codes[s] {
			w.codes[s] = true
			return code(s)
		}
	}
}

func code(s string) person.ResidentCode {
	c, err := person.ParseResidentCode(s)
	if err != nil {
		panic(err) // made with its check digit
	}
	return c
}

func birth(y, m, d int) person.Birth {
	b, err := person.NewBirth(person.Date{Year: y, Month: m, Day: d})
	if err != nil {
		return birth(y, m, 1)
	}
	return b
}

func (w *world) newBirth() person.Birth {
	y, m, d := 1950+w.rnd.IntN(60), 1+w.rnd.IntN(12), 1+w.rnd.IntN(28)
	switch w.rnd.IntN(30) {
	case 0:
		return birth(0, 0, 0)
	case 1:
		return birth(y, m, person.Unknown)
	case 2:
		return birth(y, m, person.MiddleMonth)
	case 3:
		return birth(y, person.Spring, 0)
	}
	return birth(y, m, d)
}

// household adds somebody and, mostly, people who can be taken for them.
func (w *world) household() {
	first := w.somebodyNew()
	w.add(first)
	for range w.rnd.IntN(3) {
		w.add(w.relative(first))
	}
}

// crowd adds more people than a review list holds who differ in their birth alone.
func (w *world) crowd() {
	v := w.somebodyNew()
	for n := range 8 {
		v.Birth, v.Kana = birth(1970+n, 3, 4), person.Text{}
		w.add(v)
	}
}

func (w *world) somebodyNew() person.Version {
	s, g, h := pick(w, surnames), pick(w, givens), pick(w, w.homes)
	v := person.Version{State: person.Present, Name: person.NewText(s.written + "　" + g.written), Birth: w.newBirth(),
		Sex: pick(w, []person.Sex{person.Male, person.Female}), Municipality: h.code, Address: person.NewText(h.write())}
	if !w.one(3) {
		v.Kana = person.NewText(s.read + "　" + g.read)
	}
	if w.one(12) {
		v.FormerSurname = person.NewText(pick(w, surnames).written)
	}
	if w.one(30) {
		v.Sex = person.SexUnknown
	}
	return v
}

// relative is somebody who differs from v in little.
func (w *world) relative(v person.Version) person.Version {
	other := w.somebodyNew()
	surname, name, _ := strings.Cut(v.Name.Reveal(), "　")
	_, otherName, _ := strings.Cut(other.Name.Reveal(), "　")
	r := v
	r.Support = 0
	switch w.rnd.IntN(8) {
	case 0, 1: // a twin: the same birth and home
		r.Name, r.Sex = person.NewText(surname+"　"+otherName), other.Sex
		if r.Kana = person.NewText(readingOf(surname) + "　" + readingOf(otherName)); w.one(3) {
			r.Kana = person.Text{}
		}
	case 2: // a son of the same name
		r.Birth = w.newBirth()
	case 3: // a namesake elsewhere, born on the same day
		r.Municipality, r.Address = other.Municipality, other.Address
	case 4: // a neighbour of the same name, born nearly on the same day
		r.Birth, r.FormerSurname = w.slipped(v.Birth), person.Text{}
	case 5: // the same name in another spelling
		r.Name = person.NewText(pick(w, surnames).written + "　" + name)
		r.Kana = pick(w, []person.Text{v.Kana, {}})
	case 6: // reads the same, under 支援措置, elsewhere
		r.Name, r.Kana, r.Support = person.NewText(surname+"　"+otherName), v.Kana, 1
		r.Municipality, r.Address = other.Municipality, other.Address
	case 7:
		r.Sex = pick(w, []person.Sex{person.Male, person.Female})
		r.Name, r.Kana = person.NewText(surname+"　"+otherName), pick(w, []person.Text{v.Kana, {}})
	}
	return r
}

func readingOf(written string) string {
	for _, x := range append(surnames[:len(surnames):len(surnames)], givens...) {
		if x.written == written {
			return x.read
		}
	}
	return "ふめい"
}

func (w *world) slipped(b person.Birth) person.Birth {
	d := b.Date()
	if !d.Complete() {
		return b
	}
	switch w.rnd.IntN(4) {
	case 0:
		if d.Day <= 12 {
			return birth(d.Year, d.Day, d.Month)
		}
		return birth(d.Year, d.Month, d.Day-10)
	case 1:
		return birth(d.Year/10*10+w.rnd.IntN(10), d.Month, d.Day)
	case 2:
		return birth(d.Year, d.Month, pick(w, []int{0, person.EarlyMonth}))
	}
	return birth(d.Year, d.Month, d.Day/10*10+1+w.rnd.IntN(8))
}

// add gives v a past and a present and puts it into the world.
func (w *world) add(v person.Version) {
	v.Code, v.Registrar, v.Reason, v.ChangeDate = w.newCode(), "401307", "01", "2001-01-01"
	v.History = 1
	versions := []person.Version{v}
	for w.one(3) && len(versions) < 4 {
		next := versions[len(versions)-1]
		next.History++
		next.OldCode = person.ResidentCode{}
		w.change(&next)
		versions = append(versions, next)
	}
	last := &versions[len(versions)-1]
	switch w.rnd.IntN(12) {
	case 0:
		last.State, last.LastAddress, last.Address, last.Municipality = person.Abroad, last.Address, person.Text{}, ""
		if w.one(4) {
			last.LastAddress = person.Text{}
		}
	case 1:
		last.State = person.Removed
	}
	if last.Support == 0 && w.one(9) {
		last.Support = person.Support(1 + w.rnd.IntN(3))
	}
	if len(versions) > 1 && w.one(4) {
		last.OldCode, last.Code = last.Code, w.newCode()
	}
	w.people = append(w.people, versions)
}

// change is what a later version has otherwise than the one before.
func (w *world) change(v *person.Version) {
	other := w.somebodyNew()
	surname, name, _ := strings.Cut(other.Name.Reveal(), "　")
	before, given, _ := strings.Cut(v.Name.Reveal(), "　")
	switch w.rnd.IntN(6) {
	case 0, 1, 2:
		v.Address, v.Municipality = other.Address, other.Municipality
	case 3:
		v.Name = person.NewText(surname + "　" + given)
		v.Kana = pick(w, []person.Text{person.NewText(readingOf(surname) + "　" + readingOf(given)), {}})
	case 4:
		v.Name, v.FormerSurname = person.NewText(surname+"　"+given), person.NewText(before)
	case 5:
		if w.one(3) {
			v.Birth = other.Birth
		}
		v.Name = person.NewText(before + "　" + name)
	}
}

// extract is the world as the file of a first load.
func (w *world) extract() string {
	var b strings.Builder
	b.WriteString("住民票コード,履歴番号,状態,氏名,氏名ふりがな,旧氏,生年月日,性別,市町村コード,住所,最終住所,附票管理市町村コード,異動事由,異動年月日,通知年月日,旧住民票コード,支援措置\r\n")
	for _, versions := range w.people {
		for _, v := range versions {
			support := ""
			if v.Support > 0 {
				support = strconv.Itoa(int(v.Support))
			}
			cells := []string{v.Code.Reveal(), strconv.Itoa(v.History), strconv.Itoa(int(v.State)), v.Name.Reveal(), v.Kana.Reveal(), v.FormerSurname.Reveal(),
				v.Birth.Reveal(), v.Sex.Reveal(), v.Municipality, v.Address.Reveal(), v.LastAddress.Reveal(), v.Registrar, v.Reason, v.ChangeDate, "", v.OldCode.Reveal(), support}
			b.WriteString(strings.Join(cells, ",") + "\r\n")
		}
	}
	return b.String()
}
