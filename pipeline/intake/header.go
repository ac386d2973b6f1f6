package intake

import (
	"strings"

	"baitai/pipeline/normal"
)

// A field is what a column of a list means.
type field int

// The fields of spec §2.2.
const (
	fieldNone field = iota // ignored, and named in the result
	fieldReference
	fieldCode
	fieldName
	fieldKana
	fieldBirth
	fieldSex
	fieldAddress
	fieldFormerSurname
	fieldConsent
	fieldMyNumber // refuses the list
	fieldCount
)

// standardHeader is the name of a field in the specification.
var standardHeader = [fieldCount]string{"", "整理番号", "住民票コード", "氏名", "氏名ふりがな", "生年月日", "性別", "住所", "旧氏", "同意番号", "個人番号"}

// headerNames are the usual names of each column, folded by foldHeader: half
// width, lower case, without spaces, full stops and brackets. A name stands here
// only if it cannot mean anything else.
var headerNames = map[string]field{
	"整理番号": fieldReference, "受付番号": fieldReference, "管理番号": fieldReference, "通番": fieldReference,
	"連番": fieldReference, "no": fieldReference, "№": fieldReference, "番号": fieldReference, "項番": fieldReference, "id": fieldReference,
	"reference": fieldReference, "referenceno": fieldReference, "referencenumber": fieldReference, "ref": fieldReference, "refno": fieldReference,

	"住民票コード": fieldCode, "住民票cd": fieldCode, "住基コード": fieldCode, "residentcode": fieldCode, "juminhyocode": fieldCode,

	"氏名": fieldName, "漢字氏名": fieldName, "氏名漢字": fieldName, "氏名(漢字)": fieldName, "お名前": fieldName, "名前": fieldName,
	"姓名": fieldName, "対象者氏名": fieldName, "name": fieldName, "fullname": fieldName,

	"氏名ふりがな": fieldKana, "ふりがな": fieldKana, "フリガナ": fieldKana, "カナ氏名": fieldKana, "氏名カナ": fieldKana,
	"氏名フリガナ": fieldKana, "カナ": fieldKana, "かな氏名": fieldKana, "氏名かな": fieldKana, "氏名(カナ)": fieldKana, "氏名(かな)": fieldKana,
	"氏名(フリガナ)": fieldKana, "振り仮名": fieldKana, "振仮名": fieldKana, "氏名の振り仮名": fieldKana, "kana": fieldKana, "namekana": fieldKana, "furigana": fieldKana,

	"生年月日": fieldBirth, "生年月日(西暦)": fieldBirth, "生年月日(和暦)": fieldBirth, "誕生日": fieldBirth, "出生年月日": fieldBirth,
	"出生の年月日": fieldBirth, "birth": fieldBirth, "birthdate": fieldBirth, "dateofbirth": fieldBirth, "dob": fieldBirth, "birthday": fieldBirth,

	"性別": fieldSex, "男女の別": fieldSex, "男女": fieldSex, "男女別": fieldSex, "性別コード": fieldSex, "sex": fieldSex, "gender": fieldSex,

	"住所": fieldAddress, "現住所": fieldAddress, "居住地": fieldAddress, "住所地": fieldAddress, "address": fieldAddress,

	"旧氏": fieldFormerSurname, "旧姓": fieldFormerSurname, "formersurname": fieldFormerSurname, "maidenname": fieldFormerSurname,

	"同意番号": fieldConsent, "同意書番号": fieldConsent, "consent": fieldConsent, "consentno": fieldConsent, "consentnumber": fieldConsent,

	"個人番号": fieldMyNumber, "マイナンバー": fieldMyNumber, "mynumber": fieldMyNumber, "individualnumber": fieldMyNumber, "個人no": fieldMyNumber,
}

// suspicious are parts of a header that could mean a search key. An unknown
// header with one of them refuses the list; any other unknown column is ignored
// and named in the result.
var suspicious = []string{
	"氏", "名前", "姓", "かな", "カナ", "フリ", "ふり", "よみ", "ヨミ", "読み", "生年", "生れ", "生まれ", "誕生", "出生", "性別", "男女",
	"住所", "住居", "居所", "所在", "番地", "方書", "郵便", "町名", "住民", "住基", "本籍", "旧", "コード", "name", "kana", "birth", "born",
	"dob", "sex", "gender", "addr", "street", "city", "zip", "postal", "code", "resident", "整理", "同意", "consent",
	// the parts of an address or of a date that some lists keep in columns of their own
	"対象者", "本人", "通称", "年月日", "シメイ", "しめい", "セイネン", "せいねん", "ジュウショ", "じゅうしょ", "セイベツ", "せいべつ",
	"都道府県", "府県", "市区町村", "市町村", "区町村", "町域", "大字", "丁目", "建物", "部屋", "アパート", "マンション", "元号", "年号", "西暦", "和暦",
}

// myNumberNames are parts of a header that name a 個人番号, whatever else it says.
var myNumberNames = []string{"個人番号", "マイナンバー", "マイナ番号", "個番", "mynumber", "individualnumber"}

// names that end in 名 but name no person.
var harmlessNames = map[string]bool{"件名": true, "品名": true, "会社名": true, "部署名": true, "課名": true, "係名": true, "学校名": true,
	"銀行名": true, "支店名": true, "事業名": true, "事務名": true, "団体名": true, "法人名": true, "施設名": true, "ファイル名": true, "制度名": true}

// foldHeader brings a header to the form of headerNames.
func foldHeader(s string) string {
	s = strings.ToLower(normal.FoldWidth(s))
	return strings.Map(func(r rune) rune {
		switch r {
		case ' ', '　', '\t', '\n', '\r', '.', ':', '：', '*', '※', '_', '-', '"', '\u00a0', '\ufeff':
			return -1
		case '（':
			return '('
		case '）':
			return ')'
		}
		return r
	}, s)
}

// meaning finds the field of a header; unsafe says that nobody knows the header
// and that it could be a search key.
func meaning(header string, registered map[string]field) (f field, unsafe bool) {
	h := foldHeader(header)
	if f, ok := registered[h]; ok {
		return f, false
	}
	if f, ok := headerNames[h]; ok {
		return f, false
	}
	for _, part := range myNumberNames {
		if strings.Contains(h, part) {
			return fieldMyNumber, false
		}
	}
	if harmlessNames[h] {
		return fieldNone, false
	}
	for _, part := range suspicious {
		if strings.Contains(h, part) {
			return fieldNone, true
		}
	}
	return fieldNone, strings.HasSuffix(h, "名")
}
