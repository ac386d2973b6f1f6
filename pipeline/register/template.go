package register

import (
	"bytes"
	"encoding/csv"
	"io"
	"reflect"

	"github.com/gocarina/gocsv"

	"baitai/pipeline/issue"
	"baitai/spool"
)

// A file is one of the register's, with its headers and the rows that a template shows.
type file struct {
	name     string
	headers  []string
	example  func(issue.Lang) any // a slice of rows
	optional bool                 // it may be missing, and its rows may be notes
}

func files() []file {
	return []file{
		{officesFile, headersOf(officeRow{}), exampleOffice, false},
		{purposesFile, headersOf(purposeRow{}), examplePurpose, false},
		{operatorsFile, headersOf(operatorRow{}), exampleOperator, false},
		{mediaFile, headersOf(mediumRow{}), exampleMedium, false},
		{layoutsFile, headersOf(layoutRow{}), exampleLayouts, true},
		{layoutColumnsFile, headersOf(layoutColumnRow{}), exampleLayoutColumns, true},
	}
}

// allFiles are the files, and the one that stands for itself.
func allFiles() []file {
	return append(files(), file{HeadersFile, headersOf(headerRow{}), exampleHeaders, true})
}

// headersOf reads the headers off the tags, so that they stand in one place.
func headersOf(row any) []string {
	t := reflect.TypeOf(row)
	headers := make([]string, t.NumField())
	for i := range headers {
		headers[i] = t.Field(i).Tag.Get("csv")
	}
	return headers
}

func exampleNote(l issue.Lang) string {
	if l == issue.English {
		return "an example, expired: overwrite or delete this row"
	}
	return "記入例(期限切れなので無効)。上書きするか、この行を消してください。"
}

const (
	exampleFrom  = "2000-04-01"
	exampleUntil = "2001-03-31"
)

func exampleOffice(l issue.Lang) any {
	return []officeRow{{
		ID: "rei", Name: "記入例課", Kind: "部署", DefaultPurpose: "rei-01", Charset: "CP932", Form: "csv", Way: "媒体",
		From: exampleFrom, Until: exampleUntil, Note: exampleNote(l),
	}}
}

func examplePurpose(l issue.Lang) any {
	return []purposeRow{{
		Code: "rei-01", Office: "rei", Name: "記入例の事務", Basis: "条例(利用)", Clause: "○○県条例第○条",
		Population: "国外転出者のみ", Keys: "氏名、生年月日、性別、住所", Fields: "氏名、生年月日、性別、最終住所、状態",
		CodeOut: "否", Support: "抑止", MaxRows: "1000", Forms: "csv、xlsx", Ways: "媒体", TwoPeople: "要",
		From: exampleFrom, Until: exampleUntil, Note: exampleNote(l),
	}}
}

func exampleOperator(l issue.Lang) any {
	return []operatorRow{{
		ID: "rei-sosa", Login: "rei", Unit: "記入例課", Rights: "照会、閲覧",
		From: exampleFrom, Until: exampleUntil, Note: exampleNote(l),
	}}
}

func exampleMedium(l issue.Lang) any {
	return []mediumRow{{
		No: "rei-001", Kind: "USBメモリ", Product: "記入例", Serial: "0000", Encrypted: "有", Owner: "記入例課",
		Since: exampleFrom, State: "廃棄", Note: exampleNote(l),
	}}
}

func noteNote(l issue.Lang) string {
	if l == issue.English {
		return "an example that is not read: write your own codes and take the # away"
	}
	return "記入例(読まれません)。コードを書き換え、先頭の # を消すと有効になります。"
}

// exampleLayouts are the three kinds of layout: a list by bytes, a list by the numbers of
// its fields, and a result.
func exampleLayouts(l issue.Lang) any {
	return []layoutRow{
		{Code: "#rei-in", Office: "rei", Purposes: "rei-01", Use: "リスト", Form: "固定長", Default: "指定時", Charset: "CP932", Bytes: "40", LineEnd: "CRLF", Note: noteNote(l)},
		{Code: "#rei-csv", Office: "rei", Purposes: "rei-01", Use: "リスト", Form: "csv", Default: "指定時", Charset: "CP932", Note: noteNote(l)},
		{Code: "#rei-out", Office: "rei", Purposes: "rei-01", Use: "結果", Form: "csv", Default: "指定時", Note: noteNote(l)},
	}
}

func exampleLayoutColumns(issue.Lang) any {
	const data, trailer = "データ", "トレーラー"
	return []layoutColumnRow{
		{Code: "#rei-in", Kind: data, Item: "固定値", From: "1", Bytes: "1", Value: "2"},
		{Code: "#rei-in", Kind: data, Item: "整理番号", From: "2", Bytes: "5", Right: "右", Pad: "0"},
		{Code: "#rei-in", Kind: data, Item: "氏名", Name: "対象者氏名", From: "7", Bytes: "14", Pad: "全角空白"},
		{Code: "#rei-in", Kind: data, Item: "生年月日", From: "21", Bytes: "8"},
		{Code: "#rei-in", Kind: data, Item: "空き", From: "29", Bytes: "12"},
		{Code: "#rei-in", Kind: trailer, Item: "固定値", From: "1", Bytes: "1", Value: "8"},
		{Code: "#rei-in", Kind: trailer, Item: "件数", From: "2", Bytes: "6", Right: "右", Pad: "0"},
		{Code: "#rei-in", Kind: trailer, Item: "合計", From: "8", Bytes: "12", Right: "右", Pad: "0", Value: "整理番号"},
		{Code: "#rei-in", Kind: trailer, Item: "空き", From: "20", Bytes: "21"},
		{Code: "#rei-csv", Item: "整理番号", From: "1"},
		{Code: "#rei-csv", Item: "氏名", From: "2"},
		{Code: "#rei-csv", Item: "生年月日", From: "3"},
		{Code: "#rei-csv", Item: "対象外", Name: "支給額", From: "4"},
		{Code: "#rei-out", Item: "整理番号", Name: "受給者番号"},
		{Code: "#rei-out", Item: "回答区分"},
		{Code: "#rei-out", Item: "氏名"},
	}
}

func exampleHeaders(l issue.Lang) any {
	return []headerRow{
		{Office: "#rei", Header: "対象者", Meaning: "氏名", Note: noteNote(l)},
		{Office: "#rei", Header: "世帯主氏名", Meaning: HeaderNotUsed, Note: noteNote(l)},
	}
}

// Template writes the files into a folder that exists, each with its headers and examples:
// those of the four that must be there are expired and so permit nothing, those of the
// others are notes and so say nothing. It never overwrites: a
// file that is there is an error of spool. The headers are Japanese in every
// language; the language is that of the example's note.
func Template(disk *spool.Disk, dir string, lang issue.Lang) error {
	for _, f := range allFiles() {
		data, err := templateFile(f, lang)
		if err != nil {
			return err
		}
		err = disk.Put(dir, f.name, 0o600, func(w io.Writer) error {
			_, err := w.Write(data)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// templateFile gives the bytes as a spreadsheet opens them by a double click:
// UTF-8 with a byte order mark, CRLF.
func templateFile(f file, lang issue.Lang) ([]byte, error) {
	b := bytes.NewBufferString("\ufeff")
	w := csv.NewWriter(b)
	w.UseCRLF = true
	if err := gocsv.MarshalCSV(f.example(lang), w); err != nil {
		return nil, err
	}
	w.Flush()
	return b.Bytes(), w.Error()
}
