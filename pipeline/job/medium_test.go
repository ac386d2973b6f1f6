package job_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"baitai/pipeline/issue"
	"baitai/pipeline/job"
	"baitai/spool"
	"baitai/spool/ledger"
	"baitai/spool/medium"
	"baitai/spool/medium/mediumtest"
	"baitai/spool/spooltest"
)

// A fault strikes at one step after it was armed.
type fault struct {
	armed bool
	steps []string
	at    int // 0 strikes never
	do    func() error
}

func (f *fault) step(name string) error {
	if !f.armed {
		return nil
	}
	f.steps = append(f.steps, name)
	if len(f.steps) == f.at {
		return f.do()
	}
	return nil
}

// waiting is a place with one result that waits to be handed over.
func waiting(t *testing.T) (*place, string) {
	t.Helper()
	p := newPlace(t, true)
	p.drop(t, plain, 12, "依頼1")
	return p, outcome(t, p.run(t)).Job
}

// deliverWith delivers with a fault, in a run of its own.
func deliverWith(t *testing.T, p *place, f *fault, id, to string) error {
	t.Helper()
	s := p.openAs(t, first, f.step)
	f.armed = true
	_, err := s.Deliver(context.Background(), id, to, "")
	f.armed = false
	return errors.Join(err, s.Close())
}

// delivered: the result is on the medium, whole, and entered once.
func delivered(t *testing.T, p *place, id, to string) {
	t.Helper()
	if n := count(p.checkCustody(t), ledger.Delivered, id); n != 1 {
		t.Errorf("%d deliveries", n)
	}
	there, err := os.ReadDir(to)
	must(t, err)
	if len(there) != 1 || there[0].Name() != id {
		t.Errorf("on the medium: %v", there)
	}
	done, err := os.ReadDir(p.path("site", "spool", "done", id, "out"))
	must(t, err)
	for _, e := range done {
		want, err := os.ReadFile(p.path("site", "spool", "done", id, "out", e.Name()))
		must(t, err)
		if got, err := os.ReadFile(filepath.Join(to, id, e.Name())); err != nil || string(got) != string(want) {
			t.Errorf("%s is not what it should be: %v", e.Name(), err)
		}
	}
	if len(done) < 3 {
		t.Errorf("%d files of a result", len(done))
	}
}

// TestAMediumThatFailsAtAnyStepLeavesTheJobAsItWas, and the next delivery to the same
// medium brings it to its end.
func TestAMediumThatFailsAtAnyStepLeavesTheJobAsItWas(t *testing.T) {
	template, id := waiting(t)
	trial, trace := template.copy(t), &fault{}
	must(t, deliverWith(t, trial, trace, id, trial.path("medium")))
	causes := []error{unix.EIO, unix.ENODEV, unix.ENXIO, unix.ENOTCONN}
	forEachStep(t, trace.steps, 1, func(t *testing.T, k int) {
		p := template.copy(t)
		to := p.path("medium")
		err := deliverWith(t, p, &fault{at: k, do: func() error { return causes[k%len(causes)] }}, id, to)
		if err == nil {
			t.Fatal("nobody said so")
		}
		if n := count(p.checkCustody(t), ledger.Delivered, id); n == 0 {
			if got := p.onlyJob(t, "outbox/"+plain); got != id {
				t.Errorf("%s is in the outbox", got)
			}
			must(t, deliverWith(t, p, &fault{}, id, to))
		} else {
			must(t, p.open(t).Close()) // what was entered is brought to its end
		}
		delivered(t, p, id, to)
		spooltest.NoLitter(t, to)
	})
}

// TestAMediumIsPulledOutOfADelivery, really: its driver is killed, or its mount taken
// away, when the first file was written.
func TestAMediumIsPulledOutOfADelivery(t *testing.T) {
	template, id := waiting(t)
	for _, kind := range mediumtest.Kinds() {
		for _, how := range []string{"pulled out", "vanished"} {
			t.Run(kind+" "+how, func(t *testing.T) {
				p := template.copy(t)
				m := mediumtest.New(t, kind, 40<<20)
				if kind == "ext4" {
					must(t, os.Remove(filepath.Join(m.Dir, "lost+found")))
				}
				trial, trace := template.copy(t), &fault{}
				must(t, deliverWith(t, trial, trace, id, trial.path("medium")))
				at := 1
				for trace.steps[at-1] != "create:check" {
					at++
				}
				pull := m.PullOut
				if how == "vanished" {
					pull = m.Vanish
				}
				err := deliverWith(t, p, &fault{at: at, do: pull}, id, m.Dir)
				if !errors.Is(err, issue.New(issue.MediumGone, issue.Pos{})) {
					t.Errorf("got %v", err)
				}
				if got := p.onlyJob(t, "outbox/"+plain); got != id {
					t.Errorf("%s is in the outbox", got)
				}
				m.Close()
				m.Mount(t)
				must(t, deliverWith(t, p, &fault{}, id, m.Dir))
				delivered(t, p, id, m.Dir)
			})
		}
	}
}

