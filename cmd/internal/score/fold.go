package score

import (
	"slices"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/text/unicode/norm"

	"baitai/cmd/internal/invent"
)

// particulars are what baselines compare. They are not those of package normal:
// what is here was written as somebody who joins two tables writes it.
type particulars struct{ code, name, kana, birth, sex, address string }

func ofRow(r *invent.Row) particulars {
	return particulars{r.Code, r.Name, r.Kana, r.Birth, r.Sex, r.Address}
}

func ofVersion(v *invent.Version) particulars {
	return particulars{v.Code, v.Name, v.Kana, v.Birth, v.Sex, v.Where()}
}

// each applies f to every particular.
func (p particulars) each(f func(string) string) particulars {
	return particulars{f(p.code), f(p.name), f(p.kana), f(p.birth), f(p.sex), f(p.address)}
}

func compatible(s string) string { return strings.TrimSpace(norm.NFKC.String(s)) }

// folded makes alike whatever may be alike: the most that a cleaning script does.
func (p particulars) folded() particulars {
	p = p.each(compatible)
	address := p.address
	p = p.each(func(s string) string { return strings.ReplaceAll(s, " ", "") })
	return particulars{p.code, foldKanji(p.name), foldReading(p.kana), foldDate(p.birth), foldSex(p.sex), foldAddress(address)}
}

// oldShapes are pairs of an old or rare shape of a kanji and its usual one, from
// memory as such scripts have them.
const oldShapes = "髙高澤沢邊辺邉辺齋斎齊斎斉斎﨑崎嵜崎碕崎濱浜濵浜廣広國国櫻桜眞真惠恵德徳瀨瀬龍竜嶋島嶌島條条壽寿榮栄實実彌弥曾曽鐵鉄黑黒淺浅增増" +
	"舘館藏蔵關関與与圓円冨富峯峰凉涼晉晋檜桧瀧滝龜亀靜静禮礼橫横淸清薰薫巖巌澁渋豐豊萬万穗穂稻稲會会學学兒児寶宝薗園亞亜綠緑藝芸柳柳栁柳桒桑槗橋𠮷吉" +
	"塚塚渕淵莊荘莊荘壯壮縣県聰聡團団藤藤樂楽轉転佛仏辨弁瓣弁辯弁來来佐佐靑青郞郎都都神神祥祥福福"

var foldings = sync.OnceValue(func() map[rune]rune {
	m, runes := map[rune]rune{}, []rune(oldShapes)
	for i := 0; i+1 < len(runes); i += 2 {
		m[runes[i]] = runes[i+1]
	}
	return m
})

func foldKanji(s string) string {
	m := foldings()
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 0xFE00 && r <= 0xFE0F, r >= 0xE0100 && r <= 0xE01EF: // selectors of variants
			return -1
		case m[r] != 0:
			return m[r]
		}
		return r
	}, s)
}

// foldReading writes katakana as hiragana, small as large, and drops the marks of
// voice and length.
func foldReading(s string) string {
	const small, large = "ぁぃぅぇぉゃゅょっゎゕゖ", "あいうえおやゆよつわかけ"
	from, to := []rune(small), []rune(large)
	return strings.Map(func(r rune) rune {
		if r >= 'ァ' && r <= 'ヶ' {
			r -= 'ァ' - 'ぁ'
		}
		if r == '゙' || r == '゚' || r == 'ー' {
			return -1
		}
		if i := slices.Index(from, r); i >= 0 {
			return to[i]
		}
		return r
	}, norm.NFD.String(s))
}

func foldSex(s string) string {
	switch s {
	case "男", "M", "男性":
		return "1"
	case "女", "F", "女性":
		return "2"
	case "0", "9":
		return ""
	}
	return s
}

// eras gives the year before the first of each era under its usual names.
var eras = sync.OnceValue(func() map[string]int {
	return map[string]int{"明治": 1867, "大正": 1911, "昭和": 1925, "平成": 1988, "令和": 2018, "明": 1867, "大": 1911, "昭": 1925, "平": 1988, "令": 2018,
		"M": 1867, "T": 1911, "S": 1925, "H": 1988, "R": 2018}
})

// foldDate writes what looks like a date as YYYYMMDD and leaves the rest alone.
func foldDate(s string) string {
	rest, base := strings.ReplaceAll(s, "元年", "1年"), 0
	for _, length := range []int{len("昭和"), len("昭"), len("S")} {
		if len(rest) > length && eras()[rest[:length]] > 0 {
			base, rest = eras()[rest[:length]], rest[length:]
			break
		}
	}
	numbers := strings.FieldsFunc(arabic(rest), func(r rune) bool { return r < '0' || r > '9' })
	if len(numbers) == 1 && base == 0 {
		switch n := numbers[0]; {
		case len(n) == 8:
			numbers = []string{n[:4], n[4:6], n[6:]}
		case len(n) == 7 && n[0] >= '1' && n[0] <= '5': // 3550102 is 昭和55年1月2日
			base = []int{1867, 1911, 1925, 1988, 2018}[n[0]-'1']
			numbers = []string{n[1:3], n[3:5], n[5:]}
		}
	}
	if len(numbers) != 3 {
		return s
	}
	var date strings.Builder
	for i, n := range numbers {
		v, err := strconv.Atoi(n)
		if err != nil {
			return s
		}
		if i == 0 {
			v += base
			date.WriteString(strconv.Itoa(v))
			continue
		}
		if v < 10 {
			date.WriteByte('0')
		}
		date.WriteString(strconv.Itoa(v))
	}
	return date.String()
}

// arabic writes runs of 一 to 九 and 十 (below a hundred) as digits.
func arabic(s string) string {
	var b strings.Builder
	value, run := 0, false
	flush := func() {
		if run {
			b.WriteString(strconv.Itoa(value))
		}
		value, run = 0, false
	}
	for _, r := range s {
		i := slices.Index([]rune("〇一二三四五六七八九"), r)
		switch {
		case r == '十' && value > 0 && value < 10:
			value, run = value*10, true
		case r == '十':
			value, run = 10, true
		case i >= 0 && run && value%10 == 0 && value > 0:
			value += i
		case i >= 0:
			flush()
			value, run = i, true
		default:
			flush()
			b.WriteRune(r)
		}
	}
	flush()
	return b.String()
}

var notations = sync.OnceValue(func() *strings.Replacer {
	return strings.NewReplacer("大字", "", "字", "", "丁目", "-", "番地の", "-", "番地", "-", "番", "-", "号", "-", "の", "-",
		"ー", "-", "―", "-", "‐", "-", "−", "-", "–", "-", "—", "-", "ケ", "が", "ヶ", "が")
})

// foldAddress drops prefecture, 大字 and 字, writes numbers with dashes, and cuts
// what follows a space: most often a building.
func foldAddress(s string) string {
	s, _, _ = strings.Cut(s, " ")
	for _, pref := range []string{"都", "道", "府", "県"} {
		if i := strings.Index(s, pref); i > 0 && i <= len("神奈川") {
			s = s[i+len(pref):]
			break
		}
	}
	s = arabic(notations().Replace(s))
	for strings.Contains(s, "--") {
		s = strings.ReplaceAll(s, "--", "-")
	}
	return strings.TrimRight(s, "-")
}
