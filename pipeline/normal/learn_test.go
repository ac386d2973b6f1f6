package normal

import (
	"strings"
	"testing"
)

func TestTheTownThatTheTablesLackIsFoundAsItIsWritten(t *testing.T) {
	tables := EmbeddedTables()
	for _, c := range []struct{ address, municipality, code, town string }{
		{"福岡県糸島市大字みらい野12番地3", "402303", "402303", "みらい野"},
		{"福岡県糸島市 大字みらいが丘1丁目2-3", "", "402303", "みらいが丘"},
		{"福岡県福岡市中央区未来町1-2", "401331", "401331", "未来町"},
		{"福岡県糸島市みらい野字谷口12", "402303", "402303", "みらい野"},
		{"福岡市未来町1-2", "401307", "401307", "未来町"},
		{"福岡県福岡市中央区天神1丁目2番3号", "401331", "", ""},   // known
		{"福岡県糸島郡二丈町大字未来12", "402303", "", ""},      // of the past
		{"どこかの町1-2", "", "", ""},                   // of no municipality
		{"糸島市12番地", "402303", "", ""},              // no town
		{"石垣島の北1-2", "999999", "", ""},             // of a code that nobody has
		{"大阪府堺市中区深井沢町1-2", "271420", "", ""},       // known elsewhere
		{"北海道札幌市中央区北百条西1-2", "", "011011", "北百条西"}, // counted towns
	} {
		a := tables.FoldAddress(c.address, c.municipality)
		code, town := tables.UnknownTown(a)
		written := ""
		if town != "" {
			written = a.TownAsWritten(town)
		}
		if town == "" && c.town != "" || town != "" && code != c.code || written != c.town {
			t.Errorf("%s: %s %s (%s), want %s %s", c.address, code, written, town, c.code, c.town)
		}
		if written == "" {
			continue
		}
		with, err := NewTables(TableFiles{Towns: strings.NewReader(code + "\t" + written + "\n")})
		if err != nil {
			t.Fatal(err)
		}
		if _, again := with.UnknownTown(with.FoldAddress(c.address, c.municipality)); again != "" {
			t.Errorf("%s: %s is still unknown once it is in the table", c.address, again)
		}
	}
	if code, town := tables.UnknownTown(nil); code != "" || town != "" {
		t.Error("no address has a town")
	}
	if name := MunicipalityName("401331"); name != "福岡市中央区" {
		t.Error(name)
	}
	if MunicipalityName("") != "" || MunicipalityName("999999") != "" {
		t.Error("a code that nobody has has a name")
	}
}
