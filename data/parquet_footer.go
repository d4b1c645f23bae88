package data

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"reflect"

	"github.com/parquet-go/parquet-go/encoding/thrift"
)

const zstdCodec = 6 // CompressionCodec.ZSTD

// footer is what a file's end tells about it.
type footer struct {
	rows   int64
	groups []storedGroup
	meta   map[string]string
}

// storedGroup is where a row group lies, column by column.
type storedGroup struct {
	number int // in the file, from 0
	rows   int
	chunks []storedChunk
}

// storedChunk is where one column of a row group lies, and the bounds of its
// values as they are stored, nil where they are not told.
type storedChunk struct {
	at, size int64
	min, max []byte
}

// span is the least and the greatest value of a chunk of times, if told.
func (c storedChunk) span() (first, last int64, ok bool) {
	if len(c.min) != 8 || len(c.max) != 8 {
		return 0, 0, false
	}
	return int64(binary.LittleEndian.Uint64(c.min)), int64(binary.LittleEndian.Uint64(c.max)), true
}

// readFooter reads the end of a file and holds it against the schema and the
// file's size: every list fits into its bytes, every column chunk into the
// file.
func readFooter(r io.ReaderAt, size int64, schema Schema) (*footer, error) {
	if size < 12 {
		return nil, fmt.Errorf("%d bytes are no file", size)
	}
	var head [4]byte
	var tail [8]byte
	if err := readAt(r, head[:], 0); err != nil {
		return nil, err
	}
	if err := readAt(r, tail[:], size-8); err != nil {
		return nil, err
	}
	length := int64(binary.LittleEndian.Uint32(tail[:]))
	if string(head[:]) != "PAR1" || string(tail[4:]) != "PAR1" || length > size-12 {
		return nil, errors.New("no footer")
	}
	raw := make([]byte, length)
	if err := readAt(r, raw, size-8-length); err != nil {
		return nil, err
	}
	m, err := (&compact{b: raw}).message()
	if err != nil {
		return nil, err
	}
	// FileMetaData: 2 the schema, 3 rows, 4 row groups, 5 key-value metadata.
	if err := checkElements(m.list(2), schema); err != nil {
		return nil, err
	}
	if m[3] == nil || m[4] == nil {
		return nil, errTorn
	}
	f := &footer{rows: m.int(3), meta: map[string]string{}}
	for _, kv := range m.list(5) {
		f.meta[string(kv.bytes(1))] = string(kv.bytes(2))
	}
	left := f.rows
	for _, rg := range m.list(4) {
		g, err := readGroup(rg, size, len(schema.Fields))
		if err != nil {
			return nil, err
		}
		left -= int64(g.rows)
		g.number = len(f.groups)
		f.groups = append(f.groups, g)
	}
	if left != 0 {
		return nil, fmt.Errorf("the row groups have other rows than the %d of the file", f.rows)
	}
	return f, nil
}

// readAt fills b from an offset on.
func readAt(r io.ReaderAt, b []byte, at int64) error {
	if n, err := r.ReadAt(b, at); n < len(b) {
		return fmt.Errorf("%d of %d bytes at %d: %w", n, len(b), at, err)
	}
	return nil
}

// readGroup reads a RowGroup: 1 columns, 3 rows; of a ColumnChunk 3, the
// metadata: 4 the codec, 7 the compressed bytes, 9 the first data page, 11 the
// dictionary page, 12 the statistics with 5, the greatest value, and 6, the
// least.
func readGroup(rg message, size int64, columns int) (storedGroup, error) {
	rows := rg.int(3)
	g := storedGroup{rows: int(rows)}
	if rows < 0 || rows > rowGroup || len(rg.list(1)) != columns {
		return g, fmt.Errorf("a row group of %d rows, %d columns", rows, len(rg.list(1)))
	}
	for _, chunk := range rg.list(1) {
		meta := chunk.message(3)
		at, n := meta.int(9), meta.int(7)
		if dictionary := meta.int(11); dictionary > 0 {
			at = min(at, dictionary)
		}
		if codec := meta.int(4); codec != zstdCodec {
			return g, fmt.Errorf("codec %d, want zstd", codec)
		}
		if at < 4 || n < 0 || n > size || at > size-n {
			return g, fmt.Errorf("a chunk of %d rows in %d bytes at %d of %d", rows, n, at, size)
		}
		stats := meta.message(12)
		g.chunks = append(g.chunks, storedChunk{at: at, size: n, max: stats.bytes(5), min: stats.bytes(6)})
	}
	return g, nil
}

// checkElements compares the columns of a file with those of a schema.
func checkElements(got []message, schema Schema) error {
	want := schema.elements()
	if len(got) != len(want) || got[0].int(5) != int64(len(schema.Fields)) { // 5: the number of children
		return fmt.Errorf("columns are not those of table %s", schema.Table)
	}
	for i := range schema.Fields {
		raw, err := thrift.Marshal(new(thrift.CompactProtocol), want[i+1])
		if err != nil {
			return err
		}
		m, err := (&compact{b: raw}).message()
		if err != nil {
			return err
		}
		delete(got[i+1], 2) // the length of a type that has but one: mantis wrote it once
		if !reflect.DeepEqual(m, got[i+1]) {
			return fmt.Errorf("column %d is not %s of table %s", i, schema.Fields[i].Name, schema.Table)
		}
	}
	return nil
}
