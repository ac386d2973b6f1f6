package answer

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"io"
	"slices"
	"sort"
	"sync"
)

// HashSize is the size of one keyed hash in the file of provisions.
const HashSize = 32

// A Provided collects the keyed hashes of the 住民票コード that a job provides, for
// the disclosure of provisions (提供記録の開示, 住基法30条の32 as applied by 30条の44の13).
// The file of a job is these hashes, sorted, each once, with nothing between
// them: whoever has the key can look a person up by bisection; without it the
// file tells only how many people there are.
type Provided struct {
	mu sync.Mutex
	by [256][][HashSize]byte // by the first byte: to sort many small lists takes half as long
}

// Add adds the hash of one code.
func (p *Provided) Add(h [HashSize]byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.by[h[0]] = append(p.by[h[0]], h)
}

// WriteTo writes the file of hashes and returns its size.
func (p *Provided) WriteTo(w io.Writer) (int64, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	var n int64
	var buf []byte
	for i, hashes := range p.by {
		slices.SortFunc(hashes, compareHashes)
		hashes = slices.Compact(hashes)
		p.by[i], buf = hashes, buf[:0]
		for _, h := range hashes {
			buf = append(buf, h[:]...)
		}
		m, err := w.Write(buf)
		n += int64(m)
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

func compareHashes(a, b [HashSize]byte) int {
	x, y := binary.BigEndian.Uint64(a[:]), binary.BigEndian.Uint64(b[:])
	if x != y { // nearly always
		return cmp.Compare(x, y)
	}
	return bytes.Compare(a[:], b[:])
}

// Holds looks a hash up in a file of hashes.
func Holds(file []byte, h [HashSize]byte) bool {
	n := len(file) / HashSize
	at := func(i int) []byte { return file[i*HashSize : (i+1)*HashSize] }
	i := sort.Search(n, func(i int) bool { return bytes.Compare(at(i), h[:]) >= 0 })
	return i < n && bytes.Equal(at(i), h[:])
}
