package invent

import (
	"archive/zip"
	"bytes"
	"fmt"
	"strings"

	"baitai/formats/charset"
	"baitai/pipeline/person"
)

// damageKinds is every bad input that a list can be. What must become of each is
// spec §4.4: the list is refused, or single rows are at fault.
func damageKinds() []damageKind {
	var all []damageKind
	all = append(all, damagedTables()...)
	all = append(all, damagedParts()...)
	all = append(all, damagedText()...)
	all = append(all, damagedCharsets()...)
	all = append(all, damagedRequests()...)
	all = append(all, damagedRows()...)
	return append(all, damagedFiles()...)
}

// damagedTables are faults of the header and of 整理番号.
func damagedTables() []damageKind {
	return []damageKind{
		{"empty", "0バイトのファイル", "a file without a byte", true, nil, func(_ *damager, out *Damage) error {
			out.List = []byte{}
			return nil
		}},
		{"header-only", "見出し行だけ", "a header and no row", true, nil, func(d *damager, _ *Damage) error {
			d.table = d.table[:1]
			d.request.Rows = -1
			return nil
		}},
		{"no-reference", "整理番号の列がない", "no column 整理番号", true, nil, func(d *damager, _ *Damage) error {
			for i := range d.table {
				d.table[i] = d.table[i][1:]
			}
			return nil
		}},
		{"blank-reference", "整理番号が空の行", "a row without its 整理番号", true, nil, func(d *damager, _ *Damage) error {
			d.set(2, ColumnRef, "")
			return nil
		}},
		{"doubled-reference", "整理番号の重複", "one 整理番号 in two rows", true, nil, func(d *damager, _ *Damage) error {
			d.set(3, ColumnRef, d.cellOf(1, ColumnRef))
			return nil
		}},
		{"doubled-header", "同じ見出しが二つ", "one header twice", true, nil, func(d *damager, _ *Damage) error {
			d.addColumn(ColumnName, repeat("山田　花子"))
			return nil
		}},
		{"unknown-key", "意味の分からない検索条件らしい列", "an unknown column that could be a search key", true, nil, func(d *damager, _ *Damage) error {
			d.addColumn("本籍地住所", repeat("福岡県福岡市中央区天神１丁目１番"))
			return nil
		}},
		{"remarks", "備考の列(無視される)", "a column of remarks, to be ignored", false, nil, func(d *damager, _ *Damage) error {
			d.addColumn("備考", repeat("至急"))
			return nil
		}},
		{"mynumber-column", "個人番号の列", "a column 個人番号", true, nil, func(d *damager, _ *Damage) error {
			d.addColumn("個人番号", repeat(""))
			return nil
		}},
		{"mynumber-cell", "個人番号が入った欄", "a cell with a 個人番号", true, nil, func(d *damager, _ *Damage) error {
			d.addColumn("備考", func(row int) string {
				if row == 3 {
					return wide(person.AppendCheckDigit("12345678901"))
				}
				return ""
			})
			return nil
		}},
	}
}

