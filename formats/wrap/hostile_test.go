package wrap

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"
)

var update = flag.Bool("update", false, "write the hostile containers")

// A hostile container is one that must be refused, with the reason.
type hostile struct {
	file  string
	code  string // of the issue that a clerk reads, see pipeline/intake
	want  error
	story string
	make  func() []byte
}

func ziped(entries ...handEntry) func() []byte { return func() []byte { return handZip(entries...) } }

func changed(e handEntry, change func(*handEntry)) handEntry {
	change(&e)
	return e
}

func named(name string) func() []byte { return ziped(entryOf(name, list(3))) }

func zstded(content []byte) []byte {
	w, _ := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1))
	return w.EncodeAll(content, nil)
}

// corpus is testdata/hostile/containers, with how each file is made.
func corpus() []hostile {
	return slices.Concat(bombs(), names(), lies(), cuts(), seals())
}

func bombs() []hostile {
	zeros := make([]byte, 8<<20)
	return []hostile{
		{"bomb-flat.zip", "F203", ErrRatio, "64 MB of zeros in one entry: deflate's best ratio", func() []byte {
			return handZip(entryOf("list.csv", make([]byte, 64<<20)))
		}},
		{"bomb-nested.zip", "F202", ErrTooDeep, "zips in zips in a zip, as 42.zip has them; each small", func() []byte {
			inner := handZip(entryOf("list.csv", zeros))
			for range 3 {
				var same []handEntry
				for i := range 16 {
					same = append(same, entryOf(fmt.Sprintf("%02d.zip", i), inner))
				}
				inner = handZip(same...)
			}
			return inner
		}},
		{"bomb-overlap.zip", "F211", ErrOverlap, "250 entries that share their packed bytes by quoting each other's headers (Fifield)", func() []byte { return quoted(250, 8<<20) }},
		{"bomb-same.zip", "F212", ErrMismatch, "two names for one local header", func() []byte {
			e := entryOf("a.csv", list(3))
			return handZip(e, changed(entryOf("b.csv", list(3)), func(x *handEntry) { x.at = 0 }))
		}},
		{"bomb-declared.zip", "F204", ErrTooLarge, "an entry that claims 3.9 GB twice: stored sizes alone are over the limit", func() []byte {
			e := changed(entryOf("a.csv", list(3)), func(x *handEntry) { x.unpacked = 0xf0000000 })
			return handZip(e, changed(e, func(x *handEntry) { x.name = "b.csv" }))
		}},
		{"bomb-lies.zip", "F212", ErrMismatch, "unpacks to more than the directory says", ziped(changed(entryOf("list.csv", list(3000)), func(e *handEntry) { e.unpacked = 1000 }))},
		{"bomb.gz", "F203", ErrRatio, "8 MB of zeros in gzip", func() []byte { return gzipped(zeros) }},
		{"bomb-twice.gz", "F203", ErrRatio, "gzip in gzip: a kilobyte that would be 8 MB", func() []byte { return gzipped(gzipped(zeros)) }},
		{"bomb.zst", "F203", ErrRatio, "64 MB of zeros in zstd", func() []byte { return zstded(make([]byte, 64<<20)) }},
		{"window.zst", "F218", ErrWindow, "a frame that wants a window of 3.75 TB of memory", func() []byte {
			return append([]byte("\x28\xb5\x2f\xfd\x00\xff"), 0x0b, 0, 0, 'x')
		}},
		{"window-large.zst", "F218", ErrWindow, "a frame that wants a window of 1 GB of memory", func() []byte {
			return append([]byte("\x28\xb5\x2f\xfd\x00\xa0"), 0x0b, 0, 0, 'x')
		}},
		{"quine.zip", "F202", ErrTooDeep, "a zip that holds itself", quineZip},
		{"quine.gz", "F202", ErrTooDeep, "a gzip file that holds itself", quineGzip},
		{"deep.zip", "F202", ErrTooDeep, "a zip in a zip in a zip", func() []byte {
			return handZip(storedEntry("b.zip", handZip(storedEntry("c.zip", handZip(entryOf("list.csv", list(3)))))))
		}},
		{"many.zip", "F205", ErrTooMany, "513 entries", func() []byte {
			var all []handEntry
			for i := range 513 {
				all = append(all, storedEntry(fmt.Sprintf("%d.csv", i), nil))
			}
			return handZip(all...)
		}},
		{"many-claimed.zip", "F205", ErrTooMany, "an end that claims 65,535 entries", func() []byte {
			out := handZip(entryOf("list.csv", list(3)))
			copy(out[len(out)-14:], "\xff\xff\xff\xff")
			return out
		}},
	}
}

