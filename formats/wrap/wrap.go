package wrap

import (
	"bytes"
	"errors"
	"io"

	"baitai/formats"
)

// Options say how a container is opened.
type Options struct {
	Name   string // base name of the container's file
	Limits Limits
	Keys   Keys // open what is sealed to the prefecture; nil: nothing does
	// Aside puts bytes aside that must be read at any place but come as a stream: a
	// zip inside of something packed. What it stores MUST be sealed. The error is
	// that of write, or one of the store.
	Aside func(write func(io.Writer) error) (ReadAtCloser, int64, error)
}

// ReadAtCloser is what is put aside.
type ReadAtCloser interface {
	io.ReaderAt
	io.Closer
}

// A Container is an opened container. Close it.
type Container struct {
	lists  []*List
	bare   bool
	limits Limits
	keys   Keys
	aside  func(func(io.Writer) error) (ReadAtCloser, int64, error)
	src    *source
	budget *budget
	kept   []io.Closer
}

// A List is one list inside of a container, with its request.
type List struct {
	Name     string // base name, without the endings of what was around it
	SideName string // base name of the request; "" where there is none
	Side     []byte // the request (依頼書), nil where there is none

	of   *Container
	node node
	// Of its zip: the full name, and which entry it is.
	path string
	no   int
}

// Open looks into a file of size bytes. A file that is no container is [Container.Bare]:
// it is a list itself, or nothing that can be read. Errors are [*Error], or those
// of r and of Aside. Nothing of a list but its first bytes has been read then.
func Open(r io.ReaderAt, size int64, o Options) (*Container, error) {
	limits := o.Limits.WithDefaults()
	src := &source{r: r}
	c := &Container{limits: limits, keys: o.Keys, aside: o.Aside, src: src,
		budget: &budget{limits.UnpackedBytesMax, limits.RatioMax}}
	n := node{name: o.Name, at: src, size: size}
	n.open = func() (io.ReadCloser, error) { return io.NopCloser(io.NewSectionReader(src, 0, size)), nil }
	err := c.add(n)
	if err == nil && len(c.lists) == 0 {
		err = ErrEmpty
	}
	if err != nil {
		return nil, errors.Join(c.blame(err), c.Close())
	}
	c.bare = len(c.lists) == 1 && c.lists[0].node.layers == 0
	return c, nil
}

// Bare reports whether the file is no container.
func (c *Container) Bare() bool { return c.bare }

// Lists returns the lists in the order in which the container has them.
func (c *Container) Lists() []*List { return c.lists }

// Close lets go of what was put aside.
func (c *Container) Close() error {
	var errs []error
	for _, k := range c.kept {
		errs = append(errs, k.Close())
	}
	c.kept = nil
	return errors.Join(errs...)
}

// Attach gives a request that came beside the container to the one list inside.
// Where there are several, or that list has a request already, it is not certain
// what the request is about: [ErrSide].
func (c *Container) Attach(name string, side []byte) error {
	return attach(c.lists, name, side)
}

func attach(lists []*List, name string, side []byte) error {
	if len(lists) != 1 || lists[0].Side != nil {
		return &Error{Err: ErrSide}
	}
	lists[0].SideName, lists[0].Side = name, side
	return nil
}

// Write writes the plain bytes of the list to w. Only without an error is it whole
// and right. It MUST be called once at most: what it unpacks counts.
func (l *List) Write(w io.Writer) error {
	r, err := l.node.open()
	if err != nil {
		return l.blame(err)
	}
	var to sink
	to.w = w
	_, err = io.Copy(&to, r)
	if to.err != nil {
		return errors.Join(to.err, r.Close())
	}
	return l.blame(errors.Join(err, r.Close()))
}

// blame places what was found while the list was read.
func (l *List) blame(err error) error {
	if _, told := errors.AsType[*Error](err); err != nil && !told && l.of.src.fault == nil && isReason(err) {
		return &Error{Name: l.path, Entry: l.no, Err: err}
	}
	return l.of.blame(err)
}

// sink remembers that it was the writing that failed.
type sink struct {
	w   io.Writer
	err error
}

func (s *sink) Write(p []byte) (int, error) {
	n, err := s.w.Write(p)
	if err != nil {
		s.err = err
	}
	return n, err
}

// blame turns a reason into an *Error, and prefers a fault of the source.
func (c *Container) blame(err error) error {
	if err == nil {
		return nil
	}
	if c.src.fault != nil {
		return c.src.fault
	}
	if _, told := errors.AsType[*Error](err); !told && isReason(err) {
		return &Error{Err: err}
	}
	return err
}

// A node is something inside of a container: a list, or another container.
type node struct {
	name   string
	layers int // containers around it
	open   func() (io.ReadCloser, error)
	at     io.ReaderAt // nil where it can only be read from its start
	size   int64       // of at
}

