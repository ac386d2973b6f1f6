package charset

import (
	"encoding/binary"
	"math/bits"
	"slices"
	"unicode/utf16"
	"unicode/utf8"
)

// A decoder appends src in UTF-8 to dst. It returns how many bytes it has used,
// which may be less than all where src ends inside a character and more is to
// come (!last), and the index of the first byte that is no character, or -1.
type decoder func(dst, src []byte, last bool) (out []byte, used, bad int)

func decoderOf(c Charset) decoder {
	switch c {
	case CP932:
		return decodeCP932
	case UTF8, UTF8BOM:
		return decodeUTF8
	case UTF16LE:
		return func(dst, src []byte, last bool) ([]byte, int, int) {
			return decodeUTF16(dst, src, last, binary.LittleEndian)
		}
	case UTF16BE:
		return func(dst, src []byte, last bool) ([]byte, int, int) {
			return decodeUTF16(dst, src, last, binary.BigEndian)
		}
	}
	return nil
}

// DecodeCP932 appends the characters of src in UTF-8 to dst. bad is the index in
// src of the first byte that is no character, and out then ends before it; bad is
// -1 if there is none.
func DecodeCP932(dst, src []byte) (out []byte, bad int) {
	out, _, bad = decodeCP932(dst, src, true)
	return out, bad
}

// Decode appends src, which is in c and no beginning of a file, in UTF-8 to dst. It reports
// false where c is none that is read, or a byte is no character; [NewReaderAt] then says
// which.
func Decode(dst, src []byte, c Charset) (out []byte, ok bool) {
	decode := decoderOf(c)
	if decode == nil {
		return dst, false
	}
	out, _, bad := decode(dst, src, true)
	return out, bad < 0
}

const highBits = 0x8080808080808080

func decodeCP932(dst, src []byte, last bool) (out []byte, used, bad int) {
	table := decodeTable()
	for i := 0; i < len(src); {
		// Room for a block at its worst (three bytes for one) and for the four
		// bytes that are always written.
		block := src[i:min(len(src), i+4096)]
		dst = slices.Grow(dst, 3*len(block)+8)
		buf := dst[:cap(dst)]
		o, n, bad := decodeBlock(table, buf[len(dst):], block)
		dst = buf[:len(dst)+o]
		i += n
		if bad {
			return dst, i, i
		}
		if n < len(block) { // a first byte at the end of the block
			if i+1 < len(src) {
				continue
			}
			if last {
				return dst, i, i
			}
			return dst, i, -1
		}
	}
	return dst, len(src), -1
}

// decodeBlock decodes what is complete in src. It stops before a byte that is no
// character (bad) and before a lone first byte at the end.
func decodeBlock(table *codeTable, dst, src []byte) (o, i int, bad bool) {
	for i < len(src) {
		if len(src)-i >= 8 {
			w := binary.LittleEndian.Uint64(src[i:])
			binary.LittleEndian.PutUint64(dst[o:], w)
			n := bits.TrailingZeros64(w&highBits) / 8 // so many bytes of ASCII come next
			o, i = o+n, i+n
			if n == 8 {
				continue
			}
		}
		for i+1 < len(src) {
			p := table.pair(src[i], src[i+1])
			if p == 0 {
				break
			}
			binary.LittleEndian.PutUint32(dst[o:], uint32(p))
			o, i = o+int(p>>24), i+2
		}
		if i == len(src) {
			break
		}
		switch c := src[i]; {
		case c < 0x80:
			dst[o] = c
			o++
		case c >= 0xa1 && c <= 0xdf:
			o += utf8.EncodeRune(dst[o:], rune(c)-0xa1+0xff61)
		default:
			return o, i, i+1 < len(src) || rowOf(c) < 0
		}
		i++
	}
	return o, i, false
}

// validCP932 is decodeCP932 without the output.
func validCP932(src []byte, last bool) (used, bad int) {
	table := decodeTable()
	for i := 0; i < len(src); i++ {
		if len(src)-i >= 8 {
			n := bits.TrailingZeros64(binary.LittleEndian.Uint64(src[i:])&highBits) / 8
			i += n
			if n == 8 {
				i--
				continue
			}
		}
		for i+1 < len(src) && table.pair(src[i], src[i+1]) != 0 {
			i += 2
		}
		if i == len(src) {
			break
		}
		if c := src[i]; c >= 0x80 && (c < 0xa1 || c > 0xdf) {
			if i+1 == len(src) && rowOf(c) >= 0 && !last {
				return i, -1
			}
			return i, i
		}
	}
	return len(src), -1
}

func decodeUTF8(dst, src []byte, last bool) (out []byte, used, bad int) {
	used, bad = validUTF8(src, last)
	return append(dst, src[:used]...), used, bad
}

// validUTF8 says how far src is UTF-8.
func validUTF8(src []byte, last bool) (used, bad int) {
	whole := len(src) - cutOff(src)
	if utf8.Valid(src[:whole]) {
		if last && whole < len(src) {
			return whole, whole
		}
		return whole, -1
	}
	i := 0
	for i < len(src) {
		// Blocks that are valid but for a character cut at their end are passed
		// whole, so that the place of a fault is found in one block only.
		block := src[i:min(len(src), i+1024)]
		if utf8.Valid(block) {
			i += len(block)
			continue
		}
		for len(block) > 0 {
			r, n := utf8.DecodeRune(block)
			if r == utf8.RuneError && n == 1 {
				break
			}
			i, block = i+n, block[n:]
		}
		if len(block) == 0 {
			continue
		}
		rest := src[i:min(len(src), i+utf8.UTFMax)]
		if r, n := utf8.DecodeRune(rest); r != utf8.RuneError || n > 1 {
			i += n // it was only cut by the block
			continue
		}
		if !last && !utf8.FullRune(rest) {
			return i, -1
		}
		return i, i
	}
	return i, -1
}

// cutOff is how many bytes at the end of src begin a character and do not finish it, as
// they do in two blocks of three of a Japanese text.
func cutOff(src []byte) int {
	for n := 1; n < utf8.UTFMax && n <= len(src); n++ {
		if end := src[len(src)-n:]; utf8.RuneStart(end[0]) {
			if utf8.FullRune(end) {
				return 0
			}
			return n
		}
	}
	return 0
}

func decodeUTF16(dst, src []byte, last bool, order binary.ByteOrder) (out []byte, used, bad int) {
	i := 0
	for i+1 < len(src) {
		u := rune(order.Uint16(src[i:]))
		switch {
		case u < 0x80:
			dst = append(dst, byte(u))
			i += 2
		case !utf16.IsSurrogate(u):
			dst = utf8.AppendRune(dst, u)
			i += 2
		case i+3 < len(src):
			r := utf16.DecodeRune(u, rune(order.Uint16(src[i+2:])))
			if r == utf8.RuneError {
				return dst, i, i
			}
			dst = utf8.AppendRune(dst, r)
			i += 4
		case last || u >= 0xdc00:
			return dst, i, i
		default:
			return dst, i, -1
		}
	}
	if last && i < len(src) {
		return dst, i, i
	}
	return dst, i, -1
}
