package identity

import (
	"context"
	"fmt"
	"iter"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"baitai/crypto"
	"baitai/pipeline/person"
	"baitai/spool"
	"baitai/spool/spooltest"
)

// The child of TestAKilledLoadLeavesTheOldGeneration.
const (
	killVar = "BAITAI_IDENTITY_KILL"
	dirVar  = "BAITAI_IDENTITY_DIR"
	rowsVar = "BAITAI_IDENTITY_KILL_ROW"
)

func TestMain(m *testing.M) {
	if os.Getenv(dirVar) != "" {
		os.Exit(childLoad())
	}
	os.Exit(m.Run())
}

// childLoad loads 300 people with a tiny buffer, and is killed on the way.
func childLoad() int {
	dir := os.Getenv(dirVar)
	text, err := os.ReadFile(filepath.Join(filepath.Dir(dir), "recipient"))
	if err != nil {
		return 5
	}
	to, err := crypto.ParseRecipient(string(text))
	if err != nil {
		return 6
	}
	hook := spooltest.HookFromEnv(killVar)
	kill := os.Getenv(rowsVar)
	_, err = Build(context.Background(), Options{
		Disk: spool.NewDisk(hook), Dir: dir, Recipients: []crypto.Recipient{to}, Now: jstNow, Workers: 2, BufferBytes: 20_000,
	}, killedAt(kill, hook, extracted(many(300)...)))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// killedAt announces a step before the row of that number.
func killedAt(row string, hook func(string) error, rows iter.Seq2[Extracted, error]) iter.Seq2[Extracted, error] {
	return func(yield func(Extracted, error) bool) {
		n := 0
		for r, err := range rows {
			if n++; fmt.Sprint(n) == row {
				err = hook("row")
			}
			if !yield(r, err) {
				return
			}
		}
	}
}

func many(n int) []*person.Version {
	vs := make([]*person.Version, n)
	for i := range vs {
		vs[i] = someone(i + 1)
	}
	return vs
}

func TestAKilledLoadLeavesTheOldGeneration(t *testing.T) {
	dir, key := siteDir(t), testKey(t)
	old := mustBuild(t, testOptions(dir, key), someone(1), someone(2))
	if err := os.WriteFile(filepath.Join(filepath.Dir(dir), "recipient"), []byte(key.Recipient().String()), 0o600); err != nil {
		t.Fatal(err)
	}
	run := func(env ...string) error {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), append(env, dirVar+"="+dir)...)
		return cmd.Run()
	}
	for _, at := range []string{"row", "mkdir:mkdir#1", "create:write#1", "create:fsync#2", "create:link#3", "create:dirsync#8", "rename:rename#1", "rename:dirsync-new#1", "replace:tmp#1", "replace:rename#1"} {
		env := []string{killVar + "=" + at}
		if at == "row" {
			env = []string{killVar + "=row#1", rowsVar + "=200"}
		}
		if err := run(env...); err == nil || !strings.Contains(err.Error(), "killed") {
			t.Fatalf("%s: the child was not killed: %v", at, err)
		}
		if s, err := Verify(dir, key, nil); err != nil || s.People != 2 {
			t.Fatalf("%s: %d people, %v", at, s.People, err)
		}
		spooltest.NoPlain(t, dir, []string{"試験", "天神"})
	}
	if _, err := Sweep(nil, dir, nil); err != nil {
		t.Fatal(err)
	}
	if names := namesIn(t, dir); len(names) != 2 {
		t.Errorf("after the sweep: %v", names)
	}
	if err := run(killVar + "=replace:dirsync#1"); err == nil {
		t.Fatal("the child was not killed")
	}
	if s, err := Verify(dir, key, nil); err != nil || s.People != 300 || s.Previous != old.Digest {
		t.Fatalf("killed after the switch: %+v, %v", s, err)
	}
	if err := run(); err != nil {
		t.Fatal(err)
	}
	if s, err := Verify(dir, key, nil); err != nil || s.People != 300 || s.Previous == old.Digest {
		t.Fatalf("not killed: %+v, %v", s, err)
	}
}
