package main

import (
	"context"
	"encoding/csv"
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"regexp"
	"strings"
)

// The office, its purpose and what it may ask for: the four particulars as keys,
// and name, birth, sex, address and state back.
const (
	office  = "fukushi"
	purpose = "fukushi-01"
	basis   = "条例(利用)"
	fields  = "氏名,生年月日,性別,住所,状態"
	columns = "整理番号,氏名,生年月日,性別,住所"
	// The default mix without the classes that need a column which the list lacks.
	mix = "P0=400,P1=90,P2=60,P2b=15,P3=15,P4=90,P5=10,P6=40,P7=50,P7w=5,P8=20,P9=15,P10=15,P11=15,P12=15,P13=10,P14=10,P15=30," +
		"N1=10,N2=10,N3=10,N4=10,N5=10,N8=40,N9=10,N10=3"
)

// newSite makes a site with one office that may ask for everybody. The columns of
// the register are taken from the files that «init» writes.
func (b *bench) newSite(ctx context.Context, dir, recipient string) error {
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	if _, err := (command{args: []string{b.tool("baitai"), "init", dir, "--name", "見本県", "--origin", "baitai.invalid/bench"}}).run(ctx); err != nil {
		return err
	}
	me, err := user.Current()
	if err != nil {
		return err
	}
	from, until := "2020-04-01", "2099-03-31"
	registers := map[string]map[string]string{
		"offices.csv": {
			"照会元コード": office, "名称": "福祉(見本)", "種別": "部署", "受取鍵": recipient, "既定の事務コード": purpose,
			"文字コード": "UTF-8", "返却形式": "csv", "返却方法": "媒体", "有効開始日": from, "有効終了日": until,
		},
		"purposes.csv": {
			"事務コード": purpose, "照会元コード": office, "事務名": "見本の事務", "根拠": basis, "根拠条項": "見本県条例第2条",
			"対象者": "全員", "対象者条項": "見本県条例第2条第2項", "検索キー": "氏名、生年月日、性別、住所",
			"提供項目": strings.ReplaceAll(fields, ",", "、"), "住民票コード提供": "否", "支援措置": "抑止", "最大行数": "10000000",
			"返却形式": "csv、xlsx", "返却方法": "媒体", "二人承認": "不要", "有効開始日": from, "有効終了日": until,
		},
		"operators.csv": {
			"操作者ID": "op-1", "利用者名": me.Username, "所属": "見本", "権限": "照会、審査、管理、監査、閲覧", "有効開始日": from, "有効終了日": until,
		},
	}
	for name, values := range registers {
		if err := fillRegister(filepath.Join(dir, "register", name), values); err != nil {
			return err
		}
	}
	// A benchmark does not wait for a list to lie still.
	return edit(filepath.Join(dir, "baitai.toml"), regexp.MustCompile(`(?m)^(still_seconds|min_age_seconds) *=.*$`), "$1 = 0")
}

// fillRegister writes one line under the header that stands in the file.
func fillRegister(name string, values map[string]string) error {
	raw, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	header, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(raw), "\ufeff"))).Read()
	if err != nil {
		return fmt.Errorf("%s: %w", filepath.Base(name), err)
	}
	line, used := make([]string, len(header)), 0
	for i, h := range header {
		if v, ok := values[h]; ok {
			line[i], used = v, used+1
		}
	}
	if used != len(values) {
		return fmt.Errorf("%s: the columns are not those that this benchmark knows", filepath.Base(name))
	}
	var out strings.Builder
	w := csv.NewWriter(&out)
	if err := w.WriteAll([][]string{header, line}); err != nil {
		return err
	}
	return os.WriteFile(name, []byte(out.String()), 0o600)
}

func edit(name string, what *regexp.Regexp, with string) error {
	raw, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	return os.WriteFile(name, what.ReplaceAll(raw, []byte(with)), 0o600)
}
