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
	fmt.Fprint(p.Out, string(raw))
	return nil
}

func runHelp(_ context.Context, c *call) error {
	name := "help"
	if c.flags.NArg() > 0 {
		name = c.flags.Arg(0)
	}
	return c.help(name)
}

func runVersion(_ context.Context, c *call) error {
	version, revision := "(devel)", ""
	if info, ok := debug.ReadBuildInfo(); ok {
		version = info.Main.Version
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				revision = s.Value
			}
		}
	}
	if c.JSON {
		return c.Value(map[string]string{"version": version, "revision": revision})
	}
	c.Say("baitai %s", "baitai %s", strings.TrimSpace(version+" "+revision))
	return nil
}
