package term

import (
	"errors"
	"io"

	"github.com/spf13/pflag"

	"baitai/pipeline/issue"
)

// NewFlags makes the flags of a verb. They may stand before, between and behind
// the arguments.
func NewFlags(verb string) *pflag.FlagSet {
	f := pflag.NewFlagSet(verb, pflag.ContinueOnError)
	f.SetOutput(io.Discard)
	f.Usage = func() {}
	f.SortFlags = false
	return f
}

// ErrHelp is what Parse returns for --help.
var ErrHelp = pflag.ErrHelp

// Parse parses args and returns its errors as issues of the command line, in
// both languages.
func Parse(f *pflag.FlagSet, args []string) error {
	err := f.Parse(args)
	var unknown *pflag.NotExistError
	var lacks *pflag.ValueRequiredError
	var invalid *pflag.InvalidValueError
	var syntax *pflag.InvalidSyntaxError
	switch {
	case err == nil:
		return nil
	case errors.Is(err, pflag.ErrHelp):
		return ErrHelp
	case errors.As(err, &unknown):
		return issue.New(issue.UnknownFlag, issue.Pos{}, dashes(unknown.GetSpecifiedName())).Because(err)
	case errors.As(err, &lacks):
		return issue.New(issue.MissingArgument, issue.Pos{}, dashes(lacks.GetSpecifiedName())).Because(err)
	case errors.As(err, &invalid):
		return issue.New(issue.BadArgument, issue.Pos{}, "--"+invalid.GetFlag().Name).Because(err)
	case errors.As(err, &syntax):
		return issue.New(issue.UnknownFlag, issue.Pos{}, syntax.GetSpecifiedFlag()).Because(err)
	}
	return issue.New(issue.BadArgument, issue.Pos{}, f.Name()).Because(err)
}

func dashes(name string) string {
	if len(name) == 1 {
		return "-" + name
	}
	return "--" + name
}

// Need returns the arguments if there are exactly as many as names; otherwise it
// names the one that is missing.
func Need(f *pflag.FlagSet, names ...string) ([]string, error) {
	args := f.Args()
	if len(args) < len(names) {
		return nil, issue.New(issue.MissingArgument, issue.Pos{}, names[len(args)])
	}
	if len(args) > len(names) {
		return nil, issue.New(issue.SurplusArgument, issue.Pos{})
	}
	return args, nil
}
