package main

import (
	"fmt"
	"io"

	"baitai/cmd/internal/invent"
)

// people writes an extract.
func (t *tool) people(args []string) int {
	var w world
	f := t.flags("people", &w)
	f.IntVar(&w.people, "people", 10_000, t.text("人数", "how many people"))
	format := f.String("format", "csv-utf8", t.text("形式: csv-utf8, csv-utf8-bom, xlsx", "csv-utf8, csv-utf8-bom or xlsx"))
	if code, done := t.parse(f, args); done {
		return code
	}
	if w.out == "" {
		return t.wrong("--out が要ります", "--out is required")
	}
	in, err := w.open()
	if err != nil {
		return t.wrong("指定の誤り: "+err.Error(), err.Error())
	}
	var done invent.Written
	write := map[string]func(io.Writer) (invent.Written, error){
		"csv-utf8":     func(o io.Writer) (invent.Written, error) { return invent.WriteExtract(o, in, false) },
		"csv-utf8-bom": func(o io.Writer) (invent.Written, error) { return invent.WriteExtract(o, in, true) },
		"xlsx":         func(o io.Writer) (invent.Written, error) { return invent.WriteExtractXLSX(o, in) },
	}[*format]
	if write == nil {
		return t.wrong("形式の誤り: "+*format, "no such format: "+*format)
	}
	s, err := stage(w.out, func(o io.Writer) (err error) {
		done, err = write(o)
		return err
	})
	if err != nil {
		return t.fault(err)
	}
	if err := publishAll(w.force, s); err != nil {
		return t.fault(err)
	}
	t.say(t.stdout, fmt.Sprintf("%s: %d人 %d行 %dバイト\n", w.out, done.People, done.Rows, s.bytes),
		fmt.Sprintf("%s: %d people, %d rows, %d bytes\n", w.out, done.People, done.Rows, s.bytes))
	return exitOK
}
