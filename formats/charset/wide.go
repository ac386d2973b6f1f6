package charset

// wideCheck validates UTF-16 that begins with a byte order mark: pairs of
// surrogates are whole, and the number of bytes is even. It does nothing for a
// file without such a mark.
type wideCheck struct {
	state int // 0: no byte yet, 1: one byte, 2: a mark was seen, 3: not UTF-16
	first byte
	big   bool
	half  int // the first byte of a unit, -1 for none
	high  int64
	line  int
	cr    bool
	pair  bool // a high surrogate, at offset high, waits for the low one
	bad   place
}

func (w *wideCheck) add(b []byte, offset int64) {
	for i := 0; i < len(b) && w.state != 3 && !w.bad.found; i++ {
		switch w.state {
		case 0:
			w.first, w.state = b[i], 1
		case 1:
			w.begin(b[i])
		default:
			if w.half < 0 {
				w.half = int(b[i])
				continue
			}
			unit := w.half | int(b[i])<<8
			if w.big {
				unit = w.half<<8 | int(b[i])
			}
			w.half = -1
			w.unit(unit, offset+int64(i)-1)
		}
	}
}

func (w *wideCheck) begin(second byte) {
	switch {
	case w.first == 0xff && second == 0xfe:
		w.big = false
	case w.first == 0xfe && second == 0xff:
		w.big = true
	default:
		w.state = 3
		return
	}
	w.state, w.half, w.line = 2, -1, 1
}

func (w *wideCheck) unit(u int, offset int64) {
	low := u >= 0xdc00 && u <= 0xdfff
	switch {
	case w.pair && !low:
		w.bad = place{true, w.high, w.line}
	case low && !w.pair:
		w.bad = place{true, offset, w.line}
	case u >= 0xd800 && u <= 0xdbff:
		w.pair, w.high = true, offset
		return
	case u == '\r', u == '\n' && !w.cr:
		w.line++
	}
	w.pair = false
	w.cr = u == '\r'
}

// end judges a unit or a pair that is cut at the end of the file.
func (w *wideCheck) end(total int64) place {
	switch {
	case w.bad.found:
		return w.bad
	case w.pair:
		return place{true, w.high, w.line}
	case w.state == 2 && w.half >= 0:
		return place{true, total - 1, w.line}
	}
	return place{}
}
