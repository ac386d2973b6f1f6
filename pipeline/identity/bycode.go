package identity

import (
	"baitai/pipeline/authority"
	"baitai/pipeline/normal"
	"baitai/pipeline/person"
)

// ByCodes gives the people who hold the codes (住民票コード) now, in the order of the
// codes. Unlike [File.Gather] it also looks in a generation whose keys were made by
// other tables: the key of a code is the code. [ErrNoSuchPerson] where nobody holds
// one of them.
func (f *File) ByCodes(g authority.Grant, codes ...person.ResidentCode) ([]Candidate, error) {
	if !g.Valid() {
		return nil, ErrNoGrant
	}
	asks := new(Asks)
	for _, c := range codes {
		asks.Add(normal.FoldQuery(&person.Query{Code: c}).Keys(nil))
	}
	gathered, err := f.gather(asks)
	if err != nil {
		return nil, err
	}
	holders := make([]Candidate, len(codes))
	for i, code := range codes {
		if holders[i], err = holder(gathered.Of(i, nil), code); err != nil {
			return nil, err
		}
	}
	return holders, nil
}

// holder finds the one of the candidates who holds the code; the others held it.
func holder(candidates []Candidate, code person.ResidentCode) (Candidate, error) {
	for _, c := range candidates {
		known, err := c.Read(new(normal.Workspace))
		if err != nil {
			return Candidate{}, err
		}
		if known.Folded[0].Code.Equal(code) {
			return c, nil
		}
	}
	return Candidate{}, ErrNoSuchPerson
}
