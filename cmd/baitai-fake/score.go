package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/pflag"

	"baitai/cmd/internal/score"
	"baitai/cmd/internal/term"
	"baitai/pipeline/issue"
)

// exitMissed says that a bar was missed, or that somebody else's data would have left.
const exitMissed = 3

// scoreFlags is what a measurement is asked for.
type scoreFlags struct {
	score.Options
	seed, html string
	force      bool
}

func (t *tool) scoreFlags(s *scoreFlags) *pflag.FlagSet {
	f := pflag.NewFlagSet("score", pflag.ContinueOnError)
	f.SetOutput(io.Discard)
	f.SortFlags = false
	f.IntVar(&s.People, "people", 20_000, t.text("附票ファイルの人数", "people in the identity file"))
	f.IntVar(&s.RowsPerClass, "rows-per-class", 300, t.text("項目の組と分類ごとの行数", "rows of each class in each set of keys"))
	f.StringVar(&s.seed, "seed", "develop", t.text("develop, tune, sealed または数", "develop, tune, sealed or a number"))
	f.IntVar(&s.Portion, "portion", 100_000, t.text("一度に作り答える行数(メモリの量を決める)", "rows made and answered at once (bounds memory)"))
	f.StringVar(&s.html, "html", "", t.text("結果をHTMLにも書く", "write the result as HTML too"))
	f.BoolVar(&s.force, "force", false, t.text("既にあるHTMLを置き換える", "replace an HTML file that exists"))
	f.BoolVar(&s.NoBaselines, "no-baselines", false, t.text("比較の方法を測らない", "leave out the other methods"))
	f.StringSliceVar(&s.Keys, "keys", nil, t.text("測る項目の組(コンマ区切り、空なら全部)", "sets of keys to measure, by comma; empty: all"))
	f.StringSliceVar(&s.Classes, "class", nil, t.text("測る分類(コンマ区切り、空なら全部)", "classes to measure, by comma; empty: all"))
	f.IntVar(&s.Examples, "examples", 2, t.text("分類ごとに示す例の数(別人は10倍。sealed では示さない)", "examples shown of each class (ten times as many wrong ones; none for sealed)"))
	f.IntVar(&s.Workers, "workers", runtime.GOMAXPROCS(0), t.text("並列数", "how many at once"))
	return f
}

// score measures how well the product finds invented people.
func (t *tool) score(args []string) int {
	var s scoreFlags
	f := t.scoreFlags(&s)
	if code, done := t.parse(f, args); done {
		return code
	}
	var err error
	if s.Seed, err = score.ParseSeed(s.seed); err != nil || s.People < 1 || s.RowsPerClass < 1 || s.Portion < 1 || s.Examples < 0 {
		return t.wrong("--seed --people --rows-per-class --portion --examples のいずれかが正しくありません",
			"one of --seed, --people, --rows-per-class, --portion, --examples is wrong")
	}
	report, err := t.measure(&s)
	if err != nil {
		return t.fault(err)
	}
	t.showReport(report)
	if s.html != "" {
		if err := t.writeReport(report, &s); err != nil {
			return t.fault(err)
		}
	}
	if report.Fails() {
		t.complain("基準に届きません", "a bar was missed")
		return exitMissed
	}
	return exitOK
}

// measure runs in a folder of its own, which is gone afterwards, also when the
// run is stopped by a signal.
func (t *tool) measure(s *scoreFlags) (report *score.Report, err error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if s.Dir, err = os.MkdirTemp("", "baitai-score-"); err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(s.Dir)) }()
	s.Now = time.Now
	bar := t.term().NewProgress(time.Now)
	defer bar.Stop()
	s.Progress = bar.Set
	return score.Run(ctx, s.Options)
}

func (t *tool) term() *term.Term {
	lang := issue.English
	if t.japanese {
		lang = issue.Japanese
	}
	return &term.Term{Out: t.stdout, Err: t.stderr, Lang: lang, Program: "baitai-fake"}
}

func (t *tool) showReport(r *score.Report) {
	lines := func(list []string) {
		if len(list) > 0 {
			_, _ = io.WriteString(t.stdout, strings.Join(list, "\n")+"\n")
		}
	}
	lines(r.Lines(t.japanese))
	for _, table := range r.Tables(t.japanese) {
		_, _ = io.WriteString(t.stdout, "\n"+table.Title+"\n")
		t.term().Table(table.Rows)
	}
	_, _ = io.WriteString(t.stdout, "\n")
	lines(r.Legend(t.japanese))
	lines(r.ExampleLines(t.japanese))
}

func (t *tool) writeReport(r *score.Report, s *scoreFlags) error {
	page, err := stage(s.html, func(out io.Writer) error { return r.HTML(out, t.japanese) })
	if err != nil {
		return err
	}
	if err := publishAll(s.force, page); err != nil {
		return err
	}
	t.say(t.stdout, fmt.Sprintf("%s: %dバイト\n", page.path, page.bytes), fmt.Sprintf("%s: %d bytes\n", page.path, page.bytes))
	return nil
}
