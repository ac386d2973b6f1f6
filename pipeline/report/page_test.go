package report

import (
	"bytes"
	"encoding/xml"
	"flag"
	"image"
	"image/color"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	qr "github.com/piglig/go-qr"

	"baitai/pipeline/issue"
)

var update = flag.Bool("update", false, "write the golden pages anew")

func langs() []issue.Lang { return []issue.Lang{issue.Japanese, issue.English} }

func TestPagesAreAsTheyWere(t *testing.T) {
	for _, lang := range langs() {
		for name, got := range pages(t, lang) {
			file := filepath.Join("testdata", "golden", name+"-"+string(lang)+".html")
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want := must[[]byte](t)(os.ReadFile(file))
			if got != string(want) {
				t.Errorf("%s is another one: look at it, and run the test with -update", file)
			}
		}
	}
}

// element is what a page has in one place.
type element struct {
	name  string
	attrs map[string]string
}

// parse reads a page as XML, which is stricter than HTML: every element but the void
// ones is closed, in order.
func parse(t *testing.T, page string) (all []element) {
	t.Helper()
	closed := regexp.MustCompile(`<meta [^>]*`).ReplaceAllString(strings.TrimPrefix(page, "<!DOCTYPE html>"), "$0/")
	d := xml.NewDecoder(strings.NewReader(closed))
	for {
		token, err := d.Token()
		if err == io.EOF {
			return all
		}
		if err != nil {
			t.Fatalf("not well-formed: %v", err)
		}
		if e, ok := token.(xml.StartElement); ok {
			attrs := make(map[string]string)
			for _, a := range e.Attr {
				attrs[a.Name.Local] = a.Value
			}
			all = append(all, element{e.Name.Local, attrs})
		}
	}
}

func TestPagesAreWellFormedAndNeedNothing(t *testing.T) {
	for _, lang := range langs() {
		for name, page := range pages(t, lang) {
			t.Run(name+"-"+string(lang), func(t *testing.T) { checkPage(t, page, lang) })
		}
	}
}

func checkPage(t *testing.T, page string, lang issue.Lang) {
	all := parse(t, page)
	if all[0].name != "html" || all[0].attrs["lang"] != string(lang) {
		t.Errorf("begins with %v", all[0])
	}
	ids, tables, captions := map[string]bool{}, 0, 0
	for _, e := range all {
		if id := e.attrs["id"]; id != "" {
			if ids[id] {
				t.Errorf("two elements %s", id)
			}
			ids[id] = true
		}
	}
	for _, e := range all {
		for a := range e.attrs {
			if strings.HasPrefix(a, "on") || slices.Contains([]string{"href", "src", "style", "action", "srcset", "data"}, a) {
				t.Errorf("<%s %s>", e.name, a)
			}
		}
		switch e.name {
		case "script", "link", "img", "iframe", "object", "embed", "form", "base", "a":
			t.Errorf("there is a <%s>", e.name)
		case "table":
			tables++
		case "caption":
			captions++
		case "th":
			if e.attrs["scope"] == "" {
				t.Error("a header without a scope")
			}
		case "svg":
			if e.attrs["role"] != "img" || e.attrs["aria-label"]+e.attrs["aria-labelledby"] == "" {
				t.Error("a drawing without a text")
			}
			for _, id := range strings.Fields(e.attrs["aria-labelledby"]) {
				if !ids[id] {
					t.Errorf("no element %s", id)
				}
			}
		}
	}
	if tables != captions {
		t.Errorf("%d tables, %d captions", tables, captions)
	}
	if !strings.Contains(page, `content="default-src 'none'; style-src 'unsafe-inline'"`) {
		t.Error("no content security policy")
	}
	for _, word := range []string{"url(", "@import", "http:", "https:", "//", "ZgotmplZ", "<no value>", "NaN"} {
		if strings.Contains(page, word) && word != "//" || word == "//" && strings.Contains(strings.ReplaceAll(page, note, ""), "//") {
			t.Errorf("the page has %q", word)
		}
	}
}

// What a register says is text, whatever it looks like.
func TestEverythingIsEscaped(t *testing.T) {
	s := setting(issue.Japanese)
	evil := `</title><script>alert(1)</script>"'&`
	s.Site, s.Office = evil, func(string) string { return evil }
	j := must[Job](t)(JobOf(entries(course()), oneJob))
	j.ID, j.Purpose = evil, evil
	var w bytes.Buffer
	if err := s.WriteJob(&w, j); err != nil {
		t.Fatal(err)
	}
	checkPage(t, w.String(), issue.Japanese)
	l := letter()
	l.Files[0].Name, l.Job = evil, evil
	w.Reset()
	if err := s.WriteLetter(&w, l); err != nil {
		t.Fatal(err)
	}
	checkPage(t, w.String(), issue.Japanese)
}

