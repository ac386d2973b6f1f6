// This module is for a test only: it reads our manifests with in-toto's own library,
// which the program itself does not need.
module baitai/crypto/manifest/interop

go 1.26.0

require (
	baitai v0.0.0
	github.com/in-toto/attestation v1.2.0
	google.golang.org/protobuf v1.36.11
)

require (
	filippo.io/age v1.3.2 // indirect
	filippo.io/edwards25519 v1.2.0 // indirect
	filippo.io/hpke v0.4.0 // indirect
	github.com/klauspost/compress v1.20.4 // indirect
	golang.org/x/crypto v0.58.0 // indirect
	golang.org/x/sys v0.49.0 // indirect
)

replace baitai => ../../..
