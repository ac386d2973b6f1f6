package answer

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"testing"

	"baitai/pipeline"
	"baitai/pipeline/authority"
	"baitai/pipeline/authority/authoritytest"
	"baitai/pipeline/issue"
	"baitai/pipeline/person"
	"baitai/pipeline/register"
	"baitai/pipeline/verdict"

	"pgregory.net/rapid"
)

// anyRow draws a row with any answer, faulty or not. Whatever it says, a person is
// held in it where somebody could have been found.
func anyRow(t *rapid.T, no int64, v *person.Version) row {
	all := verdict.Answers()
	a := all[rapid.IntRange(0, len(all)-1).Draw(t, "answer")]
	h := hit(a, v)
	h.Why = "四情報一致"
	h.Grades.Name.Grade = verdict.Grade(rapid.IntRange(0, 10).Draw(t, "grade"))
	var wrong []*issue.Issue
	if rapid.IntRange(0, 4).Draw(t, "faulty") == 0 {
		code := rapid.SampledFrom([]issue.Code{issue.BadBirth, issue.ResidentCodeCheckDigit, issue.UnreadableCharacter, issue.RowFault}).Draw(t, "code")
		wrong = append(wrong, issue.New(code, issue.Pos{Row: int(no) + 1, Column: 2, Name: "生年月日"}))
	}
	return rowOf(no, fmt.Sprintf("%s%d", rapid.SampledFrom([]string{"", "=", "Ａ", "鷗"}).Draw(t, "ref"), no), h, wrong...)
}

func TestOnlyRowsThatProvideShowMoreThanCodeAndSentence(t *testing.T) {
	forms := []authority.Grant{grant(t, authoritytest.Terms{}), grant(t, authoritytest.Terms{Charset: "CP932"}), grant(t, authoritytest.Terms{Fields: "生年月日"}),
		grant(t, authoritytest.Terms{Basis: "統計"})}
	rapid.Check(t, func(rt *rapid.T) {
		g := forms[rapid.IntRange(0, len(forms)-1).Draw(rt, "grant")]
		v := held(t, person.Present)
		var rows []row
		for i := range rapid.IntRange(0, 20).Draw(rt, "rows") {
			rows = append(rows, anyRow(rt, int64(i+1), v))
		}
		var to bytes.Buffer
		var provided Provided
		sum, err := write(t, g, &to, io.Discard, stream(nil, rows...), &provided)
		if err != nil {
			rt.Fatal(err)
		}
		out := decodedLines(rt, g, to.Bytes())
		if g.TotalsOnly() {
			for _, secret := range leaks(v) {
				if strings.Contains(to.String(), secret) {
					rt.Fatal("totals hold data")
				}
			}
			if provided.entered() > 0 {
				rt.Fatal("totals were entered as a provision")
			}
			return
		}
		if len(out) != len(rows)+1 || sum.Totals.Rows != int64(len(rows)) {
			rt.Fatalf("%d rows in, %d lines out", len(rows), len(out))
		}
		gave := 0
		for i, r := range rows {
			checkLine(rt, g, r, out[0], out[i+1])
			if AnswerOf(&r).Provides() {
				gave++
			}
		}
		if provided.entered() != gave {
			rt.Fatalf("%d rows provide, %d were entered", gave, provided.entered())
		}
	})
}

// checkLine holds one line of a result against its row and the grant.
func checkLine(t *rapid.T, g authority.Grant, r row, header, line []string) {
	a := AnswerOf(&r)
	if line[1] != string(a) || line[2] != a.Says(true) {
		t.Fatalf("row %d: %q %q, want %s", r.No, line[1], line[2], a)
	}
	permitted := len(headColumns)
	for i, cell := range line {
		field, isField := register.ParseField(header[i])
		isField = isField && i >= permitted && i < permitted+len(g.Fields())
		ground := i >= permitted+len(g.Fields()) && i < permitted+len(g.Fields())+len(groundColumns)
		if !a.Provides() && (isField || ground) && cell != "" {
			t.Fatalf("%s shows %s", a, header[i])
		}
		if a.Provides() && isField && !slices.Contains(g.Fields(), field) {
			t.Fatalf("%v is shown and not granted", field)
		}
		if !a.Provides() || !isField {
			for _, secret := range leaks(r.Value.Person) {
				if strings.Contains(cell, secret) {
					t.Fatalf("%s, column %s: %q", a, header[i], secret)
				}
			}
		}
	}
}

