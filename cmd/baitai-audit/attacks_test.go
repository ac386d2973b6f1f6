//go:build linux

package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"baitai/crypto"
	"baitai/crypto/manifest"
)

// An opener is a program with which a recipient opens a result.
type opener func(t *testing.T, folder string, a attack) (code int, said string)

// openers are both programs, which must say the same. The operators' program is
// built for this: it is another main package.
func openers(t *testing.T, f *fixture) map[string]opener {
	t.Helper()
	program := filepath.Join(t.TempDir(), "baitai")
	if out, err := exec.Command("go", "build", "-o", program, "../baitai").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	signers, vkey, key := f.path("public", "allowed_signers"), f.path("public", "ledger.vkey"), f.path("keys", "fukushi.txt")
	flags := func(t *testing.T, folder string, a attack, vkeyFlag, keyFlag string) []string {
		args := []string{"open", folder, "--signers", signers, keyFlag, key, "--to", filepath.Join(t.TempDir(), "plain"), "--lang", "en"}
		if !a.insider {
			args = append(args, vkeyFlag, vkey)
		}
		if a.job != "" {
			args = append(args, "--job", a.job)
		}
		if a.ledger != "" {
			args = append(args, "--ledger", f.path(a.ledger))
		}
		return args
	}
	return map[string]opener{
		"baitai-audit open": func(t *testing.T, folder string, a attack) (int, string) {
			args := flags(t, folder, a, "--key", "--identity")
			code, _, said := audit(args...)
			leavesNothing(t, code, args[7])
			return code, said
		},
		"baitai open": func(t *testing.T, folder string, a attack) (int, string) {
			args := flags(t, folder, a, "--vkey", "--key")
			c := exec.Command(program, args...)
			var said bytes.Buffer
			c.Stderr = &said
			code := 0
			if err := c.Run(); err != nil {
				exited, ok := errors.AsType[*exec.ExitError](err)
				if !ok {
					t.Fatal(err)
				}
				code = exited.ExitCode()
			}
			leavesNothing(t, code, args[7])
			return code, said.String()
		},
	}
}

// leavesNothing wants an empty folder, or none, after a refusal.
func leavesNothing(t *testing.T, code int, to string) {
	t.Helper()
	left, err := os.ReadDir(to)
	if code != 0 && len(left) > 0 || err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%d files are left, %v", len(left), err)
	}
}

// An attack is what somebody does to the result of a job, on its copy in folder.
type attack struct {
	name    string
	of      string // the job whose result it is
	as      string // the name of the folder; "" for one that says nothing
	do      func(f *fixture, folder string) error
	job     string // what the recipient says to expect
	ledger  string // the copy of the ledger that the recipient has
	insider bool   // signed anew by the site's key: the recipient has no ledger's key that would tell
	says    string // the code, and of which file
}

