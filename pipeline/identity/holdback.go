package identity

import (
	"context"
	"slices"
)

// holdBack takes the rows of everybody of whom some row is faulty out of an update, with
// all that say something about them by way of a changed 住民票コード: nobody is changed
// by half. These people stay as they are in the current generation, as if their notices
// had not come yet; whoever sent them is told which rows, and sends them again. A row
// whose own code cannot be read is of nobody whom one could tell.
//
// What is faulty shows only when all is put together (R314 to R316), so the whole update
// is tried first; what is left is then taken over as strictly as ever. The error is
// [ErrBadRows] where nothing good is left.
func (u *updater) holdBack(ctx context.Context, news []Extracted) ([]Extracted, error) {
	chains, err := u.try(ctx, news)
	if err != nil || u.held.Faults == 0 {
		return news, err
	}
	bad := chains.spoiledRoots()
	spoiled := func(code uint64) bool {
		_, ok := bad[chains.root(code)]
		return ok
	}
	good := slices.DeleteFunc(slices.Clone(news), func(row Extracted) bool {
		return len(row.Issues) > 0 || spoiled(row.line().code)
	})
	u.held.HeldBackRows, u.held.HeldBackPeople = int64(len(news)-len(good)), int64(len(bad))
	u.concerned = slices.DeleteFunc(u.concerned, func(c concerned) bool { return spoiled(codeNumber(c.versions[0].Code)) })
	if len(good) == 0 {
		return nil, ErrBadRows
	}
	return good, nil
}

// try puts an update together without writing it, notes all faults, and makes
// everything ready to begin anew.
func (u *updater) try(ctx context.Context, news []Extracted) (*chains, error) {
	read, strict := u.loaded.Rows, u.o
	u.o.AcceptGood = true
	err := u.read(ctx, u.together(news))
	if err == nil {
		for _, err = range u.people(ctx) {
			if err != nil {
				break
			}
		}
	}
	if err != nil {
		return nil, err
	}
	chains := u.chains
	u.held.Issues, u.held.Faults = u.loaded.Issues, u.loaded.Faults
	if _, err := u.end(nil); err != nil { // gives back its memory
		return nil, err
	}
	next, err := newBuilder(strict)
	if err != nil {
		return nil, err
	}
	u.builder = next
	u.loaded.Rows = read
	return chains, nil
}
