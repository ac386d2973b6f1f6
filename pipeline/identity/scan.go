package identity

import (
	"encoding/binary"
	"slices"
	"sort"

	"baitai/pipeline/normal"
)

// A scan reads the keys of one kind and layer forwards, window by window: those of a window
// are unpacked side by side, and stand in buckets, as asks come in no order.
type scan struct {
	layer   *layer
	kind    normal.KeyKind
	shift   int // of a hash, to its bucket
	hashes  []uint64
	numbers []uint32            // of the person to each of hashes
	first   [scanBuckets]uint32 // of hashes, by bucket; where a bucket has none, that of a window before

	partition, no int    // of the page that was read last; -1 before the first
	buf           []byte // that page
}

// scanBuckets is a few times what a window has of keys: mostly there is one in a bucket.
const (
	scanBits    = 11
	scanBuckets = 1 << scanBits
)

// begin makes ready for the asks of a lookup. Hashes of a window agree in all that is
// left of them when they are shifted.
func (s *scan) begin(l *layer, kind normal.KeyKind, shift int) {
	s.layer, s.kind = l, kind
	s.shift, s.partition = max(shift-scanBits, 0), -1
}

// take makes ready the keys from low to high, which are in one window, and behind those
// of the last one.
func (s *scan) take(low, high uint64) error {
	s.hashes, s.numbers = s.hashes[:0], s.numbers[:0]
	x := &s.layer.index.keys[s.kind]
	for at := x.partitionOf(low); at <= x.partitionOf(high); at++ {
		p := &x.partitions[at]
		for page := p.pageOf(low); page < len(p.first) && p.first[page] <= high; page++ {
			entries, err := s.page(at, page)
			if err != nil {
				return err
			}
			s.unpack(entries, low, high)
		}
	}
	s.index()
	return nil
}

// index says where the buckets that have keys begin.
func (s *scan) index() {
	for i := len(s.hashes) - 1; i >= 0; i-- {
		s.first[s.bucketOf(s.hashes[i])] = uint32(i)
	}
}

func (s *scan) bucketOf(hash uint64) uint64 { return hash >> (s.shift & 63) % scanBuckets }

// unpack appends those of the entries that are from low to high.
func (s *scan) unpack(entries []byte, low, high uint64) {
	hash := func(i int) uint64 { return binary.BigEndian.Uint64(entries[i*entryBytes:]) }
	n := len(entries) / entryBytes
	from := sort.Search(n, func(i int) bool { return hash(i) >= low })
	n = sort.Search(n-from, func(i int) bool { return hash(from+i) > high })
	entries = entries[from*entryBytes:]
	had := len(s.hashes)
	s.hashes, s.numbers = slices.Grow(s.hashes, n)[:had+n], slices.Grow(s.numbers, n)[:had+n]
	hashes, numbers := s.hashes[had:], s.numbers[had:]
	for i := range hashes {
		e := entries[i*entryBytes:][:entryBytes]
		hashes[i], numbers[i] = binary.BigEndian.Uint64(e), binary.BigEndian.Uint32(e[8:])
	}
}

// at is where the keys with this hash begin, if there are such; has says that there may
// be.
func (s *scan) at(hash uint64) (i int, has bool) {
	i = int(s.first[s.bucketOf(hash)])
	return i, i < len(s.hashes) && (s.hashes[i]^hash)>>(s.shift&63) == 0
}

// find appends the hits of an ask among the keys from the i-th, but no more than make most
// hits.
func (s *scan) find(a ask, i int, hits []hit, most int) ([]hit, error) {
	for ; i < len(s.hashes) && (s.hashes[i]^a.hash)>>(s.shift&63) == 0; i++ {
		if s.hashes[i] != a.hash {
			continue
		}
		if len(hits) == most {
			break
		}
		number := s.numbers[i]
		if number >= s.layer.index.people {
			return nil, s.layer.keys[s.kind][s.layer.index.keys[s.kind].partitionOf(a.hash)].damaged(errCorrupt) // leads nowhere
		}
		if !s.layer.replaced(number) {
			hits = append(hits, newHit(a.row, s.layer.first+number))
		}
	}
	return hits, nil
}

// page is the entries of a page, without padding, until the next one is read. A page is a
// piece of the seal, which is opened whole in any case, and read with its padding.
func (s *scan) page(partition, page int) ([]byte, error) {
	x := s.layer.index
	p := &x.keys[s.kind].partitions[partition]
	entries := int(min(x.entriesPerPage(), p.entries-uint64(page)*x.entriesPerPage())) * entryBytes
	if partition == s.partition && page == s.no {
		return s.buf[:entries], nil
	}
	size := x.shape.pageBytes
	if page == len(p.first)-1 { // the last page has no padding
		size = entries
	}
	s.partition, s.no = -1, page // nothing is there if it cannot be read
	s.buf = slices.Grow(s.buf[:0], size)[:size]
	if err := s.layer.keys[s.kind][partition].readAt(s.buf, int64(page)*int64(x.shape.pageBytes)); err != nil {
		return nil, err
	}
	s.partition = partition
	return s.buf[:entries], nil
}
