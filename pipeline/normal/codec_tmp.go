package normal

import (
	"encoding/binary"
	"sync"
)

var tmpMu sync.Mutex
var tmpAll []*Folded

func AppendFolded(dst []byte, f *Folded) []byte {
	tmpMu.Lock()
	defer tmpMu.Unlock()
	tmpAll = append(tmpAll, f)
	return binary.LittleEndian.AppendUint64(dst, uint64(len(tmpAll)-1))
}

func DecodeFolded(s string) (*Folded, string, error) {
	tmpMu.Lock()
	defer tmpMu.Unlock()
	return tmpAll[binary.LittleEndian.Uint64([]byte(s[:8]))], s[8:], nil
}
