package market

import (
	"bytes"
	"encoding/binary"
	"math/bits"
)

// cutLine cuts the first line off b, without its line end.
func cutLine(b []byte) (line, rest []byte) {
	i := bytes.IndexByte(b, '\n')
	if i < 0 {
		line = b
	} else {
		line, rest = b[:i], b[i+1:]
	}
	if n := len(line); n > 0 && line[n-1] == '\r' {
		line = line[:n-1]
	}
	return line, rest
}

// cells is a line cut into its cells; its room is used again for the next.
type cells struct {
	line []byte
	end  []int32 // the separator behind each cell; the first stands before the line
}

// count is the number of cells.
func (c *cells) count() int { return len(c.end) - 1 }

// at is cell i as written.
func (c *cells) at(i int) []byte { return c.line[c.end[i]+1 : c.end[i+1]] }

// cut cuts a line at a separator, eight bytes at a time: a byte of the word is
// the separator where word xor pattern is zero, and the sum that cannot carry
// out of its byte leaves the top bit of just these bytes clear. quoted says that
// quotes may hold separators.
func (c *cells) cut(line []byte, sep byte, quoted bool) {
	c.line, c.end = line, append(c.end[:0], -1)
	if quoted && bytes.IndexByte(line, '"') >= 0 {
		c.cutQuoted(line, sep)
		return
	}
	const ones, low = 0x0101010101010101, 0x7f7f7f7f7f7f7f7f
	pattern, i := ones*uint64(sep), 0
	for ; i+8 <= len(line); i += 8 {
		x := binary.LittleEndian.Uint64(line[i:]) ^ pattern
		for m := ^(((x & low) + low) | x | low); m != 0; m &= m - 1 {
			c.end = append(c.end, int32(i+bits.TrailingZeros64(m)>>3))
		}
	}
	for ; i < len(line); i++ {
		if line[i] == sep {
			c.end = append(c.end, int32(i))
		}
	}
	c.end = append(c.end, int32(len(line)))
}

func (c *cells) cutQuoted(line []byte, sep byte) {
	in := false
	for i, b := range line {
		switch {
		case b == '"':
			in = !in
		case b == sep && !in:
			c.end = append(c.end, int32(i))
		}
	}
	c.end = append(c.end, int32(len(line)))
}
