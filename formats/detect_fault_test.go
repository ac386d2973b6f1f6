package formats_test

import (
	"errors"
	"io"
	"strings"
	"testing"

	"baitai/formats"
)

// failsAfter is a medium that breaks after some reads.
type failsAfter struct {
	r    io.ReaderAt
	left int
}

var errMedium = errors.New("the medium was pulled out")

func (f *failsAfter) ReadAt(p []byte, off int64) (int, error) {
	if f.left--; f.left < 0 {
		return 0, errMedium
	}
	return f.r.ReadAt(p, off)
}

func TestAMediumThatFailsIsNoBrokenContainer(t *testing.T) {
	for name, file := range map[string]string{
		"workbook": zipOf(t, "[Content_Types].xml=x", "xl/workbook.xml=x"),
		"document": zipOf(t, "mimetype=application/vnd.oasis.opendocument.spreadsheet"),
		"ole":      ole("Workbook"),
	} {
		want, err := formats.DetectAt(strings.NewReader(file), int64(len(file)))
		if err != nil {
			t.Fatal(err)
		}
		for reads := range 100 {
			got, err := formats.DetectAt(&failsAfter{strings.NewReader(file), reads}, int64(len(file)))
			if err == nil {
				if got != want || reads == 0 {
					t.Errorf("%s: %v after %d reads, want %v", name, got, reads, want)
				}
				break
			}
			if !errors.Is(err, errMedium) {
				t.Errorf("%s, %d reads: %v", name, reads, err)
			}
		}
	}
}
