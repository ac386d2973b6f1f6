package verdict

import (
	"os"
	"strings"
	"testing"

	"baitai/pipeline/normal"
	"baitai/pipeline/person"
)

func rowAt(address string) *normal.Folded {
	return normal.FoldQuery(&person.Query{Address: person.NewText(address)})
}

func versionAt(address, municipality string) *normal.Folded {
	return normal.FoldVersion(&person.Version{State: person.Present, Address: person.NewText(address), Municipality: municipality})
}

// pairs reads a development set: grade, row, file.
func pairs(t *testing.T, name string) [][3]string {
	t.Helper()
	text, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	var out [][3]string
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		f := strings.Split(line, "\t")
		out = append(out, [3]string{f[0], f[1], f[2]})
	}
	return out
}

func TestAddressPairsOfTheDevelopmentSetGetTheirGrade(t *testing.T) {
	for set, least := range map[string]int{"address_same.txt": 300, "address_differs.txt": 300, "address_partial.txt": 10} {
		all := pairs(t, set)
		if len(all) < least {
			t.Errorf("%s holds %d pairs only", set, len(all))
		}
		for _, p := range all {
			for _, way := range [2][2]string{{p[1], p[2]}, {p[2], p[1]}} {
				row, version := rowAt(way[0]), versionAt(way[1], "")
				got := Compare(row, []*normal.Folded{version}).Address.Grade.String()
				if got != p[0] {
					t.Errorf("%s: row %s, file %s: %s, want %s", set, way[0], way[1], got, p[0])
				}
			}
		}
	}
}
