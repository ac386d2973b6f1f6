package term

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"baitai/pipeline/issue"
)

func TestTheLanguageIsJapaneseUnlessTheLocaleIsEnglish(t *testing.T) {
	for _, c := range []struct {
		flag string
		env  map[string]string
		want issue.Lang
	}{
		{"", nil, issue.Japanese},
		{"", map[string]string{"LANG": "C"}, issue.Japanese},
		{"", map[string]string{"LANG": "ja_JP.UTF-8"}, issue.Japanese},
		{"", map[string]string{"LANG": "en_US.UTF-8"}, issue.English},
		{"", map[string]string{"LANG": "en_US.UTF-8", "LC_ALL": "ja_JP.UTF-8"}, issue.Japanese},
		{"ja", map[string]string{"LANG": "en_US.UTF-8"}, issue.Japanese},
		{"en", nil, issue.English},
	} {
		if got := LangOf(c.flag, func(k string) string { return c.env[k] }); got != c.want {
			t.Errorf("%q %v: %s", c.flag, c.env, got)
		}
	}
}

func TestEveryKindOfErrorHasItsExitCode(t *testing.T) {
	of := func(c issue.Code) error { return fmt.Errorf("wrapped: %w", issue.New(c, issue.Pos{})) }
	for _, c := range []struct {
		err  error
		want int
	}{
		{nil, ExitOK}, {errors.New("something"), ExitFault}, {context.Canceled, ExitFault},
		{of(issue.UnknownFlag), ExitUsage}, {of(issue.MyNumberColumn), ExitRefused}, {of(issue.UnknownOffice), ExitRefused},
		{of(issue.MediumGone), ExitRefused}, {of(issue.SpoolHeld), ExitHeld}, {of(issue.LedgerHeld), ExitHeld},
		{of(issue.KeyMissing), ExitNoKey}, {of(issue.LedgerTampered), ExitLedger}, {of(issue.DiskFull), ExitFault},
		{of(issue.LayoutOverlap), ExitRefused}, {of(issue.RegisterBadValue), ExitRefused},
		{&ExitError{Code: ExitRowFaults}, ExitRowFaults},
	} {
		if got := ExitCode(c.err); got != c.want {
			t.Errorf("%v: exit code %d, want %d", c.err, got, c.want)
		}
	}
}

func TestAnIssueIsOneLineWithItsPlace(t *testing.T) {
	i := issue.New(issue.BadBirth, issue.Pos{File: "list.csv", Row: 37, Column: 4, Name: "生年月日"})
	for lang, want := range map[issue.Lang]string{
		issue.Japanese: "baitai: list.csv 37行目 4列目 「生年月日」 R203 生年月日として読めません。\n",
		issue.English:  "baitai: list.csv row 37 column 4 «生年月日» R203 not a date of birth\n",
	} {
		var out bytes.Buffer
		(&Term{Out: &out, Err: &out, Lang: lang, Program: "baitai"}).Issue(i)
		if out.String() != want { // no hint: it is no terminal
			t.Errorf("got  %swant %s", out.String(), want)
		}
	}
}

func TestColumnsLineUpUnderWideCharacters(t *testing.T) {
	var out bytes.Buffer
	(&Term{Out: &out, Err: &out}).Table([][]string{{"項目", "b"}, {"あ", "x"}, {"abcdef", "y"}})
	lines := strings.Split(strings.TrimRight(out.String(), "\n"), "\n")
	if len(lines) != 4 || lines[2] != "あ      x" || lines[3] != "abcdef  y" {
		t.Errorf("%q", lines)
	}
}

func TestAFlagThatNobodyKnowsIsSaidInBothLanguages(t *testing.T) {
	for _, c := range []struct {
		args []string
		want issue.Code
	}{
		{[]string{"--nope"}, issue.UnknownFlag}, {[]string{"--rows"}, issue.MissingArgument}, {[]string{"--rows", "many"}, issue.BadArgument},
	} {
		f := NewFlags("answer")
		f.Int64("rows", 0, "")
		if err := Parse(f, c.args); !errors.Is(err, issue.New(c.want, issue.Pos{})) {
			t.Errorf("%v: %v, want %s", c.args, err, c.want)
		}
	}
	if err := Parse(NewFlags("answer"), []string{"--help"}); !errors.Is(err, ErrHelp) {
		t.Errorf("help: %v", err)
	}
}

func TestAProgressOnNoTerminalSaysNothing(t *testing.T) {
	var out bytes.Buffer
	term := &Term{Out: &out, Err: &out}
	p := term.NewProgress(time.Now)
	p.Set("match", 10, 100)
	p.Stop()
	(*Progress)(nil).Stop()
	if out.Len() > 0 {
		t.Errorf("it said %q", out.String())
	}
}
