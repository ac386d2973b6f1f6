package intake

// headerNames are the usual names of each column, folded by normal.FoldHeader: half
// width, lower case, without spaces, full stops and brackets of other kinds. A
// name stands here only if it cannot mean anything else; the short names of parts
// (氏, 月, 号 …) may, but count only beside the parts that they belong to.
var headerNames = map[string]field{
	"整理番号": fieldReference, "受付番号": fieldReference, "管理番号": fieldReference, "通番": fieldReference,
	"連番": fieldReference, "no": fieldReference, "№": fieldReference, "番号": fieldReference, "項番": fieldReference, "id": fieldReference,
	"照会番号": fieldReference, "識別番号": fieldReference, "行番号": fieldReference, "整理no": fieldReference,
	"reference": fieldReference, "referenceno": fieldReference, "referencenumber": fieldReference, "ref": fieldReference, "refno": fieldReference,
	"serialno": fieldReference, "serialnumber": fieldReference,

	"住民票コード": fieldCode, "住民票cd": fieldCode, "住基コード": fieldCode, "residentcode": fieldCode, "juminhyocode": fieldCode,

	"氏名": fieldName, "漢字氏名": fieldName, "氏名漢字": fieldName, "氏名(漢字)": fieldName, "お名前": fieldName, "名前": fieldName,
	"姓名": fieldName, "氏名(全角)": fieldName, "名前(漢字)": fieldName, "お名前(漢字)": fieldName, "name": fieldName, "fullname": fieldName,

	"氏名ふりがな": fieldKana, "ふりがな": fieldKana, "フリガナ": fieldKana, "カナ氏名": fieldKana, "氏名カナ": fieldKana,
	"氏名フリガナ": fieldKana, "カナ": fieldKana, "かな氏名": fieldKana, "氏名かな": fieldKana, "氏名(カナ)": fieldKana, "氏名(かな)": fieldKana,
	"氏名(フリガナ)": fieldKana, "振り仮名": fieldKana, "振仮名": fieldKana, "氏名の振り仮名": fieldKana, "氏名のふりがな": fieldKana, "氏名のフリガナ": fieldKana,
	"氏名(ふりがな)": fieldKana, "氏名(カタカナ)": fieldKana, "氏名(ひらがな)": fieldKana, "氏名(半角カナ)": fieldKana, "氏名(全角カナ)": fieldKana,
	"氏名カタカナ": fieldKana, "氏名ひらがな": fieldKana, "カタカナ氏名": fieldKana, "フリガナ(カタカナ)": fieldKana, "ふりがな(ひらがな)": fieldKana,
	"名前(カナ)": fieldKana, "名前(フリガナ)": fieldKana, "名前(ふりがな)": fieldKana, "お名前(フリガナ)": fieldKana, "お名前(カナ)": fieldKana,
	"kana": fieldKana, "namekana": fieldKana, "kananame": fieldKana, "name(kana)": fieldKana, "furigana": fieldKana,

	"生年月日": fieldBirth, "生年月日(西暦)": fieldBirth, "生年月日(和暦)": fieldBirth, "西暦生年月日": fieldBirth, "和暦生年月日": fieldBirth,
	"生年月日(yyyymmdd)": fieldBirth, "生年月日(yyyy/mm/dd)": fieldBirth, "生年月日(西暦8桁)": fieldBirth, "生年月日(8桁)": fieldBirth,
	"誕生日": fieldBirth, "出生年月日": fieldBirth, "出生の年月日": fieldBirth, "birth": fieldBirth, "birthdate": fieldBirth, "dateofbirth": fieldBirth,
	"dob": fieldBirth, "birthday": fieldBirth,

	"性別": fieldSex, "男女の別": fieldSex, "男女": fieldSex, "男女別": fieldSex, "性別コード": fieldSex, "性別(男女)": fieldSex, "sex": fieldSex, "gender": fieldSex,

	"住所": fieldAddress, "現住所": fieldAddress, "居住地": fieldAddress, "住所地": fieldAddress, "住所1": fieldAddress, "住民票住所": fieldAddress,
	"住民票の住所": fieldAddress, "住民票上の住所": fieldAddress, "住民登録地": fieldAddress, "address": fieldAddress, "address1": fieldAddress, "addressline1": fieldAddress,

	"旧氏": fieldFormerSurname, "旧姓": fieldFormerSurname, "formersurname": fieldFormerSurname, "maidenname": fieldFormerSurname,

	"同意番号": fieldConsent, "同意書番号": fieldConsent, "consent": fieldConsent, "consentno": fieldConsent, "consentnumber": fieldConsent,

	"氏": fieldSurname, "姓": fieldSurname, "苗字": fieldSurname, "名字": fieldSurname, "漢字氏": fieldSurname, "漢字姓": fieldSurname,
	"氏漢字": fieldSurname, "姓漢字": fieldSurname, "氏(漢字)": fieldSurname, "姓(漢字)": fieldSurname, "氏名(氏)": fieldSurname, "氏名(姓)": fieldSurname,
	"surname": fieldSurname, "lastname": fieldSurname, "familyname": fieldSurname,
	"名": fieldGivenName, "下の名前": fieldGivenName, "漢字名": fieldGivenName, "名漢字": fieldGivenName, "名(漢字)": fieldGivenName, "氏名(名)": fieldGivenName,
	"givenname": fieldGivenName, "firstname": fieldGivenName,

	"氏ふりがな": fieldSurnameKana, "姓ふりがな": fieldSurnameKana, "氏フリガナ": fieldSurnameKana, "姓フリガナ": fieldSurnameKana,
	"氏カナ": fieldSurnameKana, "姓カナ": fieldSurnameKana, "氏かな": fieldSurnameKana, "姓かな": fieldSurnameKana, "カナ氏": fieldSurnameKana, "カナ姓": fieldSurnameKana,
	"氏(カナ)": fieldSurnameKana, "姓(カナ)": fieldSurnameKana, "氏(かな)": fieldSurnameKana, "姓(かな)": fieldSurnameKana,
	"氏(フリガナ)": fieldSurnameKana, "姓(フリガナ)": fieldSurnameKana, "氏(ふりがな)": fieldSurnameKana, "姓(ふりがな)": fieldSurnameKana,
	"フリガナ(氏)": fieldSurnameKana, "フリガナ(姓)": fieldSurnameKana, "ふりがな(氏)": fieldSurnameKana, "ふりがな(姓)": fieldSurnameKana,
	"カナ(氏)": fieldSurnameKana, "カナ(姓)": fieldSurnameKana, "氏名カナ(氏)": fieldSurnameKana, "氏名カナ(姓)": fieldSurnameKana, "氏名フリガナ(氏)": fieldSurnameKana,
	"氏名フリガナ(姓)": fieldSurnameKana, "氏名ふりがな(氏)": fieldSurnameKana, "氏名ふりがな(姓)": fieldSurnameKana, "セイ": fieldSurnameKana, "せい": fieldSurnameKana,
	"surnamekana": fieldSurnameKana, "lastnamekana": fieldSurnameKana, "familynamekana": fieldSurnameKana,
	"名ふりがな": fieldGivenNameKana, "名フリガナ": fieldGivenNameKana, "名カナ": fieldGivenNameKana, "名かな": fieldGivenNameKana, "カナ名": fieldGivenNameKana,
	"名(カナ)": fieldGivenNameKana, "名(かな)": fieldGivenNameKana, "名(フリガナ)": fieldGivenNameKana, "名(ふりがな)": fieldGivenNameKana,
	"フリガナ(名)": fieldGivenNameKana, "ふりがな(名)": fieldGivenNameKana, "カナ(名)": fieldGivenNameKana, "氏名カナ(名)": fieldGivenNameKana,
	"氏名フリガナ(名)": fieldGivenNameKana, "氏名ふりがな(名)": fieldGivenNameKana, "メイ": fieldGivenNameKana, "めい": fieldGivenNameKana,
	"givennamekana": fieldGivenNameKana, "firstnamekana": fieldGivenNameKana,

	"元号": fieldEra, "年号": fieldEra, "生年月日(元号)": fieldEra, "生年月日(年号)": fieldEra, "生年月日元号": fieldEra, "生年月日年号": fieldEra, "生年元号": fieldEra, "era": fieldEra,
	"birthera": fieldEra,
	"年":        fieldYear, "生年": fieldYear, "出生年": fieldYear, "誕生年": fieldYear, "生まれ年": fieldYear, "生年月日年": fieldYear, "生年月日(年)": fieldYear,
	"生年(西暦)": fieldYear, "生年(和暦)": fieldYear, "birthyear": fieldYear, "yearofbirth": fieldYear, "year": fieldYear,
	"月": fieldMonth, "生月": fieldMonth, "出生月": fieldMonth, "誕生月": fieldMonth, "生まれ月": fieldMonth, "生年月日月": fieldMonth, "生年月日(月)": fieldMonth,
	"birthmonth": fieldMonth, "monthofbirth": fieldMonth, "month": fieldMonth,
	"日": fieldDay, "生日": fieldDay, "出生日": fieldDay, "生まれ日": fieldDay, "生年月日日": fieldDay, "生年月日(日)": fieldDay, "dayofbirth": fieldDay, "day": fieldDay,

	"都道府県": fieldPrefecture, "都道府県名": fieldPrefecture, "県": fieldPrefecture, "県名": fieldPrefecture, "住所(都道府県)": fieldPrefecture,
	"住所都道府県": fieldPrefecture, "prefecture": fieldPrefecture,
	"市区町村": fieldCity, "市区町村名": fieldCity, "市町村": fieldCity, "市町村名": fieldCity, "郡市区町村": fieldCity, "市区郡町村": fieldCity, "市郡区町村": fieldCity,
	"住所(市区町村)": fieldCity, "住所市区町村": fieldCity, "municipality": fieldCity, "city": fieldCity,
	"町域": fieldTown, "町域名": fieldTown, "町名": fieldTown, "町字": fieldTown, "町字名": fieldTown, "大字": fieldTown, "大字名": fieldTown, "大字町名": fieldTown,
	"大字・町名": fieldTown, "町名番地": fieldTown, "町名・番地": fieldTown, "町域番地": fieldTown, "住所(町域)": fieldTown, "town": fieldTown,
	"字": fieldSection, "小字": fieldSection, "字名": fieldSection, "丁目": fieldChome, "丁": fieldChome,
	"番地": fieldBlock, "番地等": fieldBlock, "番地以降": fieldBlock, "地番": fieldBlock, "番": fieldBlock, "丁目番地": fieldBlock, "丁目・番地": fieldBlock,
	"番地号": fieldBlock, "番地・号": fieldBlock, "住所(番地)": fieldBlock, "号": fieldHouse,
	"住所2": fieldAddress2, "address2": fieldAddress2, "addressline2": fieldAddress2, "住所3": fieldAddress3, "address3": fieldAddress3, "addressline3": fieldAddress3,
	"建物": fieldBuilding, "建物名": fieldBuilding, "建物名等": fieldBuilding, "建物名称": fieldBuilding, "建物名・部屋番号": fieldBuilding, "建物名部屋番号": fieldBuilding,
	"方書": fieldBuilding, "方書き": fieldBuilding, "住所方書": fieldBuilding, "住所(方書)": fieldBuilding, "マンション名": fieldBuilding, "アパート名": fieldBuilding,
	"アパート・マンション名": fieldBuilding, "マンション・アパート名": fieldBuilding, "building": fieldBuilding, "buildingname": fieldBuilding,
	"部屋番号": fieldRoom, "号室": fieldRoom, "室番号": fieldRoom, "room": fieldRoom, "roomno": fieldRoom, "roomnumber": fieldRoom,
}

