package ledger

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"baitai/spool"
	"baitai/spool/spooltest"
)

func TestEveryTruncationOfTheLogReplaysToWhatWasAcknowledged(t *testing.T) {
	l := create(t, filepath.Join(t.TempDir(), "ledger"))
	must[int64](t)(l.Append(testEntries(0, 3)...))
	ok(t, l.Publish())
	ends := []int{len(walHeader(3))} // ends[n] is the length of the log after n frames
	for i := range 3 {
		must[int64](t)(l.Append(testEntries(3+2*i, 2)...))
		ends = append(ends, len(snapshot(t, l.dir)["wal"].Data))
	}
	whole := snapshot(t, l.dir)
	m := clone(whole)
	raw := collect(t, l.All(0))
	frames := 0
	for cut := ends[0]; cut <= len(whole["wal"].Data); cut++ {
		if frames+1 < len(ends) && cut >= ends[frames+1] {
			frames++
		}
		m["wal"] = &fstest.MapFile{Data: whole["wal"].Data[:cut]}
		r, err := Verify(m, testVKey(t))
		if err != nil || r.Size != int64(3+2*frames) || r.TornBytes != int64(cut-ends[frames]) {
			t.Fatalf("cut at %d: %v, %+v", cut, err, r)
		}
		if r.Root != naiveRoot(raw[:r.Size]) {
			t.Fatalf("cut at %d: another root", cut)
		}
	}
	for cut := range ends[0] { // the header is written whole
		m["wal"].Data = whole["wal"].Data[:cut]
		if _, err := Verify(m, testVKey(t)); !errors.Is(err, ErrTampered) {
			t.Fatalf("cut at %d: %v", cut, err)
		}
	}
}

func TestATornTailIsRemovedAndReported(t *testing.T) {
	l := create(t, filepath.Join(t.TempDir(), "ledger"))
	must[int64](t)(l.Append(testEntries(0, 5)...))
	name := filepath.Join(l.dir, "wal")
	whole := snapshot(t, l.dir)["wal"].Data
	for _, tail := range []string{"x", frameMagic, string(whole[len(walHeader(0)) : len(whole)-1]), strings.Repeat("\x00", 4096)} {
		ok(t, os.WriteFile(name, append(bytes.Clone(whole), tail...), 0o640))
		l = reopen(t, l)
		if r := l.Recovered(); r == nil || r.Index != 5 || r.Bytes != int64(len(tail)) {
			t.Errorf("recovered %+v of %d bytes", r, len(tail))
		}
		if now := snapshot(t, l.dir)["wal"].Data; !bytes.Equal(now, whole) {
			t.Error("the tail is still there")
		}
	}
	must[int64](t)(l.Append(testEntry(5)))
	if l = reopen(t, l); l.Recovered() != nil || l.Size() != 6 {
		t.Errorf("%d entries, recovered %+v", l.Size(), l.Recovered())
	}
}

// life uses a ledger as a process would, and counts in acked the entries that
// were acknowledged. It may be called again on what an earlier life left.
func life(dir string, disk *spool.Disk, acked *int64) error {
	l, err := Open(dir, testKey(), testOptions(disk))
	if errors.Is(err, ErrNone) {
		l, err = Create(dir, testOrigin, testKey(), testOptions(disk))
	}
	if err != nil {
		return err
	}
	defer l.Close()
	for l.Size() < 258 { // 255, then 258: a bundle and a tile become full
		at := int(l.Size())
		n := min(254, 257-at)
		if _, err := l.Append(testEntries(at, n)...); err != nil {
			return err
		}
		*acked = l.Size()
		if _, err := l.Append(testEntry(at + n)); err != nil {
			return err
		}
		*acked = l.Size()
		if err := l.Publish(); err != nil {
			return err
		}
	}
	return l.Publish()
}

