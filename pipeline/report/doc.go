// Package report puts what the ledger says onto paper: the report of a job and of
// a month (処理報告), the custody book of a period (受渡簿) and the letter that goes with
// a medium (送付書).
//
// It hides the HTML, the charts, which are drawings within the page (inline SVG), the
// styles for screen, dark screen and A4, and the QR code. It promises that every
// figure was recorded at its time, in the ledger or in a signed manifest, and that
// nothing is computed anew but sums and differences of what is there; that a page
// needs nothing from elsewhere and runs no script; and that it holds no personal
// data, because the ledger has none.
//
// A page carries the signed checkpoint of the ledger, in letters and as a QR code.
// Whoever keeps the paper can hold the ledger against it: see «baitai-audit ledger».
package report

import (
	"fmt"
	"time"

	"baitai/pipeline/issue"
	"baitai/spool/ledger"
)

// A Setting is what all pages of one printing have in common.
type Setting struct {
	Lang       issue.Lang
	Site       string    // 名称 of the prefecture
	Made       time.Time // when the page is made
	Checkpoint Checkpoint
	Office     func(code string) string // 名称 of an office; "" where nobody knows it
	Act        func(ledger.Act) string  // the word for an act
}

// A Checkpoint is the ledger's signed tree head (台帳のルート).
type Checkpoint struct {
	Origin string
	Size   int64
	Root   [32]byte
	Note   string // signed, as baitai-audit and other verifiers read it
}

// pick chooses between the two languages.
func (s *Setting) pick(ja, en string) string {
	if s.Lang == issue.English {
		return en
	}
	return ja
}

// timeShown is how times stand on paper; all are Japanese time.
const timeShown = "2006-01-02 15:04:05"

func (s *Setting) office(code string) string {
	if s.Office != nil {
		if name := s.Office(code); name != "" {
			return code + " " + name
		}
	}
	return code
}

func (s *Setting) medium(no string) string {
	switch no {
	case "brought":
		return s.pick("持込", "brought")
	case "mail":
		return s.pick("庁内メール", "internal mail")
	}
	return no
}

func (s *Setting) result(r string) string {
	ja := map[string]string{ledger.OK: "済", ledger.ResultFailed: "障害", ledger.ResultRefused: "不可", ledger.ResultBrokeOff: "中断"}
	if n, ok := ja[r]; ok && s.Lang != issue.English {
		return n
	}
	return r
}

// number writes a count with its thousands apart.
func number(n int64) string {
	text := fmt.Sprint(n)
	for i := len(text) - 3; i > 0 && text[i-1] != '-'; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// share writes a part of a whole in per cent.
func share(n, of int64) string {
	switch {
	case of == 0:
		return ""
	case n > 0 && n*2000 < of:
		return "< 0.1 %"
	}
	return fmt.Sprintf("%.1f %%", 100*float64(n)/float64(of))
}

// length writes how long something took.
func (s *Setting) length(d time.Duration) string {
	switch {
	case d < time.Second:
		return fmt.Sprintf(s.pick("%d ミリ秒", "%d ms"), d.Milliseconds())
	case d < time.Minute:
		return fmt.Sprintf(s.pick("%.1f 秒", "%.1f s"), d.Seconds())
	case d < time.Hour:
		return fmt.Sprintf(s.pick("%d 分 %02d 秒", "%d min %02d s"), int(d.Minutes()), int(d.Seconds())%60)
	case d < 48*time.Hour:
		return fmt.Sprintf(s.pick("%d 時間 %02d 分", "%d h %02d min"), int(d.Hours()), int(d.Minutes())%60)
	}
	return fmt.Sprintf(s.pick("%d 日 %d 時間", "%d d %d h"), int(d.Hours())/24, int(d.Hours())%24)
}
