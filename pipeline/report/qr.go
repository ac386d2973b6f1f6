package report

import (
	"fmt"
	"strings"

	qr "github.com/piglig/go-qr"
)

// quiet is the empty border of a QR code, in modules (JIS X 0510).
const quiet = 4

// A code is a QR code as one path of unit squares.
type code struct {
	Size int
	Path string
}

// newCode draws text as a QR code of level M, which stays readable where a print is
// worn or stamped upon a little.
func newCode(text string) (code, error) {
	q, err := qr.EncodeBinary([]byte(text), qr.Medium)
	if err != nil {
		return code{}, err
	}
	n := q.Size()
	var path strings.Builder
	for y := range n {
		for x := 0; x < n; x++ {
			if !q.Module(x, y) {
				continue
			}
			from := x
			for x < n && q.Module(x, y) {
				x++
			}
			fmt.Fprintf(&path, "M%d %dh%dv1H%dz", from+quiet, y+quiet, x-from, from+quiet)
		}
	}
	return code{n + 2*quiet, path.String()}, nil
}
