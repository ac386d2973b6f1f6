package intake

import (
	"errors"

	"baitai/pipeline/authority"
	"baitai/pipeline/issue"
)

// A Stated is what is said about a list from outside of it.
type Stated struct {
	// Office is the 照会元 in whose folder the list lay, or that the command line names.
	Office string
	// Default is the office's registered request for lists that bring none.
	Default authority.Request
	// Command is what the operator says at the command line; its zero fields say
	// nothing. The list is refused where it says otherwise than the request.
	Command authority.Request
}

// readSide reads the request file beside the list; nil if there is none.
func readSide(src Source) (*authority.Request, error) {
	if src.Side == nil {
		return nil, nil
	}
	f, err := src.Side()
	if err != nil {
		return nil, err
	}
	defer f.Close()
	req, err := authority.ParseRequestTOML(f, src.SideName) // bounds what it reads
	if err != nil {
		return nil, err
	}
	return &req, nil
}

// choose settles which request holds: the office's own, or else what the
// command line says, or else the registered default. The office's own may stand
// beside the list and in the workbook; two must not differ, and what only one of
// them states is stated.
func choose(side, inside *authority.Request, stated Stated, wrong *Refusal) authority.Request {
	command := stated.Command
	if command.Source == "" { // nobody said anything, not even «no rows»
		command = authority.NewRequest(authority.Command)
	}
	var req authority.Request
	switch {
	case side != nil && inside != nil:
		for _, item := range side.Contradicts(*inside) {
			wrong.add(issue.New(issue.TwoRequests, inside.Pos(item), item))
		}
		req = side.Completed(*inside)
	case side != nil:
		req = *side
	case inside != nil:
		req = *inside
	case stated.Command.Source != "":
		req = command.Completed(stated.Default)
	default:
		req = stated.Default
	}
	if req.Source.Written() {
		for _, item := range command.Contradicts(req) {
			wrong.add(issue.New(issue.CommandContradictsRequest, req.Pos(item), item))
		}
		req = req.Completed(leftOpen(command))
	}
	if req.Office == "" {
		req.Office = stated.Office
	}
	if req.Office != stated.Office && stated.Office != "" {
		wrong.add(issue.New(issue.RequestContradictsOffice, req.Pos(authority.ItemOffice)))
	}
	return req
}

// leftOpen keeps of a command line what a written request may leave open: how
// the list is to be read, and form and way of the result. Everything else the
// office states by itself, so that nobody fills it in afterwards.
func leftOpen(command authority.Request) authority.Request {
	open := authority.NewRequest(authority.Command)
	open.Charset, open.Sheet, open.Layout = command.Charset, command.Sheet, command.Layout
	open.Form, open.ResultCharset, open.Way = command.Form, command.ResultCharset, command.Way
	open.ResultLayout = command.ResultLayout
	return open
}

// addRequestError puts what is wrong with a request into the refusal; an error
// that is no issue is a fault and is returned.
func addRequestError(wrong *Refusal, err error) error {
	var list issue.List
	if errors.As(err, &list) {
		wrong.add(list...)
		return nil
	}
	if i := issue.Find(err); i != nil {
		wrong.add(i)
		return nil
	}
	return err
}
