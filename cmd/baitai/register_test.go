//go:build linux

package main

import (
	"bytes"
	"encoding/csv"
	"os"

	"github.com/rogpeppe/go-internal/testscript"
)

// The offices that scripts know: their key lies in offices/NAME.key, but for
// kagi, which has none.
var scriptOffices = [][]string{
	{"fukushi", "見本福祉課", "部署", "fukushi-01", "CP932", "csv"},
	{"zeimu", "見本税務課", "部署", "zeimu-01", "UTF-8", "csv"},
	{"kyoiku", "見本教育委員会", "執行機関", "kyoiku-01", "UTF-8", "xlsx"},
	{"kagi", "鍵のない見本課", "部署", "kagi-01", "CP932", "csv"},
	{"mukashi", "廃止された見本課", "部署", "mukashi-01", "CP932", "csv"},
}

const (
	allKeys   = "住民票コード、氏名、氏名ふりがな、生年月日、性別、住所、旧氏"
	allFields = "氏名、氏名ふりがな、生年月日、性別、住所、最終住所、状態"
)

// A scriptPurpose is what differs between the purposes of the scripts.
type scriptPurpose struct {
	code, office, basis, population, keys, fields, support, rows, two, until string
}

// scriptPurposes are named by what is special about them.
func scriptPurposes() []scriptPurpose {
	p := func(code, office, basis, population string) scriptPurpose {
		return scriptPurpose{code, office, basis, population, allKeys, allFields, "抑止", "1000", "不要", "2099-03-31"}
	}
	with := func(p scriptPurpose, change func(*scriptPurpose)) scriptPurpose {
		change(&p)
		return p
	}
	use := "条例(利用)"
	return []scriptPurpose{
		p("fukushi-01", "fukushi", use, "全員"),
		p("abroad", "fukushi", "別表5", "国外転出者のみ"),
		p("consent", "fukushi", "本人同意", "全員"),
		with(p("totals", "fukushi", "統計", "全員"), func(p *scriptPurpose) { p.fields = "" }),
		with(p("expired", "fukushi", use, "全員"), func(p *scriptPurpose) { p.until = "2001-03-31" }),
		with(p("two", "fukushi", use, "全員"), func(p *scriptPurpose) { p.two = "要" }),
		with(p("few", "fukushi", use, "全員"), func(p *scriptPurpose) { p.rows = "2" }),
		with(p("protected", "fukushi", use, "全員"), func(p *scriptPurpose) { p.support = "提供可" }),
		with(p("nameonly", "fukushi", use, "全員"), func(p *scriptPurpose) { p.keys, p.fields = "氏名、生年月日", "氏名" }),
		p("zeimu-01", "zeimu", "別表5", "全員"),
		p("kyoiku-01", "kyoiku", "条例(提供)", "全員"),
		p("kagi-01", "kagi", use, "全員"),
		p("mukashi-01", "mukashi", use, "全員"),
	}
}

// register writes a register that works, with the login that runs the test.
func cmdRegister(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 0, "register")
	offices := [][]string{{"照会元コード", "名称", "種別", "受取鍵", "既定の事務コード", "文字コード", "返却形式", "返却方法", "有効開始日", "有効終了日", "備考"}}
	for _, o := range scriptOffices {
		key, until := "", "2099-03-31"
		if o[0] != "kagi" {
			key = writeKey(ts, o[0])
		}
		if o[0] == "mukashi" {
			until = "2001-03-31"
		}
		offices = append(offices, []string{o[0], o[1], o[2], key, o[3], o[4], o[5], "媒体", "2000-04-01", until, ""})
	}
	writeRegister(ts, "offices.csv", offices)
	purposes := [][]string{{"事務コード", "照会元コード", "事務名", "根拠", "根拠条項", "対象者", "対象者条項", "検索キー", "提供項目", "住民票コード提供", "住民票コード条項",
		"支援措置", "最大行数", "返却形式", "返却方法", "二人承認", "有効開始日", "有効終了日", "備考"}}
	for _, p := range scriptPurposes() {
		purposes = append(purposes, []string{p.code, p.office, "見本の事務", p.basis, "見本県条例第2条", p.population, "見本県条例第3条", p.keys, p.fields, "否", "見本県条例第4条",
			p.support, p.rows, "csv、xlsx、固定長、jsonl", "媒体、庁内メール", p.two, "2000-04-01", p.until, ""})
	}
	writeRegister(ts, "purposes.csv", purposes)
	writeRegister(ts, "media.csv", [][]string{{"媒体番号", "種別", "製品名", "製造番号", "暗号化", "所有所属", "登録日", "状態", "備考"},
		{"usb-001", "USBメモリ", "見本", "0001", "有", "見本課", "2000-04-01", "保管", ""}})
	cmdOperator(ts, false, []string{"op-1", "照会、審査、管理、監査、閲覧"})
}

// operator ID RIGHTS [UNTIL] makes the login that runs the test another operator.
func cmdOperator(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 2, "operator ID RIGHTS [UNTIL]")
	login, err := loginName()
	ts.Check(err)
	until := "2099-03-31"
	if len(args) > 2 {
		until = args[2]
	}
	writeRegister(ts, "operators.csv", [][]string{{"操作者ID", "利用者名", "所属", "権限", "有効開始日", "有効終了日", "備考"},
		{args[0], login, "見本課", args[1], "2000-04-01", until, ""}})
}

// writeRegister writes a file as a spreadsheet saves it: UTF-8 with a byte order
// mark, CRLF.
func writeRegister(ts *testscript.TestScript, name string, rows [][]string) {
	var b bytes.Buffer
	b.WriteString("\ufeff")
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	ts.Check(w.WriteAll(rows))
	ts.Check(os.WriteFile(ts.MkAbs("site/register/"+name), b.Bytes(), 0o600))
}
