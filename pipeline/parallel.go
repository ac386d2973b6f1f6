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
	worker := func() func([]Row[In], *[]Row[Out]) {
		return func(rows []Row[In], out *[]Row[Out]) {
			*out = slices.Grow((*out)[:0], len(rows))
			for i := range rows {
				*out = append(*out, apply(step, rows[i]))
			}
			clear(rows) // nothing is kept alive by what is used again
		}
	}
	return func(ctx context.Context, in Rows[In]) Rows[Out] {
		return func(yield func(Row[Out], error) bool) {
			spent := make(chan []Row[In], 4*n) // more than are ever on their way
			for done, err := range inOrder(ctx, n, worker, gather(max(batch, 1), spent, in)) {
				if err != nil {
					yield(Row[Out]{}, err)
					return
				}
				for _, row := range done.out {
					if !yield(row, nil) {
						return
					}
				}
				clear(done.out)
				select {
				case spent <- done.in:
				default:
				}
			}
		}
	}
}

// gatherFirstMost bounds the memory that is made before the first row has come.
const gatherFirstMost = 256

// gather cuts rows into pieces, in memory that is spent where there is some: a piece is
// some 100 KB that would otherwise be made and thrown away every few hundred rows.
func gather[T any](n int, spent <-chan []Row[T], rows Rows[T]) iter.Seq2[[]Row[T], error] {
	return func(yield func([]Row[T], error) bool) {
		next := func() []Row[T] {
			select {
			case piece := <-spent:
				return piece[:0]
			default:
				return make([]Row[T], 0, min(n, gatherFirstMost))
			}
		}
		piece := next()
		for row, err := range rows {
			if err != nil {
				if len(piece) == 0 || yield(piece, nil) {
					yield(nil, err)
				}
				return
			}
			piece = append(piece, row)
			if len(piece) == n {
				if !yield(piece, nil) {
					return
				}
				piece = next()
			}
		}
		if len(piece) > 0 {
			yield(piece, nil)
		}
	}
}

// FillN makes something of everything that comes: of every batch, for example. It runs on
// n goroutines as [EachN] does, and keeps the order. Each goroutine fills with a function
// of its own, which worker makes and which may have memory of its own.
//
// What is filled is used again later, with what was filled in before left in it, so that
// its memory serves many: fill MUST set all of it, and whoever receives it may keep it
// only until the next one comes.
func FillN[In, Out any](n int, worker func() (fill func(In, *Out))) func(context.Context, iter.Seq2[In, error]) iter.Seq2[*Out, error] {
	return func(ctx context.Context, in iter.Seq2[In, error]) iter.Seq2[*Out, error] {
		return func(yield func(*Out, error) bool) {
			for done, err := range inOrder(ctx, n, worker, in) {
				if err != nil {
					yield(nil, err)
					return
				}
				if !yield(&done.out, nil) {
					return
				}
			}
		}
	}
}

// task is something on its way: done gets a word when out is complete. Tasks are used
// again once what they made has been used.
type task[In, Out any] struct {
	in   In
	out  Out
	err  error // ends the stream in the place of out
	done chan struct{}
}

// inOrder works on n goroutines, or on that of the caller where n < 2, and yields what
// they make in the order of the stream. The last error ends it.
func inOrder[In, Out any](ctx context.Context, n int, worker func() func(In, *Out), in iter.Seq2[In, error]) iter.Seq2[*task[In, Out], error] {
	if n < 2 {
		return oneByOne(ctx, worker, in)
	}
	return func(yield func(*task[In, Out], error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		work := make(chan *task[In, Out], n)    // to the workers
		queue := make(chan *task[In, Out], 2*n) // the same tasks, in the order of the stream
		spent := make(chan *task[In, Out], 4*n) // tasks to be used again; more than are ever on their way
		var wg sync.WaitGroup
		for range n {
			wg.Go(func() {
				fill := worker()
				for t := range work {
					if t.err == nil {
						fill(t.in, &t.out)
					}
					t.done <- struct{}{}
				}
			})
		}
		wg.Go(func() {
			defer close(queue)
			defer close(work)
			feed(ctx, spent, in, func(t *task[In, Out]) bool {
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
			if t.err != nil {
				yield(nil, t.err)
				return
			}
			if !yield(t, nil) {
				return
			}
			var none In
			t.in = none // nothing is kept alive by a task that waits
			select {
			case spent <- t:
			default:
			}
		}
		if err := ctx.Err(); err != nil {
			yield(nil, err)
		}
	}
}

func oneByOne[In, Out any](ctx context.Context, worker func() func(In, *Out), in iter.Seq2[In, error]) iter.Seq2[*task[In, Out], error] {
	return func(yield func(*task[In, Out], error) bool) {
		fill, t := worker(), new(task[In, Out])
		for item, err := range in {
			if err == nil {
				err = ctx.Err()
			}
			if err != nil {
				yield(nil, err)
				return
			}
			t.in = item
			if fill(item, &t.out); !yield(t, nil) {
				return
			}
		}
	}
}

// feed makes tasks of a stream and sends them until send refuses.
func feed[In, Out any](ctx context.Context, spent <-chan *task[In, Out], in iter.Seq2[In, error], send func(*task[In, Out]) bool) {
	for item, err := range in {
		if err == nil {
			err = ctx.Err()
		}
		var t *task[In, Out]
		select {
		case t = <-spent:
		default:
			t = &task[In, Out]{done: make(chan struct{}, 1)}
		}
		if t.in, t.err = item, err; !send(t) || err != nil {
			return
		}
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
