package ledger

// BasisWords gives the provision (根拠条項) that a token in [Entry.Basis] stands for, as
// papers cite it: 住民基本台帳法 in the numbering of 2026. A token that this version
// does not know is returned as it is.
func BasisWords(token string, japanese bool) string {
	for _, b := range [...]struct{ token, ja, en string }{
		{"juki-30-44-6-1-1", "住民基本台帳法第30条の44の6第1項第1号", "Basic Resident Register Act, Art. 30-44-6 (1)(i)"},
		{"juki-30-44-6-1-2", "住民基本台帳法第30条の44の6第1項第2号", "Basic Resident Register Act, Art. 30-44-6 (1)(ii)"},
		{"juki-30-44-6-1-3", "住民基本台帳法第30条の44の6第1項第3号", "Basic Resident Register Act, Art. 30-44-6 (1)(iii)"},
		{"juki-30-44-6-1-4", "住民基本台帳法第30条の44の6第1項第4号", "Basic Resident Register Act, Art. 30-44-6 (1)(iv)"},
		{"juki-30-44-6-2-1", "住民基本台帳法第30条の44の6第2項第1号", "Basic Resident Register Act, Art. 30-44-6 (2)(i)"},
		{"juki-30-44-6-2-2", "住民基本台帳法第30条の44の6第2項第2号", "Basic Resident Register Act, Art. 30-44-6 (2)(ii)"},
		{"juki-30-44-6-3", "住民基本台帳法第30条の44の6第3項", "Basic Resident Register Act, Art. 30-44-6 (3)"},
		{"juki-30-44-13", "住民基本台帳法第30条の44の13", "Basic Resident Register Act, Art. 30-44-13"},
	} {
		if b.token == token {
			if japanese {
				return b.ja
			}
			return b.en
		}
	}
	return token
}