// TestADeliveryToFATIsKilledAtAnyStep: FAT through its driver is where a folder is not
// finished by one rename. The next run brings it to its end.
func TestADeliveryToFATIsKilledAtAnyStep(t *testing.T) {
	template, id := waiting(t)
	m := mediumtest.New(t, "fat", 34<<20)
	steps := template.copy(t).steps(t, "run", m.Dir)
	forEachStep(t, steps, 3, func(t *testing.T, k int) {
		there, err := os.ReadDir(m.Dir)
		must(t, err)
		for _, e := range there {
			must(t, os.RemoveAll(filepath.Join(m.Dir, e.Name())))
		}
		p := template.copy(t)
		die(t, p, "run", m.Dir, k)
		s := p.open(t)
		must(t, runAndDeliver(context.Background(), s, p.site(), m.Dir))
		must(t, s.Close())
		delivered(t, p, id, m.Dir)
	})
}

// TestAListIsReceivedFromAMediumThatFailsAtAnyStep: what is broken off is received the
// next time, with its request.
func TestAListIsReceivedFromAMediumThatFailsAtAnyStep(t *testing.T) {
	template := newPlace(t, true)
	list, request := template.newList(plain, 12, "依頼1")
	must(t, os.WriteFile(template.path("medium", "list.csv"), list, 0o600))
	must(t, os.WriteFile(template.path("medium", "list.csv.request.toml"), request, 0o600))
	receive := func(p *place, f *fault) error {
		s := p.openAs(t, first, f.step)
		f.armed = true
		_, err := s.Receive(context.Background(), p.path("medium", "list.csv"), plain, "")
		f.armed = false
		return errors.Join(err, s.Close())
	}
	trace := &fault{}
	must(t, receive(template.copy(t), trace))
	forEachStep(t, trace.steps, 1, func(t *testing.T, k int) {
		p := template.copy(t)
		if err := receive(p, &fault{at: k, do: func() error { return unix.EIO }}); err == nil {
			t.Fatal("nobody said so")
		}
		inbox := p.path("site", "spool", "inbox", plain)
		if _, err := os.Stat(filepath.Join(inbox, "list.csv")); err != nil {
			must(t, receive(p, &fault{}))
		}
		out := outcome(t, p.run(t))
		if out.State != spool.Outbox || out.Totals.Rows != 12 {
			t.Errorf("%s with %d rows", out.State, out.Totals.Rows)
		}
	})
}

// TestADiscIsReadBackBeforeItIsEntered: the image is no delivery; the disc is one, and
// another disc, or one that was burned badly, is not taken for it.
func TestADiscIsReadBackBeforeItIsEntered(t *testing.T) {
	p, id := waiting(t)
	image := p.path("disc.iso")
	s := p.open(t)
	made, err := s.DeliverImage(context.Background(), id, image, "", "")
	must(t, err)
	if made.Image.Disc.Name != "cd" || count(p.checkCustody(t), ledger.Delivered, id) != 0 || p.onlyJob(t, "outbox/"+plain) != id {
		t.Errorf("on %s", made.Image.Disc.Name)
	}
	if got, want := imageEntered(t, p, id), fmt.Sprintf("%x", made.Image.SHA256); !slices.Equal(got, []string{want}) {
		t.Errorf("entered are the images %v, not %s", got, want)
	}
	if _, err := s.DeliverImage(context.Background(), id, image, "", ""); !errors.Is(err, issue.New(issue.TargetExists, issue.Pos{})) || len(imageEntered(t, p, id)) != 1 {
		t.Errorf("an image that was refused: %v", err)
	}
	disc := mediumtest.Disc(t, image, newFolder(t))
	blank := mediumtest.Disc(t, badlyBurned(t, image), newFolder(t))
	for to, want := range map[string]issue.Code{blank.Dir: issue.ReadBackDiffers, otherDisc(t): issue.MediumIsDisc} {
		if _, err := s.Deliver(context.Background(), id, to, ""); !errors.Is(err, issue.New(want, issue.Pos{})) {
			t.Errorf("%v, not %s", err, want)
		}
	}
	for range 2 { // a second disc of the same image may be handed over too
		if h, err := s.Deliver(context.Background(), id, disc.Dir, ""); err != nil || len(h.Files) < 3 {
			t.Errorf("%d files, %v", len(h.Files), err)
		}
	}
	must(t, s.Close())
	if n := count(p.checkCustody(t), ledger.Delivered, id); n != 2 {
		t.Errorf("%d deliveries", n)
	}
}

// imageEntered are the digests of the images that the ledger has of a job.
func imageEntered(t *testing.T, p *place, id string) (all []string) {
	t.Helper()
	for _, s := range p.checkCustody(t) {
		if d := s.Entry.Digests[ledger.ImageDigest]; d != "" && s.Entry.Job == id && s.Entry.Act == ledger.HandingOver {
			all = append(all, d)
		}
	}
	return all
}

