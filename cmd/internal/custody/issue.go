package custody

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"baitai/pipeline/issue"
	"baitai/spool/ledger"
)

// ReadKey reads the verifier key of a ledger (検証鍵) from a file of one line.
func ReadKey(path string) (string, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return "", issue.New(issue.KeyMissing, issue.Pos{}, filepath.Base(path)).Because(err)
	}
	// A spreadsheet or an editor may have left a byte order mark.
	vkey := strings.TrimSpace(strings.TrimPrefix(string(raw), "\ufeff"))
	// A checkpoint that is none is refused for another reason than a key that is none.
	if _, _, err := ledger.ReadCheckpoint(nil, vkey); errors.Is(err, ledger.ErrOrigin) {
		return "", issue.New(issue.KeyUnreadable, issue.Pos{}, filepath.Base(path)).Because(err)
	}
	return vkey, nil
}

// Issue says what is wrong with a ledger, in English words.
func Issue(err error) error { return IssueIn(issue.English, err) }

// IssueIn says what is wrong with a ledger, in the words of a language.
func IssueIn(lang issue.Lang, err error) error {
	if err == nil || issue.Find(err) != nil {
		return err
	}
	var tampered *ledger.TamperedError
	var known *ledger.KnownError
	var path *fs.PathError
	switch {
	case errors.As(err, &tampered):
		return issue.New(issue.LedgerTampered, issue.Pos{}, tamperedWords(tampered, lang)).Because(err)
	case errors.As(err, &known):
		return issue.New(issue.LedgerTampered, issue.Pos{}, knownWords(known, lang)).Because(err)
	case errors.Is(err, ledger.ErrNone):
		return issue.New(issue.LedgerMissing, issue.Pos{}).Because(err)
	case errors.Is(err, ledger.ErrTampered):
		return issue.New(issue.LedgerTampered, issue.Pos{}, "?").Because(err)
	case errors.Is(err, ledger.ErrOrigin):
		return issue.New(issue.KeyUnreadable, issue.Pos{}, "ledger.vkey").Because(err)
	case errors.As(err, &path):
		return issue.New(issue.CannotRead, issue.Pos{}).Because(err)
	}
	return err
}
