package intake

import (
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"

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
	req, err := authority.ParseRequestTOML(io.LimitReader(f, requestBytesMax), src.SideName)
	if err != nil {
		return nil, err
	}
	return &req, nil
}

// requestBytesMax bounds a request file: fifteen items of at most a few hundred
// characters, with comments.
const requestBytesMax = 1 << 20

// choose settles which request holds: the office's own, or else what the
// command line says, or else the registered default. The office's own may stand
// beside the list or in the workbook; two must say the same.
func choose(side, inside *authority.Request, stated Stated, wrong *Refusal) authority.Request {
	var req authority.Request
	switch {
	case side != nil && inside != nil:
		for _, item := range contradictions(*side, *inside) {
			wrong.add(issue.New(issue.TwoRequests, inside.Pos(item), item))
		}
		req = *side
	case side != nil:
		req = *side
	case inside != nil:
		req = *inside
	case stated.Command.Purpose != "":
		req = stated.Command
		if req.Fields == nil {
			req.Fields = stated.Default.Fields
		}
	default:
		req = stated.Default
	}
	if req.Source.Written() {
		for _, item := range contradictions(stated.Command, req) {
			wrong.add(issue.New(issue.CommandContradictsRequest, req.Pos(item), item))
		}
	}
	if req.Office == "" {
		req.Office = stated.Office
	}
	if req.Office != stated.Office && stated.Office != "" {
		wrong.add(issue.New(issue.RequestContradictsOffice, req.Pos(authority.ItemOffice)))
	}
	return req
}

// contradictions lists the items that both state and state differently.
func contradictions(a, b authority.Request) []authority.Item {
	var items []authority.Item
	differ := func(item authority.Item, x, y string) {
		if x != "" && y != "" && !strings.EqualFold(x, y) {
			items = append(items, item)
		}
	}
	rows := func(r authority.Request) string {
		if r.Rows < 0 || r.Source == "" {
			return ""
		}
		return strconv.FormatInt(r.Rows, 10)
	}
	differ(authority.ItemNumber, a.Number, b.Number)
	differ(authority.ItemOffice, a.Office, b.Office)
	differ(authority.ItemPurpose, a.Purpose, b.Purpose)
	differ(authority.ItemBasis, a.Basis, b.Basis)
	differ(authority.ItemRows, rows(a), rows(b))
	differ(authority.ItemDigest, a.Digest, b.Digest)
	differ(authority.ItemForm, a.Form, b.Form)
	differ(authority.ItemCharset, a.Charset, b.Charset)
	differ(authority.ItemResultCharset, a.ResultCharset, b.ResultCharset)
	differ(authority.ItemWay, a.Way, b.Way)
	differ(authority.ItemPasswordRef, a.PasswordRef, b.PasswordRef)
	differ(authority.ItemDate, a.Date, b.Date)
	differ(authority.ItemSheet, a.Sheet, b.Sheet)
	if a.Fields != nil && b.Fields != nil && !slices.Equal(sorted(a.Fields), sorted(b.Fields)) {
		items = append(items, authority.ItemFields)
	}
	return items
}

func sorted(s []string) []string {
	s = slices.Clone(s)
	slices.Sort(s)
	return s
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
