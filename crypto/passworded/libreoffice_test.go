package passworded

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"baitai/crypto/passworded/officetest"
)

// openWithPassword prints the name of the first sheet and one of its cells.
const openWithPassword = `
password, source = args
try:
    book = desktop.loadComponentFromURL("file://" + source, "_blank", 0, (value("Hidden", True), value("Password", password)))
except Exception:
    book = None
if book is None:
    print("not opened")
else:
    print(book.Sheets.getByIndex(0).Name, book.Sheets.getByIndex(0).getCellRangeByName("B51").String)
    book.close(True)
`

// libreOffice opens a book with the password and returns what it found.
func libreOffice(t *testing.T, password, book string) string {
	t.Helper()
	said, err := officetest.Run(filepath.Join(t.TempDir(), "profile"), openWithPassword, password, book)
	if errors.Is(err, officetest.ErrMissing) {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip("LibreOffice or python3-uno is not installed")
	}
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(said))
}

func TestLibreOfficeOpensTheWorkbookWithItsPassword(t *testing.T) {
	path := filepath.Join(t.TempDir(), "in.xlsx")
	if err := os.WriteFile(path, encrypted(t, workbook(t, 50), strong), 0o600); err != nil {
		t.Fatal(err)
	}
	for password, want := range map[string]string{strong: "照会結果 架空 太郎", "wrong": "not opened"} {
		if got := libreOffice(t, password, path); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
