package wrap

import (
	"errors"
	"io"
	"strings"
)

// isSide tells a request (依頼書) by its name, as in the inbox: NAME.request.toml
// belongs to NAME.
func isSide(name string) bool { return strings.HasSuffix(strings.ToLower(name), sideSuffix) }

// owner finds the entry that a request belongs to: the one that is called so, or
// the only one that is called so but for its ending. nil where there is none, or
// not one alone.
func owner(side *entry, all map[*entry][]*List) *entry {
	base := side.name[:len(side.name)-len(sideSuffix)]
	var likely *entry
	count := 0
	for e := range all {
		if e.name == base {
			return e
		}
		if stem(e.name) == base {
			likely = e
			count++
		}
	}
	if count != 1 {
		return nil
	}
	return likely
}

// placed says in which entry of this zip something was found. What was found
// further inside keeps the more exact place.
func placed(err error, e *entry) error {
	if inner, ok := errors.AsType[*Error](err); ok {
		return &Error{Name: e.name + "/" + inner.Name, Entry: e.no, Err: inner.Err}
	}
	return e.fail(err)
}

// bareReason takes a reason out of its place.
func bareReason(err error) error {
	if inner, ok := errors.AsType[*Error](err); ok {
		return inner.Err
	}
	return err
}

// putAside makes a node that can be read at any place of one that cannot. It is
// read to its end, so that what lies aside is whole and right.
func (c *Container) putAside(n node) (node, error) {
	if c.aside == nil {
		return n, ErrTooDeep
	}
	packed := n.open
	at, size, err := c.aside(func(w io.Writer) error {
		r, err := packed()
		if err != nil {
			return err
		}
		_, err = io.Copy(w, r)
		return errors.Join(err, r.Close())
	})
	if err != nil {
		return n, err
	}
	c.kept = append(c.kept, at)
	n.at, n.size = at, size
	n.open = func() (io.ReadCloser, error) { return io.NopCloser(io.NewSectionReader(at, 0, size)), nil }
	return n, nil
}
