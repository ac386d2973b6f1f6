package crypto

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"github.com/klauspost/compress/zstd"
	"pgregory.net/rapid"
)

const chunk = 64 << 10 // of age

// text gives n bytes that look like a list and differ everywhere.
func text(n int) []byte {
	b := make([]byte, 0, n+32)
	for i := 0; len(b) < n; i++ {
		b = fmt.Appendf(b, "%07d,架空 太郎%d\n", i, i*i)
	}
	return b[:n]
}

type sealer func(io.Writer, ...Recipient) (io.WriteCloser, error)

func sealed(t testing.TB, seal sealer, plain []byte, to ...Recipient) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := seal(&b, to...)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(plain); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// open reads all that comes out, by stream.
func open(src io.Reader, with ...*Identity) ([]byte, error) {
	r, err := Open(src, with...)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

func unpack(src io.Reader, with ...*Identity) ([]byte, error) {
	r, err := Unpack(src, with...)
	if err != nil {
		return nil, err
	}
	b, err := io.ReadAll(r)
	return b, errors.Join(err, r.Close())
}

// openAt reads all that comes out, by random access.
func openAt(b []byte, with ...*Identity) ([]byte, error) {
	r, n, err := OpenAt(bytes.NewReader(b), int64(len(b)), with...)
	if err != nil {
		return nil, err
	}
	return io.ReadAll(io.NewSectionReader(r, 0, n))
}

var sizes = []int{0, 1, 100, chunk - 1, chunk, chunk + 1, 2*chunk - 1, 2 * chunk, 3*chunk + 17}

func TestWhatIsSealedIsOpenedByEachRecipient(t *testing.T) {
	a, b, c := newIdentity(t), newIdentity(t), newIdentity(t)
	p, q := newHybrid(t), newHybrid(t)
	for _, n := range sizes {
		plain := text(n)
		for name, one := range map[string]struct {
			file []byte
			with [][]*Identity
		}{
			"classic": {sealed(t, Seal, plain, a.Recipient(), b.Recipient()), [][]*Identity{{a}, {b}, {c, b}, {p, a}, {nil, a}}},
			"hybrid":  {sealed(t, Seal, plain, p.Recipient(), q.Recipient()), [][]*Identity{{p}, {q}, {a, q}}},
		} {
			for _, with := range one.with {
				got, err := open(iotest.OneByteReader(bytes.NewReader(one.file)), with...)
				if err != nil || !bytes.Equal(got, plain) {
					t.Fatalf("%s, %d bytes: %v", name, n, err)
				}
				got, err = openAt(one.file, with...)
				if err != nil || !bytes.Equal(got, plain) {
					t.Fatalf("%s, %d bytes, by random access: %v", name, n, err)
				}
			}
		}
		packed := sealed(t, Pack, plain, a.Recipient())
		if got, err := unpack(bytes.NewReader(packed), a); err != nil || !bytes.Equal(got, plain) {
			t.Fatalf("packed, %d bytes: %v", n, err)
		}
		if n > chunk && len(packed) > n/2 {
			t.Errorf("packed %d bytes into %d", n, len(packed))
		}
	}
}

func TestSealRefusesNobodyAndMixedKinds(t *testing.T) {
	a, p := newIdentity(t).Recipient(), newHybrid(t).Recipient()
	for _, seal := range []sealer{Seal, Pack} {
		for _, c := range []struct {
			to   []Recipient
			want error
		}{
			{nil, ErrNoRecipient}, {[]Recipient{{}}, ErrNoRecipient}, {[]Recipient{a, {}}, ErrNoRecipient},
			{[]Recipient{a, p}, ErrMixed}, {[]Recipient{p, a}, ErrMixed}, {[]Recipient{{text: "age1x"}}, ErrRecipient},
		} {
			var b bytes.Buffer
			if _, err := seal(&b, c.to...); !errors.Is(err, c.want) || b.Len() > 0 {
				t.Errorf("%d recipients: %v and %d bytes, want %v", len(c.to), err, b.Len(), c.want)
			}
		}
	}
}

func TestAnotherKeyOpensNothing(t *testing.T) {
	a, b, p := newIdentity(t), newIdentity(t), newHybrid(t)
	for _, file := range [][]byte{sealed(t, Seal, text(10), a.Recipient()), sealed(t, Pack, text(10), a.Recipient())} {
		for _, with := range [][]*Identity{nil, {nil}, {{}}, {b}, {p}, {b, p}} {
			if _, err := open(bytes.NewReader(file), with...); !errors.Is(err, ErrNoMatch) {
				t.Errorf("Open: %v", err)
			}
			if _, err := openAt(file, with...); !errors.Is(err, ErrNoMatch) {
				t.Errorf("OpenAt: %v", err)
			}
			if _, err := unpack(bytes.NewReader(file), with...); !errors.Is(err, ErrNoMatch) {
				t.Errorf("Unpack: %v", err)
			}
		}
	}
}

// edges are the lengths at which a cut is interesting, and some more.
func edges(n int) []int {
	header := 184 // of one X25519 recipient, with the nonce
	set := map[int]bool{}
	for _, at := range []int{0, 20, 150, header - 16, header, header + chunk + 16, header + 2*(chunk+16), n} {
		for d := -18; d <= 18; d++ {
			if k := at + d; k >= 0 && k < n {
				set[k] = true
			}
		}
	}
	for k := 0; k < n; k += 4099 {
		set[k] = true
	}
	var all []int
	for k := range set {
		all = append(all, k)
	}
	return all
}

// mustBeDamaged opens a spoilt file through every door.
func mustBeDamaged(t *testing.T, what string, file, plain []byte, packed bool, id *Identity) {
	t.Helper()
	dir := t.TempDir()
	doors := map[string]func() ([]byte, error){
		"Open":   func() ([]byte, error) { return open(bytes.NewReader(file), id) },
		"OpenAt": func() ([]byte, error) { return openAt(file, id) },
		"OpenFile": func() ([]byte, error) {
			_, err := OpenFile(dir, "out", bytes.NewReader(file), 1<<30, id)
			return nil, err
		},
	}
	if packed {
		doors = map[string]func() ([]byte, error){
			"Unpack": func() ([]byte, error) { return unpack(bytes.NewReader(file), id) },
			"UnpackFile": func() ([]byte, error) {
				_, err := UnpackFile(dir, "out", bytes.NewReader(file), 1<<30, id)
				return nil, err
			},
		}
	}
	for door, through := range doors {
		got, err := through()
		if !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrNoMatch) {
			t.Fatalf("%s, %s: %v", what, door, err)
		}
		if !bytes.HasPrefix(plain, got) {
			t.Fatalf("%s, %s: bytes came out that were never sealed", what, door)
		}
		if err.Error() != ErrDamaged.Error() && err.Error() != ErrNoMatch.Error() {
			t.Fatalf("%s, %s: the error says more than it may", what, door)
		}
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Fatalf("%s: %d files left", what, len(left))
	}
}

