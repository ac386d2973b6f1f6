package register

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"baitai/pipeline/issue"
	"baitai/pipeline/normal"
)

func places(merged, towns string) fstest.MapFS {
	return fstest.MapFS{MergedFile: {Data: []byte(merged)}, TownsFile: {Data: []byte(towns)}}
}

func TestAFolderWithoutTablesHasThoseOfTheProgram(t *testing.T) {
	tables, err := ReadTables(fstest.MapFS{})
	if err != nil || tables != normal.EmbeddedTables() {
		t.Errorf("%v, %v", tables, err)
	}
	if tables, err = LoadTables(t.TempDir()); err != nil || tables.Version() != normal.EmbeddedTables().Version() {
		t.Errorf("%v, %v", tables, err)
	}
	if _, err := LoadTables("nowhere"); !errors.Is(err, issue.New(issue.RegisterFileMissing, issue.Pos{})) {
		t.Error(err)
	}
}

func TestTablesOfTheRegisterAreUsed(t *testing.T) {
	tables, err := ReadTables(places("\t宗像郡\t赤間村\t402206\t1954-04-01\t宗像市史\n", "402303\tみらい三\n"))
	if err != nil {
		t.Fatal(err)
	}
	if p := tables.FoldAddress("宗像郡赤間村1", "").Reveal(); len(p.Municipalities) != 1 || p.Municipalities[0] != "402206" {
		t.Errorf("赤間村 lies in %v", p.Municipalities)
	}
	if p := tables.FoldAddress("糸島市みらい三5-6", "").Reveal(); len(p.Numbers) != 2 {
		t.Errorf("みらい三5-6 has the numbers %v", p.Numbers)
	}
	if tables.Version() == normal.EmbeddedTables().Version() {
		t.Error("other tables have the same version")
	}
}

func TestEveryFaultOfTheTablesIsReportedWithItsPlace(t *testing.T) {
	const good = "\t宗像郡\t赤間村\t402206\t1954-04-01\t宗像市史\n"
	huge := strings.Repeat("# 長い注\n", placesBytesMax/11+1)
	for _, c := range []struct{ merged, towns, want string }{
		{good, "999999\t初\n402303\tみらい三\nx\n", "towns.tsv:1 J214, towns.tsv:3 J213"},
		{good + "赤間村\n\n\t宗像郡\t赤間村\t402206\t昭和29年\t宗像市史\n", "", "merged.tsv:2 J213, merged.tsv:4 J215"},
		{"# 注\n\x90\xe1\n", "402303\t\x8f\x89\n", "merged.tsv:2 J212, towns.tsv:1 J212"},
		{good, huge, "towns.tsv J211"},
	} {
		_, err := ReadTables(places(c.merged, c.towns))
		list, _ := errors.AsType[issue.List](err)
		var got []string
		for _, i := range list {
			got = append(got, fmt.Sprintf("%s %s", i.Pos, i.Code))
			for _, lang := range []issue.Lang{issue.Japanese, issue.English} {
				if says := i.In(lang); says.Says == "" || says.Hint == "" || strings.Contains(says.Says+i.Error(), "赤間") {
					t.Errorf("%s says %q", i.Code, says)
				}
			}
		}
		if s := strings.Join(got, ", "); s != c.want {
			t.Errorf("%s, want %s", s, c.want)
		}
	}
	if _, err := ReadTables(fstest.MapFS{TownsFile + "/x": {}}); !errors.Is(err, issue.New(issue.PlacesUnreadable, issue.Pos{})) {
		t.Errorf("a folder in place of the file: %v", err)
	}
}
