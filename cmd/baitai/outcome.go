package main

import (
	"maps"
	"slices"

	"baitai/cmd/internal/term"
	"baitai/pipeline/issue"
	"baitai/pipeline/job"
	"baitai/pipeline/verdict"
	"baitai/spool"
)

// outcome tells how a job ended.
func (p *program) outcome(out job.Outcome) {
	switch out.State {
	case spool.Done:
		p.Say("開梱 %s(照会元 %s): リスト %d 件", "unpacked %s (office %s): %d lists", out.Job, out.Office, out.Lists)
	case spool.Held:
		if out.Broken {
			p.Say("保留 %s(照会元 %s): 何度も中断したため止めました。調べてから baitai approve %s で再開してください", "held %s (office %s): broken off too often; look into it, then baitai approve %s", out.Job, out.Office, out.Job)
			return
		}
		p.Say("保留 %s(照会元 %s): 二人目の承認を待っています", "held %s (office %s): waits for a second person", out.Job, out.Office)
	case spool.Refused:
		p.Say("受付不可 %s(照会元 %s)", "refused %s (office %s)", out.Job, out.Office)
		p.Error(out.Refusal.Issues) // every fault, not the first alone
		p.Say("  不備一覧は baitai deliver %[1]s で照会元に渡し、baitai errors %[1]s で見られます",
			"  the error file: baitai deliver %[1]s for the office, baitai errors %[1]s to see it", out.Job)
	default:
		p.Say("回答 %s(照会元 %s): %d 行", "answered %s (office %s): %d rows", out.Job, out.Office, out.Totals.Rows)
		for _, code := range slices.Sorted(maps.Keys(out.Totals.ByCode)) {
			p.Say("  %s %s: %d", "  %s %s: %d", code, verdict.Answer(code).Name(p.Lang == issue.Japanese), out.Totals.ByCode[code])
		}
		if out.Listed {
			p.Say("  照会できない行: %d(行・列・直し方は、結果に添えた不備一覧にあります)", "  rows that could not be searched: %d (row, column and what to do: in the error file that goes with the result)", out.Faulty)
		}
		if len(out.Ignored) > 0 {
			// How they are called stands in the result's notes: a header may be anything.
			p.Say("  使わなかった列: %d(見出しは結果の説明に載せました)", "  columns not used: %d (named in the notes of the result)", len(out.Ignored))
		}
	}
}

type outcomeLine struct {
	Job     string           `json:"job"`
	Office  string           `json:"office"`
	State   string           `json:"state"`
	Rows    int64            `json:"rows,omitempty"`
	Answers map[string]int64 `json:"answers,omitempty"`
	Codes   map[string]int64 `json:"codes,omitempty"`
	Ignored int              `json:"ignored_columns,omitempty"`
	Lists   int64            `json:"lists,omitempty"` // in a container; each is a job of its own
}

func outcomeJSON(out job.Outcome) outcomeLine {
	l := outcomeLine{Job: out.Job, Office: out.Office, State: string(out.State), Rows: out.Totals.Rows, Answers: out.Totals.ByCode, Ignored: len(out.Ignored), Lists: out.Lists}
	if out.Refusal != nil {
		l.Codes = make(map[string]int64)
		for code, n := range out.Refusal.Counts {
			l.Codes[string(code)] = n
		}
	}
	return l
}

func codeOfOutcome(out job.Outcome) int {
	switch {
	case out.State == spool.Refused:
		return term.ExitRefused
	case out.Broken:
		return term.ExitFault
	case out.Faulty > 0:
		return term.ExitRowFaults
	}
	return term.ExitOK
}

func outcomeCode(out job.Outcome) error {
	if code := codeOfOutcome(out); code != 0 {
		return &term.ExitError{Code: code}
	}
	return nil
}
