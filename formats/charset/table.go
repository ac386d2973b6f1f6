package charset

import (
	_ "embed"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"
)

//go:embed cp932.txt
var cp932Text string

// A codeTable has the two-byte codes in rows, one for each first byte 81–9F and E0–FC,
// by the second byte.
type codeTable struct {
	row  [256]uint8
	code [noRow + 1][256]packed
}

// noRow is the row of what is no first byte: nothing is in it.
const noRow = 63

// pair is the character with these two bytes, or 0.
func (t *codeTable) pair(lead, trail byte) packed { return t.code[t.row[lead]&noRow][trail] }

// packed is a character as its UTF-8 bytes, the first one lowest, and their
// number in the top byte; 0 is no character. The decoder writes all four bytes
// and goes on by the number.
type packed uint32

func pack(r rune) packed {
	var b [4]byte
	n := utf8.EncodeRune(b[:], r)
	return packed(b[0]) | packed(b[1])<<8 | packed(b[2])<<16 | packed(n)<<24
}

// rowOf gives the row of a first byte, or -1.
func rowOf(lead byte) int {
	switch {
	case lead >= 0x81 && lead <= 0x9f:
		return int(lead - 0x81)
	case lead >= 0xe0 && lead <= 0xfc:
		return int(lead - 0xe0 + 31)
	}
	return -1
}

// decodeTable is built at first use. Every character of CP932 is in the basic
// plane, which TestTableIsWhole holds.
var decodeTable = sync.OnceValue(func() *codeTable {
	var t codeTable
	for lead := range t.row {
		t.row[lead] = noRow
		if row := rowOf(byte(lead)); row >= 0 {
			t.row[lead] = uint8(row)
		}
	}
	eachCode(func(code uint16, r rune) {
		t.code[t.row[code>>8]][byte(code)] = pack(r)
	})
	return &t
})

// eachCode calls f for every two-byte code, in ascending order but for the 外字,
// which come last.
func eachCode(f func(code uint16, r rune)) {
	for line := range strings.Lines(cp932Text) {
		first, chars, ok := strings.Cut(strings.TrimRight(line, "\n"), "\t")
		if !ok || strings.HasPrefix(first, "#") {
			continue
		}
		start, err := strconv.ParseUint(first, 16, 16)
		if err != nil {
			panic("charset: internal error: cp932.txt has a line without a code")
		}
		code := uint16(start)
		for _, r := range chars {
			if byte(code) == 0x7f {
				code++
			}
			f(code, r)
			code++
		}
	}
	// 外字: 188 codes for each first byte F0–F9, to U+E000–U+E757 as on Windows.
	r := rune(0xe000)
	for lead := uint16(0xf0); lead <= 0xf9; lead++ {
		for trail := uint16(0x40); trail <= 0xfc; trail++ {
			if trail == 0x7f {
				continue
			}
			f(lead<<8|trail, r)
			r++
		}
	}
}

// encodeTable gives the code of a character of the basic plane, 0 for none.
//
// 398 characters have two or three codes. Windows writes the one of JIS X 0208
// first, then NEC row 13 (87xx), then the IBM extensions (FAxx–FCxx), and never
// the NEC selection of those (EDxx, EExx): 髙 is FBFC, not EEE0.
var encodeTable = sync.OnceValue(func() *[1 << 16]uint16 {
	var t [1 << 16]uint16
	eachCode(func(code uint16, r rune) {
		if old := t[r]; old == 0 || codeRank(code) < codeRank(old) {
			t[r] = code
		}
	})
	for r := rune(0xff61); r <= 0xff9f; r++ { // half-width katakana, one byte
		t[r] = uint16(r - 0xff61 + 0xa1)
	}
	// Characters that other systems write for the same sign; Windows maps them
	// so, too.
	for _, p := range bestFit {
		t[p.from] = t[p.to]
	}
	return &t
})

func codeRank(code uint16) int {
	switch lead := code >> 8; {
	case lead == 0x87:
		return 1
	case lead >= 0xfa:
		return 2
	case lead == 0xed || lead == 0xee:
		return 3
	}
	return 0
}

var bestFit = [...]struct{ from, to rune }{
	{'〜', '～'}, // U+301C wave dash
	{'−', '－'}, // U+2212 minus
	{'‖', '∥'}, // U+2016 double vertical line
	{'—', '―'}, // U+2014 em dash
	{'¢', '￠'},
	{'£', '￡'},
	{'¬', '￢'},
}
