// Package charset reads and writes the character sets (文字コード) that lists come
// in: Shift_JIS as Windows has it (CP932), UTF-8 and UTF-16.
//
// It hides the table of CP932 and the places where implementations disagree. It
// promises two things. Nothing is guessed: [Probe] either is certain which
// character set a file is in, or says what the request must state. And nothing is
// lost in silence: a byte that is no character is an error with its place, never
// U+FFFD, and a character that cannot be written is reported.
//
// 外字 (user-defined characters, F040–F9FC) decode to U+E000–U+E757 as on Windows;
// whether they may stand in a row is for others to judge.
package charset

import (
	"fmt"
	"strings"
)

// A Charset names a character set.
type Charset string

// The character sets. Files are read and written in the first five; UTF16 is a
// declaration only («UTF-16»), whose byte order the byte order mark must tell. The
// last two are known so that a file in them is refused by its name.
const (
	CP932   Charset = "CP932"
	UTF8    Charset = "UTF-8"
	UTF8BOM Charset = "UTF-8-BOM" // UTF-8 with a byte order mark; reads as UTF8 does
	UTF16LE Charset = "UTF-16LE"
	UTF16BE Charset = "UTF-16BE"
	UTF16   Charset = "UTF-16"

	EUCJP     Charset = "EUC-JP"
	ISO2022JP Charset = "ISO-2022-JP"
)

// KeepsASCII reports whether the bytes of control characters, digits, comma and quotation
// mark (below 0x40) stand for nothing else, so that a text can be cut at them before it
// is decoded.
func (c Charset) KeepsASCII() bool { return c == CP932 || c == UTF8 || c == UTF8BOM }

// Parse reads the name of a character set as people write it in a request:
// «Shift_JIS», «sjis», «Windows-31J», «utf8», «UTF-8 (BOM付き)» … It knows those
// that are not read too.
func Parse(name string) (Charset, error) {
	fold := strings.NewReplacer("-", "", "_", "", " ", "", "(", "", ")", "", "（", "", "）", "", "付き", "", "付", "", "有り", "", "あり", "")
	switch fold.Replace(strings.ToLower(strings.TrimSpace(name))) {
	case "cp932", "ms932", "sjis", "shiftjis", "windows31j", "xsjis", "シフトjis":
		return CP932, nil
	case "utf8", "utf8n":
		return UTF8, nil
	case "utf8bom", "utf8sig":
		return UTF8BOM, nil
	case "utf16":
		return UTF16, nil
	case "utf16le":
		return UTF16LE, nil
	case "utf16be":
		return UTF16BE, nil
	case "eucjp", "ujis", "eucjpms", "eucjpwin", "cp51932", "日本語euc":
		return EUCJP, nil
	case "iso2022jp", "jis", "jisコード", "cp50220", "cp50221":
		return ISO2022JP, nil
	}
	return "", ErrUnknown
}

// A DecodeError says that bytes are no character of the character set.
type DecodeError struct {
	Charset Charset
	Offset  int64 // of the first byte of the broken character, in the file, from 0
	Line    int   // physical line, from 1
}

// Error gives the place, and never the bytes.
func (e *DecodeError) Error() string {
	return fmt.Sprintf("line %d, byte %d: no character of %s", e.Line, e.Offset, string(e.Charset))
}
