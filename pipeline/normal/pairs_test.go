package normal

import (
	"fmt"
	"strings"
	"testing"
)

// A list in CP932 and one in UTF-8 have different characters for one code of JIS
// (〜/～, −/－ …). A name, an address or a date must not differ by that.
func TestTheKnownPairsOfCP932AreOneCharacter(t *testing.T) {
	for _, pair := range [][2]string{{"～", "〜"}, {"－", "−"}, {"∥", "‖"}, {"―", "—"}, {"￠", "¢"}, {"￡", "£"}, {"￢", "¬"}} {
		for _, form := range []string{"福岡県福岡市中央区天神１丁目２*３", "福岡県福岡市中央区天神１丁目２番３号　Ａ*Ｂビル１０１", "福岡県福岡市中央区天神１丁目２番３号　天神ビル*１０１"} {
			a, b := FoldAddress(strings.Replace(form, "*", pair[0], 1), "").p, FoldAddress(strings.Replace(form, "*", pair[1], 1), "").p
			if said(*a) != said(*b) {
				t.Errorf("%s and %s:\n%s\n%s", pair[0], pair[1], said(*a), said(*b))
			}
		}
		if form := "1980*01*02"; isDash([]rune(pair[0])[0]) {
			a, _, err := ParseBirth(strings.ReplaceAll(form, "*", pair[0]))
			b, _, err2 := ParseBirth(strings.ReplaceAll(form, "*", pair[1]))
			if err != nil || err2 != nil || a.Reveal() != b.Reveal() {
				t.Errorf("%s and %s: %v, %v", pair[0], pair[1], err, err2)
			}
		}
	}
}

// said is what is compared, without the text as it was received.
func said(p AddressParts) string {
	p.Received = ""
	return fmt.Sprintf("%+v", p)
}
