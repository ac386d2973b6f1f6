package sheet

import (
	"archive/zip"
	"bytes"
	"cmp"
	"compress/flate"
	"errors"
	"hash/crc32"
	"io"
	"io/fs"
	"slices"
)

// sortedZip is a container whose parts come in the order of their names, the
// content types first, as readers that look at the first bytes expect. excelize
// hands them over in the order of a map.
type sortedZip struct {
	to    io.Writer
	parts []*packedPart
}

type packedPart struct {
	name   string
	packed bytes.Buffer
	flate  *flate.Writer
	sum    uint32
	size   uint64
}

// Create begins a part.
func (z *sortedZip) Create(name string) (io.Writer, error) {
	p := &packedPart{name: name}
	var err error
	p.flate, err = flate.NewWriter(&p.packed, flate.BestSpeed) // a third of the time for a fifth more bytes
	z.parts = append(z.parts, p)
	return p, err
}

// Write packs more of the part.
func (p *packedPart) Write(b []byte) (int, error) {
	p.sum = crc32.Update(p.sum, crc32.IEEETable, b)
	p.size += uint64(len(b))
	return p.flate.Write(b)
}

// AddFS is not used by excelize for what is written here.
func (z *sortedZip) AddFS(fs.FS) error { return errors.ErrUnsupported }

// Close writes the container.
func (z *sortedZip) Close() error {
	slices.SortFunc(z.parts, func(a, b *packedPart) int {
		return cmp.Or(-cmp.Compare(a.rank(), b.rank()), cmp.Compare(a.name, b.name))
	})
	out := zip.NewWriter(z.to)
	for _, p := range z.parts {
		if err := p.flate.Close(); err != nil {
			return err
		}
		raw, err := out.CreateRaw(&zip.FileHeader{
			Name: p.name, Method: zip.Deflate, CRC32: p.sum,
			CompressedSize64: uint64(p.packed.Len()), UncompressedSize64: p.size,
		})
		if err != nil {
			return err
		}
		if _, err := p.packed.WriteTo(raw); err != nil {
			return err
		}
	}
	return out.Close()
}

func (p *packedPart) rank() int {
	if p.name == "[Content_Types].xml" {
		return 1
	}
	return 0
}
