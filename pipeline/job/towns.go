package job

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"baitai/pipeline/authority"
	"baitai/pipeline/identity"
	"baitai/pipeline/issue"
	"baitai/pipeline/normal"
	"baitai/pipeline/register"
	"baitai/spool/ledger"
)

// LearnTowns writes a table of towns (町域) to be reviewed and laid into the register
// as [register.TownsFile]: what lies there now, and after it every town that
// addresses of at least so many people name and the tables lack. It returns how
// many those are. The act is entered before anything is read; nothing of the site
// changes.
func (s *Site) LearnTowns(to io.Writer, least int64) (int, error) {
	grant, err := s.may(authority.ActManage)
	if err != nil {
		return 0, err
	}
	file, err := s.Identity()
	if err != nil {
		return 0, err
	}
	entry := ledger.Entry{Act: ledger.OpenedByOperator, Result: ledger.OK, Operator: s.operatorID(), Host: s.host, Function: ledger.Update,
		Generation: file.Generation(), Counts: map[string]int64{"people": file.Summary().People, "least": least}}
	if err := s.append(entry); err != nil {
		return 0, siteIssue(err)
	}
	towns, err := file.UnknownTowns(grant, least)
	if err != nil {
		return 0, siteIssue(err)
	}
	var b bytes.Buffer
	if err := s.townsNow(&b); err != nil {
		return 0, err
	}
	fmt.Fprintf(&b, "# 附票本人確認情報ファイルの住所(世代 %.16s、%d人以上)から学んだ町域。確かめてから register/%s に置き、identity load をやり直す。\n",
		file.Generation(), least, register.TownsFile)
	fmt.Fprintf(&b, "# Learnt from the addresses of the identity file. Review it, lay it into register/, load the identity file again.\n")
	writeTowns(&b, towns)
	_, err = to.Write(b.Bytes())
	return len(towns), err
}

// townsNow writes the table that the register has, if any.
func (s *Site) townsNow(b *bytes.Buffer) error {
	now, err := os.ReadFile(s.path(registerDir, register.TownsFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return issue.New(issue.PlacesUnreadable, issue.Pos{File: register.TownsFile}).Because(err)
	}
	b.Write(now)
	if !bytes.HasSuffix(now, []byte("\n")) {
		b.WriteString("\n")
	}
	return nil
}

// writeTowns writes one town a line, so that whoever reviews it can strike out any;
// a note before each municipality has the figures.
func writeTowns(b *bytes.Buffer, towns []identity.UnknownTown) {
	for len(towns) > 0 {
		n := 1
		for n < len(towns) && towns[n].Municipality == towns[0].Municipality {
			n++
		}
		figures := make([]string, n)
		for i, t := range towns[:n] {
			figures[i] = fmt.Sprintf("%s %d人", t.Town, t.People)
		}
		fmt.Fprintf(b, "# %s: %s\n", normal.MunicipalityName(towns[0].Municipality), strings.Join(figures, "、"))
		for _, t := range towns[:n] {
			fmt.Fprintf(b, "%s\t%s\n", t.Municipality, t.Town)
		}
		towns = towns[n:]
	}
}
