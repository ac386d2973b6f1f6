package job_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"baitai/crypto"
	"baitai/pipeline/issue"
	"baitai/pipeline/job"
	"baitai/spool"
	"baitai/spool/spooltest"
)

// What tells a child process of a test what to do.
const (
	envDo    = "BAITAI_TEST_DO"
	envSite  = "BAITAI_TEST_SITE"
	envArg   = "BAITAI_TEST_ARG"
	envLogin = "BAITAI_TEST_LOGIN"
	envKill  = "BAITAI_TEST_KILL"
)

// Logins and offices of the site that tests work in.
const (
	first  = "first"  // may do everything but approve
	second = "second" // may approve
	plain  = "fukushi"
	paired = "futari" // its purpose needs two people
)

func TestMain(m *testing.M) {
	if what := os.Getenv(envDo); what != "" {
		if err := child(what); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// child is one run of the program, killed where envKill says.
func child(what string) (err error) {
	ctx, arg := context.Background(), os.Getenv(envArg)
	s, err := job.Open(os.Getenv(envSite), environment(os.Getenv(envLogin), spooltest.HookFromEnv(envKill)))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	switch what {
	case "run":
		return runAndDeliver(ctx, s, os.Getenv(envSite), arg)
	case "load":
		_, err = s.Load(ctx, []string{arg}, false, false)
		return err
	case "update":
		_, err = s.Update(ctx, []string{arg}, false)
		return err
	case "approve":
		_, err = s.Approve(arg)
		return err
	case "confirm":
		_, err = s.Confirm(job.Receipt{Job: arg, On: today(), By: receiver})
		return err
	case "receive":
		_, err = s.Receive(ctx, arg, plain, "")
		return err
	}
	return errors.New("no such thing to do")
}

// runAndDeliver is a night and the morning after it: Run, and everything that
// waits for it is delivered to a medium, unless there is none.
func runAndDeliver(ctx context.Context, s *job.Site, dir, medium string) error {
	r, err := s.Run(ctx, nil)
	if err := errors.Join(append(r.Faults, err)...); err != nil || medium == "" {
		return err
	}
	standing, err := job.Status(ctx, dir, false)
	if err != nil {
		return err
	}
	for _, st := range standing {
		if st.WaitsFor != job.WaitsHandOut {
			continue
		}
		if _, err := s.Deliver(ctx, st.Job, medium, ""); err != nil {
			return err
		}
	}
	return nil
}

func environment(login string, step func(string) error) job.Environment {
	return job.Environment{Now: time.Now, Rand: rand.Reader, Login: login, Host: "test", Step: step}
}

// A place is a site with all that is around it, in one folder.
type place struct {
	dir  string
	keys map[string]*crypto.Identity
	rows []invented // of the list in the inbox
}

func (p *place) path(parts ...string) string {
	return filepath.Join(append([]string{p.dir}, parts...)...)
}

func (p *place) site() string { return p.path("site") }

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// newFolder is an empty folder in memory, where fsync costs nothing: what a
// killed process has written stays in the kernel, so a kill is the same there.
func newFolder(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("/dev/shm", "jobtest-")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// newPlace makes a site with a register and, if load is set, an identity file.
func newPlace(t testing.TB, load bool) *place {
	t.Helper()
	p := &place{dir: newFolder(t), keys: map[string]*crypto.Identity{}}
	for _, sub := range []string{"tmp", "medium"} {
		must(t, os.Mkdir(p.path(sub), 0o700))
	}
	c := job.DefaultConfig("見本県", "baitai.invalid/test")
	c.Intake.StillSeconds, c.Intake.MinAgeSeconds, c.Temp, c.Work.Workers = 0, 0, p.path("tmp"), 1
	must(t, job.Init(p.site(), c, issue.Japanese, environment(first, nil)))
	p.writeRegister(t, "全員")
	must(t, spool.Init(p.path("site", "spool"), nil, []string{plain, paired}))
	p.writeExtract(t, "extract.csv", 0)
	if load {
		s := p.open(t)
		loaded, err := s.Load(context.Background(), []string{p.path("extract.csv")}, false, false)
		if len(loaded.Issues) > 0 {
			t.Fatal(loaded.Issues)
		}
		must(t, errors.Join(err, s.Close()))
	}
	return p
}

// writeRegister fills in the register; population is the 対象者 of both purposes.
func (p *place) writeRegister(t testing.TB, population string) {
	t.Helper()
	const from, to = "2000-01-01", "2999-12-31"
	offices := [][]string{{"照会元コード", "名称", "種別", "受取鍵", "既定の事務コード", "文字コード", "返却形式", "返却方法", "有効開始日", "有効終了日", "備考"}}
	purposes := [][]string{{"事務コード", "照会元コード", "事務名", "根拠", "根拠条項", "対象者", "対象者条項", "検索キー", "提供項目", "住民票コード提供", "住民票コード条項",
		"支援措置", "最大行数", "返却形式", "返却方法", "二人承認", "有効開始日", "有効終了日", "備考"}}
	for _, office := range []string{plain, paired} {
		if p.keys[office] == nil {
			key, err := crypto.NewIdentity()
			must(t, err)
			p.keys[office] = key
		}
		two := map[string]string{plain: "不要", paired: "要"}[office]
		offices = append(offices, []string{office, "見本の部署", "部署", p.keys[office].Recipient().String(), office + "-01", "UTF-8", "csv", "媒体", from, to, ""})
		purposes = append(purposes, []string{office + "-01", office, "見本の事務", "条例(利用)", "見本県条例第2条", population, "見本県条例第2条第2項",
			"住民票コード、氏名、氏名ふりがな、生年月日、性別、住所、旧氏", "氏名、生年月日、住所、状態", "否", "見本の条項", "抑止", "100000", "csv", "媒体", two, from, to, ""})
	}
	operators := [][]string{{"操作者ID", "利用者名", "所属", "権限", "有効開始日", "有効終了日", "備考"},
		{"op-1", first, "見本課", "照会、審査、管理、監査、閲覧", from, to, ""}, {"op-2", second, "見本課", "照会、承認", from, to, ""}}
	for name, rows := range map[string][][]string{"offices.csv": offices, "purposes.csv": purposes, "operators.csv": operators} {
		var b bytes.Buffer
		must(t, csv.NewWriter(&b).WriteAll(rows))
		must(t, os.WriteFile(p.path("site", "register", name), b.Bytes(), 0o600))
	}
}

// marker stands in the name of every list: nothing plain may hold it.
const marker = "目印山田太郎"

func (p *place) put(t testing.TB, office, name string, list, request []byte) {
	t.Helper()
	base := p.path("site", "spool", "inbox", office, marker+name+".csv")
	if request != nil {
		must(t, os.WriteFile(base+".request.toml", request, 0o600))
	}
	must(t, os.WriteFile(base, list, 0o600))
}

// dropBad puts a list into the inbox that must be refused: it has 個人番号.
func (p *place) dropBad(t testing.TB) {
	t.Helper()
	text := "整理番号,氏名,個人番号\r\n1," + marker + ",\r\n"
	p.put(t, plain, "不可", []byte("\ufeff"+text), nil)
}

// copy makes a second place of the same content.
func (p *place) copy(t testing.TB) *place {
	t.Helper()
	q := &place{dir: newFolder(t), keys: p.keys, rows: p.rows}
	must(t, os.CopyFS(q.dir, os.DirFS(p.dir)))
	must(t, filepath.WalkDir(q.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		was, err := os.Stat(p.dir + strings.TrimPrefix(path, q.dir))
		if err != nil {
			return err
		}
		return os.Chmod(path, was.Mode().Perm())
	}))
	conf, err := os.ReadFile(q.path("site", job.ConfigFile))
	must(t, err)
	must(t, os.WriteFile(q.path("site", job.ConfigFile), bytes.ReplaceAll(conf, []byte(p.dir), []byte(q.dir)), 0o600))
	return q
}

func (p *place) open(t testing.TB) *job.Site {
	t.Helper()
	return p.openAs(t, first, nil)
}

func (p *place) openAs(t testing.TB, login string, step func(string) error) *job.Site {
	t.Helper()
	s, err := job.Open(p.site(), environment(login, step))
	must(t, err)
	t.Cleanup(func() { _ = s.Close() }) // for tests that end early
	return s
}

// run opens the site, runs once, closes it, and returns what was reported.
func (p *place) run(t testing.TB) job.Report {
	t.Helper()
	s := p.open(t)
	r, err := s.Run(context.Background(), nil)
	must(t, errors.Join(err, s.Close()))
	return r
}

// finish runs and delivers until nothing is left to do.
func (p *place) finish(t testing.TB) {
	t.Helper()
	s := p.open(t)
	must(t, runAndDeliver(context.Background(), s, p.site(), p.path("medium")))
	must(t, s.Close())
}

// start starts a child over the site.
func (p *place) start(t testing.TB, what, arg, kill string) *exec.Cmd {
	t.Helper()
	c := p.command(what, arg, kill)
	c.Stderr = os.Stderr
	must(t, c.Start())
	return c
}

func (p *place) command(what, arg, kill string) *exec.Cmd {
	c := exec.Command(os.Args[0])
	login := first
	if what == "approve" {
		login = second
	}
	c.Env = append(os.Environ(), envDo+"="+what, envSite+"="+p.site(), envArg+"="+arg, envLogin+"="+login, envKill+"="+kill)
	return c
}

func killed(c *exec.Cmd) bool {
	status, ok := c.ProcessState.Sys().(syscall.WaitStatus)
	return ok && status.Signaled() && status.Signal() == syscall.SIGKILL
}

// steps runs a child to its end and returns the names of its steps.
func (p *place) steps(t testing.TB, what, arg string) []string {
	t.Helper()
	log := filepath.Join(newFolder(t), "steps")
	must(t, p.start(t, what, arg, "log="+log).Wait())
	text, err := os.ReadFile(log)
	must(t, err)
	return strings.Fields(string(text))
}

// outcome is the state of the only job of an office in a report.
func outcome(t testing.TB, r job.Report) job.Outcome {
	t.Helper()
	if len(r.Outcomes) != 1 || len(r.Faults) != 0 {
		t.Fatalf("outcomes %d, faults %v", len(r.Outcomes), r.Faults)
	}
	return r.Outcomes[0]
}

// spoil changes a file.
func (p *place) spoil(parts ...string) error {
	return os.WriteFile(p.path(parts...), []byte("{}\n"), 0o600)
}

func openQuietly(p *place, step func(string) error) (*job.Site, error) {
	return job.Open(p.site(), environment(first, step))
}
