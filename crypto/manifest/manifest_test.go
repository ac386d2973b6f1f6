package manifest

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"testing/iotest"
	"time"

	"pgregory.net/rapid"

	"baitai/crypto"
	"baitai/crypto/sshsig"
)

var (
	jst  = time.FixedZone("JST", 9*3600)
	noon = time.Date(2026, 11, 23, 12, 0, 0, 0, jst)
)

// testKey is the same in every run; it signs nothing but tests.
func testKey(n byte) ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{n}, ed25519.SeedSize))
}

func line(t testing.TB, site string, n byte) string {
	t.Helper()
	l, err := sshsig.AllowedSignersLine(site, []string{Namespace}, testKey(n).Public().(ed25519.PublicKey))
	if err != nil {
		t.Fatal(err)
	}
	return l + "\n"
}

func signers(t testing.TB, text string) *sshsig.Signers {
	t.Helper()
	s, err := sshsig.ParseSigners(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func hexOf(n byte) string { return fmt.Sprintf("%02x", bytes.Repeat([]byte{n}, 32)) }

// sample is a valid manifest, new at each call.
func sample() *Manifest {
	return &Manifest{
		Kind: Result, Site: "fukuoka.example", Job: "0123456789abcdef", Office: "税務課",
		OfficeKeys: []string{"SHA256:" + strings.Repeat("b", 43), "SHA256:" + strings.Repeat("a", 43)},
		Request:    hexOf(1), Purpose: "県税の賦課徴収 <A&B>", Created: noon.In(time.UTC),
		Answers: map[string]int64{"10": 3, "00": 120}, Generation: hexOf(2),
		Ledger: Ledger{"fukuoka.example/ledger", 41}, Part: 1, Parts: 2,
		Files: []File{{"照会結果 1.csv.zst.age", hexOf(3), 12345}, {ContentsName, hexOf(4), 0}},
	}
}

func sampleContents() *Contents {
	return &Contents{
		Site: "fukuoka.example", Job: "0123456789abcdef", Office: "税務課", Created: noon, Part: 1, Parts: 2,
		Files: []Content{{"照会結果 1.csv", "照会結果 1.csv.zst.age", hexOf(5), 99999, 123}},
	}
}

func encoded(t testing.TB, m *Manifest) []byte {
	t.Helper()
	b, err := m.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

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

func TestVerifyWantsTheSiteItself(t *testing.T) {
	text := encoded(t, sample())
	sig, err := Sign(text, testKey(1))
	if err != nil {
		t.Fatal(err)
	}
	other := sample()
	other.Site = "saga.example"
	otherText := encoded(t, other)
	otherSig, err := Sign(otherText, testKey(1))
	if err != nil {
		t.Fatal(err)
	}
	ticket, err := sshsig.Sign(testKey(1), "baitai-ticket", bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	list := line(t, "fukuoka.example", 1) + line(t, "saga.example", 2)
	for name, c := range map[string]struct {
		text, sig []byte
		signers   string
		want      error
	}{
		"good":                  {text, sig, list, nil},
		"no such signer":        {text, sig, "", sshsig.ErrUnknownSigner},
		"signed by another":     {otherText, otherSig, list, sshsig.ErrUnknownSigner},
		"signature of another":  {text, otherSig, list, sshsig.ErrSignature},
		"changed":               {bytes.Replace(text, []byte(`"00": 120`), []byte(`"00": 121`), 1), sig, list, sshsig.ErrSignature},
		"for another purpose":   {text, ticket, list, sshsig.ErrNamespace},
		"no signature":          {text, nil, list, sshsig.ErrMalformed},
		"no manifest":           {nil, sig, list, ErrNotManifest},
		"other, but acceptable": {otherText, otherSig, line(t, "saga.example", 1), nil},
	} {
		m, err := Verify(c.text, c.sig, signers(t, c.signers), noon)
		if !errors.Is(err, c.want) || (m == nil) != (c.want != nil) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

func TestChecksNameWhatDiffers(t *testing.T) {
	id, err := crypto.NewIdentity()
	if err != nil {
		t.Fatal(err)
	}
	other, err := crypto.NewIdentity()
	if err != nil {
		t.Fatal(err)
	}
	m := sample()
	m.OfficeKeys = append(m.OfficeKeys, id.Recipient().Fingerprint())
	for name, c := range map[string][2]error{
		"site":         {m.CheckSite("fukuoka.example"), nil},
		"other site":   {m.CheckSite("saga.example"), ErrSite},
		"job":          {m.CheckJob("0123456789abcdef"), nil},
		"other job":    {m.CheckJob("0123456789abcdee"), ErrJob},
		"office":       {m.CheckOffice("税務課", id.Recipient()), nil},
		"other office": {m.CheckOffice("福祉課", id.Recipient()), ErrOffice},
		"other key":    {m.CheckOffice("税務課", other.Recipient()), ErrOfficeKey},
		"no key":       {m.CheckOffice("税務課", crypto.Recipient{}), ErrOfficeKey},
	} {
		if c[0] != c[1] {
			t.Errorf("%s: %v, want %v", name, c[0], c[1])
		}
	}
	if err := m.CheckContents(sampleContents()); err != nil {
		t.Errorf("contents: %v", err)
	}
	for i, spoil := range []func(*Contents){
		func(c *Contents) { c.Site = "x" }, func(c *Contents) { c.Job = "x" }, func(c *Contents) { c.Office = "x" }, func(c *Contents) { c.Part = 2 },
		func(c *Contents) { c.Parts = 3 }, func(c *Contents) { c.Created = noon.Add(time.Second) }, func(c *Contents) { c.Files = nil },
		func(c *Contents) { c.Files[0].Sealed = "x.age" }, func(c *Contents) { c.Files = append(c.Files, Content{Sealed: "x.age"}) },
	} {
		c := sampleContents()
		spoil(c)
		if err := m.CheckContents(c); err != ErrContents {
			t.Errorf("contents %d: %v", i, err)
		}
	}
}

func TestExpectGivesEOFOnlyForTheExpectedBytes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.SliceOfN(rapid.Byte(), 0, 50).Draw(t, "want")
		got := slices.Clone(want)
		switch rapid.IntRange(0, 3).Draw(t, "how") {
		case 1:
			got = append(got, rapid.SliceOfN(rapid.Byte(), 1, 5).Draw(t, "more")...)
		case 2:
			got = got[:rapid.IntRange(0, len(got)).Draw(t, "cut")]
		case 3:
			if len(got) > 0 {
				got[rapid.IntRange(0, len(got)-1).Draw(t, "at")] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
			}
		}
		sum, err := crypto.DigestOf(bytes.NewReader(want))
		if err != nil {
			t.Fatal(err)
		}
		var r io.Reader = bytes.NewReader(got)
		if rapid.Bool().Draw(t, "slowly") {
			r = iotest.OneByteReader(r)
		}
		if rapid.Bool().Draw(t, "EOF with the last bytes") {
			r = iotest.DataErrReader(r)
		}
		_, err = io.ReadAll(Expect(r, "a", sum.Hex(), sum.Bytes))
		switch {
		case bytes.Equal(got, want):
			if err != nil {
				t.Fatal(err)
			}
		case len(got) != len(want):
			if !errors.Is(err, ErrSize) {
				t.Fatal(err)
			}
		case !errors.Is(err, ErrDigest):
			t.Fatal(err)
		}
	})
	disk := errors.New("disk on fire")
	if _, err := io.ReadAll(Expect(iotest.ErrReader(disk), "a", hexOf(0), 0)); err != disk {
		t.Error(err)
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

// A result is a folder in memory with all that belongs in it.
type result struct {
	fs      fstest.MapFS
	m       *Manifest
	office  *crypto.Identity
	plain   map[string][]byte
	signers string
}

func newResult(t testing.TB) *result {
	t.Helper()
	id, err := crypto.NewIdentity()
	if err != nil {
		t.Fatal(err)
	}
	r := &result{fs: fstest.MapFS{}, m: sample(), office: id, plain: map[string][]byte{
		"照会結果 1.csv": bytes.Repeat([]byte("1,00,架空 太郎\r\n"), 20000), "totals.txt": []byte("合計 20000\n"),
	}, signers: line(t, "fukuoka.example", 1)}
	r.m.OfficeKeys = []string{id.Recipient().Fingerprint()}
	r.m.Files = nil
	c := sampleContents()
	c.Files = nil
	add := func(name string, seal func(io.Writer, ...crypto.Recipient) (io.WriteCloser, error), plain []byte) {
		var b bytes.Buffer
		d := crypto.NewDigester(&b)
		w, err := seal(d, id.Recipient())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(plain); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		r.fs[name] = &fstest.MapFile{Data: b.Bytes()}
		r.m.Files = append(r.m.Files, File{name, d.Digest().Hex(), d.Digest().Bytes})
		if name != ContentsName {
			sum, err := crypto.DigestOf(bytes.NewReader(plain))
			if err != nil {
				t.Fatal(err)
			}
			plainName := strings.TrimSuffix(strings.TrimSuffix(name, ".age"), ".zst")
			c.Files = append(c.Files, Content{plainName, name, sum.Hex(), sum.Bytes, 0})
		}
	}
	add("照会結果 1.csv.zst.age", crypto.Pack, r.plain["照会結果 1.csv"])
	add("totals.txt.age", crypto.Seal, r.plain["totals.txt"])
	text, err := c.Encode()
	if err != nil {
		t.Fatal(err)
	}
	add(ContentsName, crypto.Seal, text)
	r.sign(t)
	r.fs[ProofName] = &fstest.MapFile{Data: []byte("proof")}
	return r
}

func (r *result) sign(t testing.TB) {
	t.Helper()
	text := encoded(t, r.m)
	sig, err := Sign(text, testKey(1))
	if err != nil {
		t.Fatal(err)
	}
	r.fs[Name], r.fs[SignatureName] = &fstest.MapFile{Data: text}, &fstest.MapFile{Data: sig}
}

func TestAResultIsReadCheckedAndOpened(t *testing.T) {
	r := newResult(t)
	m, err := Read(r.fs, signers(t, r.signers), noon)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(m.CheckFolder(r.fs), m.CheckOffice("税務課", r.office.Recipient())); err != nil {
		t.Fatal(err)
	}
	dst := t.TempDir()
	c, err := m.OpenInto(dst, r.fs, r.office)
	if err != nil || len(c.Files) != 2 {
		t.Fatal(err)
	}
	for name, want := range r.plain {
		if got, err := os.ReadFile(filepath.Join(dst, name)); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%v, or other bytes", err)
		}
	}
	if _, err := m.OpenInto(dst, r.fs, r.office); !errors.Is(err, crypto.ErrExists) {
		t.Errorf("a second time: %v", err)
	}
	if entries, err := os.ReadDir(dst); err != nil || len(entries) != 2 {
		t.Errorf("a second time: %d files left, %v", len(entries), err)
	}
}

func TestAWrongResultIsNamedAndNotOpened(t *testing.T) {
	flip := func(b []byte) []byte { b = bytes.Clone(b); b[len(b)/2] ^= 1; return b }
	for name, c := range map[string]struct {
		spoil func(r *result)
		want  error // of CheckFolder
		opens bool
	}{
		"whole":           {func(*result) {}, nil, true},
		"without proof":   {func(r *result) { delete(r.fs, ProofName) }, nil, true},
		"a bit":           {func(r *result) { r.fs["totals.txt.age"].Data = flip(r.fs["totals.txt.age"].Data) }, ErrDigest, false},
		"a bit of a list": {func(r *result) { f := r.fs["照会結果 1.csv.zst.age"]; f.Data = flip(f.Data) }, ErrDigest, false},
		"cut":             {func(r *result) { f := r.fs["totals.txt.age"]; f.Data = f.Data[:len(f.Data)-1] }, ErrSize, false},
		"lengthened":      {func(r *result) { f := r.fs["totals.txt.age"]; f.Data = append(f.Data, 0) }, ErrSize, false},
		"missing":         {func(r *result) { delete(r.fs, "totals.txt.age") }, ErrMissing, false},
		"no contents":     {func(r *result) { delete(r.fs, ContentsName) }, ErrMissing, false},
		"more than listed": {func(r *result) { r.fs["架空太郎.csv"] = &fstest.MapFile{} },
			ErrNotListed, true},
		"a folder more":   {func(r *result) { r.fs["架空太郎/a"] = &fstest.MapFile{} }, ErrNotListed, true},
		"sealed anew":     {func(r *result) { r.reseal(t, "totals.txt.age", "合計 20001\n") }, ErrDigest, false},
		"swapped":         {func(r *result) { r.fs["totals.txt.age"] = r.fs["照会結果 1.csv.zst.age"] }, ErrSize, false},
		"contents' bit":   {func(r *result) { r.fs[ContentsName].Data = flip(r.fs[ContentsName].Data) }, ErrDigest, false},
		"all of it wrong": {func(r *result) { r.fs = fstest.MapFS{} }, ErrMissing, false},
	} {
		r := newResult(t)
		c.spoil(r)
		err := r.m.CheckFolder(r.fs)
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
		if err != nil && strings.Contains(err.Error(), "架空") {
			t.Errorf("%s: a name that somebody else gave is printed", name)
		}
		if c.want != nil {
			if e, ok := errors.AsType[*FileError](err); !ok || e.Name == "" {
				t.Errorf("%s: no FileError", name)
			}
		}
		dst := t.TempDir()
		contents, err := r.m.OpenInto(dst, r.fs, r.office)
		entries, _ := os.ReadDir(dst)
		if (err == nil) != c.opens || (contents == nil) != (err != nil) || err != nil && len(entries) > 0 {
			t.Errorf("%s: opening says %v and leaves %d files", name, err, len(entries))
		}
	}
}

// reseal puts other bytes, well sealed, in the place of a file: what anybody can
// do who knows the office's public key.
func (r *result) reseal(t *testing.T, name, text string) {
	t.Helper()
	var b bytes.Buffer
	w, err := crypto.Seal(&b, r.office.Recipient())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r.fs[name] = &fstest.MapFile{Data: b.Bytes()}
}

func TestSealedContentsMustAgreeWithWhatIsInside(t *testing.T) {
	// The outer digests are right, the inner ones are not: a fault of the sender.
	r := newResult(t)
	r.reseal(t, "totals.txt.age", "合計 99999\n")
	sum, err := crypto.DigestOf(bytes.NewReader(r.fs["totals.txt.age"].Data))
	if err != nil {
		t.Fatal(err)
	}
	for i := range r.m.Files {
		if r.m.Files[i].Name == "totals.txt.age" {
			r.m.Files[i].SHA256, r.m.Files[i].Bytes = sum.Hex(), sum.Bytes
		}
	}
	r.sign(t)
	m, err := Read(r.fs, signers(t, r.signers), noon)
	if err != nil {
		t.Fatal(err)
	}
	dst := t.TempDir()
	if _, err := m.OpenInto(dst, r.fs, r.office); !errors.Is(err, ErrDigest) {
		t.Error(err)
	}
	if entries, _ := os.ReadDir(dst); len(entries) > 0 {
		t.Errorf("%d files left", len(entries))
	}
	wrong, err := crypto.NewIdentity()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.OpenInto(dst, r.fs, wrong); !errors.Is(err, crypto.ErrNoMatch) {
		t.Errorf("another key: %v", err)
	}
}

func TestReadTellsWhatIsMissing(t *testing.T) {
	for _, name := range []string{Name, SignatureName} {
		r := newResult(t)
		delete(r.fs, name)
		_, err := Read(r.fs, signers(t, r.signers), noon)
		if e, ok := errors.AsType[*FileError](err); !ok || e.Name != name || e.Err != ErrMissing {
			t.Errorf("%s: %v", name, err)
		}
		r.fs[name] = &fstest.MapFile{Data: make([]byte, bytesMax+1)}
		if _, err := Read(r.fs, signers(t, r.signers), noon); !errors.Is(err, ErrTooLarge) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestTheRecipeInFormatMDWorks runs the lines that an office is told to type.
func TestTheRecipeInFormatMDWorks(t *testing.T) {
	for _, tool := range []string{"bash", "ssh-keygen", "sha256sum", "age", "zstd", "sed"} {
		if _, err := exec.LookPath(tool); err != nil {
			if os.Getenv("CI") == "true" {
				t.Fatal(err)
			}
			t.Skipf("%s is not installed", tool)
		}
	}
	format, err := os.ReadFile("FORMAT.md")
	if err != nil {
		t.Fatal(err)
	}
	script := regexp.MustCompile("(?s)```sh\n(.*?)```").FindSubmatch(format)
	if script == nil {
		t.Fatal("no recipe")
	}
	run := func(spoil func(dir string) error) error {
		r, dir := newResult(t), t.TempDir()
		if err := os.CopyFS(dir, r.fs); err != nil {
			t.Fatal(err)
		}
		var key bytes.Buffer
		if err := r.office.WriteKey(&key, "", noon); err != nil {
			t.Fatal(err)
		}
		keyFile := filepath.Join(t.TempDir(), "office.key")
		if err := os.WriteFile(keyFile, key.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "allowed_signers"), []byte(r.signers), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := spoil(dir); err != nil {
			t.Fatal(err)
		}
		// totals.txt is not packed: the recipe's loop passes it over.
		text := "set -e -o pipefail\n" + string(script[1])
		text = strings.Replace(text, "for f in", "age -d -i \"$KEY\" totals.txt.age > totals.txt\nfor f in", 1)
		cmd := exec.Command("bash", "-c", text)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "SITE=fukuoka.example", "KEY="+keyFile)
		out, err := cmd.CombinedOutput()
		if err != nil {
			return fmt.Errorf("%w: %s", err, out)
		}
		for name, want := range r.plain {
			if got, err := os.ReadFile(filepath.Join(dir, name)); err != nil || !bytes.Equal(got, want) {
				t.Errorf("%s: %v, or other bytes", name, err)
			}
		}
		return nil
	}
	if err := run(func(string) error { return nil }); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{Name, "totals.txt.age"} {
		err := run(func(dir string) error {
			b, err := os.ReadFile(filepath.Join(dir, name))
			if err != nil {
				return err
			}
			return os.WriteFile(filepath.Join(dir, name), bytes.Replace(b, b[len(b)/2:len(b)/2+1], []byte("~"), 1), 0o600)
		})
		if err == nil {
			t.Errorf("%s is changed and nobody notices", name)
		}
	}
}
