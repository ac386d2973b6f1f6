package register

import (
	"testing"

	"baitai/pipeline/issue"
)

func TestTemplateIsReadBackAndPermitsNothing(t *testing.T) {
	dir := t.TempDir()
	if err := Template(nil, dir, issue.Japanese); err != nil {
		t.Fatal(err)
	}
	reg, err := Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	_ = reg
}
