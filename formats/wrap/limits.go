package wrap

import "cmp"

// Limits bound what a container may do to whoever opens it. A zero field means
// the default of [DefaultLimits].
type Limits struct {
	UnpackedBytesMax int64 // everything that is unpacked, of all layers together
	RatioMax         int64 // unpacked over packed, of a layer that unpacks to more than a MiB
	EntriesMax       int   // of one zip
	DepthMax         int   // containers around a list
	NameBytesMax     int   // of the name of an entry, with its folders
	WindowBytesMax   int64 // memory that unpacking zstd may ask for
	HeaderBytesMax   int   // of the header of a seal (age)
	SideBytesMax     int64 // of a request (依頼書) inside
}

// DefaultLimits returns the limits that a site has when it states none.
func DefaultLimits() Limits {
	return Limits{
		// No more than the largest file that is taken in bare (intake.max_bytes):
		// what is larger does not become acceptable by being packed.
		UnpackedBytesMax: 4 << 30,
		// Lists of names and addresses pack to a quarter, with mostly empty columns to
		// a fortieth; deflate cannot pass 1,032, and bombs live from being near it.
		RatioMax: 200,
		// A list and its request for each of 256 affairs: more than any office has in
		// the tables of 住民基本台帳法 that it is named in.
		EntriesMax: 512,
		// A container in a container (a zip that is sealed with age, gzip in a zip):
		// one for carrying, one for secrecy.
		DepthMax: 2,
		// MAX_PATH of Windows is 260 UTF-16 units; in UTF-8 a kanji has three bytes.
		NameBytesMax: 3 * 260,
		// What zstd writes up to level 19, and what `zstd -d` of 32-bit systems takes.
		WindowBytesMax: 8 << 20,
		// A post-quantum recipient takes 1,627 bytes, so that this is forty of them.
		HeaderBytesMax: 64 << 10,
		// What a request beside a bare list may have in the inbox.
		SideBytesMax: 1 << 20,
	}
}

// WithDefaults returns l with each zero field replaced by its default.
func (l Limits) WithDefaults() Limits {
	d := DefaultLimits()
	return Limits{
		UnpackedBytesMax: cmp.Or(l.UnpackedBytesMax, d.UnpackedBytesMax),
		RatioMax:         cmp.Or(l.RatioMax, d.RatioMax),
		EntriesMax:       cmp.Or(l.EntriesMax, d.EntriesMax),
		DepthMax:         cmp.Or(l.DepthMax, d.DepthMax),
		NameBytesMax:     cmp.Or(l.NameBytesMax, d.NameBytesMax),
		WindowBytesMax:   cmp.Or(l.WindowBytesMax, d.WindowBytesMax),
		HeaderBytesMax:   cmp.Or(l.HeaderBytesMax, d.HeaderBytesMax),
		SideBytesMax:     cmp.Or(l.SideBytesMax, d.SideBytesMax),
	}
}
