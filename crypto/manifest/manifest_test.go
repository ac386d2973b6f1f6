package manifest

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
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
		Files: []Content{{"照会結果 1.csv", "照会結果 1.csv.zst.age", hexOf(5), 99999, 123, 0, 0}},
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
