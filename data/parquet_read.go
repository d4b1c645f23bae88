package data

import (
	"errors"
	"fmt"
	"io"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/encoding"
)

// errParquet is wrapped by every error about the bytes of a Parquet file.
var errParquet = errors.New("parquet")

// ReadParquet reads a file that WriteParquet wrote, under the same schema.
// Every other file is an error, whatever its bytes: none makes it panic or
// reserve much more memory than the file's size warrants.
func ReadParquet(r io.ReaderAt, size int64, schema Schema) (b *Batch, err error) {
	defer func() {
		if p := recover(); p != nil { // the decoder trusts more than we do
			b, err = nil, fmt.Errorf("%w: %v", errParquet, p)
		}
	}()
	if err := schema.Check(); err != nil {
		return nil, err
	}
	if err := checkLayout(r, size); err != nil {
		return nil, fmt.Errorf("%w: %w", errParquet, err)
	}
	f, err := parquet.OpenFile(r, size, parquet.SkipBloomFilters(true), parquet.SkipPageIndex(true))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errParquet, err)
	}
	if want := schema.parquet(); !parquet.EqualNodes(f.Schema(), want) {
		return nil, fmt.Errorf("%w: columns are not those of table %s: %v", errParquet, schema.Table, f.Schema())
	}
	if n := f.NumRows(); n < 0 || n > size*rowsPerByte {
		return nil, fmt.Errorf("%w: %d rows in %d bytes", errParquet, n, size)
	}
	cols := make([]any, len(schema.Fields))
	for i, field := range schema.Fields {
		if cols[i], err = readColumn(f, i, field); err != nil {
			return nil, fmt.Errorf("%w: column %s: %w", errParquet, field.Name, err)
		}
	}
	b, err = NewBatch(schema, cols...)
	if err == nil && int64(b.rows) != f.NumRows() {
		err = fmt.Errorf("%w: %d rows, the footer says %d", errParquet, b.rows, f.NumRows())
	}
	if err != nil {
		return nil, err
	}
	return b, nil
}

func readColumn(f *parquet.File, i int, field Field) (any, error) {
	n := int(min(f.NumRows(), 1<<20)) // more than that must be there to be believed
	switch field.Type {
	case Float:
		return readPages(f, i, make([]float64, 0, n), missingFloat, (*encoding.Values).Double)
	case Int, Time:
		return readPages(f, i, make([]int64, 0, n), Null, (*encoding.Values).Int64)
	case String:
		return readValues(f, i, make([]string, 0, n), parquet.Value.String)
	default:
		return readValues(f, i, make([]bool, 0, n), parquet.Value.Boolean)
	}
}

// readPages copies whole pages of 8-byte values, putting null where the page's
// definition levels say that there is no value.
func readPages[T int64 | float64](f *parquet.File, i int, out []T, null T, view func(*encoding.Values) []T) ([]T, error) {
	err := eachPage(f, i, func(page parquet.Page) error {
		data := page.Data()
		values := view(&data)
		levels := page.DefinitionLevels()
		if page.NumNulls() == 0 || len(levels) == 0 {
			out = append(out, values...)
			return nil
		}
		next := 0
		for _, level := range levels {
			if level == 0 {
				out = append(out, null)
				continue
			}
			out = append(out, values[next])
			next++
		}
		return nil
	})
	return out, err
}

// readValues copies values one by one, for the types that have no plain view.
func readValues[T any](f *parquet.File, i int, out []T, get func(parquet.Value) T) ([]T, error) {
	buf := make([]parquet.Value, 1024)
	err := eachPage(f, i, func(page parquet.Page) error {
		values := page.Values()
		for {
			n, err := values.ReadValues(buf)
			for _, v := range buf[:n] {
				out = append(out, get(v))
			}
			if err == io.EOF {
				return nil
			}
			if err != nil {
				return err
			}
			if n == 0 {
				return io.ErrNoProgress
			}
		}
	})
	return out, err
}

// eachPage visits the pages of one column in order, and no more rows than the
// footer says.
func eachPage(f *parquet.File, i int, visit func(parquet.Page) error) error {
	left := f.NumRows()
	for _, rg := range f.RowGroups() {
		pages := rg.ColumnChunks()[i].Pages()
		for {
			page, err := pages.ReadPage()
			if err == io.EOF {
				break
			}
			if err == nil {
				if left -= page.NumValues(); left < 0 {
					err = fmt.Errorf("more than %d values", f.NumRows())
				} else {
					err = visit(page)
				}
				parquet.Release(page)
			}
			if err != nil {
				pages.Close()
				return err
			}
		}
		if err := pages.Close(); err != nil {
			return err
		}
	}
	return nil
}