// damagedText are faults of the text as such.
func damagedText() []damageKind {
	return []damageKind{
		{"ragged", "列が足りない行", "a row with a column less", true, nil, func(d *damager, _ *Damage) error {
			d.table[2] = d.table[2][:len(d.table[2])-1]
			return nil
		}},
		{"open-quote", "閉じていない引用符", "a quote that never closes", true, nil, func(d *damager, out *Damage) error {
			return d.replaceBytes(out, d.cellOf(2, ColumnName), `"`+"abc")
		}},
		{"lone-quote", "欄の途中の引用符", "a quote inside a bare cell", true, nil, func(d *damager, out *Damage) error {
			return d.replaceBytes(out, d.cellOf(2, ColumnBirth), `19"80-01-01`)
		}},
		{"nul", "NULバイト", "a NUL byte", true, nil, func(d *damager, out *Damage) error {
			return d.replaceBytes(out, d.cellOf(2, ColumnBirth), "1980\x00")
		}},
		{"bad-cp932", "Shift_JISでないバイト", "a byte that is no CP932", true, nil, func(d *damager, out *Damage) error {
			return d.replaceBytes(out, d.cellOf(2, ColumnName), "\x8e\x20\xfd")
		}},
		{"mixed-encoding", "文字コードの混在", "UTF-8 in the middle of CP932", true, nil, func(d *damager, out *Damage) error {
			return d.replaceBytes(out, d.cellOf(2, ColumnAddress), d.cellOf(2, ColumnAddress))
		}},
		{"iso-2022-jp", "JISコード(ISO-2022-JP)", "ISO-2022-JP", true, nil, func(d *damager, out *Damage) error {
			return d.replaceBytes(out, d.cellOf(2, ColumnName), "\x1b$B;3ED\x1b(B")
		}},
		{"wrong-charset", "依頼書と違う文字コード", "another character set than the request says", true, nil, func(d *damager, out *Damage) error {
			out.List = d.in(charset.UTF8, "\r\n")
			d.request.Charset = string(charset.CP932)
			return nil
		}},
		{"ambiguous-charset", "どの文字コードとも言えない(依頼書に記載なし)", "nothing tells the character set, and the request is silent", true, nil, func(d *damager, out *Damage) error {
			// C2 B1 is ± in UTF-8 and ﾂｱ in half-width kana of CP932.
			d.table = [][]string{{"No.", "Name", "Date of birth", "Address"}, {"1", "", "1980-01-02", ""}}
			out.List = []byte("No.,Name,Date of birth,Address\r\n1,\xc2\xb1\xc2\xb2,1980-01-02,\xc2\xb4\r\n")
			d.request.Charset = ""
			return nil
		}},
		{"quoted-newline", "引用符の中の改行(正しいCSV)", "a newline inside quotes, which is right", false, nil, func(d *damager, _ *Damage) error {
			d.addColumn("備考", repeat("一行目\r\n二行目"))
			return nil
		}},
		{"bom-lf", "BOM付きUTF-8・LF(正しい)", "UTF-8 with byte order mark and LF, which is right", false, nil, func(d *damager, out *Damage) error {
			out.List = d.in(charset.UTF8BOM, "\n")
			return nil
		}},
	}
}

// damagedRequests are lists that are not what their request says.
func damagedRequests() []damageKind {
	return []damageKind{
		{"row-count", "依頼書と行数が違う", "another number of rows than stated", true, nil, func(d *damager, _ *Damage) error {
			d.request.Rows = len(d.table)
			return nil
		}},
		{"cut", "途中で切れた名簿", "a list whose last row got lost", true, nil, func(d *damager, out *Damage) error {
			out.List = cutLine(d.text(), len(d.table)-1)
			return nil
		}},
		{"digest", "依頼書とダイジェストが違う", "another digest than stated", true, nil, func(d *damager, _ *Damage) error {
			d.request.SHA256 = digest([]byte("another list"))
			return nil
		}},
		{"unknown-office", "知らない照会元", "an office that nobody knows", true, nil, func(d *damager, _ *Damage) error {
			d.request.Office = "NOBODY"
			return nil
		}},
		{"unknown-purpose", "許されない利用事務", "a purpose that the office does not have", true, nil, func(d *damager, _ *Damage) error {
			d.request.Purpose = "NOTHING"
			return nil
		}},
	}
}

// damagedRows are lists that are answered, but for single rows.
func damagedRows() []damageKind {
	return []damageKind{
		{"gaiji", "外字", "a user-defined character", false, []int{2}, func(d *damager, out *Damage) error {
			return d.replaceBytes(out, d.cellOf(2, ColumnName), "\xf0\x40\x81\x40\x91\xbe") // U+E000　太
		}},
		{"serial-date", "シリアル値の生年月日", "a date as a spreadsheet's serial number", false, []int{2}, func(d *damager, _ *Damage) error {
			d.set(2, ColumnBirth, "29221")
			return nil
		}},
		{"lost-digit", "先頭の0が落ちたコード", "a code that lost its leading zero", false, []int{2}, func(d *damager, _ *Damage) error {
			d.set(2, ColumnCode, person.AppendCheckDigit("0123456789")[1:])
			return nil
		}},
		{"check-digit", "検査数字の誤り", "a wrong check digit", false, []int{2}, func(d *damager, _ *Damage) error {
			code := []byte(d.cellOf(2, ColumnCode))
			code[10] = '0' + (code[10]-'0'+1)%10
			d.set(2, ColumnCode, string(code))
			return nil
		}},
		{"impossible-date", "ありえない日付", "dates that no calendar has", false, []int{2, 3}, func(d *damager, _ *Damage) error {
			d.set(2, ColumnBirth, "2021-02-30")
			d.set(3, ColumnBirth, "昭和65年1月1日")
			return nil
		}},
	}
}

