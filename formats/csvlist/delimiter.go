package csvlist

import (
	"baitai/formats"
)

// DetectDelimiter says whether commas or tabs separate the fields, judging by the
// header alone: head is the beginning of the decoded text, and what follows its
// first record does not count. Where there is neither outside quotes, or both, it
// is not certain, and the error is [formats.ErrDelimiter].
func DetectDelimiter(head []byte) (byte, error) {
	commas, tabs, quoted := 0, 0, false
loop:
	for _, c := range head {
		switch {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == ',':
			commas++
		case c == '\t':
			tabs++
		case c == '\n' || c == '\r':
			break loop
		}
	}
	switch {
	case commas > 0 && tabs == 0:
		return ',', nil
	case tabs > 0 && commas == 0:
		return '\t', nil
	}
	return 0, formats.ErrDelimiter
}

// findDelimiter reads on until the first record is in the buffer, as far as a
// header can be long.
func (d *reader) findDelimiter() error {
	for !wholeRecord(d.buf[d.pos:]) && len(d.buf)-d.pos < d.longestLine() && d.more() {
	}
	if d.err != nil && !wholeRecord(d.buf[d.pos:]) {
		return d.err
	}
	comma, err := DetectDelimiter(d.buf[d.pos:])
	if err != nil {
		return d.fail(err, d.line, 0, d.pos)
	}
	d.comma = comma
	return nil
}

func wholeRecord(b []byte) bool {
	quoted := false
	for _, c := range b {
		switch {
		case c == '"':
			quoted = !quoted
		case !quoted && (c == '\n' || c == '\r'):
			return true
		}
	}
	return false
}
