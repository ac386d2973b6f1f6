// This module is the benchmark: it is a program of its own, so that what it needs
// (node, DuckDB, SQLite, age) never becomes a need of baitai.
module baitai/testdata/bench

go 1.26.0
