package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// noticesWanted is how many people move in an update.
const noticesWanted = 10_000

// A bench is one run of the program.
type bench struct {
	settings
	log       io.Writer
	started   time.Time
	recipient string // the age key of the office
	foldable  string // the characters that DuckDB replaces
	results   results
	told      map[cell]map[string]int // what came out of each work: rows by answer, or the audit of a peer
	notes     []string                // what could not be measured, and why
	versions  []string
}

// A world is one size of the people, with everything that was made of it.
type world struct {
	people int
	last   bool // the largest: the bars are measured here
	files  map[string]string
	lists  []list
}

// world measures one size of the people, and removes its data.
func (b *bench) world(ctx context.Context, people int) error {
	dir := filepath.Join(b.dir, "people"+strconv.Itoa(people))
	if err := errors.Join(os.RemoveAll(dir), os.MkdirAll(dir, 0o700)); err != nil {
		return err
	}
	w := &world{people: people, last: people == b.people[len(b.people)-1], files: inFolder(dir, map[string]string{
		"extract": "extract.csv", "people": "people.csv", "peopleTSV": "people.tsv", "prepared": "prepared.duckdb",
		"rawDB": "raw.duckdb", "readyDB": "ready.duckdb", "foldedDB": "folded.duckdb", "sqliteDB": "people.sqlite",
		"sorted": "people.sorted.tsv", "site": "site", "notices": "notices.csv",
	})}
	for _, do := range []func(context.Context, *world) error{b.invent, b.loads, b.answers, b.audits, b.updates} {
		if err := do(ctx, w); err != nil {
			return err
		}
	}
	if b.keep {
		return nil
	}
	return os.RemoveAll(dir)
}

func inFolder(dir string, names map[string]string) map[string]string {
	out := make(map[string]string)
	for k, v := range names {
		out[k] = filepath.Join(dir, v)
	}
	return out
}

// with gives the files of the list and its world, and one more.
func (l list) with(w *world, key, value string) map[string]string {
	all := maps.Clone(w.files)
	maps.Copy(all, l.files)
	all[key] = value
	return all
}

// invent makes the people and the lists, and prepares them for the peers.
func (b *bench) invent(ctx context.Context, w *world) error {
	b.say("%s people: inventing and preparing", grouped(w.people))
	n := strconv.Itoa(w.people)
	if _, err := (command{args: []string{b.tool("baitai-fake"), "people", "--people", n, "--out", w.files["extract"]}}).run(ctx); err != nil {
		return err
	}
	if err := b.query(ctx, w.files["prepared"], w.files, "prepare_people.sql"); err != nil {
		return err
	}
	w.files["foldable"], w.files["usual"] = b.foldable, b.usual()
	for _, rows := range b.rows {
		if rows > w.people {
			continue
		}
		l := list{rows: rows, files: inFolder(filepath.Dir(w.files["extract"]), map[string]string{
			"cp932": "list%.csv", "truth": "list%.csv.truth.csv", "listUTF8": "list%.utf8.csv", "list": "list%.ready.csv",
			"listTSV": "list%.ready.tsv", "listSorted": "list%.sorted.tsv", "outBare": "out%.bare.csv.zst", "outBareCSV": "out%.bare-csv.csv.zst",
			"outFolded": "out%.folded.csv.zst", "outSQLite": "out%.sqlite.csv.zst", "outJoin": "out%.join.tsv.zst",
		})}
		for k, v := range l.files {
			l.files[k] = strings.Replace(v, "%", strconv.Itoa(rows), 1)
		}
		for _, c := range []command{
			{args: []string{b.tool("baitai-fake"), "list", "--people", n, "--rows", strconv.Itoa(rows), "--format", "csv-cp932", "--columns", columns, "--mix", mix, "--code-percent", "0",
				"--out", l.files["cp932"], "--office", office, "--purpose", purpose, "--fields", fields, "--basis", basis, "--form", "csv", "--way", "媒体"}},
			{args: []string{"iconv", "-f", "CP932", "-t", "UTF-8", "-o", l.files["listUTF8"], l.files["cp932"]}},
		} {
			if _, err := c.run(ctx); err != nil {
				return err
			}
		}
		if err := b.query(ctx, ":memory:", l.with(w, "out", ""), "prepare_list.sql"); err != nil {
			return err
		}
		w.lists = append(w.lists, l)
	}
	return os.Remove(w.files["prepared"])
}

// loads measures how the people are taken in. The two that a bar compares run in
// every round at the largest size, the others once.
func (b *bench) loads(ctx context.Context, w *world) error {
	for round := range b.rounds {
		if round > 0 && !w.last {
			break
		}
		if err := errors.Join(b.newSite(ctx, w.files["site"], b.recipient), os.RemoveAll(w.files["rawDB"])); err != nil {
			return err
		}
		jobs, err := b.loadJobs(w)
		if err != nil {
			return err
		}
		for _, j := range jobs {
			if round > 0 && j.work != load && j.work != readExtract {
				continue
			}
			if _, err := b.measure(ctx, j, w.people, 0, round); err != nil {
				return err
			}
		}
	}
	return os.RemoveAll(w.files["rawDB"])
}