// theirOwn are words before a header that say that it is about the person whom the
// row is about: «対象者氏名» is 氏名; or that only say it politely. Of anybody else (世帯主, 配偶者, 保護者 …) nothing is
// taken, and such a header is suspicious.
var theirOwn = []string{"対象者の", "対象者", "本人の", "本人", "ご", "御", "お"}

// suspicious are parts of a header that could mean a search key. An unknown
// header with one of them refuses the list; any other unknown column is ignored
// and named in the result. A list that comes with such a column on purpose (氏名 of
// the 世帯主, 郵便番号) has it registered as one that is not used (見出しの表).
var suspicious = []string{
	"氏", "名前", "姓", "かな", "カナ", "フリ", "ふり", "よみ", "ヨミ", "読み", "生年", "生れ", "生まれ", "誕生", "出生", "性別", "男女",
	"住所", "住居", "居所", "所在", "番地", "方書", "郵便", "町名", "住民", "住基", "本籍", "旧", "コード", "番号", "name", "kana", "birth", "born",
	"dob", "sex", "gender", "addr", "street", "city", "zip", "postal", "code", "resident", "整理", "同意", "consent",
	// the parts of an address or of a date that some lists keep in columns of their own
	"対象者", "本人", "通称", "年月日", "シメイ", "しめい", "セイネン", "せいねん", "ジュウショ", "じゅうしょ", "セイベツ", "せいべつ",
	"都道府県", "府県", "市区町村", "市町村", "区町村", "町域", "大字", "丁目", "建物", "部屋", "アパート", "マンション", "元号", "年号", "西暦", "和暦",
	"枝番", "号室", "ローマ字", "ネーム", "転出先", "転入元", "前住地", "住登地", "現住地",
}

