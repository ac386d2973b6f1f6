package answer

import (
	"errors"
	"io"
	"strconv"
	"strings"

	"baitai/formats"
	"baitai/formats/sheet"
	"baitai/pipeline/person"
)

// The review list (要確認一覧) is a workbook for the prefecture itself: each row that
// was answered 30, and below it everybody whom it may mean. An operator writes
// into 決定 of the row's own line which candidate is meant.
const (
	reviewSheet    = "要確認"
	reviewJobSheet = "受付"
	reviewRow      = "リスト"
	reviewPerson   = "候補"
	reviewNobody   = "該当なし"
)

var reviewColumns = []sheet.Column{
	{Header: "行", Width: 7}, {Header: "整理番号", Width: 14}, {Header: "区分", Width: 8}, {Header: "候補番号", Width: 9}, {Header: "決定", Width: 12},
	{Header: "氏名", Width: 18}, {Header: "氏名ふりがな", Width: 20}, {Header: "旧氏", Width: 10}, {Header: "生年月日", Width: 12}, {Header: "性別", Width: 6},
	{Header: "住所", Width: 50}, {Header: "状態", Width: 6}, {Header: "氏名の照合", Width: 14}, {Header: "ふりがなの照合", Width: 14},
	{Header: "生年月日の照合", Width: 14}, {Header: "性別の照合", Width: 10}, {Header: "住所の照合", Width: 14}, {Header: "理由", Width: 40},
}

// A Review is one row to be decided: the row, and the people beside it.
type Review struct {
	Row    OwnRow
	Query  person.Query
	People []ReviewPerson
}

// A ReviewPerson is a candidate.
type ReviewPerson struct {
	Looked  OwnLooked
	Version *person.Version
}

// WriteReview writes the review list of a job. People under 支援措置 are masked
// unless unmasked is set.
func WriteReview(w io.Writer, job string, rows []Review, tmp string, unmasked bool) error {
	book, err := sheet.NewWriter(sheet.WriterOptions{TmpDir: tmp})
	if err != nil {
		return err
	}
	defer book.Close()
	if err := book.AddSheet(reviewSheet, reviewColumns); err != nil {
		return err
	}
	for _, r := range rows {
		if err := writeReviewRow(book, r, unmasked); err != nil {
			return err
		}
	}
	if err := book.AddSheet(reviewJobSheet, []sheet.Column{{Header: "項目", Width: 14}, {Header: "内容", Width: 60}}); err != nil {
		return err
	}
	for _, line := range [][]string{
		{"受付番号", job},
		{"書き方", "「決定」の列の、区分が「リスト」の行に、候補番号か「該当なし」を書いてください。決められない行は空けておきます。"},
		{"how to", "write the number of a candidate or 該当なし into 決定 of the lines marked リスト; leave what cannot be decided empty"},
	} {
		if err := book.Write(line); err != nil {
			return err
		}
	}
	_, err = book.WriteTo(w)
	return err
}

func writeReviewRow(book *sheet.Writer, r Review, unmasked bool) error {
	q := r.Query
	no := strconv.FormatInt(r.Row.No, 10)
	err := book.Write([]string{no, r.Row.Reference, reviewRow, "", "", q.Name.Reveal(), q.Kana.Reveal(), q.FormerSurname.Reveal(),
		q.Birth.Reveal(), q.Sex.Reveal(), q.Address.Reveal(), "", "", "", "", "", "", r.Row.Why})
	if err != nil {
		return err
	}
	for i, p := range r.People {
		if p.Looked.Protected && !unmasked {
			continue // that somebody is here would tell where they live; the numbers stay
		}
		lines := Beside(q, p.Version, p.Looked, unmasked)
		held := make(map[string]string, len(lines))
		for _, l := range lines {
			held[l.Name] = l.File
		}
		out := []string{no, r.Row.Reference, reviewPerson, strconv.Itoa(i + 1), "", held["氏名"], held["氏名ふりがな"], held["旧氏"],
			held["生年月日"], held["性別"], held["住所"], held["状態"]}
		for _, name := range []string{"name", "kana", "birth", "sex", "address"} {
			grade := p.Looked.Grade(name).Grade
			if p.Looked.Protected && !unmasked {
				grade = ""
			}
			out = append(out, GradeName(grade, true))
		}
		note := ""
		if p.Looked.Protected {
			note = "支援措置"
		}
		if err := book.Write(append(out, note)); err != nil {
			return err
		}
	}
	return nil
}

// A Decided is what an operator has decided for one row.
type Decided struct {
	No        int64  // of the row
	Reference string // 整理番号, to be held against the row
	Candidate int    // from 1; 0 for nobody
	Line      int    // row of the sheet, for messages
}

// What can be wrong with a review list that comes back.
var (
	ErrNotReview   = errors.New("answer: not a review list")
	ErrNoDecisions = errors.New("answer: nothing is decided in the review list")
)

// A DecisionError says which line of a review list cannot be read.
type DecisionError struct{ Line int }

func (e *DecisionError) Error() string {
	return "answer: the decision in row " + strconv.Itoa(e.Line) + " is neither a candidate nor nobody"
}

// ReadReview reads the decisions of a review list, and of which job it is.
func ReadReview(r io.ReaderAt, size int64, limits formats.Limits) (job string, decided []Decided, err error) {
	book, err := sheet.OpenAt(r, size, sheet.Options{Limits: limits})
	if err != nil {
		return "", nil, err
	}
	defer book.Close()
	for rec, err := range book.Form(reviewJobSheet) {
		if err != nil {
			return "", nil, ErrNotReview
		}
		if len(rec.Cells) > 1 && rec.Cells[0].Text == "受付番号" {
			job = strings.TrimSpace(rec.Cells[1].Text)
		}
	}
	first := true
	for rec, err := range book.Rows(reviewSheet) {
		if err != nil {
			return "", nil, err
		}
		if first {
			first = false
			if !isReviewHeader(rec) {
				return "", nil, ErrNotReview
			}
			continue
		}
		d, ok, err := readDecision(rec)
		if err != nil {
			return "", nil, err
		}
		if ok {
			decided = append(decided, d)
		}
	}
	if job == "" || first {
		return "", nil, ErrNotReview
	}
	if len(decided) == 0 {
		return "", nil, ErrNoDecisions
	}
	return job, decided, nil
}

func isReviewHeader(rec formats.Record) bool {
	if len(rec.Cells) < len(reviewColumns) {
		return false
	}
	for i, c := range reviewColumns {
		if strings.TrimSpace(rec.Cells[i].Text) != c.Header {
			return false
		}
	}
	return true
}

func readDecision(rec formats.Record) (d Decided, ok bool, err error) {
	text := func(i int) string { return strings.TrimSpace(rec.Cells[i].Text) }
	if text(2) != reviewRow || text(4) == "" {
		return d, false, nil
	}
	d = Decided{Reference: text(1), Line: rec.Row}
	if d.No, err = strconv.ParseInt(text(0), 10, 64); err != nil {
		return d, false, &DecisionError{rec.Row}
	}
	if text(4) == reviewNobody {
		return d, true, nil
	}
	if d.Candidate, err = strconv.Atoi(text(4)); err != nil || d.Candidate < 1 {
		return d, false, &DecisionError{rec.Row}
	}
	return d, true, nil
}
