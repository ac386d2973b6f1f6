package sheet

import (
	"bytes"
	"io"
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

// benchRows is a large list for a workbook; benchCells are its columns.
const (
	benchRows  = 200_000
	benchCells = 10
)

func benchRow(n int) []string {
	cells := make([]string, benchCells)
	for i := range cells {
		cells[i] = "架空の値" + strconv.Itoa(n*benchCells+i)
	}
	return cells
}

// BenchmarkAgainstExcelize writes a sheet of 200,000 rows and reads it back, with
// this package and with the streams of excelize, in turn, and prints how many times
// as long this package took (at most 1.2 is wanted), and how far the heap grew while it
// read: a sheet does not lie in memory.
func BenchmarkAgainstExcelize(b *testing.B) {
	var ownWrite, theirWrite, ownRead, theirRead time.Duration
	var grown uint64
	for b.Loop() {
		tmp := private(b)
		ownWrite += took(b, func() error { return writeOwn(tmp) })
		raw := new(bytes.Buffer)
		theirWrite += took(b, func() error { return writeTheirs(raw) })
		before := heap()
		var peak uint64
		ownRead += took(b, func() error { return readOwn(raw.Bytes(), &peak) })
		grown = max(grown, peak-min(peak, before))
		theirRead += took(b, func() error { return readTheirs(raw.Bytes()) })
	}
	b.ReportMetric(float64(ownWrite)/float64(theirWrite), "write/excelize")
	b.ReportMetric(float64(ownRead)/float64(theirRead), "read/excelize")
	b.ReportMetric(float64(grown)/(1<<20), "MiB-grown")
	b.ReportMetric(float64(benchRows*b.N)/ownRead.Seconds(), "rows-read/s")
}

func took(b *testing.B, do func() error) time.Duration {
	b.Helper()
	runtime.GC()
	start := time.Now()
	if err := do(); err != nil {
		b.Fatal(err)
	}
	return time.Since(start)
}

func heap() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func writeOwn(tmp string) error {
	w, err := NewWriter(WriterOptions{TmpDir: tmp})
	if err != nil {
		return err
	}
	defer w.Close()
	columns := make([]Column, benchCells)
	for i := range columns {
		columns[i] = Column{Header: "列" + strconv.Itoa(i), Width: 12}
	}
	if err := w.AddSheet("一覧", columns); err != nil {
		return err
	}
	for n := range benchRows {
		if err := w.Write(benchRow(n)); err != nil {
			return err
		}
	}
	_, err = w.WriteTo(io.Discard)
	return err
}

func writeTheirs(to io.Writer) error {
	f := excelize.NewFile()
	defer f.Close()
	w, err := f.NewStreamWriter("Sheet1")
	if err != nil {
		return err
	}
	values := make([]any, benchCells)
	for n := range benchRows {
		for i, s := range benchRow(n) {
			values[i] = s
		}
		if err := w.SetRow("A"+strconv.Itoa(n+1), values); err != nil {
			return err
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return f.Write(to)
}

func readOwn(raw []byte, peak *uint64) error {
	book, err := OpenAt(bytes.NewReader(raw), int64(len(raw)), Options{})
	if err != nil {
		return err
	}
	defer book.Close()
	n := 0
	for _, err := range book.Rows(book.Sheets()[0].Name) {
		if err != nil {
			return err
		}
		if n++; n%50_000 == 0 {
			*peak = max(*peak, heap())
		}
	}
	return nil
}

func readTheirs(raw []byte) error {
	f, err := excelize.OpenReader(bytes.NewReader(raw))
	if err != nil {
		return err
	}
	defer f.Close()
	rows, err := f.Rows("Sheet1")
	if err != nil {
		return err
	}
	for rows.Next() {
		if _, err := rows.Columns(); err != nil {
			return err
		}
	}
	return rows.Close()
}
