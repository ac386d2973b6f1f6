package identity

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"baitai/pipeline/authority"
	"baitai/pipeline/authority/authoritytest"
	"baitai/pipeline/normal"
	"baitai/pipeline/person"
)

func managing(t testing.TB, act authority.Act) authority.OperatorGrant {
	t.Helper()
	reg := authoritytest.Register(t, authoritytest.Terms{})
	op, _ := reg.Operator("sosa")
	g, err := authority.DecideOperator(reg, op, act, authoritytest.Now())
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// atHome is somebody who lives there and nowhere else.
func atHome(n int, municipality, address string) *person.Version {
	v := someone(n)
	v.Municipality, v.Address = municipality, person.NewText(address)
	return v
}

// villagers are people of known and unknown towns: nine people of みらい三 in 糸島市 at
// three numbers, eight of あたらし台, seven of a town that stands at one number alone.
func villagers() []*person.Version {
	var vs []*person.Version
	add := func(n int, municipality string, address func(i int) string) {
		for i := range n {
			vs = append(vs, atHome(len(vs)+1, municipality, address(i)))
		}
	}
	add(9, "402303", func(i int) string { return fmt.Sprintf("福岡県糸島市大字みらい三%d番地%d", 1+i%3, i) })
	add(8, "402303", func(i int) string { return fmt.Sprintf("糸島市あたらし台%d丁目%d-%d", 1+i%3, i, i) })
	add(7, "402303", func(i int) string { return "福岡県糸島市山田花子方1番地" })
	add(9, "401331", func(i int) string { return fmt.Sprintf("福岡県福岡市中央区天神1丁目%d番%d号", i, i) })
	add(9, "401331", func(i int) string { return fmt.Sprintf("福岡県福岡市中央区未来町%d-%d", i, i) })
	add(9, "402303", func(i int) string { return fmt.Sprintf("福岡県糸島郡二丈町字どこか%d", i) }) // of the past
	moved := *vs[0]
	moved.History, moved.Address = 2, person.NewText("福岡県糸島市大字みらい三8番地") // counts once
	return append(vs, &moved)
}

func TestTownsAreLearntFromTheFile(t *testing.T) {
	dir, key := siteDir(t), testKey(t)
	mustBuild(t, testOptions(dir, key), villagers()...)
	f := mustOpen(t, dir, key)
	towns, err := f.UnknownTowns(managing(t, authority.ActManage), 8)
	want := []UnknownTown{{"401331", "未来町", 9}, {"402303", "みらい三", 9}, {"402303", "あたらし台", 8}}
	if err != nil || !slices.Equal(towns, want) {
		t.Errorf("%v, want %v: %v", towns, want, err)
	}
	if towns, err = f.UnknownTowns(managing(t, authority.ActManage), 9); err != nil || len(towns) != 2 {
		t.Errorf("of nine people and more: %v, %v", towns, err)
	}
	for _, act := range []authority.Act{authority.ActExplain, authority.ActAudit} {
		if _, err := f.UnknownTowns(managing(t, act), 1); !errors.Is(err, ErrNoGrant) {
			t.Errorf("%s: %v", act, err)
		}
	}
	if _, err := f.UnknownTowns(authority.OperatorGrant{}, 1); !errors.Is(err, ErrNoGrant) {
		t.Error(err)
	}
}

// What was learnt is known once it is in the table, and keys made by it differ in
// version, so that they are never mixed.
func TestATownThatWasLearntIsKnown(t *testing.T) {
	dir, key := siteDir(t), testKey(t)
	mustBuild(t, testOptions(dir, key), villagers()...)
	f := mustOpen(t, dir, key)
	towns, err := f.UnknownTowns(managing(t, authority.ActManage), 1)
	if err != nil {
		t.Fatal(err)
	}
	var table strings.Builder
	for _, town := range towns {
		fmt.Fprintf(&table, "%s\t%s\n", town.Municipality, town.Town)
	}
	tables, err := normal.NewTables(normal.TableFiles{Towns: strings.NewReader(table.String())})
	if err != nil {
		t.Fatal(err)
	}
	o := testOptions(dir, key)
	o.Tables = tables
	mustBuild(t, o, villagers()...)
	if _, err := Verify(dir, key, nil); !stale(err) {
		t.Errorf("by the embedded tables: %v", err)
	}
	if _, err := Verify(dir, key, tables); err != nil {
		t.Error(err)
	}
	again, err := Open(dir, key, tables)
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if towns, err := again.UnknownTowns(managing(t, authority.ActManage), 1); err != nil || len(towns) > 0 {
		t.Errorf("learnt again: %v, %v", towns, err)
	}
	if again.Summary().Normal != tables.Version() || again.Stale() != nil || f.Stale() != nil {
		t.Error("the version of the tables is not that of the generation")
	}
}

func stale(err error) bool {
	s, ok := errors.AsType[*StaleError](err)
	return ok && s.TablesOnly()
}
