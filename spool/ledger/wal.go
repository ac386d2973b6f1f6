package ledger

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"math"
)

// A wal is the write-ahead log: the entries since the last publication. What one
// Append wrote is one frame; the frame ends with the checkpoint that covers it.
type wal struct {
	start  int64 // index of its first entry
	frames []frame
	good   int64 // bytes up to the end of the last whole frame
	torn   int64 // bytes after that: an Append that a crash broke off
}

type frame struct {
	entries [][]byte
	note    []byte // signed checkpoint after the entries
}

// frameMagic begins a frame. Its first and last byte cannot stand in an entry or
// in a checkpoint, so that a whole frame is found also behind a damaged one.
const frameMagic = "\xf1BL\x00"

const (
	frameHeadBytes = len(frameMagic) + 12
	frameBytesMax  = math.MaxInt32
)

func castagnoli() *crc32.Table { return crc32.MakeTable(crc32.Castagnoli) }

// encodeFrame writes {magic, count, bytes of entries, bytes of note, entries,
// note, CRC-32C}; each entry has its length before it, as in a bundle.
func encodeFrame(f frame) ([]byte, error) {
	size := 0
	for _, raw := range f.entries {
		size += 2 + len(raw)
	}
	if size > frameBytesMax-checkpointBytesMax {
		return nil, &FieldError{"entries", "too many at once"}
	}
	b := make([]byte, 0, frameHeadBytes+size+len(f.note)+4)
	b = append(b, frameMagic...)
	b = binary.BigEndian.AppendUint32(b, uint32(len(f.entries)))
	b = binary.BigEndian.AppendUint32(b, uint32(size))
	b = binary.BigEndian.AppendUint32(b, uint32(len(f.note)))
	for _, raw := range f.entries {
		b = binary.BigEndian.AppendUint16(b, uint16(len(raw)))
		b = append(b, raw...)
	}
	b = append(b, f.note...)
	return binary.BigEndian.AppendUint32(b, crc32.Checksum(b, castagnoli())), nil
}

// parseFrame reads one frame at the start of data; used is its length.
func parseFrame(data []byte) (f frame, used int, err error) {
	bad := func(why string) (frame, int, error) { return frame{}, 0, &FormatError{"frame", -1, why} }
	if len(data) < frameHeadBytes || string(data[:len(frameMagic)]) != frameMagic {
		return bad("does not begin as one")
	}
	head := data[len(frameMagic):]
	count := binary.BigEndian.Uint32(head)
	size, noteSize := uint64(binary.BigEndian.Uint32(head[4:])), uint64(binary.BigEndian.Uint32(head[8:]))
	total := uint64(frameHeadBytes) + size + noteSize + 4
	if noteSize > checkpointBytesMax || uint64(count) > size/2 || total > uint64(len(data)) {
		return bad("is cut off")
	}
	body := data[:total-4]
	if crc32.Checksum(body, castagnoli()) != binary.BigEndian.Uint32(data[total-4:]) {
		return bad("has a wrong check sum")
	}
	if count == 0 {
		return bad("has no entry")
	}
	f.entries, err = splitBundle(body[frameHeadBytes:uint64(frameHeadBytes)+size], int(count))
	if err != nil {
		return bad("has other entries than it says")
	}
	f.note = body[uint64(frameHeadBytes)+size:]
	return f, int(total), nil
}

func walHeader(start int64) []byte { return fmt.Appendf(nil, "baitai-ledger-wal 0 %d\n", start) }

// parseWAL reads a whole write-ahead log. A damaged frame that is the last is a
// crash in the middle of an Append, of which nobody was told that it succeeded.
// A damaged frame with a whole one behind it cannot come from a crash.
func parseWAL(data []byte) (*wal, error) {
	w := &wal{}
	line, rest, ok := bytes.Cut(data, []byte("\n"))
	if _, err := fmt.Sscanf(string(line), "baitai-ledger-wal 0 %d", &w.start); err != nil || !ok ||
		w.start < 0 || !bytes.Equal(append(line[:len(line):len(line)], '\n'), walHeader(w.start)) {
		return nil, &TamperedError{"the write-ahead log has no header", -1}
	}
	w.good = int64(len(line) + 1)
	next := w.start
	for len(rest) > 0 {
		f, used, err := parseFrame(rest)
		if err != nil {
			if frameBehind(rest[1:]) {
				return nil, &TamperedError{"a frame of the write-ahead log was changed", next}
			}
			w.torn = int64(len(rest))
			return w, nil
		}
		w.frames = append(w.frames, f)
		w.good += int64(used)
		next += int64(len(f.entries))
		rest = rest[used:]
	}
	return w, nil
}

// frameBehind looks for a whole frame anywhere in data.
func frameBehind(data []byte) bool {
	for {
		i := bytes.Index(data, []byte(frameMagic))
		if i < 0 {
			return false
		}
		if _, _, err := parseFrame(data[i:]); err == nil {
			return true
		}
		data = data[i+1:]
	}
}

// entries are all entries of the log, the first with index start.
func (w *wal) entries() [][]byte {
	var all [][]byte
	for _, f := range w.frames {
		all = append(all, f.entries...)
	}
	return all
}
