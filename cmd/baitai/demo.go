package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"baitai/cmd/internal/custody"
	"baitai/cmd/internal/invent"
	"baitai/cmd/internal/sealed"
	"baitai/crypto"
	"baitai/pipeline/issue"
	"baitai/pipeline/job"
	"baitai/spool"
	"baitai/spool/ledger"
)

func demoFlags(c *call) {
	c.flags.StringVar(&c.to, "to", "", "")
	c.flags.IntVar(&c.people, "people", 20_000, "")
}

// A demo is one walk through the main job on invented people.
type demo struct {
	*call
	dir    string // everything lies below it
	site   *job.Site
	world  *invent.World
	offers []*offer
}

// path joins below the folder of the demo.
func (d *demo) path(parts ...string) string {
	return filepath.Join(append([]string{d.dir}, parts...)...)
}

// runDemo makes a site, invents people, loads an identity file, receives lists,
// answers them, and shows what came out and where.
func runDemo(ctx context.Context, c *call) (err error) {
	if c.people < 1000 || c.people > 1_000_000 {
		return issue.New(issue.BadArgument, issue.Pos{}, "--people")
	}
	d := &demo{call: c, dir: c.to}
	if d.dir == "" {
		if d.dir, err = os.MkdirTemp("", "baitai-demo-"); err != nil {
			return issue.New(issue.CannotWrite, issue.Pos{}).Because(err)
		}
	} else if err := os.MkdirAll(d.dir, 0o700); err != nil {
		return issue.New(issue.CannotWrite, issue.Pos{}).Because(err)
	}
	started := c.now()
	c.Say("架空の人だけを使った見本です。すべて %s の下に作ります。", "a demonstration with invented people only; everything is made below %s", d.dir)
	if err := d.build(ctx); err != nil {
		return err
	}
	defer func() {
		if d.site != nil {
			err = errors.Join(err, d.site.Close())
		}
	}()
	for _, step := range []func(context.Context) error{d.load, d.bring, d.answer, d.handOver, d.check} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	c.Say("\n%.0f 秒で終わりました。見終わったら %s を消してください。", "\ndone in %.0f seconds; remove %s when you have looked at it", c.now().Sub(started).Seconds(), d.dir)
	return nil
}

// build makes the site, its register and the keys of the offices.
func (d *demo) build(context.Context) error {
	env, err := d.environment()
	if err != nil {
		return err
	}
	config := job.DefaultConfig("福岡県(見本)", "baitai.invalid/demo")
	config.Intake.StillSeconds, config.Intake.MinAgeSeconds = 0, 0
	d.heading("拠点を作る", "a site")
	if err := job.Init(d.path("site"), config, d.Lang, env); err != nil {
		return err
	}
	if err := d.writeRegister(env.Login); err != nil {
		return err
	}
	env.Log = d.openLog(d.path("site"), config)
	if d.site, err = job.Open(d.path("site"), env); err != nil {
		return err
	}
	d.Say("  %s(設定 baitai.toml、管理簿 register/、鍵 keys/、台帳 ledger/)", "  %s (baitai.toml, register/, keys/, ledger/)", d.path("site"))
	return nil
}

func (d *demo) heading(ja, en string) { d.Say("\n■ "+ja, "\n■ "+en) }

// load invents people and loads them as the identity file.
func (d *demo) load(ctx context.Context) error {
	d.heading("架空の人を作り、附票本人確認情報ファイルとして読み込む", "invented people, loaded as the identity file")
	var err error
	if d.world, err = invent.New(invent.Options{Seed: 20261123, People: d.people, AsOf: time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC)}); err != nil {
		return err
	}
	f, err := os.OpenFile(d.path("extract.csv"), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	written, err := invent.WriteExtract(f, d.world, true)
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	loaded, err := d.site.Load(ctx, []string{d.path("extract.csv")}, false, false)
	d.showFaults(loaded)
	if err != nil {
		return err
	}
	d.Say("  抽出ファイル %s: %d 行", "  extract %s: %d rows", d.path("extract.csv"), written.Rows)
	d.Say("  読み込み: %d 人、%d 履歴、世代 %s…", "  loaded: %d people, %d versions, generation %s…", loaded.Summary.People, loaded.Summary.Versions, loaded.Digest[:16])
	return nil
}

// answer runs once, as cron would at night.
func (d *demo) answer(ctx context.Context) error {
	d.heading("夜間の実行(baitai run)", "the nightly run (baitai run)")
	r, err := d.site.Run(ctx, d.outcome)
	if err != nil {
		return err
	}
	if err := errors.Join(r.Faults...); err != nil {
		return err
	}
	if len(r.Outcomes) != len(d.offers) {
		return fmt.Errorf("demo: %d lists were brought, %d ended", len(d.offers), len(r.Outcomes))
	}
	for _, out := range r.Outcomes {
		for _, o := range d.offers {
			if o.office == out.Office {
				o.outcome = out
			}
		}
	}
	return nil
}

// handOver copies the results onto the offices' media and opens them there with
// the offices' own keys.
func (d *demo) handOver(ctx context.Context) error {
	d.heading("媒体に書き込んで交付し、照会元の鍵で開く(baitai deliver、baitai open)", "handed over on a medium, opened with the office's key (baitai deliver, baitai open)")
	checker, err := sealed.Load(d.path("site", job.PublicDir, job.SignersFile), d.path("site", job.PublicDir, job.VKeyFile), d.now())
	if err != nil {
		return err
	}
	for _, o := range d.offers {
		medium := d.path("media", o.office)
		h, err := d.site.Deliver(ctx, o.outcome.Job, medium, "")
		if err != nil {
			return err
		}
		opened := d.path("opened", o.office)
		if err := os.MkdirAll(opened, 0o700); err != nil {
			return err
		}
		_, contents, err := checker.Open(h.Folder, opened, o.key)
		if err != nil {
			return err
		}
		for _, f := range contents.Files {
			d.Say("  %s: %s", "  %s: %s", o.office, filepath.Join(opened, f.Name))
		}
		if o.outcome.State == spool.Refused {
			continue
		}
		if err := d.score(o, opened); err != nil {
			return err
		}
	}
	return nil
}

// check closes the site and verifies its ledger as an auditor would.
func (d *demo) check(context.Context) error {
	d.heading("台帳を検証する(baitai ledger verify)", "the ledger, verified (baitai ledger verify)")
	err := d.site.Close()
	d.site = nil
	if err != nil {
		return err
	}
	vkey, err := os.ReadFile(d.path("site", job.PublicDir, job.VKeyFile))
	if err != nil {
		return err
	}
	report, err := ledger.Verify(os.DirFS(d.path("site", job.LedgerDir)), string(vkey[:len(vkey)-1]))
	if err != nil {
		return custody.Issue(err)
	}
	if len(report.Custody.Findings)+len(report.Custody.Open) > 0 {
		return fmt.Errorf("demo: the ledger has %d findings and %d open jobs", len(report.Custody.Findings), len(report.Custody.Open))
	}
	d.Say("  %d 件、すべて本物です。ルート %x", "  %d entries, all genuine; root %x", report.Size, report.Root)
	d.Say("  一覧: baitai ledger show --site %s", "  to list them: baitai ledger show --site %s", d.path("site"))
	return nil
}

// newOfficeKey makes the key that an office keeps for itself.
func (d *demo) newOfficeKey(office string) (*crypto.Identity, error) {
	id, err := crypto.NewIdentity()
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(d.path("offices", office), 0o700); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(d.path("offices", office, "key.txt"), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	return id, errors.Join(id.WriteKey(f, "demo "+office, d.now()), f.Close())
}
