package sheet

import (
	"path/filepath"
	"testing"
)

// testdata/exceljs.xlsx was written by exceljs, a writer in wide use that shares no
// code with ours; testdata/exceljs.cjs is how.
func TestAWorkbookOfAnotherWriterIsRead(t *testing.T) {
	b, err := Open(filepath.Join("testdata", "exceljs.xlsx"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	want := "1:T[整理番号]T[氏名]T[生年月日]T[番号]T[住所] " +
		"2:T[001]T[見本　太郎]D[1950-03-04]N[12300000000]T[福岡市中央区大名1-1-1] " +
		"3:T[002]T[見本　花子]T[S25.3.4]T[90000000018]T[福岡市\n中央区] " +
		"4:N[3]T[=見本]N[18326]B[TRUE]b[]"
	if got := show(b.Rows("名簿")); got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
	sheets := b.Sheets()
	if len(sheets) != 2 || !sheets[0].Visible || sheets[1].Visible {
		t.Errorf("%+v", sheets)
	}
}
