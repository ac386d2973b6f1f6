package job

import (
	"errors"
	"os"
	"syscall"

	"baitai/crypto"
	"baitai/crypto/keyring"
	"baitai/pipeline/identity"
	"baitai/pipeline/issue"
	"baitai/spool"
	"baitai/spool/ledger"
)

// siteIssue turns what the lower packages say into an issue, once. An error that
// is an issue already, or that nobody but a programmer can act on, is returned
// as it is.
func siteIssue(err error) error {
	if err == nil || issue.Find(err) != nil {
		return err
	}
	if list := keyIssues(err); len(list) > 0 {
		return list
	}
	var held *spool.HeldError
	var tampered *ledger.TamperedError
	var known *ledger.KnownError
	var damaged *identity.DamagedError
	var stale *identity.StaleError
	none := issue.Pos{}
	switch {
	case errors.As(err, &held), errors.Is(err, spool.ErrHeld):
		return issue.New(issue.SpoolHeld, none).Because(err)
	case errors.Is(err, ledger.ErrHeld):
		return issue.New(issue.LedgerHeld, none).Because(err)
	case errors.Is(err, ledger.ErrOrigin):
		return issue.New(issue.SettingBadValue, issue.Pos{File: ConfigFile}, "origin").Because(err)
	case errors.Is(err, ledger.ErrNone):
		return issue.New(issue.LedgerMissing, none).Because(err)
	case errors.As(err, &tampered) && tampered.Index >= 0:
		return issue.New(issue.LedgerTampered, none, tampered.Index).Because(err)
	case errors.As(err, &known):
		return issue.New(issue.LedgerTampered, none, known.Size).Because(err)
	case errors.As(err, &stale) && stale.TablesOnly():
		return issue.New(issue.IdentityOtherTables, none).Because(err)
	case errors.As(err, &stale):
		return issue.New(issue.IdentityStale, none).Because(err)
	case errors.Is(err, ledger.ErrTampered):
		return issue.New(issue.LedgerTampered, none, "?").Because(err)
	case errors.Is(err, spool.ErrNoSpool):
		return issue.New(issue.NotASite, none).Because(err)
	case errors.Is(err, identity.ErrNone):
		return issue.New(issue.IdentityMissing, none).Because(err)
	case errors.As(err, &damaged):
		return issue.New(issue.IdentityDamaged, none, damaged.Part).Because(err)
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return issue.New(issue.DiskFull, none).Because(err)
	case errors.Is(err, crypto.ErrNoMatch):
		return issue.New(issue.KeyWrong, none).Because(err)
	case errors.Is(err, spool.ErrBadOffice):
		return issue.New(issue.UnknownOffice, none).Because(err)
	case errors.Is(err, spool.ErrNoJob), errors.Is(err, spool.ErrBadID):
		return issue.New(issue.NoSuchJob, none).Because(err)
	}
	return err
}

// keyIssues lists every key that is missing, open to others, or unreadable.
func keyIssues(err error) issue.List {
	var list issue.List
	walk(err, func(err error) {
		switch e := err.(type) {
		case *keyring.MissingError:
			list = append(list, issue.New(issue.KeyMissing, issue.Pos{}, e.Name))
		case *keyring.ModeError:
			list = append(list, issue.New(issue.KeyModeWide, issue.Pos{}, e.Name, e.Mode.Perm()))
		case *keyring.ParseError:
			list = append(list, issue.New(issue.KeyUnreadable, issue.Pos{}, e.Name).Because(err))
		case *keyring.OwnerError:
			list = append(list, issue.New(issue.KeyUnreadable, issue.Pos{}, e.Name).Because(err))
		}
	})
	return list
}

// walk visits every error in the tree of err.
func walk(err error, visit func(error)) {
	if err == nil {
		return
	}
	visit(err)
	switch e := err.(type) {
	case interface{ Unwrap() error }:
		walk(e.Unwrap(), visit)
	case interface{ Unwrap() []error }:
		for _, e := range e.Unwrap() {
			walk(e, visit)
		}
	}
}

// claimIssue says why a file cannot be taken in or let go.
func claimIssue(err error) error {
	for _, known := range []error{spool.ErrHardLink, spool.ErrTooLarge} {
		if errors.Is(err, known) {
			return fileIssue(err, "")
		}
	}
	return siteIssue(err)
}

// hopeless reports whether an error leaves nothing that this process may still
// do: the ledger is in an unknown state, or an fsync failed, after which the
// kernel may hold for written what is not. A new process reads what is there.
func (s *Site) hopeless(err error) bool {
	var sync *spool.SyncError
	return s.dead || errors.Is(err, ledger.ErrBroken) || errors.As(err, &sync)
}

// fileIssue says why a file could not be taken in; nil if it is a fault.
func fileIssue(err error, name string) *issue.Issue {
	pos := issue.Pos{File: name}
	for _, known := range []struct {
		err  error
		code issue.Code
		args []any
	}{
		{spool.ErrSymlink, issue.Symlink, nil},
		{spool.ErrHardLink, issue.HardLink, nil},
		{spool.ErrSubfolder, issue.SubFolder, nil},
		{spool.ErrFIFO, issue.NotRegularFile, nil},
		{spool.ErrNotRegular, issue.NotRegularFile, nil},
		{spool.ErrTooLarge, issue.FileTooLarge, []any{"max_bytes"}},
		{spool.ErrBadName, issue.BadName, nil},
		{spool.ErrLeftAlone, issue.BadName, nil},
		{spool.ErrAmbiguousSide, issue.TwoRequests, []any{"request.toml"}},
		{spool.ErrBadSide, issue.BadRequest, nil},
		{spool.ErrChanged, issue.Changing, nil},
		{spool.ErrOpenForWriting, issue.Changing, nil},
		{spool.ErrVanished, issue.Changing, nil},
		{os.ErrNotExist, issue.NoSuchPath, nil},
		{os.ErrPermission, issue.CannotRead, nil},
	} {
		if errors.Is(err, known.err) {
			return issue.New(known.code, pos, known.args...).Because(err)
		}
	}
	return nil
}