func names() []hostile {
	plain := entryOf("list.csv", list(3))
	return []hostile{
		{"dotdot.zip", "F206", ErrPath, "../ leads out of the folder", named("../list.csv")},
		{"dotdot-inside.zip", "F206", ErrPath, "../ in the middle", named("a/../../list.csv")},
		{"absolute.zip", "F206", ErrPath, "a name from the root", named("/etc/list.csv")},
		{"drive.zip", "F206", ErrPath, "a drive letter", named("C:/list.csv")},
		{"stream.zip", "F206", ErrPath, "an alternate data stream of NTFS", named("list.csv:other")},
		{"backslash.zip", "F206", ErrPath, "a backslash, which is a separator on Windows", named(`..\list.csv`)},
		{"device.zip", "F206", ErrPath, "NUL.txt is a device on Windows", named("NUL.txt")},
		{"device-con.zip", "F206", ErrPath, "CON in a folder is a device too", named("a/con")},
		{"control.zip", "F206", ErrPath, "a line feed in a name", named("list\n.csv")},
		{"turned.zip", "F206", ErrPath, "a mark that turns the direction of writing: vsc.exe would be shown as exe.csv", ziped(changed(entryOf("list\u202evsc.exe", list(3)), func(e *handEntry) { e.flags = flagUTF8 }))},
		{"dot-at-end.zip", "F206", ErrPath, "a name that Windows changes: its last dot is dropped", named("list.csv.")},
		{"symlink.zip", "F207", ErrLink, "a symbolic link to /etc/passwd", ziped(changed(storedEntry("list.csv", []byte("/etc/passwd")), func(e *handEntry) { e.mode = 0o120777 << 16 }))},
		{"pipe.zip", "F207", ErrLink, "a named pipe", ziped(changed(storedEntry("list.csv", nil), func(e *handEntry) { e.mode = 0o010644 << 16 }))},
		{"duplicate.zip", "F208", ErrDuplicate, "two entries of one name: programs differ in which one they show", ziped(plain, entryOf("list.csv", list(4)))},
		{"duplicate-case.zip", "F208", ErrDuplicate, "two names that are one on Windows", ziped(plain, entryOf("LIST.CSV", list(4)))},
		{"name-unclear.zip", "F216", ErrNameCharset, "名簿.csv in UTF-8 without saying so, which CP932 can read too", named("\xe5\x90\x8d\xe7\xb0\xbf.csv")},
		{"name-broken.zip", "F216", ErrNameCharset, "bytes that are a name in no character set", named("list\xff.csv")},
		{"name-not-utf8.zip", "F216", ErrNameCharset, "says UTF-8, is Shift_JIS", ziped(changed(entryOf("\x96\xbc\x95\xeb.csv", list(3)), func(e *handEntry) { e.flags = flagUTF8 }))},
		{"name-stale.zip", "F212", ErrMismatch, "the Unicode path of Info-ZIP belongs to another name", ziped(changed(plain, func(e *handEntry) {
			e.extra = unicodePath("other.csv", "a.csv")
		}))},
		{"name-long.zip", "F217", ErrNameLong, "a name of 800 bytes", named(strings.Repeat("abc/", 199) + "list.csv")},
		{"side-alone.zip", "F223", ErrSide, "a request whose list is not there", ziped(plain, entryOf("other.csv.request.toml", []byte("x = 1")))},
		{"side-twice.zip", "F223", ErrSide, "two requests for one list", ziped(plain, entryOf("list.csv.request.toml", []byte("x = 1")), entryOf("list.request.toml", []byte("x = 1")))},
		{"empty.zip", "F222", ErrEmpty, "no entry at all", ziped()},
		{"folder-only.zip", "F222", ErrEmpty, "an empty folder", ziped(changed(storedEntry("a/", nil), func(e *handEntry) { e.mode = 0o040755 << 16 }))},
	}
}

