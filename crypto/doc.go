// Package crypto seals what must not be read by others (封緘) and opens it
// again. age and zstd stand behind this package and behind no other name: a
// sealed file is an age file (age-encryption.org/v1), a packed one is a zstd
// stream inside an age file, so that an office can open both with stock tools.
//
// It hides which kind of key is used (X25519, the post-quantum hybrid, or a key of
// OpenSSH that an office has already) and every secret: an [Identity] and a [MACKey] print as a mask under every verb of
// fmt, in log/slog and in encoding/json, also inside other structs.
//
// It promises
//   - that what opens to its clean end is, byte for byte, what was sealed: a cut
//     or a changed bit gives [ErrDamaged], the wrong key [ErrNoMatch];
//   - that no error holds a byte of what was read, neither sealed nor plain;
//   - that files sealed by any released version are opened by every later one.
//
// It does not promise who sealed a file: whoever has the public key can seal.
// That is what packages sshsig and manifest are for. It does not hide the size.
//
// An opened stream is verified in pieces of 64 KiB: what was read from [Open] or
// [Unpack] before an error is genuine, but it is not the whole. Callers MUST NOT
// act upon it before they have seen io.EOF; [OpenFile] and [UnpackFile] hold to
// that for whole files.
package crypto
