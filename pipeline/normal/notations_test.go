package normal

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// kanjiOf writes a number below 100 in kanji numerals.
func kanjiOf(n int) string {
	figures := []rune("〇一二三四五六七八九")
	s := ""
	if n >= 20 {
		s = string(figures[n/10])
	}
	if n >= 10 {
		s += "十"
	}
	if n%10 > 0 || n == 0 {
		s += string(figures[n%10])
	}
	return s
}

// An address is read back from every way to write it: town, numbers and room are
// those that it was written from.
func TestAnAddressIsReadBackFromEveryNotation(t *testing.T) {
	towns := []struct{ code, place, town string }{
		{"401331", "福岡県福岡市中央区", "天神"}, {"401340", "福岡県福岡市南区", "五十川"}, {"402176", "福岡県筑紫野市", "二日市中央"}, {"403440", "福岡県糟屋郡須恵町", "須恵"},
		{"402231", "福岡県古賀市", "駅東"}, {"011011", "北海道札幌市中央区", "北一条西"}, {"131016", "東京都千代田区", "一番町"}, {"372013", "香川県高松市", "番町"},
		{"401315", "福岡県福岡市東区", "香椎駅前"}, {"402192", "福岡県大野城市", "曙町"},
	}
	rapid.Check(t, func(t *rapid.T) {
		at := rapid.SampledFrom(towns).Draw(t, "town")
		a, b, c, room := rapid.IntRange(1, 9).Draw(t, "a"), rapid.IntRange(1, 99).Draw(t, "b"), rapid.IntRange(1, 99).Draw(t, "c"), rapid.IntRange(101, 1299).Draw(t, "room")
		place := at.place
		if rapid.Bool().Draw(t, "no prefecture") {
			place = place[strings.IndexAny(place, "県都道")+len("県"):]
		}
		numbers := rapid.SampledFrom([]string{
			fmt.Sprintf("%d-%d-%d", a, b, c), fmt.Sprintf("%d丁目%d番%d号", a, b, c), fmt.Sprintf("%s丁目%s番%s号", kanjiOf(a), kanjiOf(b), kanjiOf(c)),
			fmt.Sprintf("%d丁目%d番地の%d", a, b, c), fmt.Sprintf("%d丁目%d番地%d", a, b, c), fmt.Sprintf("%dの%dの%d", a, b, c), fmt.Sprintf("%d―%d－%d", a, b, c),
			fmt.Sprintf("%dー%dー%d", a, b, c), fmt.Sprintf("%d丁目%d-%d", a, b, c), fmt.Sprintf("%s丁目%d－%d", kanjiOf(a), b, c),
		}).Draw(t, "numbers")
		building := rapid.SampledFrom([]string{"", "　センタービル%d", " コーポ桜%d号室", "　メゾン天神%d号"}).Draw(t, "building")
		wantRoom := ""
		if building != "" {
			building, wantRoom = fmt.Sprintf(building, room), strconv.Itoa(room)
		}
		s := place + at.town + numbers + building
		if rapid.Bool().Draw(t, "wide") {
			s = fullWidth(s)
		}
		plain := FoldAddress(at.place+at.town+"1-2-3", at.code).Reveal()
		p := FoldAddress(s, at.code).Reveal()
		want := []string{strconv.Itoa(a), strconv.Itoa(b), strconv.Itoa(c)}
		if p.Town != plain.Town || p.Ward != plain.Ward || !slices.Equal(p.Municipalities, plain.Municipalities) || !slices.Equal(p.Numbers, want) || p.Room != wantRoom {
			t.Fatalf("%s: %v %s %s %v room %s", s, p.Municipalities, p.Ward, p.Town, p.Numbers, p.Room)
		}
	})
}
