package normal

import "encoding/binary"

// What an address in bytes says in its two bytes of flags. A text that is empty is
// not written.
const (
	addressImplied = 1 << iota
	addressFormerOpen
	addressRoomMayBeLast
	addressEnded
	addressNoNumber
	addressOutside
	addressPrefecture
	addressWard
	addressFormer
	addressStreet
	addressTown
	addressSection
	addressBuilding
	addressRoom
)

// AppendAddress appends the bytes of an address that is taken apart to dst: flags
// 2, the text as received, and those that are not empty of prefecture, ward, former
// municipality, 通り名, town, 小字, 方書, room; then the municipalities and the numbers,
// each as how many there are (uvarint) and the texts.
func AppendAddress(dst []byte, a *Address) []byte {
	p := a.p
	flags := bit(p.Implied, addressImplied) | bit(p.FormerOpen, addressFormerOpen) | bit(p.RoomMayBeLast, addressRoomMayBeLast) |
		bit(p.Ended, addressEnded) | bit(p.NoNumber, addressNoNumber) | bit(p.Outside, addressOutside) |
		bit(p.Prefecture != "", addressPrefecture) | bit(p.Ward != "", addressWard) | bit(p.Former != "", addressFormer) |
		bit(p.Street != "", addressStreet) | bit(p.Town != "", addressTown) | bit(p.Section != "", addressSection) |
		bit(p.Building != "", addressBuilding) | bit(p.Room != "", addressRoom)
	dst = binary.BigEndian.AppendUint16(dst, flags)
	dst = appendText(dst, p.Received)
	dst = appendGiven(appendGiven(appendGiven(dst, p.Prefecture), p.Ward), p.Former)
	dst = appendGiven(appendGiven(appendGiven(dst, p.Street), p.Town), p.Section)
	dst = appendGiven(appendGiven(dst, p.Building), p.Room)
	return appendTexts(appendTexts(dst, p.Municipalities), p.Numbers)
}

// bit is the flag where it is set, without a branch that nobody can foretell.
func bit(set bool, flag uint16) uint16 {
	if set {
		return flag
	}
	return 0
}

func appendGiven(dst []byte, s string) []byte {
	if s != "" {
		return appendText(dst, s)
	}
	return dst
}

func appendTexts(dst []byte, texts []string) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(texts)))
	for _, s := range texts {
		dst = appendText(dst, s)
	}
	return dst
}

// DecodeAddress reads what AppendAddress has written and returns what follows it.
func DecodeAddress(src string) (a *Address, rest string, err error) {
	r := cutter{s: src}
	a = r.address(new(addressBox))
	if r.bad {
		return nil, "", ErrFolded
	}
	return a, r.rest(), nil
}

func (r *cutter) address(box *addressBox) *Address {
	p := &box.parts
	box.self.p = p
	flags := uint16(r.byte())<<8 | uint16(r.byte())
	has := func(bit uint16) bool { return flags&bit != 0 }
	p.Implied, p.FormerOpen, p.RoomMayBeLast = has(addressImplied), has(addressFormerOpen), has(addressRoomMayBeLast)
	p.Ended, p.NoNumber, p.Outside = has(addressEnded), has(addressNoNumber), has(addressOutside)
	p.Received = r.text()
	p.Prefecture, p.Ward, p.Former = r.textIf(has(addressPrefecture)), r.textIf(has(addressWard)), r.textIf(has(addressFormer))
	p.Street, p.Town, p.Section = r.textIf(has(addressStreet)), r.textIf(has(addressTown)), r.textIf(has(addressSection))
	p.Building, p.Room = r.textIf(has(addressBuilding)), r.textIf(has(addressRoom))
	p.Municipalities = r.texts(box.municipalities[:0])
	p.Numbers = r.texts(box.numbers[:0])
	return &box.self
}

func (r *cutter) textIf(given bool) string {
	if given {
		return r.text()
	}
	return ""
}

func (r *cutter) texts(dst []string) []string {
	n := r.uvarint()
	r.bad = r.bad || n > uint64(len(r.rest())) // each has a length at least
	for range n {
		if r.bad {
			break
		}
		dst = append(dst, r.text())
	}
	return dst
}
