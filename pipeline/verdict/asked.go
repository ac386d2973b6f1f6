package verdict

// Bits packs what a row gives into bits, for rows that wait in bytes.
func (a Asked) Bits() uint16 {
	var bits uint16
	for i, given := range a.list() {
		if *given {
			bits |= 1 << i
		}
	}
	return bits
}

// AskedOf is the opposite of Bits.
func AskedOf(bits uint16) (a Asked) {
	for i, given := range a.list() {
		*given = bits&(1<<i) != 0
	}
	return a
}

// list has every field once, in the order of the bits.
func (a *Asked) list() [9]*bool {
	return [...]*bool{&a.Code, &a.Name, &a.Kana, &a.Birth, &a.Address, &a.Consent, &a.Latin, &a.TwoNames, &a.Unreadable}
}
