package main

import (
	"embed"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"text/template"
)

// The statements that DuckDB and SQLite run, to be read and judged.
//
//go:embed sql
var sqlFiles embed.FS

// allPeers gives the peers by the names of --peers.
func allPeers() []string { return []string{"bare", "bare-csv", "folded", "sqlite", "join"} }

// A list is one list of a world, as baitai gets it and as the peers get it.
type list struct {
	rows  int
	files map[string]string // what the statements and commands call it → path
}

// sql fills in one of the files of sql/.
func sql(name string, files map[string]string) (string, error) {
	t, err := template.New(name).Option("missingkey=error").ParseFS(sqlFiles, "sql/"+name, "sql/fold_names.sql")
	if err != nil {
		return "", err
	}
	var out strings.Builder
	err = t.ExecuteTemplate(&out, name, files)
	return out.String(), err
}

// duckdb is one process of node that runs the files of sql/ in a database.
func (b *bench) duckdb(database string, files map[string]string, names ...string) (command, error) {
	var script strings.Builder
	for _, n := range names {
		s, err := sql(n, files)
		if err != nil {
			return command{}, err
		}
		script.WriteString(s)
	}
	return command{args: []string{"node", b.tool("duckdb.mjs"), database, strconv.Itoa(b.threads)}, stdin: script.String()}, nil
}

// answerJobs gives baitai and the peers on one list, in the order of a round.
func (b *bench) answerJobs(w *world, l list) ([]job, error) {
	f := l.files
	jobs := []job{{work: answer, warm: []string{f["cp932"], w.files["site"] + "/identity"}, steps: []step{{command: command{
		args: []string{b.tool("baitai"), "answer", f["cp932"], "--office", office, "--site", w.files["site"], "--json", "--again", "計測"},
		fine: []int{3}, // rows with faults are part of the list
	}}}}}
	for _, peer := range b.peers {
		j, err := b.peerJob(peer, w, l)
		if err != nil {
			return nil, err
		}
		jobs = append(jobs, j)
	}
	return jobs, nil
}

func (b *bench) peerJob(peer string, w *world, l list) (job, error) {
	f := l.files
	switch peer {
	case "bare":
		c, err := b.duckdb(w.files["readyDB"], l.with(w, "out", f["outBare"]), "join_ready.sql")
		return job{work: bare, warm: []string{f["list"], w.files["readyDB"]}, steps: []step{{command: c}}}, err
	case "bare-csv":
		c, err := b.duckdb(":memory:", l.with(w, "out", f["outBareCSV"]), "join_csv.sql")
		return job{work: bareCSV, warm: []string{f["list"], w.files["people"]}, steps: []step{{command: c}}}, err
	case "folded":
		c, err := b.duckdb(w.files["foldedDB"], l.with(w, "out", f["outFolded"]), "fold.sql", "join_folded.sql")
		return job{work: folded, warm: []string{f["cp932"], w.files["foldedDB"]}, steps: []step{
			{foldedDecode, command{args: []string{"iconv", "-f", "CP932", "-t", "UTF-8", "-o", f["listUTF8"], f["cp932"]}}},
			{foldedJoin, c},
			{foldedSeal, command{args: []string{"age", "-r", b.recipient, "-o", f["outFolded"] + ".age", f["outFolded"]}}},
		}}, err
	case "sqlite":
		script, err := sql("sqlite_join.sql", f)
		return job{work: sqlite, warm: []string{f["list"], w.files["sqliteDB"]}, steps: []step{{command: command{
			args: []string{"sqlite3", "-batch", "-bail", w.files["sqliteDB"]}, stdin: script,
			pipe: &command{args: []string{"zstd", "-q", "-f", "-o", f["outSQLite"]}},
		}}}}, err
	case "join":
		return job{work: coreutils, warm: []string{f["listTSV"], w.files["sorted"]}, steps: []step{
			{sortList, b.sort(f["listTSV"], f["listSorted"])},
			{joinSorted, command{
				args: []string{"env", "LC_ALL=C", "join", "-t", "\t", "-a", "1", "-o", "1.2,2.2,2.3,2.4,2.5,2.6,2.7", f["listSorted"], w.files["sorted"]},
				pipe: &command{args: []string{"zstd", "-q", "-f", "-o", f["outJoin"]}},
			}},
		}}, nil
	}
	return job{}, fmt.Errorf("no peer %q", peer)
}

// sort is GNU sort by the first field, bytes compared.
func (b *bench) sort(from, to string) command {
	return command{args: []string{"env", "LC_ALL=C", "sort", "-t", "\t", "-k", "1,1", "--parallel", strconv.Itoa(b.threads),
		"-S", "1G", "-T", filepath.Dir(to), "-o", to, from}}
}

// loadJobs gives how baitai and the peers take the people in. The first two are
// what a bar compares.
func (b *bench) loadJobs(w *world) ([]job, error) {
	f := w.files
	jobs := []job{{work: load, warm: []string{f["extract"]}, steps: []step{{command: command{
		args: []string{b.tool("baitai"), "identity", "load", "--site", f["site"], f["extract"]}}}}}}
	for _, d := range []struct {
		work     work
		in, into string
		scripts  []string
	}{
		{readExtract, f["extract"], f["rawDB"], []string{"read_extract.sql"}},
		{loadReady, f["people"], f["readyDB"], []string{"load_ready.sql"}},
		{loadFolded, f["people"], f["foldedDB"], []string{"fold.sql", "load_folded.sql"}},
	} {
		c, err := b.duckdb(d.into, f, d.scripts...)
		if err != nil {
			return nil, err
		}
		jobs = append(jobs, job{work: d.work, warm: []string{d.in}, steps: []step{{command: c}}})
	}
	script, err := sql("sqlite_load.sql", f)
	return append(jobs,
		job{work: loadSQLite, warm: []string{f["people"]}, steps: []step{{command: command{
			args: []string{"sqlite3", "-batch", "-bail", f["sqliteDB"]}, stdin: script}}}},
		job{work: sortPeople, warm: []string{f["peopleTSV"]}, steps: []step{{command: b.sort(f["peopleTSV"], f["sorted"])}}},
	), err
}
