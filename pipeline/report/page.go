package report

import (
	_ "embed"
	"html/template"
	"io"
	"strconv"
)

//go:embed page.html
var pageText string

// A page is what the one template draws: all four papers are made of the same parts.
type page struct {
	Lang, Title, Site, Made string
	Wide                    bool // printed across (landscape)
	Lead                    []string
	Facts                   []fact
	Sections                []section
	Root                    root
	Words                   words
}

// words are the texts that the template itself needs.
type words struct{ RootTitle, RootSays, Origin, Size, Root, QR, Made string }

// A fact is a name with its value.
type fact struct {
	Name, Value string
	Code        bool // a digest or the like: may be broken anywhere
}

type section struct {
	Title, Note string
	Bars        *bars
	Stacks      *stacks
	Table       *table
	Lines       []string // a list of sentences
	Slip        []fact   // fields to be filled in by hand
	Apart       bool     // printed on a sheet of its own
	Full        bool     // the table needs the whole width
}

// Both reports whether a chart and its table stand side by side where there is room.
func (s section) Both() bool { return (s.Bars != nil || s.Stacks != nil) && s.Table != nil && !s.Full }

type table struct {
	Caption string
	Head    []string
	Numbers []bool // columns that hold numbers
	Rows    [][]cell
	Sign    int // columns at the end that are signed or sealed by hand
}

// A cell is one cell of a table; the first of a row is its header.
type cell struct {
	Text string
	Code bool
}

func cells(texts ...string) []cell {
	row := make([]cell, len(texts))
	for i, t := range texts {
		row[i].Text = t
	}
	return row
}

type root struct {
	Checkpoint
	Hash string
	Code code
}

// newPage begins a page with what all of them have.
func (s *Setting) newPage(title string) (*page, error) {
	c, err := newCode(s.Checkpoint.Note)
	if err != nil {
		return nil, err
	}
	return &page{
		Lang: string(s.Lang), Title: title, Site: s.Site, Made: s.Made.Format(timeShown),
		Root: root{s.Checkpoint, base64Of(s.Checkpoint.Root), c},
		Words: words{
			RootTitle: s.pick("台帳のルート(チェックポイント)", "Root of the ledger (checkpoint)"),
			RootSays: s.pick("この紙を作ったときの授受・提供記録(台帳)の署名付きチェックポイントです。QRコードを読み取って保存し、baitai-audit に渡すと、台帳があとから書き換えられていないことを確かめられます。",
				"The signed checkpoint of the custody ledger when this paper was made. Read the QR code into a file and give it to baitai-audit: it shows whether the ledger was changed afterwards."),
			Origin: s.pick("台帳の名前", "Origin"), Size: s.pick("記録の件数", "Entries"), Root: s.pick("ルートハッシュ", "Root hash"),
			QR: s.pick("署名付きチェックポイントのQRコード", "QR code of the signed checkpoint"), Made: s.pick("作成", "Made"),
		},
	}, nil
}

// keptRows is how many rows a table may have that is not broken across two sheets.
const keptRows = 20

// write draws a page. The template is parsed each time: a page is made once in a while.
func (p *page) write(w io.Writer) error {
	t, err := template.New("page").Funcs(template.FuncMap{
		"number": number,
		"short":  func(t *table) bool { return len(t.Rows) <= keptRows },
		"last":   func(t *table, column int) bool { return column >= len(t.Head)-t.Sign },
		"num":    func(t *table, column int) bool { return column < len(t.Numbers) && t.Numbers[column] },
		"f":      func(v float64) string { return strconv.FormatFloat(v, 'f', 1, 64) },
	}).Parse(pageText)
	if err != nil {
		return err
	}
	return t.Execute(w, p)
}