func TestCutOrLengthenedFilesAreDamagedAndLeaveNoFile(t *testing.T) {
	id := newIdentity(t)
	for _, n := range []int{0, 1, chunk, 2*chunk + 100} {
		plain := text(n)
		file := sealed(t, Seal, plain, id.Recipient())
		for _, k := range edges(len(file)) {
			mustBeDamaged(t, fmt.Sprintf("%d bytes cut at %d", n, k), file[:k], plain, false, id)
		}
		for _, more := range []int{1, 16, 17, chunk} {
			mustBeDamaged(t, fmt.Sprintf("%d bytes and %d more", n, more), append(bytes.Clone(file), make([]byte, more)...), plain, false, id)
		}
		packed := sealed(t, Pack, plain, id.Recipient())
		for _, k := range edges(len(packed)) {
			mustBeDamaged(t, fmt.Sprintf("packed %d bytes cut at %d", n, k), packed[:k], plain, true, id)
		}
	}
}

func TestEveryBitOfASmallFileCounts(t *testing.T) {
	id := newIdentity(t)
	plain := text(40)
	file := sealed(t, Seal, plain, id.Recipient())
	for i := range len(file) * 8 {
		bad := bytes.Clone(file)
		bad[i/8] ^= 1 << (i % 8)
		if _, err := open(bytes.NewReader(bad), id); !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrNoMatch) {
			t.Fatalf("bit %d: %v", i, err)
		}
		if _, err := openAt(bad, id); !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrNoMatch) {
			t.Fatalf("bit %d, by random access: %v", i, err)
		}
	}
}

