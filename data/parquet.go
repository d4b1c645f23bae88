package data

import (
	"errors"
	"io"
)

// The pages and row groups of profile mantis/1. A row group is small enough
// that a reader who wants one day skips most of a file; a page of floats is
// 256 KiB before it is compressed.
const (
	rowGroup = 128 << 10
	pageRows = 32 << 10
)

// errParquet is wrapped by every error about the bytes of a Parquet file.
var errParquet = errors.New("parquet")

// WriteParquet writes a batch as one Parquet file; the same batch gives the
// same bytes. meta goes into the file's key-value metadata. The file says that
// it is sorted only where its rows are: a reader may search on that.
func WriteParquet(w io.Writer, b *Batch, meta map[string]string) error {
	if buf, ok := w.(interface{ Grow(int) }); ok {
		buf.Grow(8*b.rows*len(b.cols) + 4096) // mostly more than enough
	}
	return writeIn(new(pageBuffers), w, b, meta)
}

// writeIn is WriteParquet, in the memory of pages that are done with.
func writeIn(pages *pageBuffers, w io.Writer, b *Batch, meta map[string]string) error {
	pw, err := NewParquetWriter(w, b.schema, meta)
	if err != nil {
		return err
	}
	pw.pages = pages
	pw.follow(b)
	for from := 0; from < b.rows; from += rowGroup {
		pw.writeGroup(b.Slice(from, min(from+rowGroup, b.rows)))
	}
	return pw.Close()
}

// ReadParquet reads a file that WriteParquet wrote, under the same schema.
// Every other file is an error, whatever its bytes: none makes it panic or
// reserve much more memory than the file's size warrants.
func ReadParquet(r io.ReaderAt, size int64, schema Schema) (*Batch, error) {
	pr, err := NewParquetReader(r, size, schema, Want{})
	if err != nil {
		return nil, err
	}
	rows := pr.footer.rows
	if 8*rows*int64(len(schema.Fields)) > 64*size {
		rows = min(rows, 1<<20) // more than that must be there to be believed
	}
	cols := newColumns(schema, int(rows))
	for _, g := range pr.footer.groups {
		if err := pr.read(cols, g); err != nil {
			return nil, err
		}
	}
	return &Batch{schema: schema, rows: int(pr.footer.rows), cols: cols}, nil
}

// newColumns are the empty columns of a schema, with room for some rows.
func newColumns(schema Schema, rows int) []any {
	cols := make([]any, len(schema.Fields))
	for i, f := range schema.Fields {
		switch f.Type {
		case Float:
			cols[i] = make([]float64, 0, rows)
		case Int, Time:
			cols[i] = make([]int64, 0, rows)
		case String:
			cols[i] = make([]string, 0, rows)
		case Bool:
			cols[i] = make([]bool, 0, rows)
		}
	}
	return cols
}
