package house

import (
	"slices"
	"strings"
)

// module is the name that imports within the house begin with.
const module = "baitai/"

// floors gives the floor of each package; a package imports lower floors only.
// The parts between 8 and 9 are the cellars of cmd: cmd/internal is for cmd alone. Some
// packages of the plan are not built yet.
func floors() map[string]float64 {
	byFloor := map[float64]string{
		1:   "pipeline/issue pipeline/person pipeline/house formats/charset formats/iso9660 crypto spool",
		2:   "pipeline pipeline/normal formats crypto/keyring crypto/shred crypto/sshsig crypto/passworded crypto/passworded/officetest spool/ledger spool/medium spool/spooltest spool/medium/mediumtest",
		2.5: "formats/csvlist",
		3:   "formats/sheet formats/fixed formats/wrap formats/tomlfile crypto/manifest spool/detail",
		4:   "pipeline/register pipeline/verdict",
		5:   "pipeline/authority spool/retain",
		6:   "pipeline/identity pipeline/mynumber pipeline/authority/authoritytest",
		7:   "pipeline/intake pipeline/match pipeline/answer pipeline/report pipeline/update pipeline/reconcile",
		8:   "pipeline/job",

		8.3: "cmd/internal/term cmd/internal/invent",
		8.4: "cmd/internal/custody",
		8.5: "cmd/internal/sealed cmd/internal/score",
		9:   "cmd/baitai cmd/baitai-audit cmd/baitai-fake",
	}
	out := make(map[string]float64)
	for floor, packages := range byFloor {
		for _, p := range strings.Fields(packages) {
			out[p] = floor
		}
	}
	return out
}

func floorRule(h *house) []finding {
	var out []finding
	table, told := floors(), make(map[string]bool)
	for _, g := range h.program() {
		own, ok := table[g.pkg]
		if !ok {
			if !told[g.pkg] {
				out = append(out, h.at("floor", g, g.ast.Package, g.pkg, "this package stands on no floor: give it one in floors"))
			}
			told[g.pkg] = true
			continue
		}
		for _, im := range g.ast.Imports {
			to, inside := strings.CutPrefix(strings.Trim(im.Path.Value, `"`), module)
			if !inside {
				continue
			}
			floor, known := table[to]
			switch {
			case strings.HasPrefix(to, "cmd/") && !strings.HasPrefix(g.pkg, "cmd/"):
				out = append(out, h.at("floor", g, im.Pos(), to, "what is in cmd is for cmd alone"))
			case !known || floor >= own:
				out = append(out, h.at("floor", g, im.Pos(), to, "a package imports lower floors only"))
			case strings.HasSuffix(to, "test"):
				out = append(out, h.at("floor", g, im.Pos(), to, "what is made for tests is imported by tests only"))
			}
		}
	}
	return out
}

// apart names packages that measure the product from outside, with all that they may
// import of this house: who shares a table of characters or a rule of folding with
// what is measured finds nothing (corruptions come from tables of their own).
func apart() map[string][]string {
	return map[string][]string{
		"cmd/internal/invent": {"formats/charset", "pipeline/person"},
	}
}

// notWith names what a package may not import although its floor would let it: the
// baselines of the measurement share nothing with the product's folding.
func notWith() map[string][]string {
	return map[string][]string{
		"cmd/internal/score": {"pipeline/normal"},
	}
}

func apartRule(h *house) []finding {
	var out []finding
	for _, g := range h.program() {
		allowed, bound := apart()[g.pkg]
		for _, im := range g.ast.Imports {
			to, inside := strings.CutPrefix(strings.Trim(im.Path.Value, `"`), module)
			if inside && (bound && !slices.Contains(allowed, to) || slices.Contains(notWith()[g.pkg], to)) {
				out = append(out, h.at("apart", g, im.Pos(), to, "what measures the product shares no tables and no rules with it"))
			}
		}
	}
	return out
}

// libraries names each library that was not written here with the packages that
// it stands behind. Those of tests stand behind nobody.
func libraries() map[string][]string {
	return map[string][]string{
		"filippo.io/age":                  {"crypto"},
		"github.com/klauspost/compress":   {"crypto", "formats/wrap"},
		"github.com/xuri/excelize/v2":     {"formats/sheet"},
		"github.com/gocarina/gocsv":       {"pipeline/register"},
		"golang.org/x/mod":                {"spool/ledger"},
		"golang.org/x/crypto":             {"crypto", "crypto/sshsig"},               // crypto: SSH keys as age takes them
		"golang.org/x/text":               {"pipeline/normal", "cmd/internal/score"}, // a baseline shares nothing with normal
		"github.com/pelletier/go-toml/v2": {"formats/tomlfile"},
		"github.com/spf13/pflag":          {"cmd/internal/term", "cmd/baitai", "cmd/baitai-audit", "cmd/baitai-fake"},
		"github.com/vbauerster/mpb/v8":    {"cmd/internal/term"},
		"github.com/mattn/go-runewidth":   {"cmd/internal/term"},
		"golang.org/x/term":               {"cmd/internal/term"},
		"golang.org/x/sys":                {"spool", "spool/ledger", "spool/medium", "spool/medium/mediumtest", "spool/retain"},
		"github.com/piglig/go-qr":         {"pipeline/report"},
		"pgregory.net/rapid":              nil,
		"github.com/rogpeppe/go-internal": nil,
	}
}

// libraryOf gives the library that an import path belongs to, "" for none known.
func libraryOf(path string) string {
	for lib := range libraries() {
		if path == lib || strings.HasPrefix(path, lib+"/") {
			return lib
		}
	}
	return ""
}

func libraryRule(h *house) []finding {
	var out []finding
	for _, g := range h.program() {
		for _, im := range g.ast.Imports {
			p := strings.Trim(im.Path.Value, `"`)
			first, _, _ := strings.Cut(p, "/")
			if !strings.Contains(first, ".") {
				continue // the standard library, or this house
			}
			lib := libraryOf(p)
			if lib == "" {
				out = append(out, h.at("library", g, im.Pos(), p, "this library stands behind no package: see libraries"))
			} else if !slices.Contains(libraries()[lib], g.pkg) {
				out = append(out, h.at("library", g, im.Pos(), p, "this library stands behind another package: see libraries"))
			}
		}
	}
	return out
}