// decodedLines reads a result back with the standard library.
func decodedLines(t *rapid.T, g authority.Grant, raw []byte) [][]string {
	if g.Charset() == authority.CharsetCP932 && !g.TotalsOnly() {
		var err error
		if raw, err = decoded(raw); err != nil {
			t.Fatal(err)
		}
	}
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(raw, []byte("\ufeff"))))
	all, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestFieldsStandInTheOrderOfTheGrant(t *testing.T) {
	g := grant(t, authoritytest.Terms{Fields: "異動年月日、住所、氏名、住民票コード"})
	got := strings.Join(Columns(g), ",")
	if want := "整理番号,回答区分,回答,住民票コード,氏名,住所,異動年月日,照合段階,氏名の照合,ふりがなの照合,生年月日の照合,性別の照合,住所の照合,照合の根拠,不備"; got != want {
		t.Errorf("got %s", got)
	}
}

func TestEveryFieldComesFromItsOwnPlace(t *testing.T) {
	v := held(t, person.Abroad)
	want := map[authority.Field]string{
		authority.FieldCode: "98765432103", authority.FieldName: "秘密　𠮷子", authority.FieldKana: "秘密　よしこ", authority.FieldFormerSurname: "秘密川",
		authority.FieldBirth: "1987-06-05", authority.FieldSex: "2", authority.FieldMunicipality: "401307", authority.FieldAddress: "秘密県天神一丁目1番1号",
		authority.FieldLastAddress: "秘密国", authority.FieldState: "2", authority.FieldReason: "41秘密", authority.FieldChangeDate: "2020-04-01",
	}
	for _, f := range register.Fields() {
		if got, ok := want[f]; !ok || fieldOf(v, f) != got {
			t.Errorf("%v: %q", f, fieldOf(v, f))
		}
	}
	if got := fieldOf(v, 200); got != "" {
		t.Errorf("a field that nobody knows shows %q", got)
	}
}

func TestCellsThatLookLikeFormulasAreMadeHarmlessInCSV(t *testing.T) {
	for _, s := range []string{"=1+1", "+81", "-5", "@SUM", "\tx", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠a"} {
		if got := harmless(s); got != "'"+s {
			t.Errorf("%q became %q", s, got)
		}
	}
	for _, s := range []string{"", "1=1", "山田", "a@b", "'=1", " =1"} {
		if got := harmless(s); got != s {
			t.Errorf("%q became %q", s, got)
		}
	}
}

func TestWhatAWorkbookCannotHoldBecomesGetaOrIsCut(t *testing.T) {
	long := strings.Repeat("𠮷", 20_000) // two code units each
	rows := []row{rowOf(1, "a\x01b\x0b", hit(verdict.NotFound, nil)), rowOf(2, long, hit(verdict.NotFound, nil)), rowOf(3, strings.Repeat("x", cellUnitsMax), hit(verdict.NotFound, nil))}
	var to bytes.Buffer
	g := grant(t, authoritytest.Terms{Form: "xlsx"})
	sum, err := write(t, g, &to, io.Discard, stream(nil, rows...), nil)
	if err != nil {
		t.Fatal(err)
	}
	if sum.Lost[1] != 1 || sum.Lost[0x0b] != 1 {
		t.Errorf("lost %v", sum.Lost)
	}
	text := bookText(t, to.Bytes())
	if !strings.Contains(text, "[a〓b〓][10]") || !strings.Contains(text, "𠮷…][10]") || !strings.Contains(text, strings.Repeat("x", cellUnitsMax)+"][10]") {
		t.Error("a 整理番号 is not what it must be")
	}
	if !strings.Contains(text, "U+0001 (1)") {
		t.Error("what was lost is not listed")
	}
}

