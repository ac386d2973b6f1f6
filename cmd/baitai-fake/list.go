package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"baitai/cmd/internal/invent"
)

// listFlags is what a list and its request are made of.
type listFlags struct {
	world
	spec                         invent.ListSpec
	format, header, mix, columns string
	truth                        string
	request                      invent.Request
	fields                       string
	noDigest, requestSheet       bool
}

func (t *tool) listFlags(l *listFlags) *pflag.FlagSet {
	f := t.flags("list", &l.world)
	f.IntVar(&l.people, "people", 10_000, t.text("元になる世界の人数(people と同じに)", "people of the world, the same as for «people»"))
	f.IntVar(&l.spec.Rows, "rows", 1_000, t.text("行数", "rows"))
	f.Uint64Var(&l.spec.Seed, "list-seed", 1, t.text("名簿の乱数の種", "seed of the list"))
	f.StringVar(&l.format, "format", "csv-cp932", t.text("csv|tsv - cp932|utf8|utf8-bom|utf16le|utf16be [-lf|-cr] [-quoted]、または xlsx", "csv|tsv - cp932|utf8|utf8-bom|utf16le|utf16be [-lf|-cr] [-quoted], or xlsx"))
	f.StringVar(&l.header, "header", "standard", t.text("見出し: standard, other, english, none", "headers: standard, other, english, none"))
	f.StringVar(&l.mix, "mix", "default", t.text("default, clean, hard, even、または P0=90,N1=10", "default, clean, hard, even, or P0=90,N1=10"))
	f.StringVar(&l.columns, "columns", "", t.text("列(コンマ区切り、順に)。空なら同意番号以外の全部", "columns in order, by comma; empty: all but 同意番号"))
	f.IntVar(&l.spec.CodePercent, "code-percent", 30, t.text("住民票コードのある行の割合(%)", "rows of a hundred that give the 住民票コード"))
	f.StringVar(&l.truth, "truth", "", t.text("正解ファイル(空なら OUT.truth.csv。受付フォルダに置かないこと)", "truth file (empty: OUT.truth.csv; keep it out of an inbox)"))
	f.StringVar(&l.request.Office, "office", "", t.text("照会元コード。指定すると OUT.request.toml も作る", "the asking office's id; with it OUT.request.toml is written too"))
	f.StringVar(&l.request.Purpose, "purpose", "", t.text("事務コード", "id of the purpose"))
	f.StringVar(&l.request.Number, "number", "依頼-1", t.text("依頼番号", "number of the request"))
	f.StringVar(&l.fields, "fields", "", t.text("提供項目(コンマ区切り)", "fields asked for, by comma"))
	f.StringVar(&l.request.Form, "form", "", t.text("結果の形式: csv, xlsx", "form of the result: csv, xlsx"))
	f.StringVar(&l.request.ResultCharset, "result-charset", "", t.text("結果の文字コード", "character set of the result"))
	f.StringVar(&l.request.Way, "way", "", t.text("返却方法", "way back"))
	f.StringVar(&l.request.Basis, "basis", "", t.text("根拠", "basis"))
	f.BoolVar(&l.request.Japanese, "japanese-keys", false, t.text("依頼書のキーを日本語にする", "keys of the request in Japanese"))
	f.BoolVar(&l.noDigest, "no-digest", false, t.text("依頼書にダイジェストを書かない", "no digest in the request"))
	f.BoolVar(&l.requestSheet, "request-sheet", false, t.text("依頼書をブックのシートにする(xlsxのみ)", "the request as a sheet of the workbook (xlsx only)"))
	return f
}

// list writes a list, its truth and its request.
func (t *tool) list(args []string) int {
	var l listFlags
	if code, done := t.parse(t.listFlags(&l), args); done {
		return code
	}
	in, err := l.prepare()
	if err != nil {
		return t.wrong("指定の誤り: "+err.Error(), err.Error())
	}
	list, err := in.List(l.spec)
	if err != nil {
		return t.wrong("指定の誤り: "+err.Error(), err.Error())
	}
	files, err := l.write(list)
	if err != nil {
		return t.fault(err)
	}
	for _, s := range files {
		t.say(t.stdout, fmt.Sprintf("%s: %dバイト\n", s.path, s.bytes), fmt.Sprintf("%s: %d bytes\n", s.path, s.bytes))
	}
	t.summary(list)
	return exitOK
}

