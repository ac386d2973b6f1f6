package job

// MediumIssue is mediumIssue.
func MediumIssue(err error) error { return mediumIssue(err) }
