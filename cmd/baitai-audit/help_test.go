package main

import (
	"bytes"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/spf13/pflag"
)

func TestEveryVerbHasHelpInBothLanguagesWithItsFlagsAndExitCodes(t *testing.T) {
	for _, v := range verbs() {
		for lang, codes := range map[string]string{"ja": "\n終了コード:\n", "en": "\nExit codes:\n"} {
			code, text, said := audit("help", v.name, "--lang", lang)
			if code != 0 || said != "" {
				t.Errorf("help %s in %s: exit %d, said %q", v.name, lang, code, said)
				continue
			}
			_, tail, ok := strings.Cut(text, codes)
			if !ok || !regexp.MustCompile(`^  0 (.+\n  \d+ )+`).MatchString(tail) || regexp.MustCompile(`(?m)^\S`).MatchString(tail) {
				t.Errorf("help %s in %s does not end with the exit codes", v.name, lang)
			}
			c := newCall(programWith(nil, nil, func(string) string { return "" }, nil), &v)
			c.flags.VisitAll(func(f *pflag.Flag) {
				if !strings.Contains(text, "--"+f.Name) {
					t.Errorf("help %s in %s does not tell about --%s", v.name, lang, f.Name)
				}
			})
			for _, named := range regexp.MustCompile(`--([a-z]+)`).FindAllStringSubmatch(text, -1) {
				known := c.flags.Lookup(named[1]) != nil || v.name == "help"
				if !known {
					t.Errorf("help %s in %s tells about --%s, which is no flag of it", v.name, lang, named[1])
				}
			}
		}
	}
}

func TestTheListOfVerbsIsWhole(t *testing.T) {
	for _, lang := range []string{"ja", "en"} {
		_, text, _ := audit("help", "--lang", lang)
		for _, v := range verbs() {
			if !regexp.MustCompile(`(?m)^  ` + v.name + `\b`).MatchString(text) {
				t.Errorf("the list in %s lacks %s", lang, v.name)
			}
		}
	}
}

// audit runs the program in this process.
func audit(args ...string) (code int, out, err string) {
	var o, e bytes.Buffer
	p := programWith(&o, &e, func(string) string { return "" }, time.Now)
	code = p.run(args)
	return code, o.String(), e.String()
}
