//go:build ignore

// Gen writes cp932.txt, the two-byte part of CP932, from the table of
// golang.org/x/text/encoding/japanese (BSD licence; made of the index jis0208 of
// the WHATWG Encoding Standard, CC0), which agrees with Microsoft's cp932.txt for
// every assigned code but the user-defined ones:
//
//	go run gen.go > cp932.txt
package main

import (
	"bufio"
	"fmt"
	"os"

	"golang.org/x/text/encoding/japanese"
)

func main() {
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	fmt.Fprint(out, `# CP932 (Windows-31J), two-byte characters but the user-defined ones (F040–F9FC).
# A line is a code in hexadecimal, a tab, and the characters of that code and the
# ones after it, as far as they are assigned without a gap; 7F is no second byte
# and is jumped over. Written by gen.go from golang.org/x/text (BSD licence), whose
# source is the index jis0208 of the WHATWG Encoding Standard (CC0).
`)
	dec := japanese.ShiftJIS.NewDecoder()
	for lead := 0x81; lead <= 0xfc; lead++ {
		if lead >= 0xa0 && lead <= 0xdf {
			continue
		}
		open := false
		for trail := 0x40; trail <= 0xfc; trail++ {
			if trail == 0x7f {
				continue
			}
			b, err := dec.Bytes([]byte{byte(lead), byte(trail)})
			r := []rune(string(b))
			ok := err == nil && len(r) == 1 && r[0] != 0xfffd
			if ok && !open {
				fmt.Fprintf(out, "%02X%02X\t", lead, trail)
			}
			if ok {
				fmt.Fprintf(out, "%c", r[0])
			} else if open {
				fmt.Fprintln(out)
			}
			open = ok
		}
		if open {
			fmt.Fprintln(out)
		}
	}
}
