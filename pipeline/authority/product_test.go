package authority

import (
	"slices"
	"testing"

	"baitai/pipeline/person"
	"baitai/pipeline/register"
)

// permitted is what testdata/register permits, written down a second time by
// hand, so that the product test does not ask the code under test.
type permitted struct {
	office, purpose, basis string
	key, today             bool // the office has a key; office and purpose are valid on the day
	keys                   []Particular
	fields                 []Field
	maxRows                int64
	forms                  []Form
	ways                   []Way
	officeForm             Form
	officeWay              Way
	everybody, consent     bool
}

func permissions() []permitted {
	csv, both := []Form{FormCSV}, []Form{FormCSV, FormXLSX}
	medium, mail := []Way{WayMedium}, []Way{WayMail}
	const nogyo, kyoiku = "nogyo", "kyoiku"
	nameBirth := []Particular{KeyName, KeyBirth}
	return []permitted{
		{nogyo, "n-01", "条例(利用)", true, true, []Particular{KeyName, KeyBirth, KeyAddress}, []Field{FieldName, FieldLastAddress}, 100, csv, medium, FormCSV, WayMedium, false, false},
		{nogyo, "n-02", "統計", true, true, nameBirth, nil, 100, csv, medium, FormCSV, WayMedium, false, false},
		{nogyo, "n-03", "本人同意", true, true, nameBirth, []Field{FieldName, FieldState}, 100, csv, medium, FormCSV, WayMedium, false, true},
		{nogyo, "n-04", "別表5", true, true, []Particular{KeyCode, KeyName, KeyBirth}, []Field{FieldCode, FieldName}, 100, both, []Way{WayMedium, WayMail}, FormCSV, WayMedium, true, false},
		{nogyo, "n-05", "条例(利用)", true, false, nameBirth, []Field{FieldName}, 100, csv, medium, FormCSV, WayMedium, false, false},
		{kyoiku, "k-01", "別表6", true, true, []Particular{KeyName, KeyKana, KeyBirth}, []Field{FieldName, FieldAddress}, 200, []Form{FormXLSX}, mail, FormXLSX, WayMail, false, false},
		{kyoiku, "k-02", "条例(提供)", true, true, nameBirth, []Field{FieldName}, 100, csv, medium, FormXLSX, WayMail, true, false},
		{kyoiku, "k-03", "開示", true, true, []Particular{KeyCode, KeyName}, []Field{FieldName, FieldAddress}, 1, csv, medium, FormXLSX, WayMail, true, false},
		{kyoiku, "k-04", "法③", true, true, []Particular{KeyCode, KeyBirth}, []Field{FieldCode, FieldState}, 10, csv, medium, FormXLSX, WayMail, true, false},
		{"koan", "o-01", "条例(提供)", false, true, nameBirth, []Field{FieldName}, 100, csv, medium, FormCSV, WayMedium, false, false},
		{"kyu", "q-01", "条例(利用)", true, false, nameBirth, []Field{FieldName}, 100, csv, medium, FormCSV, WayMedium, false, false},
	}
}

// least are the keys without which nobody is searched (spec §3.2).
func least() [][]Particular {
	return [][]Particular{{KeyCode, KeyName}, {KeyCode, KeyBirth}, {KeyName, KeyBirth}, {KeyKana, KeyBirth}, {KeyName, KeyAddress}}
}

func subset[T comparable](a, b []T) bool {
	for _, v := range a {
		if !slices.Contains(b, v) {
			return false
		}
	}
	return true
}

