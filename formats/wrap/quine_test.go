package wrap

import (
	"encoding/binary"
	"hash/crc32"
	"math/bits"
)

// A quine is a container whose content is itself, byte for byte: whoever opens
// what is inside for as long as there is something to open never ends. The
// program of the compressed data is the one that Russ Cox describes in «Zip Files
// All The Way Down»: L prints what follows, R prints once more what was printed,
// and each fills five bytes.

// literal is a stored block of n bytes, without the bytes.
func literal(n int) []byte {
	return []byte{0, byte(n), byte(n >> 8), ^byte(n), ^byte(n >> 8)}
}

// bitsOf writes deflate's bits, the lowest first.
type bitsOf struct {
	b []byte
	n int
}

func (w *bitsOf) add(value uint32, n int) {
	for i := range n {
		if w.n%8 == 0 {
			w.b = append(w.b, 0)
		}
		w.b[w.n/8] |= byte(value>>i&1) << (w.n % 8)
		w.n++
	}
}

func (w *bitsOf) code(value uint32, n int) { w.add(bits.Reverse32(value)>>(32-n), n) }

// match copies length bytes from distance back, in the fixed code. The lengths
// and distances that are needed here have codes of 7 and 5 bits.
func (w *bitsOf) match(length, distance int) {
	for _, t := range [][3]int{{3, 257, 0}, {11, 265, 1}, {19, 269, 2}, {35, 273, 3}, {67, 277, 4}} {
		if at := length - t[0]; at >= 0 && at < 4<<t[2] || t[0] == 3 && at >= 0 && at < 8 {
			w.code(uint32(t[1]+at>>t[2]-256), 7)
			w.add(uint32(at)&(1<<t[2]-1), t[2])
			break
		}
	}
	extra := bits.Len(uint(distance-1)) - 2
	at := distance - 1 - 2<<extra
	w.code(uint32(2+2*extra+at>>extra), 5)
	w.add(uint32(at)&(1<<extra-1), extra)
}

// repeat prints the last n bytes once more. All but the final one must be five
// bytes long exactly.
func repeat(n int, final bool) []byte {
	var w bitsOf
	if n > 34 && !final { // one match; an empty block fills it up
		w.add(0b010, 3)
		w.code(0, 7)
	}
	w.add(map[bool]uint32{true: 0b011, false: 0b010}[final], 3)
	if n > 34 {
		w.match(n, n)
	} else {
		w.match(n/2, n)
		w.match(n-n/2, n)
	}
	w.code(0, 7)
	return w.b
}

// quine makes the container that begins with prefix and ends, behind the packed
// data, with what tail makes of the sizes and of its own checksum.
func quine(prefix []byte, tail func(crc uint32, packed, size int) []byte) []byte {
	const op = 5
	one, four, n := op, 4*op, len(prefix)+op
	last := func(t []byte) ([]byte, int) {
		y := len(repeat(len(t)+4, true)) + len(t)
		return append(repeat(y, true), t...), y
	}
	build := func(crc uint32, packed, size int) []byte {
		end, y := last(tail(crc, packed, size))
		var out []byte
		for _, part := range [][]byte{
			prefix, literal(n), prefix, literal(n), repeat(n, false), literal(one), repeat(n, false), literal(one), literal(one),
			literal(four), repeat(n, false), literal(one), literal(one), literal(four), repeat(four, false),
			literal(four), repeat(four, false), literal(four), repeat(four, false), literal(four), repeat(four, false),
			literal(four), repeat(four, false), literal(0), literal(0), literal(y),
			repeat(four, false), literal(0), literal(0), literal(y), end, end,
		} {
			out = append(out, part...)
		}
		return out
	}
	size := len(build(0, 0, 0))
	packed := size - len(prefix) - len(tail(0, 0, 0))
	// The checksum of the whole is an affine function of the checksum inside it:
	// 32 equations in 32 unknowns, over one bit.
	zero := crc32.ChecksumIEEE(build(0, packed, size))
	var rows [32]uint64 // columns 0 to 31, and the right side
	for j := range 32 {
		column := crc32.ChecksumIEEE(build(1<<j, packed, size)) ^ zero ^ 1<<j
		for i := range 32 {
			rows[i] |= uint64(column>>i&1) << j
		}
	}
	for i := range 32 {
		rows[i] |= uint64(zero>>i&1) << 32
	}
	return build(solve(rows), packed, size)
}

// solve is Gauss' elimination over one bit.
func solve(rows [32]uint64) uint32 {
	next := 0
	var pivots [32]int
	for j := range 32 {
		pivots[j] = -1
		for i := next; i < 32; i++ {
			if rows[i]>>j&1 == 0 {
				continue
			}
			rows[i], rows[next] = rows[next], rows[i]
			for k := range 32 {
				if k != next && rows[k]>>j&1 == 1 {
					rows[k] ^= rows[next]
				}
			}
			pivots[j] = next
			next++
			break
		}
	}
	var x uint32
	for j, p := range pivots {
		if p >= 0 {
			x |= uint32(rows[p]>>32&1) << j
		}
	}
	return x
}

func quineGzip() []byte {
	return quine([]byte("\x1f\x8b\x08\x08\x00\x00\x00\x00\x00\x03q\x00"), func(crc uint32, _, size int) []byte {
		return binary.LittleEndian.AppendUint32(binary.LittleEndian.AppendUint32(nil, crc), uint32(size))
	})
}

func quineZip() []byte {
	e := handEntry{name: "quine/quine.zip", flags: flagDescriptor, method: deflated}
	return quine(e.localHeader(), func(crc uint32, packed, size int) []byte {
		e := e
		e.crc, e.packed, e.unpacked = crc, packed, size
		out := append(e.descriptor(), e.central(0)...)
		return append(out, endOf(1, len(e.central(0)), len(e.localHeader())+packed+len(e.descriptor()))...)
	})
}
