package identity

import (
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"baitai/crypto"
	"baitai/pipeline/person"
)

var update = flag.Bool("update", false, "write the golden generation anew (only before the first release)")

// goldenPeople are invented: one who moved twice, one whose code changed, one who
// left the country, one who died, one under 支援措置, one of whom little is known.
func goldenPeople() []*person.Version {
	var vs []*person.Version
	for h := 1; h <= 3; h++ {
		v := someone(1)
		v.History, v.Address = h, person.NewText(fmt.Sprintf("福岡県福岡市中央区天神%d丁目1番1号", h))
		vs = append(vs, v)
	}
	changed := someone(3)
	changed.OldCode, changed.History = code(2), 2
	abroad := someone(4)
	abroad.State, abroad.LastAddress, abroad.Address, abroad.Municipality = person.Abroad, abroad.Address, person.Text{}, ""
	died := someone(5)
	died.State, died.FormerSurname, died.Sex = person.Removed, person.NewText("髙﨑"), person.Female
	hidden := someone(6)
	hidden.Support = 1
	unknown := someone(7)
	unknown.Birth, unknown.Sex, unknown.Kana, unknown.NoticeDate = birth("1920-A1-00"), person.SexUnknown, person.Text{}, ""
	return append(vs, someone(2), changed, abroad, died, hidden, unknown)
}

// dump writes people as text, one version a line.
func dump(people [][]*person.Version) string {
	var b strings.Builder
	for n, p := range people {
		for _, v := range p {
			fmt.Fprintln(&b, n, v.Code.Reveal(), v.History, v.State, v.Name.Reveal(), v.Kana.Reveal(), v.FormerSurname.Reveal(), v.Birth.Reveal(), v.Sex.Reveal(),
				v.Municipality, v.Address.Reveal(), v.LastAddress.Reveal(), v.Registrar, v.Reason, v.ChangeDate, v.NoticeDate, v.OldCode.Reveal(), v.Support)
		}
	}
	return b.String()
}

// TestTheGoldenGenerationsAreRead holds a later version of the program to what
// this one wrote: a generation that was ever written must be readable for good.
// Its keys may be of older folding rules; then, and only then, lookups refuse.
func TestTheGoldenGenerationsAreRead(t *testing.T) {
	if *update {
		writeGolden(t, filepath.Join("testdata", fmt.Sprint("golden", formatVersion)))
	}
	for version := formatOldest; version <= formatVersion; version++ {
		t.Run(fmt.Sprint(version), func(t *testing.T) { checkGolden(t, filepath.Join("testdata", fmt.Sprint("golden", version))) })
	}
}

func checkGolden(t *testing.T, golden string) {
	keyFile, err := os.Open(filepath.Join(golden, "test.agekey"))
	if err != nil {
		t.Fatal(err)
	}
	defer keyFile.Close()
	key, err := crypto.ParseIdentity(keyFile)
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile(filepath.Join(golden, "people.txt"))
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(golden, "identity")
	f := mustOpen(t, dir, key)
	if got := dump(inCodeOrder(t, f)); got != string(want) {
		t.Errorf("the golden people read as\n%s\nwant\n%s", got, want)
	}
	_, err = Verify(dir, key, nil)
	if _, stale := errors.AsType[*StaleError](err); err != nil && !stale {
		t.Error(err)
	}
	if stale := f.Stale(); (stale == nil) != (err == nil) {
		t.Errorf("Verify says %v, the file %v", err, stale)
	}
	rows := []RowKeys{rowFor(someone(2)), rowFor(goldenPeople()[5])}
	found, err := f.Candidates(testGrant(t), rows)
	if f.Stale() != nil {
		if err == nil {
			t.Error("stale keys were used")
		}
		return
	}
	if err != nil || len(found[0].Candidates) != 1 || len(found[1].Candidates) != 1 {
		t.Errorf("candidates: %v, %v", found, err)
	}
}

// inCodeOrder reads everybody, whatever layer they lie in.
func inCodeOrder(t *testing.T, f *File) [][]*person.Version {
	all := everybodyNow(t, f)
	people := make([][]*person.Version, 0, len(all))
	for _, code := range slices.Sorted(maps.Keys(all)) {
		people = append(people, all[code])
	}
	return people
}

func writeGolden(t *testing.T, golden string) {
	t.Helper()
	if err := os.RemoveAll(golden); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(golden, "identity")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	key := testKey(t)
	f, err := os.OpenFile(filepath.Join(golden, "test.agekey"), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(key.WriteKey(f, "opens invented people only", jstNow()), f.Close()); err != nil {
		t.Fatal(err)
	}
	// Enough people that one who changes makes a layer, not a base.
	mustBuild(t, testOptions(dir, key), append(goldenPeople(), many(80)[10:]...)...)
	mustUpdate(t, testOptions(dir, key), key, next(someone(20)))
	text := dump(inCodeOrder(t, mustOpen(t, dir, key)))
	if err := os.WriteFile(filepath.Join(golden, "people.txt"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
