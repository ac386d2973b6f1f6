package identity

import (
	"context"
	"fmt"
	"iter"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"baitai/crypto"
	"baitai/pipeline/authority"
	"baitai/pipeline/authority/authoritytest"
	"baitai/pipeline/issue"
	"baitai/pipeline/normal"
	"baitai/pipeline/person"
	"baitai/spool"
)

// All people in these tests are invented.

func testGrant(t testing.TB) authority.Grant { return authoritytest.Grant(t, authoritytest.Terms{}) }

func testKey(t testing.TB) *crypto.Identity {
	t.Helper()
	key, err := crypto.NewIdentity()
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// tinyShape makes many blocks, pages, parts and partitions of a few people.
func tinyShape() *shape {
	return &shape{blockPeople: 3, pageBytes: 4*entryBytes + 5, partBytes: 600, partitionEntries: 8}
}

func testOptions(dir string, key *crypto.Identity) Options {
	return Options{
		Disk: spool.NewDisk(nil), Dir: dir, Recipients: []crypto.Recipient{key.Recipient()},
		Now: authoritytest.Now, Checkpoint: "baitai.example/ledger\n7\nAAAA\n", Workers: 1, shape: tinyShape(),
	}
}

// code makes a valid 住民票コード.
func code(n int) person.ResidentCode {
	c, err := person.ParseResidentCode(person.AppendCheckDigit(fmt.Sprintf("%010d", n)))
	if err != nil {
		panic(err)
	}
	return c
}

func birth(s string) person.Birth {
	b, err := person.ParseBirth(s)
	if err != nil {
		panic(err)
	}
	return b
}

// someone is a person who lives in 福岡市; n makes everything about them.
func someone(n int) *person.Version {
	return &person.Version{
		Code: code(n), History: 1, State: person.Present,
		Name: person.NewText(fmt.Sprintf("試験　%s", ordinal(n))), Kana: person.NewText("しけん　" + ordinalKana(n)),
		Birth: birth(fmt.Sprintf("%04d-%02d-%02d", 1930+n%90, 1+n%12, 1+n%28)), Sex: person.Male,
		Municipality: "401307", Address: person.NewText(fmt.Sprintf("福岡県福岡市中央区天神一丁目%d番%d号", 1+n%30, 1+n%7)),
		Registrar: "401307", Reason: "01", ChangeDate: "2020-04-01", NoticeDate: "2020-04-02",
	}
}

func ordinal(n int) string {
	digits := []rune("零壱弐参四五六七八九")
	var rs []rune
	for ; n > 0 || len(rs) == 0; n /= 10 {
		rs = append(rs, digits[n%10])
	}
	slices.Reverse(rs)
	return string(rs)
}

func ordinalKana(n int) string {
	digits := []rune("あかさたなはまやらわ")
	var rs []rune
	for ; n > 0 || len(rs) == 0; n /= 10 {
		rs = append(rs, digits[n%10])
	}
	return string(rs)
}

// extracted gives versions as rows of a file, numbered from line 2.
func extracted(vs ...*person.Version) iter.Seq2[Extracted, error] {
	return func(yield func(Extracted, error) bool) {
		for i, v := range vs {
			if !yield(NewExtracted(issue.Pos{File: "extract.csv", Row: i + 2}, v), nil) {
				return
			}
		}
	}
}

// siteDir makes the folder identity/ of a site.
func siteDir(t testing.TB) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "identity")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	return dir
}

func mustBuild(t testing.TB, o Options, vs ...*person.Version) Loaded {
	t.Helper()
	loaded, err := Build(context.Background(), o, extracted(vs...))
	if err != nil {
		t.Fatalf("build: %v; issues: %v", err, loaded.Issues)
	}
	return loaded
}