func attacks(f *fixture) []attack {
	const csv, notes = "result.csv.zst.age", "notes.txt.age"
	swap := func(a, b string) func(*fixture, string) error {
		return func(_ *fixture, dir string) error {
			return errors.Join(os.Rename(filepath.Join(dir, a), filepath.Join(dir, "x")), os.Rename(filepath.Join(dir, b), filepath.Join(dir, a)),
				os.Rename(filepath.Join(dir, "x"), filepath.Join(dir, b)))
		}
	}
	take := func(from string, names ...string) func(*fixture, string) error {
		return func(f *fixture, dir string) (err error) {
			for _, name := range names {
				raw, e := os.ReadFile(f.path("medium", from, name))
				err = errors.Join(err, e, os.WriteFile(filepath.Join(dir, name), raw, 0o600))
			}
			return err
		}
	}
	remove := func(name string) func(*fixture, string) error {
		return func(_ *fixture, dir string) error { return os.Remove(filepath.Join(dir, name)) }
	}
	edit := func(name string, how func([]byte) []byte) func(*fixture, string) error {
		return func(_ *fixture, dir string) error { return change(filepath.Join(dir, name), how) }
	}
	forged := func(kind string) func(*fixture, string) error {
		return func(f *fixture, dir string) error { return f.forge(dir, kind) }
	}
	nothing := func(*fixture, string) error { return nil }
	return []attack{
		{name: "nothing", of: f.first, as: f.first, do: nothing},
		{name: "nothing, by the ledger", of: f.again, as: f.again, job: f.again, ledger: "latest", do: nothing},
		{name: "two files swapped", of: f.first, do: swap(csv, notes), says: `M126 .*notes.txt.age holds result.csv.zst.age`},
		{name: "a file renamed", of: f.first, do: func(_ *fixture, dir string) error {
			return os.Rename(filepath.Join(dir, csv), filepath.Join(dir, "kekka.csv.zst.age"))
		}, says: `M125 .*result.csv.zst.age`},
		{name: "a file missing", of: f.first, do: remove(notes), says: `M123 .*notes.txt.age`},
		{name: "a file too many", of: f.first, do: func(_ *fixture, dir string) error {
			return os.WriteFile(filepath.Join(dir, "more.txt"), []byte("x"), 0o600)
		}, says: `M124`},
		{name: "a bit changed", of: f.first, do: edit(csv, func(b []byte) []byte { b[len(b)/2] ^= 1; return b }), says: `M118 .*result.csv.zst.age`},
		{name: "a file cut", of: f.first, do: edit(csv, func(b []byte) []byte { return b[:len(b)-1] }), says: `M127 .*result.csv.zst.age, 1 bytes`},
		{name: "sealed anew to the same office", of: f.first, do: anew(csv, "fukushi", nil), says: `M171 .*result.csv.zst.age`},
		{name: "notes sealed anew", of: f.first, do: anew(notes, "fukushi", nil), says: `M171 .*notes.txt.age`},
		{name: "the list of contents sealed anew", of: f.first, do: anew(manifest.ContentsName, "fukushi", nil), says: `M171 .*result.contents.json.age`},
		{name: "a part sealed anew", of: f.split, do: anew("result-002.csv.zst.age", "fukushi", nil), says: `M171 .*result-002.csv.zst.age`},
		{name: "made up and sealed to the office", of: f.first, do: anew(notes, "fukushi", []byte("架空")), says: `M172 .*notes.txt.age`},
		{name: "sealed anew to another office", of: f.first, do: anew(csv, "kyoiku", nil), says: `M1(18|27) .*result.csv.zst.age`},
		{name: "a file of another result", of: f.first, do: take(f.second, csv), says: `M172 .*result.csv.zst.age`},
		{name: "a part of another result", of: f.split, do: func(f *fixture, dir string) error {
			raw, err := os.ReadFile(f.path("medium", f.first, csv))
			return errors.Join(err, os.WriteFile(filepath.Join(dir, "result-002.csv.zst.age"), raw, 0o600))
		}, says: `M143 .*result-002.csv.zst.age`},
		{name: "a part missing", of: f.split, do: remove("result-003.csv.zst.age"), says: `M141 .*no. 3 of 3`},
		{name: "a whole result replayed in another's folder", of: f.first, as: f.second, do: nothing, says: `M132 .*` + f.first},
		{name: "a whole result replayed for another", of: f.first, job: f.second, do: nothing, says: `M132 .*` + f.first},
		{name: "an earlier answer in the later one's folder", of: f.first, as: f.again, do: nothing, says: `M173 .*` + f.first + `, not ` + f.again},
		{name: "an earlier answer for the later one", of: f.first, job: f.again, do: nothing, says: `M173 .*` + f.first + `, not ` + f.again},
		{name: "an earlier answer, by the ledger", of: f.first, as: f.first, ledger: "latest", do: nothing, says: `M174 .*` + f.again},
		{name: "a later answer for the earlier one", of: f.again, job: f.first, do: nothing, says: `M132 .*` + f.again},
		{name: "a result that the ledger lacks", of: f.split, as: f.split, ledger: "ledger", do: nothing, says: `M175`},
		{name: "the manifest changed", of: f.first, do: edit(manifest.Name, func(b []byte) []byte {
			return bytes.Replace(b, []byte(`"part": 1`), []byte(`"part": 2`), 2)
		}), says: `M1(17|22)`},
		{name: "the signature of another manifest", of: f.first, do: take(f.second, manifest.SignatureName), says: `M117`},
		{name: "manifest and signature of an earlier answer", of: f.again, as: f.again, do: take(f.first, manifest.Name, manifest.SignatureName), says: `M173`},
		{name: "no proof", of: f.first, do: remove(manifest.ProofName), says: `M137`},
		{name: "the proof of another result", of: f.first, do: take(f.second, manifest.ProofName, manifest.EntryName), says: `M139`},
		{name: "for another office", of: f.book, do: nothing, says: `M134`},
		{name: "sealed to another key and signed", of: f.first, do: forged("sealed-to-another"), insider: true, says: `M134`},
		{name: "sealed to another key in secret and signed", of: f.first, do: forged("sealed-to-another-in-secret"), insider: true, says: `M119`},
		{name: "other contents, signed", of: f.first, do: forged("other-contents"), insider: true, says: `M135`},
		{name: "other plain content, signed", of: f.first, do: forged("other-plain-digest"), insider: true, says: `M136 .*result.csv`},
		{name: "signed, but not by the ledger", of: f.first, do: forged("another-answer"), says: `M139`},
	}
}

// anew opens a file and seals it to an office's key, as whoever came to have it can;
// or seals something else in its place.
func anew(name, to string, other []byte) func(*fixture, string) error {
	return func(f *fixture, dir string) error {
		plain, err := other, error(nil)
		if plain == nil {
			if plain, err = unseal(f, dir, name); err != nil {
				return err
			}
		}
		var b bytes.Buffer
		w, err := crypto.Seal(&b, f.keys[to].Recipient())
		if err != nil {
			return err
		}
		_, err = w.Write(plain)
		return errors.Join(err, w.Close(), os.WriteFile(filepath.Join(dir, name), b.Bytes(), 0o600))
	}
}

