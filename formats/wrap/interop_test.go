package wrap

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"baitai/formats/charset"
)

// A bench is a folder in which programs that were not written here pack.
type bench struct {
	t   *testing.T
	dir string
}

// run runs a program in the folder. Where it is missing the test is skipped, but
// never in CI, where skipping would mean that nobody looks.
func (b bench) run(name string, args ...string) []byte {
	b.t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		if os.Getenv("CI") == "true" {
			b.t.Fatalf("%s is not installed", name)
		}
		b.t.Skipf("%s is not installed", name)
	}
	cmd := exec.Command(path, args...)
	cmd.Dir, cmd.Env = b.dir, append(os.Environ(), "LC_ALL=C.UTF-8")
	r, w, err := os.Pipe() // a pipe, not a file or a terminal
	if err != nil {
		b.t.Fatal(err)
	}
	var stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = w, &stderr
	if err := errors.Join(cmd.Start(), w.Close()); err != nil {
		b.t.Fatal(err)
	}
	out, err := io.ReadAll(r)
	if err := errors.Join(err, cmd.Wait(), r.Close()); err != nil {
		b.t.Fatalf("%s: %v: %s", name, err, stderr.String())
	}
	return out
}

func (b bench) write(name string, content []byte) {
	b.t.Helper()
	if err := os.WriteFile(filepath.Join(b.dir, name), content, 0o600); err != nil {
		b.t.Fatal(err)
	}
}

func (b bench) read(name string) []byte {
	b.t.Helper()
	raw, err := os.ReadFile(filepath.Join(b.dir, name))
	if err != nil {
		b.t.Fatal(err)
	}
	return raw
}

const (
	kanjiName = "照会リスト.csv"
	sideText  = "purpose = \"P001\"\n"
)

// newBench puts two lists, one with a request, and a folder into a folder.
func newBench(t *testing.T) bench {
	b := bench{t, t.TempDir()}
	if err := os.Mkdir(filepath.Join(b.dir, "in"), 0o700); err != nil {
		t.Fatal(err)
	}
	b.write("a.csv", list(900))
	b.write("in/b.csv", list(90))
	b.write("in/b.csv.request.toml", []byte(sideText))
	return b
}

// expect opens what was packed.
func (b bench) expect(raw []byte, o Options, want ...opened) {
	b.t.Helper()
	got := openAll(b.t, raw, o)
	byName := func(x, y opened) int { return bytes.Compare([]byte(x.name), []byte(y.name)) }
	slices.SortFunc(got, byName)
	if !slices.Equal(got, want) {
		b.t.Errorf("%d lists, not %d, or others", len(got), len(want))
	}
}

func TestZipsOfOtherProgramsAreOpened(t *testing.T) {
	a, in := opened{"a.csv", "", string(list(900))}, opened{"b.csv", sideText, string(list(90))}
	for name, pack := range map[string][]string{
		"Info-ZIP":           {"zip", "-r", "out.zip", "a.csv", "in"},
		"Info-ZIP, stored":   {"zip", "-0", "-r", "out.zip", "a.csv", "in"},
		"Info-ZIP, zip64":    {"zip", "-fz", "-r", "out.zip", "a.csv", "in"},
		"7-Zip":              {"7zz", "a", "-tzip", "out.zip", "a.csv", "in"},
		"7-Zip, stored":      {"7zz", "a", "-tzip", "-mx0", "out.zip", "a.csv", "in"},
		"libarchive":         {"bsdtar", "-a", "-cf", "out.zip", "a.csv", "in"},
		"libarchive, stored": {"bsdtar", "--format", "zip", "--options", "zip:compression=store", "-cf", "out.zip", "a.csv", "in"},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			b.run(pack[0], pack[1:]...)
			b.expect(b.read("out.zip"), Options{}, a, in)
		})
	}
}

// TestZipsThatWereWrittenIntoAPipeAreOpened: their sizes stand behind the data.
func TestZipsThatWereWrittenIntoAPipeAreOpened(t *testing.T) {
	for _, pack := range [][]string{{"zip", "-r", "-", "a.csv", "in"}, {"7zz", "a", "-tzip", "-so", "x", "a.csv", "in"}} {
		b := newBench(t)
		b.expect(b.run(pack[0], pack[1:]...), Options{}, opened{"a.csv", "", string(list(900))}, opened{"b.csv", sideText, string(list(90))})
	}
	// libarchive fills what it writes into a pipe up with zeros, to a whole block.
	b := newBench(t)
	if err := readAll(b.run("bsdtar", "--format", "zip", "-cf", "-", "a.csv"), Options{}); !errors.Is(err, ErrTrailing) {
		t.Error(err)
	}
}

