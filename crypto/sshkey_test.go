package crypto

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// sshKeys makes key pairs with the real ssh-keygen, as an office has them.
func sshKeys(t *testing.T, passphrase string, kinds ...string) map[string]string {
	t.Helper()
	dir, made := t.TempDir(), map[string]string{}
	for _, kind := range kinds {
		path := filepath.Join(dir, kind)
		name, bits, sized := strings.Cut(kind, "-")
		args := []string{"-q", "-t", name, "-N", passphrase, "-C", "mihon@PC-01 架空", "-f", path}
		if sized {
			args = append(args, "-b", bits)
		}
		tool(t, nil, "ssh-keygen", args...)
		made[kind] = path
	}
	return made
}

func publicOf(t *testing.T, path string) string {
	t.Helper()
	line, err := os.ReadFile(path + ".pub")
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(line))
}

func keyFile(t *testing.T, path string, ask Asker) (*Identity, error) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	return ParseKeyFile(f, ask)
}

// What is sealed to a key that ssh-keygen made, age opens with it, and what age
// seals to it is opened here; alone, and beside other keys.
func TestKeysOfOpenSSHOpenHereAndInAge(t *testing.T) {
	keys := sshKeys(t, "", "ed25519", "rsa-2048", "rsa-3072")
	beside := newIdentity(t)
	for kind, path := range keys {
		to, err := ParseRecipient(publicOf(t, path))
		if err != nil {
			t.Fatalf("%s: %v", kind, err)
		}
		id, err := keyFile(t, path, nil)
		if err != nil || id.Recipient() != to {
			t.Fatalf("%s: the private key is of another public one: %v", kind, err)
		}
		if again, err := ParseRecipient(to.String()); err != nil || again != to || !to.SSH() || to.PostQuantum() {
			t.Errorf("%s: its own text reads as another key: %v", kind, err)
		}
		if said := string(tool(t, nil, "ssh-keygen", "-lf", path+".pub")); !strings.Contains(said, " "+to.Fingerprint()+" ") {
			t.Errorf("%s: fingerprint %s, but ssh-keygen says %s", kind, to.Fingerprint(), said)
		}
		for _, n := range sizes {
			plain := text(n)
			if got := tool(t, sealed(t, Seal, plain, beside.Recipient(), to), "age", "-d", "-i", path); !bytes.Equal(got, plain) {
				t.Errorf("%s: age opens %d bytes into others", kind, n)
			}
			if got := tool(t, tool(t, sealed(t, Pack, plain, to), "age", "-d", "-i", path), "zstd", "-d", "-c"); !bytes.Equal(got, plain) {
				t.Errorf("%s: zstd unpacks %d bytes into others", kind, n)
			}
			if got, err := open(bytes.NewReader(tool(t, plain, "age", "-R", path+".pub")), id); err != nil || !bytes.Equal(got, plain) {
				t.Errorf("%s: what age sealed, %d bytes: %v", kind, n, err)
			}
		}
		if _, err := open(bytes.NewReader(sealed(t, Seal, text(100), to)), beside); !errors.Is(err, ErrNoMatch) {
			t.Errorf("%s: another key: %v", kind, err)
		}
		if err := id.WriteKey(&bytes.Buffer{}, "", time.Now()); !errors.Is(err, ErrSSHKey) {
			t.Errorf("%s: a key of OpenSSH is written: %v", kind, err)
		}
	}
}

func TestAPassphraseIsAskedForOnlyWhereThereIsOne(t *testing.T) {
	const passphrase = "架空 no himitsu"
	say := func(s string) Asker { return func() ([]byte, error) { return []byte(s), nil } }
	never := func() ([]byte, error) { t.Error("a passphrase is asked for"); return nil, errDisk }
	for kind, path := range sshKeys(t, passphrase, "ed25519", "rsa-2048") {
		id, err := keyFile(t, path, say(passphrase))
		if err != nil {
			t.Fatalf("%s: %v", kind, err)
		}
		if to, err := ParseRecipient(publicOf(t, path)); err != nil || id.Recipient() != to {
			t.Errorf("%s: another key: %v", kind, err)
		}
		for name, c := range map[string]struct {
			ask  Asker
			want error
		}{
			"wrong":           {say("himitsu"), ErrPassphrase},
			"empty":           {say(""), ErrPassphrase},
			"nobody to ask":   {nil, ErrPassphrase},
			"broken terminal": {func() ([]byte, error) { return nil, errDisk }, errDisk},
		} {
			if _, err := keyFile(t, path, c.ask); !errors.Is(err, c.want) || strings.Contains(err.Error(), "himitsu") {
				t.Errorf("%s, %s: %v", kind, name, err)
			}
		}
	}
	for kind, path := range sshKeys(t, "", "ed25519", "rsa-2048") {
		if _, err := keyFile(t, path, never); err != nil {
			t.Errorf("%s: %v", kind, err)
		}
	}
	var age bytes.Buffer
	for _, id := range []*Identity{newIdentity(t), newHybrid(t)} {
		age.Reset()
		if err := id.WriteKey(&age, "架空", time.Now()); err != nil {
			t.Fatal(err)
		}
		if got, err := ParseKeyFile(&age, never); err != nil || got.Recipient() != id.Recipient() {
			t.Errorf("a key file of age: %v", err)
		}
	}
}

