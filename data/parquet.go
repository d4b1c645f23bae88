package data

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"reflect"
	"slices"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/ipc"
	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress/zstd"
)

// rowGroup is the number of rows written at a time: small enough that a reader
// who wants one day skips most of a file.
const rowGroup = 128 << 10

// columnOrder is a Parquet group that keeps the declared order of its columns; a
// plain group is a map and would sort them by name.
type columnOrder struct {
	parquet.Group
	fields []parquet.Field
}

// Fields are the columns in the declared order.
func (o columnOrder) Fields() []parquet.Field { return o.fields }

type namedField struct {
	parquet.Node
	name string
}

// Name is the column's name.
func (f namedField) Name() string { return f.name }

// Value is what parquet.Field asks for; no row of ours is a Go map.
func (f namedField) Value(v reflect.Value) reflect.Value { return v.MapIndex(reflect.ValueOf(f.name)) }

// parquet is the schema in Parquet's words, profile mantis/1: times as UTC
// microseconds in delta encoding, floats split by byte, strings by dictionary,
// zstd all over.
func (s Schema) parquet() *parquet.Schema {
	root := columnOrder{Group: parquet.Group{}}
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
// same bytes. meta goes into the file's key-value metadata. The file says that
// it is sorted only where its rows are: a reader may search on that.
func WriteParquet(w io.Writer, b *Batch, meta map[string]string) error {
	var sorting []parquet.SortingColumn
	if b.ordered() {
		for _, name := range b.schema.Sort {
			sorting = append(sorting, parquet.Ascending(name))
		}
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
