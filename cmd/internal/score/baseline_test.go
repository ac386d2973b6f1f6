package score

import (
	"context"
	"sync"
	"testing"

	"baitai/cmd/internal/invent"
)

func TestTheBaselinesFoldAsScriptsDo(t *testing.T) {
	for _, c := range []struct {
		what       func(string) string
		from, want string
	}{
		{foldDate, "昭和55年1月2日", "19800102"}, {foldDate, "S55.1.2", "19800102"}, {foldDate, "3550102", "19800102"},
		{foldDate, "1980-01-02", "19800102"}, {foldDate, "19800102", "19800102"}, {foldDate, "平成元年1月8日", "19890108"},
		{foldDate, "昭和五十五年十二月三十一日", "19801231"}, {foldDate, "29221", "29221"}, {foldDate, "", ""}, {foldDate, "不詳", "不詳"},
		{foldKanji, "髙橋", "高橋"}, {foldKanji, "渡邉", "渡辺"}, {foldKanji, "辻\U000E0100", "辻"},
		{foldReading, "タカハシ", "たかはし"}, {foldReading, "しょうじ", "しようし"}, {foldReading, "おーの", "おの"},
		{foldSex, "男", "1"}, {foldSex, "9", ""},
		{foldAddress, "福岡県福岡市中央区天神1丁目2番3号 コーポ桜301号室", "福岡市中央区天神1-2-3"},
		{foldAddress, "福岡市中央区天神一丁目2-3", "福岡市中央区天神1-2-3"},
		{foldAddress, "福岡県糟屋郡新宮町大字上府十二番地の3", "糟屋郡新宮町上府12-3"},
		{arabic, "二十三", "23"}, {arabic, "十", "10"}, {arabic, "三条", "3条"},
	} {
		if got := c.what(c.from); got != c.want {
			t.Errorf("%s: %q, want %q", c.from, got, c.want)
		}
	}
}

// estimated spares the tests of one run the same estimate again.
var estimated = sync.OnceValues(func() (*weights, error) { return estimate(asOf()) })

// rowsOf has the baselines answer rows of one class of a small world.
func rowsOf(t *testing.T, class invent.Class) (list *invent.List, tallies [baselines]Tally) {
	t.Helper()
	w, err := invent.New(invent.Options{Seed: 4, People: 3000, AsOf: asOf()})
	if err != nil {
		t.Fatal(err)
	}
	list, err = w.List(invent.ListSpec{Seed: 4, Rows: 200, Mix: invent.Mix{class: 1}, Format: utf8CSV()})
	if err != nil {
		t.Fatal(err)
	}
	weights, err := estimated()
	if err != nil {
		t.Fatal(err)
	}
	j := newJoin(list, weights, w.Len())
	if err := j.run(context.Background(), w, 2); err != nil {
		t.Fatal(err)
	}
	for b := range tallies {
		for i, r := range j.replies(b) {
			tallies[b].add(list.Entries[i].Truth, r)
		}
	}
	return list, tallies
}

func TestCleanRowsAreFoundByEveryBaseline(t *testing.T) {
	_, n := rowsOf(t, "P0")
	for b := range n {
		if n[b].Outcomes[Found] < 195 {
			t.Errorf("%s found %d of %d", Baselines()[b].ID, n[b].Outcomes[Found], n[b].Rows)
		}
	}
}

func TestOnlyThoseThatFoldFindEraForms(t *testing.T) {
	_, n := rowsOf(t, "P7")
	if n[bytesEqual].Outcomes[Found] != 0 || n[nfkcTrim].Outcomes[Found] != 0 {
		t.Errorf("without folding %d and %d were found", n[bytesEqual].Outcomes[Found], n[nfkcTrim].Outcomes[Found])
	}
	if n[firstHit].Outcomes[Found] < 190 || n[topScore].Outcomes[Found] < 190 {
		t.Errorf("with folding only %d and %d of %d were found", n[firstHit].Outcomes[Found], n[topScore].Outcomes[Found], n[firstHit].Rows)
	}
}

func TestThoseThatChooseGiveOutWhoIsLikeAStranger(t *testing.T) {
	_, n := rowsOf(t, "N1")
	// Somebody abroad without a 最終住所 has no address that could differ.
	if n[bytesEqual].Outcomes[Wrong] > 5 || n[firstHit].Outcomes[Wrong] < 100 {
		t.Errorf("byte-equal gave out %d, first hit %d", n[bytesEqual].Outcomes[Wrong], n[firstHit].Outcomes[Wrong])
	}
}

// What agrees speaks for a pair and what differs against it, field by field, and
// the same text more than a folded one where both are rare by chance.
func TestTheWeightsPointTheRightWay(t *testing.T) {
	w, err := estimated()
	if err != nil {
		t.Fatal(err)
	}
	for f := range w {
		if w[f][equal] <= 0 || w[f][differs] >= 0 || w[f][absent] != 0 {
			t.Errorf("field %d: equal %.1f, differs %.1f, absent %.1f", f, w[f][equal], w[f][differs], w[f][absent])
		}
	}
	if w[fieldSex][equal] >= w[fieldName][equal] {
		t.Error("the sex tells people apart better than the name")
	}
	if threshold(5_000_000) <= threshold(5000) {
		t.Error("the threshold does not grow with the file")
	}
}
