//go:build unix

package keyring

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"

	"baitai/crypto"
)

func TestNothingReveals(t *testing.T) {
	r, _ := create(t)
	k := r.reveal()
	type inner struct{ r Ring }
	type outer struct {
		in inner
		p  *Ring
	}
	holders := []any{r, *r, &r, []*Ring{r}, []Ring{*r}, map[int]*Ring{1: r}, inner{*r}, &inner{*r}, outer{inner{*r}, r}, &outer{inner{*r}, r},
		struct{ R *Ring }{r}, struct{ r *Ring }{r}, struct{ v any }{*r}, struct{ Ring }{*r}}
	var age bytes.Buffer
	if err := k.site.WriteKey(&age, "", morning); err != nil {
		t.Fatal(err)
	}
	secrets := []string{strings.Fields(age.String())[7][20:40]}
	for _, key := range [][]byte{k.ledger[:32], k.signer[:32]} {
		secrets = append(secrets, fmt.Sprintf("%d", key)[1:12], fmt.Sprintf("%x", key)[:8], fmt.Sprintf("%X", key)[:8],
			fmt.Sprintf("% x", key)[:11], fmt.Sprintf("%#v", key)[7:27], base64.StdEncoding.EncodeToString(key)[:8], new(big.Int).SetBytes(key).String()[:12])
	}
	for i, h := range holders {
		var b strings.Builder
		for _, verb := range "vTtbcdoOqxXUeEfFgGsp" {
			for _, flag := range []string{"", "+", "#", " ", "0"} {
				fmt.Fprintf(&b, "%"+flag+string(verb)+"\n", h)
			}
		}
		j, _ := json.Marshal(h) // some holders cannot be encoded; what is written counts
		b.Write(j)
		slog.New(slog.NewTextHandler(&b, nil)).Info("x", "v", h)
		slog.New(slog.NewJSONHandler(&b, nil)).Info("x", "v", h)
		for _, s := range secrets {
			if strings.Contains(b.String(), s) {
				t.Errorf("holder %d (%T) prints a secret", i, h)
				break
			}
		}
	}
	if fmt.Sprint(r) != crypto.Mask || fmt.Sprintf("%d", *r) != crypto.Mask {
		t.Error("no mask")
	}
	if !strings.Contains(fmt.Sprintf("%d", []byte(k.ledger)), secrets[1]) {
		t.Fatal("this test would not see a secret")
	}
}

func TestPublicKeysAreThoseThatStockToolsRead(t *testing.T) {
	r, dir := create(t)
	public := filepath.Join(dir, "..", "public")
	for _, c := range []struct {
		want string
		args []string
	}{
		{r.Recipient().String(), []string{"age-keygen", "-y", filepath.Join(dir, SiteName)}},
		{fingerprint(t, r), []string{"ssh-keygen", "-l", "-f", filepath.Join(public, SignerPublicName)}},
	} {
		if _, err := exec.LookPath(c.args[0]); err != nil {
			if os.Getenv("CI") == "true" {
				t.Fatal(err)
			}
			t.Skipf("%s is not installed", c.args[0])
		}
		out, err := exec.Command(c.args[0], c.args[1:]...).CombinedOutput()
		if err != nil || !strings.Contains(string(out), c.want) {
			t.Errorf("%s: %v: %s", c.args[0], err, out)
		}
	}
	b, err := os.ReadFile(filepath.Join(public, SitePublicName))
	if err != nil || string(b) != r.Recipient().String()+"\n" {
		t.Errorf("%q, %v", b, err)
	}
}

func fingerprint(t *testing.T, r *Ring) string {
	t.Helper()
	k, err := ssh.NewPublicKey(r.SigningPublic())
	if err != nil {
		t.Fatal(err)
	}
	return ssh.FingerprintSHA256(k)
}
