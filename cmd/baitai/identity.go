package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"baitai/cmd/internal/term"
	"baitai/pipeline/answer"
	"baitai/pipeline/identity"
	"baitai/pipeline/issue"
	"baitai/pipeline/job"
	"baitai/pipeline/register"
)

func identityFlags(c *call) {
	c.flags.BoolVar(&c.acceptGood, "accept-good", false, "")
	c.flags.BoolVar(&c.fewer, "fewer", false, "")
	c.flags.StringVar(&c.to, "to", "", "")
	c.flags.IntVar(&c.least, "least", 10, "")
	c.flags.StringVar(&c.out, "out", "", "")
}

const identityActs = "load | update | show | verify | towns"

// runIdentity loads, shows and verifies the identity file, and learns its towns.
func runIdentity(ctx context.Context, c *call) (err error) {
	args := c.flags.Args()
	if len(args) == 0 {
		return issue.New(issue.MissingArgument, issue.Pos{}, identityActs)
	}
	reads := args[0] == "load" || args[0] == "update"
	if reads && len(args) == 1 {
		return issue.New(issue.MissingArgument, issue.Pos{}, "FILE")
	}
	if !reads && len(args) > 1 {
		return issue.New(issue.SurplusArgument, issue.Pos{})
	}
	if err := c.checkIdentity(args[0]); err != nil {
		return err
	}
	site, err := c.open()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, site.Close()) }()
	switch args[0] {
	case "load":
		loaded, err := site.Load(ctx, args[1:], c.acceptGood, c.fewer)
		return c.showLoaded(loaded, err)
	case "update":
		loaded, err := site.Update(ctx, args[1:], c.acceptGood)
		return c.showLoaded(loaded, err)
	case "show":
		return showIdentity(c, site)
	case "towns":
		return learnTowns(c, site)
	case "verify":
		sum, err := site.VerifyIdentity()
		if err != nil {
			return err
		}
		c.Say("附票本人確認情報ファイルは完全です(%d 人、%d 履歴)。", "the identity file is whole (%d people, %d versions)", sum.People, sum.Versions)
		return c.Value(map[string]int64{"people": sum.People, "versions": sum.Versions})
	}
	return issue.New(issue.BadArgument, issue.Pos{}, identityActs)
}

// checkIdentity refuses flags that do not go with what is to be done.
func (c *call) checkIdentity(act string) error {
	reads := act == "load" || act == "update"
	switch {
	case act == "towns" && c.to == "":
		return issue.New(issue.MissingArgument, issue.Pos{}, "--to")
	case c.least < 1:
		return issue.New(issue.BadArgument, issue.Pos{}, "--least")
	case c.fewer && act != "load", !reads && (c.acceptGood || c.out != ""):
		return issue.New(issue.SurplusArgument, issue.Pos{})
	}
	if c.out == "" {
		return nil
	}
	if _, err := os.Lstat(c.out); err == nil { // before anything is loaded
		return issue.New(issue.TargetExists, issue.Pos{})
	}
	return nil
}

// showLoaded says what a load or an update did. An update that held notices back ends
// with the code for faulty rows, so that a night's run does not pass over them.
func (c *call) showLoaded(loaded identity.Loaded, err error) error {
	c.showFaults(loaded)
	listed := c.writeFaults(loaded)
	if err != nil {
		return errors.Join(err, listed)
	}
	c.Say("読み込みました: %d 行、%d 人、%d 履歴", "loaded: %d rows, %d people, %d versions", loaded.Rows, loaded.Summary.People, loaded.Summary.Versions)
	if loaded.Summary.LeftOutRows > 0 {
		c.Say("不備のため除いたもの: %d 行(%d 人)", "left out because of faults: %d rows (%d people)", loaded.Summary.LeftOutRows, loaded.Summary.LeftOutPeople)
	}
	if loaded.HeldBackRows > 0 {
		c.Say("不備のため反映しなかったもの: %d 行(%d 人。いまの世代のまま変わりません)", "held back because of faults: %d rows (%d people, who stay as they are)", loaded.HeldBackRows, loaded.HeldBackPeople)
	}
	c.Say("世代: %s", "generation: %s", loaded.Digest)
	err = c.Value(map[string]any{"generation": loaded.Digest, "rows": loaded.Rows, "people": loaded.Summary.People,
		"versions": loaded.Summary.Versions, "faults": loaded.Faults, "left_out_rows": loaded.Summary.LeftOutRows,
		"held_back_rows": loaded.HeldBackRows, "held_back_people": loaded.HeldBackPeople})
	if err = errors.Join(err, listed); err == nil && loaded.HeldBackRows > 0 {
		return &term.ExitError{Code: term.ExitRowFaults}
	}
	return err
}

