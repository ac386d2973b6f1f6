package crypto

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
	"pgregory.net/rapid"
)

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