// harmlessNames have a suspicious part, or end in 名, and yet name no person and no
// place where one lives.
var harmlessNames = map[string]bool{"件名": true, "品名": true, "会社名": true, "部署名": true, "課名": true, "係名": true, "学校名": true,
	"銀行名": true, "支店名": true, "事業名": true, "事務名": true, "団体名": true, "法人名": true, "施設名": true, "ファイル名": true, "制度名": true,
	"電話番号": true, "携帯番号": true, "携帯電話番号": true, "連絡先電話番号": true, "内線番号": true, "fax番号": true, "ファックス番号": true, "ファクス番号": true,
	"口座番号": true, "銀行番号": true, "店番号": true, "支店番号": true, "金融機関番号": true, "銀行コード": true, "支店コード": true, "金融機関コード": true,
	"世帯番号": true, "宛名番号": true, "被保険者番号": true, "保険者番号": true, "記号番号": true, "証番号": true, "受給者番号": true, "学籍番号": true,
	"出席番号": true, "職員番号": true, "社員番号": true, "会員番号": true, "申請番号": true, "申込番号": true, "文書番号": true, "決裁番号": true, "起案番号": true,
	"事業番号": true, "法人番号": true, "車両番号": true, "登録番号": true, "免許番号": true, "許可番号": true, "学校コード": true, "施設コード": true,
	"所属コード": true, "部署コード": true, "課コード": true, "事業コード": true, "続柄コード": true}
