package data

import (
	"bytes"
	"fmt"
	"io"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress/zstd"
)

// parquetFile is a Parquet file in the store's own profile, with at least a row
// group for each part.
type parquetFile struct {
	out    *parquet.GenericWriter[any]
	schema Schema
}

func newParquetFile(w io.Writer, schema Schema, meta map[string]string, more ...parquet.WriterOption) (*parquetFile, error) {
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
	return &parquetFile{parquet.NewGenericWriter[any](w, append(opts, more...)...), schema}, nil
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

// zstdSmall takes about four times as long to write as what a run writes with,
// and no longer to read. Of hourly candles it saves 9 %, of bars, labels and
// features 7 %.
var zstdSmall = zstd.Codec{Level: zstd.SpeedBestCompression}

// words are what a part's file says of how it was made.
var words = []string{"mantis.format", "mantis.dataset", "mantis.table", "mantis.partition", "mantis.schema", "mantis.content", "mantis.stage", "mantis.params", "mantis.inputs"}

// encodeSmall encodes rows anew, as small as it gets, with the words of the file
// that they were read from.
func encodeSmall(b *Batch, old []byte) ([]byte, error) {
	f, err := parquet.OpenFile(bytes.NewReader(old), int64(len(old)), parquet.SkipBloomFilters(true), parquet.SkipPageIndex(true))
	if err != nil {
		return nil, err
	}
	meta := map[string]string{}
	for _, key := range words {
		if text, ok := f.Lookup(key); ok {
			meta[key] = text
		}
	}
	small := columnOrder{Group: parquet.Group{}}
	for _, field := range b.schema.parquet().Fields() {
		n := parquet.Compressed(field, &zstdSmall)
		small.Group[field.Name()] = n
		small.fields = append(small.fields, namedField{n, field.Name()})
	}
	more := []parquet.WriterOption{parquet.NewSchema("mantis", small)}
	if b.ordered() {
		var sorting []parquet.SortingColumn
		for _, name := range b.schema.Sort {
			sorting = append(sorting, parquet.Ascending(name))
		}
		more = append(more, parquet.SortingWriterConfig(parquet.SortingColumns(sorting...)))
	}
	var out bytes.Buffer
	w, err := newParquetFile(&out, b.schema, meta, more...)
	if err == nil {
		err = w.Write(b)
	}
	if err == nil {
		err = w.Close()
	}
	return out.Bytes(), err
}
