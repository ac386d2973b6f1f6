package pipeline

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"

	"baitai/pipeline/issue"
)

var errEnd = errors.New("the list ended badly")

// numbers gives n rows, every third of which is faulty, and an error at the end if end is set.
func numbers(n int, end error) Rows[int] {
	return func(yield func(Row[int], error) bool) {
		for i := 1; i <= n; i++ {
			row := Row[int]{No: int64(i), Value: i}
			if i%3 == 0 {
				row.Value, row.Issues = 0, issue.List{issue.New(issue.BadBirth, issue.Pos{Row: i})}
			}
			if !yield(row, nil) {
				return
			}
		}
		if end != nil {
			yield(Row[int]{}, end)
		}
	}
}

// double is a step that also fails rows that divide by five.
func double(r Row[int]) (int, issue.List) {
	if r.Value%5 == 0 {
		return 0, issue.List{issue.New(issue.BadSex, r.Pos)}
	}
	return 2 * r.Value, nil
}

func stages() map[string]Stage[int, int] {
	return map[string]Stage[int, int]{
		"Each":        Each(double),
		"EachN(1,1)":  EachN(1, 1, double),
		"EachN(2,1)":  EachN(2, 1, double),
		"EachN(2,8)":  EachN(2, 8, double),
		"EachN(4,64)": EachN(4, 64, double),
	}
}

func TestEveryRowIsPassedOnInOrder(t *testing.T) {
	for name, stage := range stages() {
		for _, n := range []int{0, 1, 7, 8, 9, 63, 64, 65, 1000} {
			for _, end := range []error{nil, errEnd} {
				var count int64
				var last error
				for row, err := range Conserve(name, stage(context.Background(), Conserve("in", numbers(n, end)))) {
					if err != nil {
						last = err
						break
					}
					count++
					checkRow(t, row)
				}
				if count != int64(n) || !errors.Is(last, end) {
					t.Errorf("%s of %d rows: %d came out, error %v, want %v", name, n, count, last, end)
				}
			}
		}
	}
}

func checkRow(t *testing.T, row Row[int]) {
	t.Helper()
	no := int(row.No)
	switch {
	case no%3 == 0:
		if len(row.Issues) != 1 || row.Issues[0].Code != issue.BadBirth || row.Value != 0 {
			t.Errorf("row %d, which came in faulty, is %+v", no, row)
		}
	case no%5 == 0:
		if len(row.Issues) != 1 || row.Issues[0].Code != issue.BadSex || row.Value != 0 {
			t.Errorf("row %d, which the step failed, is %+v", no, row)
		}
	case row.Value != 2*no || len(row.Issues) != 0:
		t.Errorf("row %d is %+v", no, row)
	}
}

func TestAStageStopsWhenNobodyListens(t *testing.T) {
	for name, stage := range stages() {
		seen := 0
		for range stage(context.Background(), numbers(10_000, nil)) {
			if seen++; seen == 5 {
				break
			}
		}
		if seen != 5 {
			t.Errorf("%s gave %d rows", name, seen)
		}
	}
}

func TestACancelledJobEndsWithAnError(t *testing.T) {
	for name, stage := range stages() {
		ctx, cancel := context.WithCancel(context.Background())
		var last error
		n := 0
		for _, err := range stage(ctx, numbers(100_000, nil)) {
			if n++; n == 10 {
				cancel()
			}
			last = err
		}
		cancel()
		if !errors.Is(last, context.Canceled) {
			t.Errorf("%s ended with %v", name, last)
		}
	}
}

func TestConserveCatchesABadStage(t *testing.T) {
	lossy := func(yield func(Row[int], error) bool) {
		for row, err := range numbers(10, nil) {
			if row.No != 4 && !yield(row, err) {
				return
			}
		}
	}
	twice := func(yield func(Row[int], error) bool) {
		for row, err := range numbers(10, nil) {
			if !yield(row, err) || row.No == 4 && !yield(row, err) {
				return
			}
		}
	}
	reordering := func(yield func(Row[int], error) bool) {
		_ = yield(Row[int]{No: 2}, nil) && yield(Row[int]{No: 1}, nil)
	}
	for name, bad := range map[string]Rows[int]{"lossy": lossy, "doubling": twice, "reordering": reordering} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("a %s stage was not caught", name)
				}
			}()
			for range Conserve(name, bad) {
			}
		}()
	}
}

func TestTotalsBalanceOnlyWhenEveryRowIsAnsweredOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64Range(1, 200).Draw(t, "rows")
		var in, out Totals
		for i := int64(1); i <= n; i++ {
			in.Add(i, "")
			out.Add(i, fmt.Sprintf("%02d", i%3))
		}
		if err := out.Balance(in); err != nil {
			t.Fatalf("equal totals do not balance: %v", err)
		}
		lost := rapid.Int64Range(1, n).Draw(t, "lost")
		short, swapped := Totals{}, Totals{}
		for i := int64(1); i <= n; i++ {
			if i != lost {
				short.Add(i, "00")
				swapped.Add(i, "00")
			}
		}
		swapped.Add(lost+1, "00") // as many rows, but one twice and one never
		for name, bad := range map[string]Totals{"a lost row": short, "a doubled row": swapped} {
			var wrong *ImbalanceError
			if err := bad.Balance(in); !errors.As(err, &wrong) {
				t.Fatalf("%s balances", name)
			}
		}
	})
}

