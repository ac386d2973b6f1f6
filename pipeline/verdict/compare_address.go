package verdict

import (
	"slices"
	"strings"

	"baitai/pipeline/normal"
)

// compareAddress compares 住所 part by part. Any number, town, ward or municipality
// that is another one makes it Differs; what one side leaves open makes it
// Partial at best, and 方書 on one side only makes it Short.
func compareAddress(row, version *normal.Folded) Graded {
	if version.Address == nil {
		return Graded{Grade: Blank}
	}
	a, b := row.Address.Reveal(), version.Address.Reveal()
	open, ok := comparePlace(a, b)
	if !ok {
		return Graded{Grade: Differs}
	}
	if open == "" && a.Received == b.Received {
		return Graded{Grade: Same}
	}
	town, ok := compareTown(a, b)
	if !ok {
		return Graded{Grade: Differs}
	}
	if open == "" {
		open = town
	}
	g := compareNumbers(a, b)
	if g.Grade != Differs && open != "" {
		return Graded{Grade: Partial, Ground: open}
	}
	if g.Grade == Form && a.Street != b.Street {
		if a.Street != "" && b.Street != "" {
			return Graded{Grade: Partial, Ground: "通り名が違う"}
		}
		return Graded{Grade: Short, Ground: "通り名が一方だけにある"}
	}
	return g
}

// comparePlace compares prefecture, municipality and ward. open says what one
// side leaves open; ok is false where they are different places.
func comparePlace(a, b *normal.AddressParts) (open string, ok bool) {
	switch {
	case !prefectureFits(a, b) || !prefectureFits(b, a):
		return "", false
	case len(a.Municipalities) == 0 && len(b.Municipalities) == 0:
	case len(a.Municipalities) == 0 || len(b.Municipalities) == 0:
		return "市区町村が一方だけにある", true
	case !slices.ContainsFunc(a.Municipalities, func(m string) bool { return slices.Contains(b.Municipalities, m) }):
		return "", false
	case a.Implied || b.Implied:
		open = "市の名がない"
	}
	switch {
	case a.Ward == b.Ward:
	case a.Ward == "" || b.Ward == "":
		open = "区が一方だけにある"
	default:
		return "", false
	}
	return open, true
}

// prefectureFits reports whether the prefecture that a names can be that of b.
func prefectureFits(a, b *normal.AddressParts) bool {
	if a.Prefecture == "" {
		return true
	}
	if len(b.Municipalities) == 0 {
		return b.Prefecture == "" || b.Prefecture == a.Prefecture
	}
	return slices.ContainsFunc(b.Municipalities, func(m string) bool { return strings.HasPrefix(m, a.Prefecture) })
}

// compareTown compares 町字. A 小字 on one side only leaves it open, and so does a
// town of a municipality of the past of which nobody knows the name of today.
func compareTown(a, b *normal.AddressParts) (open string, ok bool) {
	switch {
	case a.Former != b.Former && (a.FormerOpen || b.FormerOpen):
		return "合併前の町名", true
	case a.Former != b.Former && a.Former != "" && b.Former != "" && a.Town == b.Town:
		return "合併前の市町村名が違う", true
	case a.Town == b.Town:
		return "", true
	case a.Town == "" || b.Town == "":
		return "町名が一方だけにある", true
	case a.Section == "" && b.Section != "" && a.Town == strings.TrimSuffix(b.Town, b.Section),
		b.Section == "" && a.Section != "" && b.Town == strings.TrimSuffix(a.Town, a.Section):
		return "小字が一方だけにある", true
	}
	return "", false
}

