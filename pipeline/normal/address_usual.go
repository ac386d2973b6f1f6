package normal

// usualNumbers reads the numbers of an address as nearly all are written, straight
// from the bytes: figures of either width with 丁目, 番地, 番, 号 or hyphens between,
// then nothing, or a space and a 方書 that begins with a letter. It sets what
// cutNumbers would, and returns what is left: from the character before the space
// on, which the folding of the 方書 looks back at, or nothing. ok is false, and
// nothing is set, for all else. A 丁目 that was read before is the first number.
func (p *AddressParts) usualNumbers(first, s string) (left int, ok bool) {
	var values [len(addressBox{}.numbers)]string
	n, last, u := 0, noUnit, noUnit
	if first != "" {
		values[0], n, u = first, 1, chome
	}
	roomMayBeLast := false
	i := 0
	for {
		value, size := usualNumber(s[i:])
		if size == 0 || n == len(values) {
			return 0, false
		}
		values[n] = value
		n++
		last, u, i = u, noUnit, i+size
		before := i - 1 // the last character read
		if s[before] >= 0x80 {
			before = i - 3
		}
		if i < len(s) {
			if u, size = usualUnit(s[i:]); size > 0 {
				i += size
				before = i - 3
			}
		}
		roomMayBeLast = (u == noUnit || u == go_) && (last == noUnit || last == go_)
		switch {
		case i == len(s):
			before = i
		case spaceBeforeName(s[i:]) && u != chome:
		case u == noUnit:
			if size = hyphen(s[i:]); size == 0 {
				return 0, false
			}
			i += size
			continue
		case u != go_:
			continue // a number, or nothing that is read here
		default:
			return 0, false
		}
		p.Numbers = append(p.Numbers, values[:n]...)
		p.RoomMayBeLast, p.Ended = roomMayBeLast, u == go_ && last == ban
		return before, true
	}
}

// usualNumber reads figures, of which there are at most four.
func usualNumber(s string) (value string, size int) {
	c := figureCursor(s)
	n, figures := c.number()
	if figures == 0 || figures > 4 {
		return "", 0
	}
	return smallNumbers()[n], len(s) - len(c)
}

// usualUnit reads the unit at the front; a size of 0 means none.
func usualUnit(s string) (u unit, size int) {
	if len(s) < 3 {
		return noUnit, 0
	}
	next := ""
	if len(s) >= 6 {
		next = s[3:6]
	}
	switch s[:3] {
	case "丁":
		if next == "目" {
			return chome, 6
		}
	case "番":
		if next == "地" {
			return ban, 6
		}
		return ban, 3
	case "号":
		return go_, 3
	}
	return noUnit, 0
}

// hyphen is the length of a hyphen before a figure.
func hyphen(s string) int {
	switch {
	case s[0] == '-':
		return 1
	case len(s) > 3 && (s[:3] == "－" || s[:3] == "−" || s[:3] == "‐"):
		return 3
	}
	return 0
}

// spaceBeforeName reports a space and a letter behind it that can belong to
// nothing but a 方書: kana or kanji, but no numeral, 無番地 or 室.
func spaceBeforeName(s string) bool {
	switch {
	case s[0] == ' ':
		s = s[1:]
	case len(s) > 3 && s[:3] == "　":
		s = s[3:]
	default:
		return false
	}
	if len(s) < 3 {
		return false
	}
	r := rune(s[0]&0x0F)<<12 | rune(s[1]&0x3F)<<6 | rune(s[2]&0x3F)
	switch {
	case s[0] == 0xE3:
		return r >= 'ぁ' && r <= 'ん' || r >= 'ァ' && r <= 'ヴ'
	case s[0] < 0xE4 || s[0] > 0xE9 || r < 0x4E00:
		return false
	}
	return kanjiFigure(placeClasses().of(r)) < 0 && r != '無' && r != '番' && r != '官' && r != '室' && !isStem(placeClasses().of(r))
}
