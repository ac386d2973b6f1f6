package sheet

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"errors"
	"io"
	"path"
	"strings"

	"baitai/formats"
	"baitai/formats/charset"
)

// part opens a part by name. It gives no byte more than the directory says.
func (b *Book) part(name string) (io.ReadCloser, error) {
	f := b.parts[strings.ToLower(strings.TrimPrefix(name, "/"))]
	if f == nil {
		return nil, damaged()
	}
	rc, err := f.Open()
	if err != nil {
		return nil, translate(err)
	}
	return inUTF8(&bounded{rc, int64(f.UncompressedSize64)})
}

// inUTF8 gives a part in UTF-8. OPC lets a part be in UTF-16 as well, which begins
// with its mark.
func inUTF8(rc io.ReadCloser) (io.ReadCloser, error) {
	var mark [2]byte
	n, err := io.ReadFull(rc, mark[:])
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, translate(errors.Join(err, rc.Close()))
	}
	whole := io.MultiReader(bytes.NewReader(mark[:n]), rc)
	switch string(mark[:n]) {
	case "\xff\xfe":
		whole = charset.NewReader(whole, charset.UTF16LE)
	case "\xfe\xff":
		whole = charset.NewReader(whole, charset.UTF16BE)
	}
	return struct {
		io.Reader
		io.Closer
	}{whole, rc}, nil
}

type bounded struct {
	io.ReadCloser
	left int64
}

func (r *bounded) Read(p []byte) (int, error) {
	n, err := r.ReadCloser.Read(p)
	if r.left -= int64(n); r.left < 0 {
		return 0, &formats.Error{Err: formats.ErrBomb}
	}
	return n, err
}

// relations reads a part of relationships: targets and types by id. Targets are
// relative to the folder of the part that has them.
func (b *Book) relations(of string) (map[string]relation, error) {
	name := path.Join(path.Dir(of), "_rels", path.Base(of)+".rels")
	if of == "" {
		name = "_rels/.rels"
	}
	out := make(map[string]relation)
	if b.parts[strings.ToLower(name)] == nil {
		return out, nil
	}
	err := b.each(name, func(s *scanner) error {
		if s.kind != tokenOpen || string(s.name) != "Relationship" {
			return nil
		}
		id := string(s.attr("Id"))
		if _, twice := out[id]; twice {
			return damaged()
		}
		target := strings.ReplaceAll(string(s.attr("Target")), `\`, "/")
		if strings.HasPrefix(target, "/") {
			target = path.Clean(target)[1:]
		} else {
			target = path.Join(path.Dir(of), target)
		}
		out[id] = relation{relationKind(string(s.attr("Type"))), target, string(s.attr("TargetMode")) == "External"}
		return nil
	})
	return out, err
}

// relationKind is the last word of a type of relationship that ECMA-376 knows, in its
// transitional or its strict form, or that is Microsoft's own (macros). Any other
// type is none that a spreadsheet follows.
func relationKind(kind string) string {
	for _, known := range []string{"http://schemas.openxmlformats.org/", "http://purl.oclc.org/ooxml/", "http://schemas.microsoft.com/"} {
		if strings.HasPrefix(kind, known) {
			return path.Base(kind)
		}
	}
	return ""
}

type relation struct {
	kind     string // last word of the type: worksheet, styles, sharedStrings …
	target   string
	external bool
}

// each calls f for every token of a part but for what is foreign to it.
func (b *Book) each(name string, f func(*scanner) error) error {
	rc, err := b.part(name)
	if err != nil {
		return err
	}
	s, foreign := newScanner(rc), 0 // the depth of what is left out
	for err == nil {
		if err = s.next(); err != nil || s.kind == tokenEOF {
			break
		}
		switch {
		case foreign > 0:
			if s.kind == tokenEnd && s.depth() == foreign {
				foreign = 0
			}
		case s.kind == tokenOpen && s.foreign:
			foreign = s.depth()
		default:
			err = f(s)
		}
	}
	return translate(errors.Join(err, rc.Close()))
}

// translate turns what the layers below say about a broken part into one of the
// errors of formats. Failures of the medium stay what they are.
func translate(err error) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*formats.Error](err); ok {
		return err
	}
	for _, broken := range []error{errXML, zip.ErrFormat, zip.ErrAlgorithm, zip.ErrChecksum, io.EOF, io.ErrUnexpectedEOF, io.ErrNoProgress} {
		if errors.Is(err, broken) {
			return damaged()
		}
	}
	var corrupt flate.CorruptInputError
	var internal flate.InternalError
	var decode *charset.DecodeError
	if errors.As(err, &corrupt) || errors.As(err, &internal) || errors.As(err, &decode) {
		return damaged()
	}
	return err
}
