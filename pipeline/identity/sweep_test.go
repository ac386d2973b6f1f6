package identity

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"baitai/crypto"
	"baitai/spool"
	"baitai/spool/spooltest"
)

// generations loads once and updates until there are n; the digests, oldest first.
func generations(t *testing.T, dir string, key *crypto.Identity, n int) []string {
	t.Helper()
	o := testOptions(dir, key)
	digests := []string{mustBuild(t, o, many(70)...).Digest}
	for i := range n - 1 {
		digests = append(digests, mustUpdate(t, o, key, someone(500+i)).Digest)
	}
	return digests
}

func mustBeOld(t *testing.T, dir string, keep int, inUse map[string]bool, want ...string) {
	t.Helper()
	got, err := Old(dir, keep, inUse, nil)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got, want) {
		t.Errorf("old beyond %d: %.8s, not %.8s", keep, got, want)
	}
}

func mustRemove(t *testing.T, dir string, digests ...string) {
	t.Helper()
	for _, d := range digests {
		if err := Remove(nil, dir, d); err != nil {
			t.Fatal(err)
		}
	}
}

func mustSweep(t *testing.T, dir string, want int) {
	t.Helper()
	if n, err := Sweep(nil, dir, nil); err != nil || n != want {
		t.Errorf("the sweep removed %d things, not %d: %v", n, want, err)
	}
}

