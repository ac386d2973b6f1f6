// Package pipeline says how the rows (行) of a list flow from stage to stage: in
// order, each under its number, none lost.
//
// It hides the goroutines (parallel.go is the only file of the program that
// starts any for rows) and promises conservation: a stage passes on every row
// that it receives, in the same order, and [Conserve] stops the program where
// one does not. What it cannot see is a tail that was cut off: that is what
// [Totals.Balance] is for.
package pipeline

import (
	"context"
	"iter"

	"baitai/pipeline/issue"
	"baitai/pipeline/person"
)

// A Row is one line of the office's list on its way through the stages. What it
// holds changes from stage to stage; its number does not.
type Row[T any] struct {
	No     int64       // 1, 2, 3, …: assigned at intake, never skipped, never used again
	Pos    issue.Pos   // where the sender finds it
	Ref    person.Text // 整理番号, which the answer must repeat even for a faulty row
	Value  T           // the zero value once Issues is not empty
	Issues issue.List  // what is wrong with this row; empty for a good one
}

// Rows is a stream of rows. A non-nil error ends it and means that the job as a
// whole cannot go on. What is wrong with a single row is in the row.
type Rows[T any] = iter.Seq2[Row[T], error]

// A Stage sees every row, passes every row on, in order, and never looks at the
// value of a row that an earlier stage has failed.
type Stage[In, Out any] func(context.Context, Rows[In]) Rows[Out]

// A Step is what happens to one good row: a pure function.
type Step[In, Out any] func(Row[In]) (Out, issue.List)

// Each makes a stage of a step.
func Each[In, Out any](step Step[In, Out]) Stage[In, Out] {
	return func(ctx context.Context, in Rows[In]) Rows[Out] {
		return func(yield func(Row[Out], error) bool) {
			for row, err := range in {
				if err != nil {
					yield(Row[Out]{}, err)
					return
				}
				if err := ctx.Err(); err != nil {
					yield(Row[Out]{}, err)
					return
				}
				if !yield(apply(step, row), nil) {
					return
				}
			}
		}
	}
}

func apply[In, Out any](step Step[In, Out], row Row[In]) Row[Out] {
	out := Row[Out]{No: row.No, Pos: row.Pos, Ref: row.Ref, Issues: row.Issues}
	if len(row.Issues) > 0 {
		return out
	}
	value, issues := step(row)
	if len(issues) > 0 {
		out.Issues = issues
		return out
	}
	out.Value = value
	return out
}
