package data

import (
	"math"
	"strings"
	"testing"
)

func TestNewBatchRefuses(t *testing.T) {
	one := func(typ Type, nullable bool) Schema {
		return Schema{Table: "t", Fields: []Field{{Name: "x", Type: typ, Nullable: nullable}}}
	}
	two := Schema{Table: "t", Fields: []Field{{Name: "x", Type: Int}, {Name: "y", Type: Int}}}
	nan, inf := math.NaN(), math.Inf(-1)
	for _, c := range []struct {
		name   string
		schema Schema
		cols   []any
		want   string
	}{
		{"NaN in a required column", one(Float, false), []any{[]float64{1, nan}}, "column x: row 1 has no value"},
		{"null in a required column", one(Int, false), []any{[]int64{Null}}, "column x: row 0 has no value"},
		{"null in a required time", one(Time, false), []any{[]int64{0, Null}}, "column x: row 1 has no value"},
		{"infinity", one(Float, true), []any{[]float64{inf}}, "column x: row 0 is infinite"},
		{"not UTF-8", one(String, false), []any{[]string{"a", "\xff"}}, "column x: row 1 is not UTF-8"},
		{"type", one(Float, false), []any{[]int64{1}}, "[]int64 for a column of type float"},
		{"no slice", one(Bool, false), []any{nil}, "<nil> for a column of type bool"},
		{"lengths", two, []any{[]int64{1, 2}, []int64{1}}, "column y has 1 rows, x has 2"},
		{"count", two, []any{[]int64{1, 2}}, "1 columns for 2 fields"},
		{"no fields", Schema{Table: "t"}, nil, "no columns"},
		{"table name", Schema{Table: "../t"}, nil, "want a lower-case name"},
		{"column name", Schema{Table: "t", Fields: []Field{{Name: "a/b", Type: Int}}}, []any{[]int64{}}, "want letters"},
		{"column twice", Schema{Table: "t", Fields: []Field{{Name: "a", Type: Int}, {Name: "a", Type: Int}}}, []any{nil, nil}, "named twice"},
		{"nullable string", one(String, true), []any{[]string{}}, "always has a value"},
		{"unknown type", one("decimal", false), []any{[]string{}}, "unknown type"},
		{"partition", Schema{Table: "t", Fields: one(Int, false).Fields, Partition: []string{"x"}}, []any{[]int64{}}, "partition column"},
		{"sort", Schema{Table: "t", Fields: one(Int, true).Fields, Sort: []string{"x"}}, []any{[]int64{}}, "sort column"},
	} {
		_, err := NewBatch(c.schema, c.cols...)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}

func TestColumnsKeepTheFirstError(t *testing.T) {
	c := sampleBatch(t, 3).Columns()
	if x := c.Ints("time"); len(x) != 3 || c.Err != nil {
		t.Errorf("%v, %v", x, c.Err)
	}
	if x := c.Floats("time"); x != nil {
		t.Errorf("a time column as floats: %v", x)
	}
	c.Strings("no_such")
	c.Bools("filled")
	if c.Err == nil || c.Err.Error() != "table sample: column time is of type time" {
		t.Errorf("%v", c.Err)
	}
}

func TestSliceSharesAndCannotGrowIntoItsSource(t *testing.T) {
	b := sampleBatch(t, 10)
	s := b.Slice(2, 5)
	whole, _ := b.Ints("time")
	part, _ := s.Ints("time")
	if s.Rows() != 3 || &part[0] != &whole[2] {
		t.Errorf("%d rows, shared: %t", s.Rows(), &part[0] == &whole[2])
	}
	if _ = append(part, -1); whole[5] == -1 {
		t.Error("append to a slice of a batch wrote into the batch")
	}
}

func TestPartIsCheckedAgainstItsPartition(t *testing.T) {
	b := sampleBatch(t, 3)
	if err := b.checkPart([]string{"BTC-USD"}); err != nil {
		t.Error(err)
	}
	if err := b.checkPart([]string{"ETH-BTC"}); err == nil {
		t.Error("rows of BTC-USD in the part of ETH-BTC")
	}
	unsorted, err := NewBatch(Schema{Table: "t", Fields: []Field{{Name: "a", Type: Int}, {Name: "b", Type: String}}, Sort: []string{"a", "b"}},
		[]int64{1, 1, 2}, []string{"y", "x", "a"})
	if err != nil || unsorted.ordered() || !unsorted.Slice(1, 3).ordered() {
		t.Errorf("order of rows is not seen: %v", err)
	}
}

func TestKey(t *testing.T) {
	s := Schema{Table: "t", Partition: []string{"symbol", "year"}}
	if key, err := s.Key("BTC-USD", "2024"); err != nil || key != "symbol=BTC-USD/year=2024" {
		t.Errorf("%s, %v", key, err)
	}
	if v := (Part{Key: "symbol=BTC-USD/year=2024"}).Value("year"); v != "2024" {
		t.Errorf("year %q", v)
	}
	for _, bad := range []string{"", ".", "..", ".x", "a/b", `a\b`, "a=b", "a%2F", "a\x00", "a\n", "\xff"} {
		if key, err := s.Key(bad, "2024"); err == nil {
			t.Errorf("%q became the directory %q", bad, key)
		}
	}
	if _, err := s.Key("BTC-USD"); err == nil {
		t.Error("one value for two columns")
	}
}
