//go:build linux

package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"baitai/cmd/internal/sealed"
	"baitai/cmd/internal/term"
)

func TestOpeningThatIsBrokenOffLeavesNothing(t *testing.T) {
	f := site(t)
	checker, err := sealed.Load(f.path("public", "allowed_signers"), f.path("public", "ledger.vkey"), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	checker.Key = f.keys["fukushi"]
	for _, made := range []bool{true, false} {
		var said strings.Builder
		p := programWith(&said, &said, func(string) string { return "" }, time.Now)
		c := newCall(p, findVerb("open"))
		c.to = filepath.Join(t.TempDir(), "plain")
		if !made {
			if err := os.Mkdir(c.to, 0o700); err != nil {
				t.Fatal(err)
			}
		}
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		_, _, err := c.openInto(ctx, checker, f.path("medium", f.first), c.withKey)
		if code, ok := errors.AsType[*term.ExitError](err); !ok || code.Code != term.ExitFault || !strings.Contains(said.String(), "中断しました") {
			t.Errorf("%v, said %q", err, said.String())
		}
		left, err := os.ReadDir(c.to)
		if made && !errors.Is(err, os.ErrNotExist) || !made && (err != nil || len(left) > 0) {
			t.Errorf("left behind: %v, %v", left, err)
		}
	}
}
