//go:build linux

package medium

// What the tests look at from outside.

// A Piece is a name and a size.
type Piece = piece

// NewPiece makes one.
func NewPiece(name string, size int64) Piece { return piece{name, size} }

// Admit is admit.
func (f Format) Admit(folder string, files ...Piece) error { return f.admit(folder, files) }

// TypeOfMount names the file system of a line of mountinfo.
func TypeOfMount(line string) (string, Kind, bool) {
	m, ok := parseMount(line)
	name, kind := m.kind()
	return name, kind, ok
}

// TypeOfSector is typeOfSector.
func TypeOfSector(sector []byte) string { return typeOfSector(sector) }

// Explain is explain.
func (f Format) Explain(err error, files ...Piece) { f.explain(err, files) }
