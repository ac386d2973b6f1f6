package job_test

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
	"testing"

	"baitai/crypto"
	"baitai/crypto/manifest"
	"baitai/pipeline/authority"
	"baitai/pipeline/issue"
	"baitai/pipeline/job"
	"baitai/spool"
	"baitai/spool/ledger"
	"baitai/spool/spooltest"
)

// pack makes a zip of names and contents in turn.
func pack(t testing.TB, files ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		w, err := z.Create(files[i])
		must(t, err)
		_, err = io.WriteString(w, files[i+1])
		must(t, err)
	}
	must(t, z.Close())
	return b.Bytes()
}

func squeeze(t testing.TB, text []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, err := z.Write(text)
	must(t, errors.Join(err, z.Close()))
	return b.Bytes()
}

// sealToSite seals to the prefecture's public key, as an office does.
func (p *place) sealToSite(t testing.TB, text []byte) []byte {
	t.Helper()
	raw, err := os.ReadFile(p.path("site", job.PublicDir, "site.age.pub"))
	must(t, err)
	to, err := crypto.ParseRecipient(strings.TrimSpace(string(raw)))
	must(t, err)
	var b bytes.Buffer
	w, err := crypto.Seal(&b, to)
	must(t, err)
	_, err = w.Write(text)
	must(t, errors.Join(err, w.Close()))
	return b.Bytes()
}

// dropBundle puts a sealed zip into the inbox: a list that is answered, one that
// is refused because it has 個人番号, and a workbook's worth of zip inside, which
// has to be put aside.
func (p *place) dropBundle(t testing.TB) {
	t.Helper()
	list, request := p.newList(plain, 12, "依頼1")
	inner := pack(t, marker+"1.csv", string(list), marker+"1.csv.request.toml", string(request))
	outer := pack(t, marker+".zip", string(inner), "不可.csv", "\ufeff整理番号,氏名,個人番号\r\n1,"+marker+",\r\n")
	must(t, os.WriteFile(p.path("site", "spool", "inbox", plain, marker+".zip"), outer, 0o600))
}

func TestKilledAtEveryStepEachListOfAContainerEndsOnce(t *testing.T) {
	template := newPlace(t, true)
	template.dropBundle(t)
	trial := template.copy(t)
	steps := trial.steps(t, "run", trial.path("medium"))
	checkBundle(t, trial)
	forEachStep(t, steps, 4, func(t *testing.T, k int) {
		p := template.copy(t)
		die(t, p, "run", p.path("medium"), k)
		spooltest.NoPlain(t, p.site(), p.marks(t), "spool/inbox")
		if k%3 == 0 { // and once more, within what is left
			_ = p.start(t, "run", p.path("medium"), fmt.Sprintf("*#%d", 1+k%61)).Wait()
		}
		p.finish(t)
		checkBundle(t, p)
	})
}

// checkBundle: the container was unpacked once, and each list inside ended once
// and names the container's receipt.
func checkBundle(t *testing.T, p *place) {
	t.Helper()
	all := p.checkCustody(t)
	p.checkClean(t)
	p.emptyInbox(t)
	for act, want := range map[ledger.Act]int{ledger.Received: 3, ledger.Unpacked: 1, ledger.Published: 1, ledger.Refused: 1, ledger.Delivered: 2} {
		if n := count(all, act, ""); n != want {
			t.Errorf("%d entries «%s», not %d", n, act, want)
		}
	}
	receipt := int64(-1)
	parts := map[int64]bool{}
	for _, s := range all {
		if s.Entry.Act != ledger.Received {
			continue
		}
		if receipt < 0 {
			receipt = s.Index
			continue
		}
		if len(s.Entry.About) != 1 || s.Entry.About[0] != receipt {
			t.Error("a list does not name its container")
		}
		parts[s.Entry.Counts["part"]] = true
	}
	if !parts[1] || !parts[2] {
		t.Errorf("parts %v", parts)
	}
	found := p.results(t)
	if len(found[manifest.Result]) != 1 || len(found[manifest.Refusal]) != 1 {
		t.Fatalf("results %d, refusals %d", len(found[manifest.Result]), len(found[manifest.Refusal]))
	}
	p.checkResult(t, found[manifest.Result][0], plain)
	for _, folder := range []string{"work", "held"} {
		left, err := os.ReadDir(p.path("site", "spool", folder))
		must(t, err)
		if len(left) > 0 {
			t.Errorf("%s is not empty", folder)
		}
	}
}

