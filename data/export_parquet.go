package data

import (
	"fmt"
	"io"

	"github.com/parquet-go/parquet-go"
)

// parquetFile is a Parquet file in the store's own profile, with at least a row
// group for each part.
type parquetFile struct {
	out    *parquet.GenericWriter[any]
	schema Schema
}

func newParquetFile(w io.Writer, schema Schema, meta map[string]string) (*parquetFile, error) {
	opts := []parquet.WriterOption{
		schema.parquet(),
		parquet.CreatedBy("mantis", "1", ""),
		parquet.DataPageVersion(2),
		parquet.PageBufferSize(256 << 10),
		parquet.DataPageStatistics(true),
		parquet.KeyValueMetadata("ARROW:schema", schema.arrowMetadata()),
	}
	for k, v := range meta {
		opts = append(opts, parquet.KeyValueMetadata(k, v))
	}
	return &parquetFile{parquet.NewGenericWriter[any](w, opts...), schema}, nil
}

// Write adds the rows of a batch.
func (f *parquetFile) Write(b *Batch) error {
	buf := make([]parquet.Value, 1024)
	for from := 0; from < b.rows; from += rowGroup {
		part := b.Slice(from, min(from+rowGroup, b.rows))
		for i, cw := range f.out.ColumnWriters() {
			if err := writeColumn(cw, buf, part, i); err != nil {
				return fmt.Errorf("column %s: %w", f.schema.Fields[i].Name, err)
			}
		}
		if err := f.out.Flush(); err != nil {
			return err
		}
	}
	return nil
}

// Close writes the footer.
func (f *parquetFile) Close() error { return f.out.Close() }
