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

// NewProgress makes one. Whatever the Term says next removes its bar; so does Stop.
func (t *Term) NewProgress(now func() time.Time) *Progress {
	t.progress = &Progress{term: t, now: now, started: now()}
	return t.progress
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
		p.bar = p.newBar(act, all)
	}
	p.bar.SetTotal(max(all, done+1), false) // never complete: Stop ends it
	p.bar.SetCurrent(done)
}

// newBar makes a bar, or a mere counter where nobody knows how much there is.
func (p *Progress) newBar(act string, all int64) *mpb.Bar {
	name := decor.Name(p.term.actName(act) + " ")
	elapsed := decor.OnComplete(decor.Elapsed(decor.ET_STYLE_GO, decor.WC{W: 6}), "")
	if all == 0 {
		return p.bars.New(0, mpb.NopStyle(), mpb.PrependDecorators(name, decor.CurrentNoUnit("%d"), elapsed))
	}
	return p.bars.AddBar(all, mpb.PrependDecorators(name, decor.CountersNoUnit("%d / %d ")),
		mpb.AppendDecorators(decor.Percentage(decor.WC{W: 5}), elapsed))
}

// Stop removes the bar; a nil Progress has none.
func (p *Progress) Stop() {
	if p == nil {
		return
	}
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
