// This module is for a test only: it verifies our ledger with libraries that
// were not written here, and which the program itself does not need.
module baitai/spool/ledger/interop

go 1.26.0

require (
	baitai v0.0.0
	github.com/transparency-dev/formats v0.1.1
	github.com/transparency-dev/merkle v0.0.2
	golang.org/x/mod v0.42.0
)

require golang.org/x/sys v0.49.0 // indirect

replace baitai => ../../..
