package job

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"baitai/crypto"
	"baitai/crypto/passworded"
	"baitai/pipeline/authority"
	"baitai/pipeline/issue"
	"baitai/pipeline/register"
	"baitai/spool"
	"baitai/spool/ledger"
)

// passwordsDir holds the passwords that offices have chosen (照会元のパスワード): one
// file each, sealed to the site itself, under a name that says neither office nor
// reference. The files are JSON of a [storedPassword], version 0.
const passwordsDir = "passwords"

// passwordBytesMax bounds a file of passwordsDir; the longest has some 500 bytes.
const passwordBytesMax = 16 << 10

type storedPassword struct {
	V        int       `json:"v"`
	Office   string    `json:"office"`
	Ref      string    `json:"ref"`
	Password string    `json:"password"`
	Set      time.Time `json:"set"`
	By       string    `json:"by"` // 操作者ID
}

// passwordDetail is what is kept sealed of the registration: never the password.
type passwordDetail struct {
	Ref string `json:"password_ref"`
}

// A PasswordEntry is a registered password as the list shows it.
type PasswordEntry struct {
	Office string    `json:"office"`
	Ref    string    `json:"password_ref"`
	Set    time.Time `json:"set"`
	By     string    `json:"by"`
}

// MaySetPassword asks, before anybody types a password, whether this operator may
// register one for the office. Whether the office may get results by mail is for
// each grant: it may also send protected workbooks.
func (s *Site) MaySetPassword(office, ref string) error {
	if _, err := s.may(authority.ActManage); err != nil {
		return err
	}
	if _, ok := s.Register.Office(office); !ok {
		return issue.New(issue.UnknownOffice, issue.Pos{})
	}
	if register.Fold(ref) == "" || len(ref) > passwordRefBytesMax {
		return issue.New(issue.BadArgument, issue.Pos{}, authority.ItemPasswordRef)
	}
	return nil
}

// passwordRefBytesMax is what a request can state: 64 characters.
const passwordRefBytesMax = 256

// SetPassword keeps the password that an office has chosen, sealed, in the place
// of an earlier one under the same reference. A weak one is refused. The ledger
// speaks first; a site that is killed in between has no password, and the operator
// types it again.
func (s *Site) SetPassword(office, ref string, p passworded.Password) error {
	if err := s.MaySetPassword(office, ref); err != nil {
		return err
	}
	if weak := passworded.Judge(p, office, ref); len(weak) > 0 {
		return issue.New(issue.PasswordWeak, issue.Pos{})
	}
	if err := s.enterPassword(ledger.PasswordSet, office, ref); err != nil {
		return siteIssue(err)
	}
	dir := s.path(passwordsDir)
	if err := s.disk.Mkdir(dir, 0o700); err != nil && !errors.Is(err, spool.ErrExists) && !errors.Is(err, fs.ErrExist) {
		return siteIssue(err)
	}
	if err := s.erasePassword(office, ref); err != nil {
		return siteIssue(err)
	}
	raw, err := json.Marshal(storedPassword{Office: office, Ref: ref, Password: p.Reveal(), Set: s.env.Now().In(jst), By: s.operatorID()})
	if err != nil {
		return err
	}
	return siteIssue(s.disk.Put(dir, s.passwordName(office, ref), 0o600, func(w io.Writer) error {
		return sealInto(w, s.keys.Site().Recipient(), func(w io.Writer) (int64, error) {
			n, err := w.Write(raw)
			return int64(n), err
		})
	}))
}

// RemovePassword overwrites and removes a password.
func (s *Site) RemovePassword(office, ref string) error {
	if _, err := s.may(authority.ActManage); err != nil {
		return err
	}
	if _, err := os.Lstat(s.passwordPath(office, ref)); errors.Is(err, fs.ErrNotExist) {
		return issue.New(issue.PasswordMissing, issue.Pos{}, office)
	}
	if err := s.enterPassword(ledger.PasswordRemoved, office, ref); err != nil {
		return siteIssue(err)
	}
	return siteIssue(s.erasePassword(office, ref))
}