// TestAnImageIsInTheLedgerBeforeItHasItsName: whatever fails, and when, no image lies
// there that the ledger does not have.
func TestAnImageIsInTheLedgerBeforeItHasItsName(t *testing.T) {
	template, id := waiting(t)
	make := func(t *testing.T, p *place, f *fault) error {
		s := p.openAs(t, first, f.step)
		f.armed = true
		_, err := s.DeliverImage(context.Background(), id, p.path("medium", "disc.iso"), "", "")
		f.armed = false
		return errors.Join(err, s.Close())
	}
	trace := &fault{}
	must(t, make(t, template.copy(t), trace))
	causes := []error{unix.ENOSPC, unix.EIO}
	forEachStep(t, trace.steps, 1, func(t *testing.T, k int) {
		p := template.copy(t)
		if err := make(t, p, &fault{at: k, do: func() error { return causes[k%len(causes)] }}); err == nil {
			t.Fatal("nobody said so")
		}
		raw, err := os.ReadFile(p.path("medium", "disc.iso"))
		if err == nil && !slices.Contains(imageEntered(t, p, id), fmt.Sprintf("%x", sha256.Sum256(raw))) {
			t.Error("an image that the ledger does not have")
		}
		spooltest.NoLitter(t, p.path("medium"))
	})
}

// badlyBurned is a copy of an image with one bit of its last file flipped.
func badlyBurned(t *testing.T, image string) string {
	t.Helper()
	raw, err := os.ReadFile(image)
	must(t, err)
	const runOut = 150 * 2048
	at := len(raw) - runOut - 1
	for raw[at] == 0 {
		at--
	}
	raw[at] ^= 1
	path := filepath.Join(newFolder(t), "bad.iso")
	must(t, os.WriteFile(path, raw, 0o600))
	return path
}

// otherDisc is where a disc is mounted that has something else on it.
func otherDisc(t *testing.T) string {
	t.Helper()
	src, path := t.TempDir(), filepath.Join(t.TempDir(), "other.iso")
	must(t, os.WriteFile(filepath.Join(src, "a"), []byte("a"), 0o600))
	_, err := medium.Image(context.Background(), nil, src, []string{"a"}, "music", path, medium.DiscKinds(), environment(first, nil).Now(), func([32]byte) error { return nil })
	must(t, err)
	return mediumtest.Disc(t, path, t.TempDir()).Dir
}

// TestWhatIsWrongWithAMediumIsSaid in words that an operator can act on, with figures.
func TestWhatIsWrongWithAMediumIsSaid(t *testing.T) {
	for _, c := range []struct {
		err  error
		code issue.Code
		says string
	}{
		{&medium.Error{Kind: medium.ErrTooLarge, Cause: medium.ErrTooLarge, Type: "vfat", Need: 5e9, Have: 4294967295}, issue.MediumFileLimit, "vfat 4294967295 5000000000"},
		{&medium.Error{Kind: medium.ErrTooLarge, Cause: unix.EFBIG, Type: "ext4", Need: 7}, issue.NoSpace, "7"},
		{&medium.Error{Kind: medium.ErrNoSpace, Cause: unix.ENOSPC}, issue.NoSpace, "?"},
		{&medium.Error{Kind: medium.ErrNoEntries, Cause: medium.ErrNoEntries, Need: 9, Have: 0}, issue.MediumEntries, "9 0"},
		{&medium.Error{Kind: medium.ErrName, Cause: medium.ErrName, Type: "exfat"}, issue.MediumName, "exfat"},
		{&medium.Error{Kind: medium.ErrNameLong, Cause: medium.ErrNameLong, Type: "msdos"}, issue.MediumNameLong, "msdos"},
		{&medium.Error{Kind: medium.ErrSameName, Cause: medium.ErrSameName, Type: "ntfs3"}, issue.MediumNameTwice, "ntfs3"},
		{&medium.Error{Kind: medium.ErrReadOnly, Cause: unix.EROFS}, issue.MediumReadOnly, "?"},
		{&medium.Error{Kind: medium.ErrDisc, Cause: medium.ErrReadOnly, Type: "iso9660"}, issue.MediumIsDisc, "iso9660"},
		{&medium.Error{Kind: medium.ErrDiscSmall, Cause: medium.ErrDiscSmall, Need: 8, Have: 7}, issue.DiscTooSmall, "8 7"},
		{&medium.Error{Kind: medium.ErrPulledOut, Cause: unix.ENODEV}, issue.MediumGone, ""},
	} {
		i := issue.Find(job.MediumIssue(c.err))
		if i == nil || i.Code != c.code {
			t.Errorf("%v: %v, not %s", c.err, i, c.code)
			continue
		}
		for _, lang := range []issue.Lang{issue.Japanese, issue.English} {
			said := i.In(lang)
			for _, figure := range strings.Fields(c.says) {
				if !strings.Contains(said.Says, figure) {
					t.Errorf("%s: %q does not say %s", c.code, said.Says, figure)
				}
			}
			if strings.Contains(said.Says+said.Hint, "{") || said.Hint == "" {
				t.Errorf("%s: %s", c.code, fmt.Sprint(said))
			}
		}
	}
}