// expected says whether the request is to be granted.
func expected(req Request, login string) (permitted, bool) {
	for _, p := range permissions() {
		if p.office != req.Office || p.purpose != req.Purpose {
			continue
		}
		keys := slices.DeleteFunc(slices.Clone(req.Keys), func(k Particular) bool { return k == KeyConsent })
		enough := slices.ContainsFunc(least(), func(l []Particular) bool { return subset(l, keys) })
		var fields []Field
		for _, f := range req.Fields {
			v, _ := register.ParseField(f)
			fields = append(fields, v)
		}
		form, way := p.officeForm, p.officeWay
		if req.Form != "" {
			form, _ = register.ParseForm(req.Form)
		}
		if req.Way != "" {
			way, _ = register.ParseWay(req.Way)
		}
		ok := login == "sosa" && p.key && p.today && p.basis == req.Basis && req.Rows <= p.maxRows &&
			subset(keys, p.keys) && enough && subset(fields, p.fields) &&
			(!p.consent || slices.Contains(req.Keys, KeyConsent)) &&
			slices.Contains(p.forms, form) && slices.Contains(p.ways, way) && (way != WayMail || req.PasswordRef != "")
		return p, ok
	}
	return permitted{}, false
}

func registered(office, purpose string) bool {
	return slices.ContainsFunc(permissions(), func(p permitted) bool { return p.office == office && p.purpose == purpose })
}

// requests gives every combination of everything that a request can state.
func requests(yield func(Request) bool) {
	offices := []string{"nogyo", "kyoiku", "koan", "kyu", "soumu"}
	purposes := []string{"n-01", "n-02", "n-03", "n-04", "n-05", "k-01", "k-02", "k-03", "k-04", "o-01", "q-01", "z-99"}
	keys := [][]Particular{
		nil, {KeyName}, {KeyCode}, {KeyCode, KeyName}, {KeyCode, KeyBirth}, {KeyName, KeyBirth}, {KeyName, KeyBirth, KeyConsent},
		{KeyKana, KeyBirth}, {KeyName, KeyAddress}, {KeyName, KeyBirth, KeySex}, {KeySex, KeyAddress},
	}
	fields := [][]string{{}, {"氏名"}, {"住民票コード"}, {"氏名", "住所"}, {"最終住所"}, {"状態"}, {"なし"}}
	for _, office := range offices {
		for _, purpose := range purposes {
			for _, basis := range register.Bases() {
				for i, key := range keys {
					for j, field := range fields {
						if i+j > 0 && !registered(office, purpose) {
							continue // refused already; one of them is enough
						}
						for _, rows := range []int64{1, 100, 201} {
							req := NewRequest(SideFile)
							req.Number, req.Office, req.Purpose, req.Basis, req.Rows = "7", office, purpose, basis.String(), rows
							req.Keys, req.Fields = key, field
							for _, way := range [][3]string{{"", "", ""}, {"csv", "媒体", ""}, {"xlsx", "庁内メール", "ref"}, {"csv", "郵送", "ref"}} {
								req.Form, req.Way, req.PasswordRef = way[0], way[1], way[2]
								if !yield(req) {
									return
								}
							}
						}
					}
				}
			}
		}
	}
}

func TestNothingIsGrantedByDefault(t *testing.T) {
	reg := testRegister(t)
	now := day(t, "2026-11-23")
	operators := map[string]register.Operator{}
	for _, login := range []string{"sosa", "minarai", "root"} {
		operators[login], _ = reg.Operator(login)
	}
	granted, refused := 0, 0
	for req := range requests {
		login := "sosa"
		if (granted+refused)%7 == 0 {
			login = "minarai"
		} else if (granted+refused)%11 == 0 {
			login = "root"
		}
		g, err := Decide(reg, req, operators[login], now)
		p, want := expected(req, login)
		if g.Valid() != want || (err == nil) != want {
			t.Fatalf("%s %+v: granted %v, want %v (%v)", login, req, g.Valid(), want, err)
		}
		if !want {
			refused++
			continue
		}
		granted++
		if !subset(g.Fields(), p.fields) || g.Covers(person.Present) != p.everybody || g.MaxRows() != p.maxRows || len(g.Recipients()) == 0 {
			t.Fatalf("%+v: the grant is wider than the register", req)
		}
		for _, k := range register.Particulars() {
			if k != KeyConsent && g.MayUse(k) != slices.Contains(p.keys, k) {
				t.Fatalf("%+v: %v", req, k)
			}
		}
	}
	if granted < 100 || refused < 50_000 {
		t.Errorf("%d granted, %d refused: the product does not test", granted, refused)
	}
	t.Logf("%d granted, %d refused", granted, refused)
}
