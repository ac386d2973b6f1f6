package sshsig

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"golang.org/x/crypto/ssh"
	"pgregory.net/rapid"
)

// testKey is the same in every run; it signs nothing but tests.
func testKey(n byte) ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{n}, ed25519.SeedSize))
}

func pub(k ed25519.PrivateKey) ed25519.PublicKey { return k.Public().(ed25519.PublicKey) }

func keyText(t testing.TB, n byte) string {
	t.Helper()
	s, err := AuthorizedKey(pub(testKey(n)), "")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func signers(t testing.TB, text string) *Signers {
	t.Helper()
	s, err := ParseSigners(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func sign(t testing.TB, key ed25519.PrivateKey, namespace, message string) []byte {
	t.Helper()
	b, err := Sign(key, namespace, strings.NewReader(message))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

var jst = time.FixedZone("JST", 9*3600)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, jst)

// lists are lists of signers; the outcome is that for a signature of key 1 by
// "site.example" for "baitai-result" at noon. The interop test asks ssh-keygen
// the same questions.
var lists = []struct {
	name, text string
	want       error
}{
	{"plain", "site.example KEY1", nil},
	{"with comment", "# head\n\n site.example KEY1 a comment here\n# end", nil},
	{"tabs and CRLF", "site.example\tKEY1\tcomment\r\n", nil},
	{"quoted principal", `"site.example" KEY1`, nil},
	{"one of several", "a,site.example,b KEY1", nil},
	{"pattern", "site.* KEY1", nil},
	{"question mark", "site?example KEY1", nil},
	{"star in the middle", "s*t*.ex*le KEY1", nil},
	{"only a star", "* KEY1", nil},
	{"negated", "*,!site.example KEY1", ErrUnknownSigner},
	{"negated other", "*,!other.example KEY1", nil},
	{"only negated", "!other.example KEY1", ErrUnknownSigner},
	{"case differs", "Site.Example KEY1", ErrUnknownSigner},
	{"part of the name", "site KEY1", ErrUnknownSigner},
	{"longer name", "site.example.jp KEY1", ErrUnknownSigner},
	{"another's key", "site.example KEY2", ErrUnknownSigner},
	{"key of another", "other.example KEY1", ErrUnknownSigner},
	{"second line", "site.example KEY2\nsite.example KEY1", nil},
	{"namespace", `site.example namespaces="baitai-result" KEY1`, nil},
	{"namespace in upper case option", `site.example NameSpaces="baitai-result" KEY1`, nil},
	{"several namespaces", `site.example namespaces="file,baitai-result" KEY1`, nil},
	{"namespace pattern", `site.example namespaces="baitai-*" KEY1`, nil},
	{"namespace negated", `site.example namespaces="*,!baitai-result" KEY1`, ErrNamespace},
	{"another namespace", `site.example namespaces="file" KEY1`, ErrNamespace},
	{"wrong line first", "site.example namespaces=\"file\" KEY1\nsite.example KEY1", nil},
	{"valid", `site.example valid-after="20260101",valid-before="20270101" KEY1`, nil},
	{"valid with namespace", `site.example namespaces="baitai-result",valid-after="20260101" KEY1`, nil},
	{"expired", `site.example valid-before="20261122" KEY1`, ErrExpired},
	{"expired this noon", `site.example valid-before="202611231159" KEY1`, ErrExpired},
	{"expires this noon", `site.example valid-before="20261123120000" KEY1`, nil},
	{"not yet", `site.example valid-after="20261124" KEY1`, ErrNotYetValid},
	{"from this noon", `site.example valid-after="20261123120000" KEY1`, nil},
	{"in UTC", `site.example valid-after="20261123030000Z",valid-before="202611230300Z" KEY1`, errBad},
	{"expired in UTC", `site.example valid-before="20261123025959Z" KEY1`, ErrExpired},
	{"not yet in UTC", `site.example valid-after="20261123030001Z" KEY1`, ErrNotYetValid},
	{"from UTC", `site.example valid-after="20261123030000Z" KEY1`, nil},
	{"renewed", "site.example valid-before=\"20260101\" KEY1\nsite.example valid-after=\"20260101\" KEY1", nil},
	{"empty", "", ErrUnknownSigner},
	{"only comments", "# site.example KEY1", ErrUnknownSigner},
	{"no key", "site.example", errBad},
	{"no principal", "KEY1", errBad},
	{"unknown option", `site.example no-touch="x" KEY1`, errBad},
	{"unquoted option", `site.example namespaces=file KEY1`, errBad},
	{"option twice", `site.example namespaces="a",namespaces="baitai-result" KEY1`, errBad},
	{"unclosed quote", `site.example namespaces="a KEY1`, errBad},
	{"unclosed principal", `"site.example KEY1`, errBad},
	{"bad time", `site.example valid-after="2026-01-01" KEY1`, errBad},
	{"impossible time", `site.example valid-after="20260230" KEY1`, errBad},
	{"ends before it begins", `site.example valid-after="20270101",valid-before="20260101" KEY1`, errBad},
	{"cut key", "site.example ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIqI4910CfGV", errBad},
	{"kind and key differ", "site.example ssh-rsa RAW1", errBad},
}

// errBad stands for any *ParseError.
var errBad = errors.New("the list cannot be read")

func expand(t testing.TB, text string) string {
	t.Helper()
	return strings.NewReplacer("KEY1", keyText(t, 1), "KEY2", keyText(t, 2), "RAW1", strings.Fields(keyText(t, 1))[1]).Replace(text)
}

func TestVerifyFollowsTheListOfSigners(t *testing.T) {
	sig := sign(t, testKey(1), "baitai-result", "message")
	for _, c := range lists {
		s, err := ParseSigners(strings.NewReader(expand(t, c.text)))
		if c.want == errBad {
			if _, ok := errors.AsType[*ParseError](err); !ok || s != nil {
				t.Errorf("%s: %v, want a ParseError", c.name, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got := Verify(s, "site.example", "baitai-result", strings.NewReader("message"), sig, noon); !errors.Is(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestParseErrorNamesTheLineAndTheReasonButNotTheText(t *testing.T) {
	for _, c := range []struct {
		text string
		line int
		want error
	}{
		{"# x\n\nsecretname KEY1\nsecretname", 4, ErrFields},
		{"secretname unknown=\"y\" KEY1", 1, ErrOption},
		{"\nsecretname cert-authority KEY1", 2, ErrOption},
		{"secretname valid-after=\"secret\" KEY1", 1, ErrTime},
		{"secretname ssh-ed25519 secret", 1, ErrKeyText},
		{"secretname namespaces=\"\" KEY1", 1, ErrPrincipal},
		{"secretname, KEY1", 1, ErrPrincipal},
		{"a KEY1\n" + strings.Repeat("x", signersBytesMax), 2, ErrTooLong},
	} {
		_, err := ParseSigners(strings.NewReader(expand(t, c.text)))
		e, ok := errors.AsType[*ParseError](err)
		if !ok || e.Line != c.line || !errors.Is(err, c.want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%.30q: %v, want line %d: %v", c.text, err, c.line, c.want)
		}
	}
	disk := errors.New("disk on fire")
	if _, err := ParseSigners(iotest.ErrReader(disk)); err != disk {
		t.Errorf("a fault of the disk: %v", err)
	}
}

func TestVerifyTellsWhyNot(t *testing.T) {
	list := signers(t, expand(t, "site KEY1"))
	good := sign(t, testKey(1), "ns", "message")
	disk := errors.New("disk on fire")
	for name, c := range map[string]struct {
		signers   *Signers
		principal string
		namespace string
		message   io.Reader
		sig       []byte
		want      error
	}{
		"good":              {list, "site", "ns", strings.NewReader("message"), good, nil},
		"through Windows":   {list, "site", "ns", strings.NewReader("message"), bytes.ReplaceAll(good, []byte("\n"), []byte("\r\n")), nil},
		"no last newline":   {list, "site", "ns", strings.NewReader("message"), bytes.TrimSpace(good), nil},
		"other message":     {list, "site", "ns", strings.NewReader("messagE"), good, ErrSignature},
		"longer message":    {list, "site", "ns", strings.NewReader("message\n"), good, ErrSignature},
		"other namespace":   {list, "site", "file", strings.NewReader("message"), good, ErrNamespace},
		"no namespace":      {list, "site", "", strings.NewReader("message"), good, ErrNamespace},
		"other principal":   {list, "other", "ns", strings.NewReader("message"), good, ErrUnknownSigner},
		"no principal":      {signers(t, expand(t, "* KEY1")), "", "ns", strings.NewReader("message"), good, ErrUnknownSigner},
		"no signers":        {nil, "site", "ns", strings.NewReader("message"), good, ErrUnknownSigner},
		"other key":         {list, "site", "ns", strings.NewReader("message"), sign(t, testKey(2), "ns", "message"), ErrUnknownSigner},
		"nothing":           {list, "site", "ns", strings.NewReader("message"), nil, ErrMalformed},
		"cut":               {list, "site", "ns", strings.NewReader("message"), good[:len(good)-20], ErrMalformed},
		"something before":  {list, "site", "ns", strings.NewReader("message"), append([]byte("\n"), good...), ErrMalformed},
		"something behind":  {list, "site", "ns", strings.NewReader("message"), append(bytes.Clone(good), 'x'), ErrMalformed},
		"two":               {list, "site", "ns", strings.NewReader("message"), append(bytes.Clone(good), good...), ErrMalformed},
		"too long":          {list, "site", "ns", strings.NewReader("message"), bytes.Repeat([]byte("A"), armoredBytesMax+1), ErrMalformed},
		"message not there": {list, "site", "ns", iotest.ErrReader(disk), good, disk},
	} {
		if got := Verify(c.signers, c.principal, c.namespace, c.message, c.sig, noon); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

// armored makes a signature out of parts that Sign would not write.
func armored(change func(*blob, *ssh.Signature), message string) []byte {
	key := testKey(1)
	p, err := publicKey(pub(key))
	if err != nil {
		panic(err)
	}
	b := blob{Version: 1, PublicKey: p.Marshal(), Namespace: "ns", Hash: "sha512"}
	s := ssh.Signature{Format: "ssh-ed25519"}
	d := toSign{Namespace: "ns", Hash: "sha512"}
	sum := sha512Sum(message)
	d.Digest = sum[:]
	s.Blob = ed25519.Sign(key, d.bytes())
	change(&b, &s)
	if b.Signature == nil {
		b.Signature = ssh.Marshal(s)
	}
	return armor(append([]byte(magic), ssh.Marshal(b)...))
}

func TestOddSignaturesAreRefused(t *testing.T) {
	list := signers(t, expand(t, "site KEY1"))
	for name, c := range map[string]struct {
		change func(*blob, *ssh.Signature)
		want   error
	}{
		"unchanged":         {func(*blob, *ssh.Signature) {}, nil},
		"version 2":         {func(b *blob, _ *ssh.Signature) { b.Version = 2 }, ErrMalformed},
		"no namespace":      {func(b *blob, _ *ssh.Signature) { b.Namespace = "" }, ErrMalformed},
		"reserved":          {func(b *blob, _ *ssh.Signature) { b.Reserved = []byte("x") }, ErrMalformed},
		"md5":               {func(b *blob, _ *ssh.Signature) { b.Hash = "md5" }, ErrAlgorithm},
		"other hash":        {func(b *blob, _ *ssh.Signature) { b.Hash = "sha256" }, ErrSignature},
		"junk for a key":    {func(b *blob, _ *ssh.Signature) { b.PublicKey = []byte("junk") }, ErrMalformed},
		"key with a tail":   {func(b *blob, _ *ssh.Signature) { b.PublicKey = append(b.PublicKey, 0) }, ErrMalformed},
		"junk signature":    {func(b *blob, _ *ssh.Signature) { b.Signature = []byte("junk") }, ErrMalformed},
		"other format":      {func(_ *blob, s *ssh.Signature) { s.Format = "ssh-rsa" }, ErrAlgorithm},
		"hidden tail":       {func(_ *blob, s *ssh.Signature) { s.Rest = []byte("x") }, ErrAlgorithm},
		"short signature":   {func(_ *blob, s *ssh.Signature) { s.Blob = s.Blob[:63] }, ErrSignature},
		"another namespace": {func(b *blob, _ *ssh.Signature) { b.Namespace = "file" }, ErrNamespace},
	} {
		got := Verify(list, "site", "ns", strings.NewReader("message"), armored(c.change, "message"), noon)
		if got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestNoBitOfASignatureCanBeChanged(t *testing.T) {
	list := signers(t, expand(t, "site KEY1"))
	text := sign(t, testKey(1), "ns", "message")
	raw, err := dearmor(text)
	if err != nil {
		t.Fatal(err)
	}
	for i := range len(raw) * 8 {
		bad := bytes.Clone(raw)
		bad[i/8] ^= 1 << (i % 8)
		if Verify(list, "site", "ns", strings.NewReader("message"), armor(bad), noon) == nil {
			t.Fatalf("bit %d does not count", i)
		}
	}
}

func TestWhatIsSignedVerifies(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "seed")
		key := ed25519.NewKeyFromSeed(seed)
		message := rapid.SliceOf(rapid.Byte()).Draw(t, "message")
		name := rapid.StringMatching(`[a-z0-9@.福岡県_-]{1,20}`).Draw(t, "name")
		sig, err := Sign(key, name, bytes.NewReader(message))
		if err != nil {
			t.Fatal(err)
		}
		line, err := Allowed{Principal: name, Namespaces: []string{"x", name}, Key: pub(key), After: noon, Before: noon.Add(time.Hour), Comment: "a\nb"}.Line()
		if err != nil {
			t.Fatal(err)
		}
		list, err := ParseSigners(strings.NewReader(line))
		if err != nil || list.Len() != 1 {
			t.Fatal(err)
		}
		if err := Verify(list, name, name, bytes.NewReader(message), sig, noon.Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
		if Verify(list, name, name, bytes.NewReader(append(message, 0)), sig, noon) == nil {
			t.Fatal("another message verifies")
		}
	})
}

func TestSignRefusesWhatCannotBeVerified(t *testing.T) {
	for _, ns := range []string{"", "a b", "a,b", `a"b`, "a*", "a\n", "\xff", strings.Repeat("a", 256), "!a", "a#"} {
		if _, err := Sign(testKey(1), ns, strings.NewReader("")); err != ErrName {
			t.Errorf("%q: %v", ns, err)
		}
		if _, err := AllowedSignersLine(ns, []string{"ns"}, pub(testKey(1))); err != ErrName {
			t.Errorf("signer %q: %v", ns, err)
		}
		if _, err := AllowedSignersLine("site", []string{"ns", ns}, pub(testKey(1))); err != ErrName {
			t.Errorf("for %q: %v", ns, err)
		}
	}
	if _, err := AllowedSignersLine("site", nil, pub(testKey(1))); err != ErrName {
		t.Errorf("for nothing: %v", err)
	}
	for _, k := range []ed25519.PrivateKey{nil, make([]byte, 32)} {
		if _, err := Sign(k, "ns", strings.NewReader("")); err != ErrKey {
			t.Errorf("key of %d bytes: %v", len(k), err)
		}
	}
	if _, err := AuthorizedKey(nil, ""); err != ErrKey || Fingerprint(nil) != "" {
		t.Errorf("no key: %v", err)
	}
	disk := errors.New("disk on fire")
	if _, err := Sign(testKey(1), "ns", iotest.ErrReader(disk)); err != disk {
		t.Errorf("message not there: %v", err)
	}
}

func TestAuthorizedKeyComesBack(t *testing.T) {
	line, err := AuthorizedKey(pub(testKey(3)), "架空\nssh-ed25519 AAAA evil\t x")
	if err != nil || strings.ContainsAny(line, "\n\t") {
		t.Fatalf("%q, %v", line, err)
	}
	got, comment, err := ParseAuthorizedKey(line)
	if err != nil || !got.Equal(pub(testKey(3))) || comment != "架空 ssh-ed25519 AAAA evil x" {
		t.Errorf("%v, %q", err, comment)
	}
	for _, bad := range []string{"", "ssh-ed25519", "ssh-rsa AAAA", "ssh-ed25519 AAAA", "ssh-ed25519 *", line[:30]} {
		if _, _, err := ParseAuthorizedKey(bad); err != ErrKey {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func FuzzParseSigners(f *testing.F) {
	for _, c := range lists {
		f.Add(expand(f, c.text))
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := ParseSigners(strings.NewReader(text))
		if err != nil {
			if _, ok := errors.AsType[*ParseError](err); !ok {
				t.Fatal(err)
			}
			return
		}
		for _, line := range s.list {
			if line.principals == "" || len(line.wire) == 0 {
				t.Fatal("a signer without name or key")
			}
			matchList("site.example", line.principals)
		}
	})
}

func FuzzParseSignature(f *testing.F) {
	raw, err := dearmor(sign(f, testKey(1), "ns", "message"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(raw)
	f.Add(raw[:40])
	f.Add([]byte(magic))
	f.Fuzz(func(t *testing.T, raw []byte) {
		s, err := parse(armor(raw))
		if err != nil {
			return
		}
		// What is read is all there was.
		again := append([]byte(magic), ssh.Marshal(blob{Version: 1, PublicKey: s.key.Marshal(), Namespace: s.namespace, Hash: s.hash, Signature: ssh.Marshal(s.sig)})...)
		if s.key.Type() == keyEd25519 && !bytes.Equal(again, raw) {
			t.Fatalf("%s", base64.StdEncoding.EncodeToString(raw))
		}
	})
}