// damagedFiles are files that are no list at all, and workbooks that may not be read.
func damagedFiles() []damageKind {
	file := func(kind, japanese, english, name, content string) damageKind {
		return damageKind{kind, japanese, english, true, nil, func(d *damager, out *Damage) error {
			out.Name, out.List = name, []byte(content)
			d.request.Charset, d.request.Rows = "", -1
			return nil
		}}
	}
	book := func(kind, japanese, english string, refused bool, make func(*damager, *bytes.Buffer) error) damageKind {
		return damageKind{kind, japanese, english, refused, nil, func(d *damager, out *Damage) error {
			var b bytes.Buffer
			out.Name, d.request.Charset = "list.xlsx", ""
			if err := make(d, &b); err != nil {
				return err
			}
			out.List = b.Bytes()
			return nil
		}}
	}
	return []damageKind{
		file("executable", "名簿の名を持つ実行ファイル", "a program under a list's name", "list.csv", "\x7fELF\x02\x01\x01"+strings.Repeat("\x00", 57)),
		file("script", "名簿の名を持つスクリプト", "a script under a list's name", "list.csv", "#!/bin/sh\necho\n"),
		file("pdf", "名簿の名を持つPDF", "a PDF under a list's name", "list.csv", "%PDF-1.7\n%%EOF\n"),
		file("encrypted", "パスワード付きのブック(OLE)", "a workbook under a password", "list.xlsx", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"+strings.Repeat("\x00", 504)),
		book("workbook", "正しいブック", "a workbook that is right", false, func(d *damager, b *bytes.Buffer) error {
			return writeWorkbook(b, sheetPart{name: "名簿", rows: d.each})
		}),
		book("formula", "数式のあるブック", "a workbook with a formula", true, func(d *damager, b *bytes.Buffer) error {
			return writeWorkbook(b, sheetPart{name: "名簿", rows: d.each, cell: func(ref, text string) string {
				if ref == "C3" {
					return `<c r="C3" t="str"><f>CONCATENATE("a","b")</f><v>` + escapeXML(text) + `</v></c>`
				}
				return inlineString(ref, text)
			}})
		}),
		book("merged", "結合されたセルのあるブック", "a workbook with merged cells", true, func(d *damager, b *bytes.Buffer) error {
			return writeWorkbook(b, sheetPart{name: "名簿", rows: d.each, tail: `<mergeCells count="1"><mergeCell ref="C3:C4"/></mergeCells>`})
		}),
		book("macro", "マクロのあるブック", "a workbook with macros", true, func(d *damager, b *bytes.Buffer) error {
			return writePackage(b, []extraPart{{path: "xl/vbaProject.bin", contentType: "application/vnd.ms-office.vbaProject",
				data: []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")}}, sheetPart{name: "名簿", rows: d.each})
		}),
		book("bomb", "展開すると巨大になるブック", "a workbook that unpacks to a gigabyte", true, bomb),
		book("cut-workbook", "途中で切れたブック", "a workbook that was cut off", true, func(d *damager, b *bytes.Buffer) error {
			if err := writeWorkbook(b, sheetPart{name: "名簿", rows: d.each}); err != nil {
				return err
			}
			b.Truncate(b.Len() / 2)
			return nil
		}),
	}
}

// bombBytes is what the bomb's sheet unpacks to: far above any sheet of text.
const bombBytes = 1 << 30

// bomb is a workbook whose one sheet is a gigabyte of spaces.
func bomb(_ *damager, b *bytes.Buffer) error {
	z := zip.NewWriter(b)
	for _, part := range []struct{ path, text string }{
		{"[Content_Types].xml", xmlHead + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>`},
		{"_rels/.rels", xmlHead + `<Relationships xmlns="` + packageRel + `"><Relationship Id="rId1" Type="` + relations + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		{"xl/workbook.xml", xmlHead + `<workbook xmlns="` + spreadsheet + `" xmlns:r="` + relations + `"><sheets><sheet name="s" sheetId="1" r:id="rId1"/></sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", xmlHead + `<Relationships xmlns="` + packageRel + `"><Relationship Id="rId1" Type="` + relations + `/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`},
	} {
		p, err := zipPart(z, part.path)
		if err == nil {
			_, err = p.Write([]byte(part.text))
		}
		if err != nil {
			return fmt.Errorf("invent: bomb: %w", err)
		}
	}
	p, err := zipPart(z, "xl/worksheets/sheet1.xml")
	if err != nil {
		return err
	}
	spaces := bytes.Repeat([]byte(" "), 1<<20)
	for range bombBytes / len(spaces) {
		if _, err := p.Write(spaces); err != nil {
			return fmt.Errorf("invent: bomb: %w", err)
		}
	}
	return z.Close()
}
