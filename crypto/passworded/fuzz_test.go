package passworded

import (
	"bytes"
	"encoding/binary"
	"io"
	"testing"
)

// FuzzCompoundFile: whatever a compound file says of itself, reading ends without a
// panic and gives no stream that is longer than the file.
func FuzzCompoundFile(f *testing.F) {
	whole := encrypted(f, pattern(6000), strong)
	f.Add(whole)
	f.Add(encrypted(f, pattern(10), strong))
	f.Add(whole[:sectorBytes])
	ring := bytes.Clone(whole) // the directory's chain leads back to itself
	dir := binary.LittleEndian.Uint32(ring[0x30:])
	fat := (int(binary.LittleEndian.Uint32(ring[0x4c:])) + 1) * sectorBytes
	binary.LittleEndian.PutUint32(ring[fat+4*int(dir):], dir)
	f.Add(ring)
	f.Fuzz(func(t *testing.T, raw []byte) {
		file, err := openCFB(bytes.NewReader(raw), int64(len(raw)))
		if err != nil {
			return
		}
		for _, name := range []string{"EncryptedPackage", "EncryptionInfo"} {
			s, err := file.stream(name)
			if err != nil {
				continue
			}
			if s.size > int64(len(raw)) {
				t.Fatalf("a stream of %d bytes in a file of %d", s.size, len(raw))
			}
			_, _ = io.Copy(io.Discard, io.NewSectionReader(s, 0, s.size))
		}
	})
}

// FuzzEncryptionInfo: a description of others is refused or understood, and asks
// for no more work than the most that is allowed.
func FuzzEncryptionInfo(f *testing.F) {
	raw := encrypted(f, pattern(10), strong)
	file, err := openCFB(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		f.Fatal(err)
	}
	info, err := file.small("EncryptionInfo", infoMost)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(info)
	f.Add(bytes.Replace(info, []byte(`"100000"`), []byte(`"1"`), 1))
	f.Add([]byte{4, 0, 2, 0, 0x24, 0, 0, 0})
	f.Fuzz(func(t *testing.T, raw []byte) {
		info, err := parseInfo(raw)
		if err != nil {
			return
		}
		for i := range info.Encryptors { // what counts here is what comes after the spinning
			info.Encryptors[i].Key.SpinCount = min(info.Encryptors[i].Key.SpinCount, 3)
		}
		_, _, _ = info.unlock(New(strong))
	})
}

// FuzzZip: an archive of others is refused or read to its end.
func FuzzZip(f *testing.F) {
	f.Add(zipped(f, strong, pattern(500), []byte("b")))
	f.Add(zipped(f, strong, nil, nil))
	f.Add([]byte("PK\x05\x06" + string(make([]byte, 18))))
	f.Fuzz(func(t *testing.T, raw []byte) {
		z, err := OpenZip(bytes.NewReader(raw), int64(len(raw)), New(strong))
		if err != nil {
			return
		}
		for _, name := range z.Names() {
			r, err := z.Open(name)
			if err != nil {
				continue
			}
			if n, _ := io.Copy(io.Discard, io.LimitReader(r, 16<<20)); n == 16<<20 {
				t.Fatal("a bomb without the password")
			}
		}
	})
}
