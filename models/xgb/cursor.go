package xgb

import (
	"encoding/binary"
	"fmt"
	"math"
	"unicode/utf8"
)

// cursor reads numbers from bytes. The first error stays.
type cursor struct {
	src  []byte
	at   int
	from int // bytes of the file before src
	err  error
}

func (c *cursor) fail(format string, args ...any) {
	if c.err == nil {
		c.err = fmt.Errorf("byte %d: %s", c.from+c.at, fmt.Sprintf(format, args...))
	}
}

// skip returns the next n bytes, nil after an error.
func (c *cursor) skip(n int) []byte {
	if c.err == nil && n > len(c.src)-c.at {
		c.fail("the file ends within a value of %d bytes", n)
	}
	if c.err != nil {
		return nil
	}
	c.at += n
	return c.src[c.at-n : c.at]
}

func (c *cursor) word() uint32 {
	if b := c.skip(4); b != nil {
		return binary.LittleEndian.Uint32(b)
	}
	return 0
}

func (c *cursor) float() float32 { return math.Float32frombits(c.word()) }

// length reads the length of a list whose elements take size bytes at least.
func (c *cursor) length(size int) int {
	b := c.skip(8)
	if b == nil {
		return 0
	}
	n := binary.LittleEndian.Uint64(b)
	if n > uint64((len(c.src)-c.at)/size) {
		c.fail("a length of %d with %d bytes to come", n, len(c.src)-c.at)
		return 0
	}
	return int(n)
}

func (c *cursor) text() string {
	text := c.skip(c.length(1))
	if !utf8.Valid(text) {
		c.fail("text that is not UTF-8")
	}
	return string(text)
}

func (c *cursor) floats() []float32 {
	out := make([]float32, c.length(4))
	for i := range out {
		out[i] = c.float()
	}
	return out
}
