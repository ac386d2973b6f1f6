package normal

import (
	"strings"
	"testing"
	"time"

	"baitai/pipeline/person"
)

// parsers are everything that reads a text of somebody else.
func parsers() map[string]func(string) {
	return map[string]func(string){
		"birth":   func(s string) { _, _, _ = ParseBirth(s) },
		"code":    func(s string) { _, _ = ParseResidentCode(s) },
		"sex":     func(s string) { _, _ = ParseSex(s) },
		"number":  func(s string) { _ = LooksLikeMyNumber(s) },
		"juki":    func(s string) { _ = ExpandJuki(s) },
		"name":    func(s string) { _ = FoldName(s) },
		"kana":    func(s string) { _ = FoldKana(s) },
		"address": func(s string) { _ = FoldAddress(s, "") },
		"ward":    func(s string) { _ = FoldAddress("京都市中京区"+s, "261041") },
		"keys": func(s string) {
			t := person.NewText(s)
			_ = FoldQuery(&person.Query{Name: t, Kana: t, Address: t}).Keys(nil)
		},
		"grounds": func(s string) {
			n, k := FoldName(s), FoldKana(s)
			if n == nil || k == nil {
				return
			}
			_, _ = n.Differences(nil, FoldName(s+"山"))
			_, _ = n.SlipTo(FoldName("山" + s))
			_ = k.Loose(FoldKana("ア" + s))
			_ = k.SameSound(k)
		},
	}
}

// No parser takes longer than in proportion to the text: eight times the text may
// take four times as many times as long, and no more. Of many runs the shortest
// counts, for a machine may have other things to do. A text of a list is cut off
// long before; this holds without that.
func TestNoParserIsSlowerThanLinear(t *testing.T) {
	if testing.Short() {
		t.Skip("takes the time of many texts")
	}
	const short, times, most, runsMost = 1_000, 8, 4 * 8, 40
	pieces := []string{"一", "十", "十三一番", "1", "1-", "1番", "番外地", "無番地", "甲", "甲1", "丁目", "の", "ノ一", "字", "大字", "条", "1条", "北一条", "町", "市", "区", "上ル", "東入",
		"山", "邉", "々", "゛", "ガ", "ー", "ヴ", "オウ", " ", "　", "(", "J+", "J+ADF5", "〓", "\U000E0100", "年", "月", "頃", "推定", "から", "昭和", "不詳", "\u3099", "\xff"}
	for name, parse := range parsers() {
		for _, piece := range pieces {
			for _, tail := range []string{"", "番地", "日"} {
				took := func(n int, best time.Duration) time.Duration {
					s := strings.Repeat(piece, n/len([]rune(piece))) + tail
					started := time.Now()
					parse(s)
					return min(best, time.Since(started))
				}
				a, b := time.Hour, time.Hour
				slow := func() bool { return b > most*max(a, 50*time.Microsecond) }
				for n := 0; n < 2 || n < runsMost && slow(); n++ {
					a, b = took(short, a), took(short*times, b)
				}
				if slow() {
					t.Errorf("%s of %q…%s: %v for %d characters, %v for %d", name, piece, tail, a, short, b, short*times)
				}
			}
		}
	}
}
