//go:build linux

package main

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/csv"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/ssh"

	"baitai/cmd/internal/invent"
	"baitai/crypto"
	"baitai/crypto/passworded"
	"baitai/pipeline/authority"
	"baitai/pipeline/issue"
	"baitai/pipeline/job"
	"baitai/spool"
)

// A fixture is a site that has answered real lists of invented people, with what
// it handed over. Tests work on copies.
type fixture struct {
	dir string // site/ medium/ images/ keys/ public/ ledger/ (before split) latest/ (at the end) older/ (after the first job) other-ledger/ other-proof/

	first, second string // jobs of fukushi, CSV
	book          string // job of kyoiku, XLSX
	refused       string // job of doboku, with a column of individual numbers
	split         string // job of fukushi, in three parts; younger than ledger/
	again         string // the list of first once more, in three parts; the ledger is latest/
	zip, mailBook string // jobs of fukushi by mail; likewise
	fixed, lines  string // jobs of zeimu (fixed length) and koho (JSON Lines), in three parts each
	keys          map[string]*crypto.Identity
}

func (f *fixture) path(parts ...string) string {
	return filepath.Join(append([]string{f.dir}, parts...)...)
}

// sharing removes what the tests have shared.
type sharing struct{ m *testing.M }

var shared struct { // of the test binary, made once
	sync.Once
	f   *fixture
	err error
}