func TestAChangedBitLeavesNoFile(t *testing.T) {
	id := newIdentity(t)
	plain := text(2*chunk + 100)
	file, packed := sealed(t, Seal, plain, id.Recipient()), sealed(t, Pack, text(20*chunk), id.Recipient())
	rapid.Check(t, func(r *rapid.T) {
		i := rapid.IntRange(0, len(file)*8-1).Draw(r, "bit")
		bad := bytes.Clone(file)
		bad[i/8] ^= 1 << (i % 8)
		mustBeDamaged(t, fmt.Sprintf("bit %d", i), bad, plain, false, id)
		i = rapid.IntRange(0, len(packed)*8-1).Draw(r, "packed bit")
		bad = bytes.Clone(packed)
		bad[i/8] ^= 1 << (i % 8)
		mustBeDamaged(t, fmt.Sprintf("packed, bit %d", i), bad, text(20*chunk), true, id)
	})
}

func TestSwappedPiecesAreDamaged(t *testing.T) {
	id := newIdentity(t)
	plain := text(3 * chunk)
	file := sealed(t, Seal, plain, id.Recipient())
	first := len(file) - 3*(chunk+16)
	bad := bytes.Clone(file)
	copy(bad[first:], file[first+chunk+16:first+2*(chunk+16)])
	copy(bad[first+chunk+16:], file[first:first+chunk+16])
	mustBeDamaged(t, "two pieces swapped", bad, plain, false, id)
}

func TestErrorsNeverQuoteWhatWasRead(t *testing.T) {
	id := newIdentity(t)
	for _, plain := range []string{
		"整理番号,氏名\n1,架空 花子\n", "age-encryption.org/v1\n-> 架空 花子\n", "age-encryption.org/v1\n-> X25519 架空花子\n架空\n---\n", "",
	} {
		_, err1 := open(strings.NewReader(plain), id)
		_, err2 := openAt([]byte(plain), id)
		_, err3 := unpack(strings.NewReader(plain), id)
		for _, err := range []error{err1, err2, err3} {
			if !errors.Is(err, ErrDamaged) || strings.Contains(fmt.Sprintf("%+v %#v", err, err), "架空") {
				t.Errorf("%.20q: %v", plain, err)
			}
		}
	}
}

// limited fails with errDisk after n bytes.
type limited struct {
	r io.Reader
	n int
}

func (l *limited) Read(p []byte) (int, error) {
	if l.n <= 0 {
		return 0, errDisk
	}
	n, err := l.r.Read(p[:min(len(p), l.n)])
	l.n -= n
	return n, err
}

type limitedAt struct {
	b    []byte
	from int64 // reads at or behind it fail, unless all is read in one
	on   bool
}

func (l *limitedAt) ReadAt(p []byte, off int64) (int, error) {
	if l.on && off+int64(len(p)) > l.from {
		return 0, errDisk
	}
	return bytes.NewReader(l.b).ReadAt(p, off)
}

func TestAFaultOfTheDiskIsNotADamagedFile(t *testing.T) {
	id := newIdentity(t)
	file, packed := sealed(t, Seal, text(2*chunk), id.Recipient()), sealed(t, Pack, text(2*chunk), id.Recipient())
	for _, k := range edges(len(file)) {
		if _, err := open(&limited{bytes.NewReader(file), k}, id); err != errDisk {
			t.Fatalf("fault after %d: %v", k, err)
		}
	}
	for _, k := range edges(len(packed)) {
		if _, err := unpack(&limited{bytes.NewReader(packed), k}, id); !errors.Is(err, errDisk) {
			t.Fatalf("packed, fault after %d: %v", k, err)
		}
	}
	at := &limitedAt{file, 1000, true}
	if _, _, err := OpenAt(at, int64(len(file)), id); err != errDisk {
		t.Errorf("fault while opening: %v", err)
	}
	at.on = false
	r, _, err := OpenAt(at, int64(len(file)), id)
	if err != nil {
		t.Fatal(err)
	}
	at.on = true
	if _, err := r.ReadAt(make([]byte, 10), 0); err != errDisk {
		t.Errorf("fault while reading: %v", err)
	}
}