func BenchmarkSixStages(b *testing.B) {
	rows := numbers(b.N, nil)
	for range 6 {
		rows = Conserve("stage", Each(func(r Row[int]) (int, issue.List) { return r.Value + 1, nil })(context.Background(), rows))
	}
	b.ReportAllocs()
	n := 0
	for range rows {
		n++
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "rows/s")
}

// What is read ahead is what is read, in any pieces, with the error after it; and
// a reader that is given up lets its goroutine go.
func TestReadAheadGivesWhatItsReaderGives(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.SampledFrom([]int{0, 1, 1000, 192 << 10, 192<<10 + 1, 1 << 20}).Draw(t, "size")
		want := make([]byte, size)
		for i := range want {
			want[i] = byte(i * 7)
		}
		failure := errors.New("the medium failed")
		end := rapid.SampledFrom([]error{io.EOF, failure}).Draw(t, "end")
		src := io.MultiReader(iotest.HalfReader(bytes.NewReader(want)), iotest.ErrReader(end))
		ahead, stop := ReadAhead(src)
		defer stop()
		if rapid.Bool().Draw(t, "given up") {
			_, _ = ahead.Read(make([]byte, 10))
			return
		}
		got, err := io.ReadAll(iotest.OneByteReader(io.LimitReader(ahead, 10)))
		rest, again := io.ReadAll(ahead)
		got = append(got, rest...)
		if err == nil {
			err = again
		}
		if !bytes.Equal(got, want) || (end == io.EOF) != (err == nil) || err != nil && !errors.Is(err, failure) {
			t.Fatalf("%d bytes of %d, %v", len(got), size, err)
		}
		if _, err := ahead.Read(make([]byte, 1)); !errors.Is(err, end) {
			t.Fatalf("the end is not the end: %v", err)
		}
	})
}

// BenchmarkEachN is what it costs to hand a row to a worker and back.
func BenchmarkEachN(b *testing.B) {
	const rows = 100_000
	stage := EachN(2, 256, func(r Row[int]) (int, issue.List) { return r.Value + 1, nil })
	for b.Loop() {
		for _, err := range stage(context.Background(), numbers(rows, nil)) {
			if err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(rows*b.N), "ns/row")
}

// FillN gives something for every row, faulty or not, in order, and then the error
// that ended the rows.
func TestFillNSeesEveryRow(t *testing.T) {
	broken := errors.New("the disk is gone")
	for _, n := range []int{0, 1, 2, 4} {
		for _, rows := range []int64{0, 1, 7, 8, 9, 1000} {
			in := func(yield func(Row[int64], error) bool) {
				for no := range rows {
					row := Row[int64]{No: no + 1, Value: no}
					if no%3 == 0 {
						row.Issues = issue.List{issue.New(issue.BadBirth, issue.Pos{})}
					}
					if !yield(row, nil) {
						return
					}
				}
				yield(Row[int64]{}, broken)
			}
			var got []int64
			var end error
			worker := func() func(Batch[int64], *[]int64) {
				var mine []int64 // if it were shared, the race detector would see
				return func(rows Batch[int64], out *[]int64) {
					mine = mine[:0]
					for r := range rows {
						mine = append(mine, r.No)
					}
					*out = append((*out)[:0], mine...)
				}
			}
			for nos, err := range FillN(n, worker)(context.Background(), Batched(8, in)) {
				if err != nil {
					end = err
					break
				}
				got = append(got, *nos...)
			}
			for i, no := range got {
				if no != int64(i)+1 {
					t.Fatalf("%d workers: row %d is in place %d", n, no, i+1)
				}
			}
			if int64(len(got)) != rows || !errors.Is(end, broken) {
				t.Errorf("%d workers: %d rows of %d, then %v", n, len(got), rows, end)
			}
		}
	}
}

// What FillN fills is used again, or a million rows would be a million times as much
// to allocate.
func TestFillNUsesItsMemoryAgain(t *testing.T) {
	const rows, batch = 100_000, 16
	made := make(map[*[]int64]bool)
	worker := func() func(Batch[int64], *[]int64) {
		return func(rows Batch[int64], out *[]int64) {
			*out = (*out)[:0]
			for r := range rows {
				*out = append(*out, r.No)
			}
		}
	}
	in := func(yield func(Row[int64], error) bool) {
		for no := int64(1); no <= rows && yield(Row[int64]{No: no}, nil); no++ {
		}
	}
	for out, err := range FillN(2, worker)(context.Background(), Batched(batch, in)) {
		if err != nil {
			t.Fatal(err)
		}
		made[out] = true
	}
	if most := 16; len(made) > most {
		t.Errorf("%d pieces of memory for %d batches, more than %d", len(made), rows/batch, most)
	}
}

// Rows that are gathered into batches and given one by one again are the same rows.
func TestBatchesHaveTheRows(t *testing.T) {
	for _, n := range []int{0, 1, 3, 8, 100} {
		for _, rows := range []int{0, 1, 8, 9, 250} {
			for _, end := range []error{nil, errEnd} {
				no := 0
				var last error
				for row, err := range Conserve("in rows", InRows(Batched(n, numbers(rows, end)))) {
					if last = err; err != nil {
						break
					}
					if no++; row.Value != no && len(row.Issues) == 0 {
						t.Fatalf("row %d is %+v", no, row)
					}
				}
				if no != rows || !errors.Is(last, end) {
					t.Errorf("%d rows of %d in batches of %d, then %v", no, rows, n, last)
				}
			}
		}
	}
	for row := range InRows(Batched(4, numbers(100, nil))) {
		if row.No == 6 {
			return
		}
	}
}
