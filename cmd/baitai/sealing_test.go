//go:build linux

package main

import (
	"bytes"
	"encoding/csv"
	"errors"
	"os"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"baitai/crypto"
)

// agekey x25519|pq FILE makes a key of age: FILE, and the public half in FILE.pub.
func cmdAgeKey(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 2, "agekey x25519|pq FILE")
	make := crypto.NewIdentity
	if args[0] == "pq" {
		make = crypto.NewPostQuantumIdentity
	}
	id, err := make()
	ts.Check(err)
	f, err := os.OpenFile(ts.MkAbs(args[1]), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	ts.Check(err)
	ts.Check(errors.Join(id.WriteKey(f, "見本", time.Now()), f.Close()))
	ts.Check(os.WriteFile(ts.MkAbs(args[1]+".pub"), []byte(id.Recipient().String()+"\n"), 0o600))
}

// recipient OFFICE FILE… puts what stands in the files into 受取鍵 of an office, as
// an official pastes it.
func cmdRecipient(ts *testscript.TestScript, neg bool, args []string) {
	need(ts, neg, args, 2, "recipient OFFICE FILE…")
	var cell []string
	for _, name := range args[1:] {
		cell = append(cell, strings.TrimSpace(ts.ReadFile(name)))
	}
	raw := []byte(ts.ReadFile("site/register/offices.csv"))
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(raw, []byte("\ufeff")))).ReadAll()
	ts.Check(err)
	for _, row := range rows {
		if row[0] == args[0] {
			row[3] = strings.Join(cell, "\n")
		}
	}
	writeRegister(ts, "offices.csv", rows)
}
