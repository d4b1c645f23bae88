package data

import (
	"encoding/binary"
	"fmt"
	"slices"
	"unicode/utf8"
)

// floats decodes a page of floats, and holds them against what a column of
// floats may have.
func (d *storedPages) floats(out []float64, p storedPage) error {
	err := d.words(words(out), missingFloatBits, p, func(values []uint64) error {
		if len(p.plain) != 8*len(values) {
			return fmt.Errorf("%d bytes for %d floats", len(p.plain), len(values))
		}
		_, err := splitEncoding.DecodeDouble(floats(values), p.plain)
		return err
	})
	if err == nil && !surelyFinite(p.plain[len(p.plain)/8*7:]) {
		err = checkFloats(d.field, out)
	}
	return err
}

// surelyFinite looks at the bytes of floats that hold the sign and seven bits
// of the exponent: what is not finite has only ones there.
func surelyFinite(highest []byte) bool {
	const ones, tops = 0x0101010101010101, 0x8080808080808080
	for ; len(highest) >= 8; highest = highest[8:] {
		x := ^(binary.LittleEndian.Uint64(highest) | tops) // 0 in a byte of ones
		if (x-ones)&^x&tops != 0 {
			return false
		}
	}
	for _, b := range highest {
		if b|0x80 == 0xff {
			return false
		}
	}
	return true
}

// ints does so with a page of ints or times, bools and strings with theirs.
func (d *storedPages) ints(out []int64, p storedPage) error {
	err := d.words(words(out), nullBits, p, func(values []uint64) error {
		if n := deltaCount(p.plain); n != uint64(len(values)) {
			return fmt.Errorf("%d ints, want %d", n, len(values))
		}
		_, err := deltaEncoding.DecodeInt64(ints(values), p.plain)
		return err
	})
	if err == nil && !d.field.Nullable {
		err = checkInts(out)
	}
	return err
}

// deltaCount is the number of values that a delta encoded page claims.
func deltaCount(b []byte) (n uint64) {
	for range 3 { // the size of a block, the number of its parts, the number of values
		var size int
		if n, size = binary.Uvarint(b); size <= 0 {
			return 1<<64 - 1
		}
		b = b[size:]
	}
	return n
}

// words decodes values and puts them where the levels say.
func (d *storedPages) words(out []uint64, missing uint64, p storedPage, decode func([]uint64) error) error {
	if p.nulls == 0 {
		return decode(out)
	}
	var err error
	if d.buf.valid, err = decodeLevels(d.buf.valid, p.levels, p.rows, p.nulls); err != nil {
		return err
	}
	n := p.rows - p.nulls
	if n == 0 {
		for r := range out {
			out[r] = missing
		}
		return decode(nil)
	}
	d.buf.values = slices.Grow(d.buf.values[:0], n)[:n]
	if err := decode(d.buf.values); err != nil {
		return err
	}
	spread(out, d.buf.values, d.buf.valid, missing)
	return nil
}

func (d *storedPages) bools(out []bool, p storedPage) error {
	if len(p.plain) != (len(out)+7)/8 {
		return fmt.Errorf("%d bytes for %d bools", len(p.plain), len(out))
	}
	for r := range out {
		out[r] = p.plain[r/8]>>(r%8)&1 == 1
	}
	return nil
}

func (d *storedPages) strings(out []string, p storedPage) error {
	return d.eachString(p, len(out), func(at, n int, s string) error {
		for r := at; r < at+n; r++ {
			out[r] = s
		}
		return nil
	})
}

// eachString visits the strings of a page: n times the same one from row at on.
func (d *storedPages) eachString(p storedPage, rows int, visit func(at, n int, s string) error) error {
	if len(p.plain) == 0 {
		return errTorn
	}
	return eachRun(p.plain[1:], int(p.plain[0]), rows, func(at, n int, value uint32) error {
		if int64(value) >= int64(len(d.dictionary)) {
			return fmt.Errorf("string %d of %d", value, len(d.dictionary))
		}
		return visit(at, n, d.dictionary[value])
	})
}

// decodeStrings decodes a dictionary of at most limit strings.
func decodeStrings(b []byte, n int64, limit int) ([]string, error) {
	if n < 0 || n > int64(limit) {
		return nil, fmt.Errorf("%d different strings in %d rows", n, limit)
	}
	out := make([]string, n)
	for i := range out {
		if len(b) < 4 || uint64(binary.LittleEndian.Uint32(b)) > uint64(len(b)-4) {
			return nil, errTorn
		}
		size := binary.LittleEndian.Uint32(b)
		if out[i], b = string(b[4:4+size]), b[4+size:]; !utf8.ValidString(out[i]) {
			return nil, fmt.Errorf("%q is not UTF-8", out[i])
		}
	}
	return out, nil
}
