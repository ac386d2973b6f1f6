package normal

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"baitai/pipeline/person"
)

// What a Workspace gives is what is given without one, however often and in whatever
// order its memory was used before.
func TestAWorkspaceFoldsAndDecodesAsWithoutOne(t *testing.T) {
	code, err := person.ParseResidentCode("90000000018")
	if err != nil {
		t.Fatal(err)
	}
	var queries []person.Query
	for i, name := range []string{"髙橋　惠子", "", "みほん　たろう", "JOHN SMITH", "斉藤　花", strings.Repeat("龍", 300)} {
		for j, address := range []string{"", "福岡県福岡市中央区天神1-2-3", "中央区天神1丁目2番3号コーポ見本101", "不明"} {
			q := person.Query{Name: person.NewText(name), Kana: person.NewText("タカハシ　ケイコ"), Address: person.NewText(address)}
			if (i+j)%2 == 0 {
				q.Code, q.FormerSurname, q.Kana = code, person.NewText("鈴木"), person.Text{}
			}
			queries = append(queries, q)
		}
	}
	tables, w := EmbeddedTables(), new(Workspace)
	for round := range 3 {
		for i := range queries {
			q := &queries[(i*7+round)%len(queries)]
			plain := tables.FoldQuery(q)
			folded := w.FoldQuery(tables, q)
			if !reflect.DeepEqual(folded, plain) {
				t.Fatalf("round %d, row %d: folded otherwise than without a workspace", round, i)
			}
			raw := string(AppendFolded(nil, plain))
			want, _, err := DecodeFolded(raw)
			if err != nil {
				t.Fatal(err)
			}
			list := w.List(2 + i*40) // more than is kept, too
			for j := range list {
				if list[j], _, err = w.Decode(raw); err != nil {
					t.Fatal(err)
				}
			}
			for j := range list {
				if !reflect.DeepEqual(list[j], want) {
					t.Fatalf("round %d, row %d: decoded otherwise than without a workspace", round, i)
				}
			}
			if i%3 > 0 {
				w.Reset()
			}
		}
	}
}

// A workspace does not allocate once it has its memory.
func TestAWorkspaceAllocatesNothing(t *testing.T) {
	q := person.Query{Name: person.NewText("見本　太郎"), Address: person.NewText("福岡市中央区天神1-2-3")}
	raw := string(AppendFolded(nil, FoldQuery(&q)))
	w := new(Workspace)
	if n := testing.AllocsPerRun(100, func() {
		list := w.List(2)
		for i := range list {
			list[i], _, _ = w.Decode(raw)
		}
		w.Texts().Text("見本")
		w.Reset()
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// What was taken back says nothing of anybody.
func TestTextsThatWereTakenBackAreEmpty(t *testing.T) {
	w := new(Workspace)
	text := w.Texts().Text("見本　太郎")
	w.Reset()
	if got := fmt.Sprint(text.Reveal()); got != "" {
		t.Errorf("it still says %q", got)
	}
}

// What is held stays as it was, whatever is held after it.
func TestWhatIsHeldStays(t *testing.T) {
	w := new(Workspace)
	var got, want []string
	buf := make([]byte, 0, 3*heldBytes)
	for i := range 2000 {
		buf = append(buf[:0], strings.Repeat(fmt.Sprint(i, "・"), i%97)...)
		if i == 1000 {
			buf = append(buf[:0], strings.Repeat("長", heldBytes)...) // more than is made at once
		}
		got, want = append(got, w.Hold(buf)), append(want, string(buf))
		if i%7 == 0 {
			w.Reset()
		}
	}
	for i := range want {
		if got[i] != want[i] {
			t.Fatalf("text %d is another", i)
		}
	}
}
