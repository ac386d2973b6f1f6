package crypto

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"testing/iotest"

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
