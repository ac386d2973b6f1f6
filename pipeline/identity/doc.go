// Package identity keeps the identity file (都道府県知事保存附票本人確認情報ファイル,
// 住民基本台帳法30条の41以下): everybody whose 本籍 is in the prefecture, with all
// versions (履歴) of what is known of them.
//
// It hides how the file lies on the disk: sealed, immutable generations, people
// in the order of their numbers, and for each kind of key the sorted pairs of a
// 64-bit hash and a person's number. FORMAT.md beside this file has the bytes.
//
// It promises:
//   - Nobody is found without an [authority.Grant]. What is found is a
//     candidate only: equal keys mean nothing until package verdict has compared
//     the particulars themselves.
//   - A load is all or nothing. Killed at any instant it leaves the generation
//     before it current and whole; what it left lying about is swept.
//   - A changed, cut, missing or exchanged part is refused and named
//     ([DamagedError]), as soon as it is touched; [Verify] touches everything.
//   - What is asked for in bulk is read in bulk: a part of the file that no key
//     of the list points to is neither opened nor unpacked.
//   - An update shares with the generation before all that did not change, and is
//     as whole or not at all as a load. However a generation is cut into layers,
//     the same people are found.
//   - Records are kept as they were received (spec §2.4); folding is for keys.
//
// # Why the head of a part is pinned
//
// A part is sealed to the site's public key, so anybody who has that key could
// seal another part. The manifest therefore holds, beside the digest of each
// whole part, the digest of its first 16 KiB: they hold the sealed file key and
// the nonce, without which no other chunk can be forged. A reader checks them
// in microseconds and still reads at random.
//
// # What was learned by measuring
//
// A million rows against five million people took 90 seconds when they were asked
// in chunks of 50,000, and each chunk opened every page of keys and unpacked every
// block; asked at once they take a fourteenth of that. What is left is spread wide. Eight
// things cost more than they look. A record is somewhere in a hundred megabytes, so
// that each look-up on the way to it waits for memory: [Gathered] writes down where it
// lies, and [Gathered.Touch] fetches those of many rows side by side, which alone took
// off a tenth. A block that is packed as a whole must be unpacked as a whole, for the
// quarter of its people whom a large list means: records are packed each by itself,
// in words of a lexicon. Folding a record again for each candidate took
// five times what reading its folded form does. A key that is shared by people
// whom no row means makes all of them be read and compared: the second number of the
// address in the key (package normal) took a third off the whole. What is made
// anew for each row is paid three times, when it is made, moved to another goroutine
// and collected: to decide and to render in one step, in memory that is used again
// ([normal.Workspace], match.Decider), took off the next third; and that a row is made,
// and written, by the goroutine that works on it (pipeline.Batch), a twelfth of the
// rest. Blocks that are read one by one have the chunks of the seal between them opened
// twice, and every chunk costs memory of its own: blocks that stand side by side are read at
// once. Keys are walked window by window: asks are dealt out, not sorted, and the keys of a
// window lie in buckets in the nearest memory: a fifth off their merging. And a line of the
// prefecture's own copy costs as much to pack as it is long: half the length took off a
// twentieth.
//
// # Why people with a faulty row are left out whole
//
// Where the operator accepts a load with faulty rows, a person who has one is
// left out with all versions: if the faulty row were the current one, an older
// address would go out as the present one.
package identity
