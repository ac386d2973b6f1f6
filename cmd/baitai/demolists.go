package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"baitai/cmd/internal/invent"
	"baitai/crypto"
	"baitai/formats/charset"
	"baitai/formats/sheet"
	"baitai/pipeline/job"
	"baitai/pipeline/verdict"
	"baitai/spool"
)

// An offer is one office of the demo with the list that it brings.
type offer struct {
	office, name, kind, basis, clause, population, who string
	fields, form, charset                              string
	ja, en                                             string // what is special about its list
	key                                                *crypto.Identity
	list                                               *invent.List
	outcome                                            job.Outcome
}

// offers are the offices: each brings its list in another form and way.
func offers() []*offer {
	const plain = "氏名、氏名ふりがな、生年月日、性別、住所、状態"
	return []*offer{
		{office: "fukushi", name: "福祉労働部(見本)", kind: "部署", basis: "条例(利用)", clause: "見本県条例第2条", population: "全員", who: "見本県条例第2条第2項",
			fields: plain, form: "csv", charset: "CP932", ja: "CSV(CP932)と依頼書ファイル", en: "CSV in CP932 with a request file"},
		{office: "kyoiku", name: "教育委員会(見本)", kind: "執行機関", basis: "条例(提供)", clause: "見本県条例第3条", population: "全員", who: "見本県条例第3条第2項",
			fields: plain, form: "xlsx", charset: "UTF-8", ja: "Excelブックにシート「依頼書」", en: "a workbook with the sheet 依頼書"},
		{office: "zeimu", name: "税務課(見本)", kind: "部署", basis: "別表5", clause: "住基法別表第五", population: "国外転出者のみ",
			fields: "氏名、生年月日、最終住所、状態", form: "csv", charset: "UTF-8", ja: "媒体から受領、依頼書なし(管理簿の既定)", en: "received from a medium, without a request (default of the register)"},
		{office: "doboku", name: "土木事務所(見本)", kind: "部署", basis: "条例(利用)", clause: "見本県条例第2条", population: "全員", who: "見本県条例第2条第2項",
			fields: plain, form: "csv", charset: "CP932", ja: "個人番号の列があるリスト(受け付けてはならない)", en: "a list with a column of individual numbers, which must be refused"},
	}
}

