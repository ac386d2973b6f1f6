package authority

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"baitai/pipeline/issue"
	"baitai/pipeline/person"
	"baitai/pipeline/register"
)

func testRegister(t testing.TB) *register.Register {
	t.Helper()
	reg, err := register.Load("testdata/register")
	if err != nil {
		t.Fatal(err)
	}
	return reg
}

func day(t testing.TB, s string) time.Time {
	t.Helper()
	d, err := time.ParseInLocation(time.DateOnly, s, time.FixedZone("JST", 9*3600))
	if err != nil {
		t.Fatal(err)
	}
	return d.Add(23*time.Hour + 59*time.Minute)
}

func codes(err error) string {
	list, ok := errors.AsType[issue.List](err)
	if !ok {
		return fmt.Sprintf("not a list of issues: %v", err)
	}
	var all []string
	for _, i := range list {
		all = append(all, string(i.Code))
	}
	return strings.Join(all, " ")
}

// outcome prints a decision as the table does.
func outcome(g Grant, err error) string {
	if err != nil {
		if g.Valid() {
			return "a valid grant with an error"
		}
		return codes(err)
	}
	states := ""
	for _, s := range []person.State{0, person.Present, person.Abroad, person.Removed, 4} {
		if g.Covers(s) {
			states += strconv.Itoa(int(s))
		}
	}
	out := fmt.Sprintf("grant %s; %s; %v %v %v", names(g.Fields()), states, g.Form(), g.Charset(), g.Way())
	flags := ""
	for _, f := range []struct {
		on   bool
		name string
	}{{g.NeedsConsent(), " consent"}, {g.TotalsOnly(), " totals"}, {g.TwoPeople(), " two"}, {g.IgnoresSupport(), " support"}} {
		if f.on {
			flags += f.name
		}
	}
	if flags != "" {
		out += ";" + flags
	}
	return out
}