func TestTheOwnCopyHoldsEveryRowWithItsGrounds(t *testing.T) {
	rows := someRows(t)
	var own bytes.Buffer
	if _, err := write(t, grant(t, authoritytest.Terms{}), io.Discard, &own, stream(nil, rows...), nil); err != nil {
		t.Fatal(err)
	}
	next, stop := iter.Pull2(ReadOwn(&own))
	defer stop()
	for _, r := range rows {
		got, err, _ := next()
		if err != nil {
			t.Fatal(err)
		}
		if got.No != r.No || got.Row != r.Pos.Row || got.Reference != r.Ref.Reveal() || got.Answer != string(AnswerOf(&r)) {
			t.Errorf("row %d: %+v", r.No, got)
		}
		if (got.Chosen != "") != AnswerOf(&r).Provides() || len(got.Issues) != len(r.Issues) || (len(got.Looked) == 2) != (len(r.Issues) == 0) {
			t.Errorf("row %d: %+v", r.No, got)
		}
	}
	if _, _, more := next(); more {
		t.Error("there is more")
	}
}

func TestProvidedHashesAreSortedUniqueAndFound(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		hash := rapid.Custom(func(t *rapid.T) [HashSize]byte {
			var h [HashSize]byte
			h[0], h[31] = rapid.Byte().Draw(t, "first"), byte(rapid.IntRange(0, 3).Draw(t, "last"))
			return h
		})
		in := rapid.SliceOfN(hash, 0, 60).Draw(rt, "in")
		out := rapid.SliceOfN(hash, 0, 20).Draw(rt, "out")
		p := Provided{Workers: rapid.IntRange(0, 3).Draw(rt, "workers")}
		held := map[[HashSize]byte]bool{}
		for _, h := range in {
			p.Add(h)
			held[h] = true
		}
		var file bytes.Buffer
		n, err := p.WriteTo(&file)
		if err != nil || n != int64(file.Len()) || file.Len() != HashSize*len(held) {
			rt.Fatalf("%d bytes for %d hashes, said %d: %v", file.Len(), len(held), n, err)
		}
		raw := file.Bytes()
		for i := HashSize; i < len(raw); i += HashSize {
			if bytes.Compare(raw[i-HashSize:i], raw[i:i+HashSize]) >= 0 {
				rt.Fatal("not sorted")
			}
		}
		for _, h := range append(in, out...) {
			if Holds(raw, h) != held[h] {
				rt.Fatalf("Holds says %v", !held[h])
			}
		}
	})
}