// The drawing is read back by the library's other half; see the test in a browser for
// a reader that is not its own.
func TestTheCodeSaysTheCheckpoint(t *testing.T) {
	c := must[code](t)(newCode(note))
	const scale = 4
	img := image.NewGray(image.Rect(0, 0, c.Size*scale, c.Size*scale))
	for i := range img.Pix {
		img.Pix[i] = 255
	}
	for _, m := range regexp.MustCompile(`M(\d+) (\d+)h(\d+)v1H(\d+)z`).FindAllStringSubmatch(c.Path, -1) {
		x, y, n := atoi(t, m[1]), atoi(t, m[2]), atoi(t, m[3])
		if m[1] != m[4] {
			t.Fatalf("%s does not come back", m[0])
		}
		for px := x * scale; px < (x+n)*scale; px++ {
			for py := y * scale; py < (y+1)*scale; py++ {
				img.SetGray(px, py, color.Gray{})
			}
		}
	}
	if got := must[string](t)(qr.Decode(img)); got != note {
		t.Errorf("read %q", got)
	}
}

func atoi(t *testing.T, s string) int { return must[int](t)(strconv.Atoi(s)) }

func TestNumbersAndTimesAreWrittenForPeople(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567"} {
		if got := number(n); got != want {
			t.Errorf("%d is written %s", n, got)
		}
	}
	for _, c := range []struct {
		n, of int64
		want  string
	}{{0, 0, ""}, {0, 10, "0.0 %"}, {1, 6000, "< 0.1 %"}, {1, 3, "33.3 %"}, {3, 3, "100.0 %"}} {
		if got := share(c.n, c.of); got != c.want {
			t.Errorf("%d of %d is written %s", c.n, c.of, got)
		}
	}
	s := setting(issue.English)
	for d, want := range map[time.Duration]string{7 * time.Millisecond: "7 ms", 1500 * time.Millisecond: "1.5 s", 61 * time.Second: "1 min 01 s",
		90 * time.Minute: "1 h 30 min", 50 * time.Hour: "2 d 2 h"} {
		if got := s.length(d); got != want {
			t.Errorf("%v is written %s", d, got)
		}
	}
}

// Text is readable and bars can be told from the paper, in all three schemes (WCAG 2.2,
// 1.4.3 and 1.4.11).
func TestColoursHaveContrast(t *testing.T) {
	blocks := regexp.MustCompile(`:root \{([^}]*)\}`).FindAllStringSubmatch(pageText, -1)
	if len(blocks) != 3 {
		t.Fatalf("%d schemes", len(blocks))
	}
	for i, b := range blocks {
		c := make(map[string]string)
		for _, m := range regexp.MustCompile(`--(\w+): #([0-9a-f]+)`).FindAllStringSubmatch(b[1], -1) {
			c[m[1]] = m[2]
		}
		for _, pair := range []struct {
			a, b  string
			least float64
		}{
			{"ink", "paper", 7}, {"ink", "fill", 7}, {"soft", "paper", 4.5}, {"line", "paper", 3}, {"bar", "paper", 3}, {"warn", "paper", 3}, {"good", "paper", 3},
			{"k0", "paper", 3}, {"k1", "paper", 3}, {"k2", "paper", 3}, {"k3", "paper", 3}, {"k4", "paper", 3},
		} {
			if got := contrast(t, c[pair.a], c[pair.b]); got < pair.least {
				t.Errorf("scheme %d: %s on %s has %.2f, not %v", i, pair.a, pair.b, got, pair.least)
			}
		}
	}
}

func contrast(t *testing.T, a, b string) float64 {
	x, y := luminance(t, a), luminance(t, b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func luminance(t *testing.T, hex string) float64 {
	if len(hex) == 3 {
		hex = string([]byte{hex[0], hex[0], hex[1], hex[1], hex[2], hex[2]})
	}
	n := must[uint64](t)(strconv.ParseUint(hex, 16, 24))
	var sum float64
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		v := float64(n>>(16-8*i)&255) / 255
		if v <= 0.04045 {
			v /= 12.92
		} else {
			v = math.Pow((v+0.055)/1.055, 2.4)
		}
		sum += weight * v
	}
	return sum
}
