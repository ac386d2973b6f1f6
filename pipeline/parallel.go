package pipeline

import (
	"context"
	"io"
	"iter"
	"sync"
)

// EachN makes a stage of a step that runs on n goroutines, which are handed
// batches of rows, not single rows. Order is kept: batches leave in the order
// in which they came in. With n < 2 it is Each.
func EachN[In, Out any](n, batch int, step Step[In, Out]) Stage[In, Out] {
	if n < 2 {
		return Each(step)
	}
	return func(ctx context.Context, in Rows[In]) Rows[Out] {
		return func(yield func(Row[Out], error) bool) {
			inOrder(ctx, n, batch, func(row *Row[In]) Row[Out] { return apply(step, *row) }, in, yield)
		}
	}
}

// MapN makes of every row, faulty or not, something that is no row any more. It
// runs on n goroutines as [EachN] does, and keeps the order.
func MapN[In, Out any](n, batch int, f func(*Row[In]) Out) func(context.Context, Rows[In]) iter.Seq2[Out, error] {
	return func(ctx context.Context, in Rows[In]) iter.Seq2[Out, error] {
		return func(yield func(Out, error) bool) {
			if n >= 2 {
				inOrder(ctx, n, batch, f, in, yield)
				return
			}
			var none Out
			for row, err := range in {
				if err == nil {
					err = ctx.Err()
				}
				if err != nil {
					yield(none, err)
					return
				}
				if !yield(f(&row), nil) {
					return
				}
			}
		}
	}
}

// task is a batch on its way: done gets a word when out is complete. Tasks are
// used again once their rows have left, because a batch is some 100 KB that would
// otherwise be made, cleared and thrown away every few hundred rows.
type task[In, Out any] struct {
	in   []Row[In]
	out  []Out
	err  error // ends the stream after out
	done chan struct{}
}

func newTask[In, Out any](batch int) *task[In, Out] {
	return &task[In, Out]{in: make([]Row[In], 0, batch), out: make([]Out, 0, batch), done: make(chan struct{}, 1)}
}

// batchFirstMost bounds the memory that is made before the first row has come.
const batchFirstMost = 256

// inOrder runs f on n goroutines and yields what it gives in the order of the rows.
func inOrder[In, Out any](ctx context.Context, n, batch int, f func(*Row[In]) Out, in Rows[In], yield func(Out, error) bool) {
	ctx, cancel := context.WithCancel(ctx)
	work := make(chan *task[In, Out], n)    // to the workers
	order := make(chan *task[In, Out], 2*n) // the same tasks, in the order of the list
	spent := make(chan *task[In, Out], 4*n) // tasks to be used again; more than are ever on their way
	var wg sync.WaitGroup
	for range n {
		wg.Go(func() {
			for t := range work {
				for i := range t.in {
					t.out = append(t.out, f(&t.in[i]))
				}
				t.done <- struct{}{}
			}
		})
	}
	wg.Go(func() {
		defer close(order)
		defer close(work)
		feed(ctx, max(batch, 1), spent, in, func(t *task[In, Out]) bool {
			select {
			case order <- t:
			case <-ctx.Done():
				return false
			}
			work <- t // workers never stop before work is closed
			return true
		})
	})
	defer wg.Wait()
	defer func() { // let a blocked feeder go when the consumer stops early
		cancel()
		for range order {
		}
	}()
	var none Out
	for t := range order {
		<-t.done
		for i := range t.out {
			if !yield(t.out[i], nil) {
				return
			}
		}
		if t.err != nil {
			yield(none, t.err)
			return
		}
		clear(t.in) // nothing is kept alive by a task that waits
		clear(t.out)
		t.in, t.out = t.in[:0], t.out[:0]
		select {
		case spent <- t:
		default:
		}
	}
	if err := ctx.Err(); err != nil {
		yield(none, err)
	}
}

// feed cuts the rows into tasks and sends them until send refuses.
func feed[In, Out any](ctx context.Context, batch int, spent <-chan *task[In, Out], in Rows[In], send func(*task[In, Out]) bool) {
	next := func() *task[In, Out] {
		select {
		case t := <-spent:
			return t
		default:
			return newTask[In, Out](min(batch, batchFirstMost))
		}
	}
	t := next()
	for row, err := range in {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			t.err = err
			send(t)
			return
		}
		t.in = append(t.in, row)
		if len(t.in) == batch {
			if !send(t) {
				return
			}
			t = next()
		}
	}
	if len(t.in) > 0 {
		send(t)
	}
}

// Ahead makes the values of a stream on a goroutine of its own: while one is being
// used, the next is made. There are never more than two, so that they may be large.
func Ahead[T any](in iter.Seq2[T, error]) iter.Seq2[T, error] {
	type made struct {
		value T
		err   error
	}
	return func(yield func(T, error) bool) {
		next, quit := make(chan made), make(chan struct{})
		var wg sync.WaitGroup
		defer wg.Wait()
		defer close(quit)
		wg.Go(func() {
			defer close(next)
			for value, err := range in {
				select {
				case next <- made{value, err}:
				case <-quit:
					return
				}
			}
		})
		for m := range next {
			if !yield(m.value, m.err) {
				return
			}
		}
	}
}

// ReadAhead returns a reader that gives what r gives, read by a goroutine of its
// own a few blocks ahead, and a function that ends the goroutine, which the caller
// MUST call before r is closed. An error comes after everything that was read
// before it. It is for readers that compute: decoding a character set takes as
// long as cutting the text into rows.
func ReadAhead(r io.Reader) (_ io.Reader, stop func()) {
	a := &readAhead{full: make(chan block), spare: make(chan []byte, 2), quit: make(chan struct{})}
	for range cap(a.spare) {
		a.spare <- make([]byte, aheadBytes)
	}
	var wg sync.WaitGroup
	wg.Go(func() { a.fill(r) })
	return a, func() { close(a.quit); wg.Wait() }
}

// aheadBytes is what a decoder gives at once of a block of 64 KiB, at its most.
const aheadBytes = 192 << 10

// block is what one Read gave.
type block struct {
	b   []byte
	err error
}

type readAhead struct {
	full  chan block
	spare chan []byte
	quit  chan struct{}
	now   block  // being given out
	mem   []byte // the memory of now.b, to go back
}

func (a *readAhead) fill(r io.Reader) {
	for {
		var b []byte
		select {
		case b = <-a.spare:
		case <-a.quit:
			return
		}
		n, err := r.Read(b)
		select {
		case a.full <- block{b[:n], err}:
		case <-a.quit:
			return
		}
		if err != nil {
			return
		}
	}
}

// Read gives what is at hand, or waits for the next block.
func (a *readAhead) Read(p []byte) (int, error) {
	for len(a.now.b) == 0 {
		if a.now.err != nil {
			return 0, a.now.err
		}
		if a.mem != nil {
			a.spare <- a.mem
		}
		a.now = <-a.full
		a.mem = a.now.b[:cap(a.now.b)]
	}
	n := copy(p, a.now.b)
	a.now.b = a.now.b[n:]
	return n, nil
}