func TestTotalsBalanceWithWhatCameIn(t *testing.T) {
	rows := someRows(t)
	var in pipeline.Totals
	for _, r := range rows {
		in.Add(r.No, "")
	}
	sum, err := write(t, grant(t, authoritytest.Terms{}), io.Discard, io.Discard, stream(nil, rows...), nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := sum.Totals.Balance(in); err != nil {
		t.Error(err)
	}
	if sum.Issues[issue.CellTooLong] != 1 || sum.Issues[issue.RowFault] != 1 || sum.Issues[issue.UnreadableCharacter] != 1 || len(sum.Issues) != 5 {
		t.Errorf("faults %v", sum.Issues)
	}
	cut, err := write(t, grant(t, authoritytest.Terms{}), io.Discard, io.Discard, stream(nil, rows[:len(rows)-1]...), nil)
	if err != nil || cut.Totals.Balance(in) == nil {
		t.Error("a tail that was cut off balances")
	}
}

func TestALostRowStopsTheProgram(t *testing.T) {
	rows := someRows(t)
	defer func() {
		if recover() == nil {
			t.Error("a row is missing and nobody says so")
		}
	}()
	_, _ = Write(context.Background(), SourceOf(stream(nil, rows[0], rows[2])), Output{Grant: grant(t, authoritytest.Terms{}), To: io.Discard, Own: io.Discard})
}

func TestDataWithoutAGrantOrAPersonIsAFault(t *testing.T) {
	with := rowOf(1, "1", hit(verdict.FoundPresent, held(t, person.Present)))
	var to bytes.Buffer
	if _, err := write(t, authority.Grant{}, &to, io.Discard, stream(nil, with), nil); err == nil || strings.Contains(to.String(), marker) {
		t.Errorf("without a grant: %v", err)
	}
	nobody := rowOf(1, "1", hit(verdict.FoundPresent, nil))
	if _, err := write(t, grant(t, authoritytest.Terms{}), io.Discard, io.Discard, stream(nil, nobody), nil); err == nil {
		t.Error("an answer with data that names nobody was written")
	}
}

// full is a disk that has room for some bytes.
type full struct{ left int }

var errFull = errors.New("no space left on device")

func (f *full) Write(p []byte) (int, error) {
	if f.left -= len(p); f.left < 0 {
		return 0, errFull
	}
	return len(p), nil
}

func TestAWriterThatFailsIsTold(t *testing.T) {
	var rows []row
	for len(rows) < 1200 {
		rows = append(rows, rowOf(int64(len(rows)+1), "A", hit(verdict.FoundPresent, held(t, person.Present))))
	}
	for _, terms := range []authoritytest.Terms{{}, {Charset: "CP932"}, {Form: "xlsx"}, {Basis: "統計"}} {
		g := grant(t, terms)
		var whole, own bytes.Buffer
		if _, err := write(t, g, &whole, &own, stream(nil, rows...), nil); err != nil {
			t.Fatal(err)
		}
		for i := range 4 {
			if _, err := write(t, g, &full{whole.Len() * i / 4}, io.Discard, stream(nil, rows...), nil); !errors.Is(err, errFull) {
				t.Errorf("%v: room for %d quarters: %v", terms, i, err)
			}
			if _, err := write(t, g, io.Discard, &full{own.Len() * i / 4}, stream(nil, rows...), nil); !errors.Is(err, errFull) {
				t.Errorf("%v: own copy, room for %d quarters: %v", terms, i, err)
			}
		}
		broken := errors.New("the identity file is damaged")
		if _, err := write(t, g, io.Discard, io.Discard, stream(broken, rows[:1000]...), nil); !errors.Is(err, broken) {
			t.Errorf("%v: %v", terms, err)
		}
	}
	if err := WriteErrors(&full{3}, issue.List{issue.New(issue.EmptyFile, issue.Pos{})}, nil); !errors.Is(err, errFull) {
		t.Errorf("error file: %v", err)
	}
	if err := notes().WriteText(&full{3}, Summary{}); !errors.Is(err, errFull) {
		t.Errorf("notes: %v", err)
	}
	var p Provided
	p.Add([HashSize]byte{1})
	if _, err := p.WriteTo(&full{3}); !errors.Is(err, errFull) {
		t.Errorf("hashes: %v", err)
	}
}

func TestProgressIsTold(t *testing.T) {
	var rows []row
	for len(rows) < 2500 {
		rows = append(rows, rowOf(int64(len(rows)+1), "A", hit(verdict.NotFound, nil)))
	}
	var told []int64
	_, err := Write(context.Background(), SourceOf(stream(nil, rows...)), Output{Grant: grant(t, authoritytest.Terms{}), To: io.Discard, Own: io.Discard, Progress: func(n int64) { told = append(told, n) }})
	if err != nil || !slices.Equal(told, []int64{1000, 2000}) {
		t.Errorf("%v %v", told, err)
	}
}