func lies() []hostile {
	plain := entryOf("list.csv", list(3))
	whole := handZip(plain)
	return []hostile{
		{"wrong-crc.zip", "F209", ErrChecksum, "the checksum is of other bytes", ziped(changed(plain, func(e *handEntry) { e.crc ^= 1 }))},
		{"wrong-crc-stored.zip", "F209", ErrChecksum, "the same, not compressed", ziped(changed(storedEntry("list.csv", list(3)), func(e *handEntry) { e.crc ^= 1 }))},
		{"wrong-crc-inner.zip", "F209", ErrChecksum, "the checksum of an inner zip is wrong, all within it right", ziped(changed(storedEntry("a.zip", whole), func(e *handEntry) { e.crc ^= 1 }))},
		{"wrong-crc.gz", "F209", ErrChecksum, "the checksum of gzip is wrong", func() []byte {
			out := gzipped(list(3))
			out[len(out)-8] ^= 1
			return out
		}},
		{"wrong-crc.zst", "F209", ErrChecksum, "the checksum of zstd is wrong", func() []byte {
			out := zstded(list(30))
			out[len(out)-1] ^= 1
			return out
		}},
		{"mismatch-name.zip", "F212", ErrMismatch, "another name before the data than in the directory", ziped(changed(plain, func(e *handEntry) { e.other = "safe.csv" }))},
		{"mismatch-size.zip", "F212", ErrMismatch, "another size before the data than in the directory", func() []byte {
			out := bytes.Clone(whole)
			out[22]++
			return out
		}},
		{"mismatch-method.zip", "F212", ErrMismatch, "another method before the data than in the directory", func() []byte {
			out := bytes.Clone(whole)
			out[8] = 0
			return out
		}},
		{"hidden.zip", "F212", ErrMismatch, "an entry that the directory does not name, for programs that read from the front", func() []byte {
			second := entryOf("list.csv", list(4))
			hidden := slices.Concat(second.localHeader(), second.data)
			body := slices.Concat(plain.localHeader(), plain.data, hidden)
			return slices.Concat(body, plain.central(0), endOf(1, len(plain.central(0)), len(body)))
		}},
		{"prefix.zip", "F212", ErrMismatch, "bytes before the first entry", func() []byte {
			e := changed(plain, func(e *handEntry) { e.at = 8 })
			body := slices.Concat([]byte(localMark), make([]byte, 4), e.localHeader(), e.data)
			return slices.Concat(body, e.central(8), endOf(1, len(e.central(8)), len(body)))
		}},
		{"two-ends.zip", "F210", ErrTrailing, "bytes behind the end", func() []byte { return append(bytes.Clone(whole), "more"...) }},
		{"trailing-entry.zip", "F210", ErrTrailing, "bytes behind the end of the packed data of an entry", ziped(changed(plain, func(e *handEntry) {
			e.data = append(bytes.Clone(e.data), "more"...)
			e.packed += 4
		}))},
		{"trailing.gz", "F210", ErrTrailing, "bytes behind the end", func() []byte { return append(gzipped(list(3)), "more"...) }},
		{"trailing-zeros.gz", "F210", ErrTrailing, "zeros behind the end", func() []byte { return append(gzipped(list(3)), make([]byte, 512)...) }},
		{"members.gz", "F210", ErrTrailing, "two files in a row: which unpack to one list with a header in the middle", func() []byte { return append(gzipped(list(3)), gzipped(list(4))...) }},
		{"trailing.zst", "F210", ErrTrailing, "bytes behind the end", func() []byte { return append(zstded(list(30)), "more"...) }},
		{"encrypted.zip", "F201", ErrEncrypted, "traditional encryption", ziped(changed(plain, func(e *handEntry) { e.flags = flagEncrypted }))},
		{"encrypted-aes.zip", "F201", ErrEncrypted, "AES (AE-2)", ziped(changed(plain, func(e *handEntry) { e.method = aes }))},
		{"method.zip", "F215", ErrMethod, "bzip2 in a zip", ziped(changed(plain, func(e *handEntry) { e.method = 12 }))},
		{"folder-with-data.zip", "F212", ErrMismatch, "a folder that has content", named("a/")},
	}
}

func cuts() []hostile {
	whole := handZip(entryOf("list.csv", list(30)))
	return []hostile{
		{"cut.zip", "F213", ErrTruncated, "the second half is missing", func() []byte { return whole[:len(whole)/2] }},
		{"cut-end.zip", "F213", ErrTruncated, "the last byte is missing", func() []byte { return whole[:len(whole)-1] }},
		{"cut-entry.zip", "F213", ErrTruncated, "the packed data of an entry ends too early", ziped(changed(entryOf("list.csv", list(30)), func(e *handEntry) {
			e.packed -= 9
			e.data = e.data[:e.packed]
		}))},
		{"cut.gz", "F213", ErrTruncated, "the checksum is missing", func() []byte { out := gzipped(list(30)); return out[:len(out)-8] }},
		{"cut-header.gz", "F213", ErrTruncated, "nothing but half a header", func() []byte { return gzipped(nil)[:6] }},
		{"cut.zst", "F213", ErrTruncated, "the last byte is missing", func() []byte { out := zstded(list(30)); return out[:len(out)-1] }},
		{"broken.gz", "F214", ErrDamaged, "no deflate inside", func() []byte { return append(gzipped(nil)[:10], "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"...) }},
		{"broken.zst", "F214", ErrDamaged, "a block of a kind that does not exist", func() []byte { return []byte("\x28\xb5\x2f\xfd\x00\x58\x0f\x00\x00") }},
		{"broken.zip", "F214", ErrDamaged, "an entry without deflate inside", ziped(changed(entryOf("list.csv", list(3)), func(e *handEntry) {
			e.data = bytes.Repeat([]byte{0xff}, e.packed)
		}))},
	}
}

