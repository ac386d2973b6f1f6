package match_test

import (
	"slices"
	"strings"

	"baitai/pipeline/normal"
)

// compareAddresses compares the parts of two addresses: good where they are the
// same text, written where only the notation differs, short where the 方書 is on
// one side only, partly where more is absent on one side.
func compareAddresses(row, file *normal.AddressParts) int {
	switch {
	case row == nil:
		return absent
	case file == nil:
		return blank
	}
	place := comparePlaces(row, file)
	if place == good && row.Received == file.Received {
		return good
	}
	town := compareTowns(row, file)
	worst := max(place, town, compareHouses(row, file))
	if worst == good {
		return written
	}
	return worst
}

// comparePlaces compares prefecture, municipality and ward.
func comparePlaces(a, b *normal.AddressParts) int {
	shared := slices.ContainsFunc(a.Municipalities, func(m string) bool { return slices.Contains(b.Municipalities, m) })
	switch {
	case a.Prefecture != "" && b.Prefecture != "" && a.Prefecture != b.Prefecture:
		return wrong
	case !lies(a.Municipalities, b.Prefecture), !lies(b.Municipalities, a.Prefecture):
		return wrong
	case len(a.Municipalities) == 0 && len(b.Municipalities) == 0:
	case len(a.Municipalities) == 0, len(b.Municipalities) == 0:
		return partly
	case !shared:
		return wrong
	}
	switch {
	case a.Ward != b.Ward && a.Ward != "" && b.Ward != "":
		return wrong
	case a.Ward != b.Ward, a.Implied, b.Implied:
		return partly
	}
	return good
}

func lies(municipalities []string, prefecture string) bool {
	return prefecture == "" || len(municipalities) == 0 ||
		slices.ContainsFunc(municipalities, func(m string) bool { return m[:2] == prefecture })
}

func compareTowns(a, b *normal.AddressParts) int {
	shorter, longer := a, b
	if len(a.Town) > len(b.Town) {
		shorter, longer = b, a
	}
	switch {
	case a.Town == b.Town:
		return good
	case shorter.Town == "":
		return partly
	case shorter.Section == "" && longer.Section != "" && shorter.Town+longer.Section == longer.Town && strings.HasSuffix(longer.Town, longer.Section):
		return partly // 小字 on one side only
	}
	return wrong
}

// compareHouses compares the numbers and the 方書. The last number of one side may
// be its room.
func compareHouses(a, b *normal.AddressParts) int {
	noNumber := func(p *normal.AddressParts) bool { return len(p.Numbers) == 0 && !p.NoNumber && !p.Outside }
	if a.NoNumber != b.NoNumber || a.Outside != b.Outside {
		if noNumber(a) || noNumber(b) {
			return partly
		}
		return wrong
	}
	if slices.Equal(a.Numbers, b.Numbers) {
		if noNumber(a) {
			return partly
		}
		return compareUnits(a.Building, a.Room, b.Building, b.Room)
	}
	long, brief := a, b
	if len(a.Numbers) < len(b.Numbers) {
		long, brief = b, a
	}
	n := len(brief.Numbers)
	if !slices.Equal(long.Numbers[:n], brief.Numbers) {
		return wrong
	}
	if len(long.Numbers) == n+1 && long.RoomMayBeLast {
		room := long.Numbers[n]
		oneBuilding := long.Building == brief.Building || long.Building == "" || brief.Building == ""
		switch {
		case brief.Room != "" && room != brief.Room:
			return wrong
		case brief.Room != "" && long.Room == "" && n > 0 && !oneBuilding:
			return wrong
		case brief.Room != "" && long.Room == "" && n > 0:
			return good
		case brief.Room == "" && long.Room == "" && brief.Ended && oneBuilding:
			return short
		}
	}
	return partly
}

// compareUnits compares 方書: the name of the building and the room.
func compareUnits(building, room, building2, room2 string) int {
	onlyWing := func(wing, whole string) bool {
		return room != "" && len(wing) == 1 && wing >= "A" && wing <= "Z" && strings.HasSuffix(whole, wing)
	}
	oneUnnamed := building == "" || building2 == ""
	switch {
	case building == building2 && room == room2:
		return good
	case building+room == "", building2+room2 == "":
		return short
	case room == room2 && (oneUnnamed || onlyWing(building, building2) || onlyWing(building2, building)):
		return good
	case room != room2 && room != "" && room2 != "":
		return wrong
	case oneUnnamed, building == building2:
		return short
	}
	return wrong
}
