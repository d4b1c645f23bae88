package data

import (
	"encoding/json"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// quoteSchema has a column of every type. Its rows are sorted by time.
func quoteSchema(sort ...string) Schema {
	return Schema{Table: "quotes", Partition: []string{"venue"}, Sort: sort, Fields: []Field{
		{Name: "venue", Type: String}, {Name: "time", Type: Time}, {Name: "symbol", Type: String}, {Name: "price", Type: Float, Nullable: true},
		{Name: "trades", Type: Int, Nullable: true}, {Name: "seen_at", Type: Time, Nullable: true}, {Name: "firm", Type: Bool},
	}}
}

// quote is a row of quoteSchema, but for the venue.
type quote struct {
	hour   int
	symbol string
	price  float64
	trades int64
	seen   int64
	firm   bool
}

func quotesOf(t *testing.T, schema Schema, venue string, rows ...quote) *Batch {
	t.Helper()
	n := len(rows)
	venues, times, symbols, prices := make([]string, n), make([]int64, n), make([]string, n), make([]float64, n)
	trades, seen, firm := make([]int64, n), make([]int64, n), make([]bool, n)
	for i, q := range rows {
		venues[i], times[i], symbols[i], prices[i], trades[i], seen[i], firm[i] = venue, int64(q.hour)*int64(Hour), q.symbol, q.price, q.trades, q.seen, q.firm
	}
	b, err := NewBatch(schema, venues, times, symbols, prices, trades, seen, firm)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// sealed makes a version of what put puts.
func sealed(t *testing.T, s *Store, params string, inputs []Input, notes []string, put func(d *Draft) error) *Version {
	t.Helper()
	d := s.Draft("quotes")
	for _, n := range notes {
		d.Note("%s", n)
	}
	if err := put(d); err != nil {
		t.Fatal(err)
	}
	v, err := d.Seal(Origin{Name: "quotes", Code: len(inputs), Params: json.RawMessage(params)}, inputs, Digest("test", fmt.Append(nil, params, inputs, notes)))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestDiff(t *testing.T) {
	nan := math.NaN()
	sa, sb := newStore(t), newStore(t)
	schema := quoteSchema("time")
	digest := func(s string) string { return SHA256([]byte(s)) }
	was := sealed(t, sa, `{"fee":1,"sim":{"seed":7,"edge":2},"bins":[1,2]}`, []Input{{"bars", digest("1")}, {"file:a.csv", digest("a")}}, []string{"one", "two"}, func(d *Draft) error {
		for venue, rows := range map[string][]quote{
			"same": {{0, "B", 1, 1, 1, true}},
			"gone": {{0, "B", 1, 1, 1, true}, {1, "B", 1, 1, 1, true}},
			"moved": {
				{0, "B", 100, 1, 1, true}, {1, "B", 2, 2, 2, true}, {2, "B", 3, 3, 3, true}, {2, "E", 4, 4, 4, true}, {4, "B", 0, 5, 5, true}, {5, "B", 6, 6, 6, true},
			},
		} {
			if err := d.Put(quotesOf(t, schema, venue, rows...), venue); err != nil {
				return err
			}
		}
		d.PutFile("same.txt", []byte("same"))
		d.PutFile("old.txt", []byte("old"))
		return d.PutFile("edited.txt", []byte("four"))
	})
	is := sealed(t, sb, `{"fee":1,"sim":{"seed":8,"edge":2},"bins":[1,2,3],"new":null}`, []Input{{"bars", digest("2")}}, []string{"two", "three"}, func(d *Draft) error {
		for venue, rows := range map[string][]quote{
			"same": {{0, "B", 1, 1, 1, true}},
			"new":  {{0, "B", 1, 1, 1, true}},
			"moved": { // without hour 1, with an hour 3; E comes before B
				{0, "B", 101, 1, 1, true}, {2, "E", nan, 4, 4, false}, {2, "B", 3, 3, 3, true}, {3, "B", 3, 3, 3, true}, {4, "B", math.Copysign(0, -1), Null, 5, true}, {5, "B", 3, 7, Null, true},
			},
		} {
			if err := d.Put(quotesOf(t, schema, venue, rows...), venue); err != nil {
				return err
			}
		}
		d.PutFile("same.txt", []byte("same"))
		d.PutFile("new.txt", []byte("new"))
		return d.PutFile("edited.txt", []byte("seven"))
	})
	got, err := DiffIn(sa, was, sb, is)
	if err != nil {
		t.Fatal(err)
	}
	at := func(hour int, symbol string) []any {
		return []any{time.UnixMicro(int64(hour) * int64(Hour)).UTC(), symbol}
	}
	want := &Diff{
		A: "quotes@" + was.ID, B: "quotes@" + is.ID,
		Tables: []TableDiff{{
			Table: "quotes", Status: Changed, Schema: []Change{}, Key: []string{"time", "symbol"}, Unchanged: 1,
			Parts: []PartDiff{
				{Key: "venue=gone", Status: Removed, RowsA: 2, Removed: 2},
				{Key: "venue=moved", Status: Changed, RowsA: 6, RowsB: 6, Added: 1, Removed: 1, Changed: 4},
				{Key: "venue=new", Status: Added, RowsB: 1, Added: 1},
			},
			Columns: []ColumnDiff{
				{Column: "price", Type: Float, Rows: 4, Parts: 1, BecameNull: 1, MaxAbs: 3, MaxRel: 0.5, First: Example{"venue=moved", at(0, "B"), 0, 100.0, 101.0}},
				{Column: "trades", Type: Int, Rows: 2, Parts: 1, BecameNull: 1, First: Example{"venue=moved", at(4, "B"), 4, int64(5), nil}},
				{Column: "seen_at", Type: Time, Rows: 1, Parts: 1, BecameNull: 1, First: Example{"venue=moved", at(5, "B"), 5, time.UnixMicro(6).UTC(), nil}},
				{Column: "firm", Type: Bool, Rows: 1, Parts: 1, First: Example{"venue=moved", at(2, "E"), 1, true, false}},
			},
		}},
		Files: []FileDiff{
			{"edited.txt", Changed, 4, 5}, {"new.txt", Added, 0, 3}, {"old.txt", Removed, 3, 0}, {"same.txt", Same, 4, 4},
		},
		NotesAdded: []string{"three"}, NotesRemoved: []string{"one"},
		Why: Why{
			Stage:  []Change{{"code", "2", "1"}},
			Params: []Change{{"bins", "[1,2]", "[1,2,3]"}, {"new", "", "null"}, {"sim.seed", "7", "8"}},
			Inputs: []Change{{"bars", digest("1"), digest("2")}, {"file:a.csv", digest("a"), ""}},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if _, err := json.Marshal(got); err != nil {
		t.Error(err)
	}
	if _, err := sa.Diff(was, is); err == nil {
		t.Error("parts of another store were read")
	}
	if d, err := sa.Diff(was, was); err != nil || !d.Same || d.Tables[0].Unchanged != 3 || d.Tables[0].Status != Same {
		t.Errorf("a version differs from itself: %+v, %v", d, err)
	}
}

// TestDiffOfSchemas has columns come, go, move and change, in a table whose
// rows have no order.
func TestDiffOfSchemas(t *testing.T) {
	s := newStore(t)
	one := func(schema Schema, cols ...any) *Version {
		return sealed(t, s, "{}", nil, []string{fmt.Sprint(schema)}, func(d *Draft) error {
			b, err := NewBatch(schema, cols...)
			if err != nil {
				return err
			}
			return d.Put(b)
		})
	}
	was := one(Schema{Table: "quotes", Fields: []Field{{Name: "a", Type: Int}, {Name: "b", Type: Int}, {Name: "c", Type: Int}, {Name: "huge", Type: Float}}},
		[]int64{1, 2, 3}, []int64{1, 2, 3}, []int64{1, 2, 3}, []float64{math.MaxFloat64, 1, 1})
	is := one(Schema{Table: "quotes", Sort: []string{"c"}, Fields: []Field{{Name: "huge", Type: Float}, {Name: "c", Type: Int}, {Name: "b", Type: Float}, {Name: "d", Type: Int, Nullable: true}}},
		[]float64{-math.MaxFloat64, 1}, []int64{1, 5}, []float64{9, 9}, []int64{1, 2})
	d, err := s.Diff(was, is)
	if err != nil {
		t.Fatal(err)
	}
	got := d.Tables[0]
	want := TableDiff{
		Table: "quotes", Status: Changed, Key: []string{},
		Schema: []Change{{"a", "int", ""}, {"b", "int", "float"}, {"d", "", "int?"}},
		Parts:  []PartDiff{{Status: Changed, RowsA: 3, RowsB: 2, Removed: 1, Changed: 2}},
		Columns: []ColumnDiff{
			{Column: "huge", Type: Float, Rows: 1, Parts: 1, MaxAbs: math.MaxFloat64, MaxRel: 2, First: Example{"", []any{}, 0, math.MaxFloat64, -math.MaxFloat64}},
			{Column: "c", Type: Int, Rows: 1, Parts: 1, First: Example{"", []any{}, 1, int64(2), int64(5)}},
		},
	}
	want.Schema = append(want.Schema, Change{"column order", "b c huge", "huge c b"}, Change{"sort", "", "c"})
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if _, err := json.Marshal(d); err != nil {
		t.Error(err)
	}
}

// TestMatchRowsOfOneKey holds rows that share a key against each other in their
// order.
func TestMatchRowsOfOneKey(t *testing.T) {
	schema := quoteSchema("time")
	a := quotesOf(t, schema, "x", quote{0, "B", 1, 1, 1, true}, quote{0, "B", 2, 1, 1, true}, quote{0, "B", 3, 1, 1, true}, quote{7, "B", 4, 1, 1, true})
	b := quotesOf(t, schema, "x", quote{7, "B", 4, 1, 1, true}, quote{0, "B", 1, 1, 1, true}, quote{0, "B", 2, 1, 1, true})
	got := fmt.Sprint(match(a, b, []string{"time", "symbol"}))
	if got != "[{0 1} {1 2} {3 0}]" {
		t.Error(got)
	}
}

func TestDiffOfNotes(t *testing.T) {
	for _, c := range []struct{ a, b, added, removed []string }{
		{nil, nil, nil, nil}, {[]string{"x"}, []string{"x"}, nil, nil},
		{[]string{"x", "y"}, []string{"y", "x"}, []string{"x"}, []string{"x"}},
		{[]string{"x", "y", "z"}, []string{"x", "z", "z"}, []string{"z"}, []string{"y"}},
	} {
		added, removed := diffNotes(c.a, c.b)
		if fmt.Sprint(added, removed) != fmt.Sprint(c.added, c.removed) {
			t.Errorf("from %q to %q: added %q, removed %q", c.a, c.b, added, removed)
		}
	}
}
