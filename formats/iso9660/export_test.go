package iso9660

import "time"

// NewWithExtent is New with shorter extents, so that a file of several can be small.
func NewWithExtent(folder string, files []File, at time.Time, extent int64) (*Image, error) {
	return layOut(folder, files, at, extent)
}