// writeRegister fills in the register as an official would, and makes a key for
// each office.
func (d *demo) writeRegister(login string) error {
	d.offers = offers()
	officesCSV := [][]string{{"照会元コード", "名称", "種別", "受取鍵", "既定の事務コード", "文字コード", "返却形式", "返却方法", "有効開始日", "有効終了日", "備考"}}
	purposes := [][]string{{"事務コード", "照会元コード", "事務名", "根拠", "根拠条項", "対象者", "対象者条項", "検索キー", "提供項目", "住民票コード提供", "住民票コード条項",
		"支援措置", "最大行数", "返却形式", "返却方法", "二人承認", "有効開始日", "有効終了日", "備考"}}
	for _, o := range d.offers {
		var err error
		if o.key, err = d.newOfficeKey(o.office); err != nil {
			return err
		}
		officesCSV = append(officesCSV, []string{o.office, o.name, o.kind, o.key.Recipient().String(), o.office + "-01", o.charset, o.form, "媒体", "2026-04-01", "2027-03-31", ""})
		keys, clause := "住民票コード、氏名、氏名ふりがな、生年月日、性別、住所、旧氏", "見本の条項"
		purposes = append(purposes, []string{o.office + "-01", o.office, "見本の事務", o.basis, o.clause, o.population, o.who, keys, o.fields, "否", clause,
			"抑止", "100000", "csv、xlsx", "媒体", "不要", "2026-04-01", "2027-03-31", ""})
	}
	operators := [][]string{{"操作者ID", "利用者名", "所属", "権限", "有効開始日", "有効終了日", "備考"},
		{"op-1", login, "行財政支援課(見本)", "照会、審査、管理、監査、閲覧", "2026-04-01", "2027-03-31", ""}}
	for name, rows := range map[string][][]string{"offices.csv": officesCSV, "purposes.csv": purposes, "operators.csv": operators} {
		var b bytes.Buffer
		b.WriteString("\ufeff")
		w := csv.NewWriter(&b)
		w.UseCRLF = true
		if err := w.WriteAll(rows); err != nil {
			return err
		}
		if err := os.WriteFile(d.path("site", "register", name), b.Bytes(), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// bring makes the lists and puts each where it comes in.
func (d *demo) bring(ctx context.Context) error {
	d.heading("照会元がリストを持ってくる", "the offices bring their lists")
	var ids []string
	for _, o := range d.offers {
		ids = append(ids, o.office)
		if err := os.MkdirAll(d.path("media", o.office), 0o700); err != nil {
			return err
		}
	}
	if err := spool.Init(d.path("site", "spool"), nil, ids); err != nil {
		return err
	}
	for i, o := range d.offers {
		name, list, request, err := d.makeList(o, uint64(i))
		if err != nil {
			return err
		}
		folder := d.path("site", "spool", "inbox", o.office)
		if o.office == "zeimu" {
			folder = d.path("media", o.office)
		}
		if request != nil {
			if err := os.WriteFile(filepath.Join(folder, name+".request.toml"), request, 0o600); err != nil {
				return err
			}
		}
		if err := os.WriteFile(filepath.Join(folder, name), list, 0o600); err != nil {
			return err
		}
		if o.office == "zeimu" {
			if _, err := d.site.Receive(ctx, filepath.Join(folder, name), o.office, ""); err != nil {
				return err
			}
		}
		d.Say("  %s %s: %s", "  %s %s: %s", o.office, o.name, d.Pick(o.ja, o.en))
	}
	return nil
}

// makeList invents the list of an office, most rows clean, one in ten hard.
func (d *demo) makeList(o *offer, n uint64) (name string, list, request []byte, err error) {
	asOf := time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC)
	if o.office == "doboku" {
		damage, err := invent.Damaged("mynumber-column", invent.DamageOptions{Seed: n, AsOf: asOf, Office: o.office, Purpose: o.office + "-01", Rows: 40})
		return damage.Name, damage.List, damage.Request, err
	}
	mix, _ := invent.NamedMix("default")
	spec := invent.ListSpec{Seed: 7 + n, Rows: 2000, Mix: mix, CodePercent: 20, Header: invent.Standard}
	form := map[string]string{"fukushi": "csv-cp932", "kyoiku": "xlsx", "zeimu": "csv-utf8-bom"}[o.office]
	if spec.Format, err = invent.ParseFormat(form); err != nil {
		return "", nil, nil, err
	}
	req := &invent.Request{Number: "見本" + fmt.Sprint(100+n), Office: o.office, Purpose: o.office + "-01", Basis: o.basis, Rows: spec.Rows,
		Fields: strings.Split(o.fields, "、"), Form: o.form, Way: "媒体"}
	if o.office == "kyoiku" {
		spec.Request = req
	}
	if o.list, err = d.world.List(spec); err != nil {
		return "", nil, nil, err
	}
	var b bytes.Buffer
	if err := o.list.Write(&b); err != nil {
		return "", nil, nil, err
	}
	if o.office == "fukushi" {
		sum := sha256.Sum256(b.Bytes())
		req.SHA256 = hex.EncodeToString(sum[:])
		var side bytes.Buffer
		if err := req.Write(&side); err != nil {
			return "", nil, nil, err
		}
		request = side.Bytes()
	}
	return "リスト" + spec.Format.Extension(), b.Bytes(), request, nil
}

// score holds the opened result against what is known of each row.
func (d *demo) score(o *offer, folder string) error {
	rows, err := readResult(folder)
	if err != nil {
		return err
	}
	if len(rows) != len(o.list.Entries)+1 {
		return fmt.Errorf("demo: %d answer rows for %d rows", len(rows)-1, len(o.list.Entries))
	}
	at := func(name string) int { return slices.Index(rows[0], name) }
	var right, provided, wrong int
	blocks := make(map[int][]*invent.Person)
	for i, e := range o.list.Entries {
		row := rows[i+1]
		if row[at("整理番号")] != e.Row.Ref {
			return fmt.Errorf("demo: row %d answers another row", i+1)
		}
		a := row[at("回答区分")]
		if slices.Contains(e.Truth.Accept, a) || o.outside(a, e.Truth.Accept) {
			right++
		}
		if !verdict.Answer(a).Provides() {
			continue
		}
		provided++
		if !d.isPerson(blocks, e.Truth.Code, row[at("氏名")], row[at("生年月日")]) {
			wrong++
		}
	}
	d.Say("      %d 行: 人を特定 %d、期待どおりの回答 %d、別人を回答 %d", "      %d rows: %d with a person, %d answered as expected, %d with another person",
		len(o.list.Entries), provided, right, wrong)
	if wrong > 0 {
		return fmt.Errorf("demo: %d rows were answered with another person", wrong)
	}
	return nil
}

// outside reports whether 90 (権限外) is right: the purpose covers 国外転出者 alone and
// the row means somebody who is none.
func (o *offer) outside(answer string, accept []string) bool {
	return o.population == "国外転出者のみ" && answer == string(verdict.NotAuthorised) &&
		(slices.Contains(accept, string(verdict.FoundPresent)) || slices.Contains(accept, string(verdict.FoundRemoved)))
}

// isPerson reports whether name and birth are those of the person who holds the
// code. 〓 stands for a character that CP932 lacks.
func (d *demo) isPerson(blocks map[int][]*invent.Person, code, name, birth string) bool {
	number, ok := d.world.Owner(code)
	if !ok {
		return false
	}
	n := number / invent.BlockPeople
	if blocks[n] == nil { // inventing a block takes milliseconds, and every row asks for one
		blocks[n] = d.world.Block(n)
	}
	v := blocks[n][number%invent.BlockPeople].Current()
	lossy, _ := charset.ReplaceLost(v.Name)
	return v.Birth == birth && (v.Name == name || lossy == name)
}

// readResult reads an opened result of any form.
func readResult(folder string) ([][]string, error) {
	if _, err := os.Stat(filepath.Join(folder, "result.xlsx")); err == nil {
		return readBook(filepath.Join(folder, "result.xlsx"))
	}
	raw, err := os.ReadFile(filepath.Join(folder, "result.csv"))
	if err != nil {
		return nil, err
	}
	c := charset.CP932
	if bytes.HasPrefix(raw, []byte("\ufeff")) {
		c = charset.UTF8BOM
	}
	text, err := io.ReadAll(charset.NewReader(bytes.NewReader(raw), c))
	if err != nil {
		return nil, err
	}
	return csv.NewReader(bytes.NewReader(text)).ReadAll()
}

func readBook(path string) ([][]string, error) {
	book, err := sheet.Open(path, sheet.Options{})
	if err != nil {
		return nil, err
	}
	defer book.Close()
	var rows [][]string
	for rec, err := range book.Rows(book.Sheets()[0].Name) {
		if err != nil {
			return nil, err
		}
		var row []string
		for _, c := range rec.Cells {
			row = append(row, c.Text)
		}
		rows = append(rows, row)
	}
	return rows, nil
}
