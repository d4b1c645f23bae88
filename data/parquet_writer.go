package data

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"

	parquet "github.com/parquet-go/parquet-go/format"
)

// ParquetWriter writes the rows of one Parquet file as they come. It holds at
// most one row group of them. How the rows were cut into batches is not seen in
// the file.
type ParquetWriter struct {
	schema Schema
	meta   map[string]string
	out    *sink
	pages  *pageBuffers

	rest   *Batch // fewer rows than make a row group
	order  rowOrder
	last   *Batch // the last row, for the order
	sorted bool

	rows    int64
	groups  []parquet.RowGroup
	columns [][]*parquet.ColumnIndex
	offsets [][]parquet.OffsetIndex
}

// NewParquetWriter begins a file of rows of a schema. meta goes into the file's
// key-value metadata.
func NewParquetWriter(w io.Writer, schema Schema, meta map[string]string) (*ParquetWriter, error) {
	if err := schema.Check(); err != nil {
		return nil, err
	}
	pw := &ParquetWriter{schema: schema, out: newSink(w), pages: new(pageBuffers), order: schema.order(), sorted: true}
	pw.meta = map[string]string{"ARROW:schema": schema.arrowMetadata()}
	maps.Copy(pw.meta, meta)
	pw.rest = &Batch{schema: schema, cols: newColumns(schema, 0)}
	pw.last = &Batch{schema: schema, cols: newColumns(schema, 1)}
	pw.out.write([]byte("PAR1"))
	return pw, pw.out.err
}

// SetMeta sets one entry of the key-value metadata, at any time before Close.
func (w *ParquetWriter) SetMeta(key, value string) { w.meta[key] = value }

// Write adds the rows of a batch. The batch is not kept.
func (w *ParquetWriter) Write(b *Batch) error {
	if !sameColumns(b.schema, w.schema) {
		w.out.fail(fmt.Errorf("table %s: rows of other columns", w.schema.Table))
	}
	if w.out.err != nil || b.rows == 0 {
		return w.out.err
	}
	w.follow(b)
	for from := 0; from < b.rows && w.out.err == nil; {
		n := min(b.rows-from, rowGroup-w.rest.rows)
		if n == rowGroup {
			w.writeGroup(b.Slice(from, from+n))
		} else if w.rest.append(b.Slice(from, from+n)); w.rest.rows == rowGroup {
			w.writeGroup(w.rest)
			w.rest.truncate()
		}
		from += n
	}
	return w.out.err
}

// follow notes whether the rows of a batch go on in the order of the schema.
func (w *ParquetWriter) follow(b *Batch) {
	if b.rows > 0 {
		w.sorted = w.sorted && (w.last.rows == 0 || w.order.compare(w.last, 0, b, 0) <= 0) && w.order.sorted(b)
		w.last.truncate()
		w.last.append(b.Slice(b.rows-1, b.rows))
	}
}

// Close writes the last row group and the footer. It does not close what it
// writes to.
func (w *ParquetWriter) Close() error {
	if w.rest.rows > 0 {
		w.writeGroup(w.rest)
	}
	w.writeFooter()
	err := w.out.err
	w.out.fail(errors.New("the file is closed"))
	return err
}

// writeGroup writes rows as one row group.
func (w *ParquetWriter) writeGroup(b *Batch) {
	if len(w.groups) > math.MaxInt16 {
		w.out.fail(fmt.Errorf("more than %d row groups", len(w.groups)))
	}
	if w.out.err != nil {
		return
	}
	g := parquet.RowGroup{NumRows: int64(b.rows), FileOffset: w.out.at, Ordinal: int16(len(w.groups))}
	columns, offsets := make([]*parquet.ColumnIndex, len(b.cols)), make([]parquet.OffsetIndex, len(b.cols))
	for i := range b.cols {
		c := &chunk{field: b.schema.Fields[i], out: w.out, buf: w.pages}
		if c.write(b.cols[i]); w.out.err != nil {
			return
		}
		g.Columns = append(g.Columns, parquet.ColumnChunk{MetaData: c.meta})
		g.TotalByteSize += c.meta.TotalUncompressedSize
		g.TotalCompressedSize += c.meta.TotalCompressedSize
		columns[i], offsets[i] = c.columnIndex(), c.offsets
	}
	w.rows += int64(b.rows)
	w.groups = append(w.groups, g)
	w.columns, w.offsets = append(w.columns, columns), append(w.offsets, offsets)
}

// writeFooter writes the page indexes and what tells where everything is.
func (w *ParquetWriter) writeFooter() {
	for r, group := range w.columns {
		for i, index := range group {
			if c := &w.groups[r].Columns[i]; index != nil {
				c.ColumnIndexOffset = w.out.at
				c.ColumnIndexLength = int32(w.out.message(index))
			}
		}
	}
	for r, group := range w.offsets {
		for i := range group {
			c := &w.groups[r].Columns[i]
			c.OffsetIndexOffset = w.out.at
			c.OffsetIndexLength = int32(w.out.message(&group[i]))
		}
	}
	footer := parquet.FileMetaData{
		Version: 2, Schema: w.schema.elements(), NumRows: w.rows, RowGroups: w.groups, CreatedBy: "mantis version 1(build )",
	}
	for _, k := range slices.Sorted(maps.Keys(w.meta)) {
		footer.KeyValueMetadata = append(footer.KeyValueMetadata, parquet.KeyValue{Key: k, Value: w.meta[k]})
	}
	for range w.schema.Fields {
		footer.ColumnOrders = append(footer.ColumnOrders, parquet.ColumnOrder{Value: &parquet.TypeDefinedOrder{}})
	}
	for r := range w.groups {
		for _, i := range w.order {
			if w.sorted {
				w.groups[r].SortingColumns = append(w.groups[r].SortingColumns, parquet.SortingColumn{ColumnIdx: int32(i)})
			}
		}
	}
	n := w.out.message(&footer)
	w.out.write(append(binary.LittleEndian.AppendUint32(nil, uint32(n)), "PAR1"...))
}
