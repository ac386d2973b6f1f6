package pipeline

import (
	"context"
	"io"
	"iter"
	"slices"
	"sync"
)

// EachN makes a stage of a step that runs on n goroutines, which are handed
// batches of rows, not single rows. Order is kept: batches leave in the order
// in which they came in. With n < 2 it is Each.
func EachN[In, Out any](n, batch int, step Step[In, Out]) Stage[In, Out] {
	if n < 2 {
		return Each(step)
	}
	worker := func() func(*Row[In], *Row[Out]) {
		return func(row *Row[In], out *Row[Out]) { *out = apply(step, *row) }
	}
	return func(ctx context.Context, in Rows[In]) Rows[Out] {
		return func(yield func(Row[Out], error) bool) {
			inOrder(ctx, order[In, Row[Out]]{n, batch, worker, true}, in, func(out *Row[Out], err error) bool {
				if err != nil {
					return yield(Row[Out]{}, err)
				}
				return yield(*out, nil)
			})
		}
	}
}

// FillN makes of every row, faulty or not, something that is no row any more. It
// runs on n goroutines as [EachN] does, and keeps the order. Each goroutine fills
// with a function of its own, which worker makes and which may have memory of its
// own.
//
// What is filled is used again for a later row, with what the earlier one left in it,
// so that its memory serves many rows: fill MUST set all of it, and whoever receives it
// may keep it only until the next one comes.
func FillN[In, Out any](n, batch int, worker func() (fill func(*Row[In], *Out))) func(context.Context, Rows[In]) iter.Seq2[*Out, error] {
	return func(ctx context.Context, in Rows[In]) iter.Seq2[*Out, error] {
		return func(yield func(*Out, error) bool) {
			if n >= 2 {
				inOrder(ctx, order[In, Out]{n, batch, worker, false}, in, yield)
				return
			}
			fill, out := worker(), new(Out)
			for row, err := range in {
				if err == nil {
					err = ctx.Err()
				}
				if err != nil {
					yield(nil, err)
					return
				}
				if fill(&row, out); !yield(out, nil) {
					return
				}
			}
		}
	}
}

// order says how rows are worked on.
type order[In, Out any] struct {
	n, batch int
	worker   func() func(*Row[In], *Out)
	forget   bool // what was made is handed on, and nothing of it is kept for later rows
}

// task is a batch on its way: done gets a word when out is complete. Tasks are
// used again once their rows have left, because a batch is some 100 KB that would
// otherwise be made, cleared and thrown away every few hundred rows.
type task[In, Out any] struct {
	in   []Row[In]
	out  []Out // as many as in, once done
	err  error // ends the stream after out
	done chan struct{}
}

func newTask[In, Out any](batch int) *task[In, Out] {
	return &task[In, Out]{in: make([]Row[In], 0, batch), out: make([]Out, 0, batch), done: make(chan struct{}, 1)}
}

// work fills out, in the memory that is there.
func (t *task[In, Out]) work(fill func(*Row[In], *Out)) {
	t.out = slices.Grow(t.out[:0], len(t.in))[:len(t.in)]
	for i := range t.in {
		fill(&t.in[i], &t.out[i])
	}
	t.done <- struct{}{}
}

// batchFirstMost bounds the memory that is made before the first row has come.
const batchFirstMost = 256

// inOrder works on n goroutines and yields what they make in the order of the rows.
func inOrder[In, Out any](ctx context.Context, o order[In, Out], in Rows[In], yield func(*Out, error) bool) {
	ctx, cancel := context.WithCancel(ctx)
	work := make(chan *task[In, Out], o.n)    // to the workers
	queue := make(chan *task[In, Out], 2*o.n) // the same tasks, in the order of the list
	spent := make(chan *task[In, Out], 4*o.n) // tasks to be used again; more than are ever on their way
	var wg sync.WaitGroup
	for range o.n {
		wg.Go(func() {
			fill := o.worker()
			for t := range work {
				t.work(fill)
			}
		})
	}
	wg.Go(func() {
		defer close(queue)
		defer close(work)
		feed(ctx, max(o.batch, 1), spent, in, func(t *task[In, Out]) bool {
			select {
			case queue <- t:
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
		for range queue {
		}
	}()
	for t := range queue {
		<-t.done
		for i := range t.out {
			if !yield(&t.out[i], nil) {
				return
			}
		}
		if t.err != nil {
			yield(nil, t.err)
			return
		}
		clear(t.in) // nothing is kept alive by a task that waits
		if o.forget {
			clear(t.out)
		}
		t.in = t.in[:0]
		select {
		case spent <- t:
		default:
		}
	}
	if err := ctx.Err(); err != nil {
		yield(nil, err)
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

// Beside does something on a goroutine of its own, and returns what waits for it to
// be done, which the caller MUST call.
func Beside(do func()) (wait func()) {
	var wg sync.WaitGroup
	wg.Go(do)
	return wg.Wait
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
