package formats

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"strings"
)

// A Kind is what a file is, by its content.
type Kind string

// The kinds of file. Only Text and XLSX are lists; Gzip, Zstd, Zip and Age may
// hold one; the others are named so that a refusal can say what came.
const (
	Empty           Kind = "empty"
	Text            Kind = "text" // CSV, TSV or fixed length, in any character set but UTF-16 without BOM
	XLSX            Kind = "xlsx"
	XLSM            Kind = "xlsm" // a workbook with macros
	XLSB            Kind = "xlsb"
	XLS             Kind = "xls"
	EncryptedOffice Kind = "encrypted office document" // a workbook saved with a password
	OLE             Kind = "ole document"
	ODS             Kind = "ods"
	Numbers         Kind = "numbers"               // of Apple; Pages and Keynote look the same
	OtherOffice     Kind = "other office document" // docx, pptx, odt …
	Zip             Kind = "zip"
	Gzip            Kind = "gzip"
	Zstd            Kind = "zstd"
	OtherArchive    Kind = "other archive" // 7z, rar, lzh, xz, bzip2, cab, tar
	Age             Kind = "age"           // binary or armored
	PDF             Kind = "pdf"
	Executable      Kind = "executable"
	Image           Kind = "image"
	Markup          Kind = "markup" // HTML, XML, RTF; also what some systems call .xls
	Unknown         Kind = "unknown"
)

// headBytes is how much of a file Detect wants to see: the magic of tar stands
// at 257, and control characters show in a few kilobytes.
const headBytes = 4096

// Detect tells what a file is from its first bytes (4,096 are enough) and its
// size in bytes. A zip container is told as Zip; use [DetectAt] to look inside.
//
// UTF-16 without a byte order mark comes out as Unknown: only a declaration can
// make it text.
func Detect(head []byte, size int64) Kind {
	if size == 0 {
		return Empty
	}
	for _, m := range magics {
		if len(head) >= m.at+len(m.magic) && string(head[m.at:m.at+len(m.magic)]) == m.magic {
			return m.kind
		}
	}
	if isMachO(head) {
		return Executable
	}
	if looksLikeMarkup(head) {
		return Markup
	}
	if isText(head) {
		return Text
	}
	// Magics that a header line could begin with count only where the rest is
	// not text.
	switch {
	case bytes.HasPrefix(head, []byte("MZ")):
		return Executable
	case bytes.HasPrefix(head, []byte("BZh")):
		return OtherArchive
	}
	return Unknown
}

// magics is a table of what files start with; a longer one stands before a
// shorter one that it begins with.
var magics = [...]struct {
	at    int
	magic string
	kind  Kind
}{
	{0, "PK\x03\x04", Zip},
	{0, "PK\x05\x06", Zip}, // an empty one
	{0, "\x1f\x8b", Gzip},
	{0, "\x28\xb5\x2f\xfd", Zstd},
	{0, "age-encryption.org/", Age},
	{0, "-----BEGIN AGE ENCRYPTED FILE-----", Age},
	{0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLE},
	{0, "%PDF-", PDF},
	{0, "\x7fELF", Executable},
	{0, "#!", Executable},
	{0, "\x00asm", Executable},
	{0, "\x89PNG\r\n\x1a\n", Image},
	{0, "\xff\xd8\xff", Image},
	{0, "GIF87a", Image},
	{0, "GIF89a", Image},
	{0, "II*\x00", Image},
	{0, "MM\x00*", Image},
	{8, "WEBPVP8", Image},
	{0, "7z\xbc\xaf\x27\x1c", OtherArchive},
	{0, "Rar!\x1a\x07", OtherArchive},
	{0, "\xfd7zXZ\x00", OtherArchive},
	{0, "MSCF\x00\x00\x00\x00", OtherArchive},
	{2, "-lh5-", OtherArchive},
	{2, "-lh7-", OtherArchive},
	{257, "ustar", OtherArchive},
	{0, "{\\rtf", Markup},
}

// isMachO tells the six magics of Mach-O. The one of fat binaries is also that
// of Java classes, which are programs as well.
func isMachO(head []byte) bool {
	if len(head) < 4 {
		return false
	}
	switch binary.BigEndian.Uint32(head) {
	case 0xfeedface, 0xfeedfacf, 0xcefaedfe, 0xcffaedfe, 0xcafebabe, 0xbebafeca:
		return true
	}
	return false
}

func looksLikeMarkup(head []byte) bool {
	head = bytes.TrimPrefix(head, []byte("\xef\xbb\xbf"))
	head = bytes.TrimLeft(head, " \t\r\n")
	if len(head) > 64 {
		head = head[:64]
	}
	low := strings.ToLower(string(head))
	for _, p := range []string{"<?xml", "<!doctype", "<html", "<table", "<workbook"} {
		if strings.HasPrefix(low, p) {
			return true
		}
	}
	return false
}

