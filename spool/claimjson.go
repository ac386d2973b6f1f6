//go:build linux

package spool

import (
	"encoding/json"
	"errors"
	"io"
)

// ErrDamaged is a claim.json that this program did not write.
var ErrDamaged = errors.New("claim.json is damaged")

// claimBytesMax is far above what a claim.json can have.
const claimBytesMax = 64 << 10

func parseClaim(r io.Reader, id string) (*claim, error) {
	text, err := io.ReadAll(io.LimitReader(r, claimBytesMax+1))
	if err != nil {
		return nil, bareRead(err)
	}
	c := &claim{Version: -1}
	if len(text) > claimBytesMax || json.Unmarshal(text, c) != nil {
		return nil, ErrDamaged
	}
	switch {
	case c.Version > version:
		return nil, ErrVersion
	case c.Version < 0, c.ID != id, CheckID(c.ID) != nil, CheckOffice(c.Office) != nil, c.Claimed.IsZero():
		return nil, ErrDamaged
	case (c.List == nil) != c.Part:
		return nil, ErrDamaged
	}
	return c, nil
}
