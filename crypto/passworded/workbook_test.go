package passworded

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"baitai/formats/sheet"

	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"
)

// Sizes at which something in the form changes: segments, blocks, the mini stream,
// the first sector of the allocation table, its hundred and tenth (a table of tables, at 24 MB two sectors of it).
func sizes() []int {
	return []int{0, 1, 15, 16, 17, 4071, 4072, 4087, 4088, 4089, 4096, 4097, 8192, 60_000, 65_536, 7_100_000, 7_200_000, 24_000_000}
}

func TestWhatIsEncryptedIsOpenedAgain(t *testing.T) {
	for _, n := range sizes() {
		plain := pattern(n)
		raw := encrypted(t, plain, strong)
		if len(raw)%sectorBytes != 0 {
			t.Errorf("%d: the file has %d bytes, not whole sectors", n, len(raw))
		}
		got, err := opened(raw, strong)
		if err != nil || !bytes.Equal(got, plain) {
			t.Errorf("%d: %d bytes come back, %v", n, len(got), err)
		}
		if n > 64 && bytes.Contains(raw, plain[:32]) {
			t.Errorf("%d: plain bytes in the file", n)
		}
	}
}

func TestRandomAccessGivesWhatReadingInOrderGives(t *testing.T) {
	plain := pattern(50_000)
	raw := encrypted(t, plain, strong)
	r, size, err := OpenWorkbook(bytes.NewReader(raw), int64(len(raw)), New(strong))
	if err != nil || size != int64(len(plain)) {
		t.Fatal(size, err)
	}
	rapid.Check(t, func(t *rapid.T) {
		from := rapid.Int64Range(0, size+10).Draw(t, "from")
		p := make([]byte, rapid.IntRange(0, 10_000).Draw(t, "length"))
		n, err := r.ReadAt(p, from)
		want := plain[min(from, size):min(from+int64(len(p)), size)]
		if n != len(want) || !bytes.Equal(p[:n], want) || (n < len(p)) != (err == io.EOF) {
			t.Fatalf("%d of %d bytes at %d: %v", n, len(p), from, err)
		}
	})
}

func TestAWrongPasswordIsSaid(t *testing.T) {
	raw := encrypted(t, pattern(9000), strong)
	for _, wrong := range []string{"", strong + " ", "kz7#mWq9!Tb2xLd5", "架空"} {
		if _, err := opened(raw, wrong); !errors.Is(err, ErrPassword) {
			t.Errorf("%v", err)
		}
	}
	if _, err := NewWorkbook(io.Discard, scratch(t), Password{}, strings.NewReader("")); !errors.Is(err, ErrPassword) {
		t.Errorf("a workbook without a password: %v", err)
	}
	if _, err := NewWorkbook(io.Discard, scratch(t), New(strong), strings.NewReader("short")); err == nil {
		t.Error("a workbook without randomness")
	}
}

// One flipped bit of what is encrypted is found before anything is given out; one
// in what only describes it is an error too, or changes nothing.
func TestOneFlippedBitIsFound(t *testing.T) {
	plain := pattern(20_000)
	raw := encrypted(t, plain, strong)
	changed := 0
	for at := 0; at < len(raw); at += 499 {
		bad := bytes.Clone(raw)
		bad[at] ^= 1 << (at % 8)
		got, err := opened(bad, strong)
		inPackage := at >= sectorBytes+8 && at < sectorBytes+8+len(plain)
		switch {
		case inPackage && !errors.Is(err, ErrChanged):
			t.Errorf("bit in byte %d of the package: %v", at, err)
		case err == nil && !bytes.Equal(got, plain):
			t.Errorf("bit in byte %d: other content without an error", at)
		case err != nil:
			changed++
		}
	}
	if changed < len(plain)/499 {
		t.Errorf("only %d changes were found", changed)
	}
	for _, n := range []int{0, 7, 511, 512, 5000, len(raw) - 513} {
		if _, err := opened(raw[:n], strong); !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrChanged) {
			t.Errorf("cut to %d bytes: %v", n, err)
		}
	}
}

// workbook is a real workbook with rows of invented people.
func workbook(t *testing.T, rows int) []byte {
	t.Helper()
	dir := t.TempDir()
	w, err := sheet.NewWriter(sheet.WriterOptions{TmpDir: private(t, dir)})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	if err := w.AddSheet("照会結果", []sheet.Column{{Header: "整理番号"}, {Header: "氏名"}}); err != nil {
		t.Fatal(err)
	}
	for i := range rows {
		if err := w.Write([]string{strings.Repeat("0", 3) + string(rune('A'+i%26)), "架空 太郎"}); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	if _, err := w.WriteTo(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func private(t *testing.T, dir string) string {
	t.Helper()
	if err := os.Chmod(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestExcelizeOpensTheWorkbook(t *testing.T) {
	f, err := excelize.OpenReader(bytes.NewReader(encrypted(t, workbook(t, 50), strong)), excelize.Options{Password: strong})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if v, err := f.GetCellValue("照会結果", "B51"); err != nil || v != "架空 太郎" {
		t.Errorf("%q, %v", v, err)
	}
}

func TestMSOffcryptoOpensTheWorkbookAndChecksItsIntegrity(t *testing.T) {
	dir := t.TempDir()
	in, out := filepath.Join(dir, "in.xlsx"), filepath.Join(dir, "out.xlsx")
	decrypt := func(raw []byte, password string) ([]byte, error) {
		if err := os.WriteFile(in, raw, 0o600); err != nil {
			t.Fatal(err)
		}
		return msoffcrypto(t, password, in, out)
	}
	for _, n := range []int{100, 60_000, 7_300_000} {
		plain := stored(t, n)
		raw := encrypted(t, plain, strong)
		if said, err := decrypt(raw, strong); err != nil {
			t.Errorf("%d bytes: %v: %s", n, err, said)
		} else if got, err := os.ReadFile(out); err != nil || !bytes.Equal(got, plain) {
			t.Errorf("%d bytes become %d, %v", n, len(got), err)
		}
		if n != 60_000 {
			continue
		}
		if said, err := decrypt(raw, "wrong"); err == nil || !strings.Contains(string(said), "InvalidKeyError") {
			t.Errorf("a wrong password: %v: %s", err, said)
		}
		raw[sectorBytes+n/2] ^= 4
		if said, err := decrypt(raw, strong); err == nil || !strings.Contains(string(said), "InvalidKeyError") {
			t.Errorf("one bit flipped: %v: %s", err, said)
		}
	}
}

// stored is a zip with n bytes, because msoffcrypto-tool looks for one.
func stored(t *testing.T, n int) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	w, err := z.CreateHeader(&zip.FileHeader{Name: "a", Method: zip.Store})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(pattern(n)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// msoffcrypto decrypts by the Debian package python3-msoffcrypto-tool, which is a
// module of the system's Python.
func msoffcrypto(t *testing.T, password, in, out string) ([]byte, error) {
	t.Helper()
	const script = `
import sys
try:
    import msoffcrypto
except ImportError:
    sys.exit(77)
f = msoffcrypto.OfficeFile(open(sys.argv[2], "rb"))
assert f.type == "agile", f.type
f.load_key(password=sys.argv[1], verify_password=True)
f.decrypt(open(sys.argv[3], "wb"), verify_integrity=True)
`
	said, err := tool(t, "/usr/bin/python3", "-c", script, password, in, out)
	if err != nil && strings.Contains(err.Error(), "77") {
		if os.Getenv("CI") == "true" {
			t.Fatal("python3-msoffcrypto-tool is not installed")
		}
		t.Skip("python3-msoffcrypto-tool is not installed")
	}
	return said, err
}
