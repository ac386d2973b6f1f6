package register

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"

	"baitai/pipeline/issue"
)

// The files of a register.
const (
	officesFile   = "offices.csv"
	purposesFile  = "purposes.csv"
	operatorsFile = "operators.csv"
	mediaFile     = "media.csv"
)

// fileBytesMax is far more than the largest prefecture's register; above it the
// file is something else.
const fileBytesMax = 16 << 20

// Load reads the files of a folder. Its error is an [issue.List] of J201 to J210
// and S130 to S139 with every fault of every file, in the order of files, rows and columns.
// Nothing in the folder can lead out of it.
func Load(dir string) (*Register, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, issue.List{issue.New(issue.RegisterFileMissing, issue.Pos{}, "register/").Because(pathless(err))}
	}
	defer func() { _ = root.Close() }() // nothing was written
	return Read(root.FS())
}

// Read is Load for a folder that is not on the disk.
func Read(folder fs.FS) (*Register, error) {
	l := &loader{reg: &Register{
		offices:   map[string]*Office{},
		purposes:  map[purposeID]*Purpose{},
		operators: map[string]*Operator{},
		media:     map[string]*Medium{},
		headers:   map[string][]header{},
		layouts:   map[string]*Layout{},
	}}
	sums := map[string]string{}
	tables := map[string]*table{}
	for _, f := range allFiles() {
		data, err := readFile(folder, f.name, fileBytesMax)
		switch {
		case errors.Is(err, fs.ErrNotExist) && f.optional:
			continue
		case errors.Is(err, fs.ErrNotExist):
			l.issues = append(l.issues, issue.New(issue.RegisterFileMissing, issue.Pos{File: f.name}, f.name))
			continue
		case err != nil:
			l.issues = append(l.issues, issue.New(issue.RegisterUnreadable, issue.Pos{File: f.name}).Because(pathless(err)))
			continue
		}
		sums[f.name] = fmt.Sprintf("%x", sha256.Sum256(data))
		tables[f.name] = readTable(f.name, data, f.headers)
		if f.optional {
			tables[f.name].dropNotes()
		}
	}
	l.load(tables)
	if err := l.issues.Err(); err != nil {
		return nil, err
	}
	l.reg.digest = digest(sums)
	return l.reg, nil
}

// load reads the tables in the order in which they refer to one another, and
// collects their issues.
func (l *loader) load(tables map[string]*table) {
	if t := tables[officesFile]; t != nil {
		l.offices(t)
	}
	if t := tables[purposesFile]; t != nil {
		l.purposes(t)
	}
	if t := tables[operatorsFile]; t != nil {
		l.operators(t)
	}
	if t := tables[mediaFile]; t != nil {
		l.media(t)
	}
	if t := tables[HeadersFile]; t != nil {
		l.headers(t)
	}
	l.checkDefaults(tables[officesFile], tables[purposesFile])
	switch layouts, columns := tables[layoutsFile], tables[layoutColumnsFile]; {
	case layouts != nil && columns != nil:
		l.layouts(layouts, columns)
	case layouts != nil:
		l.issues = append(l.issues, issue.New(issue.RegisterFileMissing, issue.Pos{File: layoutColumnsFile}, layoutColumnsFile))
	case columns != nil:
		l.issues = append(l.issues, issue.New(issue.RegisterFileMissing, issue.Pos{File: layoutsFile}, layoutsFile))
	}
	for _, f := range allFiles() {
		if t := tables[f.name]; t != nil {
			slices.SortStableFunc(t.issues, func(a, b *issue.Issue) int {
				if a.Pos.Row != b.Pos.Row {
					return a.Pos.Row - b.Pos.Row
				}
				return a.Pos.Column - b.Pos.Column
			})
			l.issues = append(l.issues, t.issues...)
		}
	}
}

// readFile reads a regular file up to the limit. A FIFO would stop the program at
// its opening, so the kind is asked for first.
func readFile(folder fs.FS, name string, bytesMax int64) ([]byte, error) {
	info, err := fs.Stat(folder, name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("not a regular file")
	}
	f, err := folder.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // nothing was written
	data, err := io.ReadAll(io.LimitReader(f, bytesMax+1))
	if err == nil && int64(len(data)) > bytesMax {
		return nil, errors.New("too large for a register")
	}
	return data, err
}

// pathless takes the path out of an error of the operating system.
func pathless(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err
	}
	return err
}

// digest is documented at [Register.Digest].
func digest(sums map[string]string) string {
	var names []string
	for name := range sums {
		names = append(names, name)
	}
	slices.Sort(names)
	var b strings.Builder
	for _, name := range names {
		b.WriteString(sums[name] + "  " + name + "\n")
	}
	return fmt.Sprintf("%x", sha256.Sum256([]byte(b.String())))
}
