package register

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"

	"baitai/pipeline/issue"
	"baitai/pipeline/normal"
)

// The tables of places (地名の表) that an office may lay beside its register. Both
// may be missing.
const (
	// MergedFile has municipalities of the past (合併・改称された市区町村).
	MergedFile = "merged.tsv"
	// TownsFile has towns (町域) that the program does not know.
	TownsFile = "towns.tsv"
)

// placesBytesMax is as much as package normal reads.
const placesBytesMax = 64 << 20

// LoadTables lays the tables of a folder over those that come with the program.
// Its error is an [issue.List] of J211 to J215 with every fault of both.
//
// They are no part of [Register.Digest]: the identity file's manifest names them,
// and an answer names the identity file.
func LoadTables(dir string) (*normal.Tables, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, issue.List{issue.New(issue.RegisterFileMissing, issue.Pos{}, "register/").Because(pathless(err))}
	}
	defer func() { _ = root.Close() }() // nothing was written
	return ReadTables(root.FS())
}

// ReadTables is LoadTables for a folder that is not on the disk.
func ReadTables(folder fs.FS) (*normal.Tables, error) {
	var list issue.List
	read := func(name string) io.Reader {
		data, err := readFile(folder, name, placesBytesMax)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil
		case err != nil:
			list = append(list, issue.New(issue.PlacesUnreadable, issue.Pos{File: name}).Because(pathless(err)))
			return nil
		}
		return bytes.NewReader(data)
	}
	files := normal.TableFiles{Merged: read(MergedFile), Towns: read(TownsFile)}
	if files.Merged == nil && files.Towns == nil && len(list) == 0 {
		return normal.EmbeddedTables(), nil
	}
	tables, err := normal.NewTables(files)
	if err := append(list, tableIssues(err)...).Err(); err != nil {
		return nil, err
	}
	return tables, nil
}

// tableIssues says what is wrong with each line.
func tableIssues(err error) issue.List {
	if err == nil {
		return nil
	}
	wrongs, ok := errors.AsType[normal.TableErrors](err)
	if !ok {
		return issue.List{issue.New(issue.PlacesUnreadable, issue.Pos{}).Because(err)}
	}
	list := make(issue.List, len(wrongs))
	for i, wrong := range wrongs {
		pos := issue.Pos{File: MergedFile, Row: wrong.Line}
		if wrong.Table == normal.TownTable {
			pos.File = TownsFile
		}
		list[i] = issue.New(tableCode(wrong.Err), pos).Because(wrong)
	}
	return list
}

func tableCode(err error) issue.Code {
	switch {
	case errors.Is(err, normal.ErrTableText):
		return issue.PlacesNotUTF8
	case errors.Is(err, normal.ErrTableFields):
		return issue.PlacesFields
	case errors.Is(err, normal.ErrTableCode):
		return issue.PlacesCode
	case errors.Is(err, normal.ErrTableDate):
		return issue.PlacesDate
	}
	return issue.PlacesUnreadable
}
