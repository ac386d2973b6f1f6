package wrap

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// fuzzLimits keep a single try short.
func fuzzLimits() Limits { return Limits{UnpackedBytesMax: 4 << 20, EntriesMax: 40} }

// addHostile seeds with the hostile containers of an ending.
func addHostile(f *testing.F, ending string) {
	paths, err := filepath.Glob(filepath.Join(hostileFolder(), "*"+ending))
	if err != nil || len(paths) == 0 {
		f.Fatal("no seeds", err)
	}
	for _, p := range paths {
		raw, err := os.ReadFile(p)
		if err != nil {
			f.Fatal(err)
		}
		if len(raw) < 64<<10 {
			f.Add(raw)
		}
	}
}

// check opens garbage: it ends, and every error is one of this package's.
func check(t *testing.T, raw []byte, keys Keys) {
	l := fuzzLimits()
	c, err := Open(bytes.NewReader(raw), int64(len(raw)), Options{Limits: l, Keys: keys, Aside: inMemory})
	var total int64
	for i := 0; err == nil && i < len(c.Lists()); i++ {
		n := counter(0)
		if err = c.Lists()[i].Write(&n); err == nil && !c.Bare() {
			total += int64(n)
		}
	}
	if _, typed := errors.AsType[*Error](err); err != nil && !typed {
		t.Fatalf("untyped error %T: %v", err, err)
	}
	if total > l.UnpackedBytesMax {
		t.Fatal("more than the limit")
	}
}

type counter int64

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}

func FuzzZip(f *testing.F) {
	addHostile(f, ".zip")
	f.Add(handZip(entryOf("a.csv", list(3)), storedEntry("b/c.csv", list(2)), entryOf("a.csv.request.toml", []byte("x"))))
	f.Add(handZip(entryOf("a.zip", handZip(entryOf("b.csv", list(3))))))
	f.Fuzz(func(t *testing.T, raw []byte) { check(t, raw, nil) })
}

// FuzzZipContent packs what it is given, so that the fuzzer is not stopped by checksums.
func FuzzZipContent(f *testing.F) {
	f.Add("a.csv", list(3), uint16(0), uint32(0), []byte(nil))
	f.Add("名簿.csv", gzipped(list(3)), uint16(flagUTF8), uint32(0o100644<<16), unicodePath("名簿.csv", "名簿.csv"))
	f.Add("a.zip", handZip(entryOf("b.csv", nil)), uint16(flagDescriptor), uint32(0), []byte("\x01\x00\x08\x00abcdefgh"))
	f.Fuzz(func(t *testing.T, name string, content []byte, flags uint16, mode uint32, extra []byte) {
		if len(name) > 1000 || len(extra) > 1000 {
			return
		}
		e := entryOf(name, content)
		e.flags, e.mode, e.extra = flags, mode, extra
		check(t, handZip(e), nil)
	})
}

func FuzzGzip(f *testing.F) {
	addHostile(f, ".gz")
	f.Add(gzipped(list(3)))
	f.Fuzz(func(t *testing.T, raw []byte) {
		check(t, append([]byte("\x1f\x8b"), bytes.TrimPrefix(raw, []byte("\x1f\x8b"))...), nil)
	})
}

func FuzzZstd(f *testing.F) {
	const magic = "\x28\xb5\x2f\xfd"
	addHostile(f, ".zst")
	f.Add(zstded(list(30)))
	f.Fuzz(func(t *testing.T, raw []byte) {
		check(t, append([]byte(magic), bytes.TrimPrefix(raw, []byte(magic))...), nil)
	})
}

func FuzzAge(f *testing.F) {
	keys := newTestKeys(f)
	addHostile(f, ".age")
	f.Add(keys.seal(f, list(3)))
	f.Fuzz(func(t *testing.T, raw []byte) {
		check(t, raw, keys)
		check(t, keys.seal(t, raw), keys) // what is inside a seal may be anything too
	})
}

// FuzzName: what passes is one file in the folder or below it, on every system.
func FuzzName(f *testing.F) {
	for _, name := range []string{"a.csv", "../a", "名簿/照会.csv", "\x96\xbc.csv", "NUL.txt", "a\\b", "C:a"} {
		f.Add([]byte(name), false)
	}
	f.Fuzz(func(t *testing.T, raw []byte, utf8 bool) {
		name, err := decodeName(raw, utf8)
		if err != nil || checkPath(name) != nil {
			return
		}
		if !filepath.IsLocal(name) || bytes.ContainsAny([]byte(name), "\\:\x00\n") {
			t.Fatal("a name passes that leads elsewhere")
		}
	})
}
