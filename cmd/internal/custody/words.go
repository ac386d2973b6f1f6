package custody

import (
	"fmt"
	"strconv"
	"strings"

	"baitai/pipeline/issue"
	"baitai/spool/ledger"
)

// tamperedWords says what of a ledger does not verify, and from which entry on.
func tamperedWords(e *ledger.TamperedError, lang issue.Lang) string {
	what := say(e.What, lang)
	if e.Index < 0 {
		return what
	}
	if lang == issue.English {
		return fmt.Sprintf("%s, entry %d", what, e.Index)
	}
	return fmt.Sprintf("%s、%d番", what, e.Index)
}

// knownWords says how a ledger contradicts a checkpoint that was kept elsewhere.
func knownWords(e *ledger.KnownError, lang issue.Lang) string {
	what := say(e.What, lang)
	switch {
	case lang == issue.English && e.Size < 0:
		return fmt.Sprintf("checkpoint no. %d kept elsewhere: %s", e.No+1, what)
	case lang == issue.English:
		return fmt.Sprintf("checkpoint no. %d kept elsewhere counts %d entries: %s", e.No+1, e.Size, what)
	case e.Size < 0:
		return fmt.Sprintf("別に保管したチェックポイントの%d番目: %s", e.No+1, what)
	}
	return fmt.Sprintf("別に保管したチェックポイントの%d番目では%d件: %s", e.No+1, e.Size, what)
}

// say puts what package ledger says into the language of the reader. What is not
// in the list is shown as it is: a message in English is better than none.
func say(what string, lang issue.Lang) string {
	if lang == issue.English {
		return what
	}
	if size, ok := strings.CutPrefix(what, onlySize); ok {
		if _, err := strconv.ParseInt(size, 10, 64); err == nil {
			return "台帳には" + size + "件しかありません"
		}
	}
	ja := japanese()
	if s, ok := ja[what]; ok {
		return s
	}
	// «checkpoint: not a signed note»: a place and a reason.
	if place, reason, ok := strings.Cut(what, ": "); ok {
		if p, ok := ja[place]; ok {
			if r, ok := ja[reason]; ok {
				reason = r
			}
			return p + "(" + reason + ")"
		}
	}
	// «wal is not a file or too long»: a name before the reason.
	if name, ok := strings.CutSuffix(what, notAFile); ok {
		return name + ja[notAFile]
	}
	return what
}

const (
	onlySize = "the ledger has only "
	notAFile = " is not a file or too long"
)

