package job

import (
	"testing"

	"baitai/pipeline/answer"
	"baitai/pipeline/authority/authoritytest"
	"baitai/pipeline/normal"
	"baitai/pipeline/person"
	"baitai/pipeline/verdict"
)

// TestAReviewerDecidesWhoIsMeantNotWhatMayBeGivenOut: consent, 支援措置 and 対象者
// hold for a decided row as for any other.
func TestAReviewerDecidesWhoIsMeantNotWhatMayBeGivenOut(t *testing.T) {
	birth, err := person.ParseBirth("1970-01-31")
	if err != nil {
		t.Fatal(err)
	}
	usual := authoritytest.Usual()
	consent, abroad := usual, usual
	consent.Basis, abroad.Population = "本人同意", "国外転出者のみ"
	for _, c := range []struct {
		name    string
		terms   authoritytest.Terms
		support person.Support
		consent string
		want    verdict.Answer
	}{
		{"usual", usual, 0, "", verdict.FoundPresent},
		{"支援措置", usual, 1, "", verdict.Suppressed},
		{"outside the purpose", abroad, 0, "", verdict.NotAuthorised},
		{"本人同意 without 同意番号", consent, 0, "", verdict.TooFewKeys},
		{"本人同意 with 同意番号", consent, 0, "同意1", verdict.FoundPresent},
	} {
		v := &person.Version{State: person.Present, Name: person.NewText("架空　渡"), Birth: birth, Support: c.support}
		r := answer.Review{Query: person.Query{Name: person.NewText("架空　濵"), Birth: birth, Consent: person.NewText(c.consent)},
			People: []answer.ReviewPerson{{Version: v}}}
		hit := decidedHit(normal.EmbeddedTables(), authoritytest.Grant(t, c.terms), r, 1)
		if hit.Answer != c.want {
			t.Errorf("%s: answer %s, want %s", c.name, hit.Answer, c.want)
		}
		if (hit.Person != nil) != c.want.Provides() {
			t.Errorf("%s: a person is handed out: %v", c.name, hit.Person != nil)
		}
	}
}
