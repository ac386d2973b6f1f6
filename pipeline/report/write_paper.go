package report

import (
	"fmt"
	"io"
	"time"

	"baitai/spool/ledger"
)

// WriteBook writes the custody book of a period (受渡簿), with room for names and seals.
func (s *Setting) WriteBook(w io.Writer, b Book) error {
	p, err := s.newPage(s.pick("媒体受渡簿", "Custody book"))
	if err != nil {
		return err
	}
	const day = "2006-01-02"
	p.Wide = true
	p.Facts = []fact{
		{Name: s.pick("期間", "Period"), Value: b.From.Format(day) + " – " + b.Until.Add(-time.Nanosecond).Format(day)},
		{Name: s.pick("件数", "Entries"), Value: number(int64(len(b.Passings)))},
	}
	t := &table{Caption: s.pick("受領と交付(台帳の順)", "Receipts and deliveries, in the order of the ledger"), Sign: 2, Numbers: []bool{true, false, false, false, false, false, true},
		Head: []string{s.pick("台帳番号", "Entry"), s.pick("日時", "Time"), s.pick("受渡し", "Act"), s.pick("照会元", "Office"), s.pick("受付番号", "Job"), s.pick("媒体番号", "Medium"),
			s.pick("ファイル", "Files"), s.pick("操作者", "Operator"), s.pick("相手方 氏名・印", "Other side: name, seal"), s.pick("県 確認印", "Prefecture: seal")}}
	for _, g := range b.Passings {
		t.Rows = append(t.Rows, cells(number(g.Index), g.Time.Format(timeShown), s.passing(g), s.office(g.Office), g.Job, s.medium(g.Medium), files(g.Files), g.Operator, "", ""))
	}
	book := section{Title: s.pick("受渡し", "Passings"), Table: t}
	if len(b.Passings) == 0 {
		book.Table, book.Note = nil, s.pick("この期間の受渡しはありません。", "Nothing was passed in this period.")
	}
	p.Sections = []section{book, {Title: s.pick("確認", "Checked"), Slip: []fact{
		{Name: s.pick("確認年月日", "Date")}, {Name: s.pick("作成者 氏名・印", "Made by: name, seal")}, {Name: s.pick("責任者 氏名・印", "Responsible: name, seal")}}}}
	return p.write(w)
}

// passing is the word for what passed, with the day of which a receipt speaks.
func (s *Setting) passing(g Passing) string {
	if g.Received == "" {
		return s.Act(g.Act)
	}
	return s.Act(g.Act) + s.pick("("+g.Received+" 受領)", " (received "+g.Received+")")
}

func files(n int64) string {
	if n == 0 {
		return ""
	}
	return number(n)
}

// WriteLetter writes the letter that goes with a medium (送付書), with a receipt to be
// signed and given back (受領書).
func (s *Setting) WriteLetter(w io.Writer, l Letter) error {
	p, err := s.newPage(s.pick("送付書", "Delivery letter"))
	if err != nil {
		return err
	}
	p.Lead = []string{s.pick(s.office(l.Office)+" 御中", "To "+s.office(l.Office)),
		s.pick("依頼のありました照会の結果を、次のとおり送付します。", "Enclosed is the result of your request, as follows.")}
	if l.Refusal {
		p.Lead[1] = s.pick("お預かりしたリストは受け付けられませんでした。不備一覧を送付します。直したうえで、もう一度お出しください。", "Your list could not be accepted. Enclosed is the list of its faults; please mend it and bring it again.")
	}
	p.Facts = []fact{{Name: s.pick("受付番号", "Job"), Value: l.Job}, {Name: s.pick("作成日時", "Created"), Value: l.Created.Format(timeShown)}}
	if !l.Refusal {
		p.Facts = append(p.Facts, fact{Name: s.pick("行数", "Rows"), Value: number(l.Rows)}, fact{Name: s.pick("うち該当(00・01・02)", "of them found (00, 01, 02)"), Value: number(l.Found)})
	}
	p.Facts = append(p.Facts, fact{Name: s.pick("台帳番号", "Entry of the ledger"), Value: number(l.Entry)},
		fact{Name: s.pick("目録の SHA-256", "SHA-256 of the manifest"), Value: l.Manifest, Code: true})
	for _, key := range l.Keys {
		p.Facts = append(p.Facts, fact{Name: s.pick("開ける鍵", "Opens with the key"), Value: key, Code: true})
	}
	for _, h := range l.Handed {
		if h.Act == ledger.Delivered {
			p.Facts = append(p.Facts, fact{Name: s.pick("交付", "Handed over"), Value: h.Time.Format(timeShown) + "  " + s.pick("媒体 ", "medium ") + s.medium(h.Medium)})
		}
	}
	p.Sections = []section{s.enclosed(l), {Title: s.pick("開き方", "How to open it"), Lines: s.howToOpen(l)}, s.receipt(l)}
	return p.write(w)
}

