package verdict

// A Step names the rule that led to an answer.
type Step string

// The steps of spec §3.2.
const (
	StepNone   Step = ""  // no step was reached
	StepCode   Step = "C" // 住民票コード, checked against 氏名 or 生年月日
	StepFour   Step = "F" // 四情報 (氏名, 生年月日, 住所; 性別 not differing), with no rival
	StepTwo    Step = "T" // 氏名 and 生年月日 without an agreeing address
	StepReview Step = "R" // all but one particular as in F, that one weakly
)

// StepHuman is no step of the table: an operator has decided who is meant
// (要確認の審査).
const StepHuman Step = "H"

// Says describes the step for the legend of a result.
func (s Step) Says(japanese bool) string {
	for _, r := range stepLegend {
		if r.step == s {
			if japanese {
				return r.ja
			}
			return r.en
		}
	}
	return ""
}

var stepLegend = []struct {
	step   Step
	ja, en string
}{
	{StepCode, "住民票コードで特定し、氏名または生年月日で確かめました。", "found by the resident code, confirmed by name or birth"},
	{StepFour, "氏名・生年月日・住所(性別)が一致し、紛らわしい人がいません。", "name, birth and address (and sex) agree, and nobody else is close"},
	{StepTwo, "氏名と生年月日は一致しますが、住所で確かめられません。", "name and birth agree, but no address confirms it"},
	{StepHuman, "県の担当者が、候補の中から確認しました。", "the prefecture has looked at the candidates and decided"},
	{StepReview, "一つの項目だけが完全には一致しません。", "one particular agrees only weakly"},
}

// A Need is one line of the decision table: which grades each particular must
// have. It is data; nothing but fits reads it.
type Need struct {
	Why string // how the line is cited in an explanation

	Name  GradeSet // 氏名
	Kana  GradeSet // ふりがな, in place of 氏名 where the row has no kanji
	Near  NearSet  // 氏名 differs, but in one of these ways
	Equal GradeSet // ふりがな, in place of 氏名 also where the row has kanji
	// Reading is what ふりがな must be besides; empty where it does not matter.
	Reading GradeSet
	// ReadingBut are ways to be so that do not matter.
	ReadingBut NearSet

	Birth, Sex, Address GradeSet
}

// A NearSet is a set of Near, one bit each.
type NearSet uint8

func near(ns ...Near) NearSet {
	var s NearSet
	for _, n := range ns {
		s |= 1 << n
	}
	return s
}

// Has reports whether n is in the set; NotNear never is.
func (s NearSet) Has(n Near) bool { return n != NotNear && s&(1<<n) != 0 }

// What step F asks of each particular. The lines below take one of them away.
var (
	fName    = Of(Same, Form, Variant)
	fKana    = Of(Same, Form)
	fBirth   = Of(Same, Form)
	fSex     = Of(Same, Missing, Blank)
	fAddress = Of(Same, Form, Short)
)

