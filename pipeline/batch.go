package pipeline

import "iter"

// A Batch is rows that follow one another. Whoever ranges over it, which may be done
// once, makes them: what it takes to make a row is done by the goroutine that uses it,
// in memory that serves the next one too. A row is good until the next one comes.
type Batch[T any] = iter.Seq[*Row[T]]

// Batches is a stream of batches. A non-nil error ends it, as that of Rows does.
type Batches[T any] = iter.Seq2[Batch[T], error]

// BatchRows is a good size of a batch: as many rows as make it worth while to hand them
// to another goroutine, and few enough for its nearest memory.
const BatchRows = 256

// Batched gathers rows into batches of n.
func Batched[T any](n int, rows Rows[T]) Batches[T] {
	return func(yield func(Batch[T], error) bool) {
		for piece, err := range gather(max(n, 1), nil, rows) {
			if err != nil {
				yield(nil, err)
				return
			}
			if !yield(batchOf(piece), nil) {
				return
			}
		}
	}
}

func batchOf[T any](rows []Row[T]) Batch[T] {
	return func(yield func(*Row[T]) bool) {
		for i := range rows {
			if !yield(&rows[i]) {
				return
			}
		}
	}
}

// InRows gives the rows of batches one by one. Each is a copy, but what it points to is
// good only as long as the batches say.
func InRows[T any](batches Batches[T]) Rows[T] {
	return func(yield func(Row[T], error) bool) {
		for batch, err := range batches {
			if err != nil {
				yield(Row[T]{}, err)
				return
			}
			for row := range batch {
				if !yield(*row, nil) {
					return
				}
			}
		}
	}
}
