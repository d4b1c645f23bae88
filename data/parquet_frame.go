package data

import (
	"encoding/binary"

	"github.com/klauspost/compress/huff0"
)

// splitRows is the fewest floats that make a page for splitFrame.
const splitRows = 4096

// splitFrame appends a page of floats, which is split by byte, as one zstd frame
// with a block for each of the eight. Where floats do not come again, all that
// tells a byte from chance is how often it comes. To look for nothing else takes
// half the time of zstd's search for repetitions.
func splitFrame(dst, page []byte, h *huff0.Scratch) []byte {
	// The magic number; one segment, with a size of 4 bytes; the size.
	dst = append(dst, 0x28, 0xb5, 0x2f, 0xfd, 0xa0)
	dst = binary.LittleEndian.AppendUint32(dst, uint32(len(page)))
	n := len(page) / 8
	for i := range 8 {
		dst = appendBlock(dst, page[i*n:(i+1)*n], i == 7, h)
	}
	return dst
}

// The types of a zstd block.
const (
	blockRaw = iota
	blockRepeated
	blockCompressed
)

// appendBlock appends bytes as a block: in Huffman codes where those take off a
// quarter or so, else as they are.
func appendBlock(dst, b []byte, last bool, h *huff0.Scratch) []byte {
	if uneven(b) {
		h.Reuse = huff0.ReusePolicyNone
		switch out, _, err := huff0.Compress4X(b, h); err {
		case huff0.ErrUseRLE:
			return append(appendBlockHeader(dst, blockRepeated, len(b), last), b[0])
		case nil:
			// The header of compressed literals: their type, four streams, sizes
			// before and after of 18 bits. A 0 at the end is the number of matches.
			dst = appendBlockHeader(dst, blockCompressed, 5+len(out)+1, last)
			literals := 2 | 3<<2 | uint64(len(b))<<4 | uint64(len(out))<<22
			dst = append(dst, byte(literals), byte(literals>>8), byte(literals>>16), byte(literals>>24), byte(literals>>32))
			return append(append(dst, out...), 0)
		}
	}
	return append(appendBlockHeader(dst, blockRaw, len(b), last), b...)
}

func appendBlockHeader(dst []byte, kind, size int, last bool) []byte {
	head := kind<<1 | size<<3
	if last {
		head |= 1
	}
	return append(dst, byte(head), byte(head>>8), byte(head>>16))
}

// uneven guesses from a sample whether two bits in eight can be spared, by how
// many pairs of bytes are equal.
func uneven(b []byte) bool {
	const samples, runs = 1024, 16
	var count [256]int
	for i := range runs {
		at := i * (len(b) / runs)
		for _, x := range b[at : at+samples/runs] {
			count[x]++
		}
	}
	pairs := 0
	for _, c := range count {
		pairs += c * (c - 1)
	}
	return 256*pairs > 4*samples*(samples-1) // one pair in 256 where all bytes come alike
}

// repetitive guesses from a sample whether many floats of a page come again.
func repetitive(x []uint64) bool {
	const samples = 2048
	x = x[(len(x)-samples)/2:][:samples]
	var seen [2 * samples]uint64
	again := 0
	for _, v := range x {
		at := v * 0x9e3779b97f4a7c15 >> 52 // a hash of 12 bits, by the golden ratio
		if seen[at] == v {
			again++
		}
		seen[at] = v
	}
	return again > samples/8
}
