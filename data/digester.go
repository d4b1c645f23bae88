package data

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
)

// Digester digests a part whose rows come batch by batch: what it gives in the
// end is Batch.Content of all rows together. The digest of a nullable column
// begins with which rows have a value, so where there are such columns, every
// batch comes twice: first all to Mark, then all to Write.
type Digester struct {
	schema          Schema
	rows            int
	marked, written int
	columns         []columnDigest
}

// columnDigest is the digest of one column so far.
type columnDigest struct {
	h     hash.Hash
	valid bitmap // which rows have a value, until that is hashed
	bits  bitmap // of a bool column, the bits that do not fill a byte
}

// NewDigester begins the digest of a part of so many rows.
func NewDigester(schema Schema, rows int) *Digester {
	d := &Digester{schema: schema, rows: rows, columns: make([]columnDigest, len(schema.Fields))}
	for i, f := range schema.Fields {
		d.columns[i].h = sha256.New()
		fmt.Fprintf(d.columns[i].h, "mantis/col/1\x00%s\x00%s\x00%t\x00%d\x00", f.Name, f.Type, f.Nullable, rows)
	}
	return d
}

// Mark notes which rows of a batch have values. The batch may be without the
// columns that are not nullable.
func (d *Digester) Mark(b *Batch) error {
	if d.marked += b.rows; d.marked > d.rows {
		return fmt.Errorf("table %s: %d rows marked, %d were announced", d.schema.Table, d.marked, d.rows)
	}
	for i, f := range d.schema.Fields {
		if !f.Nullable {
			continue
		}
		at := b.schema.Index(f.Name)
		if at < 0 || b.schema.Fields[at].Type != f.Type {
			return fmt.Errorf("table %s: column %s missing", d.schema.Table, f.Name)
		}
		x, missing := b.words(at)
		valid, _ := appendValid(nil, x, missing)
		d.columns[i].valid.append(valid, b.rows)
	}
	return nil
}

// Write adds the rows of a batch.
func (d *Digester) Write(b *Batch) error {
	if !sameColumns(b.schema, d.schema) {
		return fmt.Errorf("table %s: rows of other columns", d.schema.Table)
	}
	if d.written += b.rows; d.written > d.rows {
		return fmt.Errorf("table %s: %d rows, %d were announced", d.schema.Table, d.written, d.rows)
	}
	for i, f := range d.schema.Fields {
		c := &d.columns[i]
		if f.Nullable && d.marked != d.rows {
			return fmt.Errorf("table %s: %d rows of %d are marked", d.schema.Table, d.marked, d.rows)
		}
		if f.Nullable {
			c.h.Write(c.valid.b)
			c.valid.b = nil
		}
		c.write(b.cols[i])
	}
	return nil
}

// stringBlock is how many bytes of strings are digested at a time.
const stringBlock = 4096

func (c *columnDigest) write(col any) {
	switch x := col.(type) {
	case []float64:
		c.h.Write(floatBytes(x))
	case []int64:
		c.h.Write(intBytes(x))
	case []bool:
		c.bits.append(appendBits(nil, x), len(x))
		whole := c.bits.rows / 8
		c.h.Write(c.bits.b[:whole])
		c.bits.b, c.bits.rows = c.bits.b[whole:], c.bits.rows%8
	case Repeated:
		c.repeat(x)
	case []string:
		buf := make([]byte, 0, stringBlock)
		for _, s := range x {
			if len(buf)+4+len(s) > cap(buf) {
				c.h.Write(buf)
				buf = buf[:0]
			}
			buf = append(binary.LittleEndian.AppendUint32(buf, uint32(len(s))), s...)
		}
		c.h.Write(buf)
	}
}

// Content is the digest, once all rows are there.
func (d *Digester) Content() (string, error) {
	if d.written != d.rows {
		return "", fmt.Errorf("table %s: %d rows, %d were announced", d.schema.Table, d.written, d.rows)
	}
	h := sha256.New()
	io.WriteString(h, "mantis/part/1\x00")
	io.WriteString(h, d.schema.Fingerprint())
	for i := range d.columns {
		c := &d.columns[i]
		c.h.Write(c.valid.b) // of no rows at all
		c.h.Write(c.bits.b)
		h.Write(c.h.Sum(nil))
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// words are the bits of a float, int or time column, and those of a missing
// value in it.
func (b *Batch) words(i int) (x []uint64, missing uint64) {
	if b.schema.Fields[i].Type == Float {
		return words(b.floats(i)), missingFloatBits
	}
	return words(b.ints(i)), nullBits
}

// ParquetContent is the content digest of a file's rows, which are read row
// group by row group.
func ParquetContent(r io.ReaderAt, size int64, schema Schema) (string, error) {
	var nullable []string
	for _, f := range schema.Fields {
		if f.Nullable {
			nullable = append(nullable, f.Name)
		}
	}
	all, err := NewParquetReader(r, size, schema, Want{})
	if err != nil {
		return "", err
	}
	d := NewDigester(schema, int(all.Rows()))
	if nullable != nil {
		some, err := NewParquetReader(r, size, schema, Want{Columns: nullable})
		if err == nil {
			err = some.Each(d.Mark)
		}
		if err != nil {
			return "", err
		}
	}
	if err := all.Each(d.Write); err != nil {
		return "", err
	}
	return d.Content()
}
