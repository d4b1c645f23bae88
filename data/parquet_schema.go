package data

import (
	"bytes"
	"encoding/base64"
	"slices"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/ipc"
	"github.com/parquet-go/parquet-go/deprecated"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	parquet "github.com/parquet-go/parquet-go/format"
)

// layout is how profile mantis/1 stores a type.
type layout struct {
	physical  parquet.Type
	encoding  parquet.Encoding
	logical   parquet.LogicalTypeValue // nil for none
	converted deprecated.ConvertedType
}

// layout is that of the type: times as UTC microseconds in delta encoding,
// floats split by byte, strings by dictionary.
func (t Type) layout() layout {
	switch t {
	case Time:
		utc := &parquet.TimestampType{IsAdjustedToUTC: true, Unit: parquet.TimeUnit{Value: &parquet.MicroSeconds{}}}
		return layout{parquet.Int64, parquet.DeltaBinaryPacked, utc, deprecated.TimestampMicros}
	case Int:
		return layout{parquet.Int64, parquet.DeltaBinaryPacked, &parquet.IntType{BitWidth: 64, IsSigned: true}, deprecated.Int64}
	case Float:
		return layout{physical: parquet.Double, encoding: parquet.ByteStreamSplit}
	case String:
		return layout{parquet.ByteArray, parquet.RLEDictionary, &parquet.StringType{}, deprecated.UTF8}
	default:
		return layout{physical: parquet.Boolean, encoding: parquet.Plain}
	}
}

// elements is the schema in Parquet's words: a root and the columns in their
// order.
func (s Schema) elements() []parquet.SchemaElement {
	out := []parquet.SchemaElement{{
		Name: "mantis", RepetitionType: thrift.New(parquet.Required), NumChildren: thrift.New(int32(len(s.Fields))),
	}}
	for _, f := range s.Fields {
		l := f.Type.layout()
		e := parquet.SchemaElement{Name: f.Name, Type: thrift.New(l.physical), RepetitionType: thrift.New(parquet.Required)}
		if f.Nullable {
			e.RepetitionType = thrift.New(parquet.Optional)
		}
		if l.logical != nil {
			e.LogicalType, e.ConvertedType = parquet.LogicalType{Value: l.logical}, thrift.New(l.converted)
		}
		out = append(out, e)
	}
	return out
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
