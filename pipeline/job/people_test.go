package job_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"baitai/crypto/manifest"
	"baitai/crypto/sshsig"
	"baitai/pipeline/identity"
	"baitai/pipeline/job"
	"baitai/pipeline/person"
	"baitai/spool/ledger"
)

// An invented person, as a row of a list has them. All people here are invented.
type invented struct{ ref, code, name, kana, birth, sex, address string }

const people = 300

// invent makes person n of a world; those of another world have other addresses.
func invent(n, world int) invented {
	surnames := []string{"佐藤", "鈴木", "高橋", "田中", "伊藤", "渡辺", "山本", "中村", "小林", "加藤"}
	kana := []string{"さとう", "すずき", "たかはし", "たなか", "いとう", "わたなべ", "やまもと", "なかむら", "こばやし", "かとう"}
	day := time.Date(1950, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, 71*n)
	return invented{
		ref: fmt.Sprintf("A-%05d", n+1), code: person.AppendCheckDigit(fmt.Sprintf("%010d", 1_000_000+n*7919)),
		name: surnames[n%10] + "　花子", kana: kana[n%10] + "　はなこ", birth: day.Format("2006-01-02"), sex: "2",
		address: fmt.Sprintf("福岡県福岡市中央区架空町%d丁目%d番%d号", world+1, n/20+1, n%20+1),
	}
}

// writeExtract writes an extract of the world.
func (p *place) writeExtract(t testing.TB, name string, world int) {
	t.Helper()
	var b strings.Builder
	b.WriteString("\ufeff" + strings.Join(identity.Headers(), ",") + "\r\n")
	for n := range people {
		v := invent(n, world)
		cells := map[string]string{"住民票コード": v.code, "履歴番号": "1", "状態": "1", "氏名": v.name, "氏名ふりがな": v.kana, "生年月日": v.birth, "性別": v.sex,
			"市町村コード": "401307", "住所": v.address, "附票管理市町村コード": "401307", "異動事由": "A11", "異動年月日": "2020-01-01", "通知年月日": "2020-01-02"}
		var row []string
		for _, h := range identity.Headers() {
			row = append(row, cells[h])
		}
		b.WriteString(strings.Join(row, ",") + "\r\n")
	}
	must(t, os.WriteFile(p.path(name), []byte(b.String()), 0o600))
}

// drop puts a list of so many rows with its request into an inbox.
func (p *place) drop(t testing.TB, office string, rows int, number string) {
	t.Helper()
	list, request := p.newList(office, rows, number)
	p.put(t, office, number, list, request)
}

// newList makes a list of so many rows, each of which means one person, and its request.
func (p *place) newList(office string, rows int, number string) (list, request []byte) {
	var b strings.Builder
	b.WriteString("\ufeff整理番号,氏名,生年月日,性別,住所\r\n")
	p.rows = nil
	for n := range rows {
		v := invent(n%people, 0)
		v.ref = fmt.Sprintf("A-%05d", n+1)
		p.rows = append(p.rows, v)
		fmt.Fprintf(&b, "%s,%s,%s,%s,%s\r\n", v.ref, v.name, v.birth, v.sex, v.address)
	}
	side := fmt.Sprintf("number = %q\noffice = %q\npurpose = %q\nbasis = \"条例(利用)\"\nrows = %d\nfields = [\"氏名\", \"生年月日\"]\nform = \"csv\"\nway = \"媒体\"\n",
		number, office, office+"-01", rows)
	return []byte(b.String()), []byte(side)
}

// verify checks signature, digests and, of a result, the proof from the ledger.
func (p *place) verify(t testing.TB, folder string) *manifest.Manifest {
	t.Helper()
	f, err := os.Open(p.path("site", job.PublicDir, job.SignersFile))
	must(t, err)
	defer f.Close()
	signers, err := sshsig.ParseSigners(f)
	must(t, err)
	fsys := os.DirFS(folder)
	m, err := manifest.Read(fsys, signers, time.Now())
	must(t, err)
	must(t, m.CheckFolder(fsys))
	if m.Kind != manifest.Result {
		return m
	}
	vkey, err := os.ReadFile(p.path("site", job.PublicDir, job.VKeyFile))
	must(t, err)
	proof, err := os.ReadFile(folder + "/" + manifest.ProofName)
	must(t, err)
	entry, err := os.ReadFile(folder + "/" + manifest.EntryName)
	must(t, err)
	must(t, ledger.VerifyProof(proof, strings.TrimSpace(string(vkey)), entry))
	return m
}
