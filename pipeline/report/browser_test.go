package report

import (
	"bytes"
	"context"
	"fmt"
	"html"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"baitai/pipeline/issue"
)

// tool finds a program; without it the test is skipped, but not where everything is
// to be checked.
func tool(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("%s is not there", name)
		}
		t.Skipf("%s is not there", name)
	}
	return path
}

// browser runs Chromium without a window on a page, with a profile of its own.
func browser(t *testing.T, page string, args ...string) []byte {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	// The pages are our own: no sandbox, so that it runs as root and in containers.
	args = append([]string{"--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--hide-scrollbars",
		"--disable-extensions", "--user-data-dir=" + t.TempDir()}, args...)
	cmd := exec.CommandContext(ctx, tool(t, "chromium"), append(args, "file://"+page)...)
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("chromium: %v\n%s", err, said.String())
	}
	return out
}

func put(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// Widths of a telephone and of a desk, in CSS pixels.
func widths() []int { return []int{390, 1280} }

func TestPagesFitTheirWindow(t *testing.T) {
	tool(t, "chromium")
	for name, page := range pages(t, issue.English) {
		if name == "empty" || name == "mail" || name == "refusal" {
			continue // made of the same parts
		}
		for _, width := range widths() {
			if wide, _ := wideness(t, page, width); wide != width {
				t.Errorf("%s is %d wide in a window of %d", name, wide, width)
			}
		}
		// On paper nothing can be scrolled: 180 mm are left of A4, 267 across.
		sheet := 680
		if name == "book" {
			sheet = 1009
		}
		wide, cut := wideness(t, strings.ReplaceAll(page, "@media print", "@media all"), sheet)
		if wide != sheet || cut != 0 {
			t.Errorf("%s is %d wide on a sheet of %d, and %d tables are cut off", name, wide, sheet, cut)
		}
	}
}

// wideness opens a page in a frame of some width and tells how wide it is, and how many
// of its tables have to be scrolled. A window of Chromium cannot be as narrow as a
// telephone; a frame can. The script is in the page around it.
func wideness(t *testing.T, page string, width int) (wide, cut int) {
	t.Helper()
	around := fmt.Sprintf(`<!DOCTYPE html><meta charset="utf-8"><title></title><iframe width="%d" height="2000" style="border:0" srcdoc="%s"></iframe><script>
window.onload = () => {
	const d = document.querySelector("iframe").contentDocument
	const cut = [...d.querySelectorAll(".scroll")].filter(e => e.scrollWidth > e.clientWidth).length
	document.title = "wide " + d.documentElement.scrollWidth + " cut " + cut
}</script>`, width, html.EscapeString(page))
	dom := browser(t, put(t, "around.html", around), "--window-size=1400,2000", "--dump-dom")
	m := regexp.MustCompile(`<title>wide (\d+) cut (\d+)</title>`).FindSubmatch(dom)
	if m == nil {
		t.Fatal("the browser does not say how wide the page is")
	}
	return atoi(t, string(m[1])), atoi(t, string(m[2]))
}

// What a camera sees of the code is the signed checkpoint, on a bright screen and on a
// dark one, on a telephone and on a desk; and the page follows the scheme.
func TestTheCodeIsReadFromTheScreen(t *testing.T) {
	tool(t, "zbarimg")
	page := put(t, "letter.html", pages(t, issue.Japanese)["letter"])
	for _, width := range widths() {
		for scheme, dark := range map[string]bool{"0": true, "1": false} {
			shot := filepath.Join(t.TempDir(), "shot.png")
			browser(t, page, "--blink-settings=preferredColorScheme="+scheme, fmt.Sprintf("--window-size=%d,2600", width), "--screenshot="+shot)
			readsNote(t, shot)
			f := must[*os.File](t)(os.Open(shot))
			img, err := png.Decode(f)
			if f.Close(); err != nil {
				t.Fatal(err)
			}
			if img.Bounds().Dx() != width {
				t.Errorf("the picture is %d wide, not %d", img.Bounds().Dx(), width)
			}
			if r, _, _, _ := img.At(2, 2).RGBA(); (r < 0x8000) != dark {
				t.Errorf("width %d: dark is %v, but the paper has red %x", width, dark, r)
			}
		}
	}
}

func readsNote(t *testing.T, picture string) {
	t.Helper()
	out, err := exec.Command(tool(t, "zbarimg"), "--raw", "--quiet", "-Sdisable", "-Sqrcode.enable", picture).Output()
	if err != nil {
		t.Fatalf("zbarimg: %v", err)
	}
	if got := strings.TrimRight(string(out), "\n") + "\n"; got != note {
		t.Errorf("the picture says %q", got)
	}
}

// Printed, the papers are A4, each whole, and the code is still read.
func TestPapersPrintOnA4(t *testing.T) {
	tool(t, "zbarimg")
	const short, long = 595, 842 // points
	for name, want := range map[string][3]int{"letter": {2, short, long}, "book": {0, long, short}, "job": {0, short, long}, "month": {0, short, long}} {
		page := put(t, name+".html", pages(t, issue.Japanese)[name])
		pdf := filepath.Join(t.TempDir(), name+".pdf")
		browser(t, page, "--no-pdf-header-footer", "--print-to-pdf="+pdf)
		raw := must[[]byte](t)(os.ReadFile(pdf))
		sheets := len(regexp.MustCompile(`/Type /Page\b[^s]`).FindAll(raw, -1))
		if sheets == 0 || want[0] > 0 && sheets != want[0] {
			t.Errorf("%s is %d sheets, not %d", name, sheets, want[0])
		}
		for _, m := range regexp.MustCompile(`/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]`).FindAllSubmatch(raw, -1) {
			w, h := must[float64](t)(strconv.ParseFloat(string(m[1]), 64)), must[float64](t)(strconv.ParseFloat(string(m[2]), 64))
			if int(w+.5) != want[1] || int(h+.5) != want[2] {
				t.Errorf("%s has a sheet of %v by %v", name, w, h)
			}
		}
		if name != "letter" {
			continue
		}
		picture := filepath.Join(t.TempDir(), "sheet")
		if out, err := exec.Command(tool(t, "pdftoppm"), "-r", "150", "-png", "-f", "1", "-l", "1", "-singlefile", pdf, picture).CombinedOutput(); err != nil {
			t.Fatalf("pdftoppm: %v %s", err, out)
		}
		readsNote(t, picture+".png")
	}
}
