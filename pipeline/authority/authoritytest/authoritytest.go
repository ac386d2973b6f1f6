// Package authoritytest makes grants (許可) for the tests of other packages. There is no
// back door: each grant comes from [authority.Decide] over a register in memory,
// so that a test cannot hold a grant that an office could not get.
package authoritytest

import (
	"bytes"
	"encoding/csv"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"baitai/pipeline/authority"
	"baitai/pipeline/register"
)

// Recipient is an age recipient whose private key nobody has.
const Recipient = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"

// Now is a day on which everything here is valid.
func Now() time.Time {
	return time.Date(2026, 11, 23, 10, 0, 0, 0, time.FixedZone("JST", 9*3600))
}

// Terms say what the register permits and the request asks. Empty strings stand
// for the usual values of [Usual].
type Terms struct {
	Basis      string // 根拠
	Keys       string // 検索キー; the list is taken to have all of them as columns
	Fields     string // 提供項目, all of which are asked for; "-" for none
	Population string // 対象者
	CodeClause string // 住民票コード条項; with it 住民票コード may be among Fields
	Support    string // 支援措置
	Form       string // 返却形式
	Charset    string // 文字コード
	MaxRows    int64
	TwoPeople  bool
	Recipients []string // 受取鍵
	// Layout is the row of layouts.csv of the office's layout "shikaku-out" from 用途 on,
	// and LayoutColumns the rows of layout_columns.csv from レコード on; none where empty.
	Layout        string
	LayoutColumns []string
}

// Usual gives the terms of an ordinary purpose that covers everybody.
func Usual() Terms {
	return Terms{
		Basis:      "条例(提供)",
		Keys:       "住民票コード、氏名、氏名ふりがな、生年月日、性別、住所、旧氏",
		Fields:     "氏名、氏名ふりがな、旧氏、生年月日、性別、市町村コード、住所、最終住所、状態、異動事由、異動年月日",
		Population: "全員",
		CodeClause: "試験条例第4条",
		Support:    "抑止",
		Form:       "csv",
		Charset:    "UTF-8",
		MaxRows:    1_000_000,
		Recipients: []string{Recipient},
	}
}

func (t Terms) withUsual() Terms {
	u := Usual()
	fill := func(s *string, usual string) {
		if *s == "" {
			*s = usual
		}
	}
	fill(&t.Basis, u.Basis)
	fill(&t.Keys, u.Keys)
	fill(&t.Fields, u.Fields)
	fill(&t.Population, u.Population)
	fill(&t.CodeClause, u.CodeClause)
	fill(&t.Support, u.Support)
	fill(&t.Form, u.Form)
	fill(&t.Charset, u.Charset)
	if t.MaxRows == 0 {
		t.MaxRows = u.MaxRows
	}
	if t.Recipients == nil {
		t.Recipients = u.Recipients
	}
	if t.Fields == "-" || t.Basis == "統計" {
		t.Fields = ""
	}
	return t
}

// Register builds a register with office "shikaku", purpose "shikaku-01" on these
// terms, and the operator of the login "sosa", who has every right.
func Register(t testing.TB, terms Terms) *register.Register {
	t.Helper()
	terms = terms.withUsual()
	kind := "執行機関"
	if b, ok := register.ParseBasis(terms.Basis); ok && b.For() == register.Department {
		kind = "部署"
	}
	twoPeople, codeOut := "不要", "否"
	if terms.TwoPeople {
		twoPeople = "要"
	}
	if strings.Contains(terms.Fields, "住民票コード") {
		codeOut = "可"
	}
	const from, until = "2020-04-01", "期限なし"
	folder := fstest.MapFS{
		"offices.csv": sheet(t,
			"照会元コード 名称 種別 受取鍵 既定の事務コード 文字コード 返却形式 返却方法 有効開始日 有効終了日",
			"shikaku", "資格審査課", kind, strings.Join(terms.Recipients, " "), "shikaku-01", terms.Charset, terms.Form, "媒体", from, until),
		"purposes.csv": sheet(t,
			"事務コード 照会元コード 事務名 根拠 根拠条項 対象者 対象者条項 検索キー 提供項目 住民票コード提供 住民票コード条項 支援措置 最大行数 返却形式 返却方法 二人承認 有効開始日 有効終了日",
			"shikaku-01", "shikaku", "資格審査の事務", terms.Basis, "試験条例第3条", terms.Population, "試験条例第5条", terms.Keys, terms.Fields,
			codeOut, terms.CodeClause, terms.Support, strconv.FormatInt(terms.MaxRows, 10), terms.Form, "媒体", twoPeople, from, until),
		"operators.csv": sheet(t,
			"操作者ID 利用者名 所属 権限 有効開始日 有効終了日",
			"sosa-01", "sosa", "行財政支援課", "照会、審査、承認、管理、監査、閲覧、支援措置", from, until),
		"media.csv": sheet(t, "媒体番号 種別 製品名 製造番号 暗号化 所有所属 登録日 状態",
			"USB-001", "USBメモリ", "試験品", "T-1", "有", "行財政支援課", from, "保管"),
	}
	if terms.Layout != "" {
		columns := "様式コード,レコード,項目,名称,開始位置,バイト数,寄せ,埋め文字,値\n"
		for _, c := range terms.LayoutColumns {
			columns += "shikaku-out," + c + "\n"
		}
		folder["layouts.csv"] = &fstest.MapFile{Data: []byte("様式コード,照会元コード,事務コード,用途,形式,既定,文字コード,レコード長,改行\nshikaku-out,shikaku,," + terms.Layout + "\n")}
		folder["layout_columns.csv"] = &fstest.MapFile{Data: []byte(columns)}
	}
	reg, err := register.Read(folder)
	if err != nil {
		t.Fatalf("authoritytest: %v", err)
	}
	return reg
}

// sheet writes a header, whose columns are separated by spaces, and one row.
func sheet(t testing.TB, headers string, cells ...string) *fstest.MapFile {
	t.Helper()
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	for _, row := range [][]string{strings.Fields(headers), cells} {
		if err := w.Write(row); err != nil {
			t.Fatal(err)
		}
	}
	w.Flush()
	return &fstest.MapFile{Data: b.Bytes(), Mode: 0o600}
}

// Grant decides a request that asks for everything that the terms permit.
func Grant(t testing.TB, terms Terms) authority.Grant {
	t.Helper()
	reg := Register(t, terms)
	op, _ := reg.Operator("sosa")
	purpose, _ := reg.Purpose("shikaku", "shikaku-01")
	req := authority.NewRequest(authority.SideFile)
	req.Number, req.Office, req.Purpose = "試験第1号", "shikaku", "shikaku-01"
	req.Basis, req.Rows, req.Fields = purpose.Basis.String(), 1, []string{}
	for _, f := range purpose.Fields {
		req.Fields = append(req.Fields, f.String())
	}
	req.Keys = purpose.Keys
	if purpose.Basis == register.Consent {
		req.Keys = append(req.Keys, authority.KeyConsent)
	}
	g, err := authority.Decide(reg, req, op, Now())
	if err != nil {
		t.Fatalf("authoritytest: %v", err)
	}
	return g
}
