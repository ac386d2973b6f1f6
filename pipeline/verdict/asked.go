package verdict

// The bits of what a row gives.
const (
	askedCode uint16 = 1 << iota
	askedName
	askedKana
	askedBirth
	askedAddress
	askedConsent
	askedLatin
	askedTwoNames
	askedUnreadable
)

// Bits packs what a row gives into bits, for rows that wait in bytes.
func (a Asked) Bits() uint16 {
	bit := func(given bool, bit uint16) uint16 {
		if given {
			return bit
		}
		return 0
	}
	return bit(a.Code, askedCode) | bit(a.Name, askedName) | bit(a.Kana, askedKana) | bit(a.Birth, askedBirth) | bit(a.Address, askedAddress) |
		bit(a.Consent, askedConsent) | bit(a.Latin, askedLatin) | bit(a.TwoNames, askedTwoNames) | bit(a.Unreadable, askedUnreadable)
}

// AskedOf is the opposite of Bits.
func AskedOf(bits uint16) Asked {
	return Asked{Code: bits&askedCode != 0, Name: bits&askedName != 0, Kana: bits&askedKana != 0, Birth: bits&askedBirth != 0,
		Address: bits&askedAddress != 0, Consent: bits&askedConsent != 0, Latin: bits&askedLatin != 0,
		TwoNames: bits&askedTwoNames != 0, Unreadable: bits&askedUnreadable != 0}
}
