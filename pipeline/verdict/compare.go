package verdict

import "baitai/pipeline/normal"

// Compare grades every particular of a row against the versions of one person,
// the current one first. An earlier version or a 旧氏 is marked Past; the current
// one is preferred where both reach the same grade.
func Compare(row *normal.Folded, versions []*normal.Folded) Grades { return Grades{} }
