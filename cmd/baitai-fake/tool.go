package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"baitai/cmd/internal/invent"
)

// tool is one run: the language and where to speak.
type tool struct {
	japanese       bool
	stdout, stderr io.Writer
}

// say prints the text in the language of the run.
func (t *tool) say(to io.Writer, japanese, english string) {
	text := english
	if t.japanese {
		text = japanese
	}
	_, _ = io.WriteString(to, text) // nobody is left to tell when the terminal is gone
}

func (t *tool) complain(japanese, english string) {
	t.say(t.stderr, "baitai-fake: "+japanese+"\n", "baitai-fake: "+english+"\n")
}

// takeLang takes --lang out of the arguments, wherever it stands.
func (t *tool) takeLang(args []string) []string {
	var rest []string
	for i := 0; i < len(args); i++ {
		lang, inline := strings.CutPrefix(args[i], "--lang=")
		if !inline {
			if args[i] != "--lang" || i+1 == len(args) {
				rest = append(rest, args[i])
				continue
			}
			i++
			lang = args[i]
		}
		switch lang {
		case "ja":
			t.japanese = true
		case "en":
			t.japanese = false
		default:
			rest = append(rest, args[i]) // the verb's flags will refuse it
		}
	}
	return rest
}

// world is the flags that every verb has.
type world struct {
	seed   uint64
	people int
	asOf   string
	out    string
	force  bool
}

// flags begins a verb's flags. help is the flag's text in both languages.
func (t *tool) flags(verb string, w *world) *pflag.FlagSet {
	f := pflag.NewFlagSet(verb, pflag.ContinueOnError)
	f.SetOutput(io.Discard)
	f.SortFlags = false
	f.Uint64Var(&w.seed, "seed", 1, t.text("乱数の種", "seed of the world"))
	f.StringVar(&w.asOf, "as-of", "2026-04-01", t.text("この日現在のファイルとする (YYYY-MM-DD)", "the day on which the file is as it is (YYYY-MM-DD)"))
	f.StringVar(&w.out, "out", "", t.text("書き出す先(必須)", "where to write (required)"))
	f.BoolVar(&w.force, "force", false, t.text("既にあるファイルを置き換える", "replace files that exist"))
	return f
}

func (t *tool) text(japanese, english string) string {
	if t.japanese {
		return japanese
	}
	return english
}

// parse reads the flags of a verb; done is true when there is nothing left to do.
func (t *tool) parse(f *pflag.FlagSet, args []string) (code int, done bool) {
	err := f.Parse(args)
	switch {
	case errors.Is(err, pflag.ErrHelp):
		t.say(t.stdout, "baitai-fake "+f.Name()+" の指定:\n", "flags of baitai-fake "+f.Name()+":\n")
		_, _ = io.WriteString(t.stdout, f.FlagUsages())
		t.say(t.stdout, "終了コード: 0 作成した  1 作成できない  2 コマンドラインの誤り\n",
			"exit codes: 0 written  1 could not be written  2 the command line is wrong\n")
		return exitOK, true
	case err == nil && f.NArg() > 0:
		err = fmt.Errorf("unexpected argument: %s", f.Arg(0))
	}
	if err != nil {
		t.complain("指定の誤り: "+err.Error(), err.Error())
		return exitUsage, true
	}
	return exitOK, false
}

// wrong reports a command line that says something impossible.
func (t *tool) wrong(japanese, english string) int {
	t.complain(japanese, english)
	return exitUsage
}

// fault reports what could not be done.
func (t *tool) fault(err error) int {
	t.complain("作成できません: "+err.Error(), "could not be written: "+err.Error())
	return exitFault
}

// day reads --as-of.
func (w *world) day() (time.Time, error) {
	return time.ParseInLocation(time.DateOnly, w.asOf, time.FixedZone("JST", 9*3600))
}

// open makes the world of the flags.
func (w *world) open() (*invent.World, error) {
	day, err := w.day()
	if err != nil {
		return nil, errors.New("--as-of: YYYY-MM-DD")
	}
	return invent.New(invent.Options{Seed: w.seed, People: w.people, AsOf: day})
}
