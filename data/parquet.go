package data

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/ipc"
	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress/zstd"
	"github.com/parquet-go/parquet-go/encoding"
)

// rowGroup is the number of rows written at a time: small enough that a reader
// who wants one day skips most of a file.
const rowGroup = 128 << 10

// ordered is a Parquet group that keeps the declared order of its columns; a
// plain group is a map and would sort them by name.
type ordered struct {
	parquet.Group
	fields []parquet.Field
}

func (o ordered) Fields() []parquet.Field { return o.fields }

type namedField struct {
	parquet.Node
	name string
}

func (f namedField) Name() string                        { return f.name }
func (f namedField) Value(v reflect.Value) reflect.Value { return v.MapIndex(reflect.ValueOf(f.name)) }

// parquet is the schema in Parquet's words, profile mantis/1: times as UTC
// microseconds in delta encoding, floats split by byte, strings by dictionary,
// zstd all over.
func (s Schema) parquet() *parquet.Schema {
	root := ordered{Group: parquet.Group{}}
	for _, f := range s.Fields {
		var n parquet.Node
		switch f.Type {
		case Time:
			n = parquet.Encoded(parquet.Timestamp(parquet.Microsecond), &parquet.DeltaBinaryPacked)
		case Int:
			n = parquet.Encoded(parquet.Int(64), &parquet.DeltaBinaryPacked)
		case Float:
			n = parquet.Encoded(parquet.Leaf(parquet.DoubleType), &parquet.ByteStreamSplit)
		case String:
			n = parquet.Encoded(parquet.String(), &parquet.RLEDictionary)
		case Bool:
			n = parquet.Leaf(parquet.BooleanType)
		}
		n = parquet.Compressed(n, &zstdFast)
		if f.Nullable {
			n = parquet.Optional(n)
		}
		root.Group[f.Name] = n
		root.fields = append(root.fields, namedField{n, f.Name})
	}
	return parquet.NewSchema("mantis", root)
}

var zstdFast = zstd.Codec{Level: zstd.SpeedFastest}

// WriteParquet writes a batch as one Parquet file; the same batch gives the
// same bytes. meta goes into the file's key-value metadata.
func WriteParquet(w io.Writer, b *Batch, meta map[string]string) error {
	var sorting []parquet.SortingColumn
	for _, name := range b.schema.Sort {
		sorting = append(sorting, parquet.Ascending(name))
	}
	opts := []parquet.WriterOption{
		b.schema.parquet(),
		parquet.CreatedBy("mantis", "1", ""),
		parquet.DataPageVersion(2),
		parquet.PageBufferSize(256 << 10),
		parquet.DataPageStatistics(true),
		parquet.SortingWriterConfig(parquet.SortingColumns(sorting...)),
		parquet.KeyValueMetadata("ARROW:schema", b.schema.arrowMetadata()),
	}
	for k, v := range meta {
		opts = append(opts, parquet.KeyValueMetadata(k, v))
	}
	pw := parquet.NewGenericWriter[any](w, opts...)
	buf := make([]parquet.Value, 1024)
	for from := 0; from < b.rows; from += rowGroup {
		part := b.Slice(from, min(from+rowGroup, b.rows))
		for i, cw := range pw.ColumnWriters() {
			if err := writeColumn(cw, buf, part, i); err != nil {
				return fmt.Errorf("column %s: %w", b.schema.Fields[i].Name, err)
			}
		}
		if err := pw.Flush(); err != nil {
			return err
		}
	}
	return pw.Close()
}

func writeColumn(cw *parquet.ColumnWriter, buf []parquet.Value, b *Batch, i int) error {
	nullable := b.schema.Fields[i].Nullable
	var value func(r int) parquet.Value
	switch x := b.cols[i].(type) {
	case []float64:
		value = func(r int) parquet.Value {
			if nullable && x[r] != x[r] {
				return parquet.NullValue().Level(0, 0, i)
			}
			return parquet.DoubleValue(x[r])
		}
	case []int64:
		value = func(r int) parquet.Value {
			if nullable && x[r] == Null {
				return parquet.NullValue().Level(0, 0, i)
			}
			return parquet.Int64Value(x[r])
		}
	case []bool:
		value = func(r int) parquet.Value { return parquet.BooleanValue(x[r]) }
	case []string:
		value = func(r int) parquet.Value { return parquet.ByteArrayValue([]byte(x[r])) }
	}
	defined := 0
	if nullable {
		defined = 1
	}
	for from := 0; from < b.rows; from += len(buf) {
		n := min(len(buf), b.rows-from)
		for j := range n {
			v := value(from + j)
			if !v.IsNull() {
				v = v.Level(0, defined, i)
			}
			buf[j] = v
		}
		if _, err := cw.WriteRowValues(buf[:n]); err != nil {
			return err
		}
	}
	return nil
}

// arrowMetadata is the schema as Arrow readers look for it in a Parquet file.
// Partition columns are told to be dictionaries, which is what pyarrow makes
// of the directory names beside them: it refuses a file that disagrees.
func (s Schema) arrowMetadata() string {
	schema := s.arrow()
	fields := slices.Clone(schema.Fields())
	for i, f := range fields {
		if slices.Contains(s.Partition, f.Name) {
			fields[i].Type = &arrow.DictionaryType{IndexType: arrow.PrimitiveTypes.Int32, ValueType: arrow.BinaryTypes.String}
		}
	}
	var out bytes.Buffer
	w := ipc.NewWriter(&out, ipc.WithSchema(arrow.NewSchema(fields, nil)))
	if err := w.Close(); err != nil {
		panic("data: " + err.Error()) // a buffer takes every write
	}
	return base64.StdEncoding.EncodeToString(bytes.TrimSuffix(out.Bytes(), []byte("\xff\xff\xff\xff\x00\x00\x00\x00")))
}

// ReadParquet reads a file that WriteParquet wrote, under the same schema.
func ReadParquet(r io.ReaderAt, size int64, schema Schema) (*Batch, error) {
	f, err := parquet.OpenFile(r, size, parquet.SkipBloomFilters(true))
	if err != nil {
		return nil, err
	}
	var names []string
	for _, path := range f.Schema().Columns() {
		names = append(names, strings.Join(path, "."))
	}
	want := make([]string, len(schema.Fields))
	for i, field := range schema.Fields {
		want[i] = field.Name
	}
	if !slices.Equal(names, want) {
		return nil, fmt.Errorf("columns %v, want %v", names, want)
	}
	cols := make([]any, len(want))
	for i, field := range schema.Fields {
		if cols[i], err = readColumn(f, i, field); err != nil {
			return nil, fmt.Errorf("column %s: %w", field.Name, err)
		}
	}
	return NewBatch(schema, cols...)
}

func readColumn(f *parquet.File, i int, field Field) (any, error) {
	n := int(f.NumRows())
	if f.Size() < int64(n)/1024 { // a hostile footer, not a real row count
		return nil, fmt.Errorf("%d rows in %d bytes", n, f.Size())
	}
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
		}
	})
	return out, err
}

// eachPage visits the pages of one column in order.
func eachPage(f *parquet.File, i int, visit func(parquet.Page) error) error {
	for _, rg := range f.RowGroups() {
		pages := rg.ColumnChunks()[i].Pages()
		for {
			page, err := pages.ReadPage()
			if err == io.EOF {
				break
			}
			if err == nil {
				err = visit(page)
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
