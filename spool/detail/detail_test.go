package detail

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"baitai/crypto"
	"baitai/spool"
	"baitai/spool/spooltest"
)

// received is a detail as package job would keep it.
type received struct {
	File    string `json:"file"`
	Request string `json:"request"`
	Rows    int64  `json:"rows"`
}

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func newKey(t testing.TB) *crypto.Identity {
	t.Helper()
	key, err := crypto.NewIdentity()
	ok(t, err)
	return key
}

func newStore(t testing.TB, keys ...*crypto.Identity) *Store {
	t.Helper()
	s, err := Open(filepath.Join(t.TempDir(), "details"), options(spool.NewDisk(nil), keys...))
	ok(t, err)
	return s
}

func options(disk *spool.Disk, keys ...*crypto.Identity) Options {
	o := Options{Disk: disk, Rand: rand.NewChaCha8([32]byte{'d'})}
	for _, key := range keys {
		o.To = append(o.To, key.Recipient())
	}
	return o
}

func add(t testing.TB, s *Store, v any) string {
	t.Helper()
	c, err := s.Add(v)
	ok(t, err)
	return c
}

func TestADetailComesBackToWhoeverItIsSealedTo(t *testing.T) {
	site, auditor, other := newKey(t), newKey(t), newKey(t)
	s := newStore(t, site, auditor)
	want := received{"滞納者名簿 山田花子.csv", "税務第12号<至急>&", 9007199254740993}
	c := add(t, s, want)
	for _, key := range []*crypto.Identity{site, auditor} {
		var got received
		ok(t, s.Get(c, key, &got))
		if got != want {
			t.Error("another detail came back")
		}
	}
	var got received
	if err := s.Get(c, other, &got); !errors.Is(err, crypto.ErrNoMatch) {
		t.Errorf("another key: %v", err)
	}
	spooltest.NoPlain(t, s.dir, []string{"山田花子", "税務第12号", "滞納者"})
	if info, err := os.Stat(s.path(c)); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
}

func TestEqualDetailsHaveUnlikeCommitments(t *testing.T) {
	s := newStore(t, newKey(t))
	first, second := add(t, s, received{File: "a"}), add(t, s, received{File: "a"})
	if first == second {
		t.Error("a commitment can be guessed from its detail")
	}
}

func TestTheCommitmentIsTheHMACOfTheOneFormUnderTheSalt(t *testing.T) {
	key := newKey(t)
	s := newStore(t, key)
	c := add(t, s, struct {
		Z string
		A map[string]any
		N json.Number
	}{"<名>", map[string]any{"y": 1, "b": nil}, "12345678901234567890"})
	f, err := os.Open(s.path(c))
	ok(t, err)
	defer f.Close()
	r, err := crypto.Open(f, key)
	ok(t, err)
	plain, err := io.ReadAll(r)
	ok(t, err)
	var e struct{ Salt string }
	ok(t, json.Unmarshal(plain, &e))
	text := `{"A":{"b":null,"y":1},"N":12345678901234567890,"Z":"<名>"}`
	if want := `{"detail":` + text + `,"salt":"` + e.Salt + `","v":0}`; string(plain) != want {
		t.Errorf("sealed is %s", plain)
	}
	salt, err := hex.DecodeString(e.Salt)
	ok(t, err)
	mac := hmac.New(sha256.New, salt)
	mac.Write([]byte(text))
	if hex.EncodeToString(mac.Sum(nil)) != c {
		t.Error("the commitment is another one")
	}
}

func TestAnyDetailComesBack(t *testing.T) {
	key := newKey(t)
	s := newStore(t, key)
	rapid.Check(t, func(rt *rapid.T) {
		want := rapid.MapOf(rapid.String(), rapid.SliceOf(rapid.String())).Draw(rt, "detail")
		var got map[string][]string
		ok(t, s.Get(add(t, s, want), key, &got))
		a, _ := json.Marshal(want)
		b, _ := json.Marshal(got)
		if !bytes.Equal(a, b) {
			rt.Fatalf("%s came back as %s", a, b)
		}
	})
}

func TestADetailInThePlaceOfAnotherIsRefused(t *testing.T) {
	key := newKey(t)
	s := newStore(t, key)
	a, b := add(t, s, received{File: "a"}), add(t, s, received{File: "b"})
	ok(t, os.Rename(s.path(a), s.path(b)))
	var got received
	if err := s.Get(b, key, &got); !errors.Is(err, ErrChanged) || got.File != "" {
		t.Errorf("%v, %q", err, got.File)
	}
}