// answers measures the lists: in each round every job once, in turn.
func (b *bench) answers(ctx context.Context, w *world) error {
	for round := range b.rounds {
		if _, err := b.measure(ctx, b.idle(), w.people, 0, round); err != nil {
			return err
		}
		for _, l := range w.lists {
			jobs, err := b.answerJobs(w, l)
			if err != nil {
				return err
			}
			for _, j := range jobs {
				s, err := b.measure(ctx, j, w.people, l.rows, round)
				if err != nil {
					return err
				}
				if j.work != answer {
					continue
				}
				var said struct{ Answers map[string]int }
				if err := json.Unmarshal([]byte(s.out), &said); err != nil {
					return fmt.Errorf("what baitai said: %w", err)
				}
				b.told[cell{answer, w.people, l.rows}] = said.Answers
			}
		}
	}
	return nil
}

// audits holds what the peers gave out against the truth.
func (b *bench) audits(ctx context.Context, w *world) error {
	outputs := map[string]struct {
		work work
		file string
	}{"bare": {bare, "outBare"}, "bare-csv": {bareCSV, "outBareCSV"}, "folded": {folded, "outFolded"}, "sqlite": {sqlite, "outSQLite"}, "join": {coreutils, "outJoin"}}
	for _, l := range w.lists {
		for _, peer := range b.peers {
			o := outputs[peer]
			f := l.with(w, "out", l.files[o.file])
			f["columns"], f["options"] = "no, nullif(code, '') AS code", `header = true, delim = ',', quote = '"', escape = '"'`
			if peer == "join" {
				f["columns"], f["options"] = "column0 AS no, nullif(column1, '') AS code", `header = false, delim = '\t', quote = '', null_padding = true`
			}
			c, err := b.duckdb(":memory:", f, "audit.sql")
			if err != nil {
				return err
			}
			s, err := c.run(ctx)
			if err != nil {
				return err
			}
			var said struct{ Row map[string]string }
			if err := json.Unmarshal([]byte(s.out), &said); err != nil {
				return err
			}
			counts := make(map[string]int)
			for k, v := range said.Row {
				if counts[k], err = strconv.Atoi(v); err != nil {
					return err
				}
			}
			if counts["rows"] != l.rows {
				return fmt.Errorf("%s lost rows: %d of %d came out", peer, counts["rows"], l.rows)
			}
			b.told[cell{o.work, w.people, l.rows}] = counts
		}
	}
	return nil
}

// updates measures notices against the loaded people, where baitai can take them.
func (b *bench) updates(ctx context.Context, w *world) error {
	if !w.last {
		return nil
	}
	help, err := command{args: []string{b.tool("baitai"), "help", "identity"}}.run(ctx)
	if err != nil {
		return err
	}
	if !strings.Contains(help.out, "identity update") {
		b.notes = append(b.notes, "`baitai identity update` はこの版にありません / this version has no `baitai identity update`")
		return nil
	}
	for round := range b.rounds {
		files := maps.Clone(w.files)
		files["part"], files["count"] = strconv.Itoa(round), strconv.Itoa(min(noticesWanted, w.people/20))
		if err := b.query(ctx, ":memory:", files, "notices.sql"); err != nil {
			return err
		}
		j := job{work: update, warm: []string{files["notices"], files["site"] + "/identity"}, steps: []step{{command: command{
			args: []string{b.tool("baitai"), "identity", "update", "--site", files["site"], files["notices"]}}}}}
		var failed *exec.ExitError
		if _, err := b.measure(ctx, j, w.people, 0, round); errors.As(err, &failed) {
			b.notes = append(b.notes, fmt.Sprintf("`baitai identity update`: %v", failed))
			return nil
		} else if err != nil {
			return err
		}
	}
	return nil
}

// query runs statements that are not timed.
func (b *bench) query(ctx context.Context, database string, files map[string]string, names ...string) error {
	c, err := b.duckdb(database, files, names...)
	if err != nil {
		return err
	}
	_, err = c.run(ctx)
	return err
}

// measure runs a job once, notes it and says so.
func (b *bench) measure(ctx context.Context, j job, people, rows, round int) (sample, error) {
	s, err := j.measure(ctx, func(w work, s sample) { b.results.add(cell{w, people, rows}, s) })
	if err != nil {
		return s, err
	}
	_, en := j.work.names()
	size := short(people) + " people"
	if rows > 0 {
		size += ", " + short(rows) + " rows"
	}
	b.say("round %d: %-24s %-40s %8.2f s, CPU %8.2f s, %6d MiB", round+1, size, en, s.wall.Seconds(), s.cpu.Seconds(), s.rss>>20)
	return s, nil
}

func (b *bench) say(format string, args ...any) {
	fmt.Fprintf(b.log, "%5.0f s  "+format+"\n", append([]any{time.Since(b.started).Seconds()}, args...)...)
}
