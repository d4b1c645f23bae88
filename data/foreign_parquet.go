package data

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/parquet-go/parquet-go"
	spec "github.com/parquet-go/parquet-go/format"
)

// ReadForeignParquet reads a Parquet file that another program wrote: flat
// columns of numbers, instants and texts, present or missing, in any encoding
// and packing that parquet-go knows. Other columns come back without values.
// (The store's own files are read by ParquetReader, which is faster and knows
// their schema.)
//
// The footer and the header of every page are held against the bytes that are
// there before the library sees them, and a panic of the library is an error.
func ReadForeignParquet(content []byte) (out *Foreign, err error) {
	defer func() {
		if p := recover(); p != nil {
			out, err = nil, fmt.Errorf("the Parquet file is torn: %v", p)
		}
	}()
	if err := checkForeign(content); err != nil {
		return nil, err
	}
	file, err := parquet.OpenFile(bytes.NewReader(content), int64(len(content)), parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true))
	if err != nil {
		return nil, err
	}
	if err := foreignRows(file.NumRows(), int64(len(content))); err != nil {
		return nil, err
	}
	out = &Foreign{Rows: int(file.NumRows())}
	groups := file.RowGroups()
	for i, path := range file.Schema().Columns() {
		leaf, _ := file.Schema().Lookup(path...)
		c := newParquetColumn(path, leaf)
		for _, g := range groups {
			if c.read == nil {
				break
			}
			if err := c.pages(g.ColumnChunks()[i].Pages(), out.Rows); err != nil {
				return nil, fmt.Errorf("column %s: %w", c.out.Name, err)
			}
		}
		if c.read != nil && c.count != out.Rows {
			return nil, fmt.Errorf("column %s: %d values in %d rows", c.out.Name, c.count, out.Rows)
		}
		if c.out.Time {
			if err := toMicros(c.out.Ints, c.unit); err != nil {
				return nil, fmt.Errorf("column %s: %w", c.out.Name, err)
			}
		}
		out.Columns = append(out.Columns, c.out)
	}
	return out, nil
}

// parquetColumn is a column on its way out of a file.
type parquetColumn struct {
	out   ForeignColumn
	unit  int
	count int
	read  func(v *parquet.Value) // adds one value; nil for a column that is not read
	room  []parquet.Value
}

func newParquetColumn(path []string, leaf parquet.LeafColumn) *parquetColumn {
	c := &parquetColumn{room: make([]parquet.Value, 512)}
	c.out.Name = path[len(path)-1]
	if len(path) > 1 || leaf.MaxRepetitionLevel > 0 || leaf.Node == nil {
		c.out.Kind = "nested"
		return c
	}
	kind := leaf.Node.Type()
	c.out.Kind = kind.String()
	if l := kind.LogicalType(); l != nil {
		switch l := l.Value.(type) {
		case *spec.TimestampType:
			c.out.Time = true
			switch l.Unit.Value.(type) {
			case *spec.MilliSeconds:
				c.unit = inMillis
			case *spec.MicroSeconds:
				c.unit = inMicros
			default:
				c.unit = inNanos
			}
		case *spec.DateType:
			c.days()
			return c
		case *spec.DecimalType, *spec.TimeType:
			return c
		}
	}
	switch kind.Kind() {
	case parquet.Int32, parquet.Int64:
		c.read = c.whole
	case parquet.Float, parquet.Double:
		c.read = c.float
	case parquet.ByteArray:
		c.read = func(v *parquet.Value) { c.out.Texts = append(c.out.Texts, string(v.ByteArray())) }
	case parquet.Int96: // an instant, as Spark and old pandas write it
		c.out.Time, c.unit, c.read = true, inMicros, c.int96
	}
	return c
}

func (c *parquetColumn) whole(v *parquet.Value) {
	x := int64(Null)
	switch {
	case v.IsNull():
	case v.Kind() == parquet.Int32:
		x = int64(v.Int32())
	default:
		x = v.Int64()
	}
	c.out.Ints = append(c.out.Ints, x)
}

func (c *parquetColumn) float(v *parquet.Value) {
	x := math.NaN()
	switch {
	case v.IsNull():
	case v.Kind() == parquet.Float:
		x = float64(v.Float())
	default:
		x = v.Double()
	}
	c.out.Floats = append(c.out.Floats, x)
}

