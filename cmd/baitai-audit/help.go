package main

import (
	"context"
	"embed"
	"fmt"
	"runtime/debug"
	"strings"

	"baitai/pipeline/issue"
)

//go:embed help
var helpTexts embed.FS

// help prints the text of a verb, or the list of verbs.
func (p *program) help(name string) error {
	raw, err := helpTexts.ReadFile("help/" + string(p.Lang) + "/" + name + ".txt")
	if err != nil {
		return issue.New(issue.UnknownVerb, issue.Pos{}, name).Because(err)
	}
	// A checkout on Windows may have given the lines other ends.
	_, err = fmt.Fprint(p.Out, strings.ReplaceAll(string(raw), "\r\n", "\n"))
	return err
}

func runHelp(_ context.Context, c *call) error {
	switch c.flags.NArg() {
	case 0:
		return c.help("help")
	case 1:
		return c.help(c.flags.Arg(0))
	}
	return issue.New(issue.SurplusArgument, issue.Pos{})
}

func runVersion(_ context.Context, c *call) error {
	if c.flags.NArg() > 0 {
		return issue.New(issue.SurplusArgument, issue.Pos{})
	}
	version, revision := "(devel)", ""
	if info, ok := debug.ReadBuildInfo(); ok {
		version = info.Main.Version
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				revision = s.Value
			}
		}
	}
	c.Say("%s", "%s", strings.TrimSpace("baitai-audit "+version+" "+revision))
	return c.Value(map[string]string{"version": version, "revision": revision})
}
