package intake

import (
	"baitai/formats"
	"baitai/pipeline/authority"
	"baitai/pipeline/issue"
)

// unlock opens a workbook that is protected by a password (パスワード付きブック), if the
// request beside it names one. It gives the kind of what is inside. The file as it
// was delivered stays what the digest of the request speaks of.
func (l *List) unlock(kind formats.Kind, side *authority.Request) (formats.Kind, error) {
	if kind != formats.EncryptedOffice || side == nil || side.PasswordRef == "" || l.src.Unlock == nil {
		return kind, nil
	}
	plain, size, err := l.src.Unlock(side.PasswordRef, l.opened.file, l.opened.size)
	if err != nil {
		if i := issue.Find(err); i != nil && i.Pos == (issue.Pos{}) {
			i.Pos.File = l.src.Name
		}
		return kind, err
	}
	l.opened.plain, l.opened.plainSize = plain, size
	inside, err := formats.DetectAt(plain, size)
	if err == nil && inside != formats.XLSX && inside != formats.XLSM {
		return kind, issue.New(issue.DamagedWorkbook, issue.Pos{File: l.src.Name})
	}
	return inside, err
}
