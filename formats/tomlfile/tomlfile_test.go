package tomlfile

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/iotest"
)

type inner struct {
	A string `toml:"a"`
	D bool   `toml:"d"`
}

type target struct {
	Name  string           `toml:"name"`
	Rows  int              `toml:"件数"`
	Sub   inner            `toml:"sub"`
	List  []inner          `toml:"list"`
	Texts []string         `toml:"texts"`
	Free  map[string]inner `toml:"free"`
	Skip  string           `toml:"-"`
}

func TestDecodeIsStrict(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"", ""},
		{"name = 'x'\n\"件数\" = 3\ntexts = ['a','b']\n[sub]\na = 'y'\nd = true\n[[list]]\na='z'\n[free.k]\na='q'\n", ""},
		{"\xef\xbb\xbfname = 'x'\r\n", ""},
		{"sub = {a='x', d=true}\nlist=[{a='x'},{d=true}]\n", ""},

		{"bad = 1\nname = 'x'\n[sub]\nzz = 's'\n[nope]\nq = 1\nr = 2\n", "1:1 bad unknown key|4:1 sub.zz unknown key|5:2 nope unknown key"},
		{"Name = 'x'\n", "1:1 Name unknown key"},
		{"Name = 'x'\nname = 'y'\n", "1:1 Name unknown key"},
		{"Skip = 'x'\n", "1:1 Skip unknown key"},
		{"- = 'x'\n", "1:1 - unknown key"},
		{"[Sub]\na='x'\n", "1:2 Sub unknown key"},
		{"[sub]\nA='x'\n", "2:1 sub.A unknown key"},
		{"sub = {a='x', b=1}\n", "1:15 sub.b unknown key"},
		{"list = [{a='x'},{D=true}]\n", "1:18 list.D unknown key"},
		{"[free.k]\nb='q'\n", "2:1 free.k.b unknown key"},
		{"sub.a = 'x'\nsub.b = 'y'\n", "2:1 sub.b unknown key"},
		{"\"氏名\" = 'x'\n", "1:1 氏名 unknown key"},

		{"name = 'x'\nname = 'y'\n", "2:1 name key or table stands twice"},
		{"[sub]\na='x'\n[sub]\nd=true\n", "3:2 sub key or table stands twice"},
		{"sub.a='x'\nsub.a='y'", "2:1 sub.a key or table stands twice"},
		{"[sub]\na='1'\n[[sub]]\n", "3:3 sub key or table stands twice"},

		{"name = 5\n", "1:8 name value of the wrong type"},
		{"bad = 1\nname = 5\n", "2:8 name value of the wrong type"},
		{"\"件数\" = 1.5\n", "1:8 件数 value of the wrong type"},
		{"\"件数\" = 99999999999999999999\n", "1:8 件数 value of the wrong type"},
		{"sub = 3\n", "1:7 sub value of the wrong type"},
		{"[sub]\nd = 'yes'\n", "2:5 sub.d value of the wrong type"},
		{"texts = [1]\n", "1:10 texts value of the wrong type"},
		{"texts = 'x'\n", "1:9 texts value of the wrong type"},
		{"list = 1\n", "1:8 list value of the wrong type"},

		{"件数 = 3\n", "1:1  not TOML"},
		{"name = secret\n", "1:8  not TOML"},
		{"name = 'a\n", "1:10  not TOML"},
		{"name = '山田' b = 'c'\n", "1:13  not TOML"},
		{"name\n", "1:5  not TOML"},
		{"name = \"\\uD800\"\n", "1:9  not TOML"},
		{"# 備考\nname = \"\x8d\"\n", "2:9  not UTF-8"},
		{strings.Repeat("#\n", bytesMax), "0:0  too large"},
	} {
		var into target
		err := Decode(strings.NewReader(c.in), &into)
		var got []string
		var list Errors
		if errors.As(err, &list) {
			for _, e := range list {
				got = append(got, fmt.Sprintf("%d:%d %s %s", e.Line, e.Column, e.Key, string(e.Kind)))
			}
		}
		if s := strings.Join(got, "|"); s != c.want || (err == nil) != (c.want == "") {
			t.Errorf("%.60q: %s, want %s", c.in, s, c.want)
		}
	}
}

func TestDecodeFillsTheTarget(t *testing.T) {
	var into target
	if err := Decode(strings.NewReader("name = 'x'\n\"件数\" = 3\n[sub]\na = 'y'\n"), &into); err != nil {
		t.Fatal(err)
	}
	if into.Name != "x" || into.Rows != 3 || into.Sub.A != "y" {
		t.Errorf("%+v", into)
	}
}

// TestErrorsHoldNoValue puts the same words into every kind of broken value.
func TestErrorsHoldNoValue(t *testing.T) {
	const secret = "himitsu"
	for _, in := range []string{
		"name = " + secret, "name = '" + secret, "\"件数\" = '" + secret + "'", "sub = '" + secret + "'", secret + " = 1",
		"'" + secret + "' = 1\n'" + secret + "' = 2", "[sub]\nd = '" + secret + "'", "name = '" + secret + "' '" + secret + "'", secret,
		"name = \"\xff" + secret + "\"",
	} {
		err := Decode(strings.NewReader(in), new(target))
		if err == nil || strings.Contains(err.Error(), secret) || strings.Contains(fmt.Sprintf("%+v", errors.Unwrap(err)), secret) {
			t.Errorf("%q: %v", in, err)
		}
	}
}

func TestErrorsSayHowManyMore(t *testing.T) {
	err := Decode(strings.NewReader("x=1\ny=2\nz=3\n"), new(target))
	if err == nil || err.Error() != "line 1, column 1: unknown key (and 2 more)" {
		t.Error(err)
	}
	if one, ok := errors.AsType[*Error](err); !ok || one.Line != 1 {
		t.Error("the first fault is not found")
	}
}

func TestAReadErrorIsPassedOn(t *testing.T) {
	broken := errors.New("cable pulled")
	if err := Decode(iotest.ErrReader(broken), new(target)); !errors.Is(err, broken) {
		t.Error(err)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add("name = 'x'\n[sub]\na = 'y'\nlist = [{a='x'}]\n")
	f.Add("Name = 'x'\nname = 'y'\n[[list]]\n[free.x]\nb=1")
	f.Add("sub.a = 'x'\nsub.\"b c\" = 1979-05-27")
	f.Fuzz(func(t *testing.T, in string) {
		err := Decode(strings.NewReader(in), new(target))
		var list Errors
		if err != nil && !errors.As(err, &list) {
			t.Fatalf("%T", err)
		}
		lines := strings.Count(in, "\n") + 1
		for _, e := range list {
			if e.Line < 0 || e.Line > lines {
				t.Fatalf("line %d of %d", e.Line, lines)
			}
		}
	})
}
