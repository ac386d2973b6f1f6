package verdict

// An Answer is the 回答区分 of a row: two digits that go to the office.
type Answer string

// The answers of spec §3.3. Two digits are never given another meaning.
const (
	FoundPresent     Answer = "00" // 該当(現存)
	FoundAbroad      Answer = "01" // 該当(国外転出者)
	FoundRemoved     Answer = "02" // 該当(消除)
	NotFound         Answer = "10" // 該当なし
	AskedNational    Answer = "11" // 機構照会中
	NotFoundLatin    Answer = "12" // 該当なし(氏名がローマ字で照合できない)
	Several          Answer = "20" // 複数該当
	NeedsReview      Answer = "30" // 要確認
	Contradiction    Answer = "40" // 相違あり
	TooFewKeys       Answer = "41" // 検索条件不足
	BadInput         Answer = "80" // 入力不備
	BadCheckDigit    Answer = "81" // 検査数字誤り
	UnknownCharacter Answer = "82" // 文字不明
	NotAuthorised    Answer = "90" // 権限外
	Suppressed       Answer = "91" // 抑止(支援措置)
	Fault            Answer = "99" // 処理障害
)

type answerRow struct {
	Answer               Answer
	NameJa, NameEn       string
	SaysJa, SaysEn       string
	provides, rowFailure bool
}

// answers lists every answer with its name and its sentence in both languages,
// in the order of the code.
var answers = [...]answerRow{
	{FoundPresent, "該当(現存)", "found, present", "該当する人が一人だけいます。", "exactly one person is meant", true, false},
	{FoundAbroad, "該当(国外転出者)", "found, living abroad", "該当する人が一人だけいて、国外に転出しています。", "exactly one person is meant, who has left the country", true, false},
	{FoundRemoved, "該当(消除)", "found, removed", "該当する人が一人だけいて、附票は消除されています。", "exactly one person is meant, whose record was removed", true, false},
	{NotFound, "該当なし", "not found", "該当する人はいません。", "nobody is meant", false, false},
	{AskedNational, "機構照会中", "asked of the national organisation", "地方公共団体情報システム機構に照会しています。", "the national organisation has been asked", false, false},
	{NotFoundLatin, "該当なし(ローマ字氏名)", "not found, name in Latin letters", "氏名がローマ字のため照合できません。戸籍の附票に記録されるのは日本人だけです。", "a name in Latin letters cannot be compared; only Japanese nationals have this record", false, false},
	{Several, "複数該当", "several", "条件に合う人が多く、一人に決められません。条件を加えてください。", "too many people fit; give more particulars", false, false},
	{NeedsReview, "要確認", "needs review", "機械では一人に決められないため、県の担当者が確認します。", "the prefecture has to look at this row", false, false},
	{Contradiction, "相違あり", "contradiction", "記入された項目どうしが食い違っています。住民票コードと氏名・生年月日を確かめてください。", "the particulars of the row contradict each other", false, false},
	{TooFewKeys, "検索条件不足", "too few particulars", "検索に必要な項目が足りません。住民票コードか氏名に、生年月日などを加えてください。", "too few particulars to search with", false, false},
	{BadInput, "入力不備", "bad input", "記入の誤りがあるため照会していません。「不備」の欄を見て直してください。", "the row has faults and was not searched", false, true},
	{BadCheckDigit, "検査数字誤り", "wrong check digit", "住民票コードの検査数字が合わないため照会していません。", "the check digit of the resident code is wrong; the row was not searched", false, true},
	{UnknownCharacter, "文字不明", "unreadable character", "読めない文字があるため、一人に決められません。", "a character cannot be read", false, true},
	{NotAuthorised, "権限外", "outside the authority", "この利用事務では回答できません。", "this purpose permits no answer", false, false},
	{Suppressed, "抑止", "suppressed", "回答できません。県の担当者に問い合わせてください。", "no answer can be given; ask the prefecture", false, false},
	{Fault, "処理障害", "fault", "処理中に障害が起きたため回答できません。県の担当者に問い合わせてください。", "a fault; ask the prefecture", false, true},
}

// Answers lists all answers in the order of their codes.
func Answers() []Answer {
	all := make([]Answer, len(answers))
	for i, a := range answers {
		all[i] = a.Answer
	}
	return all
}

// Provides reports whether personal data may leave with the answer.
func (a Answer) Provides() bool { return answers[a.place()].provides }

// RowFailure reports whether the answer says that the row itself is faulty (80,
// 81, 82) or met a fault (99): a job with such a row ends with exit code 3.
func (a Answer) RowFailure() bool { return answers[a.place()].rowFailure }

// Name gives the short name of the answer; japanese selects the language.
func (a Answer) Name(japanese bool) string {
	if japanese {
		return answers[a.place()].NameJa
	}
	return answers[a.place()].NameEn
}

// Says gives the plain sentence that stands beside the code.
func (a Answer) Says(japanese bool) string {
	if japanese {
		return answers[a.place()].SaysJa
	}
	return answers[a.place()].SaysEn
}

// AnswerCount is how many answers there are.
const AnswerCount = len(answers)

// places are the places of the answers in the list, from 1, by their two digits.
var places = func() (at [10][10]int8) {
	for i := range answers {
		a := answers[i].Answer
		at[a[0]-'0'][a[1]-'0'] = int8(i) + 1
	}
	return at
}()

// Index is the place of the answer among [Answers], or -1 where it is none of them.
func (a Answer) Index() int {
	if len(a) != 2 || a[0]-'0' > 9 || a[1]-'0' > 9 {
		return -1
	}
	return int(places[a[0]-'0'][a[1]-'0']) - 1
}

// place falls back to that of Fault, the answer that gives nothing away.
func (a Answer) place() int {
	if i := a.Index(); i >= 0 {
		return i
	}
	return AnswerCount - 1
}