// headBytes is what formats.Detect wants to see.
const headBytes = 4096

func (n *node) kind() (formats.Kind, error) {
	r, err := n.open()
	if err != nil {
		return "", err
	}
	head := make([]byte, headBytes)
	got, err := io.ReadFull(r, head)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return "", errors.Join(err, r.Close())
	}
	return formats.Detect(head[:got], int64(got)), r.Close()
}

// add takes a node apart until lists are left.
func (c *Container) add(n node) error {
	kind, err := n.kind()
	if err != nil {
		return err
	}
	switch kind {
	case formats.Zip:
		return c.addZip(n)
	case formats.Gzip:
		n.name = unpackedName(n.name, ".gz")
		return c.addUnpacked(n, c.gunzip)
	case formats.Zstd:
		n.name = unpackedName(n.name, ".zst", ".zstd")
		return c.addUnpacked(n, c.unzstd)
	case formats.Age:
		return c.addUnsealed(n)
	}
	c.lists = append(c.lists, &List{Name: baseName(n.name), path: n.name, of: c, node: n})
	return nil
}

func (c *Container) addUnpacked(n node, unpack func(io.ReadCloser) (io.ReadCloser, error)) error {
	if n.layers == c.limits.DepthMax {
		return ErrTooDeep
	}
	packed := n.open
	n.at, n.layers = nil, n.layers+1
	n.open = func() (io.ReadCloser, error) {
		r, err := packed()
		if err != nil {
			return nil, err
		}
		return unpack(r)
	}
	return c.add(n)
}

func (c *Container) addUnsealed(n node) error {
	sealed := n
	n.name = unpackedName(n.name, ".age")
	if n.at == nil {
		return c.addUnpacked(n, c.unseal)
	}
	if n.layers == c.limits.DepthMax {
		return ErrTooDeep
	}
	at, size, err := c.unsealAt(n.at, n.size)
	if err != nil {
		return err
	}
	if at == nil { // armored
		return c.addUnpacked(n, c.unseal)
	}
	n.at, n.size, n.layers = at, size, n.layers+1
	n.open = func() (io.ReadCloser, error) {
		r, err := sealed.open()
		if err != nil {
			return nil, err
		}
		return c.unseal(r) // a stream ends with an error where the seal does not hold to its end
	}
	return c.add(n)
}

func (c *Container) addZip(n node) error {
	if n.at == nil {
		var err error
		if n, err = c.putAside(n); err != nil {
			return err
		}
	}
	// A workbook has more parts than a zip of lists may have entries.
	entries, d, err := readDirectory(n.at, n.size, max(c.limits.EntriesMax, formats.DefaultLimits().PartsMax))
	if err != nil {
		return err
	}
	switch {
	case isOffice(entries):
		c.lists = append(c.lists, &List{Name: baseName(n.name), path: n.name, of: c, node: n})
		return nil
	case n.layers == c.limits.DepthMax:
		return ErrTooDeep
	case len(entries) > c.limits.EntriesMax:
		return ErrTooMany
	}
	if err := c.judge(n.at, d, entries); err != nil {
		return err
	}
	return c.addEntries(n, entries)
}

// addEntries adds the lists of a zip, and gives each the request beside it.
func (c *Container) addEntries(zip node, entries []*entry) error {
	byEntry := make(map[*entry][]*List)
	var sides []*entry
	for _, e := range entries {
		switch {
		case e.isFolder(), isLitter(e.name):
			continue
		case isSide(e.name):
			sides = append(sides, e)
			continue
		}
		inner := node{name: e.name, layers: zip.layers + 1}
		inner.open = func() (io.ReadCloser, error) { return e.open(zip.at, c.budget), nil }
		before := len(c.lists)
		if err := c.add(inner); err != nil {
			return placed(err, e)
		}
		for _, l := range c.lists[before:] {
			if l.no == 0 {
				l.path, l.no = e.name, e.no
			}
		}
		byEntry[e] = c.lists[before:len(c.lists):len(c.lists)]
	}
	for _, side := range sides {
		text, err := c.readSide(zip, side)
		if err == nil {
			err = attach(byEntry[owner(side, byEntry)], baseName(side.name), text)
		}
		if err != nil {
			return side.fail(bareReason(err))
		}
	}
	return nil
}

func (c *Container) readSide(zip node, side *entry) ([]byte, error) {
	if side.unpacked > c.limits.SideBytesMax {
		return nil, ErrSideLarge
	}
	r := side.open(zip.at, c.budget)
	text, err := io.ReadAll(r)
	return bytes.Clone(text), errors.Join(err, r.Close())
}