func (c *parquetColumn) days() {
	c.out.Time, c.unit = true, inMillis
	c.read = func(v *parquet.Value) {
		x := int64(Null)
		if !v.IsNull() {
			x = int64(v.Int32()) * 86_400_000
		}
		c.out.Ints = append(c.out.Ints, x)
	}
}

// int96 reads nanoseconds of a day and the Julian day.
func (c *parquetColumn) int96(v *parquet.Value) {
	const epoch = 2_440_588 // Julian day of 1970-01-01
	x := int64(Null)
	if !v.IsNull() {
		w := v.Int96()
		x = (int64(w[2])-epoch)*int64(Day) + int64(uint64(w[1])<<32|uint64(w[0]))/1000
	}
	c.out.Ints = append(c.out.Ints, x)
}

// pages reads the pages of one row group; no more values are taken than the
// file has rows.
func (c *parquetColumn) pages(pages parquet.Pages, rows int) error {
	defer pages.Close()
	for {
		page, err := pages.ReadPage()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		values := page.Values()
		for {
			n, err := values.ReadValues(c.room)
			if c.count += n; c.count > rows {
				return errTorn
			}
			for i := range n {
				c.read(&c.room[i])
			}
			if err == io.EOF {
				break
			}
			if err != nil {
				return err
			}
			if n == 0 {
				return errTorn
			}
		}
		parquet.Release(page)
	}
}

// checkForeign holds the footer and the page headers against the bytes of the
// file, and the sizes they claim against what packing can do.
func checkForeign(content []byte) error {
	size := int64(len(content))
	if size < 12 || string(content[:4]) != "PAR1" || string(content[size-4:]) != "PAR1" {
		return errors.New("no Parquet file, or one that is cut short")
	}
	length := int64(binary.LittleEndian.Uint32(content[size-8:]))
	if length > size-12 {
		return errTorn
	}
	m, err := (&compact{b: content[size-8-length : size-8]}).message()
	if err != nil {
		return err
	}
	left := int64(1)<<24 + (unpacking+1)*size // bytes that all pages may take
	for _, group := range m.list(4) {
		if err := foreignRows(group.int(3), size); err != nil {
			return err
		}
		for _, chunk := range group.list(1) {
			// ColumnMetaData: 4 the codec, 7 its bytes, 9 and 11 where data and
			// dictionary begin.
			meta := chunk.message(3)
			at, n := meta.int(9), meta.int(7)
			if d := meta.int(11); d > 0 {
				at = min(at, d)
			}
			if at < 4 || n < 0 || at > size || n > size-at {
				return errTorn
			}
			if err := checkPages(content[at:at+n], meta.int(4), &left); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkPages walks the pages of a column chunk.
func checkPages(b []byte, codec int64, left *int64) error {
	for len(b) > 0 {
		h, rest, err := readForeignHeader(b)
		if err != nil {
			return err
		}
		if *left -= h.size; *left < 0 || h.size < 0 || h.stored < 0 {
			return errors.New("the pages claim more than packing can do")
		}
		body := rest[:h.stored]
		if !h.plain && h.levels <= int64(len(body)) {
			if err := checkPacked(body[h.levels:], codec, h.size); err != nil {
				return err
			}
		}
		b = rest[h.stored:]
	}
	return nil
}

// readForeignHeader reads a page header, of any version of data page.
func readForeignHeader(b []byte) (h pageHeader, rest []byte, err error) {
	c := &compact{b: b}
	m, err := c.message()
	if err != nil {
		return h, nil, err
	}
	v2 := m.message(8)
	h = pageHeader{size: m.int(2), stored: m.int(3), levels: v2.int(5) + v2.int(6), plain: v2.int(7) == no}
	rest = b[c.at:]
	if h.stored < 0 || h.stored > int64(len(rest)) || h.levels < 0 || h.levels > h.stored {
		return h, nil, errTorn
	}
	return h, rest, nil
}

// checkPacked holds the size that a packed page names in its own header against
// that of the page header: a decoder makes room for it unseen.
func checkPacked(b []byte, codec, size int64) error {
	switch codec {
	case 1: // snappy
		if n, k := binary.Uvarint(b); len(b) > 0 && (k <= 0 || n > uint64(size)) {
			return errors.New("a page that claims more than its header")
		}
	case zstdCodec:
		if len(b) > 0 {
			return checkFrame(b, size)
		}
	}
	return nil
}
