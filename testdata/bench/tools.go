package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
)

// tool gives the path of one of our own programs or files.
func (b *bench) tool(name string) string {
	if name == "duckdb.mjs" {
		return filepath.Join(b.here, name)
	}
	return filepath.Join(b.bin, name)
}

// usual is the table of characters for DuckDB.
func (b *bench) usual() string { return filepath.Join(b.dir, "usual.csv") }

// prepareTools finds the peers, builds baitai and makes the office's key.
func (b *bench) prepareTools(ctx context.Context) error {
	var missing []error
	for _, name := range []string{"node", "sqlite3", "sort", "join", "zstd", "iconv", "age", "age-keygen"} {
		if _, err := exec.LookPath(name); err != nil {
			missing = append(missing, err)
		}
	}
	if err := errors.Join(missing...); err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(b.here, "node_modules", "@duckdb", "node-api")); err != nil {
		return fmt.Errorf("npm ci comes first: %w", err)
	}
	if b.bin == "" {
		b.bin = filepath.Join(b.dir, "bin")
		b.say("building baitai and baitai-fake")
		build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-o", b.bin+string(filepath.Separator), "./cmd/baitai", "./cmd/baitai-fake")
		build.Dir, build.Env = b.root, append(os.Environ(), "CGO_ENABLED=0")
		if out, err := build.CombinedOutput(); err != nil {
			return fmt.Errorf("go build: %w: %s", err, out)
		}
	}
	key := filepath.Join(b.dir, "office.key")
	if err := os.RemoveAll(key); err != nil {
		return err
	}
	if _, err := (command{args: []string{"age-keygen", "-o", key}}).run(ctx); err != nil {
		return err
	}
	s, err := command{args: []string{"age-keygen", "-y", key}}.run(ctx)
	if err != nil {
		return err
	}
	b.recipient = strings.TrimSpace(s.out)
	if b.foldable, err = writeUsual(b.root, b.usual()); err != nil {
		return err
	}
	return b.askVersions(ctx)
}

// idle starts DuckDB with nothing to do: that is part of each of its times.
func (b *bench) idle() job {
	return job{work: nothing, steps: []step{{command: command{
		args: []string{"node", b.tool("duckdb.mjs"), ":memory:", strconv.Itoa(b.threads)}, stdin: "SELECT 1"}}}}
}

// askVersions notes what is measured on what.
func (b *bench) askVersions(ctx context.Context) error {
	s, err := b.idle().steps[0].run(ctx)
	if err != nil {
		return err
	}
	var duck struct{ Version string }
	if err := json.Unmarshal([]byte(s.out), &duck); err != nil {
		return err
	}
	b.versions = []string{"DuckDB " + duck.Version}
	for _, v := range [][]string{{"node", "--version"}, {"sqlite3", "--version"}, {"join", "--version"}, {"age", "--version"}, {b.tool("baitai"), "version"}} {
		s, err := command{args: v}.run(ctx)
		if err != nil {
			return err
		}
		first, _, _ := strings.Cut(strings.TrimSpace(s.out), "\n")
		words := strings.Fields(strings.TrimPrefix(first, filepath.Base(v[0])+" "))
		b.versions = append(b.versions, filepath.Base(v[0])+" "+strings.Join(words[:min(3, len(words))], " "))
	}
	return nil
}

// machine says what the machine is: cores, memory and system, no names.
func machine() string {
	said := fmt.Sprintf("%s/%s, %d CPU", runtime.GOOS, runtime.GOARCH, runtime.NumCPU())
	if raw, err := os.ReadFile("/proc/meminfo"); err == nil {
		var kib int
		if _, err := fmt.Sscanf(string(raw), "MemTotal: %d kB", &kib); err == nil {
			said += fmt.Sprintf(", %.0f GiB", float64(kib)/(1<<20))
		}
	}
	if raw, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range strings.Lines(string(raw)) {
			if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
				return said + ", " + strings.TrimSpace(value)
			}
		}
	}
	return said
}
