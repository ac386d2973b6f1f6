package term

import (
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
)

// patience is how long work may take before a bar is shown.
const patience = 2 * time.Second

// A Progress shows how far long work is: a bar on a terminal once it takes more
// than two seconds, nothing otherwise, so that cron mails stay empty.
type Progress struct {
	term    *Term
	started time.Time
	now     func() time.Time
	bars    *mpb.Progress
	bar     *mpb.Bar
	act     string
}

// NewProgress makes one; call Stop when the work is done.
func (t *Term) NewProgress(now func() time.Time) *Progress {
	return &Progress{term: t, now: now, started: now()}
}

// Set says that done of all are finished; all is 0 where nobody knows.
func (p *Progress) Set(act string, done, all int64) {
	if !p.term.Interactive() || p.term.JSON || p.now().Sub(p.started) < patience {
		return
	}
	if p.bar == nil || p.act != act {
		p.Stop()
		p.act = act
		p.bars = mpb.New(mpb.WithOutput(p.term.Err), mpb.WithWidth(40))
		p.bar = p.bars.AddBar(all, mpb.PrependDecorators(decor.Name(p.term.actName(act)+" "), decor.CountersNoUnit("%d / %d")),
			mpb.AppendDecorators(decor.Percentage(), decor.Elapsed(decor.ET_STYLE_GO)), mpb.BarRemoveOnComplete())
	}
	p.bar.SetTotal(max(all, done+1), false)
	p.bar.SetCurrent(done)
}

// Stop removes the bar.
func (p *Progress) Stop() {
	if p.bar != nil {
		p.bar.Abort(true)
		p.bars.Wait()
	}
	p.bar, p.bars = nil, nil
}

func (t *Term) actName(act string) string {
	switch act {
	case "match":
		return t.Pick("照合", "matching")
	case "load":
		return t.Pick("取込", "loading")
	}
	return act
}
