package person

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestCheckDigits(t *testing.T) {
	// The examples of 平成26年総務省令85号 as published, and of public mock records.
	for _, s := range []string{"123456789018", "454972364860", "023456789013"} {
		if _, err := ParseMyNumber(s); err != nil {
			t.Errorf("a valid individual number is refused: %v", err)
		}
	}
	for _, s := range []string{"24727059608", "24846016224", "25208017643"} {
		if _, err := ParseResidentCode(s); err != nil {
			t.Errorf("a valid resident code is refused: %v", err)
		}
	}
	for s, want := range map[string]error{
		"25208017644":  ErrCheckDigit,
		"2520801764":   ErrLength,
		"252080176433": ErrLength,
		"2520801764３":  ErrNotDigits,
		"2.52E+10":     ErrNotDigits,
		"":             ErrLength,
	} {
		if _, err := ParseResidentCode(s); !errors.Is(err, want) {
			t.Errorf("%q: %v, want %v", s, err, want)
		}
	}
	for s, want := range map[string]bool{"401005": true, "400009": true, "401307": true, "473821": true,
		"401006": false, "40100": false, "4010050": false, "４０１００５": false} {
		if ValidMunicipality(s) != want {
			t.Errorf("ValidMunicipality(%q) is not %v", s, want)
		}
	}
}

func TestEveryWrongDigitThatTheFormulaCanSeeIsSeen(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		body := rapid.StringMatching(`[0-9]{10}`).Draw(t, "body")
		code := AppendCheckDigit(body)
		if _, err := ParseResidentCode(code); err != nil {
			t.Fatalf("own check digit is refused: %v", err)
		}
		for d := byte('0'); d <= '9'; d++ {
			wrong := code[:10] + string(d)
			if _, err := ParseResidentCode(wrong); (err == nil) != (wrong == code) {
				t.Fatal("another check digit is accepted")
			}
		}
	})
}

func TestBirthKeepsWhatWasWritten(t *testing.T) {
	for _, s := range []string{"1980-01-02", "2021-02-29", "0000-00-00", "1950-A1-00", "1950-04-A3", "0000-12-31"} {
		b, err := ParseBirth(s)
		if err != nil || b.Reveal() != s {
			t.Errorf("%q becomes %q, %v", s, b.Reveal(), err)
		}
	}
	for _, s := range []string{"", "1980-1-2", "1980/01/02", "1980-13-01", "1980-04-31", "1980-02-30", "1980-A5-01", "1980-01-A4", "198０-01-02", "1980-01-02 "} {
		if _, err := ParseBirth(s); err == nil {
			t.Errorf("%q is accepted", s)
		}
	}
	if (Birth{}).Equal(mustBirth(t, "0000-00-00")) {
		t.Error("no date equals a date that is wholly unknown")
	}
	if mustBirth(t, "1950-A1-00").Date().Complete() || !mustBirth(t, "1950-01-01").Date().Complete() {
		t.Error("Complete is wrong")
	}
}

func TestEveryDayIsKeptAsItIs(t *testing.T) {
	for year := 1860; year < 2075; year++ {
		for month := 1; month <= 12; month++ {
			for day := 1; day <= 31; day++ {
				d := Date{year, month, day}
				if b, err := NewBirth(d); err == nil && b.Date() != d {
					t.Fatalf("%v becomes another day", d)
				} else if (err == nil) != (day <= daysIn(month)) {
					t.Fatalf("%v: %v", d, err)
				}
			}
		}
	}
}

func TestTextsOfASlabAreAsOthers(t *testing.T) {
	var s Slab
	var all []Text
	for i := range 3 * slabTexts {
		all = append(all, s.Text(fmt.Sprint("名", i)))
	}
	for i, text := range all {
		if want := NewText(fmt.Sprint("名", i)); !text.Equal(want) || text.Empty() {
			t.Fatalf("text %d is another", i)
		}
	}
	if !s.Text("").Empty() || fmt.Sprintf("%v %d", all[0], all[1]) != Mask+" "+Mask {
		t.Error("an empty text or a mask is wrong")
	}
}