// place copies the result of a job into a folder of that name, or of no name.
func (f *fixture) place(t *testing.T, of, as string) string {
	t.Helper()
	if as == "" {
		as = "kekka"
	}
	to := filepath.Join(t.TempDir(), as)
	if err := os.CopyFS(to, os.DirFS(f.path("medium", of))); err != nil {
		t.Fatal(err)
	}
	return to
}

func TestEachAttackIsCaughtByBothProgramsUnderItsOwnName(t *testing.T) {
	f := site(t)
	programs := openers(t, f)
	for _, a := range attacks(f) {
		t.Run(a.name, func(t *testing.T) {
			folder := f.place(t, a.of, a.as)
			if err := a.do(f, folder); err != nil {
				t.Fatal(err)
			}
			for name, open := range programs {
				code, said := open(t, folder, a)
				if a.says == "" && code != 0 || a.says != "" && (code != 4 || !regexp.MustCompile(a.says).MatchString(said)) {
					t.Errorf("%s: exit %d, want %q, said\n%s", name, code, a.says, said)
				}
				if codes := regexp.MustCompile(`\bM1\d\d\b`).FindAllString(said, -1); a.says != "" && len(slices.Compact(codes)) != 1 {
					t.Errorf("%s says more than one thing: %v", name, codes)
				}
			}
		})
	}
}

// Whoever does one of these things must not be mistaken for who does another.
func TestTheNamedAttacksHaveDifferentNames(t *testing.T) {
	seen := map[string]string{}
	for _, a := range attacks(site(t)) {
		if !slices.Contains([]string{"two files swapped", "a file renamed", "a bit changed", "a file cut", "sealed anew to the same office",
			"made up and sealed to the office", "a whole result replayed in another's folder", "an earlier answer in the later one's folder",
			"an earlier answer, by the ledger", "sealed to another key and signed", "sealed to another key in secret and signed"}, a.name) {
			continue
		}
		code, _, _ := strings.Cut(a.says, " ")
		if other, ok := seen[code]; ok {
			t.Errorf("%s: %q and %q", code, a.name, other)
		}
		seen[code] = a.name
	}
	if len(seen) != 11 {
		t.Errorf("%d of 11", len(seen))
	}
}

// borders are the places in an age file at which a reader could take the file for
// whole: the ends of the header, of the nonce and of each piece of 64 KiB.
func borders(t *testing.T, file []byte) []int {
	t.Helper()
	mac := bytes.Index(file, []byte("\n--- "))
	header := mac + 1 + bytes.IndexByte(file[mac+1:], '\n') + 1
	if mac < 0 || header <= mac {
		t.Fatal("not an age file")
	}
	list := []int{header}
	for at := header + 16; at < len(file); at += 64<<10 + 16 {
		list = append(list, at)
	}
	return list
}

func TestAResultCutAtEachBorderIsCaught(t *testing.T) {
	f := site(t)
	programs := openers(t, f)
	long := f.place(t, f.first, "")
	if err := f.forge(long, "long-notes"); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(long, "notes.txt.age")
	whole, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	at := borders(t, whole)
	if len(at) != 5 { // header, nonce, three whole pieces before the last
		t.Fatalf("%d borders", len(at))
	}
	a := attack{insider: true}
	for program, open := range programs {
		if code, said := open(t, long, a); code != 0 {
			t.Fatalf("%s: the whole result: exit %d, said\n%s", program, code, said)
		}
	}
	for _, border := range at {
		for _, n := range []int{border - 1, border, border + 1} {
			if err := os.WriteFile(name, whole[:n], 0o600); err != nil {
				t.Fatal(err)
			}
			want := regexp.MustCompile(`M127 .*notes.txt.age, ` + strconv.Itoa(len(whole)-n) + ` bytes`)
			for program, open := range programs {
				if code, said := open(t, long, a); code != 4 || !want.MatchString(said) {
					t.Errorf("%s, %d of %d bytes: exit %d, said\n%s", program, n, len(whole), code, said)
				}
			}
		}
		// Cut by somebody inside, who signs it as it is: age itself finds it out.
		if err := errors.Join(os.WriteFile(name, whole[:border], 0o600), f.forge(long, "as-it-lies")); err != nil {
			t.Fatal(err)
		}
		for program, open := range programs {
			if code, said := open(t, long, a); code != 4 || !strings.Contains(said, "M120 ") {
				t.Errorf("%s, cut at %d and signed: exit %d, said\n%s", program, border, code, said)
			}
		}
		if err := errors.Join(os.WriteFile(name, whole, 0o600), f.forge(long, "as-it-lies")); err != nil {
			t.Fatal(err)
		}
	}
}
