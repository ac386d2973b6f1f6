package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"baitai/cmd/internal/invent"
)

// damaged writes broken lists, each into a folder of its kind.
func (t *tool) damaged(args []string) int {
	var w world
	f := t.flags("damaged", &w)
	kind := f.String("kind", "", t.text("種類(kinds で一覧。all で全部)", "kind (see «kinds»), or all"))
	rows := f.Int("rows", 8, t.text("壊す前の行数(4以上)", "rows before the damage, 4 or more"))
	office := f.String("office", "welfare", t.text("照会元コード", "the asking office's id"))
	purpose := f.String("purpose", "P001", t.text("事務コード", "id of the purpose"))
	if code, done := t.parse(f, args); done {
		return code
	}
	day, err := w.day()
	if err != nil || w.out == "" {
		return t.wrong("--out と正しい --as-of が要ります", "--out and a right --as-of are required")
	}
	kinds := []string{*kind}
	if *kind == "all" {
		kinds = nil
		for _, k := range invent.DamageKinds() {
			kinds = append(kinds, k.Kind)
		}
	}
	for _, k := range kinds {
		d, err := invent.Damaged(k, invent.DamageOptions{Seed: w.seed, AsOf: day, Office: *office, Purpose: *purpose, Rows: *rows})
		if err != nil {
			return t.wrong("指定の誤り: "+k+": "+err.Error(), k+": "+err.Error())
		}
		if err := w.writeDamage(d); err != nil {
			return t.fault(err)
		}
		t.say(t.stdout, fmt.Sprintf("%s: %s\n", filepath.Join(w.out, k, d.Name), d.Japanese),
			fmt.Sprintf("%s: %s\n", filepath.Join(w.out, k, d.Name), d.English))
	}
	return exitOK
}

func (w *world) writeDamage(d invent.Damage) error {
	folder := filepath.Join(w.out, d.Kind)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	bytesOf := func(b []byte) func(io.Writer) error {
		return func(o io.Writer) error {
			_, err := o.Write(b)
			return err
		}
	}
	path := filepath.Join(folder, d.Name)
	request, err := stage(path+".request.toml", bytesOf(d.Request))
	if err != nil {
		return err
	}
	list, err := stage(path, bytesOf(d.List))
	if err != nil {
		request.discard()
		return err
	}
	return publishAll(w.force, request, list)
}

// kinds prints the kinds of damage and what must become of each.
func (t *tool) kinds(args []string) int {
	if len(args) > 0 {
		return t.wrong("指定はありません", "there are no flags")
	}
	for _, k := range invent.DamageKinds() {
		fate := t.text("回答", "answered")
		switch {
		case k.Refused:
			fate = t.text("拒否", "refused")
		case len(k.Rows) > 0:
			fate = t.text("行の不備", "rows at fault")
		}
		t.say(t.stdout, fmt.Sprintf("%-18s %s  %s\n", k.Kind, fate, k.Japanese), fmt.Sprintf("%-18s %-14s %s\n", k.Kind, fate, k.English))
	}
	return exitOK
}
