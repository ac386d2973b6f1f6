package register

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"baitai/pipeline/issue"
)

// withHeaders is the good register with a table of headers.
func withHeaders(lines ...string) fstest.MapFS {
	f := folder(good(), "\n", plainUTF8)
	f[HeadersFile] = &fstest.MapFile{Data: []byte("照会元コード,見出し,意味,備考\n" + strings.Join(lines, "\n") + "\n"), Mode: 0o600}
	return f
}

func TestHeadersAreReadByOffice(t *testing.T) {
	if own := mustRead(t, folder(good(), "\n", plainUTF8)).Headers("nogyo"); len(own) > 0 {
		t.Errorf("without the table: %v", own)
	}
	reg := mustRead(t, withHeaders("nogyo,所有者の氏名,氏名,", "nogyo,世帯主氏名,使わない,別の人", "kyoiku,児童名,氏名,", "kyoiku,住所２,住所２,全角でもよい"))
	want := map[string]string{"所有者の氏名": "氏名", "世帯主氏名": HeaderNotUsed}
	if got := reg.Headers("nogyo"); !maps.Equal(got, want) {
		t.Errorf("got %v", got)
	}
	if got := reg.Headers("kyoiku"); got["児童名"] != "氏名" || got["住所２"] != "住所2" {
		t.Errorf("got %v", got)
	}
	if got := reg.Headers("nobody"); len(got) > 0 {
		t.Errorf("got %v", got)
	}
	f := withHeaders("nogyo,所有者の氏名,氏名,")
	f[HeadersFile].Data = cp932(string(f[HeadersFile].Data))
	if got := mustRead(t, f).Headers("nogyo"); got["所有者の氏名"] != "氏名" {
		t.Error("not read in CP932")
	}
}

func TestEachFaultOfAHeaderIsToldWithItsPlace(t *testing.T) {
	for _, c := range []struct{ line, want string }{
		{",甲,氏名,", "J205@3:1"},
		{"nogyo,,氏名,", "J205@3:2"},
		{"nogyo,甲,,", "J205@3:3"},
		{"dareka,甲,氏名,", "J208@3:1"},
		{"農業,甲,氏名,", "J206@3:1"},
		{"nogyo,甲,名前,", "J206@3:3"},
		{"nogyo,甲,個人番号,", "J206@3:3"},
		{"nogyo,個 人 番 号,整理番号,", "J206@3:2"},
		{"nogyo,ﾏｲﾅﾝﾊﾞｰ(下4桁),使わない,", "J206@3:2"},
		{"nogyo,＊,使わない,", "J206@3:2"},
		{"nogyo," + strings.Repeat("長", 201) + ",使わない,", "J206@3:2"},
		{"nogyo,先 の ＮＯ．,整理番号,", "J207@3:2"},
		{"kyoiku,先のNo,整理番号,", ""}, // another office's
	} {
		_, err := Read(withHeaders("nogyo,先のNo,整理番号,", c.line))
		got := ""
		if list, ok := err.(issue.List); ok && len(list) == 1 {
			i := list[0]
			got = fmt.Sprintf("%s@%d:%d", i.Code, i.Pos.Row, i.Pos.Column)
			if i.Pos.File != HeadersFile {
				t.Errorf("%s: in the file %s", c.line, i.Pos.File)
			}
		} else if err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%s: got %s, want %s", c.line, got, c.want)
		}
	}
	f := withHeaders("nogyo,甲,氏名,")
	f[HeadersFile].Data = []byte("照会元コード,見出し\nnogyo,甲\n")
	if _, err := Read(f); err == nil || !strings.Contains(err.Error(), "J202") {
		t.Errorf("a table without 意味: %v", err)
	}
}

// What a list means depends on the table, so the ledger's digest does.
func TestTheTableOfHeadersIsPartOfTheDigest(t *testing.T) {
	a, b := mustRead(t, folder(good(), "\n", plainUTF8)), mustRead(t, withHeaders("nogyo,甲,氏名,"))
	if a.Digest() == b.Digest() || b.Digest() == mustRead(t, withHeaders("nogyo,甲,住所,")).Digest() {
		t.Error("the digest does not tell them apart")
	}
	dir := t.TempDir()
	for name, f := range withHeaders("nogyo,甲,氏名,") {
		if err := os.WriteFile(filepath.Join(dir, name), f.Data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("sha256sum", "headers.csv", "layout_columns.csv", "layouts.csv", "media.csv", "offices.csv", "operators.csv", "purposes.csv")
	cmd.Dir = dir
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprintf("%x", sha256.Sum256(out)); got != b.Digest() {
		t.Errorf("sha256sum makes %s, not %s", got, b.Digest())
	}
}