// Passwords lists what is registered, by office and reference.
func (s *Site) Passwords() ([]PasswordEntry, error) {
	if _, err := s.may(authority.ActManage); err != nil {
		return nil, err
	}
	files, err := os.ReadDir(s.path(passwordsDir))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, siteIssue(err)
	}
	var list []PasswordEntry
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), ".age") {
			continue
		}
		p, err := s.readPassword(filepath.Join(s.path(passwordsDir), f.Name()))
		if errors.Is(err, crypto.ErrDamaged) {
			continue // half erased: to be set again
		}
		if err != nil {
			return nil, siteIssue(err)
		}
		list = append(list, PasswordEntry{p.Office, p.Ref, p.Set, p.By})
	}
	slices.SortFunc(list, func(a, b PasswordEntry) int {
		return strings.Compare(a.Office+"\x00"+a.Ref, b.Office+"\x00"+b.Ref)
	})
	return list, nil
}

// password gives the password that an office has registered under a reference.
func (s *Site) password(office, ref string) (passworded.Password, error) {
	p, err := s.readPassword(s.passwordPath(office, ref))
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, crypto.ErrDamaged) {
		// Damaged is what an erasure leaves that was broken off: the password is gone.
		return passworded.Password{}, issue.New(issue.PasswordMissing, issue.Pos{}, office).Because(err)
	}
	if err != nil {
		return passworded.Password{}, err
	}
	if p.Office != office || register.Fold(p.Ref) != register.Fold(ref) {
		return passworded.Password{}, issue.New(issue.PasswordMissing, issue.Pos{}, office) // a file that was put in another's place
	}
	return passworded.New(p.Password), nil
}

func (s *Site) readPassword(path string) (storedPassword, error) {
	f, err := spool.OpenRegular(path)
	if err != nil {
		return storedPassword{}, err
	}
	defer f.Close()
	plain, err := crypto.Open(f, s.keys.Site())
	if err != nil {
		return storedPassword{}, err
	}
	raw, err := io.ReadAll(io.LimitReader(plain, passwordBytesMax))
	if err != nil {
		return storedPassword{}, err
	}
	var p storedPassword
	if json.Unmarshal(raw, &p) != nil || p.V != 0 {
		return storedPassword{}, crypto.ErrDamaged // the error of encoding/json quotes
	}
	return p, nil
}

// passwordName is keyed, because references may be guessed.
func (s *Site) passwordName(office, ref string) string {
	h := s.keys.MAC().Sum("baitai password ref v0", []byte(office), []byte(register.Fold(ref)))
	return hex.EncodeToString(h[:16]) + ".age"
}

func (s *Site) passwordPath(office, ref string) string {
	return s.path(passwordsDir, s.passwordName(office, ref))
}

func (s *Site) erasePassword(office, ref string) error {
	path := s.passwordPath(office, ref)
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return s.disk.Erase(path)
}

func (s *Site) enterPassword(act ledger.Act, office, ref string) error {
	detail, err := s.details.Add(passwordDetail{Ref: ref})
	if err != nil {
		return err
	}
	return s.append(ledger.Entry{Act: act, Result: ledger.OK, Office: office, Operator: s.operatorID(), Host: s.host, Detail: detail})
}

// unlock opens a workbook of an office that is protected by its password, in memory
// alone.
func (s *Site) unlock(office, ref string, r io.ReaderAt, size int64) (io.ReaderAt, int64, error) {
	p, err := s.password(office, ref)
	if err != nil {
		return nil, 0, err
	}
	plain, n, err := passworded.OpenWorkbook(r, size, p)
	none := issue.Pos{}
	switch {
	case errors.Is(err, passworded.ErrPassword):
		return nil, 0, issue.New(issue.PasswordWrong, none).Because(err)
	case errors.Is(err, passworded.ErrOldEncryption), errors.Is(err, passworded.ErrOtherCipher):
		return nil, 0, issue.New(issue.OldEncryption, none).Because(err)
	case errors.Is(err, passworded.ErrChanged), errors.Is(err, passworded.ErrDamaged):
		return nil, 0, issue.New(issue.DamagedWorkbook, none).Because(err)
	}
	return plain, n, err
}
