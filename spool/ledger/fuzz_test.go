package ledger

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"os"
	"path/filepath"
	"testing"
)

// kept is a file of testdata as a seed.
func kept(f *testing.F, name string) []byte {
	f.Helper()
	return must[[]byte](f)(os.ReadFile(filepath.Join("testdata", name)))
}

func FuzzParseEntry(f *testing.F) {
	e := wholeEntry()
	f.Add(must[[]byte](f)(e.encode()))
	f.Add([]byte(`{"act":"x","nonce":"","time":"","v":1}`))
	f.Add([]byte(`{"v":0}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		e, err := ParseEntry(raw)
		if err != nil || e.V != Version {
			return
		}
		if again := must[[]byte](t)(e.encode()); !bytes.Equal(again, raw) {
			t.Errorf("%q has a second form %q", raw, again)
		}
	})
}

func FuzzParseFrame(f *testing.F) {
	whole := must[[]byte](f)(encodeFrame(frame{[][]byte{[]byte("{}"), {}}, []byte("note\n")}))
	f.Add(whole[:len(whole)-4])
	f.Add([]byte(frameMagic))
	f.Fuzz(func(t *testing.T, body []byte) {
		data := binary.BigEndian.AppendUint32(bytes.Clone(body), crc32.Checksum(body, castagnoli()))
		fr, used, err := parseFrame(data)
		if err != nil {
			return
		}
		if again := must[[]byte](t)(encodeFrame(fr)); !bytes.Equal(again, data[:used]) {
			t.Errorf("%x has a second form %x", data[:used], again)
		}
	})
}

func FuzzParseWAL(f *testing.F) {
	one := must[[]byte](f)(encodeFrame(frame{[][]byte{[]byte("{}")}, []byte("note\n")}))
	f.Add(kept(f, "v0/wal"))
	f.Add(append(walHeader(3), one...))
	f.Add(append(append(walHeader(0), one...), one[:len(one)/2]...))
	f.Add(append(append(walHeader(0), one[5:]...), one...))
	f.Fuzz(func(t *testing.T, data []byte) {
		w, err := parseWAL(data)
		if err == nil && (w.good+w.torn != int64(len(data)) || w.start < 0) {
			t.Errorf("%d good and %d torn bytes of %d", w.good, w.torn, len(data))
		}
	})
}

func FuzzParseCheckpoint(f *testing.F) {
	s := testSigner(f)
	good := must[[]byte](f)(s.sign((&edge{}).tree()))
	f.Add(good)
	f.Add(kept(f, "v0/checkpoint"))
	f.Add(append(good, "— audit.example/witness AAAAAAEBAQEB\n"...))
	f.Fuzz(func(t *testing.T, text []byte) {
		tree, err := parseCheckpoint(text, s)
		if err == nil && tree.N != 0 && tree.N != 300 {
			t.Error("a checkpoint that was never signed")
		}
	})
}

func FuzzParseProof(f *testing.F) {
	l := create(f, filepath.Join(f.TempDir(), "ledger"))
	must[int64](f)(l.Append(testEntries(0, 9)...))
	for _, i := range []int64{0, 7, 8} {
		f.Add(must[[]byte](f)(l.Prove(i)))
	}
	f.Add(kept(f, "v0-299.tlog-proof"))
	f.Add([]byte(proofHeader + "extra QQ==\nindex 0\n\nx"))
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := parseProof(text)
		if err == nil && !bytes.Equal(p.format(), text) {
			t.Errorf("%q has a second form", text)
		}
	})
}

func FuzzParseCoord(f *testing.F) {
	for _, c := range []coord{{-1, 0, 256}, {0, 5, 3}, {3, 1234567, 256}, {7, 999, 255}, {0, 1000, 1}} {
		f.Add(c.path())
	}
	f.Fuzz(func(t *testing.T, path string) {
		if c, is := parseCoord(path); is && c.path() != path {
			t.Errorf("%q has a second form %q", path, c.path())
		}
	})
}
