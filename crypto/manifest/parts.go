package manifest

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// numberDigits is how many digits the number of a part has at least, so that names
// of one list sort in its order.
const numberDigits = 3

// PartName gives a file the name of a part of it: result.csv.zst.age, as number 2
// of 12, is result-002.csv.zst.age. All names of one list have the same width.
func PartName(name string, number, of int) string {
	base, ending, _ := strings.Cut(name, ".")
	width := max(numberDigits, len(strconv.Itoa(of)))
	return fmt.Sprintf("%s-%0*d.%s", base, width, number, ending)
}

// PartNumber returns the number in a name that PartName made; 0 for any other name.
func PartNumber(name string) int {
	found := regexp.MustCompile(`^[^.]+-([0-9]{3,4})\.`).FindStringSubmatch(name)
	if found == nil {
		return 0
	}
	n, err := strconv.Atoi(found[1])
	if err != nil {
		return 0
	}
	return n
}

// Split returns how many sealed files are parts of a split list, by their names;
// what they hold, the Contents alone say.
func (m *Manifest) Split() int {
	n := 0
	for _, f := range m.Files {
		if PartNumber(f.Name) > 0 {
			n++
		}
	}
	return n
}

// validNumber reports whether a file is whole, or one of at least two.
func (c Content) validNumber() bool {
	return c.Number == 0 && c.Of == 0 || c.Number >= 1 && c.Number <= c.Of && c.Of >= 2 && c.Of <= partsMax
}

// checkParts makes sure that a list that was split is whole: each part once, under
// the name of its number, and together with as many rows as were answered.
func (m *Manifest) checkParts(c *Contents) error {
	parts := slices.DeleteFunc(slices.Clone(c.Files), func(f Content) bool {
		return f.Of == 0 && PartNumber(f.Name) == 0 && PartNumber(f.Sealed) == 0
	})
	if len(parts) == 0 {
		return nil
	}
	slices.SortStableFunc(parts, func(a, b Content) int { return a.Number - b.Number })
	of := parts[0].Of
	var rows int64
	for i := range max(of, len(parts)) {
		number := i + 1
		if i >= len(parts) || parts[i].Number != number || parts[i].Of != of ||
			PartNumber(parts[i].Name) != number || PartNumber(parts[i].Sealed) != number {
			return &PartError{number, max(of, len(parts))}
		}
		rows += parts[i].Rows
	}
	if rows != m.Rows() {
		return ErrRows
	}
	return nil
}
