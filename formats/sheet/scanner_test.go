package sheet

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"testing"
)

// FuzzScanner holds the scanner to encoding/xml: what it accepts, the other one
// accepts too and gives the same tokens.
func FuzzScanner(f *testing.F) {
	for _, s := range []string{`<a b="c&lt;"><x:d/>e&#65;f<![CDATA[<g>]]></a>`, "<?xml version=\"1.0\"?>\n<a>\r\n<b c='>'/></a>", "<a><b></a></b>", "<!DOCTYPE a><a/>", "<a>&b;</a>", "<a b=\"&quot;\" c='d'/>"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		s := newScanner(strings.NewReader(in))
		var got []string
		for {
			if err := s.next(); err != nil {
				return
			}
			if s.kind == tokenEOF {
				break
			}
			got = appendToken(got, s.kind, string(s.name), string(s.text))
		}
		d := xml.NewDecoder(strings.NewReader(in))
		var want []string
		depth := 0
		for {
			tok, err := d.RawToken()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				// encoding/xml looks at names and attributes that are not read here.
				return
			}
			switch tok := tok.(type) {
			case xml.StartElement:
				depth++
				want = appendToken(want, tokenOpen, tok.Name.Local, "")
			case xml.EndElement:
				depth--
				want = appendToken(want, tokenEnd, tok.Name.Local, "")
			case xml.CharData:
				if depth > 0 {
					want = appendToken(want, tokenText, "", string(tok))
				}
			}
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("%q:\n got %q\nwant %q", in, got, want)
		}
	})
}

// appendToken joins texts that follow each other.
func appendToken(list []string, kind token, name, text string) []string {
	if kind != tokenText {
		return append(list, fmt.Sprint(kind, name))
	}
	if text == "" {
		return list
	}
	if n := len(list); n > 0 && strings.HasPrefix(list[n-1], "t:") {
		list[n-1] += text
		return list
	}
	return append(list, "t:"+text)
}
