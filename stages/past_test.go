package stages

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"mantis/data"
)

// TestFutureChangesNothing runs the whole job twice, the second time on a
// market that goes on for longer, with the split held fixed: every bar,
// feature, prediction and balance that both have is the same to the bit, of
// every symbol, however the model is trained. What followed a bar may differ
// where the shorter market does not know it yet: that is what the future is for.
func TestFutureChangesNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("heavy under the race detector, which has as much to see in others")
	}
	root := t.TempDir()
	for _, set := range [][]string{
		{},
		{"model.pool=true", "labels.horizon=3", "features.add=all"},
		{"model.refit_every=60", "model.rolling=300"},
	} {
		fixed := append(append([]string{"model.split_at=2019-06-01"}, small...), set...)
		short, store, err := runTo(t, root, Backtest, append(fixed, "candles.sim.years=0.6")...)
		if err != nil {
			t.Fatal(err)
		}
		long, _, err := runTo(t, root, Backtest, append(fixed, "candles.sim.years=0.7")...)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"bars", "features", "predictions", "backtest"} {
			symbols, longer := symbolsOf(short[name], name), symbolsOf(long[name], name)
			want := 1
			if name == "bars" || name == "features" {
				want = 2
			}
			if len(symbols) != want || !slices.Equal(symbols, longer) {
				t.Fatalf("%v: %s: symbols %v and %v", set, name, symbols, longer)
			}
			for _, symbol := range symbols {
				var partition []string
				if symbol != "" {
					partition = append(partition, symbol)
				}
				a, err := readStored(store, short[name], name, partition...)
				if err != nil {
					t.Fatal(err)
				}
				b, err := readStored(store, long[name], name, partition...)
				if err != nil {
					t.Fatal(err)
				}
				compareShared(t, fmt.Sprint(set, " ", name, " ", symbol), a, b)
			}
		}
	}
}

// compareShared reports the first row of each column of floats, whole numbers
// or instants that is another one when time goes on.
func compareShared(t *testing.T, what string, short, long *data.Batch) {
	t.Helper()
	n := short.Rows()
	if n < 100 || n >= long.Rows() {
		t.Fatalf("%s: %d and %d rows", what, n, long.Rows())
	}
	a, b := short.Columns(), long.Columns()
	floats := 0
	for _, f := range short.Schema().Fields {
		differs := func(int) bool { return false }
		switch f.Type {
		case data.Float:
			x, y := a.Floats(f.Name), b.Floats(f.Name)
			floats++
			differs = func(r int) bool {
				unknown := f.Name == "realised_return" && x[r] != x[r]
				return !unknown && math.Float64bits(x[r]) != math.Float64bits(y[r])
			}
		case data.Int, data.Time:
			x, y := a.Ints(f.Name), b.Ints(f.Name)
			differs = func(r int) bool {
				return x[r] != y[r] && !(f.Name == "realised_class" && x[r] == data.Null)
			}
		}
		for r := range n {
			if differs(r) {
				t.Errorf("%s: %s: row %d of %d changes when time goes on", what, f.Name, r, n)
				break
			}
		}
	}
	if floats < 5 || a.Err != nil || b.Err != nil {
		t.Fatalf("%s: %d columns of floats, %v, %v", what, floats, a.Err, b.Err)
	}
}