func TestGenerationsThatAreTooOldAreRemoved(t *testing.T) {
	dir, key := siteDir(t), testKey(t)
	g := generations(t, dir, key, 6)
	mustBeOld(t, dir, 6, nil)
	mustBeOld(t, dir, 2, nil, g[0], g[1], g[2], g[3])
	mustBeOld(t, dir, 0, nil, g[0], g[1], g[2], g[3], g[4]) // never the current one
	inUse := map[string]bool{g[1]: true}
	mustBeOld(t, dir, 3, inUse, g[0], g[2])
	reader, err := OpenGeneration(dir, g[2], key, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	mustRemove(t, dir, g[0], g[2])
	if n := len(everybodyNow(t, reader)); n != 72 {
		t.Errorf("whoever reads the generation sees %d people when it is removed", n)
	}
	// The one in use stands behind the gap, and is no litter.
	mustSweep(t, dir, 0)
	for _, d := range []string{g[1], g[3], g[4], g[5]} {
		f, err := OpenGeneration(dir, d, key, nil)
		if err != nil {
			t.Fatalf("a generation that was kept: %v", err)
		}
		f.Close()
	}
	if _, err := Verify(dir, key, nil); err != nil {
		t.Error(err)
	}
	mustBeOld(t, dir, 3, inUse)
	mustBeOld(t, dir, 3, nil, g[1])
	mustRemove(t, dir, g[1], g[1]) // gone already is well
	if names := namesIn(t, dir); len(names) != 4 {
		t.Errorf("left: %v", names)
	}
}

func TestALoadThatWasKilledBeforeTheSwitchIsSweptBesideAGap(t *testing.T) {
	dir, key := siteDir(t), testKey(t)
	g := generations(t, dir, key, 4)
	before, err := os.ReadFile(filepath.Join(dir, currentName))
	if err != nil {
		t.Fatal(err)
	}
	killed := mustUpdate(t, testOptions(dir, key), key, someone(900)).Digest
	if err := os.WriteFile(filepath.Join(dir, currentName), before, 0o600); err != nil {
		t.Fatal(err)
	}
	mustRemove(t, dir, g[1])
	mustBeOld(t, dir, 1, nil, g[0], g[2])
	mustSweep(t, dir, 1)
	if _, err := os.Stat(filepath.Join(dir, genName(killed))); err == nil {
		t.Error("the generation that never became current is still there")
	}
	mustBeOld(t, dir, 1, nil, g[0], g[2])
}

func TestTheCurrentGenerationIsNeverRemoved(t *testing.T) {
	dir := siteDir(t)
	g := generations(t, dir, testKey(t), 2)
	if err := Remove(nil, dir, g[1]); err == nil {
		t.Error("no error")
	}
	if err := os.Remove(filepath.Join(dir, currentName)); err != nil {
		t.Fatal(err)
	}
	if err := Remove(nil, dir, g[0]); err == nil {
		t.Error("removed although nobody can tell which one is current")
	}
	mustBeOld(t, dir, 1, nil)
	mustSweep(t, dir, 0)
}

// TestALoadThatHealsALostNameKeepsWhatWasEntered: the new generation has none before
// it, and beside it lie one that was answered from and one that never became current.
func TestALoadThatHealsALostNameKeepsWhatWasEntered(t *testing.T) {
	dir, key := siteDir(t), testKey(t)
	g := generations(t, dir, key, 3)
	lose := func() {
		t.Helper()
		if err := os.Remove(filepath.Join(dir, currentName)); err != nil {
			t.Fatal(err)
		}
	}
	lose()
	killed := mustBuild(t, testOptions(dir, key), many(71)...).Digest
	lose() // as if the load had been killed before the switch
	healed := mustBuild(t, testOptions(dir, key), many(72)...).Digest
	entered := map[string]bool{g[0]: true, g[1]: true, g[2]: true, healed: true}
	if n, err := Sweep(nil, dir, entered); err != nil || n != 1 {
		t.Errorf("the sweep removed %d things, not one: %v", n, err)
	}
	if _, err := os.Stat(filepath.Join(dir, genName(killed))); err == nil {
		t.Error("the generation that never became current is still there")
	}
	for _, d := range append(g, healed) {
		f, err := OpenGeneration(dir, d, key, nil)
		if err != nil {
			t.Fatalf("a generation that was entered: %v", err)
		}
		f.Close()
	}
	for keep, want := range map[int]int{1: 2, 2: 0} { // but for the one in use they are old like others
		old, err := Old(dir, keep, map[string]bool{g[0]: true}, entered)
		if err != nil || len(old) != want || slices.Contains(old, g[0]) || slices.Contains(old, healed) {
			t.Errorf("old beyond %d: %.8s, %v", keep, old, err)
		}
	}
}

// A damaged generation is not removed by rule: somebody must look at it.
func TestADamagedGenerationStays(t *testing.T) {
	dir := siteDir(t)
	g := generations(t, dir, testKey(t), 3)
	manifest := filepath.Join(dir, genName(g[0]), manifestName)
	if err := os.WriteFile(manifest, []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	mustSweep(t, dir, 0)
	if _, err := os.Stat(manifest); err != nil {
		t.Error(err)
	}
}

func TestRemovingIsBrokenOffAnywhere(t *testing.T) {
	before, key := siteDir(t), testKey(t)
	g := generations(t, before, key, 3)
	spooltest.EveryStep(t, func(disk *spool.Disk, dir string) error {
		if err := os.CopyFS(dir, os.DirFS(before)); err != nil {
			return err
		}
		return Remove(disk, dir, g[0])
	}, func(t *testing.T, dir string, o spooltest.Outcome) {
		if _, err := Sweep(nil, dir, nil); err != nil {
			t.Fatal(err)
		}
		f, err := OpenGeneration(dir, g[0], key, nil)
		if err == nil {
			f.Close()
		}
		_, gone := os.Stat(filepath.Join(dir, genName(g[0])))
		if err != nil && !os.IsNotExist(gone) || o.Acked() && err == nil {
			t.Errorf("half of a generation is there, or one that was said to be removed: %v", err)
		}
		if s, err := Verify(dir, key, nil); err != nil || s.People != 72 {
			t.Errorf("the current one: %d people, %v", s.People, err)
		}
		names := namesIn(t, dir)
		if slices.ContainsFunc(names, func(n string) bool { return n != currentName && !genPattern.MatchString(n) }) {
			t.Errorf("litter: %v", names)
		}
	})
}