// writeFaults writes all faulty rows into --out, for whoever sent them.
func (c *call) writeFaults(loaded identity.Loaded) error {
	if c.out == "" || loaded.Faults == 0 {
		return nil
	}
	counts := make(map[issue.Code]int64)
	for _, i := range loaded.Issues {
		counts[i.Code]++
	}
	err := putFile(c.disk(), c.out, forOwner, func(w io.Writer) error { return answer.WriteErrors(w, loaded.Issues, counts) })
	if err == nil {
		c.Say("不備一覧を書きました: %s", "wrote the list of faults: %s", c.out)
	}
	return err
}

// showFaults names the first faulty rows with row, column and code.
func (p *program) showFaults(loaded identity.Loaded) {
	const most = 50
	for n, i := range loaded.Issues {
		if n == most {
			p.Tell("ほかに %d 件あります", "%d more", loaded.Faults-most)
			break
		}
		p.Issue(i)
	}
}

// learnTowns writes the towns that the identity file knows and the tables do not.
func learnTowns(c *call, site *job.Site) error {
	var towns int
	path := filepath.Join(c.to, register.TownsFile)
	err := putFile(c.disk(), path, forOwner, func(w io.Writer) (err error) {
		towns, err = site.LearnTowns(w, int64(c.least))
		return err
	})
	if err != nil {
		return err
	}
	c.Say("町域の表を書き出しました: %s(新しい町 %d)", "wrote the table of towns: %s (%d new towns)", path, towns)
	c.Say("  確かめて register/%s に置き、identity load で読み込み直してください。", "  review it, lay it into register/%s, and load the extracts again with identity load", register.TownsFile)
	return c.Value(map[string]any{"towns": towns, "file": path})
}

func showIdentity(c *call, site *job.Site) error {
	f, err := site.Identity()
	if err != nil {
		return err
	}
	s := f.Summary()
	if c.JSON {
		return c.Value(map[string]any{"generation": f.Generation(), "created": s.Created, "people": s.People, "versions": s.Versions,
			"states": s.States, "municipalities": s.Municipalities, "previous": s.Previous, "layers": s.Layers})
	}
	c.Say("世代: %s", "generation: %s", f.Generation())
	if s.Layers > 1 {
		c.Say("差分の層: %d", "layers of updates: %d", s.Layers-1)
	}
	c.Say("作成: %s", "created: %s", s.Created.Format("2006-01-02 15:04:05 -07:00"))
	c.Say("人数: %d(履歴 %d)", "people: %d (versions %d)", s.People, s.Versions)
	rows := [][]string{{c.Pick("状態", "state"), c.Pick("人数", "people")}}
	names := map[string]string{"1": c.Pick("1 現存", "1 present"), "2": c.Pick("2 国外転出者", "2 abroad"), "3": c.Pick("3 消除", "3 removed")}
	for _, state := range slices.Sorted(maps.Keys(s.States)) {
		rows = append(rows, []string{names[state], fmt.Sprint(s.States[state])})
	}
	c.Table(rows)
	rows = [][]string{{c.Pick("市町村コード", "municipality"), c.Pick("人数", "people")}}
	for _, code := range slices.Sorted(maps.Keys(s.Municipalities)) {
		name := code
		if name == "" {
			name = c.Pick("(なし)", "(none)")
		}
		rows = append(rows, []string{name, fmt.Sprint(s.Municipalities[code])})
	}
	fmt.Fprintln(c.Out)
	c.Table(rows)
	return nil
}
