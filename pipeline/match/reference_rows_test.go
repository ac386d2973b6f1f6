package match_test

import (
	"fmt"
	"strconv"
	"strings"

	"baitai/pipeline/person"
)

// row derives a row of a list from somebody by random changes.
func (w *world) row() person.Query {
	versions := pick(w, w.people)
	if w.one(12) {
		versions = w.people[len(w.people)-1] // of the crowd
	}
	some := func() person.Version {
		if w.one(6) {
			return pick(w, versions)
		}
		return versions[len(versions)-1]
	}
	address := some()
	if w.one(3) {
		address = pick(w, versions)
	}
	q := person.Query{Name: some().Name, Kana: some().Kana, Birth: some().Birth, Sex: some().Sex, Address: address.Address, BirthRespelled: w.one(3)}
	if address.Address.Empty() {
		q.Address = address.LastAddress
	}
	if w.one(15) {
		q.FormerSurname = pick(w, []person.Text{some().FormerSurname, person.NewText(pick(w, surnames).written)})
	}
	w.giveCode(&q, versions)
	if former := some().FormerSurname; !former.Empty() && w.one(2) {
		_, own, _ := strings.Cut(q.Name.Reveal(), "　")
		q.Name = person.NewText(former.Reveal() + "　" + own)
	}
	if w.one(8) {
		q.Kana = person.NewText(longVowels.Replace(q.Kana.Reveal()))
	}
	for range w.rnd.IntN(4) {
		w.corrupt(&q)
	}
	if w.one(2) {
		q.Address = person.NewText(w.rewritten(q.Address.Reveal()))
	}
	w.leaveOut(&q)
	if w.one(2) {
		q.Consent = person.NewText("同意-1")
	}
	return q
}

// longVowels writes 長音 otherwise.
var longVowels = strings.NewReplacer("ろう", "ろー", "とう", "とお", "おお", "おー", "きょう", "きょー", "ゆう", "ゆー")

func (w *world) giveCode(q *person.Query, versions []person.Version) {
	switch w.rnd.IntN(12) {
	case 0, 1:
		q.Code = versions[len(versions)-1].Code
	case 2:
		q.Code = versions[0].Code
	case 3:
		q.Code = pick(w, pick(w, w.people)).Code
	case 4:
		q.Code = code(person.AppendCheckDigit(fmt.Sprintf("%010d", w.rnd.Int64N(10_000_000_000))))
	}
}

func (w *world) leaveOut(q *person.Query) {
	for what, often := range []int{12, 3, 12, 4, 8} {
		if !w.one(often) {
			continue
		}
		switch what {
		case 0:
			q.Name = person.Text{}
		case 1:
			q.Kana = person.Text{}
		case 2:
			q.Birth = person.Birth{}
		case 3:
			q.Sex = pick(w, []person.Sex{{}, person.SexUnknown, person.SexOther})
		case 4:
			q.Address = person.Text{}
		}
	}
}

// corrupt changes one particular.
func (w *world) corrupt(q *person.Query) {
	name := []rune(q.Name.Reveal())
	other := pick(w, w.people)[0]
	switch w.rnd.IntN(14) {
	case 0:
		q.Name = person.NewText(w.respelled(string(name)))
	case 1:
		q.Name = person.NewText(w.misspelled(name))
	case 2:
		q.Birth = w.slipped(q.Birth)
	case 3:
		q.Kana = person.NewText(w.misheard(q.Kana.Reveal()))
	case 4:
		q.Sex = pick(w, []person.Sex{person.Male, person.Female})
	case 5:
		q.Address = other.Address
	case 6:
		q.Kana = other.Kana
	case 7:
		q.Birth = other.Birth
	case 8: // the surname of one and the given name of another
		a, _, _ := strings.Cut(string(name), "　")
		_, b, _ := strings.Cut(other.Name.Reveal(), "　")
		q.Name = person.NewText(a + "　" + b)
	case 9:
		if !q.Kana.Empty() {
			q.Name = person.NewText(w.misheard(q.Kana.Reveal()))
		}
	case 10:
		if w.one(4) {
			q.Name = person.NewText(pick(w, []string{"JOHN SMITH", "Ｊｏｈｎ　Ｓｍｉｔｈ"}))
		}
	case 11:
		q.Name, q.Kana = other.Name, pick(w, []person.Text{q.Kana, other.Kana})
	case 12, 13: // a stranger of the file moved into the home
		q.Address = person.NewText(pick(w, w.homes).write())
	}
}

