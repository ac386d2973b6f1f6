package crypto

import (
	"io"
	"math"

	"filippo.io/age/armor"
)

// Dearmor returns a reader of the sealed bytes in an armored file (`age -a`), for
// [Open]. Errors are [ErrDamaged] or what src returned.
func Dearmor(src io.Reader) io.Reader {
	in := &source{r: src, header: math.MaxInt64} // its lines are short, or refused
	return &dearmored{armor.NewReader(in), in}
}

type dearmored struct {
	r  io.Reader
	in *source
}

func (d *dearmored) Read(p []byte) (int, error) {
	n, err := d.r.Read(p)
	if err != nil && err != io.EOF {
		err = d.in.blame(err)
	}
	return n, err
}
