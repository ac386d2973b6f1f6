package normal

// kanjiFigure is the value of a kanji numeral (漢数字): 0–9, or the power 10, 100,
// 1000; −1 for anything else.
func kanjiFigure(r rune) int {
	switch r {
	case '〇', '零':
		return 0
	case '一', '壱', '壹':
		return 1
	case '二', '弐', '貳':
		return 2
	case '三', '参', '參':
		return 3
	case '四':
		return 4
	case '五':
		return 5
	case '六':
		return 6
	case '七':
		return 7
	case '八':
		return 8
	case '九':
		return 9
	case '十', '拾':
		return 10
	case '百':
		return 100
	case '千':
		return 1000
	}
	return -1
}

// kanjiNumber reads kanji numerals, positional (二三) or with powers (二十三), up to
// 9999; ok is false for a run that is neither, such as 十三一.
func kanjiNumber(s string) (int, bool) {
	total, figure, figures, power := 0, -1, 0, 10_000
	for _, r := range s {
		v := kanjiFigure(r)
		switch {
		case v < 0:
			return 0, false
		case v < 10:
			if figure >= 0 && power != 10_000 {
				return 0, false
			}
			figure = max(figure, 0)*10 + v
			if figures++; figures > 4 {
				return 0, false
			}
		default:
			if v >= power || figures > 1 || figure == 0 {
				return 0, false
			}
			if figure < 0 {
				figure = 1
			}
			total += figure * v
			figure, figures, power = -1, 0, v
		}
	}
	return total + max(figure, 0), s != ""
}