// respelled is the name in a spelling that means the same person, or nearly.
func (w *world) respelled(name string) string {
	switch w.rnd.IntN(4) {
	case 0:
		return strings.ReplaceAll(name, "　", "")
	case 1:
		return strings.ReplaceAll(name, "　", "  ")
	case 2:
		a, b, _ := strings.Cut(name, "　")
		return strings.Trim(b+"　"+a, "　")
	}
	from, to, _ := strings.Cut(pick(w, []string{"髙>高", "高>髙", "邉>辺", "邊>辺", "辺>邊", "邉>邊", "斎>齋", "齋>斎", "斉>斎", "斎>斉", "々>佐", "﨑>崎", "崎>﨑", "濵>浜",
		"浜>濱", "惠>恵", "恵>惠", "邉>邉󠄂", "郎>朗", "二>ニ", "ゆ>ユ", "づ>ず"}), ">")
	return strings.ReplaceAll(name, from, to)
}

// misspelled is the name with one stroke of the hand gone wrong.
func (w *world) misspelled(name []rune) string {
	if len(name) < 2 {
		return string(name)
	}
	at := w.rnd.IntN(len(name))
	out := append([]rune{}, name...)
	switch w.rnd.IntN(6) {
	case 0:
		out[at] = pick(w, []rune("〓●？\ue000"))
	case 1:
		out[at] = pick(w, []rune("田山一子太"))
	case 2:
		out = append(out[:at], out[at+1:]...)
	case 3:
		out = append(out[:at], append([]rune{pick(w, []rune("田山一子太"))}, name[at:]...)...)
	case 4:
		if at+1 < len(out) {
			out[at], out[at+1] = out[at+1], out[at]
		}
	case 5: // two wrong
		out[0], out[len(out)-1] = pick(w, []rune("田山一子太〓")), pick(w, []rune("田山一子太〓"))
	}
	return strings.Trim(string(out), "　")
}

func (w *world) misheard(kana string) string {
	switch w.rnd.IntN(6) {
	case 0:
		return strings.ReplaceAll(kana, "　", "")
	case 1:
		return strings.Map(func(r rune) rune { // katakana
			if r >= 'ぁ' && r <= 'ゖ' {
				return r + 'ァ' - 'ぁ'
			}
			return r
		}, kana)
	case 2:
		return strings.NewReplacer("が", "か", "ご", "こ", "こ", "ご", "ざ", "さ", "べ", "ぺ", "じ", "ち", "ぢ", "じ").Replace(kana)
	case 3:
		return strings.NewReplacer("ろう", "ろー", "とう", "とお", "おお", "おー", "きょ", "きよ", "ヴァ", "ば", "ヲ", "お", "う", "").Replace(kana)
	case 4:
		return strings.NewReplacer("みず", "みづ", "みづ", "みず", "た", "タ", "は", "わ").Replace(kana)
	}
	return strings.Replace(kana, "ー", "", 1) + pick(w, []string{"", "", "ー", "み", "●"})
}

var shortened = strings.NewReplacer("一丁目", "1-", "二丁目", "2-", "三丁目", "3-", "番地", "-", "番", "-", "号室", "", "号", "", "大字", "", "　", "-")

// rewritten is the address in another notation, or with less or more than it has.
func (w *world) rewritten(s string) string {
	if s == "" {
		return s
	}
	street, unit, housed := strings.Cut(s, "　")
	switch w.rnd.IntN(12) {
	case 0:
		return strings.TrimRight(shortened.Replace(street), "-")
	case 1:
		return strings.TrimPrefix(s, "福岡県")
	case 2:
		return strings.TrimPrefix(strings.ReplaceAll(s, "糟屋郡", ""), "福岡県")
	case 3, 4:
		return street
	case 5: // the room alone, as one more number
		if housed && strings.HasSuffix(unit, "号室") {
			room := strings.TrimLeft(strings.TrimSuffix(unit, "号室"), "コーポ桜メゾン空A")
			return strings.TrimRight(shortened.Replace(street), "-") + "-" + room
		}
		return street + strconv.Itoa(101+w.rnd.IntN(2)) + "号室"
	case 6:
		return street + "　" + pick(w, []string{"コーポ桜101号室", "コーポ桜A101", "メゾン空", "A101", "202"})
	case 7:
		at := strings.IndexAny(street, "一二三123456789")
		return street[:max(at, 0)]
	case 8:
		return strings.TrimSuffix(street, "号") + pick(w, []string{"", "0号", "-9"})
	case 9:
		return strings.ReplaceAll(s, "福岡市", "")
	case 10:
		return pick(w, []string{strings.ReplaceAll(s, "中央区", ""), strings.ReplaceAll(s, "中央区", "博多区"), strings.ReplaceAll(s, "字東", ""), strings.ReplaceAll(s, "天神", "大名")})
	}
	return toWide(s)
}

// toWide writes figures full width.
func toWide(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r - '0' + '０'
		}
		return r
	}, s)
}
