package normal

import "strings"

// UnknownTown gives the town (町域) of an address that names one municipality of
// today whose towns the tables have, but not this one; with the code of its ward,
// or of the municipality where the address names no ward. town is folded, "" where
// there is nothing to learn.
func (t *Tables) UnknownTown(a *Address) (code, town string) {
	if a == nil {
		return "", ""
	}
	p := a.Reveal()
	if len(p.Municipalities) != 1 || p.Former != "" {
		return "", ""
	}
	if code = p.Ward; code == "" {
		code = p.Municipalities[0]
	}
	town = strings.TrimSuffix(p.Town, p.Section)
	if town == "" || !t.knows(code) {
		return "", ""
	}
	if known, _ := knownTown([]*place{t.places.byCode[code[:5]]}, town); known {
		return "", ""
	}
	return code, town
}

// MunicipalityName is the name of a municipality of today as it is written, with the city before a
// ward; "" for a code that none has.
func MunicipalityName(code string) string {
	for line := range lines(municipalityTable) {
		f := strings.SplitN(line, "\t", 5)
		switch {
		case f[0] != code || code == "":
		case f[1] == "ward":
			return MunicipalityName(f[3]) + f[2]
		default:
			return f[2]
		}
	}
	return ""
}

// TownAsWritten gives a folded town as the address writes it: the shortest piece of
// it that a table of towns would fold to that town. "" where there is none. It
// takes time by the square of the address's length, and is not for hot paths.
func (a *Address) TownAsWritten(town string) string {
	text := []rune(a.p.Received)
	text = text[:min(len(text), townEndMax)]
	best := ""
	for from := range text {
		for to := from + 1; to <= len(text); to++ {
			piece := string(text[from:to])
			if (best == "" || len(piece) < len(best)) && foldFigures(tableTown(piece)) == town {
				best = piece
			}
		}
	}
	return best
}

// tableTown folds a town of a table, but for its figures.
func tableTown(name string) string {
	return strings.Trim(strings.ReplaceAll(foldPlace(name), "/", ""), " ")
}