// prepare turns the flags into a world and a specification.
func (l *listFlags) prepare() (*invent.World, error) {
	var err error
	if l.out == "" {
		return nil, errors.New("--out")
	}
	if l.spec.Format, err = invent.ParseFormat(l.format); err != nil {
		return nil, err
	}
	if l.spec.Mix, err = parseMix(l.mix); err != nil {
		return nil, err
	}
	l.spec.Header = invent.HeaderStyle(l.header)
	if !slices.Contains([]invent.HeaderStyle{invent.Standard, invent.Other, invent.English, invent.None}, l.spec.Header) {
		return nil, errors.New("--header")
	}
	if l.columns != "" {
		l.spec.Columns = strings.Split(l.columns, ",")
	}
	if l.fields != "" {
		l.request.Fields = strings.Split(l.fields, ",")
	}
	l.request.Rows = l.spec.Rows
	l.request.Charset = string(l.spec.Format.Charset)
	if l.requestSheet {
		if l.spec.Format.Kind != invent.XLSX || l.request.Office == "" {
			return nil, errors.New("--request-sheet: --format xlsx --office")
		}
		l.spec.Request = &l.request
	}
	if l.truth == "" {
		l.truth = l.out + ".truth.csv"
	}
	return l.open()
}

// parseMix reads the name of a mix, or P0=90,N1=10.
func parseMix(text string) (invent.Mix, error) {
	if m, ok := invent.NamedMix(text); ok {
		return m, nil
	}
	m := invent.Mix{}
	for part := range strings.SplitSeq(text, ",") {
		class, weight, ok := strings.Cut(part, "=")
		n, err := strconv.Atoi(weight)
		if !ok || err != nil {
			return nil, invent.ErrMix
		}
		m[invent.Class(class)] = n
	}
	return m, nil
}

// write publishes the truth and the request before the list, because a folder
// that is watched takes the list as soon as it has its name.
func (l *listFlags) write(list *invent.List) ([]staged, error) {
	var files []staged
	add := func(path string, write func(io.Writer) error) error {
		s, err := stage(path, write)
		if err != nil {
			for _, f := range files {
				f.discard()
			}
			return err
		}
		files = append(files, s)
		return nil
	}
	if err := add(l.out, list.Write); err != nil {
		return nil, err
	}
	if err := add(l.truth, list.WriteTruth); err != nil {
		return nil, err
	}
	if l.request.Office != "" && !l.requestSheet {
		if !l.noDigest {
			l.request.SHA256 = files[0].digest
		}
		if err := add(l.out+".request.toml", l.request.Write); err != nil {
			return nil, err
		}
	}
	slices.Reverse(files)
	return files, publishAll(l.force, files...)
}

// summary prints how many rows of each class there are.
func (t *tool) summary(list *invent.List) {
	count := map[invent.Class]int{}
	for _, e := range list.Entries {
		count[e.Truth.Class]++
	}
	var b strings.Builder
	for _, c := range invent.Classes() {
		if count[c.Class] > 0 {
			fmt.Fprintf(&b, "  %-4s%8d  %s\n", c.Class, count[c.Class], t.text(c.Japanese, c.English))
		}
	}
	t.say(t.stdout, fmt.Sprintf("%d行\n%s", len(list.Entries), b.String()), fmt.Sprintf("%d rows\n%s", len(list.Entries), b.String()))
	if list.Missed > 0 {
		t.say(t.stdout, fmt.Sprintf("  (%d行は当てはまる人がおらず P0 になった)\n", list.Missed),
			fmt.Sprintf("  (%d rows are P0 because their class fitted nobody)\n", list.Missed))
	}
}

// classes prints what the rows of lists can be.
func (t *tool) classes(args []string) int {
	if len(args) > 0 {
		return t.wrong("指定はありません", "there are no flags")
	}
	for _, c := range invent.Classes() {
		t.say(t.stdout, fmt.Sprintf("%-4s %5d  %s\n", c.Class, c.Weight, c.Japanese),
			fmt.Sprintf("%-4s %5d  %s\n", c.Class, c.Weight, c.English))
	}
	return exitOK
}
