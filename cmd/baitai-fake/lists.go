package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/pflag"

	"baitai/cmd/internal/invent"
	"baitai/cmd/internal/score"
	"baitai/formats/charset"
)

// seedNames are the three seeds of a measurement (see score.ParseSeed): no person
// and no row of one is known to whoever works with another.
func seedNames() []string { return []string{"develop", "tune", "sealed"} }

// listsFlags is what the lists of a measurement are made of.
type listsFlags struct {
	world
	seeds    []string
	perClass int
	labelled bool
	percent  int
}

func (t *tool) listsFlags(l *listsFlags) *pflag.FlagSet {
	f := pflag.NewFlagSet("lists", pflag.ContinueOnError)
	f.SetOutput(io.Discard)
	f.SortFlags = false
	f.BoolVar(&l.labelled, "labelled", false, t.text("正解ファイルも書く(なければ名簿だけ)", "write the truth files too (without it the lists alone)"))
	f.StringSliceVar(&l.seeds, "seed", seedNames(), t.text("develop, tune, sealed または数(コンマ区切り)", "develop, tune, sealed or numbers, by comma"))
	f.IntVar(&l.people, "people", 20_000, t.text("種ごとの附票ファイルの人数", "people in the identity file of each seed"))
	f.IntVar(&l.perClass, "rows-per-class", 300, t.text("分類ごとの行数", "rows of each class"))
	f.IntVar(&l.percent, "code-percent", 0, t.text("住民票コードのある行の割合(%)", "rows of a hundred that give the 住民票コード"))
	f.StringVar(&l.asOf, "as-of", "2026-04-01", t.text("この日現在のファイルとする (YYYY-MM-DD)", "the day on which the file is as it is (YYYY-MM-DD)"))
	f.StringVar(&l.out, "out", "", t.text("書き出すフォルダー(必須)", "the folder to write into (required)"))
	f.BoolVar(&l.force, "force", false, t.text("既にあるファイルを置き換える", "replace files that exist"))
	return f
}

// lists writes, for each seed, an extract and a list that has every positive and
// negative class, each as often: OUT/SEED/people.csv, list.csv, and the truth.
func (t *tool) lists(args []string) int {
	var l listsFlags
	if code, done := t.parse(t.listsFlags(&l), args); done {
		return code
	}
	seeds := make([]score.Seed, len(l.seeds))
	var err error
	for i, name := range l.seeds {
		if seeds[i], err = score.ParseSeed(name); err != nil {
			return t.wrong("--seed は develop, tune, sealed または数", err.Error())
		}
	}
	if _, err := l.day(); err != nil || l.out == "" || len(seeds) == 0 || l.people < 1 || l.perClass < 1 {
		return t.wrong("--out --people --rows-per-class --as-of のいずれかが正しくありません", "one of --out, --people, --rows-per-class, --as-of is wrong")
	}
	for _, seed := range seeds {
		if code := t.listsOf(&l, seed); code != exitOK {
			return code
		}
	}
	return exitOK
}

// listsOf writes the files of one seed.
func (t *tool) listsOf(l *listsFlags, seed score.Seed) int {
	w := l.world
	w.seed = seed.Number()
	in, err := w.open()
	if err != nil {
		return t.wrong("指定の誤り: "+err.Error(), err.Error())
	}
	even, _ := invent.NamedMix("even")
	list, err := in.List(invent.ListSpec{Seed: seed.Number(), Rows: l.perClass * len(even), Mix: even, CodePercent: l.percent,
		Format: invent.Format{Kind: invent.CSV, Charset: charset.UTF8, Newline: "\r\n"}})
	if err != nil {
		return t.wrong("指定の誤り: "+err.Error(), err.Error())
	}
	files, err := l.write(filepath.Join(l.out, seed.Name), in, list)
	if err != nil {
		return t.fault(err)
	}
	for _, s := range files {
		t.say(t.stdout, fmt.Sprintf("%s: %dバイト\n", s.path, s.bytes), fmt.Sprintf("%s: %d bytes\n", s.path, s.bytes))
	}
	t.summary(list)
	return exitOK
}

// write publishes the truth before the list, as the list verb does.
func (l *listsFlags) write(dir string, in *invent.World, list *invent.List) (files []staged, err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	write := []struct {
		name  string
		write func(io.Writer) error
	}{
		{"people.csv", func(o io.Writer) error { _, err := invent.WriteExtract(o, in, false); return err }},
		{"list.csv.truth.csv", list.WriteTruth},
		{"list.csv", list.Write},
	}
	for _, f := range write {
		if f.name == "list.csv.truth.csv" && !l.labelled {
			continue
		}
		s, err := stage(filepath.Join(dir, f.name), f.write)
		if err != nil {
			for _, f := range files {
				f.discard()
			}
			return nil, err
		}
		files = append(files, s)
	}
	return files, publishAll(l.force, files...)
}
