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

// A file is one of the register's, with its headers and the row that a template shows.
type file struct {
	name    string
	headers []string
	example func(issue.Lang) any // a slice of one row; nil for a file that may be missing
}

func files() []file {
	return []file{
		{officesFile, headersOf(officeRow{}), exampleOffice},
		{purposesFile, headersOf(purposeRow{}), examplePurpose},
		{operatorsFile, headersOf(operatorRow{}), exampleOperator},
		{mediaFile, headersOf(mediumRow{}), exampleMedium},
		{layoutsFile, headersOf(layoutRow{}), nil},
		{layoutColumnsFile, headersOf(layoutColumnRow{}), nil},
	}
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

// Template writes the four files that must be there into a folder that exists, each with its headers
// and one example, which is expired and so permits nothing. It never overwrites: a
// file that is there is an error of spool. The headers are Japanese in every
// language; the language is that of the example's note.
func Template(disk *spool.Disk, dir string, lang issue.Lang) error {
	for _, f := range files() {
		if f.example == nil {
			continue
		}
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
