package passworded

import (
	"encoding/binary"
	"unicode/utf16"
)

// Entries of the directory of an encrypted workbook, in the order of workbookDir.
const (
	entryPackage = 2
	entryInfo    = 3
)

// workbookDir is the directory of an encrypted workbook (MS-OFFCRYPTO 1.3.2): the
// two streams that everybody reads, and the storages «\x06DataSpaces», which say in
// a general way what the first of them is and which Office itself writes. Names
// are ordered by length and then by capital letters.
func workbookDir(info []byte) []cfbEntry {
	storage := func(name string, left, right, child int) cfbEntry {
		return cfbEntry{name: name, kind: 1, left: left, right: right, child: child}
	}
	stream := func(name string, left, right int, content []byte) cfbEntry {
		return cfbEntry{name: name, kind: 2, left: left, right: right, child: -1, content: content}
	}
	entries := []cfbEntry{
		{name: "Root Entry", kind: 5, left: -1, right: -1, child: 3},
		storage("\x06DataSpaces", -1, -1, 5),
		stream("EncryptedPackage", -1, -1, nil),
		stream("EncryptionInfo", 1, 2, info),
		stream("Version", -1, -1, dataSpaceVersion()),
		stream("DataSpaceMap", 4, 6, dataSpaceMap()),
		storage("DataSpaceInfo", -1, 8, 7),
		stream("StrongEncryptionDataSpace", -1, -1, dataSpaceDefinition()),
		storage("TransformInfo", -1, -1, 9),
		storage("StrongEncryptionTransform", -1, -1, 10),
		stream("\x06Primary", -1, -1, transformPrimary()),
	}
	for _, i := range []int{1, 2, 8} { // so that every way down the tree meets as many black entries
		entries[i].red = true
	}
	return entries
}

// lp4 is UNICODE-LP-P4: the length in bytes, UTF-16, filled up to four bytes.
func lp4(s string) []byte {
	units := utf16.Encode([]rune(s))
	out := binary.LittleEndian.AppendUint32(nil, uint32(2*len(units)))
	for _, u := range units {
		out = binary.LittleEndian.AppendUint16(out, u)
	}
	for len(out)%4 != 0 {
		out = append(out, 0)
	}
	return out
}

func le32(values ...uint32) []byte {
	var out []byte
	for _, v := range values {
		out = binary.LittleEndian.AppendUint32(out, v)
	}
	return out
}

func join(parts ...[]byte) []byte {
	var out []byte
	for _, p := range parts {
		out = append(out, p...)
	}
	return out
}

// dataSpaceVersion is DataSpaceVersionInfo (2.1.5): version 1.0 three times.
func dataSpaceVersion() []byte {
	return join(lp4("Microsoft.Container.DataSpaces"), le32(1, 1, 1))
}

// dataSpaceMap says which data space the package belongs to (2.1.6).
func dataSpaceMap() []byte {
	entry := join(le32(1, 0), lp4("EncryptedPackage"), lp4("StrongEncryptionDataSpace"))
	return join(le32(8, 1, uint32(len(entry))+4), entry)
}

// dataSpaceDefinition names the transforms of the data space (2.1.7).
func dataSpaceDefinition() []byte { return join(le32(8, 1), lp4("StrongEncryptionTransform")) }

// transformPrimary says what the transform is (2.1.8, 2.1.9). For agile encryption
// it names no cipher: EncryptionInfo does.
func transformPrimary() []byte {
	id := join(le32(1), lp4("{FF9A3F03-56EF-4613-BDD5-5A41C1D07246}"))
	return join(le32(uint32(len(id))+4), id, lp4("Microsoft.Container.EncryptionTransform"), le32(1, 1, 1), le32(0, 0, 0, 4))
}
