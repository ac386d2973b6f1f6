package job

import (
	"errors"
	"io"
	"path/filepath"
	"time"

	"baitai/pipeline/intake"
	"baitai/pipeline/issue"
	"baitai/pipeline/register"
)

// WriteTemplate writes a workbook for an office to fill in (依頼書のひな形) with the
// purposes that the register has for it at a time, or with one of them. It needs
// neither keys nor ledger, and holds nothing up.
func WriteTemplate(dir, office, purpose string, at time.Time, out io.Writer) (err error) {
	config, err := LoadConfig(dir)
	if err != nil {
		return err
	}
	reg, err := register.Load(filepath.Join(dir, registerDir))
	if err != nil {
		return siteIssue(err)
	}
	o, ok := reg.Office(office)
	if !ok {
		return issue.New(issue.UnknownOffice, issue.Pos{})
	}
	purposes, err := purposesOf(reg, office, purpose, at)
	if err != nil {
		return err
	}
	tmp, err := newPrivateDir(config.Temp)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, tmp.remove()) }()
	_, err = intake.Template{Office: o, Purposes: purposes, TmpDir: tmp.path}.WriteTo(out)
	return err
}

// purposesOf are the purposes that an office may choose from: the one that is named,
// or all that are valid.
func purposesOf(reg *register.Register, office, named string, at time.Time) ([]register.Purpose, error) {
	var all []register.Purpose
	for _, code := range reg.Purposes(office) {
		p, ok := reg.Purpose(office, code)
		if !ok || named != "" && code != named {
			continue
		}
		if p.Valid.Holds(at) {
			all = append(all, p)
		} else if named != "" {
			return nil, issue.New(issue.PurposeNotValid, issue.Pos{}, p.Valid.From, p.Valid.Until)
		}
	}
	switch {
	case len(all) > 0:
		return all, nil
	case named != "" && reg.HasPurpose(named):
		return nil, issue.New(issue.PurposeNotForOffice, issue.Pos{})
	}
	return nil, issue.New(issue.UnknownPurpose, issue.Pos{})
}