func (s sharing) Run() int {
	code := s.m.Run()
	if shared.f != nil {
		if err := os.RemoveAll(shared.f.dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
	}
	return code
}

// site gives the shared fixture.
func site(t *testing.T) *fixture {
	t.Helper()
	shared.Do(func() {
		dir, err := os.MkdirTemp("", "baitai-audit-test-")
		if err != nil {
			shared.err = err
			return
		}
		shared.f = &fixture{dir: dir, keys: map[string]*crypto.Identity{}}
		shared.err = shared.f.build()
	})
	if shared.err != nil {
		t.Fatal(shared.err)
	}
	return shared.f
}

func environment() job.Environment {
	return job.Environment{Now: time.Now, Rand: rand.Reader, Login: "tester", Host: "test"}
}

func (f *fixture) build() error {
	config := job.DefaultConfig("福岡県(試験)", "baitai.invalid/test")
	config.Temp = f.dir
	if err := job.Init(f.path("site"), config, issue.Japanese, environment()); err != nil {
		return err
	}
	for _, dir := range []string{"keys", "medium", "lists", "images"} {
		if err := os.Mkdir(f.path(dir), 0o700); err != nil {
			return err
		}
	}
	if err := errors.Join(f.register(), f.people()); err != nil {
		return err
	}
	var err error
	if f.first, err = f.answer("fukushi", "csv-cp932", 1); err != nil {
		return err
	}
	if err := os.CopyFS(f.path("older"), os.DirFS(f.path("site", job.LedgerDir))); err != nil {
		return err
	}
	if f.second, err = f.answer("fukushi", "csv-cp932", 2); err != nil {
		return err
	}
	if f.book, err = f.answer("kyoiku", "csv-utf8-bom", 3); err != nil {
		return err
	}
	if f.refused, err = f.answer("doboku", "", 4); err != nil {
		return err
	}
	err = errors.Join(f.otherLedger(), os.CopyFS(f.path("ledger"), os.DirFS(f.path("site", job.LedgerDir))),
		os.CopyFS(f.path("public"), os.DirFS(f.path("site", job.PublicDir))))
	if err != nil {
		return err
	}
	if err := f.byMail(); err != nil { // before lists are split: what goes by mail cannot be
		return err
	}
	config.Result.PartRows = 25
	if err := os.WriteFile(f.path("site", job.ConfigFile), []byte(config.Text()), 0o600); err != nil {
		return err
	}
	if f.split, err = f.answer("fukushi", "csv-cp932", 5); err != nil {
		return err
	}
	if f.fixed, err = f.answer("zeimu", "csv-cp932", 16); err != nil {
		return err
	}
	if f.lines, err = f.answer("koho", "csv-cp932", 17); err != nil {
		return err
	}
	if f.again, err = f.answerAgain("fukushi", "csv-cp932", 1, "試験"); err != nil {
		return err
	}
	if err := f.image(f.second); err != nil {
		return err
	}
	return os.CopyFS(f.path("latest"), os.DirFS(f.path("site", job.LedgerDir)))
}

// image makes an image of a disc with a result that was delivered already.
func (f *fixture) image(id string) (err error) {
	s, err := job.Open(f.path("site"), environment())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	_, err = s.DeliverImage(context.Background(), id, f.path("images", "disc.iso"), "", "")
	return err
}

// register fills in the register as an official would, and makes the offices'
// keys, and one more that belongs to nobody.
func (f *fixture) register() error {
	offices := [][]string{{"照会元コード", "名称", "種別", "受取鍵", "既定の事務コード", "文字コード", "返却形式", "返却方法", "有効開始日", "有効終了日", "備考"}}
	purposes := [][]string{{"事務コード", "照会元コード", "事務名", "根拠", "根拠条項", "対象者", "対象者条項", "検索キー", "提供項目", "住民票コード提供", "住民票コード条項",
		"支援措置", "最大行数", "返却形式", "返却方法", "二人承認", "有効開始日", "有効終了日", "備考"}}
	for _, o := range [][]string{{"fukushi", "部署", "条例(利用)", "csv"}, {"kyoiku", "執行機関", "条例(提供)", "xlsx"}, {"doboku", "部署", "条例(利用)", "csv"},
		{"zeimu", "部署", "条例(利用)", "固定長"}, {"koho", "部署", "条例(利用)", "jsonl"}} {
		key, err := f.newKey(o[0])
		if err != nil {
			return err
		}
		recipients := key.Recipient().String()
		if o[0] == "kyoiku" { // has a key of OpenSSH too
			line, err := f.newSSHKey(o[0])
			if err != nil {
				return err
			}
			recipients += "\n" + line
		}
		offices = append(offices, []string{o[0], o[0] + "(試験)", o[1], recipients, o[0] + "-01", "UTF-8", o[3], "媒体", "2020-01-01", "期限なし", ""})
		purposes = append(purposes, []string{o[0] + "-01", o[0], "試験の事務", o[2], "試験条例第2条", "全員", "試験条例第2条第2項",
			"住民票コード、氏名、氏名ふりがな、生年月日、性別、住所、旧氏", "氏名、氏名ふりがな、生年月日、性別、住所、状態", "否", "試験の条項",
			"抑止", "1000", "csv、xlsx、固定長、jsonl", "媒体、庁内メール", "不要", "2020-01-01", "期限なし", ""})
	}
	if _, err := f.newKey("stranger"); err != nil {
		return err
	}
	operators := [][]string{{"操作者ID", "利用者名", "所属", "権限", "有効開始日", "有効終了日", "備考"},
		{"op-1", "tester", "試験課", "照会、審査、管理、監査、閲覧", "2020-01-01", "期限なし", ""}}
	layouts := [][]string{{"様式コード", "照会元コード", "事務コード", "用途", "形式", "既定", "文字コード", "レコード長", "改行"},
		{"zeimu-out", "zeimu", "", "結果", "固定長", "既定", "CP932", "20", "CRLF"}}
	columns := [][]string{{"様式コード", "レコード", "項目", "名称", "開始位置", "バイト数", "寄せ", "埋め文字", "値"},
		{"zeimu-out", "ヘッダー", "固定値", "", "1", "1", "", "", "1"}, {"zeimu-out", "ヘッダー", "件数", "", "2", "19", "右", "0", ""},
		{"zeimu-out", "データ", "固定値", "", "1", "1", "", "", "2"}, {"zeimu-out", "データ", "整理番号", "", "2", "17", "", "", ""}, {"zeimu-out", "データ", "回答区分", "", "19", "2", "", "", ""}}
	for name, rows := range map[string][][]string{"offices.csv": offices, "purposes.csv": purposes, "operators.csv": operators, "layouts.csv": layouts, "layout_columns.csv": columns} {
		var b bytes.Buffer
		if err := csv.NewWriter(&b).WriteAll(rows); err != nil {
			return err
		}
		if err := os.WriteFile(f.path("site", "register", name), b.Bytes(), 0o600); err != nil {
			return err
		}
	}
	return nil
}

func (f *fixture) newKey(office string) (*crypto.Identity, error) {
	make := crypto.NewIdentity
	if office == "doboku" {
		make = crypto.NewPostQuantumIdentity
	}
	id, err := make()
	if err != nil {
		return nil, err
	}
	f.keys[office] = id
	file, err := os.OpenFile(f.path("keys", office+".txt"), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	return id, errors.Join(id.WriteKey(file, office, time.Now()), file.Close())
}

// newSSHKey makes a key of OpenSSH, keys/OFFICE-ssh and its .pub, and returns the
// line of the public half.
func (f *fixture) newSSHKey(office string) (string, error) {
	public, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		return "", err
	}
	block, err := ssh.MarshalPrivateKey(private, office)
	if err != nil {
		return "", err
	}
	key, err := ssh.NewPublicKey(public)
	if err != nil {
		return "", err
	}
	line := ssh.MarshalAuthorizedKey(key)
	return string(line), errors.Join(os.WriteFile(f.path("keys", office+"-ssh"), pem.EncodeToMemory(block), 0o600),
		os.WriteFile(f.path("keys", office+"-ssh.pub"), line, 0o600))
}

func asOf() time.Time { return time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC) }

func world() (*invent.World, error) {
	return invent.New(invent.Options{Seed: 11, People: 400, AsOf: asOf()})
}