func TestOpenAtReadsAnyPiece(t *testing.T) {
	id := newIdentity(t)
	plain := text(3*chunk + 17)
	file := sealed(t, Seal, plain, id.Recipient())
	r, n, err := OpenAt(bytes.NewReader(file), int64(len(file)), id)
	if err != nil || n != int64(len(plain)) {
		t.Fatal(n, err)
	}
	want := bytes.NewReader(plain)
	rapid.Check(t, func(t *rapid.T) {
		off := rapid.Int64Range(0, n+10).Draw(t, "offset")
		a := make([]byte, rapid.IntRange(1, 2*chunk).Draw(t, "length"))
		b := make([]byte, len(a))
		i, errA := r.ReadAt(a, off)
		j, errB := want.ReadAt(b, off)
		if i != j || errA != errB || !bytes.Equal(a, b) {
			t.Fatalf("at %d: %d %v, want %d %v", off, i, errA, j, errB)
		}
	})
	if _, err := r.ReadAt(make([]byte, 1), -1); err == nil || err == io.EOF {
		t.Errorf("negative offset: %v", err)
	}
	var all sync.WaitGroup
	for g := range 4 {
		all.Go(func() {
			buf := make([]byte, 100)
			for off := int64(g); off < n-100; off += 7919 {
				if _, err := r.ReadAt(buf, off); err != nil || !bytes.Equal(buf, plain[off:off+100]) {
					t.Errorf("at %d, among others: %v", off, err)
					return
				}
			}
		})
	}
	all.Wait()
}

type failingWriter struct{ n int }

func (f *failingWriter) Write(p []byte) (int, error) {
	if f.n -= len(p); f.n < 0 {
		return 0, errDisk
	}
	return len(p), nil
}

func TestAFullDiskIsToldByWriteOrClose(t *testing.T) {
	to := newIdentity(t).Recipient()
	for name, seal := range map[string]sealer{"Seal": Seal, "Pack": Pack} {
		whole := len(sealed(t, seal, text(2*chunk), to))
		for _, k := range edges(whole) {
			w, err := seal(&failingWriter{k}, to)
			if err == nil {
				_, err = w.Write(text(2 * chunk))
				if closed := w.Close(); err == nil {
					err = closed
				}
			}
			if !errors.Is(err, errDisk) {
				t.Fatalf("%s, full after %d: %v", name, k, err)
			}
		}
	}
}

func TestUnpackKeepsToTheLimits(t *testing.T) {
	id := newIdentity(t)
	packed := sealed(t, Pack, make([]byte, 1<<20), id.Recipient())
	for _, c := range []struct {
		max  int64
		want error
	}{{1 << 20, nil}, {1<<20 - 1, ErrTooLarge}, {0, ErrTooLarge}, {1, ErrTooLarge}, {1 << 40, nil}} {
		r, err := UnpackAtMost(c.max, bytes.NewReader(packed), id)
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if !errors.Is(err, c.want) || int64(len(b)) > c.max {
			t.Errorf("limit %d: %d bytes, %v", c.max, len(b), err)
		}
	}
	// A frame that asks for a window of 1 GiB.
	var wide bytes.Buffer
	w, err := Seal(&wide, id.Recipient())
	if err != nil {
		t.Fatal(err)
	}
	frame := append([]byte{0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xa0}, 0x09, 0, 0, 'x')
	if _, err := w.Write(frame); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := unpack(&wide, id); !errors.Is(err, ErrTooLarge) {
		t.Errorf("wide window: %v", err)
	}
}

func TestUnpackRefusesWhatIsNotPacked(t *testing.T) {
	id := newIdentity(t)
	var junk []byte
	junk = binary.LittleEndian.AppendUint32(junk, 0xFD2FB528)
	whole := func() []byte {
		e, err := zstd.NewWriter(nil)
		if err != nil {
			t.Fatal(err)
		}
		return e.EncodeAll(text(1000), nil)
	}()
	for name, plain := range map[string][]byte{
		"nothing": nil, "a list": text(100), "a bare magic": junk, "a cut frame": whole[:len(whole)-3],
		"more behind": append(bytes.Clone(whole), "xyz"...),
	} {
		if _, err := unpack(bytes.NewReader(sealed(t, Seal, plain, id.Recipient())), id); !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: %v", name, err)
		}
	}
	two := append(bytes.Clone(whole), whole...)
	if b, err := unpack(bytes.NewReader(sealed(t, Seal, two, id.Recipient())), id); err != nil || len(b) != 2000 {
		t.Errorf("two frames, which zstd allows: %d, %v", len(b), err)
	}
}

