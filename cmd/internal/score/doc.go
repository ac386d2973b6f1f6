// Package score measures how well the product finds the person a row means
// (照合精度の測定): it invents an identity file (附票本人確認情報ファイル), makes lists
// with known answers, has the product answer them, and counts – for each class of
// rows, and before all else – how often somebody else's data would have left
// (別人回答).
//
// It hides where the people come from and how a site is put together. There is no
// back door: the extract is read by package identity, the lists by package
// intake, the grant is decided over a register, and the answers are those of
// package match. Beside them stand baselines (baseline.go), what people write
// when they join such lists by hand, on the same rows; they share nothing with
// the product's folding.
//
// It promises that a run follows from its seed alone; that rows are made and
// answered in portions, so that memory does not grow with their number; that
// every count comes with its exact interval (Clopper and Pearson 1934); and that
// the sealed seed shows no rows, so that nobody can mend the decision table
// towards it. The people in its examples are invented, as all are.
package score
