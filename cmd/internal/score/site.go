package score

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"baitai/cmd/internal/invent"
	"baitai/crypto"
	"baitai/formats"
	"baitai/pipeline/authority"
	"baitai/pipeline/identity"
	"baitai/pipeline/intake"
	"baitai/pipeline/match"
	"baitai/pipeline/register"
	"baitai/pipeline/verdict"
	"baitai/spool"
)

// site is as much of a real site as answering takes: an identity file, a
// register, an operator.
type site struct {
	file     *identity.File
	register *register.Register
	operator register.Operator
	now      func() time.Time
	workers  int
	lists    int // for 依頼番号
}

const (
	office  = "shiken"
	purpose = "shiken-01"
	login   = "shiken"
	basis   = "条例(提供)"
	fields  = "氏名、生年月日、性別、住所、状態"
)

// openSite loads the world into an identity file below dir, which is empty.
func openSite(ctx context.Context, dir string, w *invent.World, workers int, now func() time.Time) (*site, error) {
	key, err := crypto.NewIdentity()
	if err != nil {
		return nil, err
	}
	s := &site{now: now, workers: workers}
	if err := s.writeRegister(filepath.Join(dir, "register"), key.Recipient().String()); err != nil {
		return nil, err
	}
	id := filepath.Join(dir, "identity")
	if err := os.Mkdir(id, 0o700); err != nil {
		return nil, err
	}
	loaded, err := identity.Build(ctx, identity.Options{Disk: spool.NewDisk(nil), Dir: id,
		Recipients: []crypto.Recipient{key.Recipient()}, Now: now, Workers: workers},
		identity.ReadExtract(ctx, extract(w), "extract.csv", 1))
	if err != nil {
		return nil, fmt.Errorf("score: %w: %v", err, loaded.Issues)
	}
	s.file, err = identity.Open(id, key, nil)
	return s, err
}

func (s *site) close() error { return s.file.Close() }

// extract gives the world as the cells of an extract (抽出ファイル).
func extract(w *invent.World) formats.Records {
	return func(yield func(formats.Record, error) bool) {
		row := 0
		record := func(texts []string) bool {
			row++
			cells := make([]formats.Cell, len(texts))
			for i, s := range texts {
				cells[i].Text = s
			}
			return yield(formats.Record{Row: row, Cells: cells}, nil)
		}
		if !record(invent.ExtractHeaders()) {
			return
		}
		for p := range w.People() {
			for i := range p.Versions {
				if !record(p.Versions[i].Fields()) {
					return
				}
			}
		}
	}
}

// writeRegister registers one office with one purpose that covers everybody, has
// no permission for 支援措置, and may search by everything.
func (s *site) writeRegister(dir, recipient string) error {
	if err := os.Mkdir(dir, 0o700); err != nil {
		return err
	}
	const from, until = "2020-04-01", "期限なし"
	for name, table := range map[string][][]string{
		"offices.csv": {strings.Fields("照会元コード 名称 種別 受取鍵 既定の事務コード 文字コード 返却形式 返却方法 有効開始日 有効終了日"),
			{office, "照合の試験", "執行機関", recipient, purpose, "UTF-8", "csv", "媒体", from, until}},
		"purposes.csv": {strings.Fields("事務コード 照会元コード 事務名 根拠 根拠条項 対象者 対象者条項 検索キー 提供項目 住民票コード提供 住民票コード条項 支援措置 最大行数 返却形式 返却方法 二人承認 有効開始日 有効終了日"),
			{purpose, office, "照合の試験", basis, "試験条例第3条", "全員", "試験条例第5条", "住民票コード、氏名、氏名ふりがな、生年月日、性別、住所、旧氏", fields,
				"否", "試験条例第4条", "抑止", "1000000", "csv", "媒体", "不要", from, until}},
		"operators.csv": {strings.Fields("操作者ID 利用者名 所属 権限 有効開始日 有効終了日"), {"op-1", login, "行財政支援課", "照会", from, until}},
		"media.csv":     {strings.Fields("媒体番号 種別 製品名 製造番号 暗号化 所有所属 登録日 状態"), {"USB-001", "USBメモリ", "試験品", "T-1", "有", "行財政支援課", from, "保管"}},
	} {
		var b bytes.Buffer
		if err := csv.NewWriter(&b).WriteAll(table); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, name), b.Bytes(), 0o600); err != nil {
			return err
		}
	}
	reg, err := register.Read(os.DirFS(dir))
	if err != nil {
		return err
	}
	op, ok := reg.Operator(login)
	if !ok {
		return fmt.Errorf("score: the register has no operator %s", login)
	}
	s.register, s.operator = reg, op
	return nil
}

// answer has the list answered as a job does, and gives the reply to each entry.
func (s *site) answer(ctx context.Context, l *invent.List) ([]reply, error) {
	list, err := s.bring(ctx, l)
	if err != nil {
		return nil, err
	}
	defer list.Close()
	grant, err := authority.Decide(s.register, list.Request, s.operator, s.now())
	if err != nil {
		return nil, err
	}
	replies := make([]reply, 0, len(l.Entries))
	for row, err := range match.Against(match.In(s.file), grant, match.Options{Workers: s.workers})(ctx, list.Rows(ctx)) {
		if err != nil {
			return nil, err
		}
		if len(replies) == len(l.Entries) {
			return nil, fmt.Errorf("score: more answers than rows")
		}
		r := reply{answer: string(row.Value.Answer), step: string(row.Value.Step), why: row.Value.Why}
		if len(row.Issues) > 0 {
			r = reply{answer: string(verdict.ForIssues(row.Issues)), why: string(row.Issues[0].Code)}
		}
		if row.Value.Answer.Provides() {
			r.code, r.person = whose(l.Entries[len(replies)].Truth.Code, row.Value), row.Value.Person.Code
		}
		replies = append(replies, r)
	}
	if len(replies) != len(l.Entries) {
		return nil, fmt.Errorf("score: %d answers for %d rows", len(replies), len(l.Entries))
	}
	return replies, nil
}

// somebodyElse stands for the code of a person who is not the one meant.
const somebodyElse = "somebody else"

// whose compares the person given out with the one meant, without a look behind
// the mask.
func whose(truth string, h verdict.Hit) string {
	if c, ok := parseCode(truth); ok && h.Person.Code.Equal(c) {
		return truth
	}
	return somebodyElse
}

// bring puts the list and its request before intake, as a job does.
func (s *site) bring(ctx context.Context, l *invent.List) (*intake.List, error) {
	var b, side bytes.Buffer
	if err := l.Write(&b); err != nil {
		return nil, err
	}
	s.lists++
	sum := sha256.Sum256(b.Bytes())
	req := invent.Request{Number: fmt.Sprintf("試験第%d号", s.lists), Office: office, Purpose: purpose, Basis: basis, Rows: len(l.Entries),
		SHA256: hex.EncodeToString(sum[:]), Fields: strings.Split(fields, "、"), Form: "csv", Charset: "UTF-8", Way: "媒体"}
	if err := req.Write(&side); err != nil {
		return nil, err
	}
	return intake.Open(ctx, intake.Source{Name: "list.csv", SideName: "list.csv.request.toml", Size: int64(b.Len()),
		List: func() (intake.ReadAtCloser, error) { return inMemory{bytes.NewReader(b.Bytes())}, nil },
		Side: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(side.Bytes())), nil },
	}, intake.Stated{Office: office}, intake.Options{})
}

type inMemory struct{ *bytes.Reader }

func (inMemory) Close() error { return nil }