// compareNumbers compares 丁目, 番地, 号 and 方書. The last number may be the room of
// the 方書 on the other side: 天神1-2-3-301 and 天神1丁目2番3号コーポ桜301号室.
func compareNumbers(a, b *normal.AddressParts) Graded {
	switch {
	case a.NoNumber != b.NoNumber || a.Outside != b.Outside:
		if bare(a) || bare(b) {
			return Graded{Grade: Partial, Ground: "番地が一方だけにある"}
		}
		return Graded{Grade: Differs}
	case slices.Equal(a.Numbers, b.Numbers):
		return compareBuilding(a, b)
	case roomInNumbers(a, b), roomInNumbers(b, a):
		if a.Building == b.Building || a.Building == "" || b.Building == "" {
			return Graded{Grade: Form, Ground: "部屋番号の表記"}
		}
		return Graded{Grade: Differs}
	}
	if extraRoom(a, b) || extraRoom(b, a) {
		return Graded{Grade: Short, Ground: "部屋番号が一方だけにある"}
	}
	n := min(len(a.Numbers), len(b.Numbers))
	if otherRoom(a, b) || otherRoom(b, a) {
		return Graded{Grade: Differs}
	}
	if slices.Equal(a.Numbers[:n], b.Numbers[:n]) {
		return Graded{Grade: Partial, Ground: "番地・号が一方だけにある"}
	}
	return Graded{Grade: Differs}
}

// bare reports an address that ends before its numbers.
func bare(a *normal.AddressParts) bool {
	return len(a.Numbers) == 0 && !a.NoNumber && !a.Outside
}

// roomInNumbers reports whether a writes the room of b as its last number.
func roomInNumbers(a, b *normal.AddressParts) bool {
	n := len(a.Numbers) - 1
	return n >= 1 && a.RoomMayBeLast && a.Room == "" && b.Room != "" && a.Numbers[n] == b.Room && slices.Equal(a.Numbers[:n], b.Numbers)
}

// extraRoom reports whether a writes one number more than b, and b's last is a
// 号: what follows a 号 can only be a room.
func extraRoom(a, b *normal.AddressParts) bool {
	n := len(b.Numbers)
	return len(a.Numbers) == n+1 && a.RoomMayBeLast && a.Room == "" && b.Ended && b.Room == "" && slices.Equal(a.Numbers[:n], b.Numbers) &&
		(a.Building == b.Building || a.Building == "" || b.Building == "")
}

// otherRoom reports whether a writes a room as its last number that is not b's.
func otherRoom(a, b *normal.AddressParts) bool {
	return len(a.Numbers) == len(b.Numbers)+1 && a.RoomMayBeLast && b.Room != "" && a.Numbers[len(b.Numbers)] != b.Room
}

// compareBuilding compares 方書 where town and numbers agree.
func compareBuilding(a, b *normal.AddressParts) Graded {
	noneA, noneB := a.Building == "" && a.Room == "", b.Building == "" && b.Room == ""
	switch {
	case bare(a):
		// Neither has a 番地: the town agrees, the place within it is unknown.
		return Graded{Grade: Partial, Ground: "番地がない"}
	case a.Building == b.Building && a.Room == b.Room:
		return Graded{Grade: Form, Ground: notation(a, b)}
	case noneA || noneB:
		return Graded{Grade: Short, Ground: "方書が一方だけにある"}
	case a.Room == b.Room && (a.Building == "" || b.Building == "" || isWing(a, b) || isWing(b, a)):
		return Graded{Grade: Form, Ground: "建物名が一方だけにある"}
	case a.Room != "" && b.Room != "" && a.Room != b.Room:
		return Graded{Grade: Differs}
	case a.Building == b.Building, a.Building == "", b.Building == "":
		return Graded{Grade: Short, Ground: "方書の一部が一方だけにある"}
	}
	return Graded{Grade: Differs}
}

// isWing reports whether all that a writes of the building is the letter before
// the room: 天神1-2-3-A101 of コーポ桜A101.
func isWing(a, b *normal.AddressParts) bool {
	return len(a.Building) == 1 && a.Building >= "A" && a.Building <= "Z" && a.Room != "" && strings.HasSuffix(b.Building, a.Building)
}

// notation says in which way two equal addresses are written differently.
func notation(a, b *normal.AddressParts) string {
	switch {
	case a.Former != b.Former:
		return "合併前の市区町村名"
	case (a.Prefecture == "") != (b.Prefecture == ""):
		return "都道府県の有無、丁目・番・号の表記"
	case strings.Contains(a.Received, "字") != strings.Contains(b.Received, "字"):
		return "大字・字の有無、番地の表記"
	}
	return "丁目・番・号の表記"
}
