package data

import (
	"bytes"
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
	groups, left := file.RowGroups(), foreignRoom(int64(len(content)))
	for i, path := range file.Schema().Columns() {
		leaf, _ := file.Schema().Lookup(path...)
		c := newParquetColumn(path, leaf)
		if c.left = &left; c.read != nil && !c.takes(8*int64(out.Rows)) {
			return nil, errForeignRoom
		}
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

// takes counts bytes, and is false where there were not so many left.
func (c *parquetColumn) takes(n int64) bool {
	*c.left -= n
	return *c.left >= 0
}

// parquetColumn is a column on its way out of a file.
type parquetColumn struct {
	out   ForeignColumn
	unit  int
	count int
	left  *int64                 // bytes that the values of all columns may still take
	known map[string]string      // texts that were met, for a dictionary may stand behind a million rows
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
		c.known, c.read = map[string]string{}, c.text
	case parquet.Int96: // an instant, as Spark and old pandas write it
		c.out.Time, c.unit, c.read = true, inMicros, c.int96
	}
	return c
}

func (c *parquetColumn) text(v *parquet.Value) {
	b := v.ByteArray()
	s, ok := c.known[string(b)]
	if !ok {
		s = string(b)
		c.takes(int64(len(s)))
		if len(c.known) < 1<<10 {
			c.known[s] = s
		}
	}
	c.out.Texts = append(c.out.Texts, s)
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
			x = midnight(v.Int32())
		}
		c.out.Ints = append(c.out.Ints, x)
	}
}

// midnight is the instant at which a day since 1970-01-01 begins, in
// milliseconds.
func midnight(day int32) int64 { return int64(day) * 86_400_000 }

// int96 reads nanoseconds of a day and the Julian day.
func (c *parquetColumn) int96(v *parquet.Value) {
	const epoch = 2_440_588 // Julian day of 1970-01-01
	x := int64(Null)
	if !v.IsNull() {
		w := v.Int96()
		x = 1000*midnight(int32(w[2])-epoch) + int64(uint64(w[1])<<32|uint64(w[0]))/1000
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
				if *c.left < 0 {
					return errForeignRoom
				}
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
