package main

import (
	"bufio"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"
)

// A usual says for a character by which other one it is replaced.
type usual map[string]string

// of follows a character to the last one: a variant of a variant.
func (u usual) of(c string) string {
	for next, ok := u[c]; ok; next, ok = u[c] {
		c = next
	}
	return c
}

// add takes in a pair. The tables name some pairs both ways (惠 and 恵): the first
// line decides which of them is the usual one.
func (u usual) add(from, to string) {
	if f, t := u.of(from), u.of(to); f != t {
		u[f] = t
	}
}

// writeUsual writes the table that DuckDB replaces characters from, and gives the
// characters by which it finds the names that need it: width, kana, and the
// variants that baitai itself folds by (tiers 1 and 2).
func writeUsual(root, name string) (foldable string, err error) {
	usual := widthPairs()
	for _, table := range []string{"variants_jis.tsv", "variants_joyo.tsv"} {
		if err := usual.read(filepath.Join(root, "pipeline", "normal", "tables", table)); err != nil {
			return "", err
		}
	}
	var table, class strings.Builder
	table.WriteString("part,usual\n")
	for _, from := range slices.Sorted(maps.Keys(usual)) {
		to := usual.of(from)
		fmt.Fprintf(&table, "%s,%s\n", from, to)
		if utf8.RuneCountInString(from) == 1 {
			class.WriteString(from)
		}
	}
	return class.String(), os.WriteFile(name, []byte(table.String()), 0o600)
}

// widthPairs gives what NFKC would do to letters, figures and kana of the other
// width (DuckDB has NFC only), katakana as hiragana, and small kana as large.
func widthPairs() usual {
	u := make(usual)
	add := func(from, to rune) { u.add(string(from), string(to)) }
	for c := 'Ａ'; c <= 'Ｚ'; c++ {
		add(c, 'A'+c-'Ａ')
		add(c+'ａ'-'Ａ', 'a'+c-'Ａ')
	}
	for c := '０'; c <= '９'; c++ {
		add(c, '0'+c-'０')
	}
	for c := 'ァ'; c <= 'ヶ'; c++ {
		add(c, c-'ァ'+'ぁ')
	}
	half := []rune("ｦｧｨｩｪｫｬｭｮｯｰｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜﾝﾞﾟ")
	full := []rune("をぁぃぅぇぉゃゅょっーあいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもやゆよらりるれろわん゛゜")
	for i, c := range half {
		add(c, full[i])
		if strings.ContainsRune("かきくけこさしすせそたちつてとはひふへほ", full[i]) {
			u[string(c)+"ﾞ"] = string(full[i] + 1) // one character to DuckDB, too
		}
		if strings.ContainsRune("はひふへほ", full[i]) {
			u[string(c)+"ﾟ"] = string(full[i] + 2)
		}
	}
	u["ｳﾞ"] = "ゔ"
	small, large := []rune("ぁぃぅぇぉっゃゅょゎゕゖ"), []rune("あいうえおつやゆよわかけ")
	for i, c := range small {
		add(c, large[i])
	}
	return u
}

// read adds the lines «character, its usual form» of a table.
func (u usual) read(name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		cells := strings.Split(lines.Text(), "\t")
		if strings.HasPrefix(lines.Text(), "#") || len(cells) < 2 {
			continue
		}
		if utf8.RuneCountInString(cells[0]) == 1 && utf8.RuneCountInString(cells[1]) == 1 {
			u.add(cells[0], cells[1])
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("%s: %w", filepath.Base(name), err)
	}
	return nil
}
