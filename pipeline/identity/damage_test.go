package identity

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"baitai/crypto"
	"baitai/pipeline/normal"
	"baitai/pipeline/person"
	"baitai/spool"
)

// copyOf copies a site's identity folder, so that it can be damaged.
func copyOf(t *testing.T, dir string) (to, generation string) {
	t.Helper()
	to = siteDir(t)
	if err := os.CopyFS(to, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	digest, err := Current(to)
	if err != nil {
		t.Fatal(err)
	}
	return to, filepath.Join(to, genName(digest))
}

// damagedPart is the part that an error names; "" if it names none.
func damagedPart(err error) string {
	if d, ok := errors.AsType[*DamagedError](err); ok {
		return d.Part
	}
	return ""
}

// use opens the file, reads everybody and looks everybody up, and gives the
// first error.
func use(t *testing.T, dir string, key *crypto.Identity, vs []*person.Version) error {
	t.Helper()
	f, err := Open(dir, key, nil)
	if err != nil {
		return err
	}
	defer f.Close()
	var rows []RowKeys
	for _, v := range vs {
		rows = append(rows, rowFor(v))
	}
	if _, err := f.Candidates(testGrant(t), rows); err != nil {
		return err
	}
	for n := range uint32(f.numbers()) {
		if _, err := f.ByNumber(testGrant(t), n); err != nil && !errors.Is(err, ErrNoSuchPerson) {
			return err
		}
	}
	return nil
}

func TestAFlippedBitAnywhereIsNamed(t *testing.T) {
	dir, key := siteDir(t), testKey(t)
	vs := crowd(rand.New(rand.NewPCG(7, 7)), 30)
	o := testOptions(dir, key)
	o.shape = nil
	mustBuild(t, o, vs...)
	dir, gen := copyOf(t, dir)
	for _, name := range namesIn(t, gen) {
		path := filepath.Join(gen, name)
		good, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		step := max(1, len(good)/40)
		for at := 0; at < len(good); at += step {
			bad := bytes.Clone(good)
			bad[at] ^= 1 << (at % 8)
			if err := os.WriteFile(path, bad, 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := Verify(dir, key, nil); damagedPart(err) != name {
				t.Fatalf("%s, byte %d: Verify says %v", name, at, err)
			}
			if name == "people-0000.age" || name == indexName || name == manifestName {
				if err := use(t, dir, key, vs); damagedPart(err) != name {
					t.Fatalf("%s, byte %d: a reader says %v", name, at, err)
				}
			}
		}
		for _, n := range []int{0, 1, len(good) / 2, len(good) - 1} {
			if err := os.WriteFile(path, good[:n], 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := Open(dir, key, nil); damagedPart(err) != name {
				t.Fatalf("%s cut to %d bytes: %v", name, n, err)
			}
		}
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(dir, key, nil); damagedPart(err) != name {
			t.Fatalf("%s removed: %v", name, err)
		}
		if err := os.WriteFile(path, good, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := Verify(dir, key, nil); err != nil {
		t.Fatalf("restored: %v", err)
	}
}

func TestAKeyPartIsCheckedWhenItIsAsked(t *testing.T) {
	dir, key := siteDir(t), testKey(t)
	v := someone(1)
	mustBuild(t, testOptions(dir, key), v)
	for _, kind := range kindNames {
		to, gen := copyOf(t, dir)
		name := "keys-" + kind + "-000.age"
		path := filepath.Join(gen, name)
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		b[len(b)-1] ^= 1
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := use(t, to, key, []*person.Version{v}); damagedPart(err) != name {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestExchangedPartsAreRefused(t *testing.T) {
	dir, key := siteDir(t), testKey(t)
	v := someone(1)
	mustBuild(t, testOptions(dir, key), v)
	to, gen := copyOf(t, dir)
	a, b := filepath.Join(gen, "keys-name-birth-000.age"), filepath.Join(gen, "keys-kana-birth-000.age")
	for _, move := range [][2]string{{a, a + ".x"}, {b, a}, {a + ".x", b}} {
		if err := os.Rename(move[0], move[1]); err != nil {
			t.Fatal(err)
		}
	}
	if part := damagedPart(use(t, to, key, []*person.Version{v})); !strings.HasPrefix(part, "keys-") {
		t.Errorf("two parts of one size exchanged: %q", part)
	}
	if _, err := Verify(to, key, nil); damagedPart(err) == "" {
		t.Error(err)
	}
}

// Whoever has the public key of the site can seal a part of their own, of the
// right size even.
func TestAForgedPartIsRefusedBeforeItIsUsed(t *testing.T) {
	dir, key := siteDir(t), testKey(t)
	v := someone(1)
	mustBuild(t, testOptions(dir, key), v)
	for _, name := range []string{"people-0000.age", "keys-code-000.age", indexName} {
		to, gen := copyOf(t, dir)
		path := filepath.Join(gen, name)
		sealed, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		r, err := crypto.Open(bytes.NewReader(sealed), key)
		if err != nil {
			t.Fatal(err)
		}
		plain, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		var forged bytes.Buffer
		w, err := crypto.Seal(&forged, key.Recipient())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(plain); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if forged.Len() != len(sealed) {
			t.Fatal("the forgery has another size: the test shows nothing")
		}
		if err := os.WriteFile(path, forged.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		err = use(t, to, key, []*person.Version{v})
		if damagedPart(err) != name || !errors.Is(err, errDigest) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAnotherGenerationUnderTheNameIsRefused(t *testing.T) {
	dir, key := siteDir(t), testKey(t)
	first := mustBuild(t, testOptions(dir, key), someone(1))
	second := mustBuild(t, testOptions(dir, key), someone(2))
	if err := os.RemoveAll(filepath.Join(dir, genName(second.Digest))); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(filepath.Join(dir, genName(first.Digest)), filepath.Join(dir, genName(second.Digest))); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir, key, nil); damagedPart(err) != manifestName {
		t.Error(err)
	}
}

func TestADamagedNameOfTheCurrentGenerationIsNamed(t *testing.T) {
	dir, key := siteDir(t), testKey(t)
	loaded := mustBuild(t, testOptions(dir, key), someone(1))
	path := filepath.Join(dir, currentName)
	for _, text := range []string{"", "gen-0000", currentLine(loaded.Digest) + "x", strings.ToUpper(currentLine(loaded.Digest)), strings.Repeat("x", 5000)} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(dir, key, nil); damagedPart(err) != currentName {
			t.Errorf("%.20q: %v", text, err)
		}
	}
	if n, err := Sweep(spool.NewDisk(nil), dir, nil); err != nil || n != 0 {
		t.Errorf("a sweep that cannot tell what is current removed %d things: %v", n, err)
	}
	mustBuild(t, testOptions(dir, key), someone(1)) // a new load heals it
	if _, err := Verify(dir, key, nil); err != nil {
		t.Error(err)
	}
}

func TestTheWrongKeyIsNotDamage(t *testing.T) {
	dir, key := siteDir(t), testKey(t)
	mustBuild(t, testOptions(dir, key), someone(1))
	if _, err := Open(dir, testKey(t), nil); !errors.Is(err, crypto.ErrNoMatch) || damagedPart(err) != "" {
		t.Error(err)
	}
}

func TestWordsOfABaseThatHasNoneAreDamage(t *testing.T) {
	dir, key := siteDir(t), testKey(t)
	b, err := newBuilder(testOptions(dir, key))
	if err != nil {
		t.Fatal(err)
	}
	b.packer.words, b.wordsOfBase = learn(nil).finder(), true // as if this were a delta
	if _, err := b.end(b.build(t.Context(), extracted(someone(1)))); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir, key, nil); damagedPart(err) != indexName {
		t.Error(err)
	}
}

func TestAnUnknownFormatIsNotDamage(t *testing.T) {
	dir, key := siteDir(t), testKey(t)
	mustBuild(t, testOptions(dir, key), someone(1))
	to, gen := copyOf(t, dir)
	text, err := os.ReadFile(filepath.Join(gen, manifestName))
	if err != nil {
		t.Fatal(err)
	}
	for _, change := range [][2]string{{fmt.Sprintf(`"version": %d`, formatVersion), `"version": 9`}, {fmt.Sprintf(`"version": %d`, formatVersion), `"version": 0`}, {`"kind": "base"`, `"kind": "delta"`}} {
		changed := strings.Replace(string(text), change[0], change[1], 1)
		digest := digestOf([]byte(changed))
		next := filepath.Join(to, genName(digest))
		if err := os.CopyFS(next, os.DirFS(gen)); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(next, manifestName), []byte(changed), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := OpenGeneration(to, digest, key, nil); err == nil {
			t.Errorf("%s is read", change[1])
		} else if _, ok := errors.AsType[*VersionError](err); !ok {
			t.Error(err)
		}
	}
}

// firstBucket is the first of a kind that holds any key.
func firstBucket(k *keyWriter) *[]byte {
	buckets := &k.store.buckets[normal.KeyNameBirth]
	for i := range buckets {
		if len(buckets[i]) > 0 {
			return &buckets[i]
		}
	}
	return nil
}

// What a site's own key has sealed can still be wrong where the program was.
func TestVerifyFindsWhatIsSealedButWrong(t *testing.T) {
	for name, spoil := range map[string]func(k *keyWriter, c *counts){
		"a count":        func(_ *keyWriter, c *counts) { c.Versions++ },
		"a municipality": func(_ *keyWriter, c *counts) { c.Municipalities["401307"]--; c.Municipalities["401005"]++ },
		"a lost key": func(k *keyWriter, _ *counts) {
			b := firstBucket(k)
			*b = (*b)[entryBytes:]
		},
		"a key of somebody else": func(k *keyWriter, _ *counts) { (*firstBucket(k))[entryBytes-1] ^= 1 },
		"a key of nobody":        func(k *keyWriter, _ *counts) { (*firstBucket(k))[7] ^= 1 },
		"a number of nobody":     func(k *keyWriter, _ *counts) { (*firstBucket(k))[8] = 9 },
	} {
		t.Run(name, func(t *testing.T) {
			dir, key := siteDir(t), testKey(t)
			o := testOptions(dir, key)
			b, err := newBuilder(o)
			if err != nil {
				t.Fatal(err)
			}
			if err := b.read(t.Context(), extracted(someone(1), someone(2), someone(3), someone(4))); err != nil {
				t.Fatal(err)
			}
			counts, err := b.pack(t.Context(), b.people(t.Context()))
			if err != nil {
				t.Fatal(err)
			}
			spoil(b.keys, &counts)
			if err := b.writeLayer(t.Context(), counts, nil); err != nil {
				t.Fatal(err)
			}
			if err := b.publish(counts, []layerEntry{{Kind: kindBase, Parts: b.folder.parts}}); err != nil {
				t.Fatal(err)
			}
			if _, err := Verify(dir, key, nil); damagedPart(err) == "" {
				t.Errorf("Verify says %v", err)
			}
		})
	}
}
