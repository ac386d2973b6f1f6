package ledger

import (
	"bytes"
	"errors"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func wholeEntry() Entry {
	hex64 := strings.Repeat("0123456789abcdef", 4)
	return Entry{
		Time: time.Date(2026, 11, 23, 23, 59, 59, 7e6, jst()), Act: Matched, Result: OK, Job: "20261123-0a1b2c3d", Attempt: 2,
		Operator: "SHA256:abcd+/=", Host: "tosho01.pref", Office: "zeimu", Purpose: "P012", Basis: "30-15-1-2",
		Function: Bulk, Medium: "M-0012", Generation: hex64, Counts: map[string]int64{"99": 0, "00": 12},
		Digests: map[string]string{"result": hex64}, Codes: map[string]int64{"R203": 4}, About: []int64{0, 7},
		Detail: hex64, Nonce: hex64[:32],
	}
}

func TestAnEntryHasOneForm(t *testing.T) {
	e := wholeEntry()
	raw := must[[]byte](t)(e.encode())
	want := `{"about":[0,7],"act":"matched","attempt":2,"basis":"30-15-1-2","codes":{"R203":4},"counts":{"00":12,"99":0},` +
		`"detail":"` + e.Detail + `","digests":{"result":"` + e.Detail + `"},"function":"bulk","generation":"` + e.Detail +
		`","host":"tosho01.pref","job":"20261123-0a1b2c3d","medium":"M-0012","nonce":"` + e.Nonce + `","office":"zeimu",` +
		`"operator":"SHA256:abcd+/=","purpose":"P012","result":"ok","time":"2026-11-23T23:59:59.007+09:00","v":0}`
	if string(raw) != want {
		t.Errorf("got\n%s\nwant\n%s", raw, want)
	}
	back := must[Entry](t)(ParseEntry(raw))
	if !back.Time.Equal(e.Time) {
		t.Errorf("time %v", back.Time)
	}
	back.Time = e.Time
	if !reflect.DeepEqual(back, e) {
		t.Errorf("came back as %+v", back)
	}
	for name, change := range map[string]func(string) string{
		"space": func(s string) string { return strings.Replace(s, ":", ": ", 1) },
		"another order": func(s string) string {
			return strings.Replace(s, `"act":"matched","attempt":2`, `"attempt":2,"act":"matched"`, 1)
		},
		"doubled key":    func(s string) string { return strings.Replace(s, `"v":0`, `"v":0,"v":0`, 1) },
		"capital key":    func(s string) string { return strings.Replace(s, `"act"`, `"Act"`, 1) },
		"unknown key":    func(s string) string { return strings.Replace(s, `"v":0`, `"v":0,"w":0`, 1) },
		"escaped":        func(s string) string { return strings.Replace(s, "matched", `\u006datched`, 1) },
		"trailing":       func(s string) string { return s + "{}" },
		"newline":        func(s string) string { return s + "\n" },
		"another offset": func(s string) string { return strings.Replace(s, "23:59:59.007+09:00", "14:59:59.007+00:00", 1) },
		"no version":     func(s string) string { return strings.Replace(s, `,"v":0`, "", 1) },
		"empty value":    func(s string) string { return strings.Replace(s, `"ok"`, `""`, 1) },
		"big exponent":   func(s string) string { return strings.Replace(s, `"R203":4`, `"R203":4e0`, 1) },
	} {
		changed := change(string(raw))
		if changed == string(raw) {
			t.Fatalf("%s changes nothing", name)
		}
		if _, err := ParseEntry([]byte(changed)); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
}

func TestNoFieldTakesFreeText(t *testing.T) {
	free := []string{
		"山田太郎", "Taro Yamada", "a\nb", "a\x00", "<b>", `"`, "ﾔﾏﾀﾞ", "12345678901", "a/123456789012", "01234567890:x",
		strings.Repeat("a", 129), "名簿.csv", "a,b", "a@b",
	}
	set := map[string]func(*Entry, string){
		"act": func(e *Entry, s string) { e.Act = Act(s) }, "result": func(e *Entry, s string) { e.Result = s },
		"job": func(e *Entry, s string) { e.Job = s }, "operator": func(e *Entry, s string) { e.Operator = s },
		"host": func(e *Entry, s string) { e.Host = s }, "office": func(e *Entry, s string) { e.Office = s },
		"purpose": func(e *Entry, s string) { e.Purpose = s }, "basis": func(e *Entry, s string) { e.Basis = s },
		"function": func(e *Entry, s string) { e.Function = s }, "medium": func(e *Entry, s string) { e.Medium = s },
		"generation": func(e *Entry, s string) { e.Generation = s }, "detail": func(e *Entry, s string) { e.Detail = s },
		"nonce":   func(e *Entry, s string) { e.Nonce = s },
		"counts":  func(e *Entry, s string) { e.Counts = map[string]int64{s: 1} },
		"codes":   func(e *Entry, s string) { e.Codes = map[string]int64{s: 1} },
		"digests": func(e *Entry, s string) { e.Digests = map[string]string{"x": s} },
	}
	for field := range reflect.TypeFor[Entry]().Fields() {
		kind := field.Type.Kind()
		if name := strings.ToLower(field.Name); (kind.String() == "string" || kind.String() == "map") && set[name] == nil {
			t.Errorf("no test for %s", name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(set)) {
		for _, text := range free {
			e := wholeEntry()
			set[name](&e, text)
			_, err := e.encode()
			field, isField := errors.AsType[*FieldError](err)
			if !isField || field.Field != name {
				t.Errorf("%s took %q: %v", name, text, err)
			} else if strings.Contains(err.Error(), text) && len(text) > 3 {
				t.Errorf("%s quotes the value: %v", name, err)
			}
		}
	}
	e := wholeEntry()
	e.Digests = map[string]string{"名前": e.Detail}
	if _, err := e.encode(); err == nil {
		t.Error("a name of a digest took free text")
	}
}

func TestNumbersOfAnEntryAreChecked(t *testing.T) {
	for name, change := range map[string]func(*Entry){
		"about":   func(e *Entry) { e.About = []int64{3, 3} },
		"about ":  func(e *Entry) { e.About = []int64{-1} },
		"counts":  func(e *Entry) { e.Counts = map[string]int64{"00": -1} },
		"attempt": func(e *Entry) { e.Attempt = -1 },
		"v":       func(e *Entry) { e.V = 1 },
		"time":    func(e *Entry) { e.Time = time.Date(10001, 1, 1, 0, 0, 0, 0, time.UTC) },
		"act":     func(e *Entry) { e.Act = "" },
		"entry": func(e *Entry) {
			e.About = slices.Collect(func(yield func(int64) bool) {
				for i := range int64(5000) {
					if !yield(i) {
						return
					}
				}
			})
		},
	} {
		e := wholeEntry()
		change(&e)
		_, err := e.encode()
		if field, isField := errors.AsType[*FieldError](err); !isField || field.Field != strings.TrimSpace(name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTokensOfARegisterAreJudgedBeforehand(t *testing.T) {
	for text, want := range map[string]bool{
		"": false, "zeimu": true, "30-15-1-2": true, "M.12:3/4+5=6_7": true, "税務": false, "a b": false,
		"1234567890": true, "12345678901": false, "123456789012": false, "1234567890123": true, "a12345678901": true,
	} {
		if IsToken(text) != want {
			t.Errorf("IsToken(%q) = %v", text, !want)
		}
	}
}

func TestAnEntryOfANewerVersionIsShown(t *testing.T) {
	raw := []byte(`{"act":"photographed","future":{"x":[1]},"job":"job-1","time":"2030-01-01T00:00:00.000+09:00","v":7}`)
	e := must[Entry](t)(ParseEntry(raw))
	if e.V != 7 || e.Act != "photographed" || e.Job != "job-1" {
		t.Errorf("%+v", e)
	}
}

func TestEveryEntryComesBack(t *testing.T) {
	token := rapid.StringMatching(`[A-Za-z0-9._:/+=-]{0,20}`).Filter(func(s string) bool { return s == "" || IsToken(s) })
	counts := rapid.MapOf(token.Filter(IsToken), rapid.Int64Min(0))
	rapid.Check(t, func(rt *rapid.T) {
		e := Entry{
			Act: Act(token.Filter(IsToken).Draw(rt, "act")), Job: token.Draw(rt, "job"), Office: token.Draw(rt, "office"),
			Attempt: rapid.IntRange(0, 9).Draw(rt, "attempt"), Counts: counts.Draw(rt, "counts"), Codes: counts.Draw(rt, "codes"),
			Time:  time.UnixMilli(rapid.Int64Range(0, 4e12).Draw(rt, "time")),
			Nonce: strings.Repeat("0f", 16),
		}
		raw := must[[]byte](t)(e.encode())
		back := must[Entry](t)(ParseEntry(raw))
		if !bytes.Equal(must[[]byte](t)(back.encode()), raw) || !back.Time.Equal(e.Time) || !maps.Equal(back.Counts, e.Counts) {
			rt.Fatalf("%s came back as %+v", raw, back)
		}
	})
}