func TestCompressorGivesBackEachBlock(t *testing.T) {
	c, err := NewCompressor(1 << 20)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	rapid.Check(t, func(t *rapid.T) {
		block := rapid.SliceOfN(rapid.Byte(), 0, 5000).Draw(t, "block")
		dst := []byte("before")
		packed := c.Compress(nil, block)
		got, err := c.Decompress(dst, packed)
		if err != nil || !bytes.Equal(got, append([]byte("before"), block...)) {
			t.Fatalf("%d bytes: %v", len(block), err)
		}
		if len(packed) > 1 {
			if got, err := c.Decompress(dst, packed[:len(packed)-1]); !errors.Is(err, ErrDamaged) || string(got) != "before" {
				t.Fatalf("cut block: %v", err)
			}
		}
	})
	if _, err := c.Decompress(nil, c.Compress(nil, make([]byte, 1<<20))); err != nil {
		t.Errorf("a block as large as allowed: %v", err)
	}
	if _, err := c.Decompress(nil, c.Compress(nil, make([]byte, 1<<20+1))); !errors.Is(err, ErrTooLarge) {
		t.Errorf("a block larger than allowed: %v", err)
	}
	if _, err := c.Decompress(nil, []byte("no zstd at all")); !errors.Is(err, ErrDamaged) {
		t.Errorf("junk: %v", err)
	}
	if got, err := c.Decompress(nil, c.Compress(nil, nil)); err != nil || len(got) != 0 {
		t.Errorf("an empty block: %v", err)
	}
	if _, err := NewCompressor(0); err == nil {
		t.Error("a compressor without a limit")
	}
}

func TestDigesterTakesWhatDstTook(t *testing.T) {
	var b bytes.Buffer
	d := NewDigester(&b)
	if _, err := io.Copy(d, strings.NewReader("abc")); err != nil {
		t.Fatal(err)
	}
	// FIPS 180-2, appendix B.1
	const abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
	if got := d.Digest(); got.Hex() != abc || got.Bytes != 3 || b.String() != "abc" {
		t.Errorf("%s, %d", got.Hex(), got.Bytes)
	}
	if again, err := DigestOf(strings.NewReader("abc")); err != nil || again != d.Digest() {
		t.Errorf("DigestOf: %v", err)
	}
	if _, err := DigestOf(failingReader{}); err != errDisk {
		t.Errorf("DigestOf: %v", err)
	}
	short := NewDigester(&failingWriter{0})
	if _, err := short.Write([]byte("abc")); err != errDisk || short.Digest().Bytes != 0 {
		t.Errorf("a writer that took nothing: %v, %d", err, short.Digest().Bytes)
	}
	sum, err := ParseSHA256(abc)
	if err != nil || sum != d.Digest().SHA256 {
		t.Errorf("ParseSHA256: %v", err)
	}
	for _, s := range []string{"", abc[1:], abc + "0", strings.ToUpper(abc), "g" + abc[1:]} {
		if _, err := ParseSHA256(s); !errors.Is(err, ErrHex) {
			t.Errorf("%q: %v", s, err)
		}
	}
}

func TestFilesOfOlderVersionsStillOpen(t *testing.T) {
	for _, version := range []string{"v0"} {
		dir := filepath.Join("testdata", "golden", version)
		f, err := os.Open(filepath.Join(dir, "test-only.agekey"))
		if err != nil {
			t.Fatal(err)
		}
		id, err := ParseIdentity(f)
		f.Close()
		if err != nil {
			t.Fatal(err)
		}
		plain, err := os.ReadFile(filepath.Join(dir, "plain.csv"))
		if err != nil {
			t.Fatal(err)
		}
		for name, read := range map[string]func(io.Reader, ...*Identity) ([]byte, error){"sealed.age": open, "packed.zst.age": unpack} {
			b, err := os.ReadFile(filepath.Join(dir, name))
			if err != nil {
				t.Fatal(err)
			}
			if got, err := read(bytes.NewReader(b), id); err != nil || !bytes.Equal(got, plain) {
				t.Errorf("%s/%s: %v", version, name, err)
			}
		}
	}
}