// japanese has the words for everything that package ledger finds wrong; a test
// holds it against the source of that package.
func japanese() map[string]string {
	return map[string]string{
		notAFile:                                                    " がファイルでないか、長すぎます",
		"checkpoint":                                                "チェックポイントが正しくありません",
		"the ledger has another history":                            "台帳の履歴が別のものです",
		"bundle and write-ahead log differ":                         "記録の束と先行記録が食い違っています",
		"the write-ahead log is missing":                            "先行記録(wal)がありません",
		"the checkpoint is older than the write-ahead log":          "チェックポイントが先行記録より古くなっています",
		"the write-ahead log ends before the checkpoint":            "先行記録がチェックポイントの手前で終わっています",
		"the copy of the verifier key cannot be read":               "添えられた検証鍵(verifier)が読めません",
		"the copy of the verifier key is another key":               "添えられた検証鍵(verifier)が別の鍵です",
		"the root hash is not the one in the checkpoint":            "ルートハッシュがチェックポイントと合いません",
		"a frame of the write-ahead log has no valid checkpoint":    "先行記録に正しいチェックポイントがありません",
		"a frame of the write-ahead log is not what was signed":     "先行記録が署名されたものと違います",
		"a frame of the write-ahead log was changed":                "先行記録が書き換えられています",
		"the write-ahead log has no header":                         "先行記録の先頭が壊れています",
		"a bundle of entries is missing":                            "記録の束がありません",
		"a bundle cannot be read":                                   "記録の束が読めません",
		"a bundle differs from the others":                          "記録の束がほかと食い違っています",
		"a bundle is too long":                                      "記録の束に余分なものがあります",
		"a tile is missing":                                         "ハッシュの束がありません",
		"a tile has the wrong length":                               "ハッシュの束の長さが違います",
		"a tile differs from the entries":                           "ハッシュの束が記録と合いません",
		"a tile differs from the entries below it":                  "ハッシュの束が下の記録と合いません",
		"a tile was changed":                                        "ハッシュの束が書き換えられています",
		"an entry was changed":                                      "記録が書き換えられています",
		"an entry cannot be read":                                   "記録が読めません",
		"the tiles do not lead to the checkpoint":                   "ハッシュの束がチェックポイントに届きません",
		"there is a file that does not belong to the ledger":        "台帳のものではないファイルがあります",
		"there is a tile or bundle of more than was signed":         "署名された件数を超える束があります",
		"there is another tile or bundle in the place of a new one": "新しい束の場所に別の束があります",

		// reasons
		"too long":                                    "長すぎます",
		"not signed by the key of this ledger":        "この台帳の鍵の署名がありません",
		"not a signed note":                           "署名された形ではありません",
		"signature is not in its one form":            "署名の書き方が違います",
		"not origin, size and root hash":              "名前・件数・ルートハッシュがそろっていません",
		"size is not a number":                        "件数が数ではありません",
		"root hash cannot be read":                    "ルートハッシュが読めません",
		"not in its one form":                         "定められた書き方ではありません",
		"not a tlog-proof":                            "台帳の証明ではありません",
		"has no checkpoint":                           "チェックポイントがありません",
		"has no index":                                "番号がありません",
		"has a hash that cannot be read, or too many": "読めないハッシュがあるか、多すぎます",
		"ends inside an entry":                        "記録の途中で終わっています",
		"more than its entries":                       "余分なものが付いています",
		"longer than 65,535 bytes":                    "65,535バイトを超えています",
		"not JSON of a known version in its one form": "知らない版の記録です",
		"not the fields of an entry":                  "記録の項目ではありません",
		"more than one value":                         "値が二つ以上あります",
		"is cut off":                                  "途中で切れています",
		"no such hash":                                "そのハッシュはありません",
		"has a wrong check sum":                       "検査値が違います",
		"does not begin as one":                       "先頭が違います",
		"has other entries than it says":              "書かれた件数と中身が違います",
		"has no entry":                                "記録がありません",
		"not a time":                                  "日時ではありません",
	}
}

// ruleWords says which rule of custody (受渡しの決まり) an entry breaks.
func ruleWords(r ledger.Rule, lang issue.Lang) string {
	words, ok := map[ledger.Rule][2]string{
		ledger.Doubled:      {"同じ行為が二度記録されています", "an act was entered twice in one attempt"},
		ledger.ClosedTwice:  {"終わった回の後に記録が続いています", "an act after the attempt was closed"},
		ledger.AfterFinal:   {"終わった受付に新しい回があります", "an attempt after the job was closed"},
		ledger.NotReceived:  {"受領の記録がありません", "the job was never received"},
		ledger.NotClosed:    {"前の回が終わっていません", "an earlier attempt was never closed"},
		ledger.WrongAttempt: {"回の番号が正しくありません", "the number of the attempt is wrong"},
		ledger.NotPublished: {"提供の記録がないのに交付されています", "handed over without having been published"},
		ledger.NotDelivered: {"交付の記録がないのに受領が確認されています", "a receipt was confirmed of what was never handed over"},
		ledger.NoJob:        {"受付番号がありません", "the entry lacks the id of its job"},
		ledger.TimeBack:     {"日時が前の記録より戻っています", "the time goes back"},
	}[r]
	switch {
	case !ok:
		return string(r)
	case lang == issue.English:
		return words[1]
	}
	return words[0]
}
