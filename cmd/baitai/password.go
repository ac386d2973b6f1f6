package main

import (
	"context"
	"errors"

	"baitai/cmd/internal/term"
	"baitai/crypto/passworded"
	"baitai/pipeline/issue"
	"baitai/pipeline/job"
)

// runPassword registers the password that an office has chosen, lists what is
// registered, or removes one.
func runPassword(_ context.Context, c *call) (err error) {
	args := c.flags.Args()
	const usage = "set | list | remove"
	if len(args) == 0 {
		return issue.New(issue.MissingArgument, issue.Pos{}, usage)
	}
	verb, rest := args[0], args[1:]
	switch verb {
	case "set", "remove":
		if len(rest) < 2 {
			return issue.New(issue.MissingArgument, issue.Pos{}, c.Pick("照会元 参照", "OFFICE REF"))
		}
		if len(rest) > 2 {
			return issue.New(issue.SurplusArgument, issue.Pos{})
		}
	case "list":
		if len(rest) > 0 {
			return issue.New(issue.SurplusArgument, issue.Pos{})
		}
	default:
		return issue.New(issue.BadArgument, issue.Pos{}, usage)
	}
	site, err := c.open()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, site.Close()) }()
	switch verb {
	case "set":
		return c.setPassword(site, rest[0], rest[1])
	case "remove":
		if err := site.RemovePassword(rest[0], rest[1]); err != nil {
			return err
		}
		c.Say("パスワードを抹消しました: 照会元 %s", "password removed: office %s", rest[0])
		return c.Value(map[string]string{"office": rest[0]})
	}
	return c.listPasswords(site)
}

// setPassword asks twice on the terminal, without showing what is typed.
func (c *call) setPassword(site *job.Site, office, ref string) error {
	if !term.IsTerminal(c.in) {
		return issue.New(issue.NeedsTerminal, issue.Pos{})
	}
	if err := site.MaySetPassword(office, ref); err != nil {
		return err
	}
	c.Tell("照会元 %s が決めたパスワードを入力してください(表示されません)", "type the password that the office %s has chosen (it is not shown)", office)
	first, err := c.Secret(c.in, "パスワード: ", "password: ")
	if err != nil {
		return err
	}
	again, err := c.Secret(c.in, "もう一度: ", "once more: ")
	if err != nil {
		return err
	}
	p := passworded.New(first)
	if !p.Equal(passworded.New(again)) {
		return issue.New(issue.PasswordsDiffer, issue.Pos{})
	}
	if err := site.SetPassword(office, ref, p); err != nil {
		return err
	}
	c.Say("パスワードを登録しました: 照会元 %s(封印して保管しました)", "password registered: office %s; it is kept sealed", office)
	return c.Value(map[string]string{"office": office})
}

func (c *call) listPasswords(site *job.Site) error {
	list, err := site.Passwords()
	if err != nil {
		return err
	}
	rows := [][]string{{c.Pick("照会元", "office"), c.Pick("パスワード参照", "reference"), c.Pick("登録日時", "set"), c.Pick("操作者", "operator")}}
	for _, p := range list {
		rows = append(rows, []string{p.Office, p.Ref, p.Set.Format("2006-01-02 15:04"), p.By})
	}
	if len(list) == 0 {
		c.Say("登録されたパスワードはありません", "no password is registered")
	} else {
		c.Table(rows)
	}
	return c.Value(list)
}