// enclosed lists the files with what tells whether they arrived whole.
func (s *Setting) enclosed(l Letter) section {
	t := &table{Caption: s.pick("「"+l.Job+"」フォルダーにあるファイル", "Files in the folder "+l.Job), Numbers: []bool{false, true},
		Head: []string{s.pick("ファイル", "File"), s.pick("バイト", "Bytes"), "SHA-256"}}
	for _, f := range l.Files {
		t.Rows = append(t.Rows, []cell{{f.Name, true}, {number(f.Bytes), false}, {f.SHA256, true}})
	}
	return section{Title: s.pick("送付するもの", "What is enclosed"), Table: t,
		Note: s.pick("ほかに、目録と署名(result.manifest.json・.sig)と、台帳の証明(result.tlog-proof)が入っています。", "Beside them lie the signed manifest (result.manifest.json, .sig) and the proof from the ledger (result.tlog-proof).")}
}

func (s *Setting) howToOpen(l Letter) []string {
	check := s.pick("封筒と媒体に傷がないこと、ファイルの数と上の SHA-256 が合うことを確かめてください。", "See that envelope and medium are undamaged, and that the files are those above.")
	if l.Mail {
		return []string{check, s.pick("ファイルは、依頼のときに貴所属が決めたパスワードで開きます。パスワードはどこにも書いていません。", "The file opens with the password that you chose when you asked. It is written nowhere.")}
	}
	return []string{check,
		s.pick("baitai-audit open フォルダー --key 貴所属の鍵 --to 開く先  で、署名・目録・台帳の証明を確かめてから開きます。", "baitai-audit open FOLDER --key YOUR-KEY --to TARGET checks the signature, the manifest and the proof, and opens it."),
		s.pick("age でも開けます: age -d -i 貴所属の鍵 ファイル.age > ファイル (.zst は zstd -d で伸長)。", "age opens it, too: age -d -i YOUR-KEY FILE.age > FILE (a .zst with zstd -d)."),
		s.pick("開いたファイルは平文の個人情報です。使い終わったら消去し、媒体は県に返すか、決められたとおりに廃棄してください。", "What you open is personal data in plain: erase it after use, and give the medium back or destroy it as is laid down.")}
}

// receipt is what the office signs and gives back (受領書).
func (s *Setting) receipt(l Letter) section {
	rows := fmt.Sprintf(s.pick("%s 行", "%s rows"), number(l.Rows))
	if l.Refusal {
		rows = s.pick("不備一覧", "list of faults")
	}
	return section{Title: s.pick("受領書", "Receipt"), Apart: true, Note: s.pick("記入して、県の担当者にお返しください。", "Please sign this part and give it back to the prefecture."),
		Slip: []fact{{Name: s.pick("受付番号", "Job"), Value: l.Job}, {Name: s.pick("内容", "What"), Value: rows},
			{Name: s.pick("台帳番号", "Entry of the ledger"), Value: number(l.Entry)}, {Name: s.pick("ファイル", "Files"), Value: number(int64(len(l.Files)))},
			{Name: s.pick("受領年月日", "Date of receipt")}, {Name: s.pick("所属", "Office")}, {Name: s.pick("受領者 氏名・印", "Received by: name, seal")}, {Name: s.pick("立会者 氏名・印", "Witness: name, seal")}}}
}