func TestEveryChangedByteOfADetailIsSeen(t *testing.T) {
	key := newKey(t)
	s := newStore(t, key)
	c := add(t, s, received{File: "a", Rows: 3})
	whole, err := os.ReadFile(s.path(c))
	ok(t, err)
	for i := range whole {
		changed := slices.Clone(whole)
		changed[i] ^= 1
		ok(t, os.WriteFile(s.path(c), changed, 0o600))
		var got received
		if err := s.Get(c, key, &got); err == nil {
			t.Fatalf("byte %d was changed and nobody sees it", i)
		}
		ok(t, os.WriteFile(s.path(c), whole[:i], 0o600))
		if err := s.Get(c, key, &got); err == nil {
			t.Fatalf("cut at byte %d and nobody sees it", i)
		}
	}
}

func TestEnvelopesInAnotherFormAreRefused(t *testing.T) {
	key := newKey(t)
	s := newStore(t, key)
	salt := strings.Repeat("ab", 32)
	raw, err := hex.DecodeString(salt)
	ok(t, err)
	c := commit(raw, []byte(`{"file":"a"}`))
	for plain, want := range map[string]error{
		`{"detail":{"file":"a"},"salt":"` + salt + `","v":0}`:       nil,
		`{"detail":{"file":"b"},"salt":"` + salt + `","v":0}`:       ErrChanged,
		`{"detail":{"file":"a"},"salt":"` + salt + `","v":0} `:      ErrChanged,
		`{"salt":"` + salt + `","detail":{"file":"a"},"v":0}`:       ErrChanged,
		`{"detail":{"file":"a"},"salt":"` + salt[2:] + `","v":0}`:   ErrChanged,
		`{"detail":{"file":"a"},"salt":"` + salt + `","v":1}`:       ErrChanged,
		`{"detail":{"file":"a"},"salt":"` + salt + `","v":0,"w":0}`: ErrChanged,
		`{"detail":{"file": "a"},"salt":"` + salt + `","v":0}`:      ErrChanged,
		`{"detail":{"file":"a"},"salt":"` + salt[:63] + `g","v":0}`: ErrChanged,
		``: ErrChanged,
	} {
		var sealed bytes.Buffer
		w, err := crypto.Seal(&sealed, key.Recipient())
		ok(t, err)
		_, err = w.Write([]byte(plain))
		ok(t, err)
		ok(t, w.Close())
		ok(t, os.WriteFile(s.path(c), sealed.Bytes(), 0o600))
		var got received
		if err := s.Get(c, key, &got); !errors.Is(err, want) || (err == nil) != (want == nil) {
			t.Errorf("%s: %v", plain, err)
		}
	}
}

func TestErrorsQuoteNothing(t *testing.T) {
	key := newKey(t)
	s := newStore(t, key)
	c := add(t, s, map[string]any{"file": 12345})
	var got received
	err := s.Get(c, key, &got)
	if !errors.Is(err, ErrValue) || strings.Contains(err.Error(), "12345") {
		t.Errorf("%v", err)
	}
	for _, v := range []any{math.NaN(), func() {}, map[string]any{"x": make(chan int)}} {
		if _, err := s.Add(v); !errors.Is(err, ErrValue) {
			t.Errorf("%T: %v", v, err)
		}
	}
	if _, err := s.Add(strings.Repeat("x", BytesMax)); !errors.Is(err, ErrTooLarge) {
		t.Errorf("too large: %v", err)
	}
	for _, text := range []string{"", "../../etc/passwd", strings.Repeat("A", 64), strings.Repeat("a", 63)} {
		if err := s.Get(text, key, &got); !errors.Is(err, ErrCommitment) {
			t.Errorf("Get(%q): %v", text, err)
		}
		if err := s.Erase(text); !errors.Is(err, ErrCommitment) {
			t.Errorf("Erase(%q): %v", text, err)
		}
	}
	if _, err := Open(t.TempDir(), Options{}); !errors.Is(err, ErrOptions) {
		t.Errorf("no options: %v", err)
	}
}

