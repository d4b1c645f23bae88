package data

import (
	"bytes"
	"math"
	"os"
	"path"
	"path/filepath"
	"testing"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress/zstd"
)

// trades is a table with a column of every type, in the order of their names,
// which is the order that parquet-go gives a group.
var trades = Schema{
	Table: "trades", Partition: []string{"symbol"}, Sort: []string{"time"},
	Fields: []Field{
		{Name: "count", Type: Int, Nullable: true}, {Name: "price", Type: Float, Nullable: true}, {Name: "size", Type: Float},
		{Name: "symbol", Type: String}, {Name: "time", Type: Time}, {Name: "up", Type: Bool},
	},
}

// writing is one way to write the same rows within the Parquet profile.
type writing struct {
	by         string
	level      zstd.Level
	page, rows int // bytes of a page, rows of a row group
}

// write is a file of trades by parquet-go alone, as a later version of mantis or
// another program may write it.
func (w writing) write(t *testing.T, b *Batch) []byte {
	t.Helper()
	column := func(n parquet.Node) parquet.Node { return parquet.Compressed(n, &zstd.Codec{Level: w.level}) }
	long := func(n parquet.Node) parquet.Node { return column(parquet.Encoded(n, &parquet.DeltaBinaryPacked)) }
	float := column(parquet.Encoded(parquet.Leaf(parquet.DoubleType), &parquet.ByteStreamSplit))
	schema := parquet.NewSchema("mantis", parquet.Group{
		"count": parquet.Optional(long(parquet.Int(64))), "price": parquet.Optional(float), "size": float,
		"symbol": column(parquet.Encoded(parquet.String(), &parquet.RLEDictionary)),
		"time":   long(parquet.Timestamp(parquet.Microsecond)), "up": column(parquet.Leaf(parquet.BooleanType)),
	})
	var out bytes.Buffer
	pw := parquet.NewGenericWriter[any](&out, schema, parquet.CreatedBy(w.by, "1", ""), parquet.DataPageVersion(2),
		parquet.PageBufferSize(w.page), parquet.MaxRowsPerRowGroup(int64(w.rows)))
	c := b.Columns()
	count, price, size, symbol, time, up := c.Ints("count"), c.Floats("price"), c.Floats("size"), c.Strings("symbol"), c.Ints("time"), c.Bools("up")
	maybe := func(v parquet.Value, there bool, column int) parquet.Value {
		if !there {
			return parquet.NullValue().Level(0, 0, column)
		}
		return v.Level(0, 1, column)
	}
	for r := range b.Rows() {
		_, err := pw.WriteRows([]parquet.Row{{
			maybe(parquet.Int64Value(count[r]), count[r] != Null, 0), maybe(parquet.DoubleValue(price[r]), price[r] == price[r], 1),
			parquet.DoubleValue(size[r]).Level(0, 0, 2), parquet.ByteArrayValue([]byte(symbol[r])).Level(0, 0, 3),
			parquet.Int64Value(time[r]).Level(0, 0, 4), parquet.BooleanValue(up[r]).Level(0, 0, 5),
		}})
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := pw.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// someTrades are rows with missing values, negative zeros and long runs.
func someTrades(t *testing.T, rows int) *Batch {
	t.Helper()
	count, price, size := make([]int64, rows), make([]float64, rows), make([]float64, rows)
	symbol, time, up := make([]string, rows), make([]int64, rows), make([]bool, rows)
	for r := range rows {
		count[r], price[r], size[r] = int64(r*r%97)-40, math.Sqrt(float64(r)), float64(r/500)/7
		symbol[r], time[r], up[r] = "BTC-USD", int64(r)*int64(Hour), r*r%3 == 1
		if r%5 == 1 {
			count[r] = Null
		}
		if r%7 == 2 || r > 3000 && r < 3500 {
			price[r] = math.NaN()
		}
		if r%11 == 0 {
			size[r] = math.Copysign(0, -1)
		}
	}
	b, err := NewBatch(trades, count, price, size, symbol, time, up)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestOtherBytesSameIDs writes the rows of a sealed version in other ways and
// puts those files in place of its own: the content and the id stay, and the
// version verifies.
func TestOtherBytesSameIDs(t *testing.T) {
	s, b := newStore(t), someTrades(t, 5000)
	d := s.Draft("trades")
	if err := d.Put(b, "BTC-USD"); err != nil {
		t.Fatal(err)
	}
	sealed, err := d.Seal(Origin{Name: "trades", Params: []byte("{}")}, nil, actionKey("trades", 1))
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{sealed.Parts[0].SHA256: true}
	for _, w := range []writing{
		{"mantis", zstd.SpeedFastest, 4 << 10, rowGroup},
		{"mantis", zstd.SpeedFastest, 256 << 10, 700},
		{"mantis", zstd.SpeedBestCompression, 256 << 10, rowGroup},
		{"another library", zstd.SpeedDefault, 1 << 10, 1234},
	} {
		raw := w.write(t, b)
		v := *sealed
		p := sealed.Parts[0]
		p.SHA256, p.Bytes = SHA256(raw), int64(len(raw))
		p.Path = path.Join(path.Dir(p.Path), p.SHA256[:16]+".parquet")
		v.Parts = []Part{p}
		if seen[p.SHA256] {
			t.Errorf("%+v: the same bytes again", w)
		}
		seen[p.SHA256] = true
		manifest, err := v.encode()
		if err != nil {
			t.Fatal(err)
		}
		for name, content := range map[string][]byte{p.Path: raw, "versions/trades/" + v.ID + ".json": manifest} {
			name = filepath.Join(s.Root(), filepath.FromSlash(name))
			os.Remove(name)
			if err := os.WriteFile(name, content, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		again, err := s.Load("trades", sealed.ID)
		if err != nil || again.computeID() != sealed.ID || again.Parts[0].Path != p.Path {
			t.Fatalf("%+v: id %s, want %s: %v", w, again.computeID(), sealed.ID, err)
		}
		if back, err := s.Read(again, p); err != nil || back.Content() != sealed.Parts[0].Content {
			t.Errorf("%+v: other rows: %v", w, err)
		}
		if faults := s.Verify(again); len(faults) > 0 {
			t.Errorf("%+v: %v", w, faults)
		}
	}
}
