package answer

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"io"
	"slices"
	"sort"
	"sync"

	"baitai/pipeline"
	"baitai/pipeline/issue"
)

// HashSize is the size of one keyed hash in the file of provisions.
const HashSize = 32

// A Provided collects the keyed hashes of the 住民票コード that a job provides, for
// the disclosure of provisions (提供記録の開示, 住基法30条の32 as applied by 30条の44の13).
// The file of a job is these hashes, sorted, each once, with nothing between
// them: whoever has the key can look a person up by bisection; without it the
// file tells only how many people there are.
type Provided struct {
	// Workers are the goroutines that sort; 0 means 1.
	Workers int

	mu sync.Mutex
	by [256][][HashSize]byte // by the first byte: to sort many small lists takes half as long
}

// Add adds hashes of codes.
func (p *Provided) Add(hashes ...[HashSize]byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, h := range hashes {
		p.by[h[0]] = append(p.by[h[0]], h)
	}
}

// WriteTo writes the file of hashes and returns its size.
func (p *Provided) WriteTo(w io.Writer) (int64, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	lists := func(yield func(pipeline.Row[int], error) bool) {
		for i := range p.by {
			if !yield(pipeline.Row[int]{No: int64(i) + 1, Value: i}, nil) {
				return
			}
		}
	}
	sorted := pipeline.EachN(p.Workers, 4, func(row pipeline.Row[int]) ([]byte, issue.List) { return p.sorted(row.Value), nil })
	var n int64
	for row, err := range sorted(context.Background(), lists) {
		if err != nil {
			return n, err
		}
		m, err := w.Write(row.Value)
		n += int64(m)
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

// sorted gives the hashes of a first byte, in order, each once. They are dealt out by
// their second byte first, because a few are sorted in no time.
func (p *Provided) sorted(first int) []byte {
	hashes := p.by[first]
	var ends [1<<8 + 1]int
	for i := range hashes {
		ends[int(hashes[i][1])+1]++
	}
	for i := range 1 << 8 {
		ends[i+1] += ends[i]
	}
	dealt := make([][HashSize]byte, len(hashes))
	for i := range hashes {
		at := &ends[hashes[i][1]]
		dealt[*at] = hashes[i]
		*at++
	}
	raw := make([]byte, 0, len(hashes)*HashSize)
	from := 0
	for _, end := range ends[:1<<8] { // each has moved to where its own end
		few := dealt[from:end]
		slices.SortFunc(few, compareHashes)
		for i := range few {
			if i == 0 || few[i] != few[i-1] {
				raw = append(raw, few[i][:]...)
			}
		}
		from = end
	}
	return raw
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
