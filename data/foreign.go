package data

import (
	"errors"
	"fmt"
	"math"
)

// Foreign is a table in a file that another program wrote: column by column, of
// flat columns only.
type Foreign struct {
	Rows    int
	Columns []ForeignColumn
}

// ForeignColumn is a column of such a table. One of Ints, Floats and Texts holds
// its Rows values, or none where the column is of a kind that is not read: then
// Kind says of which.
type ForeignColumn struct {
	Name string
	Kind string // as the format calls it: "timestamp[ms, UTC]", "double"
	Time bool   // the Ints are instants, UTC µs; those without a zone were taken for UTC

	Ints   []int64   // Null: no value
	Floats []float64 // NaN: no value
	Texts  []string  // "": no value
}

// Column is the column of a name, or nil.
func (f *Foreign) Column(name string) *ForeignColumn {
	for i := range f.Columns {
		if f.Columns[i].Name == name {
			return &f.Columns[i]
		}
	}
	return nil
}

// foreignRows is the number of rows that are believed of a file of so many
// bytes: a million, and beyond them one a byte. Packed as well as they may be,
// candles take more.
func foreignRows(rows, size int64) error {
	if rows < 0 || rows > 1<<20+size || rows > math.MaxInt32 {
		return fmt.Errorf("%d rows in a file of %d bytes are not believed", rows, size)
	}
	return nil
}

// foreignRoom is how many bytes a file of so many may unpack to: 16 MiB and 256
// times its size, and beyond 64 MiB eight times.
func foreignRoom(size int64) int64 { return min(1<<24+(unpacking+1)*size, 1<<26+8*size) }

// errForeignRoom is that of a table that takes more.
var errForeignRoom = WithHint(errors.New("its columns take far more room than the file"), "write it anew with the columns of candles alone")

// The units of a foreign instant, in the order of Arrow.
const (
	inSeconds = iota
	inMillis
	inMicros
	inNanos
)

// toMicros turns instants of a unit into µs, in place.
func toMicros(x []int64, unit int) error {
	scale := int64(1)
	switch unit {
	case inSeconds:
		scale = 1_000_000
	case inMillis:
		scale = 1_000
	}
	for i, v := range x {
		switch {
		case v == Null:
		case unit == inNanos && v%1000 != 0:
			return fmt.Errorf("row %d: an instant of %d ns is no whole microsecond", i+1, v)
		case unit == inNanos:
			x[i] = v / 1000
		case v > math.MaxInt64/scale || v < -math.MaxInt64/scale:
			return fmt.Errorf("row %d: an instant beyond the calendar", i+1)
		default:
			x[i] = v * scale
		}
	}
	return nil
}
