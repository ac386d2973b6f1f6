package tomlfile

import (
	"encoding"
	"reflect"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"
)

// unknownKeys lists the keys that the target does not have. The library takes
// «Name» for «name», and of a file that has both it keeps the last one without a
// word; here a key is known in its exact spelling only.
func unknownKeys(doc []byte, target reflect.Type) Errors {
	k := keys{doc: doc, target: target}
	var p unstable.Parser
	p.Reset(doc)
	var table []string
	for p.NextExpression() {
		n := p.Expression()
		switch n.Kind {
		case unstable.Table, unstable.ArrayTable:
			table = k.path(nil, n)
			k.check(table, n)
		case unstable.KeyValue:
			k.keyValue(table, n)
		}
	}
	return k.unknown
}

type keys struct {
	doc     []byte
	target  reflect.Type
	unknown Errors
}

func (k *keys) path(table []string, n *unstable.Node) []string {
	out := slices.Clone(table)
	for it := n.Key(); it.Next(); {
		out = append(out, string(it.Node().Data))
	}
	return out
}

// check reports the path unless the target has it, or lacks its table already:
// one fault a table is enough.
func (k *keys) check(path []string, n *unstable.Node) bool {
	if known(k.target, path) {
		return true
	}
	it := n.Key()
	it.Next()
	line, column := place(k.doc, int(it.Node().Raw.Offset))
	k.unknown = append(k.unknown, &Error{Line: line, Column: column, Key: strings.Join(path, "."), Kind: UnknownKey})
	return false
}

func (k *keys) keyValue(table []string, n *unstable.Node) {
	if len(table) > 0 && !known(k.target, table) {
		return
	}
	path := k.path(table, n)
	if k.check(path, n) {
		k.value(path, n.Value())
	}
}

// value looks into inline tables, also those in arrays.
func (k *keys) value(path []string, v *unstable.Node) {
	if v.Kind != unstable.InlineTable && v.Kind != unstable.Array {
		return
	}
	for it := v.Children(); it.Next(); {
		if c := it.Node(); c.Kind == unstable.KeyValue {
			k.keyValue(path, c)
		} else {
			k.value(path, c)
		}
	}
}

// known follows a path of keys through structs, maps and slices.
func known(t reflect.Type, path []string) bool {
	for _, key := range path {
		for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Array {
			t = t.Elem()
		}
		switch {
		case t.Kind() == reflect.Map:
			t = t.Elem()
		case t.Kind() == reflect.Interface:
			return true
		case t.Kind() == reflect.Struct && !reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.TextUnmarshaler]()):
			var ok bool
			if t, ok = field(t, key); !ok {
				return false
			}
		default:
			return false
		}
	}
	return true
}

func field(t reflect.Type, key string) (reflect.Type, bool) {
	for f := range t.Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("toml"), ",")
		if f.Anonymous && name == "" && f.Type.Kind() == reflect.Struct {
			if inner, ok := field(f.Type, key); ok {
				return inner, true
			}
			continue
		}
		if name == "" {
			name = f.Name
		}
		if f.IsExported() && name == key && name != "-" {
			return f.Type, true
		}
	}
	return nil, false
}
