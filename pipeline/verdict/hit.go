package verdict

import (
	"baitai/pipeline/issue"
	"baitai/pipeline/person"
)

// A Hit is the answer to one row with everything that it rests on.
type Hit struct {
	Decision
	// Grades compare the row with the person meant; the zero Grades unless the
	// answer provides data.
	Grades Grades
	// Person is the current version of the person meant; nil unless the answer
	// provides data, so that nothing else can leave by mistake.
	Person *person.Version
	// Looked holds everybody whom the row was compared with and who came near
	// enough to matter. It is for the prefecture's own copy only.
	Looked []Looked
}

// A Looked is one person whom a row was compared with.
type Looked struct {
	Code      person.ResidentCode // of the current version
	Grades    Grades
	Protected bool
	HoldsCode bool
	Fits      bool // holds the row's code or fits a line of the table: a reviewer may decide for them
}

// ForIssues gives the answer to a row that intake found faulty: 80 before 81
// before 82, and 99 for a row that met a fault.
func ForIssues(list issue.List) Answer {
	answer := UnknownCharacter
	for _, i := range list {
		switch i.Code {
		case issue.RowFault, issue.ItemTooLong:
			return Fault
		case issue.UnreadableCharacter:
		case issue.ResidentCodeCheckDigit:
			if answer == UnknownCharacter {
				answer = BadCheckDigit
			}
		default:
			answer = BadInput
		}
	}
	return answer
}
