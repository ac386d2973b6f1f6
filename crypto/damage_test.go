package crypto

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

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
	for k := 0; k < n; k += 16411 {
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

// endless is a header of age that never ends, and counts what was read of it.
type endless struct{ n int64 }

func (e *endless) Read(p []byte) (int, error) {
	const head, line = "age-encryption.org/v1\n-> X25519 ", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n-> X25519 "
	for i := range p {
		if at := e.n + int64(i); at < int64(len(head)) {
			p[i] = head[at]
		} else {
			p[i] = line[(at-int64(len(head)))%int64(len(line))]
		}
	}
	e.n += int64(len(p))
	return len(p), nil
}

// A work factor costs nothing, because nothing is sealed with a passphrase here;
// and a header is not gathered without end.
func TestAHostileHeaderCostsLittle(t *testing.T) {
	id := newIdentity(t)
	src := &endless{}
	if _, err := Open(src, id); !errors.Is(err, ErrDamaged) || src.n > 2*headerBytesMax {
		t.Errorf("after %d bytes: %v", src.n, err)
	}
	scrypt := "age-encryption.org/v1\n-> scrypt rnKGQjB2LP7UZWlLH1ZTqA 40\nbx7DyUMZBCxBNQEDW7XBdKYmQLgRs1HfoWtkPFzYWyU\n" +
		"--- UZDgZsyDjyNGGSjdpwJsAPiQWPYSKR1qGEB1l0i3lbU\n" + strings.Repeat("x", 100)
	if _, err := Open(strings.NewReader(scrypt), id); !errors.Is(err, ErrNoMatch) {
		t.Errorf("a passphrase with a work factor of 40: %v", err)
	}
	var many []Recipient
	for range 100 {
		many = append(many, newHybrid(t).Recipient())
	}
	last := newHybrid(t)
	if got, err := open(bytes.NewReader(sealed(t, Seal, text(100), append(many, last.Recipient())...)), last); err != nil || !bytes.Equal(got, text(100)) {
		t.Errorf("sealed to 101 offices: %v", err)
	}
}
