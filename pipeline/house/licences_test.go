package house

import (
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// programs are those whose libraries «baitai licences» names. Their packages are
// listed for both systems that they are built for.
func programs() []string { return []string{"./cmd/baitai", "./cmd/baitai-audit", "./cmd/baitai-fake"} }

// linked gives the folder of each module that is linked into a program.
func linked(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := make(map[string]string)
	for _, system := range []string{"linux", "windows"} {
		args := []string{"list", "-deps", "-f", "{{with .Module}}{{if not .Main}}{{.Path}}\t{{.Dir}}{{end}}{{end}}"}
		for _, p := range programs() {
			if _, err := os.Stat(filepath.Join(dir, p)); err == nil && (system == "linux" || p == "./cmd/baitai-audit") {
				args = append(args, p)
			}
		}
		if args[len(args)-1][0] != '.' {
			continue
		}
		cmd := exec.Command("go", args...)
		cmd.Dir, cmd.Env = dir, append(os.Environ(), "CGO_ENABLED=0", "GOOS="+system)
		raw, err := cmd.Output()
		if err != nil {
			t.Fatalf("go list: %v", err)
		}
		for l := range strings.Lines(string(raw)) {
			if name, folder, ok := strings.Cut(strings.TrimSpace(l), "\t"); ok {
				out[name] = folder
			}
		}
	}
	return out
}

// kindOf tells a licence by its words, "" for one that nobody has looked at.
func kindOf(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	switch {
	case strings.Contains(text, "Redistribution and use in source and binary forms") && strings.Contains(text, "Neither the name of"):
		return "BSD-3-Clause"
	case strings.Contains(text, "This is free and unencumbered software released into the public domain"):
		return "Unlicense"
	case strings.Contains(text, "Permission is hereby granted, free of charge"):
		return "MIT"
	case strings.Contains(text, "Apache License Version 2.0, January 2004"):
		return "Apache-2.0"
	}
	return ""
}

// licenceOf reads a module's licence: its kind, and the lines that name whose
// rights they are, as far as they stand above the text itself.
func licenceOf(t *testing.T, folder string) (kind string, holders []string) {
	t.Helper()
	for _, name := range []string{"LICENSE", "LICENSE.txt", "LICENSE.md", "UNLICENSE", "COPYING"} {
		raw, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			continue
		}
		top, _, _ := strings.Cut(string(raw), "edistribution and use")
		top, _, _ = strings.Cut(top, "Permission is hereby")
		if strings.Contains(top, "Apache License") {
			top = ""
		}
		for _, h := range regexp.MustCompile(`(?m)^Copyright .*$`).FindAllString(top, -1) {
			holders = append(holders, strings.TrimSpace(h))
		}
		return kindOf(string(raw)), holders
	}
	return "", nil
}

// named reads the modules of licences.txt: the line that names one with its
// licence, and the lines under it.
func named(text string) map[string][]string {
	out, last := make(map[string][]string), ""
	for l := range strings.Lines(text) {
		l = strings.TrimRight(l, "\n")
		if m := regexp.MustCompile(`^  (\S+\.\S+/\S+)  (\S+)$`).FindStringSubmatch(l); m != nil {
			last = m[1]
			out[last] = []string{m[2]}
		} else if rest, ok := strings.CutPrefix(l, "      "); ok && last != "" {
			out[last] = append(out[last], rest)
		} else {
			last = ""
		}
	}
	return out
}

func TestEveryLinkedModuleIsNamedWithItsLicence(t *testing.T) {
	dir := root(t)
	modules := linked(t, dir)
	if len(modules) < 10 {
		t.Fatalf("only %d modules are linked", len(modules))
	}
	for _, lang := range []string{"ja", "en"} {
		file := path.Join("cmd/baitai/help", lang, "licences.txt")
		raw, err := os.ReadFile(filepath.Join(dir, file))
		if err != nil {
			t.Fatal(err)
		}
		list := named(string(raw))
		for m, folder := range modules {
			kind, holders := licenceOf(t, folder)
			switch has := list[m]; {
			case kind == "":
				t.Errorf("%s: nobody has looked at its licence", m)
			case len(has) == 0:
				t.Errorf("%s: %s (%s) is linked, but not named", file, m, kind)
			case has[0] != kind:
				t.Errorf("%s: %s is %s, not %s", file, m, kind, has[0])
			default:
				for _, h := range holders {
					if !slices.Contains(has, h) {
						t.Errorf("%s: %s: %q is missing", file, m, h)
					}
				}
			}
		}
		for m := range list {
			if modules[m] == "" {
				t.Errorf("%s: %s is named, but not linked any more", file, m)
			}
		}
	}
}

// Every table that a program carries is named with its licence, in LICENSES.txt
// beside it where there are several, and in what the program shows.
func TestEveryTableIsNamedWithItsLicence(t *testing.T) {
	h := loadHouse(t)
	tables := 0
	for name := range h.texts {
		folder := path.Dir(name)
		if path.Base(folder) != "tables" || path.Base(name) == "LICENSES.txt" || strings.Contains(name, "testdata/") {
			continue
		}
		tables++
		for _, where := range []string{folder + "/LICENSES.txt", "cmd/baitai/help/ja/licences.txt", "cmd/baitai/help/en/licences.txt"} {
			if !regexp.MustCompile(`(^|[\s,])` + regexp.QuoteMeta(path.Base(name)) + `\b`).MatchString(h.texts[where]) {
				t.Errorf("%s: %s is not named", where, name)
			}
		}
	}
	if tables < 15 {
		t.Errorf("only %d tables were found", tables)
	}
	for _, where := range []string{"LICENSE", "pipeline/normal/tables/LICENSES.txt", "cmd/baitai/help/ja/licences.txt", "cmd/baitai/help/en/licences.txt"} {
		for _, word := range []string{"CC BY-SA 2.1 JP", "https://creativecommons.org/licenses/by-sa/2.1/jp/", "IPA", "CITPC"} {
			if !strings.Contains(h.texts[where], word) {
				t.Errorf("%s does not give %q, which the MJ data's licence asks for", where, word)
			}
		}
	}
}

func TestLicencesAreToldApart(t *testing.T) {
	for text, want := range map[string]string{
		"Redistribution and use in source and binary\nforms, with … * Neither the name of x": "BSD-3-Clause",
		"Redistribution and use in source and binary forms":                                  "",
		"Permission is hereby granted, free\nof charge, to any person":                       "MIT",
		"GNU GENERAL PUBLIC LICENSE":                                                         "",
	} {
		if got := kindOf(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	got := named("x\n  a.example/b  MIT\n      Copyright (c) 2020 B\n\n      Copyright (c) 2021 C\n")
	if len(got) != 1 || !slices.Equal(got["a.example/b"], []string{"MIT", "Copyright (c) 2020 B"}) {
		t.Errorf("%q", got)
	}
}