// The decision table of spec §3.2. Only four has answers with data; two and
// review lead to 30, rivals take an answer away.
var (
	four = Need{Why: "四情報一致", Name: fName, Kana: fKana, Birth: fBirth, Sex: fSex, Address: fAddress}

	// rivals: a second person who fits when exactly one particular is relaxed.
	rivals = []Need{
		{Why: "氏名が似た人がいる", Name: Of(Broad), Equal: fKana, Birth: fBirth, Sex: fSex, Address: fAddress},
		{Why: "生年月日が似た人がいる", Name: fName, Kana: fKana, Birth: Of(Slip, Partial), Sex: fSex, Address: fAddress},
		{Why: "性別だけが違う人がいる", Name: fName, Kana: fKana, Birth: fBirth, Sex: Of(Differs), Address: fAddress},
		{Why: "住所の一部だけが合う人がいる", Name: fName, Kana: fKana, Birth: fBirth, Sex: fSex, Address: Of(Partial)},
		// A row without kanji means whoever reads so. The file holds no ふりがな of many
		// (since 2025-05-26 only), so a twin whose reading is blank may be meant as well.
		{Why: "ふりがなの登載がないか似た人がいる", Kana: Of(Loose, Blank), Birth: fBirth, Sex: fSex, Address: fAddress},
	}
	// rivalElsewhere counts only where the first person's own address was reached
	// short or past: then the address did not tell the two apart.
	rivalElsewhere = Need{Why: "同姓同名・同じ生年月日の人がいる", Name: fName, Kana: fKana, Birth: fBirth, Sex: fSex, Address: Of(Differs)}

	// doubts: somebody fits all that F asks for, but another particular of the row
	// speaks against it. 氏名 is that of one twin and ふりがな that of the other: the
	// row means one of them, and nobody can know which. けいこ beside 圭吾 (けいご) may
	// be the sister 圭子: a reading that is only loosely the same counts too, unless
	// only its 長音 are written otherwise.
	doubts = []Need{
		{Why: "氏名は一致するが、ふりがなが違う", Name: fName, Reading: Of(Loose, Differs), ReadingBut: near(SameSound), Birth: fBirth, Sex: fSex, Address: fAddress},
	}

	// shadow: somebody under 支援措置 whom the row may mean as well, by reading. Such
	// people are skipped wherever an address is used, so this line does not look at
	// theirs, and they are found by ふりがな and 生年月日: the outcome tells nothing of
	// where they live. A broad name would be found by its address only.
	shadow = Need{Why: "読みの同じ別の人がいる", Equal: fKana, Birth: fBirth, Sex: fSex, Address: anyGrade}

	two = Need{Why: "氏名と生年月日だけが一致", Name: fName, Kana: fKana, Birth: fBirth, Sex: fSex,
		Address: Of(Missing, Blank, Partial, Differs)}

	review = []Need{
		{Why: "氏名の字体が広い異体字", Name: Of(Broad), Birth: fBirth, Sex: fSex, Address: fAddress},
		{Why: "氏名が完全には一致しない", Near: near(Swapped, Unreadable, OneWrong, LookAlike, SameKanaOther), Birth: fBirth, Sex: fSex, Address: fAddress},
		{Why: "生年月日が完全には一致しない", Name: fName, Kana: fKana, Birth: Of(Slip, Partial), Sex: fSex, Address: fAddress},
		{Why: "ふりがなが完全には一致しない", Kana: Of(Loose, Blank), Birth: fBirth, Sex: fSex, Address: fAddress},
		// Name and address alone are never better than 30 (spec §3.2, least keys).
		{Why: "氏名と住所だけが一致", Name: fName, Kana: fKana, Birth: Of(Missing, Blank), Sex: fSex, Address: fAddress},
	}

	// suppressed is decided without the address (支援措置, spec §3.3).
	suppressed = Need{Why: "支援措置", Name: fName, Kana: fKana, Birth: fBirth, Sex: fSex, Address: anyGrade}
	anyGrade   = GradeSet(1<<gradeCount - 1)

	// Step C: at least one of name and birth agrees, and neither differs. Where only
	// the birth agrees, ふりがな and 性別 must not speak against it either: twins share
	// a birth.
	codeName  = Of(Same, Form, Variant, Broad)
	codeBirth = Of(Same, Form)
)

// single are the lines that stand alone.
var single = []Need{four, rivalElsewhere, two, suppressed, shadow}

// reviewMost is how many people a review list can hold a row's candidates for;
// more are 20 (複数該当).
const reviewMost = 5

// fits reports whether the grades satisfy every particular of the line.
func (n *Need) fits(g *Grades) bool {
	if n.Reading != 0 && (!n.Reading.Has(g.Kana.Grade) || n.ReadingBut.Has(g.Kana.Near)) {
		return false
	}
	return n.fitsName(g) && n.Birth.Has(g.Birth.Grade) && n.Sex.Has(g.Sex.Grade) && n.Address.Has(g.Address.Grade)
}

// FitsSomeLine reports whether any line of the table looks at a person with these
// grades: those whom a row may mean, or whom it may be taken for.
func FitsSomeLine(g *Grades) bool {
	return firstFit(single, g) >= 0 || firstFit(rivals, g) >= 0 || firstFit(doubts, g) >= 0 || firstFit(review, g) >= 0
}

// firstFit gives the first of the lines that the grades satisfy, or -1.
func firstFit(lines []Need, g *Grades) int {
	for i := range lines {
		if lines[i].fits(g) {
			return i
		}
	}
	return -1
}

func (n *Need) fitsName(g *Grades) bool {
	switch {
	case n.Name.Has(g.Name.Grade):
		return true
	case !g.NameHasKanji && n.Kana.Has(g.Kana.Grade):
		return true
	case n.Equal.Has(g.Kana.Grade):
		return true
	}
	return g.Name.Grade == Differs && n.Near.Has(g.Name.Near)
}