// isText accepts what any of the character sets of a list can begin with.
// NUL passes: a reader names its place, which says more than «unknown» does.
// 0x1A is the end mark of old hosts, 0x1B begins ISO-2022-JP, which charset
// refuses by name.
func isText(head []byte) bool {
	if bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff")) {
		return true
	}
	for _, c := range head {
		switch {
		case c >= 0x20 && c != 0x7f:
		case c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == 0 || c == 0x1a || c == 0x1b:
		default:
			return false
		}
	}
	return len(head) > 0
}

// DetectAt tells what a file of size bytes is and looks into zip and OLE
// containers: XLSX, ODS, XLS, EncryptedOffice and so on. The error is one of r.
func DetectAt(r io.ReaderAt, size int64) (Kind, error) {
	head := make([]byte, min(int64(headBytes), size))
	n, err := r.ReadAt(head, 0)
	if err != nil && !(errors.Is(err, io.EOF) && n == len(head)) {
		return Unknown, err
	}
	seen := &faultReader{r: r}
	// A container that says where its parts lie may say «before the file»: that is its
	// fault and none of the medium's, so that it does not get so far.
	inside := io.NewSectionReader(seen, 0, size)
	k := Detect(head, size)
	switch k {
	case Zip:
		k = insideZip(inside, size)
	case OLE:
		k = insideOLE(inside, head)
	}
	return k, seen.err
}

// faultReader remembers that reading failed: a medium that cannot be read must
// not pass for a container that is broken.
type faultReader struct {
	r   io.ReaderAt
	err error
}

func (f *faultReader) ReadAt(p []byte, off int64) (int, error) {
	n, err := f.r.ReadAt(p, off)
	if err != nil && !errors.Is(err, io.EOF) && f.err == nil {
		f.err = err
	}
	return n, err
}

// insideZip names an office document by its parts; what is not one, or is too
// damaged to say, stays Zip.
func insideZip(r io.ReaderAt, size int64) Kind {
	z, err := zip.NewReader(r, size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return Zip
	}
	kind := Zip
	for _, f := range z.File {
		name := strings.ToLower(strings.ReplaceAll(f.Name, `\`, "/"))
		switch {
		case name == "xl/vbaproject.bin" || strings.HasPrefix(name, "xl/macrosheets/"):
			return XLSM
		case name == "xl/workbook.bin":
			return XLSB
		case name == "xl/workbook.xml":
			kind = XLSX
		case kind == Zip && (strings.HasPrefix(name, "word/") || strings.HasPrefix(name, "ppt/")):
			kind = OtherOffice
		case kind == Zip && name == "mimetype":
			kind = openDocument(f)
		case kind == Zip && name == "[content_types].xml":
			kind = byContentTypes(f)
		case kind == Zip && (name == "index/document.iwa" || name == "index.zip"):
			kind = Numbers
		}
	}
	return kind
}

// byContentTypes tells workbooks whose parts have other names than the usual ones.
func byContentTypes(f *zip.File) Kind {
	const most = 64 << 10 // a hundred sheets have a fifth of that
	switch types := beginning(f, most); {
	case strings.Contains(types, "application/vnd.ms-excel.sheet.binary.macroEnabled.main"):
		return XLSB
	case strings.Contains(types, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"):
		return XLSX
	}
	return Zip
}

// beginning is what a file inside begins with, up to so many bytes.
func beginning(f *zip.File, most int64) string {
	rc, err := f.Open()
	if err != nil {
		return ""
	}
	defer rc.Close()
	head, _ := io.ReadAll(io.LimitReader(rc, most)) // of a damaged one, what there is
	return string(head)
}

func openDocument(f *zip.File) Kind {
	switch t := beginning(f, 64); {
	case strings.HasPrefix(t, "application/vnd.oasis.opendocument.spreadsheet"):
		return ODS
	case strings.HasPrefix(t, "application/vnd.oasis.opendocument."):
		return OtherOffice
	}
	return Zip
}

// insideOLE looks for the names of streams in the first directory sector and in
// the head: the old workbook has a stream Workbook (or Book), a workbook with a
// password has EncryptedPackage ([MS-OFFCRYPTO] 2.3.4.4).
func insideOLE(r io.ReaderAt, head []byte) Kind {
	seen := head
	if len(head) >= 52 {
		shift := binary.LittleEndian.Uint16(head[30:])
		sector := int64(binary.LittleEndian.Uint32(head[48:]))
		if shift >= 7 && shift <= 12 {
			dir := make([]byte, headBytes)
			n, _ := r.ReadAt(dir, (sector+1)<<shift)
			seen = append(bytes.Clone(head), dir[:n]...)
		}
	}
	switch {
	case bytes.Contains(seen, utf16le("EncryptedPackage")):
		return EncryptedOffice
	case bytes.Contains(seen, utf16le("Workbook")), bytes.Contains(seen, utf16le("Book")):
		return XLS
	}
	return OLE
}

func utf16le(s string) []byte {
	b := make([]byte, 0, 2*len(s))
	for i := range len(s) {
		b = append(b, s[i], 0)
	}
	return b
}
