package invent

import (
	"slices"
	"strings"

	"baitai/formats/charset"
)

// damagedCharsets are lists in character sets that are not read, in no certain one,
// or with half a character.
func damagedCharsets() []damageKind {
	raw := func(kind, japanese, english, content string) damageKind {
		return damageKind{kind, japanese, english, true, nil, func(d *damager, out *Damage) error {
			out.List = []byte(content)
			d.table = d.table[:2]
			d.request.Charset = ""
			return nil
		}}
	}
	return []damageKind{
		raw("euc-jp", "EUC-JPの名簿", "a list in EUC-JP",
			"\xc0\xb0\xcd\xfd\xc8\xd6\xb9\xe6,\xbb\xe1\xcc\xbe,\xc0\xb8\xc7\xaf\xb7\xee\xc6\xfc\r\n1,\xbb\xb3\xc5\xc4\xa1\xa1\xb2\xd6\xbb\xd2,1980-01-02\r\n"),
		raw("euc-or-kana", "EUC-JPの漢字とも半角カナとも読める(依頼書に記載なし)", "kanji of EUC-JP or half-width kana, and the request is silent",
			"No.,Name,Date of birth\r\n1,\xbb\xb3\xc5\xc4,1980-01-02\r\n"),
		raw("jis-kana", "JISコードの半角カナ", "half-width kana of JIS", "No.,Name,Date of birth\r\n1,\x1b(I<^@\x1b(B,1980-01-02\r\n"),
		raw("jis-x-0213", "JIS X 0213 のJISコード", "JIS X 0213 in JIS", "No.,Name,Date of birth\r\n1,\x1b$(Q.!\x1b(B,1980-01-02\r\n"),
		{"utf16-unmarked", "BOMのないUTF-16(依頼書に記載なし)", "UTF-16 without a mark, and the request is silent", true, nil, func(d *damager, out *Damage) error {
			out.List = d.in(charset.UTF16LE, "\r\n")[2:]
			d.request.Charset = ""
			return nil
		}},
		{"utf16-cut", "奇数バイトで切れたUTF-16", "UTF-16 cut inside a character", true, nil, func(d *damager, out *Damage) error {
			all := d.in(charset.UTF16LE, "\r\n")
			out.List = all[:len(all)-3]
			d.request.Charset = ""
			return nil
		}},
		{"utf16", "BOM付きUTF-16(正しい)", "UTF-16 with its mark, which is right", false, nil, func(d *damager, out *Damage) error {
			out.List = d.in(charset.UTF16BE, "\r\n")
			d.request.Charset = "UTF-16"
			return nil
		}},
		{"half-pair-line", "行の終わりに文字の片割れ", "half a character at the end of a line", true, nil, func(d *damager, out *Damage) error {
			d.addColumn("備考", repeat("急"))
			out.List = replaceNth(d.text(), "\x8b\x7d\r\n", "\x8b\r\n", 2)
			return nil
		}},
		{"half-pair-end", "ファイルの終わりに文字の片割れ", "half a character at the end of the file", true, nil, func(d *damager, out *Damage) error {
			d.addColumn("備考", repeat("急"))
			all := d.text()
			out.List = all[:len(all)-3]
			return nil
		}},
		{"lone-cr", "欄の中のCRだけの改行", "a lone CR inside a bare cell", true, nil, func(d *damager, out *Damage) error {
			return d.replaceBytes(out, d.cellOf(2, ColumnBirth), "1980\r01")
		}},
	}
}

// replaceNth replaces the n-th occurrence, from 1.
func replaceNth(all []byte, old, new string, n int) []byte {
	at := 0
	for range n {
		at += strings.Index(string(all[at:]), old) + 1
	}
	return slices.Concat(all[:at-1], []byte(new), all[at-1+len(old):])
}

// damagedParts are lists that keep a particular in several columns.
func damagedParts() []damageKind {
	name := func(s string) []string {
		surname, given, _ := strings.Cut(s, "　")
		return []string{surname, given}
	}
	return []damageKind{
		{"parts", "氏と名、年と月と日の列(正しい)", "columns of surname and given name, of year, month and day, which are right", false, nil, func(d *damager, _ *Damage) error {
			d.splitColumn(ColumnName, []string{"氏", "名"}, name)
			d.splitColumn(ColumnBirth, []string{"年", "月", "日"}, func(s string) []string { return strings.Split(s, "-") })
			return nil
		}},
		{"part-alone", "名のない氏の列", "a surname without a given name", true, nil, func(d *damager, _ *Damage) error {
			d.splitColumn(ColumnName, []string{"氏"}, func(s string) []string { return name(s)[:1] })
			return nil
		}},
		{"part-twice", "氏名の列のほかに氏と名の列", "a surname and a given name beside the name", true, nil, func(d *damager, _ *Damage) error {
			d.addColumn("氏", repeat("山田"))
			d.addColumn("名", repeat("花子"))
			return nil
		}},
		{"part-empty", "名の空いた行", "a row without its given name", false, []int{2}, func(d *damager, _ *Damage) error {
			d.splitColumn(ColumnName, []string{"氏", "名"}, name)
			d.set(2, "名", "")
			return nil
		}},
	}
}

// splitColumn puts columns in the place of one.
func (d *damager) splitColumn(header string, to []string, cut func(string) []string) {
	at := slices.Index(d.table[0], header)
	for i, row := range d.table {
		parts := to
		if i > 0 {
			parts = cut(row[at])
		}
		d.table[i] = slices.Concat(row[:at], parts, row[at+1:])
	}
}
