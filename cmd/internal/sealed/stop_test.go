package sealed

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
)

func TestAFileCannotBeReadOnceItIsStopped(t *testing.T) {
	stop := make(chan struct{})
	folder := stopping{fstest.MapFS{"a": {Data: []byte("abcd")}}, stop}
	f, err := folder.Open("a")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(f, make([]byte, 2)); err != nil {
		t.Fatal(err)
	}
	close(stop)
	if _, err := f.Read(make([]byte, 2)); !errors.Is(err, context.Canceled) {
		t.Errorf("read on after the stop: %v", err)
	}
	if text, err := fs.ReadFile(stopping{fstest.MapFS{"a": {Data: []byte("abcd")}}, nil}, "a"); err != nil || string(text) != "abcd" {
		t.Errorf("without a stop: %q, %v", text, err)
	}
}

func TestRandomAccessEndsOnceItIsStopped(t *testing.T) {
	stop := make(chan struct{})
	at := stoppingAt{strings.NewReader("abcd"), stop}
	b := make([]byte, 2)
	if n, err := at.ReadAt(b, 1); n != 2 || err != nil || string(b) != "bc" {
		t.Errorf("%q, %v", b[:n], err)
	}
	close(stop)
	if n, err := at.ReadAt(b, 1); n != 0 || !errors.Is(err, context.Canceled) {
		t.Errorf("read on after the stop: %d, %v", n, err)
	}
}
