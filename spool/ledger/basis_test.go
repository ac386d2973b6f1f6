package ledger

import "testing"

func TestABasisIsCitedInWords(t *testing.T) {
	for token, want := range map[string][2]string{
		"juki-30-44-6-1-2": {"住民基本台帳法第30条の44の6第1項第2号", "Basic Resident Register Act, Art. 30-44-6 (1)(ii)"},
		"juki-30-44-6-3":   {"住民基本台帳法第30条の44の6第3項", "Basic Resident Register Act, Art. 30-44-6 (3)"},
		"juki-30-44-13":    {"住民基本台帳法第30条の44の13", "Basic Resident Register Act, Art. 30-44-13"},
		"of-later-times":   {"of-later-times", "of-later-times"},
		"":                 {"", ""},
	} {
		if ja, en := BasisWords(token, true), BasisWords(token, false); ja != want[0] || en != want[1] {
			t.Errorf("%q: %q, %q", token, ja, en)
		}
	}
}