func mustOpen(t testing.TB, dir string, key *crypto.Identity) *File {
	t.Helper()
	f, err := Open(dir, key, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

// rowFor is the keys of a row that gives everything that the version has.
func rowFor(v *person.Version) RowKeys {
	address := v.Address
	if v.State == person.Abroad {
		address = v.LastAddress
	}
	q := &person.Query{Code: v.Code, Name: v.Name, Kana: v.Kana, Birth: v.Birth, Sex: v.Sex, Address: address, FormerSurname: v.FormerSurname}
	return normal.FoldQuery(q).Keys(nil)
}

// everyone reads the whole file by number.
func everyone(t testing.TB, f *File) [][]*person.Version {
	t.Helper()
	g := testGrant(t)
	var all [][]*person.Version
	for n := range uint32(f.Summary().People) {
		c, err := f.ByNumber(g, n)
		if err != nil {
			t.Fatal(err)
		}
		vs, err := c.Versions()
		if err != nil {
			t.Fatal(err)
		}
		known, err := c.Read(new(normal.Workspace))
		if err != nil || !sameFolded(known.Folded, foldAll(normal.EmbeddedTables(), vs)) {
			t.Fatalf("person %d: %d versions, %d folded: %v", n, len(vs), len(known.Folded), err)
		}
		all = append(all, vs)
	}
	return all
}

func equalVersions(a, b *person.Version) bool {
	return string(appendVersion(nil, a)) == string(appendVersion(nil, b))
}

// crowd invents n people whose particulars collide often: few names, few births,
// few addresses, several versions, changed codes.
func crowd(r *rand.Rand, n int) []*person.Version {
	pick := func(list ...string) string { return list[r.IntN(len(list))] }
	var vs []*person.Version
	for i := range n {
		versions := 1 + r.IntN(3)
		c, old := code(1000+i), person.ResidentCode{}
		b, name := birth(pick("1950-01-02", "1950-02-01", "1980-12-31", "0000-00-00", "1912-07-30")), pick("髙橋　一郎", "高橋　一郎", "渡邊　花子", "渡辺　花子", "佐藤　桜")
		for h := 1; h <= versions; h++ {
			v := &person.Version{
				Code: c, OldCode: old, History: h, State: person.State(1 + r.IntN(3)), Name: person.NewText(name),
				Kana: person.NewText(pick("", "たかはし　いちろう", "わたなべ　はなこ")), Birth: b, Sex: person.Female,
				Municipality: "401307", Registrar: "401005", Reason: "41", ChangeDate: "2001-00-A2", Support: person.Support(r.IntN(4)),
			}
			address := person.NewText(pick("福岡県福岡市中央区天神一丁目1番1号", "福岡市中央区天神1-1-2", "福岡県福岡市博多区博多駅前二丁目2番2号", "外国"))
			if v.State == person.Abroad {
				v.LastAddress, v.Municipality = address, ""
			} else {
				v.Address = address
			}
			if h == 2 {
				v.FormerSurname = person.NewText(pick("", "佐藤"))
			}
			vs = append(vs, v)
			if r.IntN(8) == 0 {
				old, c = c, code(500_000+len(vs))
			}
		}
	}
	return vs
}

// persons puts versions together as the file must: by chain, current first.
func persons(vs []*person.Version) [][]*person.Version {
	heir := map[string]string{}
	for _, v := range vs {
		if !v.OldCode.IsZero() {
			heir[v.OldCode.Reveal()] = v.Code.Reveal()
		}
	}
	head := func(c string) (string, int) {
		steps := 0
		for heir[c] != "" {
			c = heir[c]
			steps++
		}
		return c, steps
	}
	byHead := map[string][]*person.Version{}
	for _, v := range vs {
		h, _ := head(v.Code.Reveal())
		byHead[h] = append(byHead[h], v)
	}
	var all [][]*person.Version
	for _, p := range byHead {
		slices.SortFunc(p, func(a, b *person.Version) int {
			_, sa := head(a.Code.Reveal())
			_, sb := head(b.Code.Reveal())
			if sa != sb {
				return sa - sb
			}
			return b.History - a.History
		})
		all = append(all, p)
	}
	return all
}

// jstNow is the clock of all tests.
func jstNow() time.Time { return authoritytest.Now() }
