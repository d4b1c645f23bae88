package data

import (
	"bytes"
	"encoding/binary"
	"runtime"
	"testing"

	"github.com/parquet-go/parquet-go/encoding/thrift"
	parquet "github.com/parquet-go/parquet-go/format"
)

// fuzzLimit is what reading a few kilobytes may allocate in all: the tables of
// the decoder, and the pages that the file says it has.
const fuzzLimit = 256 << 20

func parquetBytes(t testing.TB, rows int) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := WriteParquet(&out, sampleBatch(t, rows), map[string]string{"k": "v"}); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// readHostile reads any bytes; a panic fails the test by itself.
func readHostile(t *testing.T, raw []byte) (*Batch, error) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	b, err := ReadParquet(bytes.NewReader(raw), int64(len(raw)), sampleSchema)
	runtime.ReadMemStats(&after)
	if used := after.TotalAlloc - before.TotalAlloc; used > fuzzLimit {
		t.Errorf("%d bytes made the reader allocate %d", len(raw), used)
	}
	return b, err
}

func FuzzReadParquet(f *testing.F) {
	for _, rows := range []int{0, 1, 30, 300} {
		f.Add(parquetBytes(f, rows))
	}
	f.Add([]byte("PAR1PAR1"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		b, err := readHostile(t, raw)
		content, again := ParquetContent(bytes.NewReader(raw), int64(len(raw)), sampleSchema)
		if (err == nil) != (again == nil) || err == nil && content != b.Content() {
			t.Errorf("read at once: %v; by row groups: %v, %s", err, again, content)
		}
	})
}

// TestReadParquetDamaged cuts a file at many lengths and flips a bit of every
// byte: an error or the same rows, never a panic.
func TestReadParquetDamaged(t *testing.T) {
	if testing.Short() {
		t.Skip("heavy under the race detector, which has as much to see in others")
	}
	raw := parquetBytes(t, 30)
	want := sampleBatch(t, 30).Content()
	for n := 0; n < len(raw); n += 7 {
		if _, err := ReadParquet(bytes.NewReader(raw[:n]), int64(n), sampleSchema); err == nil {
			t.Errorf("a file cut to %d of %d bytes reads", n, len(raw))
		}
	}
	for i := range raw {
		bad := bytes.Clone(raw)
		bad[i] ^= 1 << (i % 8)
		b, err := ReadParquet(bytes.NewReader(bad), int64(len(bad)), sampleSchema)
		if err == nil && b.Content() != want {
			t.Errorf("byte %d: other rows", i)
		}
	}
}

func TestReadParquetHostile(t *testing.T) {
	raw := parquetBytes(t, 30)
	huge := bytes.Clone(raw)
	binary.LittleEndian.PutUint32(huge[len(huge)-8:], 0xfffffff0)
	for name, bad := range map[string][]byte{
		"empty": nil, "text": []byte("time,open\n1,2\n"), "magic": append([]byte("PAR2"), raw[4:]...),
		"end": append(bytes.Clone(raw[:len(raw)-1]), '2'), "footer length": huge,
	} {
		if _, err := readHostile(t, bad); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	other := sampleSchema
	other.Fields = append([]Field{}, sampleSchema.Fields...)
	for i := range other.Fields {
		was := other.Fields[i]
		for _, f := range []Field{{Name: "other", Type: was.Type, Nullable: was.Nullable}, {Name: was.Name, Type: Int}, {Name: was.Name, Type: Float}, {Name: was.Name, Type: String}, {Name: was.Name, Type: Time, Nullable: true}} {
			if f == was {
				continue
			}
			other.Fields[i] = f
			other.Partition, other.Sort = nil, nil
			if _, err := ReadParquet(bytes.NewReader(raw), int64(len(raw)), other); err == nil {
				t.Errorf("column %v reads as %v", was, f)
			}
		}
		other.Fields[i] = was
	}
}

// TestPageIsBounded gives the reader a sound page that is far larger than its
// rows warrant: no memory may be reserved for it.
func TestPageIsBounded(t *testing.T) {
	page := zstdWriter.EncodeAll(make([]byte, pageLimit), nil)
	header, err := thrift.Marshal(new(thrift.CompactProtocol), &parquet.PageHeader{
		Type: parquet.DataPageV2, UncompressedPageSize: pageLimit, CompressedPageSize: int32(len(page)),
		DataPageHeaderV2: thrift.New(parquet.DataPageHeaderV2{NumValues: 10, NumRows: 10}),
	})
	if err != nil {
		t.Fatal(err)
	}
	d := storedPages{b: append(header, page...), field: Field{Name: "x", Type: Bool}, rows: 10, buf: &pageBuffers{}}
	if _, err := d.next(10); err == nil || cap(d.buf.plain) > 0 {
		t.Errorf("%d bytes are reserved for 10 rows: %v", cap(d.buf.plain), err)
	}
}
