package data

import (
	"encoding/binary"
	"slices"
	"unicode/utf8"
)

// Repeated is a column of one string in so many rows, as partition columns are:
// NewBatch takes it in the place of a []string of these rows. Nothing that can be
// seen of the batch, its digest or its file tells which of the two it was made
// of; it takes no memory, and next to no time to write.
type Repeated struct {
	Text string
	Rows int
}

func (r Repeated) valid() bool { return r.Rows == 0 || utf8.ValidString(r.Text) }

// strings are the rows one by one.
func (r Repeated) strings() []string { return slices.Repeat([]string{r.Text}, r.Rows) }

// column is a column as a slice.
func (b *Batch) column(i int) any {
	if x, ok := b.cols[i].(Repeated); ok {
		return x.strings()
	}
	return b.cols[i]
}

// strings is a column of strings, one by one.
func (b *Batch) strings(i int) []string { return b.column(i).([]string) }

// text is one string.
func (b *Batch) text(i, row int) string {
	if x, ok := b.cols[i].(Repeated); ok {
		return x.Text
	}
	return b.cols[i].([]string)[row]
}

// otherThan is the first row of a column of strings that has another one, or -1.
func (b *Batch) otherThan(i int, text string) int {
	if x, ok := b.cols[i].(Repeated); ok {
		if x.Rows == 0 || x.Text == text {
			return -1
		}
		return 0
	}
	return slices.IndexFunc(b.cols[i].([]string), func(s string) bool { return s != text })
}

// sameStrings tells whether two batches have the same column of strings.
func (b *Batch) sameStrings(other *Batch, i int) bool {
	x, one := b.cols[i].(Repeated)
	y, two := other.cols[i].(Repeated)
	switch {
	case one && two:
		return x.Rows == y.Rows && (x.Rows == 0 || x.Text == y.Text)
	case one:
		return x.Rows == other.rows && other.otherThan(i, x.Text) < 0
	case two:
		return y.Rows == b.rows && b.otherThan(i, y.Text) < 0
	}
	return slices.Equal(b.strings(i), other.strings(i))
}

// repeat adds the string as often as it is there, many at a time.
func (c *columnDigest) repeat(r Repeated) {
	one := append(binary.LittleEndian.AppendUint32(nil, uint32(len(r.Text))), r.Text...)
	most := max(1, min(r.Rows, stringBlock/len(one)))
	block := slices.Repeat(one, most)
	for left := r.Rows; left > 0; left -= most {
		c.h.Write(block[:min(left, most)*len(one)])
	}
}

// writeRepeated is writeStrings for one string.
func (c *chunk) writeRepeated(r Repeated) {
	if 4+len(r.Text) > pageLimit {
		c.fail(tooManyStrings(r.Rows))
		return
	}
	c.writeDictionary([]string{r.Text})
	for left := r.Rows; left > 0; left -= pageRows {
		rows := min(left, pageRows)
		c.buf.plain = append(binary.AppendUvarint(append(c.buf.plain[:0], 1), uint64(rows)<<1), 0) // numbers of one bit; so many rows; number 0
		c.writePage(rows, 0, false, stringStats([]int32{0}, []string{r.Text}, []bool{false}))
	}
}
