package manifest

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"testing"
)

// splitSample is a result that was split into parts, with what lies sealed in it.
func splitSample(of int) (*Manifest, *Contents) {
	m, c := sample(), sampleContents()
	m.Answers = map[string]int64{"00": int64(10*of - 7), "10": 2}
	m.Files, c.Files = []File{{ContentsName, hexOf(4), 0}}, nil
	for n := 1; n <= of; n++ {
		rows := int64(10)
		if n == of {
			rows = 5
		}
		name := PartName("result.csv.zst.age", n, of)
		m.Files = append(m.Files, File{name, hexOf(byte(n)), 100})
		c.Files = append(c.Files, Content{PartName("result.csv", n, of), name, hexOf(byte(n)), 1000, rows, n, of})
	}
	return m, c
}

func TestNamesOfPartsSortInTheirOrder(t *testing.T) {
	for _, c := range []struct {
		name       string
		number, of int
		want       string
	}{
		{"result.csv.zst.age", 1, 2, "result-001.csv.zst.age"},
		{"result.xlsx.age", 12, 12, "result-012.xlsx.age"},
		{"result.csv", 999, 999, "result-999.csv"},
		{"result.csv", 7, 1000, "result-0007.csv"},
	} {
		if got := PartName(c.name, c.number, c.of); got != c.want || PartNumber(got) != c.number {
			t.Errorf("%s, number %d", got, PartNumber(got))
		}
	}
	for _, name := range []string{"result.csv.zst.age", "notes.txt.age", "result-01.csv", "result-000.csv", "result-00001.csv", "result-x01.csv", "result-001", ""} {
		if n := PartNumber(name); n != 0 {
			t.Errorf("%q is number %d", name, n)
		}
	}
	for _, of := range []int{2, 11, 999, 1000} {
		var names []string
		for n := 1; n <= of; n++ {
			names = append(names, PartName("result.csv", n, of))
		}
		if !slices.IsSorted(names) {
			t.Errorf("%d names are not in order", of)
		}
	}
}

func TestContentsOfASplitResultComeBack(t *testing.T) {
	m, c := splitSample(3)
	text, err := c.Encode()
	if err != nil {
		t.Fatal(err)
	}
	got, err := DecodeContents(text)
	if err != nil || !slices.Equal(got.Files, c.Files) {
		t.Fatalf("%v, %v", got, err)
	}
	if err := m.CheckContents(got); err != nil || m.Split() != 3 {
		t.Errorf("%v, %d parts", err, m.Split())
	}
	whole, err := sampleContents().Encode()
	if err != nil || bytes.Contains(whole, []byte(`"of"`)) || bytes.Contains(whole, []byte(`"number"`)) {
		t.Errorf("what is whole speaks of parts: %v", err)
	}
	for _, spoil := range []func(*Content){
		func(f *Content) { f.Number = 0 }, func(f *Content) { f.Number = 4 }, func(f *Content) { f.Number = -1 },
		func(f *Content) { f.Of = 0 }, func(f *Content) { f.Number, f.Of = 1, 1 }, func(f *Content) { f.Of = partsMax + 1 },
	} {
		_, c := splitSample(3)
		spoil(&c.Files[1])
		var field *FieldError
		if _, err := c.Encode(); !errors.As(err, &field) {
			t.Errorf("%+v: %v", c.Files[1], err)
		}
	}
}

// Somebody who can sign changes both lists, so that they still agree.
func TestEachPartMustBeThereOnceAndInOrder(t *testing.T) {
	drop := func(m *Manifest, c *Contents, n int) {
		m.Files = slices.DeleteFunc(m.Files, func(f File) bool { return PartNumber(f.Name) == n })
		c.Files = slices.DeleteFunc(c.Files, func(f Content) bool { return f.Number == n })
	}
	renumber := func(c *Contents, of int) {
		for i := range c.Files {
			c.Files[i].Of = of
		}
	}
	for name, x := range map[string]struct {
		spoil func(*Manifest, *Contents)
		want  error
	}{
		"good":             {func(*Manifest, *Contents) {}, nil},
		"first is missing": {func(m *Manifest, c *Contents) { drop(m, c, 1) }, &PartError{1, 3}},
		"one is missing":   {func(m *Manifest, c *Contents) { drop(m, c, 2) }, &PartError{2, 3}},
		"last is missing":  {func(m *Manifest, c *Contents) { drop(m, c, 3) }, &PartError{3, 3}},
		"last is hushed up": {func(m *Manifest, c *Contents) {
			drop(m, c, 3)
			renumber(c, 2)
		}, ErrRows},
		"one is doubled":      {func(_ *Manifest, c *Contents) { c.Files[2].Number = 2 }, &PartError{3, 3}},
		"two are swapped":     {func(_ *Manifest, c *Contents) { c.Files[0].Number, c.Files[1].Number = 2, 1 }, &PartError{1, 3}},
		"names are swapped":   {func(_ *Manifest, c *Contents) { c.Files[0].Name, c.Files[1].Name = c.Files[1].Name, c.Files[0].Name }, &PartError{1, 3}},
		"one of another list": {func(_ *Manifest, c *Contents) { c.Files[1].Of = 4 }, &PartError{2, 3}},
		"one poses as whole":  {func(_ *Manifest, c *Contents) { c.Files[1].Number, c.Files[1].Of = 0, 0 }, &PartError{1, 3}},
		"all pose as whole": {func(_ *Manifest, c *Contents) {
			for i := range c.Files {
				c.Files[i].Number, c.Files[i].Of = 0, 0
			}
		}, &PartError{1, 3}},
		"a row too few": {func(_ *Manifest, c *Contents) { c.Files[0].Rows-- }, ErrRows},
		"other answers": {func(m *Manifest, _ *Contents) { m.Answers["00"]++ }, ErrRows},
	} {
		m, c := splitSample(3)
		x.spoil(m, c)
		if got := m.CheckContents(c); fmt.Sprint(got) != fmt.Sprint(x.want) {
			t.Errorf("%s: %v, want %v", name, got, x.want)
		}
	}
}
