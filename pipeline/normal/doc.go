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
package normal

// NormalVersion names the folding rules and tables that keys are made with. It
// MUST change whenever a key or a folded value of any text changes: an identity
// file keeps both on disk and is built again when this differs.
const NormalVersion = 3
