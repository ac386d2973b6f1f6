package main

import (
	"context"
	"errors"
	"fmt"

	"baitai/cmd/internal/term"
	"baitai/pipeline/issue"
	"baitai/pipeline/job"
)

func initFlags(c *call) {
	c.flags.StringVar(&c.name, "name", "", "")
	c.flags.StringVar(&c.origin, "origin", "", "")
}

// runInit makes a site.
func runInit(_ context.Context, c *call) error {
	args, err := term.Need(c.flags, "DIR")
	if err != nil {
		return err
	}
	env, err := c.environment()
	if err != nil {
		return err
	}
	name, origin := c.name, c.origin
	if name == "" {
		name = "○○県"
	}
	if origin == "" {
		origin = "baitai.invalid/" + safeHost(env.Host)
	}
	if err := job.Init(args[0], job.DefaultConfig(name, origin), c.Lang, env); err != nil {
		return err
	}
	c.Say("拠点を作りました: %s", "made a site: %s", args[0])
	c.Say("次にすること:", "what to do next:")
	c.Say("  1. %[1]s/register の4つのCSVを表計算ソフトで開き、照会元・利用事務・操作者・媒体を記入する", "  1. fill in the four CSV files in %[1]s/register with a spreadsheet", args[0])
	c.Say("  2. baitai check --site %[1]s で点検する", "  2. baitai check --site %[1]s", args[0])
	c.Say("  3. baitai identity load --site %[1]s 抽出ファイル で附票本人確認情報ファイルを読み込む", "  3. baitai identity load --site %[1]s EXTRACT", args[0])
	c.Say("鍵(%[1]s/keys)を失うと、封印したものは二度と開けません。写しを別の場所に保管してください。", "without the keys (%[1]s/keys) nothing sealed can be opened again: keep a copy elsewhere", args[0])
	return nil
}

func safeHost(host string) string {
	out := []byte{}
	for i := range len(host) {
		b := host[i]
		if b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || b == '-' {
			out = append(out, b)
		}
	}
	if len(out) == 0 {
		return "site"
	}
	return string(out)
}

// runCheck says what is missing, in words.
func runCheck(_ context.Context, c *call) error {
	if _, err := term.Need(c.flags); err != nil {
		return err
	}
	env, err := c.environment()
	if err != nil {
		return err
	}
	findings := job.Check(c.siteDir(), env)
	if c.JSON {
		return errors.Join(c.Value(checkJSON(c, findings)), checkCode(findings))
	}
	for _, f := range findings {
		what := c.checkName(f.What)
		switch {
		case f.Issue == nil:
			c.Say("○ %s %s", "ok       %s %s", what, c.figure(f))
		case f.Warning:
			c.Say("△ %s %s", "warning  %s %s", what, c.Line(f.Issue))
		default:
			c.Say("× %s %s", "wrong    %s %s", what, c.Line(f.Issue))
		}
		if f.Issue != nil {
			c.Say("    → %s", "    → %s", f.Issue.In(c.Lang).Hint)
		}
	}
	return checkCode(findings)
}

// checkCode ends with the code of the worst finding.
func checkCode(findings []job.Finding) error {
	code := 0
	for _, f := range findings {
		if f.Issue == nil || f.Warning {
			continue
		}
		if n := term.ExitCode(f.Issue); code == 0 || n > code {
			code = n
		}
	}
	if code == 0 {
		return nil
	}
	return &term.ExitError{Code: code}
}

type checkLine struct {
	What    string `json:"what"`
	OK      bool   `json:"ok"`
	Warning bool   `json:"warning,omitempty"`
	Code    string `json:"code,omitempty"`
	Place   string `json:"place,omitempty"`
	Says    string `json:"says,omitempty"`
	Figure  string `json:"figure,omitempty"`
}

func checkJSON(c *call, findings []job.Finding) []checkLine {
	lines := make([]checkLine, 0, len(findings))
	for _, f := range findings {
		l := checkLine{What: f.What, OK: f.Issue == nil, Warning: f.Warning, Figure: f.Good}
		if f.Issue != nil {
			l.Code, l.Place, l.Says = string(f.Issue.Code), f.Issue.Pos.String(), f.Issue.In(c.Lang).Says
		}
		lines = append(lines, l)
	}
	return lines
}

// figure gives a figure of check its unit.
func (p *program) figure(f job.Finding) string {
	units := map[string][2]string{"register": {"(有効な照会元 %s)", "(%s offices valid)"}, "ledger": {"(%s 件)", "(%s entries)"},
		"identity": {"(%s 人)", "(%s people)"}}
	if u, ok := units[f.What]; ok && f.Good != "" {
		return fmt.Sprintf(p.Pick(u[0], u[1]), f.Good)
	}
	return f.Good
}

func (p *program) checkName(what string) string {
	ja := map[string]string{"settings": "設定", "register": "管理簿", "keys": "鍵", "ledger": "台帳", "spool": "受付箱", "identity": "附票本人確認情報ファイル"}
	if name, ok := ja[what]; ok && p.Lang == issue.Japanese {
		return name
	}
	return what
}
