package data

import (
	"encoding/binary"
	"math/bits"
)

// bitmap has one bit a row, lowest bit first, 1 for a value, and zeros up to the
// end of its last byte. Digests and Parquet's levels are made of bitmaps.
type bitmap struct {
	b    []byte
	rows int
}

// append adds the bitmap of more rows.
func (m *bitmap) append(more []byte, rows int) {
	if m.rows%8 == 0 {
		m.b = append(m.b, more...)
	} else {
		m.b = append(m.b, make([]byte, (m.rows+rows+7)/8-len(m.b))...)
		for i, x := range more {
			orBits(m.b, m.rows+8*i, x)
		}
	}
	m.rows += rows
}

// appendValid appends the bitmap of the words that are not the missing one,
// and counts those that are.
func appendValid(dst []byte, x []uint64, missing uint64) (bitmap []byte, nulls int) {
	bit := func(v uint64) byte { v ^= missing; return byte((v | -v) >> 63) }
	ones := 0
	for at := 0; at < len(x); at += 8 {
		b := byte(0)
		if v := x[at:]; len(v) >= 8 {
			b = bit(v[0]) | bit(v[1])<<1 | bit(v[2])<<2 | bit(v[3])<<3 | bit(v[4])<<4 | bit(v[5])<<5 | bit(v[6])<<6 | bit(v[7])<<7
		} else {
			for i := range v {
				b |= bit(v[i]) << i
			}
		}
		dst, ones = append(dst, b), ones+bits.OnesCount8(b)
	}
	return dst, len(x) - ones
}

// appendBits appends the bitmap of the values that are true.
func appendBits(dst []byte, x []bool) []byte {
	for ; len(x) > 0; x = x[min(8, len(x)):] {
		b := byte(0)
		for j, v := range x[:min(8, len(x))] {
			if v {
				b |= 1 << j
			}
		}
		dst = append(dst, b)
	}
	return dst
}

// nextNull is the first row from i on without a value, or rows.
func nextNull(bitmap []byte, i, rows int) int {
	for i < rows {
		if b := ^bitmap[i/8] >> (i % 8); b != 0 {
			return min(i+bits.TrailingZeros8(b), rows)
		}
		if i = i/8*8 + 8; i+64 <= rows {
			for i+64 <= rows && binary.LittleEndian.Uint64(bitmap[i/8:]) == 1<<64-1 {
				i += 64
			}
		}
	}
	return rows
}

// appendPresent appends the words of the rows with a value.
func appendPresent(dst, x []uint64, bitmap []byte) []uint64 {
	for i := 0; i < len(x); i++ {
		null := nextNull(bitmap, i, len(x))
		dst = append(dst, x[i:null]...)
		i = null
	}
	return dst
}

// spread puts the values of the rows that have one in their places, and the
// missing word in all others. There are as many values as the bitmap has ones.
func spread(dst, values []uint64, bitmap []byte, missing uint64) {
	for i := 0; i < len(dst); i++ {
		null := nextNull(bitmap, i, len(dst))
		values = values[copy(dst[i:null], values):]
		if i = null; i < len(dst) {
			dst[i] = missing
		}
	}
}

// orBits puts eight bits, the last of which may be beyond the end, at a row.
func orBits(bitmap []byte, at int, x byte) {
	bitmap[at/8] |= x << (at % 8)
	if spill := x >> (8 - at%8); spill != 0 {
		bitmap[at/8+1] |= spill
	}
}
