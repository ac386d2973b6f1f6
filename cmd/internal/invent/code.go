package invent

import (
	"fmt"
	"strconv"

	"baitai/pipeline/person"
)

// codeBodies is how many 住民票コード there are without their check digit.
const codeBodies = 10_000_000_000

// A codebook deals out 住民票コード: a permutation of all ten-digit bodies, so that
// no code is dealt twice and each can be traced back. It is a Feistel network of
// 34 bits, walked until it falls below 10¹⁰. This is no cipher: it only has to
// look drawn at random.
type codebook struct{ keys [6]uint64 }

func newCodebook(seed uint64) codebook {
	var c codebook
	r := stream(seed, streamCodes, 0)
	for i := range c.keys {
		c.keys[i] = r.Uint64()
	}
	return c
}

const halfBits, halfMask = 17, 1<<17 - 1

func (c codebook) forward(n uint64) uint64 {
	for {
		l, r := n>>halfBits, n&halfMask
		for _, k := range c.keys {
			l, r = r, l^mix(r^k)&halfMask
		}
		if n = l<<halfBits | r; n < codeBodies {
			return n
		}
	}
}

func (c codebook) backward(n uint64) uint64 {
	for {
		l, r := n>>halfBits, n&halfMask
		for i := range c.keys {
			l, r = r^mix(l^c.keys[len(c.keys)-1-i])&halfMask, l
		}
		if n = l<<halfBits | r; n < codeBodies {
			return n
		}
	}
}

// code returns the i-th code of a person.
func (c codebook) code(number, i int) string {
	return person.AppendCheckDigit(fmt.Sprintf("%010d", c.forward(uint64(number)*numbersEach+uint64(i))))
}

// number is the reverse of code: number*numbersEach + i.
func (c codebook) number(code string) (uint64, bool) {
	if _, err := person.ParseResidentCode(code); err != nil {
		return 0, false
	}
	body, err := strconv.ParseUint(code[:10], 10, 64)
	if err != nil {
		return 0, false
	}
	return c.backward(body), true
}
