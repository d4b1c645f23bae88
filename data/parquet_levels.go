package data

import (
	"encoding/binary"
	"math/bits"
)

// appendLevels appends a page's definition levels: runs of 64 rows and more
// that are alike, and bits where they are not.
func appendLevels(dst, bitmap []byte, rows, nulls int) []byte {
	if nulls == 0 || nulls == rows {
		return appendRun(dst, rows, nulls == 0)
	}
	for at := 0; at < rows; {
		kind, end := wordKind(bitmap, at, rows), at
		for end < rows && wordKind(bitmap, end, rows) == kind {
			end += 64
		}
		end = min(end, rows)
		if kind == mixed {
			packed := bitmap[at/8 : (end+7)/8]
			dst = append(binary.AppendUvarint(dst, uint64(len(packed))<<1|1), packed...)
		} else {
			dst = appendRun(dst, end-at, kind == allValid)
		}
		at = end
	}
	return dst
}

func appendRun(dst []byte, rows int, valid bool) []byte {
	dst = binary.AppendUvarint(dst, uint64(rows)<<1)
	if valid {
		return append(dst, 1)
	}
	return append(dst, 0)
}

const (
	mixed = iota
	allValid
	allNull
)

// wordKind looks at the 64 rows, or what is left of them, from row at on.
func wordKind(bitmap []byte, at, rows int) int {
	n := min(64, rows-at)
	word := uint64(0)
	for i, b := range bitmap[at/8 : (at+n+7)/8] {
		word |= uint64(b) << (8 * i)
	}
	switch bits.OnesCount64(word) {
	case n:
		return allValid
	case 0:
		return allNull
	}
	return mixed
}

// appendIndex appends a page of numbers of so many bits, and that width before
// them: runs of eight and more that are alike, and bits where they are not.
func appendIndex(dst []byte, x []int32, width int) []byte {
	dst = append(dst, byte(width))
	for len(x) > 0 {
		n := 1
		for n < len(x) && x[n] == x[0] {
			n++
		}
		if n >= 8 || n == len(x) {
			dst = binary.AppendUvarint(dst, uint64(n)<<1)
			for at := 0; at < width; at += 8 {
				dst = append(dst, byte(x[0]>>at))
			}
			x = x[n:]
			continue
		}
		for n = 8; n+8 <= len(x) && !alike(x[n:n+8]); n += 8 {
		}
		n = min(n, len(x))
		dst = binary.AppendUvarint(dst, uint64(n+7)/8<<1|1)
		dst = appendPacked(dst, x[:n], width)
		x = x[n:]
	}
	return dst
}

func alike(x []int32) bool {
	for _, v := range x {
		if v != x[0] {
			return false
		}
	}
	return true
}

// appendPacked appends numbers bit by bit, lowest first, and zeros to the end
// of the last eight numbers.
func appendPacked(dst []byte, x []int32, width int) []byte {
	word, n := uint64(0), 0
	for i := range (len(x) + 7) / 8 * 8 {
		if i < len(x) {
			word |= uint64(uint32(x[i])) << n
		}
		for n += width; n >= 8; n -= 8 {
			dst, word = append(dst, byte(word)), word>>8
		}
	}
	return dst
}

// run is a piece of a sequence of small numbers in Parquet's hybrid encoding:
// one value n times, or n values packed into bits.
type run struct {
	n      int
	value  uint32
	packed []byte // nil for one value
}

// nextRun takes the first run of at most left values, of some bits each.
func nextRun(b []byte, width, left int) (r run, rest []byte, err error) {
	head, size := binary.Uvarint(b)
	if size <= 0 || width > 32 {
		return r, nil, errTorn
	}
	b = b[size:]
	count := head >> 1
	if head&1 == 0 {
		size = (width + 7) / 8
		if count == 0 || count > uint64(left) || size > len(b) {
			return r, nil, errTorn
		}
		for i, x := range b[:size] {
			r.value |= uint32(x) << (8 * i)
		}
		r.n = int(count)
		return r, b[size:], nil
	}
	if count == 0 || count > uint64(left+7)/8 || int(count)*width > len(b) { // in eights
		return r, nil, errTorn
	}
	size = int(count) * width
	return run{n: min(int(count)*8, left), packed: b[:size:size]}, b[size:], nil
}

// decodeLevels makes the bitmap that a page's definition levels stand for, in
// the memory of another.
func decodeLevels(old, b []byte, rows, nulls int) ([]byte, error) {
	bitmap := append(old[:0], make([]byte, (rows+7)/8)...)
	for at := 0; at < rows; {
		r, rest, err := nextRun(b, 1, rows-at)
		if err != nil || r.value > 1 {
			return nil, errTorn
		}
		r.setBits(bitmap, at)
		at, b = at+r.n, rest
	}
	ones := 0
	for _, x := range bitmap {
		ones += bits.OnesCount8(x)
	}
	if ones != rows-nulls {
		return nil, errTorn
	}
	return bitmap, nil
}

// setBits puts a run of levels into a bitmap that is zero from row at on.
func (r run) setBits(bitmap []byte, at int) {
	if at%8 == 0 && r.packed != nil { // as this package writes them
		copy(bitmap[at/8:], r.packed)
		if end := at + r.n; end%8 != 0 {
			bitmap[end/8] &= 1<<(end%8) - 1
		}
		return
	}
	for i := 0; i < r.n; i += 8 {
		x := byte(0)
		if r.packed != nil {
			x = r.packed[i/8]
		} else if r.value == 1 {
			x = 0xff
		}
		orBits(bitmap, at+i, x&(0xff>>(8-min(8, r.n-i))))
	}
}

// eachRun visits rows numbers: n times the same one from position at on.
func eachRun(b []byte, width, rows int, visit func(at, n int, value uint32) error) error {
	for at := 0; at < rows; {
		r, rest, err := nextRun(b, width, rows-at)
		if err != nil {
			return err
		}
		if r.packed == nil {
			if err := visit(at, r.n, r.value); err != nil {
				return err
			}
		}
		for i := 0; r.packed != nil && i < r.n; i++ {
			value, first := uint64(0), i*width
			for j := first / 8; j < (first+width+7)/8; j++ {
				value |= uint64(r.packed[j]) << (8 * (j - first/8))
			}
			if err := visit(at+i, 1, uint32(value>>(first%8)&(1<<width-1))); err != nil {
				return err
			}
		}
		at, b = at+r.n, rest
	}
	return nil
}
