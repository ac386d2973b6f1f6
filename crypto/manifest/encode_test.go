package manifest

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestEncodingIsTheGoldenOne(t *testing.T) {
	contents, err := sampleContents().Encode()
	if err != nil {
		t.Fatal(err)
	}
	for name, got := range map[string][]byte{"manifest.v0.json": encoded(t, sample()), "contents.v0.json": contents} {
		path := filepath.Join("testdata", name)
		if os.Getenv("UPDATE") != "" {
			if err := os.WriteFile(path, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, want)
		}
	}
}

func TestManifestsOfOlderVersionsAreRead(t *testing.T) {
	text, err := os.ReadFile("testdata/manifest.v0.json")
	if err != nil {
		t.Fatal(err)
	}
	m, err := Decode(text)
	if err != nil {
		t.Fatal(err)
	}
	if m.Office != "税務課" || !m.Created.Equal(noon) || m.Rows() != 123 || m.Files[1].Bytes != 12345 || m.Created.Format(time.RFC3339) != "2026-11-23T12:00:00+09:00" {
		t.Errorf("%+v", m)
	}
	text, err = os.ReadFile("testdata/contents.v0.json")
	if err != nil {
		t.Fatal(err)
	}
	c, err := DecodeContents(text)
	if err != nil || c.Files[0] != sampleContents().Files[0] || !c.Files[0].Packed() {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestWhatIsEncodedIsDecoded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringMatching(`[A-Za-z0-9 福岡県税<>&']{1,10}`).Filter(func(s string) bool { return strings.TrimSpace(s) == s })
		m := sample()
		m.Office, m.Purpose = word.Draw(t, "office"), word.Draw(t, "purpose")
		m.Answers = rapid.MapOf(rapid.StringMatching(`[0-9]{2}`), rapid.Int64Range(0, 1<<53)).Draw(t, "answers")
		m.Parts = rapid.IntRange(1, 9999).Draw(t, "parts")
		m.Part = rapid.IntRange(1, m.Parts).Draw(t, "part")
		m.Created = time.Unix(rapid.Int64Range(1e9, 1e11).Draw(t, "created"), 0)
		m.Files = nil
		for _, n := range rapid.SliceOfNDistinct(rapid.StringMatching(`[a-z0-9福岡]{1,9}(\.age)?`), 1, 5, rapid.ID[string]).Draw(t, "names") {
			m.Files = append(m.Files, File{n, hexOf(rapid.Byte().Draw(t, "sum")), rapid.Int64Min(0).Draw(t, "bytes")})
		}
		a, err := m.Encode()
		if err != nil {
			t.Fatal(err)
		}
		back, err := Decode(a)
		if err != nil {
			t.Fatalf("%v\n%s", err, a)
		}
		slices.Reverse(back.Files) // the order of the files is nobody's business
		slices.Reverse(back.OfficeKeys)
		b, err := back.Encode()
		if err != nil || !bytes.Equal(a, b) {
			t.Fatalf("%v: two encodings of one manifest", err)
		}
	})
}

