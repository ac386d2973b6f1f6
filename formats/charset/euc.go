package charset

import "encoding/binary"

// validEUC says how far src can be EUC-JP: two bytes from A1 on, half-width kana
// behind 8E, JIS X 0212 behind 8F. It does not ask whether the character is
// assigned; that a whole list has this form by chance does not happen, but for the
// few that have hardly a character beyond ASCII, and of those it is asked what they
// are. No table is kept of a set that is not read.
func validEUC(src []byte, last bool) (used, bad int) {
	for i := 0; i < len(src); {
		if len(src)-i >= 8 && binary.LittleEndian.Uint64(src[i:])&highBits == 0 {
			i += 8
			continue
		}
		n := 1
		switch c := src[i]; {
		case c < 0x80:
		case c == 0x8e, c >= 0xa1 && c <= 0xfe:
			n = 2
		case c == 0x8f:
			n = 3
		default:
			return i, i
		}
		for k := 1; k < n; k++ {
			switch {
			case i+k < len(src):
				if t := src[i+k]; t < 0xa1 || t == 0xff || n == 2 && src[i] == 0x8e && t > 0xdf {
					return i, i
				}
			case last:
				return i, i
			default:
				return i, -1
			}
		}
		i += n
	}
	return len(src), -1
}
