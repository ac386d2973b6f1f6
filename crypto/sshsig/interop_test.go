package sshsig

import (
	"bytes"
	"crypto/sha512"
	"encoding/pem"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"
)

func sha512Sum(s string) [64]byte { return sha512.Sum512([]byte(s)) }

// keygen runs the real ssh-keygen in Japanese time. Where it is missing the test
// is skipped, but never in CI.
func keygen(t *testing.T, stdin string, args ...string) (string, error) {
	t.Helper()
	path, err := exec.LookPath("ssh-keygen")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("ssh-keygen is not installed")
		}
		t.Skip("ssh-keygen is not installed")
	}
	cmd := exec.Command(path, args...)
	cmd.Stdin = strings.NewReader(stdin)
	cmd.Env = append(os.Environ(), "TZ=JST-9")
	var out, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &stderr
	if err := cmd.Run(); err != nil {
		return "", errors.New(stderr.String())
	}
	return out.String(), nil
}

func write(t *testing.T, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func privateKeyFile(t *testing.T, dir string) string {
	t.Helper()
	block, err := ssh.MarshalPrivateKey(testKey(1), "test")
	if err != nil {
		t.Fatal(err)
	}
	return write(t, dir, "key", string(pem.EncodeToMemory(block)))
}

func TestSignWritesWhatSSHKeygenWrites(t *testing.T) {
	key := privateKeyFile(t, t.TempDir())
	for _, message := range []string{"", "message", "架空\r\n", strings.Repeat("x", 1<<20)} {
		want, err := keygen(t, message, "-q", "-Y", "sign", "-f", key, "-n", "baitai-result")
		if err != nil {
			t.Fatal(err)
		}
		if got := string(sign(t, testKey(1), "baitai-result", message)); got != want {
			t.Errorf("%d bytes:\n%s\nwant\n%s", len(message), got, want)
		}
	}
}

// TestSSHKeygenJudgesAsWeDo asks both about every list of signers. Where they
// differ we must be the stricter one, and only for the reasons given.
func TestSSHKeygenJudgesAsWeDo(t *testing.T) {
	stricter := map[string]bool{
		"impossible time": true, // mktime takes 30 February for 2 March
	}
	dir := t.TempDir()
	sig := write(t, dir, "sig", string(sign(t, testKey(1), "baitai-result", "message")))
	for _, c := range lists {
		list := write(t, dir, "signers", expand(t, c.text))
		_, err := keygen(t, "message", "-q", "-Y", "verify", "-f", list, "-I", "site.example", "-n", "baitai-result", "-s", sig, "-O", "verify-time=20261123120000")
		if (err == nil) != (c.want == nil) && !(err == nil && stricter[c.name]) {
			t.Errorf("%s: ssh-keygen says %v, we say %v", c.name, err, c.want)
		}
	}
}

func TestSSHKeygenVerifiesOurSignaturesUnderOurLines(t *testing.T) {
	dir := t.TempDir()
	for _, principal := range []string{"site.example", "福岡県", "a@b.c"} {
		if _, err := (Allowed{Principal: principal, Namespaces: []string{"x"}, Key: pub(testKey(1)), After: noon, Before: noon}).Line(); err != ErrTime {
			t.Errorf("a validity without length: %v", err)
		}
		line, err := Allowed{Principal: principal, Namespaces: []string{"baitai-result", "x"}, Key: pub(testKey(1)), After: noon, Before: noon.AddDate(1, 0, 0), Comment: "架空"}.Line()
		if err != nil {
			t.Fatal(err)
		}
		list := write(t, dir, "signers", line+"\n")
		sig := write(t, dir, "sig", string(sign(t, testKey(1), "baitai-result", "message")))
		verify := func(message, namespace, at string) error {
			_, err := keygen(t, message, "-q", "-Y", "verify", "-f", list, "-I", principal, "-n", namespace, "-s", sig, "-O", "verify-time="+at)
			return err
		}
		if err := verify("message", "baitai-result", "20261123120000"); err != nil {
			t.Errorf("%s: %v", principal, err)
		}
		for _, bad := range [][3]string{{"messagE", "baitai-result", "20261123120000"}, {"message", "x", "20261123120000"},
			{"message", "baitai-result", "20261123115959"}, {"message", "baitai-result", "20271123120001"}} {
			if verify(bad[0], bad[1], bad[2]) == nil {
				t.Errorf("%s: ssh-keygen accepts %v", principal, bad)
			}
		}
	}
}

func TestSignaturesOfOtherKindsOfKeyVerify(t *testing.T) {
	for _, c := range []struct {
		kind, bits string
		want       error
	}{{"ed25519", "256", nil}, {"ecdsa", "256", nil}, {"ecdsa", "521", nil}, {"rsa", "2048", nil}, {"rsa", "1024", errBad}} {
		dir := t.TempDir()
		key := filepath.Join(dir, "key")
		if _, err := keygen(t, "", "-q", "-t", c.kind, "-b", c.bits, "-N", "", "-f", key); err != nil {
			t.Fatal(err)
		}
		line, err := os.ReadFile(key + ".pub")
		if err != nil {
			t.Fatal(err)
		}
		for _, hash := range []string{"sha256", "sha512"} {
			sig, err := keygen(t, "message", "-q", "-Y", "sign", "-f", key, "-n", "ns", "-O", "hashalg="+hash)
			if err != nil {
				t.Fatal(err)
			}
			list, err := ParseSigners(strings.NewReader("op " + string(line)))
			if c.want == errBad {
				if err == nil {
					t.Errorf("%s %s is accepted", c.kind, c.bits)
				}
				if _, err := parse([]byte(sig)); err != ErrAlgorithm {
					t.Errorf("signature of %s %s: %v", c.kind, c.bits, err)
				}
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			if err := Verify(list, "op", "ns", strings.NewReader("message"), []byte(sig), noon); err != nil {
				t.Errorf("%s %s %s: %v", c.kind, c.bits, hash, err)
			}
			if err := Verify(list, "op", "ns", strings.NewReader("messagE"), []byte(sig), noon); err != ErrSignature {
				t.Errorf("%s %s %s, other message: %v", c.kind, c.bits, hash, err)
			}
		}
	}
}

func TestFingerprintIsWhatSSHKeygenPrints(t *testing.T) {
	path := write(t, t.TempDir(), "key.pub", keyText(t, 1)+"\n")
	out, err := keygen(t, "", "-l", "-f", path)
	if err != nil {
		t.Fatal(err)
	}
	if f := Fingerprint(pub(testKey(1))); strings.Fields(out)[1] != f {
		t.Errorf("%s, want %s", f, out)
	}
}