func TestNoStepThatFailsLosesAnEntry(t *testing.T) {
	var acked int64
	spooltest.EveryStep(t, func(disk *spool.Disk, dir string) error {
		acked = 0
		return life(filepath.Join(dir, "ledger"), disk, &acked)
	}, func(t *testing.T, dir string, o spooltest.Outcome) {
		dir = filepath.Join(dir, "ledger")
		if acked > 0 {
			r, err := Verify(os.DirFS(dir), testVKey(t))
			if err != nil || r.Size < acked {
				t.Fatalf("%d acknowledged, %v, %+v", acked, err, r)
			}
		}
		if o.Acked() && acked != 258 {
			t.Errorf("%d entries and no error", acked)
		}
		ok(t, life(dir, spool.NewDisk(nil), &acked))
		r := must[*Report](t)(Verify(os.DirFS(dir), testVKey(t)))
		if r.Size < 258 || r.Unpublished != 0 || r.TornBytes != 0 {
			t.Fatalf("afterwards %+v", r)
		}
	})
}

func TestAfterAFailedWriteNothingMoreIsWritten(t *testing.T) {
	fail := false
	disk := spool.NewDisk(func(name string) error {
		if fail && strings.HasPrefix(name, "ledger:") {
			return spooltest.ErrInjected
		}
		return nil
	})
	l, err := Create(filepath.Join(t.TempDir(), "ledger"), testOrigin, testKey(), testOptions(disk))
	ok(t, err)
	defer l.Close()
	must[int64](t)(l.Append(testEntry(0)))
	fail = true
	if _, err := l.Append(testEntry(1)); !errors.Is(err, spooltest.ErrInjected) {
		t.Errorf("append: %v", err)
	}
	fail = false
	if _, err := l.Append(testEntry(1)); !errors.Is(err, ErrBroken) {
		t.Errorf("append after a failure: %v", err)
	}
	if err := l.Publish(); !errors.Is(err, ErrBroken) {
		t.Errorf("publish after a failure: %v", err)
	}
	if l.Size() != 1 {
		t.Errorf("size %d", l.Size())
	}
}

// childDir names the folder of a child that appends until it is killed.
const childDir = "BAITAI_TEST_LEDGER"

func TestChildAppendsUntilItIsKilled(t *testing.T) {
	dir := os.Getenv(childDir)
	if dir == "" {
		t.Skip("runs as a child of TestNothingAcknowledgedIsLostWhenTheProcessIsKilled only")
	}
	l, err := Open(dir, testKey(), testOptions(nil))
	ok(t, err)
	for i := int(l.Size()); ; i++ {
		if _, err := l.Append(testEntry(i)); err != nil {
			t.Fatal(err)
		}
		fmt.Printf("acked %d\n", l.Size())
		if i%7 == 0 {
			ok(t, l.Publish())
		}
	}
}

func TestNothingAcknowledgedIsLostWhenTheProcessIsKilled(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "ledger")
	create(t, dir).Close()
	last := int64(0)
	for round := range 25 {
		child := exec.Command(os.Args[0], "-test.run=^TestChildAppendsUntilItIsKilled$")
		child.Env = append(os.Environ(), childDir+"="+dir)
		out, err := child.StdoutPipe()
		ok(t, err)
		ok(t, child.Start())
		lines := bufio.NewScanner(out)
		for i := 0; lines.Scan(); {
			number, isAck := strings.CutPrefix(lines.Text(), "acked ")
			if !isAck {
				continue
			}
			n, err := strconv.ParseInt(number, 10, 64)
			ok(t, err)
			last = n
			if i++; i == 3+round*2 {
				time.Sleep(time.Duration(round) * 100 * time.Microsecond)
				ok(t, child.Process.Signal(syscall.SIGKILL))
			}
		}
		if err := child.Wait(); err == nil || child.ProcessState.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
			t.Fatalf("the child ended by itself: %v", err)
		}
		r := must[*Report](t)(Verify(os.DirFS(dir), testVKey(t)))
		if r.Size < last {
			t.Fatalf("round %d: %d acknowledged, %d there", round, last, r.Size)
		}
	}
	l, err := Open(dir, testKey(), testOptions(nil))
	ok(t, err)
	defer l.Close()
	ok(t, l.Publish())
	for i, raw := range collect(t, l.All(0)) {
		if e := must[Entry](t)(ParseEntry(raw)); e.Counts["00"] != int64(i) {
			t.Fatalf("entry %d stands where %d belongs", e.Counts["00"], i)
		}
	}
}
