package invent

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"

	"baitai/pipeline/person"
)

// ExtractHeaders are the headers of an extract, in order.
func ExtractHeaders() []string {
	return []string{"住民票コード", "履歴番号", "状態", "氏名", "氏名ふりがな", "旧氏", "生年月日", "性別",
		"市町村コード", "住所", "最終住所", "附票管理市町村コード", "異動事由", "異動年月日", "通知年月日",
		"旧住民票コード", "支援措置"}
}

// Fields returns the version as the cells of an extract.
func (v *Version) Fields() []string {
	return []string{v.Code, strconv.Itoa(v.History), strconv.Itoa(int(v.State)), v.Name, v.Kana, v.FormerSurname,
		v.Birth, v.Sex, v.Municipality, v.Address, v.LastAddress, v.Registrar, v.Reason, v.ChangeDate,
		v.NoticeDate, v.OldCode, v.Support}
}

// Stored returns the version as the identity file holds it.
func (v *Version) Stored() (person.Version, error) {
	code, err := person.ParseResidentCode(v.Code)
	if err != nil {
		return person.Version{}, err
	}
	var old person.ResidentCode
	if v.OldCode != "" {
		if old, err = person.ParseResidentCode(v.OldCode); err != nil {
			return person.Version{}, err
		}
	}
	birth, err := person.ParseBirth(v.Birth)
	if err != nil {
		return person.Version{}, err
	}
	sex, ok := person.ParseSex(v.Sex)
	if !ok {
		return person.Version{}, fmt.Errorf("invent: no sex")
	}
	support, _ := strconv.Atoi("0" + v.Support) // empty or one digit
	return person.Version{Code: code, History: v.History, State: v.State, Name: person.NewText(v.Name),
		Kana: person.NewText(v.Kana), FormerSurname: person.NewText(v.FormerSurname), Birth: birth, Sex: sex,
		Municipality: v.Municipality, Address: person.NewText(v.Address), LastAddress: person.NewText(v.LastAddress),
		Registrar: v.Registrar, Reason: v.Reason, ChangeDate: v.ChangeDate, NoticeDate: v.NoticeDate, OldCode: old,
		Support: person.Support(support)}, nil
}

// Written says what was written.
type Written struct {
	People, Rows int
}

// WriteExtract writes the whole file as CSV in UTF-8 with CRLF, with or without a
// byte order mark, person by person, oldest version first.
func WriteExtract(out io.Writer, w *World, bom bool) (Written, error) {
	var done Written
	b := bufio.NewWriterSize(out, 1<<20)
	if bom {
		b.WriteString("\uFEFF") // bufio keeps the first error until Flush
	}
	b.WriteString(strings.Join(ExtractHeaders(), ",") + "\r\n")
	line := make([]byte, 0, 1024)
	for block := range w.Blocks() {
		for _, p := range w.Block(block) {
			done.People++
			for i := range p.Versions {
				line = appendVersion(line[:0], &p.Versions[i])
				if _, err := b.Write(line); err != nil {
					return done, fmt.Errorf("invent: extract: %w", err)
				}
				done.Rows++
			}
		}
	}
	if err := b.Flush(); err != nil {
		return done, fmt.Errorf("invent: extract: %w", err)
	}
	return done, nil
}

// appendVersion appends one line. No field of an invented person needs quotes.
func appendVersion(b []byte, v *Version) []byte {
	b = append(append(b, v.Code...), ',')
	b = append(strconv.AppendInt(b, int64(v.History), 10), ',', byte('0'+v.State), ',')
	for _, s := range [...]string{v.Name, v.Kana, v.FormerSurname, v.Birth, v.Sex, v.Municipality, v.Address,
		v.LastAddress, v.Registrar, v.Reason, v.ChangeDate, v.NoticeDate, v.OldCode} {
		b = append(append(b, s...), ',')
	}
	return append(append(b, v.Support...), '\r', '\n')
}

// extractXLSXMax is the most versions an extract workbook may have: a sheet ends
// at 1,048,576 rows, one of them the header.
const extractXLSXMax = 1<<20 - 1

// WriteExtractXLSX writes the file as a workbook of one sheet 「附票」, all cells text.
func WriteExtractXLSX(out io.Writer, w *World) (Written, error) {
	var done Written
	rows := func(yield func([]string) bool) {
		if !yield(ExtractHeaders()) {
			return
		}
		for p := range w.People() {
			done.People++
			for i := range p.Versions {
				done.Rows++
				if done.Rows > extractXLSXMax || !yield(p.Versions[i].Fields()) {
					return
				}
			}
		}
	}
	err := writeWorkbook(out, sheetPart{name: "附票", rows: rows})
	if err == nil && done.Rows > extractXLSXMax {
		err = ErrTooManyRows
	}
	return done, err
}

// split parts a name at its space.
func split(name string) (surname, given string) {
	surname, given, _ = strings.Cut(name, "　")
	return surname, given
}