// people loads invented people as the identity file.
func (f *fixture) people() error {
	w, err := world()
	if err != nil {
		return err
	}
	var b bytes.Buffer
	if _, err := invent.WriteExtract(&b, w, true); err != nil {
		return err
	}
	if err := os.WriteFile(f.path("lists", "extract.csv"), b.Bytes(), 0o600); err != nil {
		return err
	}
	return f.work(func(s *job.Site) error {
		_, err := s.Load(context.Background(), []string{f.path("lists", "extract.csv")}, false, false)
		return err
	})
}

// work opens the site, as each call of the operators' program does.
func (f *fixture) work(do func(*job.Site) error) error {
	s, err := job.Open(f.path("site"), environment())
	if err != nil {
		return err
	}
	return errors.Join(do(s), s.Close())
}

// password is what fukushi has chosen for results by mail: invented, and strong.
const password = "Kz7#mWq9!Tb2xLd5"

// byMail answers two lists by internal mail: as a zip and as a workbook.
func (f *fixture) byMail() error {
	err := f.work(func(s *job.Site) error { return s.SetPassword("fukushi", "p-1", passworded.New(password)) })
	if err != nil {
		return err
	}
	if f.zip, err = f.mailed("csv", 6); err != nil {
		return err
	}
	f.mailBook, err = f.mailed("xlsx", 7)
	return err
}

func (f *fixture) mailed(form string, seed uint64) (id string, err error) {
	list, err := f.list("fukushi", "csv-cp932", seed)
	if err != nil {
		return "", err
	}
	path := f.path("lists", fmt.Sprintf("list-%d.csv", seed))
	side := fmt.Sprintf("number = \"mail-%d\"\noffice = \"fukushi\"\npurpose = \"fukushi-01\"\nbasis = \"条例(利用)\"\nrows = 60\n"+
		"fields = [\"氏名\"]\nform = %q\nway = \"庁内メール\"\npassword_ref = \"p-1\"\n", seed, form)
	if err := errors.Join(os.WriteFile(path, list, 0o600), os.WriteFile(path+".request.toml", []byte(side), 0o600)); err != nil {
		return "", err
	}
	err = f.work(func(s *job.Site) error {
		ctx := context.Background()
		j, err := s.Take(ctx, job.ByHand{Path: path, SidePath: path + ".request.toml", Office: "fukushi", Request: authority.NewRequest(authority.Command)})
		if err != nil {
			return err
		}
		out, err := s.Answer(ctx, j)
		if err != nil {
			return err
		}
		if out.State != spool.Outbox {
			return fmt.Errorf("a list by mail went to %s: %+v", out.State, out.Refusal)
		}
		id = j.ID
		_, err = s.DeliverByMail(ctx, id, f.path("medium"))
		return err
	})
	return id, err
}

// answer brings a list, answers it and hands the result over.
func (f *fixture) answer(office, form string, seed uint64) (id string, err error) {
	return f.answerAgain(office, form, seed, "")
}

// answerAgain is answer for a list that was answered before, with the reason.
func (f *fixture) answerAgain(office, form string, seed uint64, again string) (id string, err error) {
	list, err := f.list(office, form, seed)
	if err != nil {
		return "", err
	}
	path := f.path("lists", fmt.Sprintf("list-%d.csv", seed))
	if err := os.WriteFile(path, list, 0o600); err != nil {
		return "", err
	}
	err = f.work(func(s *job.Site) error {
		ctx := context.Background()
		request := authority.NewRequest(authority.Command)
		request.Purpose = office + "-01"
		j, err := s.Take(ctx, job.ByHand{Path: path, Office: office, Request: request, Again: again})
		if err != nil {
			return err
		}
		out, err := s.Answer(ctx, j)
		if err != nil {
			return err
		}
		if want := map[bool]spool.State{true: spool.Refused, false: spool.Outbox}[form == ""]; out.State != want {
			return fmt.Errorf("the list of %s went to %s: %+v", office, out.State, out.Refusal)
		}
		id = j.ID
		_, err = s.Deliver(ctx, id, f.path("medium"), "")
		return err
	})
	return id, err
}

func (f *fixture) list(office, form string, seed uint64) ([]byte, error) {
	if form == "" {
		d, err := invent.Damaged("mynumber-column", invent.DamageOptions{Seed: seed, AsOf: asOf(), Office: office, Purpose: office + "-01", Rows: 40})
		return d.List, err
	}
	w, err := world()
	if err != nil {
		return nil, err
	}
	mix, _ := invent.NamedMix("default")
	format, err := invent.ParseFormat(form)
	if err != nil {
		return nil, err
	}
	l, err := w.List(invent.ListSpec{Seed: seed, Rows: 60, Mix: mix, CodePercent: 20, Header: invent.Standard, Format: format})
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = l.Write(&b)
	return b.Bytes(), err
}

// copyOf copies a part of the fixture into a folder of the test.
func (f *fixture) copyOf(t *testing.T, parts ...string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), parts[len(parts)-1])
	if err := os.CopyFS(to, os.DirFS(f.path(parts...))); err != nil {
		t.Fatal(err)
	}
	return to
}
