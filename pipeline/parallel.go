package pipeline

import (
	"context"
	"sync"
)

// EachN makes a stage of a step that runs on n goroutines, which are handed
// batches of rows, not single rows. Order is kept: batches leave in the order
// in which they came in. With n < 2 it is Each.
func EachN[In, Out any](n, batch int, step Step[In, Out]) Stage[In, Out] {
	if n < 2 {
		return Each(step)
	}
	if batch < 1 {
		batch = 1
	}
	return func(ctx context.Context, in Rows[In]) Rows[Out] {
		return func(yield func(Row[Out], error) bool) {
			eachN(ctx, n, batch, step, in, yield)
		}
	}
}

// task is a batch on its way: done is closed when out is complete.
type task[In, Out any] struct {
	in   []Row[In]
	out  []Row[Out]
	err  error // ends the stream after out
	done chan struct{}
}

func eachN[In, Out any](ctx context.Context, n, batch int, step Step[In, Out], in Rows[In], yield func(Row[Out], error) bool) {
	ctx, cancel := context.WithCancel(ctx)
	work := make(chan *task[In, Out], n)    // to the workers
	order := make(chan *task[In, Out], 2*n) // the same tasks, in the order of the list
	var wg sync.WaitGroup
	for range n {
		wg.Go(func() {
			for t := range work {
				t.out = make([]Row[Out], len(t.in))
				for i, row := range t.in {
					t.out[i] = apply(step, row)
				}
				close(t.done)
			}
		})
	}
	wg.Go(func() {
		defer close(order)
		defer close(work)
		feed(ctx, batch, in, func(t *task[In, Out]) bool {
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
	for t := range order {
		<-t.done
		for _, row := range t.out {
			if !yield(row, nil) {
				return
			}
		}
		if t.err != nil {
			yield(Row[Out]{}, t.err)
			return
		}
	}
	if err := ctx.Err(); err != nil {
		yield(Row[Out]{}, err)
	}
}

// feed cuts the rows into tasks and sends them until send refuses.
func feed[In, Out any](ctx context.Context, batch int, in Rows[In], send func(*task[In, Out]) bool) {
	t := &task[In, Out]{done: make(chan struct{})}
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
			t = &task[In, Out]{done: make(chan struct{})}
		}
	}
	if len(t.in) > 0 {
		send(t)
	}
}
