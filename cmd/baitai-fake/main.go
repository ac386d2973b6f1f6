// Command baitai-fake invents what baitai is tried with: people who do not exist,
// as an extract of an identity file (附票本人確認情報ファイル); lists that ask for
// them (検索条件のリスト) with a file that tells the right answers; and lists that
// are broken on purpose. The same flags give the same bytes. It also measures how
// well such people are found (照合精度の測定).
//
// Exit codes: 0 written, 1 could not be written, 2 the command line is wrong, 3 a
// bar of the measurement was missed.
package main

import (
	"io"
	"os"
	"strings"
)

// The exit codes.
const (
	exitOK    = 0
	exitFault = 1
	exitUsage = 2
)

func main() {
	os.Exit(run(os.Args[1:], os.Getenv, os.Stdout, os.Stderr))
}

// run is the program without its process.
func run(args []string, env func(string) string, stdout, stderr io.Writer) int {
	t := &tool{japanese: japaneseLocale(env), stdout: stdout, stderr: stderr}
	args = t.takeLang(args)
	if len(args) == 0 {
		t.say(stderr, usageJapanese, usageEnglish)
		return exitUsage
	}
	verbs := map[string]func([]string) int{"people": t.people, "list": t.list, "lists": t.lists, "damaged": t.damaged,
		"classes": t.classes, "kinds": t.kinds, "score": t.score}
	switch verb := verbs[args[0]]; {
	case args[0] == "help", args[0] == "-h", args[0] == "--help":
		t.say(stdout, usageJapanese, usageEnglish)
		return exitOK
	case verb == nil:
		t.complain("そのような動詞はありません: "+args[0], "no such verb: "+args[0])
		t.say(stderr, usageJapanese, usageEnglish)
		return exitUsage
	default:
		return verb(args[1:])
	}
}

// japaneseLocale follows LC_ALL, LC_MESSAGES, LANG, in this order; Japanese
// unless they name another language.
func japaneseLocale(env func(string) string) bool {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if v := env(name); v != "" {
			return strings.HasPrefix(v, "ja")
		}
	}
	return true
}

const usageJapanese = `baitai-fake — 架空の人・名簿・壊れた名簿を作る(同じ指定なら同じバイト列)

  baitai-fake people  --people 人数 --out FILE          附票の抽出ファイル
  baitai-fake list    --people 人数 --rows 行数 --out FILE  正解付きの名簿
  baitai-fake lists   --labelled --out DIR              測定用: 種ごとに、全分類の名簿と正解
  baitai-fake damaged --kind 種類 --out DIR             壊れた名簿(all で全種類)
  baitai-fake classes                                  名簿の行の分類
  baitai-fake kinds                                    壊れ方の種類
  baitai-fake score   --people 人数 --rows-per-class 行数  照合精度の測定

どの動詞も --help で指定の一覧を出す。--lang en で英語。
終了コード: 0 作成した  1 作成できない  2 コマンドラインの誤り  3 照合精度が基準に届かない
`

const usageEnglish = `baitai-fake invents people, lists and broken lists (same flags, same bytes)

  baitai-fake people  --people N --out FILE            an extract of the identity file
  baitai-fake list    --people N --rows N --out FILE   a list with known answers
  baitai-fake lists   --labelled --out DIR             for a measurement: every class, by seed
  baitai-fake damaged --kind KIND --out DIR            a broken list («all»: every kind)
  baitai-fake classes                                  classes of rows
  baitai-fake kinds                                    kinds of damage
  baitai-fake score   --people N --rows-per-class N    how well people are found

Each verb shows its flags with --help. --lang ja for Japanese.
Exit codes: 0 written  1 could not be written  2 the command line is wrong  3 a bar of «score» was missed
`
