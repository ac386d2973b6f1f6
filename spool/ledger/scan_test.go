package ledger

import (
	"bytes"
	"maps"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// sameAsSlowly holds the reading in one pass against the one by package encoding/json.
func sameAsSlowly(t interface{ Fatalf(string, ...any) }, raw []byte) (accepted bool) {
	fast, ok := scanEntry(raw)
	if !ok {
		return false
	}
	slow, err := parseSlowly(raw)
	if err != nil {
		t.Fatalf("%q is accepted in one pass although %v", raw, err)
	}
	if !fast.Time.Equal(slow.Time) || fast.Time.Format(timeLayout) != slow.Time.Format(timeLayout) {
		t.Fatalf("%q: time %v, not %v", raw, fast.Time, slow.Time)
	}
	fast.Time, slow.Time = time.Time{}, time.Time{}
	if !reflect.DeepEqual(fast, slow) {
		t.Fatalf("%q:\n%+v\n%+v", raw, fast, slow)
	}
	return true
}

// TestEveryEntryIsReadInOnePass: what this version writes never needs the long way.
func TestEveryEntryIsReadInOnePass(t *testing.T) {
	token := rapid.StringMatching(`[a-z][A-Za-z0-9._:/+=-]{0,40}`)
	hex := func(n int) *rapid.Generator[string] {
		return rapid.Map(rapid.SliceOfN(rapid.SampledFrom([]rune("0123456789abcdef")), n, n), func(r []rune) string { return string(r) })
	}
	rapid.Check(t, func(t *rapid.T) {
		maybe := func(name string, g *rapid.Generator[string]) string {
			if rapid.Bool().Draw(t, "has "+name) {
				return g.Draw(t, name)
			}
			return ""
		}
		count := rapid.Int64Range(0, 1e17)
		e := Entry{
			Time: time.UnixMilli(rapid.Int64Range(-6e13, 2.5e14).Draw(t, "time")), Act: Act(token.Draw(t, "act")), Result: maybe("result", token), Job: maybe("job", token),
			Attempt: rapid.IntRange(0, 1000).Draw(t, "attempt"), Operator: maybe("operator", token), Host: maybe("host", token), Office: maybe("office", token),
			Purpose: maybe("purpose", token), Basis: maybe("basis", token), Function: maybe("function", token), Medium: maybe("medium", token),
			Generation: maybe("generation", hex(64)), Detail: maybe("detail", hex(64)), Nonce: hex(32).Draw(t, "nonce"),
			Counts: rapid.MapOfN(token, count, 0, 6).Draw(t, "counts"), Codes: rapid.MapOfN(token, count, 0, 6).Draw(t, "codes"),
			Digests: rapid.MapOfN(token, hex(64), 0, 6).Draw(t, "digests"),
			About:   slices.Sorted(maps.Keys(rapid.MapOfN(count, rapid.Bool(), 0, 6).Draw(t, "about"))),
		}
		raw, err := e.encode()
		if err != nil {
			return
		}
		if !sameAsSlowly(t, raw) {
			t.Fatalf("%s needs the long way", raw)
		}
	})
	large := wholeEntry()
	large.Counts = map[string]int64{"rows": math.MaxInt64}
	raw := must[[]byte](t)(large.encode())
	if back := must[Entry](t)(ParseEntry(raw)); back.Counts["rows"] != math.MaxInt64 { // the long way
		t.Errorf("%d", back.Counts["rows"])
	}
}

// TestOnePassAcceptsNothingElse changes one byte, leaves one out or doubles it, at every
// place of an entry.
func TestOnePassAcceptsNothingElse(t *testing.T) {
	e := wholeEntry()
	raw := must[[]byte](t)(e.encode())
	if !sameAsSlowly(t, raw) {
		t.Fatal("the whole entry is not accepted")
	}
	accepted := 0
	for i := range raw {
		tries := [][]byte{slices.Delete(bytes.Clone(raw), i, i+1), slices.Insert(bytes.Clone(raw), i, raw[i]), raw[:i]}
		for _, c := range []byte(`"{}[]:,.\x000129-+eEaAzZ \`) {
			other := bytes.Clone(raw)
			other[i] = c
			tries = append(tries, other)
		}
		for _, text := range tries {
			if sameAsSlowly(t, text) {
				accepted++
			}
		}
	}
	if accepted < 100 { // other digits and letters are other entries
		t.Errorf("only %d", accepted)
	}
	for _, when := range []string{"2026-02-30T00:00:00.000+09:00", "2026-11-23T24:00:00.000+09:00", "2026-11-23T23:59:60.000+09:00", "2026-13-01T00:00:00.000+09:00",
		"2026-11-23T23:59:59.007+00:00", "0000-01-01T00:00:00.000+09:00", "2026-11-23T23:59:59.07+009:00"} {
		text := strings.Replace(string(raw), "2026-11-23T23:59:59.007+09:00", when, 1)
		if sameAsSlowly(t, []byte(text)) {
			t.Errorf("%s is a time", when)
		}
	}
}

func FuzzScanEntry(f *testing.F) {
	e := wholeEntry()
	f.Add(must[[]byte](f)(e.encode()))
	for i := range 6 {
		e := testEntry(i)
		e.Nonce, e.Time = strings.Repeat("ab", 16), testClock()()
		f.Add(must[[]byte](f)(e.encode()))
	}
	f.Fuzz(func(t *testing.T, raw []byte) { sameAsSlowly(t, raw) })
}