// takeAll takes a file in by hand and answers all that is inside.
func (p *place) takeAll(t *testing.T, s *job.Site, path string) []job.Outcome {
	t.Helper()
	out := p.take(t, s, path, "")
	outs := []job.Outcome{out}
	for _, part := range out.Parts {
		out, err := s.Answer(context.Background(), part)
		must(t, err)
		outs = append(outs, out)
	}
	return outs
}

// TestAListIsTheSameInEveryContainer: whatever was around it, it is answered once,
// and the request beside the container is its own.
func TestAListIsTheSameInEveryContainer(t *testing.T) {
	p := newPlace(t, true)
	list, request := p.newList(plain, 5, "依頼1")
	s := p.open(t)
	var first job.Outcome
	for i, c := range []struct {
		name string
		raw  []byte
	}{
		{marker + ".csv.gz", squeeze(t, list)},
		{marker + ".csv", list},
		{marker + ".zip", pack(t, marker+".csv", string(list))},
		{marker + ".csv.age", p.sealToSite(t, list)},
		{marker + ".zip.age", p.sealToSite(t, pack(t, marker+".csv", string(list)))},
	} {
		path := p.path(c.name)
		must(t, os.WriteFile(path, c.raw, 0o600))
		must(t, os.WriteFile(path+".request.toml", request, 0o600))
		outs := p.takeAll(t, s, path)
		last := outs[len(outs)-1]
		switch {
		case i == 0:
			if first = last; len(outs) != 2 || outs[0].State != spool.Done || outs[0].Lists != 1 || last.State != spool.Outbox {
				t.Fatalf("%s: %d outcomes, %s", c.name, len(outs), last.State)
			}
		case !refusedAs(last, issue.SameContent):
			t.Errorf("%s: ended %s", c.name, last.State)
		case last.Refusal.Issues[0].Args[0] != first.Job:
			t.Errorf("%s: names another job", c.name)
		}
	}
	must(t, s.Close())
	p.checkCustody(t)
	p.checkClean(t)
}

// A request beside a container of several lists, or a number on the command line,
// cannot be of all of them.
func TestOneRequestIsNotOfSeveralLists(t *testing.T) {
	p := newPlace(t, true)
	list, request := p.newList(plain, 5, "依頼1")
	raw := pack(t, "a.csv", string(list), "b.csv", string(list)+"A-9,見本　太郎,1980-01-02,1,架空\r\n")
	s := p.open(t)
	path := p.path(marker + ".zip")
	must(t, os.WriteFile(path, raw, 0o600))
	r := authority.NewRequest(authority.Command)
	r.Rows, r.Number = -1, "依頼9"
	j, err := s.Take(context.Background(), job.ByHand{Path: path, Office: plain, Request: r})
	must(t, err)
	out, err := s.Answer(context.Background(), j)
	must(t, err)
	if !refusedAs(out, issue.ContainerSide) || len(out.Parts) > 0 {
		t.Errorf("a number for two lists: %s", out.State)
	}
	must(t, os.WriteFile(path+".request.toml", request, 0o600))
	if outs := p.takeAll(t, s, path); len(outs) != 1 || !refusedAs(outs[0], issue.ContainerSide) {
		t.Errorf("a request for two lists: %s", outs[0].State)
	}
	must(t, s.Close())
	p.checkCustody(t)
	p.checkClean(t)
}

// A full disk while a container is unpacked is a fault, and the container is
// unpacked by the next run.
func TestADiskThatFillsUpWhileUnpackingRefusesNothing(t *testing.T) {
	template := newPlace(t, true)
	template.dropBundle(t)
	count := 0
	s, err := openQuietly(template.copy(t), func(string) error { count++; return nil })
	must(t, err)
	_, err = s.Run(context.Background(), nil)
	must(t, errors.Join(err, s.Close()))
	for k := 1; k < count; k += 1 + count/40 {
		p := template.copy(t)
		n := 0
		s, err := openQuietly(p, func(name string) error {
			if n++; n == k && !strings.Contains(name, "sync") {
				return syscall.ENOSPC
			}
			return nil
		})
		if err == nil {
			_, err = s.Run(context.Background(), nil)
			_ = errors.Join(err, s.Close())
		}
		p.finish(t)
		checkBundle(t, p)
	}
}
