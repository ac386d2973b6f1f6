// Command bench measures baitai against the tools that somebody would take
// instead: DuckDB, SQLite and the join of coreutils, on the same invented people
// and the same list. It lives in a module of its own, so that what it needs never
// becomes a need of baitai. README.md says what each peer does and does not do.
//
// Everything that is timed is a process started for that one job, the peers take
// turns (A B C A B C …), and what is compared are medians of the ratios within a
// round: a machine that is busy for a minute slows both sides of a ratio.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// settings is what the command line says.
type settings struct {
	people, rows []int
	peers        []string
	rounds       int
	threads      int
	root         string // of the checkout
	bin          string // folder of baitai and baitai-fake; empty: built from the checkout
	dir          string // where the data go; empty: a folder that is removed at the end
	keep         bool   // the data are not removed
	here         string // this folder, where node_modules is
	svg          string // the plot; empty: none
}

// coldRows are the rows of the list that a cold start is measured with.
const coldRows = 1_000

func main() {
	// Interrupted, the processes end and the data are removed.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return
		}
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out, progress io.Writer) error {
	set, err := parse(args, progress)
	if err != nil {
		return err
	}
	set.keep = set.dir != ""
	if !set.keep {
		if set.dir, err = os.MkdirTemp("", "baitai-bench-"); err != nil {
			return err
		}
		defer os.RemoveAll(set.dir)
	} else if set.dir, err = filepath.Abs(set.dir); err != nil {
		return err
	} else if err := os.MkdirAll(set.dir, 0o700); err != nil {
		return err
	}
	b := &bench{settings: set, log: progress, results: results{}, told: make(map[cell]map[string]int), started: time.Now()}
	if err := b.prepareTools(ctx); err != nil {
		return err
	}
	for _, n := range set.people {
		if err := b.world(ctx, n); err != nil {
			return fmt.Errorf("%d people: %w", n, err)
		}
	}
	if set.svg != "" {
		if err := os.WriteFile(set.svg, []byte(plot(b.results, set)), 0o644); err != nil {
			return err
		}
	}
	_, err = io.WriteString(out, b.report())
	return err
}

// parse reads the command line.
func parse(args []string, usage io.Writer) (settings, error) {
	s := settings{}
	f := flag.NewFlagSet("bench", flag.ContinueOnError)
	f.SetOutput(usage)
	people := f.String("people", "1000000", "people, one or more sizes by comma; the largest is held against the bars")
	rows := f.String("rows", "1000000", "rows, one or more sizes by comma; the largest is held against the bars, 1,000 is always added")
	peers := f.String("peers", strings.Join(allPeers(), ","), "peers to measure, by comma")
	small := f.Bool("small", false, "100,000 people, 20,000 rows: less than a minute")
	f.IntVar(&s.rounds, "rounds", 3, "rounds; every job runs once in each")
	f.IntVar(&s.threads, "threads", 2, "threads of DuckDB and sort")
	f.StringVar(&s.root, "root", filepath.Join("..", ".."), "the checkout of baitai")
	f.StringVar(&s.bin, "bin", "", "folder with baitai and baitai-fake; empty: they are built from the checkout")
	f.StringVar(&s.dir, "dir", "", "folder for the data, kept; empty: a temporary one, removed at the end")
	f.StringVar(&s.svg, "svg", "", "write the plot to this file")
	if err := f.Parse(args); err != nil {
		return s, err
	}
	if f.NArg() > 0 {
		return s, fmt.Errorf("what is %q?", f.Arg(0))
	}
	if *small {
		given := make(map[string]bool)
		f.Visit(func(g *flag.Flag) { given[g.Name] = true })
		for name, flagged := range map[string]struct {
			value *string
			small string
		}{"people": {people, "100000"}, "rows": {rows, "20000"}} {
			if !given[name] {
				*flagged.value = flagged.small
			}
		}
	}
	var err error
	if s.people, err = sizes(*people); err != nil {
		return s, err
	}
	if s.rows, err = sizes(*rows + "," + strconv.Itoa(coldRows)); err != nil {
		return s, err
	}
	s.peers = strings.FieldsFunc(*peers, func(r rune) bool { return r == ',' })
	for _, p := range s.peers {
		if !slices.Contains(allPeers(), p) {
			return s, fmt.Errorf("no peer %q; there are %s", p, strings.Join(allPeers(), ", "))
		}
	}
	if s.rounds < 1 || s.threads < 1 {
		return s, errors.New("at least one round and one thread")
	}
	var failed [3]error
	s.root, failed[0] = filepath.Abs(s.root)
	s.here, failed[1] = filepath.Abs(".")
	if s.bin != "" {
		s.bin, failed[2] = filepath.Abs(s.bin)
	}
	return s, errors.Join(failed[:]...)
}

// sizes reads numbers by comma and gives them in order, each once. 1e6 and
// 1_000_000 are numbers too.
func sizes(text string) ([]int, error) {
	var out []int
	for part := range strings.SplitSeq(text, ",") {
		n, err := strconv.ParseFloat(strings.ReplaceAll(strings.TrimSpace(part), "_", ""), 64)
		if err != nil || n < 1_000 || n > 1e8 || n != float64(int(n)) {
			return nil, fmt.Errorf("%q is not a whole number from 1,000 to 100,000,000", part)
		}
		out = append(out, int(n))
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}
