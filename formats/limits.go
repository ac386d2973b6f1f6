package formats

// Limits bound what is read from a file that a stranger made. A zero field means
// the default of [DefaultLimits].
type Limits struct {
	RowsMax            int   // records, header included
	ColumnsMax         int   // fields of a record
	CellCharactersMax  int   // characters of one cell
	UnpackedBytesMax   int64 // all parts of a container together, unpacked
	UnpackedRatioMax   int64 // unpacked over packed, of a container of more than a MiB unpacked
	PartsMax           int   // files inside a container
	SharedStringsBytes int64 // text of a workbook's shared strings, which is held in memory
}

// DefaultLimits returns the limits that a site has when it states none.
func DefaultLimits() Limits {
	return Limits{
		// A prefecture's identity file has 5 to 6 million people; no list asks for many
		// more. Extracts have a limit of their own (package job).
		RowsMax: 10_000_000,
		// Nine columns of a list, seventeen of an extract; 256 was the width of a
		// sheet in the xls format, so whatever an office keeps beside them fits.
		ColumnsMax: 256,
		// The most that a spreadsheet's cell can hold. The longest particular, 方書,
		// has 300 characters in the standard.
		CellCharactersMax: 32_767,
		// 1,048,576 sheet rows × 17 columns × about 110 bytes of XML a cell are 2 GB.
		UnpackedBytesMax: 4 << 30,
		// Deflate cannot pass 1,032; sheets of repeated cells were seen at 40 to 60.
		UnpackedRatioMax: 200,
		// Content types, relationships, styles, theme, and four parts a sheet.
		PartsMax: 2_000,
		// 1,048,576 rows × 10 different strings × 40 bytes are 420 MB.
		SharedStringsBytes: 512 << 20,
	}
}

// WithDefaults returns l with each zero field replaced by its default.
func (l Limits) WithDefaults() Limits {
	d := DefaultLimits()
	if l.RowsMax == 0 {
		l.RowsMax = d.RowsMax
	}
	if l.ColumnsMax == 0 {
		l.ColumnsMax = d.ColumnsMax
	}
	if l.CellCharactersMax == 0 {
		l.CellCharactersMax = d.CellCharactersMax
	}
	if l.UnpackedBytesMax == 0 {
		l.UnpackedBytesMax = d.UnpackedBytesMax
	}
	if l.UnpackedRatioMax == 0 {
		l.UnpackedRatioMax = d.UnpackedRatioMax
	}
	if l.PartsMax == 0 {
		l.PartsMax = d.PartsMax
	}
	if l.SharedStringsBytes == 0 {
		l.SharedStringsBytes = d.SharedStringsBytes
	}
	return l
}
