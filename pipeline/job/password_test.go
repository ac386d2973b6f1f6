package job_test

import (
	"errors"
	"testing"

	"baitai/crypto/passworded"
	"baitai/pipeline/issue"
	"baitai/spool/spooltest"
)

// Two invented passwords that the rule lets pass.
const (
	oldPassword = "Kz7#mWq9!Tb2xLd5"
	newPassword = "vQ8-rLw2.Zp6+Xk0"
)

// A password is there whole or not at all, whatever fails on the way; the same
// command makes up for it; and neither the old one nor the new one ever lies in
// plain in the site.
func TestAPasswordIsThereWholeOrNotAtAll(t *testing.T) {
	p := newPlace(t, false)
	s := p.open(t)
	must(t, s.SetPassword(plain, "r-1", passworded.New(oldPassword)))
	must(t, s.Close())
	broken := errors.New("broken")
	for k := 0; ; k++ {
		n, armed, did := 0, false, false
		s := p.openAs(t, first, func(string) error {
			if !armed {
				return nil
			}
			if n++; n == k+1 {
				did = true
				return broken
			}
			return nil
		})
		armed = true
		err := s.SetPassword(plain, "r-1", passworded.New(newPassword))
		armed = false
		_ = s.Close() // the ledger may be what failed
		s = p.open(t)
		list, listErr := s.Passwords()
		if listErr != nil || len(list) > 1 || err == nil && len(list) != 1 {
			t.Fatalf("step %d: %d passwords, %v after %v", k, len(list), listErr, err)
		}
		must(t, s.SetPassword(plain, "r-1", passworded.New(oldPassword)))
		must(t, s.Close())
		if !did {
			if k < 5 {
				t.Fatalf("only %d steps", k)
			}
			break
		}
		if err == nil {
			t.Errorf("step %d failed, and nobody was told", k)
		}
	}
	spooltest.NoPlain(t, p.site(), []string{oldPassword, newPassword})
}

func TestWeakPasswordsAndStrangersAreRefused(t *testing.T) {
	p := newPlace(t, false)
	s := p.open(t)
	for _, c := range []struct {
		office, ref, password string
		want                  issue.Code
	}{
		{plain, "r-1", "short", issue.PasswordWeak},
		{plain, "r-1", "Kz7#mWq9!Fukushi2x", issue.PasswordWeak},
		{plain, " ", oldPassword, issue.BadArgument},
		{"nobody", "r-1", oldPassword, issue.UnknownOffice},
	} {
		err := s.SetPassword(c.office, c.ref, passworded.New(c.password))
		if i := issue.Find(err); i == nil || i.Code != c.want {
			t.Errorf("%s: %v", c.want, err)
		}
	}
	if list, err := s.Passwords(); err != nil || len(list) != 0 {
		t.Errorf("%d passwords, %v", len(list), err)
	}
	must(t, s.Close())
	s = p.openAs(t, second, nil) // has no right 管理
	err := s.SetPassword(plain, "r-1", passworded.New(oldPassword))
	if i := issue.Find(err); i == nil || i.Code != issue.OperatorLacksRight {
		t.Errorf("without the right: %v", err)
	}
	must(t, s.Close())
}