// tableCase reads the first five columns of a line of the table.
func tableCase(t *testing.T, reg *register.Register, c []string) (Request, register.Operator, time.Time) {
	t.Helper()
	stated := func(s string) string {
		if s == "-" {
			return ""
		}
		return s
	}
	who := strings.Fields(c[0])
	req := NewRequest(SideFile)
	req.Number, req.Office, req.Purpose, req.Basis = "7", stated(who[0]), stated(who[1]), stated(who[2])
	if c[1] != "-" {
		n, err := strconv.ParseInt(c[1], 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		req.Rows = n
	}
	for _, name := range strings.Fields(stated(c[2])) {
		p, ok := register.ParseParticular(name)
		if !ok {
			t.Fatal("no such particular", name)
		}
		req.Keys = append(req.Keys, p)
	}
	switch c[3] {
	case "-":
	case "none":
		req.Fields = []string{}
	default:
		req.Fields = strings.Fields(c[3])
	}
	login, on := "sosa", "2026-11-23"
	for _, more := range strings.Fields(c[4]) {
		key, value, _ := strings.Cut(more, "=")
		switch key {
		case "form":
			req.Form = value
		case "charset":
			req.ResultCharset = value
		case "way":
			req.Way = value
		case "pw":
			req.PasswordRef = value
		case "number":
			req.Number = stated(value)
		case "source":
			req.Source = map[string]Source{"default": Default, "command": Command, "sheet": Sheet}[value]
		case "op":
			login = value
		case "day":
			on = value
		default:
			t.Fatal("no such setting", key)
		}
	}
	op, _ := reg.Operator(login)
	return req, op, day(t, on)
}

func TestTheDecisionTableHolds(t *testing.T) {
	reg := testRegister(t)
	data, err := os.ReadFile("testdata/decide.txt")
	if err != nil {
		t.Fatal(err)
	}
	raised := map[string]bool{}
	for line := range strings.Lines(string(data)) {
		line = strings.TrimRight(line, "\n")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		c := strings.Split(line, "|")
		for i := range c {
			c[i] = strings.TrimSpace(c[i])
		}
		if len(c) != 7 || c[6] == "" {
			t.Fatalf("a line needs seven columns and a ground: %s", line)
		}
		req, op, now := tableCase(t, reg, c)
		got := outcome(Decide(reg, req, op, now))
		if got != c[5] {
			t.Errorf("%s\n got %s", line, got)
		}
		for code := range strings.FieldsSeq(got) {
			raised[code] = true
		}
	}
	for _, code := range []issue.Code{
		issue.UnknownOffice, issue.UnknownPurpose, issue.PurposeNotForOffice, issue.PurposeNotValid, issue.FieldNotPermitted,
		issue.KeyNotPermitted, issue.MoreRowsThanPermitted, issue.FormNotPermitted, issue.WayNotPermitted, issue.UnknownOperator,
		issue.OperatorLacksRight, issue.OperatorNotValid, issue.OfficeHasNoKey, issue.OfficeNotValid, issue.BasisContradicts,
		issue.NoKeyColumnPermitted, issue.ConsentColumnMissing, issue.RequestLacks, issue.RequestUnclear, issue.BadRequest,
	} {
		if !raised[string(code)] {
			t.Errorf("no line of the table raises %s", code)
		}
	}
}

// goodRequest is granted; tests spoil it.
func goodRequest() Request {
	req := NewRequest(SideFile)
	req.Number, req.Office, req.Purpose, req.Basis, req.Rows = "7", "nogyo", "n-01", "条例(利用)", 10
	req.Fields = []string{"氏名"}
	req.Keys = []Particular{KeyName, KeyBirth}
	return req
}

func TestTheReasonsAreShownInWords(t *testing.T) {
	reg := testRegister(t)
	op, _ := reg.Operator("minarai")
	req := goodRequest()
	req.Rows = 101
	req.Keys = append(req.Keys, KeyCode, KeySex)
	req.Fields = []string{"山田太郎", "生年月日", "住所", "x"}
	req.Form, req.Way = "山田太郎", "山田太郎"
	_, err := Decide(reg, req, op, day(t, "2026-11-23"))
	list, _ := errors.AsType[issue.List](err)
	var got []string
	for _, i := range list {
		got = append(got, i.In(issue.Japanese).Says)
	}
	want := []string{
		"この操作の権限がありません(必要な権限: 照会)。",
		"一度に照会できる行数を超えています(上限 100 行、リスト 101 行)。",
		"認められていない検索項目があります(住民票コード、性別)。",
		"認められていない提供項目が求められています(生年月日、住所、?×2)。",
		"認められていない結果の形式です(?)。",
		"認められていない返却方法です(?)。",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	req = goodRequest()
	for asked, want := range map[string]string{"住所": "住所", "x": "?×1"} {
		req.Fields = []string{asked}
		_, err = Decide(reg, req, register.Operator{ID: "sosa-01", Login: "sosa"}, day(t, "2026-11-23"))
		if i := issue.Find(err); i == nil || i.Args[0] != want {
			t.Errorf("%s: %v", asked, err)
		}
	}
}

func TestAnOperatorHasTheRightsOfTheRegisterOnly(t *testing.T) {
	reg := testRegister(t)
	now := day(t, "2026-11-23")
	every := []register.Right{register.RightAsk, register.RightView, register.RightManage}
	for name, op := range map[string]register.Operator{
		"nobody":           {},
		"invented":         {ID: "x", Login: "x", Rights: every, Valid: register.Span{From: "2000-01-01", Until: "2099-12-31"}},
		"widened":          {ID: "mi-02", Login: "minarai", Rights: every},
		"under other name": {ID: "kan-03", Login: "sosa", Rights: every},
	} {
		if g, err := Decide(reg, goodRequest(), op, now); err == nil || g.Valid() {
			t.Errorf("%s: granted", name)
		}
		if g, err := DecideOperator(reg, op, ActSearch, now); err == nil || g.Valid() {
			t.Errorf("%s may search", name)
		}
	}
}

func TestWithoutARegisterNothingIsGranted(t *testing.T) {
	full := testRegister(t)
	op, _ := full.Operator("sosa")
	for _, reg := range []*register.Register{nil, {}} {
		_, err := Decide(reg, goodRequest(), op, day(t, "2026-11-23"))
		if got := codes(err); got != "J110 J101" {
			t.Error(got)
		}
	}
}

// The register refuses such rows when it is loaded; the decision does not rely on it.
func TestAPurposeWithoutGroundIsRefused(t *testing.T) {
	for _, p := range []register.Purpose{{}, {Basis: register.Table5}, {Clause: "試験条例第3条"}} {
		d := &decision{req: goodRequest()}
		d.basis(p)
		if got := codes(d.issues); got != string(issue.NoBasis) {
			t.Errorf("%+v: %s", p, got)
		}
	}
}

func TestTheZeroGrantPermitsNothing(t *testing.T) {
	var g Grant
	if g.Valid() || g.IgnoresSupport() || g.TotalsOnly() || g.TwoPeople() || g.NeedsConsent() || g.MaxRows() != 0 ||
		len(g.Fields()) != 0 || len(g.Recipients()) != 0 || g.Form() != 0 || g.Way() != 0 || g.Charset() != 0 ||
		g.Office()+g.Purpose()+g.Number()+g.Operator()+g.Clause()+g.OfficeName()+g.PurposeName()+g.PasswordRef()+g.RegisterDigest() != "" {
		t.Error("the zero grant permits something")
	}
	for _, p := range register.Particulars() {
		if g.MayUse(p) {
			t.Errorf("it may use %v", p)
		}
	}
	for s := range person.State(5) {
		if g.Covers(s) {
			t.Errorf("it covers %d", s)
		}
	}
	for _, n := range []int64{0, 1, -1} {
		if n != 0 && g.CheckRows(n) == nil {
			t.Errorf("it lets %d rows pass", n)
		}
	}
}

func TestAGrantCannotBeWidened(t *testing.T) {
	reg := testRegister(t)
	op, _ := reg.Operator("sosa")
	req := goodRequest()
	g, err := Decide(reg, req, op, day(t, "2026-11-23"))
	if err != nil {
		t.Fatal(err)
	}
	before := outcome(g, nil) + fmt.Sprint(g.Recipients())
	g.Fields()[0] = FieldCode
	g.Recipients()[0] = "x"
	req.Fields[0], req.Keys[0] = "住民票コード", KeyCode
	if after := outcome(g, nil) + fmt.Sprint(g.Recipients()); after != before || g.MayUse(KeyCode) {
		t.Errorf("it was %s and is %s", before, after)
	}
	if g.CheckRows(100) != nil || g.CheckRows(101) == nil || g.CheckRows(-1) == nil {
		t.Error("rows are not held against the limit of 100")
	}
	if g.Number() != "7" || g.Operator() != "sosa-01" || g.Clause() != "試験条例第3条" || g.RegisterDigest() != reg.Digest() ||
		g.OfficeName() != "農業振興課" || g.PurposeName() != "農地の所有者の確認" || g.Basis() != register.OrdinanceUse {
		t.Error("the terms for the ledger are not those of the register")
	}
}

func TestAGrantPrintsWhoAndWhyAndNothingElse(t *testing.T) {
	reg := testRegister(t)
	op, _ := reg.Operator("sosa")
	req := goodRequest()
	req.Purpose, req.Basis, req.Way, req.PasswordRef = "n-04", "別表5", "mail", "secret-ref"
	g, err := Decide(reg, req, op, day(t, "2026-11-23"))
	if err != nil {
		t.Fatal(err)
	}
	const want = `grant for office "nogyo", purpose "n-04", basis 別表5`
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x"} {
		if got := fmt.Sprintf(verb, g); got != want {
			t.Errorf("%s: %s", verb, got)
		}
		if got := fmt.Sprintf(verb, struct{ g Grant }{g}); strings.Contains(got, "secret-ref") {
			t.Errorf("%s in a struct reveals", verb)
		}
	}
	if got := fmt.Sprint(Grant{}); got != "no grant" {
		t.Error(got)
	}
}