// seals are age files that no key has to open; those that are sealed to the key
// of the reader are made anew by the tests.
func seals() []hostile {
	scrypt := func(factor string) func() []byte {
		return func() []byte {
			return []byte("age-encryption.org/v1\n-> scrypt rnKGQjB2LP7UZWlLH1ZTqA " + factor + "\nbx7DyUMZBCxBNQEDW7XBdKYmQLgRs1HfoWtkPFzYWyU\n" +
				"--- 1nBZ7RPVs3Dx3IpfXnxWPGVIvUqCEnWbVGSyHLdvZKE\n" + strings.Repeat("\x00", 48))
		}
	}
	return []hostile{
		{"scrypt-22.age", "F219", ErrPassphrase, "a passphrase with a work factor of 22: 4 GB of memory to try one", scrypt("22")},
		{"scrypt-63.age", "F219", ErrPassphrase, "a passphrase with a work factor that would take for ever", scrypt("63")},
		{"header-long.age", "F224", ErrSealHeader, "80 KB of recipients without an end", func() []byte {
			return []byte("age-encryption.org/v1\n" + strings.Repeat("-> X25519 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n", 800))
		}},
		{"header-line.age", "F224", ErrSealHeader, "a line of a header that does not end", func() []byte {
			return []byte("age-encryption.org/v1\n-> X25519 " + strings.Repeat("A", 8<<10))
		}},
		{"header-half.age", "F221", ErrSeal, "nothing but the first line", func() []byte { return []byte("age-encryption.org/v1\n") }},
	}
}

func hostileFolder() string { return filepath.Join("..", "..", "testdata", "hostile", "containers") }

// TestHostileFilesAreWritten writes the corpus with -update, and else sees that
// the folder and its table hold exactly the corpus.
func TestHostileFilesAreWritten(t *testing.T) {
	var table strings.Builder
	table.WriteString("file\tcode\treason\tstory\n")
	known := map[string]bool{"kinds.tsv": true, "README.md": true}
	for _, h := range corpus() {
		fmt.Fprintf(&table, "%s\t%s\t%v\t%s\n", h.file, h.code, h.want, h.story)
		known[h.file] = true
		if *update {
			if err := os.WriteFile(filepath.Join(hostileFolder(), h.file), h.make(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	path := filepath.Join(hostileFolder(), "kinds.tsv")
	if *update {
		if err := os.WriteFile(path, []byte(table.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := os.ReadFile(path); err != nil || string(got) != table.String() {
		t.Errorf("the table is not that of the corpus: go test ./formats/wrap -run Written -update (%v)", err)
	}
	files, err := os.ReadDir(hostileFolder())
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !known[f.Name()] {
			t.Errorf("%s has no story", f.Name())
		}
	}
}

// readAll opens a container and reads every list to its end.
func readAll(raw []byte, o Options) error {
	if o.Aside == nil {
		o.Aside = inMemory
	}
	c, err := Open(bytes.NewReader(raw), int64(len(raw)), o)
	if err != nil {
		return err
	}
	for _, l := range c.Lists() {
		if err := l.Write(io.Discard); err != nil {
			return errors.Join(err, c.Close())
		}
	}
	return c.Close()
}

type memory struct{ *bytes.Reader }

func (memory) Close() error { return nil }

func inMemory(write func(io.Writer) error) (ReadAtCloser, int64, error) {
	var b bytes.Buffer
	err := write(&b)
	return memory{bytes.NewReader(b.Bytes())}, int64(b.Len()), err
}

func TestHostileContainersAreRefusedByName(t *testing.T) {
	for _, h := range corpus() {
		raw, err := os.ReadFile(filepath.Join(hostileFolder(), h.file))
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		err = readAll(raw, Options{Name: h.file})
		if _, typed := errors.AsType[*Error](err); !typed || !errors.Is(err, h.want) {
			t.Errorf("%s: %v, not «%v»", h.file, err, h.want)
		}
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("%s: took %v", h.file, took)
		}
	}
}
