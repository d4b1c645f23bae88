package data

import (
	"fmt"
	"io"
	"slices"
)

// Want says which part of a file to read. The zero Want is all of it.
type Want struct {
	Columns []string // these only, in the schema's order; nil for all
	Times   *Times   // skips row groups of which the file says that no row is of these times
}

// Times are the instants from From on, in microseconds, and before Until.
type Times struct{ From, Until int64 }

// ParquetReader reads a file that was written under the profile row group by
// row group, and holds one of them at a time.
type ParquetReader struct {
	file   io.ReaderAt
	schema Schema // of what is read
	at     []int  // the positions of its columns in the file
	footer *footer
	next   int
	pages  pageBuffers
	chunk  []byte // the stored bytes of a column chunk
}

// NewParquetReader opens a file under the schema that it was written under.
// What ReadParquet says of hostile files holds here too.
func NewParquetReader(r io.ReaderAt, size int64, schema Schema, want Want) (*ParquetReader, error) {
	if err := schema.Check(); err != nil {
		return nil, err
	}
	pr := &ParquetReader{file: r, schema: schema}
	if want.Columns != nil {
		var err error
		if pr.schema, err = schema.only(want.Columns); err != nil {
			return nil, err
		}
	}
	for _, f := range pr.schema.Fields {
		pr.at = append(pr.at, schema.Index(f.Name))
	}
	f, err := readFooter(r, size, schema)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errParquet, err)
	}
	pr.footer = f
	if want.Times != nil {
		if !schema.timed() {
			return nil, fmt.Errorf("table %s: no column time to skip rows by", schema.Table)
		}
		f.groups = slices.DeleteFunc(f.groups, func(g storedGroup) bool {
			first, last, ok := g.chunks[schema.Index("time")].span()
			return ok && (last < want.Times.From || first >= want.Times.Until)
		})
	}
	return pr, nil
}

// Schema is the shape of what is read.
func (r *ParquetReader) Schema() Schema { return r.schema }

// Rows is the number of rows of the whole file.
func (r *ParquetReader) Rows() int64 { return r.footer.rows }

// Meta is an entry of the file's key-value metadata.
func (r *ParquetReader) Meta(key string) string { return r.footer.meta[key] }

// Next is the next row group; io.EOF after the last.
func (r *ParquetReader) Next() (*Batch, error) {
	if r.next == len(r.footer.groups) {
		return nil, io.EOF
	}
	return r.into(newColumns(r.schema, r.footer.groups[r.next].rows))
}

// Each visits every row group that is left, one after the other in the same
// memory: a batch is not to be kept.
func (r *ParquetReader) Each(visit func(*Batch) error) error {
	b := &Batch{cols: newColumns(r.schema, 0)}
	for r.next < len(r.footer.groups) {
		b.truncate()
		var err error
		if b, err = r.into(b.cols); err == nil {
			err = visit(b)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// into reads the next row group into empty columns.
func (r *ParquetReader) into(cols []any) (*Batch, error) {
	g := r.footer.groups[r.next]
	if err := r.read(cols, g); err != nil {
		return nil, err
	}
	r.next++
	return &Batch{schema: r.schema, rows: g.rows, cols: cols}, nil
}

// read adds a row group to the columns, as many rows to each as the group says
// that it has. The values are such as a batch may have.
func (r *ParquetReader) read(cols []any, g storedGroup) (err error) {
	defer func() {
		if p := recover(); p != nil { // the library trusts more than we do
			err = fmt.Errorf("%w: %v", errParquet, p)
		}
	}()
	for i, f := range r.schema.Fields {
		c := g.chunks[r.at[i]]
		r.chunk = slices.Grow(r.chunk[:0], int(c.size))[:c.size]
		if err := readAt(r.file, r.chunk, c.at); err != nil {
			return fmt.Errorf("%w: column %s: %w", errParquet, f.Name, err)
		}
		d := storedPages{b: r.chunk, field: f, rows: g.rows, buf: &r.pages}
		if cols[i], err = d.appendTo(cols[i]); err != nil {
			return fmt.Errorf("%w: column %s: %w", errParquet, f.Name, err)
		}
	}
	return nil
}

// only is the schema with some of its columns.
func (s Schema) only(columns []string) (Schema, error) {
	out := Schema{Table: s.Table, Doc: s.Doc}
	for _, name := range columns {
		if s.Index(name) < 0 {
			return out, fmt.Errorf("table %s: column %s missing", s.Table, name)
		}
	}
	for _, f := range s.Fields {
		if slices.Contains(columns, f.Name) {
			out.Fields = append(out.Fields, f)
		}
	}
	for _, name := range s.Partition {
		if out.Index(name) >= 0 {
			out.Partition = append(out.Partition, name)
		}
	}
	for _, name := range s.Sort { // the order by the first columns still holds
		if out.Index(name) < 0 {
			break
		}
		out.Sort = append(out.Sort, name)
	}
	return out, out.Check()
}
