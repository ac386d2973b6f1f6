// Package normal brings the particulars of a person to the forms in which they
// can be compared and found (正規化): width, spaces, character variants (異体字),
// eras (元号), address notation (住所表記), and the keys made from them.
//
// It hides every table of characters, eras, municipalities and towns, and how a
// text is taken apart. What it returns are folded values behind pointers whose
// contents print as a mask; Reveal is the one way out, for package verdict.
//
// It promises: nothing is corrected. A text that cannot be read gives an error
// that never quotes it, a date or number that never was is refused rather than
// guessed, and what is stored elsewhere stays as it was received: folding is for
// comparison and keys only. Folding is a pure function of the text and of the
// tables of this version; folding a folded text changes nothing. Keys are
// candidates, never a decision, and they are a superset: two particulars that
// package verdict would grade as good enough for any step share a key.
//
// Tables are data files in tables/, each with its source and licence in its
// first lines. Those made from MJ data are CC BY-SA 2.1 JP. An office may lay its
// own municipalities of the past and towns over the embedded ones ([NewTables]);
// whoever keeps keys keeps [Tables.Version] beside them.
//
// What it costs, and why (core-time of go test -bench; a list of a million rows
// folds as many of each): a name 0.1 µs, a stored date 0.03, one with an era 0.1, an
// address 0.35, with a 方書 0.7, a row with its keys 1.0. Nearly every text is of the few
// usual shapes, and each shape has a short way that reads its bytes once; all
// else, and whatever is doubtful, goes the long way, which alone says what is
// right: tests hold the two together. Of an address, what stands before the first
// figure is looked up in what was met before (address_front.go); taking it apart
// anew was two thirds of 1.5 to 3 µs. A row is one piece of memory, used again for the
// next ([Workspace]): what is left of its cost is mostly to wait for what lies
// outside the caches, so that what is looked up is kept small and near together,
// and is asked for before it is needed. The keys of a usual row are hashed abreast
// (keys_row.go), in half the time of one behind the other.
package normal

// NormalVersion names the folding rules and tables that keys are made with. It
// MUST change whenever a key or a folded value of any text changes: an identity
// file keeps both on disk and is built again when this differs.
const NormalVersion = 6
