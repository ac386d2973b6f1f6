package wrap

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"encoding/binary"
	"encoding/hex"
	"hash/crc32"
	"io"
	"math/rand/v2"
	"slices"
)

// A handEntry is an entry of a zip as no packer would write it.
type handEntry struct {
	name     string // in the directory
	other    string // in the local header, where it differs
	flags    uint16
	method   uint16
	crc      uint32
	packed   int
	unpacked int
	mode     uint32
	extra    []byte // of the directory
	data     []byte // packed
	at       int    // where the local header is said to be; -1: where it is
}

// entryOf makes an honest entry.
func entryOf(name string, content []byte) handEntry {
	e := handEntry{name: name, method: deflated, crc: crc32.ChecksumIEEE(content), unpacked: len(content), data: deflate(content), at: -1}
	e.packed = len(e.data)
	return e
}

func storedEntry(name string, content []byte) handEntry {
	return handEntry{name: name, crc: crc32.ChecksumIEEE(content), unpacked: len(content), packed: len(content), data: content, at: -1}
}

func deflate(content []byte) []byte {
	var b bytes.Buffer
	w, _ := flate.NewWriter(&b, 9)
	_, _ = w.Write(content)
	_ = w.Close()
	return b.Bytes()
}

func gzipped(content []byte) []byte {
	var b bytes.Buffer
	w, _ := gzip.NewWriterLevel(&b, 9)
	_, _ = w.Write(content)
	_ = w.Close()
	return b.Bytes()
}

func put16(b []byte, values ...int) []byte {
	for _, v := range values {
		b = binary.LittleEndian.AppendUint16(b, uint16(v))
	}
	return b
}

func put32(b []byte, values ...int) []byte {
	for _, v := range values {
		b = binary.LittleEndian.AppendUint32(b, uint32(v))
	}
	return b
}

// day is 2000-01-01 as DOS writes it.
const day = 20<<9 | 1<<5 | 1

func (e handEntry) localHeader() []byte {
	name := e.name
	if e.other != "" {
		name = e.other
	}
	b := put16([]byte(localMark), 20, int(e.flags), int(e.method), 0, day)
	if e.flags&flagDescriptor != 0 {
		b = put32(b, 0, 0, 0)
	} else {
		b = put32(b, int(e.crc), e.packed, e.unpacked)
	}
	return append(put16(b, len(name), 0), name...)
}

func (e handEntry) descriptor() []byte {
	return put32([]byte("PK\x07\x08"), int(e.crc), e.packed, e.unpacked)
}

func (e handEntry) central(at int) []byte {
	b := put16([]byte(centralMark), 3<<8|20, 20, int(e.flags), int(e.method), 0, day)
	b = put32(b, int(e.crc), e.packed, e.unpacked)
	b = put16(b, len(e.name), len(e.extra), 0, 0, 0)
	b = put32(b, int(e.mode), at)
	return slices.Concat(b, []byte(e.name), e.extra)
}

func endOf(entries, size, from int) []byte {
	return put16(put32(put16([]byte(endMark), 0, 0, entries, entries), size, from), 0)
}

// handZip writes entries as they say they are.
func handZip(entries ...handEntry) []byte {
	var out, dir []byte
	for _, e := range entries {
		at := len(out)
		out = slices.Concat(out, e.localHeader(), e.data)
		if e.flags&flagDescriptor != 0 {
			out = append(out, e.descriptor()...)
		}
		if e.at >= 0 {
			at = e.at
		}
		dir = append(dir, e.central(at)...)
	}
	return slices.Concat(out, dir, endOf(len(entries), len(dir), len(out)))
}

// quoted is a bomb as David Fifield builds them: the data of each entry begins
// with a stored block that quotes the local header of the next, so that all of
// them end in the same packed bytes and each unpacks them anew.
func quoted(entries, kernelBytes int) []byte {
	content := make([]byte, kernelBytes)
	data := deflate(content)
	var chain []handEntry // the last first
	for i := range entries {
		e := handEntry{name: string(rune('a'+i%26)) + string(rune('0'+i/26)) + ".csv", method: deflated, crc: crc32.ChecksumIEEE(content),
			packed: len(data), unpacked: len(content), data: data}
		chain = append(chain, e)
		head := e.localHeader()
		data = slices.Concat(literal(len(head)), head, data)
		content = append(slices.Clone(head), content...)
	}
	slices.Reverse(chain)
	out := slices.Concat(chain[0].localHeader(), chain[0].data)
	var dir []byte
	at := 0
	for _, e := range chain {
		dir = append(dir, e.central(at)...)
		at += len(e.localHeader()) + 5
	}
	return slices.Concat(out, dir, endOf(len(chain), len(dir), len(out)))
}

// list is a list of invented people.
func list(rows int) []byte {
	var b bytes.Buffer
	_, _ = io.WriteString(&b, "整理番号,氏名,生年月日\r\n")
	for i := range rows {
		b.WriteString("A")
		b.Write([]byte{byte('0' + i/1000%10), byte('0' + i/100%10), byte('0' + i/10%10), byte('0' + i%10)})
		b.WriteString(",見本　太郎,1980-01-02\r\n")
	}
	return b.Bytes()
}

// unicodePath is Info-ZIP's extra field for a name in UTF-8.
func unicodePath(raw, path string) []byte {
	b := put16(nil, 0x7075, 5+len(path))
	b = put32(append(b, 1), int(crc32.ChecksumIEEE([]byte(raw))))
	return append(b, path...)
}

// noise is text that packs to about a half.
func noise(n int) []byte {
	b := make([]byte, n/2)
	_, _ = rand.NewChaCha8([32]byte{}).Read(b)
	return hex.AppendEncode(nil, b)
}