func TestEncodeNamesTheFieldThatCannotBe(t *testing.T) {
	for _, c := range []struct {
		field string
		spoil func(*Manifest)
	}{
		{"kind", func(m *Manifest) { m.Kind = "" }}, {"kind", func(m *Manifest) { m.Kind = "reply" }},
		{"site", func(m *Manifest) { m.Site = "" }}, {"site", func(m *Manifest) { m.Site = "*" }}, {"site", func(m *Manifest) { m.Site = "a b" }},
		{"job", func(m *Manifest) { m.Job = "short" }}, {"job", func(m *Manifest) { m.Job = "../../../etc" }}, {"job", func(m *Manifest) { m.Job = "ABCDEFGH" }},
		{"office", func(m *Manifest) { m.Office = "" }}, {"office", func(m *Manifest) { m.Office = "a\n" }}, {"office", func(m *Manifest) { m.Office = "a\u202eb" }},
		{"office", func(m *Manifest) { m.Office = strings.Repeat("課", 101) }}, {"office", func(m *Manifest) { m.Office = "\xff" }},
		{"officeKeys", func(m *Manifest) { m.OfficeKeys = nil }}, {"officeKeys", func(m *Manifest) { m.OfficeKeys = []string{"age1"} }},
		{"officeKeys", func(m *Manifest) { m.OfficeKeys[1] = m.OfficeKeys[0] }},
		{"request", func(m *Manifest) { m.Request = "" }}, {"request", func(m *Manifest) { m.Request = "依頼第1号" }},
		{"purpose", func(m *Manifest) { m.Purpose = "" }},
		{"created", func(m *Manifest) { m.Created = time.Time{} }}, {"created", func(m *Manifest) { m.Created = noon.AddDate(9000, 0, 0) }},
		{"answers", func(m *Manifest) { m.Answers = map[string]int64{"0": 1} }}, {"answers", func(m *Manifest) { m.Answers = map[string]int64{"00": -1} }},
		{"answers", func(m *Manifest) { m.Kind = Refusal }},
		{"generation", func(m *Manifest) { m.Generation = "" }}, {"generation", func(m *Manifest) { m.Generation = strings.ToUpper(hexOf(0xab)) }},
		{"ledger", func(m *Manifest) { m.Ledger.Origin = "" }}, {"ledger", func(m *Manifest) { m.Ledger.Index = -1 }},
		{"part", func(m *Manifest) { m.Part = 0 }}, {"part", func(m *Manifest) { m.Part = 3 }}, {"part", func(m *Manifest) { m.Parts = 10000 }},
		{"subject", func(m *Manifest) { m.Files = nil }}, {"subject", func(m *Manifest) { m.Files[0].Name = "../x" }},
		{"subject", func(m *Manifest) { m.Files[0].Name = Name }}, {"subject", func(m *Manifest) { m.Files[0].Name = strings.ToUpper(ContentsName) }},
		{"subject", func(m *Manifest) { m.Files[0].SHA256 = "" }}, {"subject", func(m *Manifest) { m.Files[0].Bytes = -1 }},
		{"subject", func(m *Manifest) { m.Files[0].Name = ProofName }}, {"subject", func(m *Manifest) { m.Files[0].Name = SignatureName }},
	} {
		m := sample()
		c.spoil(m)
		_, err := m.Encode()
		if e, ok := errors.AsType[*FieldError](err); !ok || e.Field != c.field {
			t.Errorf("%v, want the field %s", err, c.field)
		}
	}
	m := sample()
	m.Kind, m.Answers, m.Request, m.Purpose, m.Generation = Refusal, nil, "", "", ""
	if back, err := Decode(encoded(t, m)); err != nil || back.Kind != Refusal || back.Rows() != 0 {
		t.Errorf("a refusal that knows nothing of the request: %v", err)
	}
	for _, c := range []struct {
		field string
		spoil func(*Contents)
	}{
		{"site", func(c *Contents) { c.Site = "" }}, {"job", func(c *Contents) { c.Job = "" }}, {"office", func(c *Contents) { c.Office = "" }},
		{"created", func(c *Contents) { c.Created = time.Time{} }}, {"part", func(c *Contents) { c.Part = 3 }},
		{"subject", func(c *Contents) { c.Files = nil }}, {"subject", func(c *Contents) { c.Files[0].Name = "a/b" }},
		{"subject", func(c *Contents) { c.Files[0].Sealed = "a.csv" }}, {"subject", func(c *Contents) { c.Files[0].Sealed = ContentsName }},
		{"subject", func(c *Contents) { c.Files[0].Rows = -1 }}, {"subject", func(c *Contents) { c.Files = append(c.Files, c.Files[0]) }},
	} {
		s := sampleContents()
		c.spoil(s)
		_, err := s.Encode()
		if e, ok := errors.AsType[*FieldError](err); !ok || e.Field != c.field {
			t.Errorf("contents: %v, want the field %s", err, c.field)
		}
	}
}

