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
// The file is read twice: [Open] looks at all of it before a single row is
// given, so that a list is never half answered.
package intake
