// Package answer writes what goes back to the office (照会結果): one answer row
// for each row of the list, in the list's order.
//
// It hides forms and character sets. It promises that personal data leaves only
// with the answers 00, 01 and 02, and of it only what the grant names; that rows
// with any other answer show code and sentence alone; and that a character which
// the character set lacks becomes 〓 and is listed, never dropped. Cells that a
// spreadsheet could take for a formula are made harmless.
//
// By the office's layout (様式) a result has other items, order and names, or fixed
// length (固定長); what has no room there is withheld with its whole row, never cut.
//
// Where rows are faulty, and where a list is refused, it writes the error file
// (不備一覧), as a CSV and as a workbook: places up to a limit, then counts by code,
// never the content of a cell.
//
// Beside the office's result it writes the prefecture's own copy (控え), which
// holds step, grades and candidates of every row, and the sorted keyed hashes of
// the 住民票コード that were provided, from which a resident can later be told
// what was provided about them (提供記録の開示).
package answer