func TestOtherSpellingsAreRefused(t *testing.T) {
	good := string(encoded(t, sample()))
	swap := func(old, new string) string {
		if !strings.Contains(good, old) {
			t.Fatalf("%q is not in the sample", old)
		}
		return strings.Replace(good, old, new, 1)
	}
	for name, c := range map[string]struct {
		text string
		want error
	}{
		"nothing":              {"", ErrNotManifest},
		"no JSON":              {"架空 太郎", ErrNotManifest},
		"an array":             {"[]", ErrNotManifest},
		"another statement":    {swap("result/v0", "result/v9"), ErrNotManifest},
		"another type":         {swap("Statement/v1", "Statement/v2"), ErrNotManifest},
		"unknown key":          {swap(`"kind": "result",`, "\"kind\": \"result\",\n    \"urgent\": true,"), ErrSpelling},
		"unknown key on top":   {swap("{\n", "{\n  \"x\": 1,\n"), ErrSpelling},
		"key twice":            {swap(`"kind": "result",`, "\"kind\": \"result\",\n    \"kind\": \"result\","), ErrSpelling},
		"key twice, differing": {swap(`"office": "税務課",`, "\"office\": \"福祉課\",\n    \"office\": \"税務課\","), ErrSpelling},
		"answer twice":         {swap(`"10": 3`, "\"10\": 4,\n      \"10\": 3"), ErrSpelling},
		"key in capitals":      {swap(`"kind"`, `"KIND"`), ErrSpelling},
		"other order":          {swap("\"part\": 1,\n    \"parts\": 2", "\"parts\": 2,\n    \"part\": 1"), ErrSpelling},
		"other spaces":         {swap(`"part": 1`, `"part":  1`), ErrSpelling},
		"trailing text":        {good + "x", ErrNotManifest},
		"trailing newline":     {good + "\n", ErrSpelling},
		"trailing object":      {good + "{}", ErrNotManifest},
		"no newline":           {strings.TrimSuffix(good, "\n"), ErrSpelling},
		"CRLF":                 {strings.ReplaceAll(good, "\n", "\r\n"), ErrSpelling},
		"a BOM":                {"\ufeff" + good, ErrNotManifest},
		"escaped letter":       {swap("税", `\u7a0e`), ErrSpelling},
		"number as text":       {swap(`"part": 1`, `"part": "1"`), ErrSpelling},
		"number with a point":  {swap(`"part": 1`, `"part": 1.0`), ErrSpelling},
		"number with zeros":    {swap(`"index": 41`, `"index": 4.1e1`), ErrSpelling},
		"null":                 {swap(`"purpose": "県税の賦課徴収 <A&B>"`, `"purpose": null`), &FieldError{"purpose"}},
		"empty answers":        {swap("\"answers\": {\n      \"00\": 120,\n      \"10\": 3\n    },", `"answers": {},`), ErrSpelling},
		"broken UTF-8":         {swap("税務課", "\xff"), ErrSpelling},
		"time of another zone": {swap("12:00:00+09:00", "03:00:00Z"), &FieldError{"created"}},
		"no such day":          {swap("2026-11-23", "2026-11-31"), &FieldError{"created"}},
		"a wrong field":        {swap(`"parts": 2`, `"parts": 0`), &FieldError{"part"}},
		"too large":            {strings.Repeat(" ", bytesMax+1), ErrTooLarge},
	} {
		_, err := Decode([]byte(c.text))
		if want, ok := c.want.(*FieldError); ok {
			if e, ok := errors.AsType[*FieldError](err); !ok || e.Field != want.Field {
				t.Errorf("%s: %v, want %v", name, err, want)
			}
		} else if err != c.want {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
		if err != nil && strings.Contains(err.Error(), "架空") {
			t.Errorf("%s: the error quotes what was read", name)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(encoded(f, sample()))
	m := sample()
	m.Kind, m.Answers, m.Request, m.Purpose, m.Generation = Refusal, nil, "", "", ""
	f.Add(encoded(f, m))
	c, err := sampleContents().Encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(c)
	f.Fuzz(func(t *testing.T, text []byte) {
		if m, err := Decode(text); err == nil {
			if again, err := m.Encode(); err != nil || !bytes.Equal(again, text) {
				t.Fatalf("two spellings: %v", err)
			}
		}
		if c, err := DecodeContents(text); err == nil {
			if again, err := c.Encode(); err != nil || !bytes.Equal(again, text) {
				t.Fatalf("two spellings: %v", err)
			}
		}
	})
}