// Names in kanji, as each program writes them, and as Windows in Japanese does.
func TestKanjiNamesOfOtherPrograms(t *testing.T) {
	want := opened{kanjiName, "", string(list(9))}
	for name, pack := range map[string][]string{
		"Info-ZIP":                {"zip", "out.zip", kanjiName},
		"7-Zip":                   {"7zz", "a", "-tzip", "out.zip", kanjiName},
		"7-Zip, UTF-8":            {"7zz", "a", "-tzip", "-mcu=on", "out.zip", kanjiName},
		"libarchive":              {"bsdtar", "-a", "-cf", "out.zip", kanjiName},
		"libarchive, CP932":       {"bsdtar", "--format", "zip", "--options", "zip:hdrcharset=CP932", "-cf", "out.zip", kanjiName},
		"7-Zip, bytes in CP932":   {"7zz", "a", "-tzip", "-mcp=932", "out.zip", kanjiName},
		"7-Zip, Deflate, fastest": {"7zz", "a", "-tzip", "-mx1", "out.zip", kanjiName},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			b.write(kanjiName, list(9))
			b.run(pack[0], pack[1:]...)
			b.expect(b.read("out.zip"), Options{}, want)
		})
	}
	cp932, _ := charset.AppendCP932(nil, kanjiName)
	bench{t: t}.expect(handZip(entryOf(string(cp932), list(9))), Options{}, want)
}

func TestStreamsOfOtherProgramsAreOpened(t *testing.T) {
	a := opened{"a.csv", "", string(list(900))}
	for _, pack := range [][]string{
		{"gzip", "-k", "a.csv"}, {"gzip", "-1", "-k", "-n", "a.csv"}, {"bsdtar", "--help"},
		{"zstd", "-q", "a.csv"}, {"zstd", "-q", "-19", "a.csv"}, {"zstd", "-q", "--no-check", "a.csv"}, {"zstd", "-q", "-T2", "a.csv"},
	} {
		b := newBench(t)
		b.run(pack[0], pack[1:]...)
		for _, end := range []string{".gz", ".zst"} {
			if _, err := os.Stat(filepath.Join(b.dir, "a.csv"+end)); err == nil {
				b.expect(b.read("a.csv"+end), Options{Name: "a.csv" + end}, a)
			}
		}
	}
}

func TestWhatAgeSealsIsOpened(t *testing.T) {
	b := newBench(t)
	keys := newTestKeys(t)
	a, in := opened{"a.csv", "", string(list(900))}, opened{"b.csv", sideText, string(list(90))}
	to := keys.key.Recipient().String()
	b.run("age", "-r", to, "-o", "a.csv.age", "a.csv")
	b.expect(b.read("a.csv.age"), Options{Name: "a.csv.age", Keys: keys}, a)
	b.run("age", "-a", "-r", to, "-o", "armored.age", "a.csv")
	b.expect(b.read("armored.age"), Options{Name: "a.csv.age", Keys: keys}, a)
	b.run("7zz", "a", "-tzip", "out.zip", "a.csv", "in")
	for _, armor := range [][]string{nil, {"-a"}} {
		_ = os.Remove(filepath.Join(b.dir, "out.zip.age"))
		b.run("age", append(armor, "-r", to, "-o", "out.zip.age", "out.zip")...)
		b.expect(b.read("out.zip.age"), Options{Keys: keys}, a, in)
	}
}

// TestEncryptedZipsOfOtherProgramsAreRefused uses both kinds of encryption.
func TestEncryptedZipsOfOtherProgramsAreRefused(t *testing.T) {
	for _, pack := range [][]string{
		{"zip", "-P", "himitsu", "out.zip", "a.csv"},
		{"7zz", "a", "-tzip", "-phimitsu", "-mem=AES256", "out.zip", "a.csv"},
		{"7zz", "a", "-tzip", "-phimitsu", "-mem=ZipCrypto", "out.zip", "a.csv"},
	} {
		b := newBench(t)
		b.run(pack[0], pack[1:]...)
		if err := readAll(b.read("out.zip"), Options{}); !errors.Is(err, ErrEncrypted) {
			t.Errorf("%v: %v", pack, err)
		}
	}
}

func TestMethodsThatAreNotReadAreRefused(t *testing.T) {
	for _, method := range []string{"BZip2", "LZMA", "PPMd", "Deflate64"} {
		b := newBench(t)
		b.run("7zz", "a", "-tzip", "-mm="+method, "out.zip", "a.csv")
		if err := readAll(b.read("out.zip"), Options{}); !errors.Is(err, ErrMethod) {
			t.Errorf("%s: %v", method, err)
		}
	}
	b := newBench(t)
	b.run("zstd", "-q", "--ultra", "--long=27", "a.csv")
	b.write("big.csv", noise(130<<20))
	began := time.Now()
	b.run("zstd", "-q", "-1", "--long=27", "big.csv")
	if err := readAll(b.read("big.csv.zst"), Options{}); !errors.Is(err, ErrWindow) {
		t.Errorf("a window of 128 MB: %v, after %v", err, time.Since(began))
	}
}

// TestLinksOfOtherProgramsAreRefused: a link is packed as a link.
func TestLinksOfOtherProgramsAreRefused(t *testing.T) {
	for _, pack := range [][]string{{"zip", "-y", "out.zip", "link.csv"}, {"bsdtar", "-a", "-cf", "out.zip", "link.csv"}} {
		b := newBench(t)
		if err := os.Symlink("/etc/passwd", filepath.Join(b.dir, "link.csv")); err != nil {
			t.Fatal(err)
		}
		b.run(pack[0], pack[1:]...)
		if err := readAll(b.read("out.zip"), Options{}); !errors.Is(err, ErrLink) {
			t.Errorf("%v: %v", pack, err)
		}
	}
}
