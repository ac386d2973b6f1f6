package register

import (
	"slices"
	"strings"

	"baitai/pipeline/issue"
)

// The rows of the four files as gocsv fills them: strings only, because every
// value is checked here, with its place. The order of the fields is the order of
// the columns in a template.
type (
	officeRow struct {
		ID             string `csv:"照会元コード"`
		Name           string `csv:"名称"`
		Kind           string `csv:"種別"`
		Recipients     string `csv:"受取鍵"`
		DefaultPurpose string `csv:"既定の事務コード"`
		Charset        string `csv:"文字コード"`
		Form           string `csv:"返却形式"`
		Way            string `csv:"返却方法"`
		From           string `csv:"有効開始日"`
		Until          string `csv:"有効終了日"`
		Note           string `csv:"備考"`
	}
	purposeRow struct {
		Code       string `csv:"事務コード"`
		Office     string `csv:"照会元コード"`
		Name       string `csv:"事務名"`
		Basis      string `csv:"根拠"`
		Clause     string `csv:"根拠条項"`
		Population string `csv:"対象者"`
		WhoClause  string `csv:"対象者条項"`
		Keys       string `csv:"検索キー"`
		Fields     string `csv:"提供項目"`
		CodeOut    string `csv:"住民票コード提供"`
		CodeClause string `csv:"住民票コード条項"`
		Support    string `csv:"支援措置"`
		MaxRows    string `csv:"最大行数"`
		Forms      string `csv:"返却形式"`
		Ways       string `csv:"返却方法"`
		TwoPeople  string `csv:"二人承認"`
		From       string `csv:"有効開始日"`
		Until      string `csv:"有効終了日"`
		Note       string `csv:"備考"`
	}
	operatorRow struct {
		ID     string `csv:"操作者ID"`
		Login  string `csv:"利用者名"`
		Unit   string `csv:"所属"`
		Rights string `csv:"権限"`
		From   string `csv:"有効開始日"`
		Until  string `csv:"有効終了日"`
		Note   string `csv:"備考"`
	}
	mediumRow struct {
		No        string `csv:"媒体番号"`
		Kind      string `csv:"種別"`
		Product   string `csv:"製品名"`
		Serial    string `csv:"製造番号"`
		Encrypted string `csv:"暗号化"`
		Owner     string `csv:"所有所属"`
		Since     string `csv:"登録日"`
		State     string `csv:"状態"`
		Note      string `csv:"備考"`
	}
)

// A loader builds a register and collects what is wrong with it.
type loader struct {
	reg     *Register
	issues  issue.List
	defined map[string]int    // 照会元コード → row, faulty rows too, so that one fault is told once
	listed  map[purposeID]int // the same for purposes
	kinds   map[string]Kind   // 照会元コード → 種別
	wanted  []wantedDefault   // 既定の事務コード that purposes.csv must have
}

type wantedDefault struct {
	id purposeID
	at row
}

// claim enters a key, or reports the row that has it already.
func claim[K comparable](seen map[K]int, key K, r row, header string) bool {
	if first, ok := seen[key]; ok {
		r.fail(issue.RegisterDoubled, header, first)
		return false
	}
	seen[key] = r.line
	return true
}

func (l *loader) offices(t *table) {
	if len(t.issues) > 0 {
		return // who is registered is not known, so nothing is said about references
	}
	l.defined, l.kinds = map[string]int{}, map[string]Kind{}
	folders := map[string]int{}
	for i, in := range decode[officeRow](t) {
		r := t.row(i)
		id, ok := r.code("照会元コード", in.ID)
		if ok {
			l.defined[id] = r.line
			// On a medium's file system a and A are one folder.
			claim(folders, strings.ToLower(id), r, "照会元コード")
		}
		o := &Office{
			ID:         id,
			Name:       r.requiredText("名称", in.Name),
			Kind:       choose(r, "種別", in.Kind, kindWords(), 0),
			Recipients: r.recipients("受取鍵", in.Recipients),
			Charset:    choose(r, "文字コード", in.Charset, charsetWords(), 0),
			Form:       choose(r, "返却形式", in.Form, formWords(), 0),
			Way:        choose(r, "返却方法", in.Way, wayWords(), 0),
			Valid:      r.span(in.From, in.Until),
			Pos:        r.pos(""),
		}
		if in.DefaultPurpose != "" {
			var codeOK bool
			if o.DefaultPurpose, codeOK = r.code("既定の事務コード", in.DefaultPurpose); codeOK && ok {
				l.wanted = append(l.wanted, wantedDefault{purposeID{id, o.DefaultPurpose}, r})
			}
		}
		l.kinds[id] = o.Kind
		l.reg.offices[id] = o
	}
}

// checkDefaults is done last, because offices and purposes refer to each other.
// It is left out where a whole file could not be read.
func (l *loader) checkDefaults(offices, purposes *table) {
	if offices == nil || purposes == nil || l.listed == nil {
		return
	}
	for _, w := range l.wanted {
		if _, ok := l.listed[w.id]; !ok {
			w.at.fail(issue.RegisterUnknownReference, "既定の事務コード")
		}
	}
}

func (l *loader) operators(t *table) {
	ids, logins := map[string]int{}, map[string]int{}
	for i, in := range decode[operatorRow](t) {
		r := t.row(i)
		if id, ok := r.code("操作者ID", in.ID); ok {
			claim(ids, id, r, "操作者ID")
		}
		if r.login("利用者名", in.Login) {
			claim(logins, in.Login, r, "利用者名")
		}
		l.reg.operators[in.Login] = &Operator{
			ID:     in.ID,
			Login:  in.Login,
			Unit:   r.requiredText("所属", in.Unit),
			Rights: chooseSeveral(r, "権限", in.Rights, rightWords()),
			Valid:  r.span(in.From, in.Until),
			Pos:    r.pos(""),
		}
	}
}

// login reads the name of a user of the operating system, also in the forms
// DOMAIN\user and user@domain.
func (r row) login(header, s string) bool {
	if !r.required(header, s) {
		return false
	}
	bad := strings.ContainsFunc(s, func(c rune) bool { return c <= ' ' || c > '~' || strings.ContainsRune(`/:*?"<>|`, c) })
	if bad || len(s) > 2*codeCharactersMax {
		r.fail(issue.RegisterBadValue, header, "OSの利用者名")
		return false
	}
	return true
}

func encryptedWords() []word[bool] {
	return []word[bool]{{true, []string{"有"}}, {false, []string{"無"}}}
}

func mediumStates() []string {
	return []string{"保管", "貸出", "書込", "引渡", "返却", "廃棄"}
}

func (l *loader) media(t *table) {
	numbers := map[string]int{}
	for i, in := range decode[mediumRow](t) {
		r := t.row(i)
		no := r.requiredText("媒体番号", in.No)
		if no != "" {
			claim(numbers, no, r, "媒体番号")
		}
		m := &Medium{
			No:        no,
			Kind:      r.requiredText("種別", in.Kind),
			Product:   r.text("製品名", in.Product),
			Serial:    r.text("製造番号", in.Serial),
			Encrypted: choose(r, "暗号化", in.Encrypted, encryptedWords(), false),
			Owner:     r.requiredText("所有所属", in.Owner),
			Since:     r.day("登録日", in.Since),
			State:     Fold(in.State),
			Pos:       r.pos(""),
		}
		if r.required("状態", in.State) && !slices.Contains(mediumStates(), m.State) {
			r.fail(issue.RegisterBadValue, "状態", strings.Join(mediumStates(), "、"))
		}
		l.reg.media[no] = m
	}
}