func TestCheckTellsErasedFromLost(t *testing.T) {
	key := newKey(t)
	s := newStore(t, key)
	var c []string
	for i := range 5 {
		c = append(c, add(t, s, received{Rows: int64(i)}))
	}
	ok(t, s.Erase(c[1]))
	ok(t, os.Remove(s.path(c[2]))) // lost
	var got received
	if err := s.Get(c[1], key, &got); !errors.Is(err, ErrMissing) {
		t.Errorf("after erasure: %v", err)
	}
	if err := s.Erase(c[1]); !errors.Is(err, ErrMissing) {
		t.Errorf("erased again: %v", err)
	}
	st, err := s.Check([]string{c[0], c[2]}, []string{c[1], c[3]})
	ok(t, err)
	for name, list := range map[string][2][]string{
		"found": {st.Found, c[:1]}, "erased": {st.Erased, c[1:2]}, "missing": {st.Missing, c[2:3]},
		"undead": {st.Undead, c[3:4]}, "orphans": {st.Orphans, c[4:]},
	} {
		if !slices.Equal(list[0], list[1]) {
			t.Errorf("%s: %v, want %v", name, list[0], list[1])
		}
	}
	if st.OK() {
		t.Error("a lost detail is taken for good")
	}
	ok(t, s.Erase(c[3]))
	if st, err = s.Check(c[:1], c[1:4]); err != nil || !st.OK() {
		t.Errorf("%+v, %v", st, err)
	}
}

func TestAddIsAllOrNothing(t *testing.T) {
	key := newKey(t)
	var acked string
	spooltest.EveryStep(t, func(disk *spool.Disk, dir string) error {
		acked = ""
		s, err := Open(filepath.Join(dir, "details"), options(disk, key))
		if err != nil {
			return err
		}
		acked, err = s.Add(received{File: "名簿.csv"})
		return err
	}, func(t *testing.T, dir string, o spooltest.Outcome) {
		s, err := Open(filepath.Join(dir, "details"), options(spool.NewDisk(nil), key))
		ok(t, err)
		st, err := s.Check(nil, nil)
		ok(t, err)
		var got received
		for _, c := range st.Orphans {
			ok(t, s.Get(c, key, &got)) // what is there is whole
		}
		if o.Acked() && !slices.Equal(st.Orphans, []string{acked}) {
			t.Errorf("what was acknowledged is not there: %v", st.Orphans)
		}
	})
}

func TestAnErasureThatBrokeOffIsDoneAgain(t *testing.T) {
	key := newKey(t)
	var c string
	spooltest.EveryStep(t, func(disk *spool.Disk, dir string) error {
		s, err := Open(filepath.Join(dir, "details"), options(spool.NewDisk(nil), key))
		ok(t, err)
		c = add(t, s, received{File: "名簿.csv"})
		s.o.Disk = disk
		return s.Erase(c)
	}, func(t *testing.T, dir string, o spooltest.Outcome) {
		s, err := Open(filepath.Join(dir, "details"), options(spool.NewDisk(nil), key))
		ok(t, err)
		st, err := s.Check(nil, []string{c})
		ok(t, err)
		if o.Acked() && !st.OK() {
			t.Error("what was erased is still there")
		}
		for _, undead := range st.Undead {
			ok(t, s.Erase(undead))
		}
		if st, err = s.Check(nil, []string{c}); err != nil || !st.OK() || len(st.Orphans) > 0 {
			t.Errorf("%+v, %v", st, err)
		}
	})
}

func TestTheAgeProgramOpensADetail(t *testing.T) {
	age, err := exec.LookPath("age")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("age is not installed")
		}
		t.Skip("age is not installed")
	}
	key := newKey(t)
	s := newStore(t, key)
	c := add(t, s, received{File: "名簿.csv"})
	file := filepath.Join(t.TempDir(), "key")
	f, err := os.Create(file)
	ok(t, err)
	ok(t, key.WriteKey(f, "", time.Unix(0, 0)))
	ok(t, f.Close())
	out, err := exec.Command(age, "-d", "-i", file, s.path(c)).Output()
	if err != nil || !bytes.Contains(out, []byte("名簿.csv")) {
		t.Errorf("%v", err)
	}
}

func FuzzParseEnvelope(f *testing.F) {
	f.Add([]byte(`{"detail":{"file":"a"},"salt":"` + strings.Repeat("ab", 32) + `","v":0}`))
	f.Add([]byte(`{"detail":null,"salt":"","v":0}`))
	f.Fuzz(func(t *testing.T, plain []byte) {
		e, salt, err := parseEnvelope(plain)
		if err != nil {
			return
		}
		again, err := encode(e)
		if err != nil || !bytes.Equal(again, plain) || len(salt) != saltBytes {
			t.Errorf("%q has a second form %q", plain, again)
		}
	})
}

func BenchmarkAdd(b *testing.B) {
	s := newStore(b, newKey(b))
	for b.Loop() {
		add(b, s, received{File: "名簿.csv", Rows: 300})
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "details/s")
}
