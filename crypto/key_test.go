package crypto

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"
)

var jst = time.FixedZone("JST", 9*3600)

func newIdentity(t testing.TB) *Identity {
	t.Helper()
	id, err := NewIdentity()
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func newHybrid(t testing.TB) *Identity {
	t.Helper()
	id, err := NewPostQuantumIdentity()
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func TestParseRecipientTakesTheTwoKindsAndNothingElse(t *testing.T) {
	classic, hybrid := newIdentity(t), newHybrid(t)
	for _, id := range []*Identity{classic, hybrid} {
		want := id.Recipient()
		got, err := ParseRecipient(want.String())
		if err != nil || got != want {
			t.Fatalf("ParseRecipient of its own text: %v", err)
		}
		if got.PostQuantum() != (id == hybrid) {
			t.Errorf("PostQuantum() = %v", got.PostQuantum())
		}
		if f := got.Fingerprint(); len(f) != len("SHA256:")+43 || strings.Contains(f, "=") {
			t.Errorf("fingerprint %q", f)
		}
	}
	good := classic.Recipient().String()
	for name, c := range map[string]struct {
		in   string
		want error
	}{
		"nothing":           {"", ErrRecipient},
		"space around":      {" " + good, ErrRecipient},
		"newline after":     {good + "\n", ErrRecipient},
		"upper case":        {strings.ToUpper(good), ErrRecipient},
		"one letter off":    {good[:20] + flip(good[20]) + good[21:], ErrRecipient},
		"cut":               {good[:len(good)-1], ErrRecipient},
		"an SSH key":        {"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ9f", ErrRecipient},
		"a plugin":          {"age1yubikey1qwt50d05nh5vutpdzmlg5wn80xq5negm4uj9ghv0snvdd3yysf5yw3rhl3t", ErrRecipient},
		"a private key":     {classic.reveal().text, ErrSecretKey},
		"the same, lower":   {strings.ToLower(classic.reveal().text), ErrSecretKey},
		"a hybrid private":  {hybrid.reveal().text, ErrSecretKey},
		"cut hybrid":        {hybrid.Recipient().String()[:1900], ErrRecipient},
		"only a prefix":     {"age1pq1", ErrRecipient},
		"private, in space": {"\n " + classic.reveal().text, ErrSecretKey},
	} {
		r, err := ParseRecipient(c.in)
		if !errors.Is(err, c.want) || !r.IsZero() {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
		if err != nil && len(c.in) > 8 && strings.Contains(err.Error(), c.in[3:8]) {
			t.Errorf("%s: the error quotes what was read", name)
		}
	}
}

func flip(c byte) string {
	if c == 'q' {
		return "p"
	}
	return "q"
}

func TestFingerprintIsWhatStockToolsPrint(t *testing.T) {
	// printf %s age1… | openssl dgst -sha256 -binary | base64
	r, err := ParseRecipient("age1cy0su9fwf3gf9mw868g5yut09p6nytfmmnktexz2ya5uqg9vl9sss4euqm")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := r.Fingerprint(), "SHA256:ubOuisDKExez1DAg6iNEZR5wObzlhpSnKPK/KKXhJQM"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if (Recipient{}).Fingerprint() != "" {
		t.Error("nobody has a fingerprint")
	}
}

func TestKeyFileComesBackAsItWasWritten(t *testing.T) {
	at := time.Date(2026, 11, 23, 9, 0, 0, 0, jst)
	for _, id := range []*Identity{newIdentity(t), newHybrid(t)} {
		var b bytes.Buffer
		if err := id.WriteKey(&b, "site key\nsecond line", at); err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(b.String(), "# site key\n# second line\n# created: 2026-11-23T09:00:00+09:00\n# public key: age1") {
			t.Errorf("head of the file: %.120q", b.String())
		}
		for _, text := range []string{b.String(), strings.ReplaceAll(b.String(), "\n", "\r\n"), strings.TrimRight(b.String(), "\n")} {
			got, err := ParseIdentity(strings.NewReader(text))
			if err != nil {
				t.Fatal(err)
			}
			if got.reveal().text != id.reveal().text || got.Recipient() != id.Recipient() {
				t.Error("another key came back")
			}
		}
	}
	for _, id := range []*Identity{nil, {}} {
		if err := id.WriteKey(io.Discard, "", at); !errors.Is(err, ErrNoKey) {
			t.Errorf("WriteKey without a key: %v", err)
		}
		if !id.Recipient().IsZero() {
			t.Error("no key has no recipient")
		}
	}
}

func TestParseIdentityNamesTheLine(t *testing.T) {
	a, b := newIdentity(t).reveal().text, newIdentity(t).reveal().text
	for name, c := range map[string]struct {
		in   string
		line int
		want error
	}{
		"empty":          {"", 0, ErrNoKey},
		"comments only":  {"# x\n\n# y\n", 0, ErrNoKey},
		"two keys":       {"# x\n" + a + "\n\n" + b + "\n", 4, ErrManyKeys},
		"the same twice": {a + "\n" + a + "\n", 2, ErrManyKeys},
		"a cut key":      {"#\n" + a[:40] + "\n", 2, ErrNotKey},
		"lower case":     {strings.ToLower(a), 1, ErrNotKey},
		"space before":   {" " + a, 1, ErrNotKey},
		"a recipient":    {newIdentity(t).Recipient().String(), 1, ErrNotKey},
		"cut hybrid":     {newHybrid(t).reveal().text[:30], 1, ErrNotKey},
		"long line":      {strings.Repeat("x", 70<<10), 0, ErrKeyFile},
		"long file":      {strings.Repeat("#\n", 40<<10) + a, 0, ErrKeyFile},
	} {
		id, err := ParseIdentity(strings.NewReader(c.in))
		e, ok := errors.AsType[*KeyError](err)
		if !ok || e.Line != c.line || !errors.Is(err, c.want) || id != nil {
			t.Errorf("%s: %v, want line %d: %v", name, err, c.line, c.want)
			continue
		}
		if strings.Contains(err.Error(), "AGE-SECRET") || strings.Contains(err.Error(), "age1") {
			t.Errorf("%s: the error quotes the file", name)
		}
	}
	if _, err := ParseIdentity(failingReader{}); !errors.Is(err, errDisk) {
		t.Errorf("a fault of the disk: %v", err)
	}
}

var errDisk = errors.New("disk on fire")

type failingReader struct{}

func (failingReader) Read([]byte) (int, error) { return 0, errDisk }

// holders are the ways in which a value sits in something that gets printed.
func holders[T any](v T) []any {
	type inner struct{ v T }
	type outer struct{ in inner }
	type embedded struct{ In inner }
	return []any{
		v, &v, []T{v}, map[string]T{"k": v}, struct{ V T }{v}, struct{ v T }{v},
		&struct{ v T }{v}, outer{inner{v}}, &outer{inner{v}}, embedded{inner{v}}, []outer{{inner{v}}},
		any(v), struct{ v any }{v}, struct{ v *T }{&v},
	}
}

func prints(v any) string {
	var b strings.Builder
	for _, verb := range "vTtbcdoOqxXUeEfFgGsp" {
		for _, flag := range []string{"", "+", "#", "-", " ", "0", "+#", "020.9"} {
			fmt.Fprintf(&b, "%"+flag+string(verb)+"\n", v)
		}
	}
	fmt.Fprint(&b, v)
	fmt.Fprint(&b, fmt.Errorf("x: %v", v))
	j, _ := json.Marshal(v) // some holders cannot be encoded; what is written counts
	b.Write(j)
	slog.New(slog.NewTextHandler(&b, nil)).Info("x", "v", v, slog.Group("g", "v", v))
	slog.New(slog.NewJSONHandler(&b, nil)).Info("x", "v", v, slog.Group("g", "v", v))
	return b.String()
}

func TestNothingReveals(t *testing.T) {
	id, hybrid := newIdentity(t), newHybrid(t)
	raw := []byte("0123456789abcdefghijklmnopqrstuv")
	mac, err := ParseMACKey(raw)
	if err != nil {
		t.Fatal(err)
	}
	var all []any
	all = append(all, holders(id)...)
	all = append(all, holders(*id)...) // a copy of an Identity must not print either
	all = append(all, holders(hybrid)...)
	all = append(all, holders(mac)...)
	secrets := []string{
		id.reveal().text[20:40], strings.ToLower(id.reveal().text[20:40]), hybrid.reveal().text[30:50],
		"01234567", "30313233", "48 49 50", "48, 49, 50", "0x30, 0x31", "30 31 32", "U+0030",
	}
	for i, v := range all {
		out := prints(v)
		for _, s := range secrets {
			if strings.Contains(out, s) {
				t.Errorf("holder %d (%T) prints a secret", i, v)
			}
		}
	}
	for _, v := range []any{id, *id, mac} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x"} {
			if got := fmt.Sprintf(verb, v); got != Mask {
				t.Errorf("%s of %T prints %q", verb, v, got)
			}
		}
	}
	// The test itself must be able to fail.
	if !strings.Contains(prints(struct{ v []byte }{raw}), "48 49 50") {
		t.Fatal("this test would not see a secret")
	}
}

func TestMACSeparatesDomainsAndParts(t *testing.T) {
	key, err := NewMACKey(bytes.NewReader(bytes.Repeat([]byte{7}, 32)))
	if err != nil {
		t.Fatal(err)
	}
	b := func(s string) []byte { return []byte(s) }
	seen := map[[32]byte]int{}
	for i, sum := range [][32]byte{
		key.Sum("a"), key.Sum("b"), key.Sum("a", nil), key.Sum("a", nil, nil), key.Sum("", b("a")),
		key.Sum("a", b("b")), key.Sum("ab"), key.Sum("a", b("bc"), b("d")), key.Sum("a", b("b"), b("cd")),
		key.Sum("a", b("bcd")), key.Sum("a", b("\x00\x00\x00\x00\x00\x00\x00\x00")),
	} {
		if j, ok := seen[sum]; ok {
			t.Errorf("sums %d and %d are the same", i, j)
		}
		seen[sum] = i
	}
	other, err := ParseMACKey(bytes.Repeat([]byte{8}, 32))
	if err != nil {
		t.Fatal(err)
	}
	if other.Sum("a") == key.Sum("a") {
		t.Error("another key gives the same sum")
	}
	again, err := ParseMACKey(bytes.Repeat([]byte{7}, 32))
	if err != nil || again.Sum("x", b("y")) != key.Sum("x", b("y")) {
		t.Error("the same key gives another sum")
	}
	// python3: hmac.new(b'\7'*32, (3).to_bytes(8,'big')+b'job'+(2).to_bytes(8,'big')+b'42', 'sha256').hexdigest()
	const want = "a3361de562dbe75f0ec69b93fa44ced3e1f44127b90d9334273ea48d65b8e075"
	if got := fmt.Sprintf("%x", key.Sum("job", b("42"))); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestMACKeyNeedsAllItsBytes(t *testing.T) {
	for _, n := range []int{0, 1, 31, 33, 64} {
		if _, err := ParseMACKey(make([]byte, n)); !errors.Is(err, ErrMACKey) {
			t.Errorf("%d bytes: %v", n, err)
		}
	}
	if _, err := NewMACKey(bytes.NewReader(make([]byte, 31))); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("short randomness: %v", err)
	}
	raw := make([]byte, 32)
	k, err := ParseMACKey(raw)
	if err != nil {
		t.Fatal(err)
	}
	before := k.Sum("x")
	raw[0] = 1
	if k.Sum("x") != before {
		t.Error("the key shares memory with its caller")
	}
	defer func() {
		if recover() == nil {
			t.Error("a zero key gave a sum")
		}
	}()
	(MACKey{}).Sum("x")
}
