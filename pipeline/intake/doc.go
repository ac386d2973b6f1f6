// Package intake takes in a list (検索条件のリスト) and its request (依頼書): it
// finds out what form the file has, which column means what, and whether it may
// be worked on at all; then it gives the rows, each parsed or with what is wrong
// with it.
//
// It hides files: whoever ranges over [List.Rows] sees queries, wherever they
// stood. It promises that nothing is guessed: what is not certain refuses the
// list and says what the request must state. A list is refused whole for its
// container, character set, headers, 整理番号, counts, digest, request, or a
// 個人番号 in it; everything else is a fault of one row (spec §4.4). A refusal
// names every place up to a limit, and never quotes a cell.
//
// A list of fixed length (固定長), and a CSV or TSV without a header line, is read by the
// layout (様式) that request or register name, never by what it looks like; to the rest it
// gives the cells that a CSV gives. A header line that is there after all refuses it.
//
// All of the file is looked at before a single row is given ([Open]), so that a
// list is never half answered. What that reading has cut into cells it keeps, up
// to a bound ([Options.KeepMost]), and [List.Rows] reads again only what is beyond.
//
// A text is surveyed in pieces of whole records, which are decoded, cut, kept and searched
// side by side; only a piece in which there is something to be said of a row is done again
// record by record. Beside that runs what needs the bytes in their order: opening the
// seal, the digest, and a watch over the character set.
//
// Where the time goes, of a list of a million rows in CP932 with four particulars
// (78 MB), in core-seconds: decoding 0.15, cutting into cells 0.15, keeping and the search
// for 個人番号 0.15, 整理番号 0.05 (compared in groups that fit into the nearest memory),
// digest and watch 0.1; then 0.3 for the particulars. As each row cost several pieces
// of memory and four walks over its characters, and all of it was read twice, it was 3.9.
package intake