// Most rows and versions leave some particulars out: that costs nothing.
func TestAnEmptyTextTakesNoMemory(t *testing.T) {
	empty := strings.TrimSpace("　") // no constant, as the cells of a list
	var s Slab
	var q *Query
	if n := testing.AllocsPerRun(100, func() {
		q = &Query{Name: s.Text(empty), Kana: NewText(empty)}
	}); n != 1 {
		t.Errorf("%v allocations, of which one is the row", n)
	}
	if fmt.Sprint(q.Name, q.Kana) != " " {
		t.Error("they are not empty")
	}
}

func mustBirth(t testing.TB, s string) Birth {
	t.Helper()
	b, err := ParseBirth(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func FuzzParseBirth(f *testing.F) {
	for _, s := range []string{"1980-01-02", "0000-00-00", "1950-A4-A3", "昭和55年"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if b, err := ParseBirth(s); err == nil && b.Reveal() != s {
			t.Fatalf("parse and format changed the text")
		}
	})
}

// The values of TestNothingReveals: each holds a digit or character that must
// never be printed.
type holders struct {
	text     Text
	Exported Text
	code     ResidentCode
	my       MyNumber
	birth    Birth
	sex      Sex
	query    *Query
	version  Version
	list     []Text
	table    map[string]Text
	any      any
}

func TestNothingReveals(t *testing.T) {
	code, err := ParseResidentCode("25208017643")
	if err != nil {
		t.Fatal(err)
	}
	my, err := ParseMyNumber("123456789018")
	if err != nil {
		t.Fatal(err)
	}
	birth := mustBirth(t, "1987-06-15")
	name := NewText("福岡花子")
	v := Version{Code: code, Name: name, Birth: birth, Sex: Female, Address: name}
	q := Query{Code: code, Name: name, Birth: birth, Sex: Female}
	h := holders{name, name, code, my, birth, Female, &q, v, []Text{name}, map[string]Text{"k": name}, name}
	values := []any{name, &name, code, &code, my, birth, &birth, Female, v, &v, q, &q, h, &h, []any{h}, map[string]any{"h": h},
		struct{ inner Version }{v}, [1]Birth{birth}, fmt.Errorf("wrapped: %v", h)}
	for i, value := range values {
		for _, verb := range "vsqdxXobeEfgGtcUpT" {
			for _, flag := range []string{"", "+", "#", " ", "0", "20"} {
				out := fmt.Sprintf("%"+flag+string(verb), value)
				if verb == 'p' || verb == 'T' {
					continue // address and type only
				}
				assertNothing(t, out, fmt.Sprintf("value %d with %%%s%c", i, flag, verb))
			}
		}
		var text, js bytes.Buffer
		slog.New(slog.NewTextHandler(&text, nil)).Info("m", "k", value)
		slog.New(slog.NewJSONHandler(&js, nil)).Info("m", "k", value)
		assertNothing(t, text.String(), "slog text")
		assertNothing(t, js.String(), "slog json")
		if raw, err := json.Marshal(value); err == nil {
			assertNothing(t, string(raw), "encoding/json")
		}
	}
	if got := fmt.Sprintf("%v|%d|%s", name, code, birth); got != Mask+"|"+Mask+"|"+Mask {
		t.Errorf("masks are %s", got)
	}
}

func assertNothing(t *testing.T, out, where string) {
	t.Helper()
	for _, secret := range []string{"福岡", "花子", "25208017643", "123456789018", "1987"} {
		hex := fmt.Sprintf("%x", secret)
		if strings.Contains(out, secret) || strings.Contains(strings.ToLower(out), hex) {
			t.Errorf("%s reveals a value", where)
		}
	}
}