// Keys that cannot be used are told apart, in the register and where one opens.
func TestOtherKeysOfOpenSSHAreRefusedByTheirReason(t *testing.T) {
	keys := sshKeys(t, "", "ecdsa-256", "rsa-1024", "ed25519")
	for kind, want := range map[string]error{"ecdsa-256": ErrKeyKind, "rsa-1024": ErrWeakKey} {
		if r, err := ParseRecipient(publicOf(t, keys[kind])); !errors.Is(err, want) || !r.IsZero() {
			t.Errorf("public %s: %v", kind, err)
		}
		if _, err := keyFile(t, keys[kind], nil); !errors.Is(err, want) {
			t.Errorf("private %s: %v", kind, err)
		}
	}
	if _, err := keyFile(t, keys["ed25519"]+".pub", nil); !errors.Is(err, ErrPublicKey) {
		t.Errorf("a public key to open with: %v", err)
	}
	private, err := os.ReadFile(keys["ed25519"])
	if err != nil {
		t.Fatal(err)
	}
	good := publicOf(t, keys["ed25519"])
	kind, rest, _ := strings.Cut(good, " ")
	blob, _, _ := strings.Cut(rest, " ")
	for name, c := range map[string]struct {
		in   string
		want error
	}{
		"a private key":             {string(private), ErrSecretKey},
		"a line of a private key":   {strings.Split(string(private), "\n")[1], ErrSecretKey},
		"the kind alone":            {kind, ErrRecipient},
		"no base64":                 {kind + " ＡＡＡＡ", ErrRecipient},
		"cut":                       {kind + " " + blob[:40], ErrRecipient},
		"more than the key":         {kind + " " + blob + "AAAA", ErrRecipient},
		"of another kind inside":    {"ssh-rsa " + blob, ErrRecipient},
		"two lines":                 {good + "\n" + good, ErrRecipient},
		"DSA":                       {"ssh-dss AAAAB3NzaC1kc3M", ErrKeyKind},
		"in a security token":       {"sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5", ErrKeyKind},
		"options before":            {`command="x" ` + good, ErrRecipient},
		"a point of low order":      {kind + " AAAAC3NzaC1lZDI1NTE5AAAAIAEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", ErrRecipient},
		"a post-quantum key, twice": {newHybrid(t).Recipient().String() + " x", ErrRecipient},
	} {
		r, err := ParseRecipient(c.in)
		if !errors.Is(err, c.want) || !r.IsZero() || errors.Is(err, ErrKeyKind) != (c.want == ErrKeyKind) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
		if err != nil && (strings.Contains(err.Error(), blob[30:40]) || strings.Contains(err.Error(), "AAAA")) {
			t.Errorf("%s: the error quotes the key", name)
		}
	}
	for name, in := range map[string]string{"a key of PuTTY": "PuTTY-User-Key-File-3: ssh-ed25519\r\n", "a public key of SSH2": "---- BEGIN SSH2 PUBLIC KEY ----\n",
		"PEM of something else": "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n", "half a key": string(private[:120]), "a long file": strings.Repeat("x", 70<<10)} {
		if _, err := ParseKeyFile(strings.NewReader(in), nil); err == nil {
			t.Errorf("%s is accepted", name)
		} else if _, ok := errors.AsType[*KeyError](err); !ok {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := ParseKeyFile(failingReader{}, nil); !errors.Is(err, errDisk) {
		t.Errorf("a fault of the disk: %v", err)
	}
}

func TestAListOfKeysIsReadAsPeopleWriteIt(t *testing.T) {
	keys := sshKeys(t, "", "ed25519", "rsa-2048", "ecdsa-256", "rsa-1024")
	ed, rsa := publicOf(t, keys["ed25519"]), publicOf(t, keys["rsa-2048"])
	a, b, pq := newIdentity(t).Recipient().String(), newIdentity(t).Recipient().String(), newHybrid(t).Recipient().String()
	for list, want := range map[string]int{
		"": 0, "  ": 0, a: 1, pq: 1, ed: 1, a + "、" + b: 2, a + "/" + b: 2, a + "+" + b: 2, a + " " + b: 2, a + ";\r\n" + b: 2,
		a + "・" + ed: 2, ed + "\n" + rsa: 2, ed + " " + rsa: 2, rsa + " " + a: 2, ed + "、" + rsa + "，" + a + "\u3000" + b: 4,
	} {
		got, err := ParseRecipients(list)
		if err != nil || len(got) != want {
			t.Errorf("%d keys: %d, %v", want, len(got), err)
		}
	}
	var many []string
	for range RecipientsMax + 1 {
		many = append(many, newIdentity(t).Recipient().String())
	}
	if to, err := ParseRecipients(strings.Join(many[1:], ",")); err != nil || len(to) != RecipientsMax {
		t.Errorf("%d keys: %v", len(to), err)
	}
	kind := func(line string) string { w := strings.Fields(line); return w[0] + " " + w[1] }
	for name, c := range map[string]struct {
		in   string
		no   int
		word string
		want error
	}{
		"too many":          {strings.Join(many, ","), RecipientsMax + 1, "", ErrManyRecipients},
		"mixed":             {a + " " + pq, 2, "", ErrMixed},
		"mixed with SSH":    {pq + "、" + a, 2, "", ErrMixed},
		"SSH and pq":        {ed + "\n" + pq, 2, "", ErrMixed},
		"doubled":           {a + "、" + b + "、" + a, 3, "", ErrDoubledKey},
		"doubled, SSH":      {ed + "\n" + kind(ed) + " another comment", 2, "", ErrDoubledKey},
		"weak":              {a + "\n" + publicOf(t, keys["rsa-1024"]), 2, "SSH", ErrWeakKey},
		"ECDSA":             {publicOf(t, keys["ecdsa-256"]), 1, "ECDSA", ErrKeyKind},
		"a security token":  {"sk-ecdsa-sha2-nistp256@openssh.com AAAA", 1, "FIDO2 (sk-)", ErrKeyKind},
		"a plugin":          {a + " age1yubikey1qwt50d05nh5vutpdzmlg5wn80xq5negm4uj9ghv0snvdd3yysf5yw3rhl3t", 2, "age plugin", ErrKeyKind},
		"a private key":     {a + "\n-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA", 0, "", ErrSecretKey},
		"no key":            {a + "、yamada", 2, "SSH", ErrRecipient},
		"a comment's comma": {ed + ", PC", 2, "SSH", ErrRecipient}, // cannot be told from a key that was written wrongly
	} {
		to, err := ParseRecipients(c.in)
		e, ok := errors.AsType[*RecipientError](err)
		if !ok || e.No != c.no || !errors.Is(err, c.want) || to != nil || c.word != "SSH" && e.Kind != c.word && c.want == ErrKeyKind {
			t.Errorf("%s: %v (%+v)", name, err, e)
		}
		if err != nil && (strings.Contains(err.Error(), "AAAA") || strings.Contains(err.Error(), "yamada")) {
			t.Errorf("%s: the error quotes the list", name)
		}
	}
}

// A list that is read can be sealed to, and has one reading.
func FuzzParseRecipients(f *testing.F) {
	ed := "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ9f8m1rJ0Xn3F3Rk8oZ4V1s7p2u9yQxB5tC6dE7fGhI mihon"
	for _, s := range []string{"", "age1cy0su9fwf3gf9mw868g5yut09p6nytfmmnktexz2ya5uqg9vl9sss4euqm", ed, ed + "\n" + ed, "age1pq1、age1", "AGE-SECRET-KEY-1", "ssh-rsa /+・ssh-"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, list string) {
		to, err := ParseRecipients(list)
		if err != nil || len(to) == 0 {
			return
		}
		if _, err := Seal(&bytes.Buffer{}, to...); err != nil {
			t.Fatalf("cannot be sealed to: %v", err)
		}
		var texts []string
		for _, r := range to {
			texts = append(texts, r.String())
		}
		again, err := ParseRecipients(strings.Join(texts, "、"))
		if err != nil || fmt.Sprint(again) != fmt.Sprint(to) {
			t.Fatalf("read again: %v", err)
		}
	})
}

// Whatever stands in a file, nothing of it is quoted and nothing goes wrong worse
// than by an error.
func FuzzParseKeyFile(f *testing.F) {
	for _, s := range []string{"", "# x\nAGE-SECRET-KEY-1", "AGE-SECRET-KEY-PQ-1", "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEA\n-----END OPENSSH PRIVATE KEY-----\n",
		"-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nAAAA\n-----END RSA PRIVATE KEY-----\n", "ssh-ed25519 AAAA", "PuTTY-User-Key-File-2: x"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		id, err := ParseKeyFile(bytes.NewReader(raw), nil)
		if err == nil && id.Recipient().IsZero() {
			t.Fatal("a key without a public half")
		}
		if _, ok := errors.AsType[*KeyError](err); err != nil && !ok {
			t.Fatalf("another error: %v", err)
		}
	})
}
