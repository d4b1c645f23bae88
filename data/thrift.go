package data

import (
	"bytes"
	"encoding/binary"
	"errors"
)

var errTorn = errors.New("the metadata is torn")

// A boolean field has its value for a kind.
const (
	yes = 1
	no  = 2
)

// compact reads Thrift's compact protocol, which Parquet's metadata is in.
type compact struct {
	b     []byte
	at    int
	depth int
}

// message is a decoded struct: int64, []byte, []any or message by field
// number.
type message map[int16]any

func (m message) int(field int16) int64 { x, _ := m[field].(int64); return x }

func (m message) message(field int16) message { x, _ := m[field].(message); return x }

func (m message) bytes(field int16) []byte { x, _ := m[field].([]byte); return x }

func (m message) list(field int16) []message {
	x, _ := m[field].([]message)
	return x
}

func (c *compact) byte() (byte, error) {
	if c.at >= len(c.b) {
		return 0, errTorn
	}
	c.at++
	return c.b[c.at-1], nil
}

func (c *compact) uvarint() (uint64, error) {
	x, n := binary.Uvarint(c.b[c.at:])
	if n <= 0 {
		return 0, errTorn
	}
	c.at += n
	return x, nil
}

func (c *compact) varint() (int64, error) {
	x, err := c.uvarint()
	return int64(x>>1) ^ -int64(x&1), err
}

// length is the number of things that follow, each at least a byte long.
func (c *compact) length() (int, error) {
	n, err := c.uvarint()
	if err != nil || n > uint64(len(c.b)-c.at) {
		return 0, errTorn
	}
	return int(n), nil
}

// message reads one struct.
func (c *compact) message() (message, error) {
	if c.depth++; c.depth > 32 {
		return nil, errTorn
	}
	defer func() { c.depth-- }()
	m, field := message{}, int16(0)
	for {
		head, err := c.byte()
		if err != nil || head == 0 {
			return m, err
		}
		if delta := int16(head >> 4); delta > 0 {
			field += delta
		} else {
			x, err := c.varint()
			if err != nil {
				return nil, err
			}
			field = int16(x)
		}
		switch kind := head & 15; kind {
		case yes, no:
			m[field] = int64(kind)
		default:
			if m[field], err = c.value(kind); err != nil {
				return nil, err
			}
		}
	}
}

// value reads one value of a kind, in a field or in a list.
func (c *compact) value(kind byte) (any, error) {
	switch kind {
	case yes, no, 3:
		x, err := c.byte()
		return int64(x), err
	case 4, 5, 6:
		return c.varint()
	case 7:
		return c.take(8)
	case 8:
		n, err := c.length()
		if err != nil {
			return nil, err
		}
		return c.take(n)
	case 9, 10:
		return c.listValue()
	case 12:
		return c.message()
	}
	return nil, errTorn
}

func (c *compact) take(n int) ([]byte, error) {
	if n > len(c.b)-c.at {
		return nil, errTorn
	}
	c.at += n
	return bytes.Clone(c.b[c.at-n : c.at]), nil
}

// listValue reads a list and keeps its structs.
func (c *compact) listValue() ([]message, error) {
	head, err := c.byte()
	if err != nil {
		return nil, err
	}
	n := int(head >> 4)
	if n == 15 {
		n, err = c.length()
	}
	if err != nil || n > len(c.b)-c.at {
		return nil, errTorn
	}
	var out []message
	for range n {
		v, err := c.value(head & 15)
		if err != nil {
			return nil, err
		}
		if m, ok := v.(message); ok {
			out = append(out, m)
		}
	}
	return out, nil
}
