package normal

import (
	"strings"

	"baitai/pipeline/person"
)

// A Workspace folds and decodes again and again in the same memory: all that it gave
// is good until Reset. A folded row takes half a kilobyte, and a large list needs three
// of them a row for a few microseconds. The zero value is ready.
type Workspace struct {
	boxes []*foldedBox
	used  int
	texts person.Slab
	lists []*Folded // memory for lists that are given out
	bytes []byte
	held  strings.Builder
}

// workspaceKeeps is how many boxes a Workspace keeps: a row, and some candidates with
// a few versions each.
const workspaceKeeps = 64

func (w *Workspace) next() *foldedBox {
	if w.used == len(w.boxes) {
		w.boxes = append(w.boxes, new(foldedBox))
	}
	w.used++
	return w.boxes[w.used-1]
}

// Decode is [DecodeFolded].
func (w *Workspace) Decode(src string) (f *Folded, rest string, err error) {
	return w.next().decode(src, &w.texts)
}

// FoldQuery is [Tables.FoldQuery] by tables t.
func (w *Workspace) FoldQuery(t *Tables, q *person.Query) *Folded { return t.foldQuery(w.next(), q) }

// FoldVersion is [Tables.FoldVersion] by tables t.
func (w *Workspace) FoldVersion(t *Tables, v *person.Version) *Folded {
	return t.foldVersion(w.next(), v)
}

// List gives room for n folded versions.
func (w *Workspace) List(n int) []*Folded {
	if n > cap(w.lists)-len(w.lists) {
		w.lists = make([]*Folded, 0, max(n, workspaceKeeps))
	}
	from := len(w.lists)
	w.lists = w.lists[:from+n]
	return w.lists[from:len(w.lists):len(w.lists)]
}

// Texts makes texts that are good until Reset.
func (w *Workspace) Texts() *person.Slab { return &w.texts }

// Buffer is memory for whatever is unpacked on the way; it is anybody's after that.
func (w *Workspace) Buffer() *[]byte { return &w.bytes }

// heldBytes is what is allocated for texts at once.
const heldBytes = 64 << 10

// Hold gives b as a text, which shares its memory with others before and after it: the
// memory goes when nobody has any of them.
func (w *Workspace) Hold(b []byte) string {
	if w.held.Cap()-w.held.Len() < len(b) {
		w.held = strings.Builder{}
		w.held.Grow(max(len(b), heldBytes))
	}
	from := w.held.Len()
	w.held.Write(b)
	return w.held.String()[from:]
}

// Reset takes back all that was given, but for what is held.
func (w *Workspace) Reset() {
	w.boxes = w.boxes[:min(len(w.boxes), workspaceKeeps)]
	for _, box := range w.boxes[:min(w.used, len(w.boxes))] {
		*box = foldedBox{}
	}
	clear(w.lists)
	w.used, w.lists = 0, w.lists[:0]
	w.texts.Reset()
}
