package data

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"math"

	parquet "github.com/parquet-go/parquet-go/format"
)

// boundLimit is the length of the longest string that the statistics name.
const boundLimit = 64

// pageStats are the least and the greatest value of a page, as Parquet stores
// them: nil where no row has a value, or where they are too long to tell.
type pageStats struct {
	min, max    []byte
	rows, nulls int64
}

// told tells whether the bounds say all that there is to say.
func (p pageStats) told() bool { return p.min != nil || p.nulls == p.rows }

// floatStats of finite values. Zeros have the sign that keeps every zero
// between them, as Parquet asks.
func floatStats(x []float64) pageStats {
	if len(x) == 0 {
		return pageStats{}
	}
	lo, hi := x[0], x[0]
	for _, v := range x {
		if v < lo {
			lo = v
		}
		if v > hi {
			hi = v
		}
	}
	if lo == 0 {
		lo = math.Copysign(0, -1)
	}
	if hi == 0 {
		hi = 0
	}
	return pageStats{min: bound(math.Float64bits(lo)), max: bound(math.Float64bits(hi))}
}

func intStats(x []int64) pageStats {
	if len(x) == 0 {
		return pageStats{}
	}
	lo, hi := x[0], x[0]
	for _, v := range x {
		lo, hi = min(lo, v), max(hi, v)
	}
	return pageStats{min: bound(uint64(lo)), max: bound(uint64(hi))}
}

func bound(word uint64) []byte { return binary.LittleEndian.AppendUint64(nil, word) }

func boolStats(x []bool) pageStats {
	lo, hi := byte(1), byte(0)
	for _, v := range x {
		if v {
			hi = 1
		} else {
			lo = 0
		}
	}
	return pageStats{min: []byte{lo}, max: []byte{hi}}
}

// stringStats looks at every string of a page once. seen is as long as the
// dictionary and all false, before and after.
func stringStats(index []int32, different []string, seen []bool) pageStats {
	lo, hi := different[index[0]], different[index[0]]
	for _, i := range index {
		if !seen[i] {
			seen[i] = true
			lo, hi = min(lo, different[i]), max(hi, different[i])
		}
	}
	clear(seen)
	if max(len(lo), len(hi)) > boundLimit {
		return pageStats{}
	}
	return pageStats{min: []byte(lo), max: []byte(hi)}
}

// compareBounds orders two stored values of a type.
func (t Type) compareBounds(a, b []byte) int {
	switch t {
	case Float:
		return cmp.Compare(math.Float64frombits(binary.LittleEndian.Uint64(a)), math.Float64frombits(binary.LittleEndian.Uint64(b)))
	case Int, Time:
		return cmp.Compare(int64(binary.LittleEndian.Uint64(a)), int64(binary.LittleEndian.Uint64(b)))
	default:
		return bytes.Compare(a, b)
	}
}

// statistics are those of all pages together.
func (c *chunk) statistics() (s parquet.Statistics) {
	told := true
	for _, p := range c.pages {
		s.NullCount += p.nulls
		told = told && p.told()
		if p.min == nil {
			continue
		}
		if s.MinValue == nil || c.field.Type.compareBounds(p.min, s.MinValue) < 0 {
			s.MinValue = p.min
		}
		if s.MaxValue == nil || c.field.Type.compareBounds(p.max, s.MaxValue) > 0 {
			s.MaxValue = p.max
		}
	}
	if !told {
		s.MinValue, s.MaxValue = nil, nil
	}
	return s
}

// columnIndex is the statistics page by page; nil where a page does not tell.
func (c *chunk) columnIndex() *parquet.ColumnIndex {
	x, up, down := &parquet.ColumnIndex{}, true, true
	var last pageStats
	for _, p := range c.pages {
		if !p.told() {
			return nil
		}
		x.NullPages, x.NullCounts = append(x.NullPages, p.min == nil), append(x.NullCounts, p.nulls)
		x.MinValues, x.MaxValues = append(x.MinValues, p.min), append(x.MaxValues, p.max)
		if p.min == nil {
			continue
		}
		if last.min != nil {
			lo, hi := c.field.Type.compareBounds(last.min, p.min), c.field.Type.compareBounds(last.max, p.max)
			up, down = up && lo <= 0 && hi <= 0, down && lo >= 0 && hi >= 0
		}
		last = p
	}
	if up {
		x.BoundaryOrder = parquet.Ascending
	} else if down {
		x.BoundaryOrder = parquet.Descending
	}
	return x
}
