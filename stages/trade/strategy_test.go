package trade

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mantis/data"
)

func TestDefaultPolicy(t *testing.T) {
	want := Policy{{.8, .2, 0}, {.6, .4, 0}, {.4, .5, .1}, {.2, .5, .3}, {0, .4, .6}}
	if diff := cmp.Diff(want, DefaultPolicy()); diff != "" {
		t.Error(diff)
	}
	if err := DefaultPolicy().Validate(); err != nil {
		t.Error(err)
	}
}

func TestWeightsValidate(t *testing.T) {
	for _, w := range []Weights{{.5, .5, .1}, {-.1, .6, .5}, {math.NaN(), .5, .5}, {.5, .5, 1e-8}, {0, 0, 0}, {2, -1, 0}} {
		if w.Validate() == nil {
			t.Errorf("%+v passes", w)
		}
	}
	if err := (Weights{.5, .5, 1e-10}).Validate(); err != nil {
		t.Error(err)
	}
	policy := DefaultPolicy()
	policy[3].Alt = .4
	if err := policy.Validate(); err == nil || !strings.HasPrefix(err.Error(), "policy: class 4: ") {
		t.Error(err)
	}
}

func TestByClass(t *testing.T) {
	time, known := grid(7)
	// The bar at 6h has no prediction, that at 12h a null one.
	preds := Predictions{Time: []int64{0, time[2], time[3], time[4], time[5], time[6]},
		Class: []int64{3, data.Null, 5, 1, 2, 4}}
	for _, c := range []struct {
		every   int
		class   []int64
		missing []bool
	}{
		{1, []int64{3, data.Null, data.Null, 5, 1, 2, 4}, []bool{false, true, true, false, false, false, false}},
		{2, []int64{3, data.Null, data.Null, data.Null, 1, data.Null, 4}, []bool{false, false, true, false, false, false, false}},
		{3, []int64{3, data.Null, data.Null, 5, data.Null, data.Null, 4}, make([]bool, 7)},
	} {
		preds.Known = nil
		if c.every == 1 {
			preds.Known = []int64{known[0], known[2], known[3], known[4], known[5], known[6]}
		}
		s, err := NewByClass(DefaultPolicy(), c.every, preds)
		if err != nil {
			t.Fatal(err)
		}
		r := backtest(t, 1000, Costs{}, s, hub(7), eth(7))
		if diff := cmp.Diff(c.class, r.Class); diff != "" {
			t.Errorf("every %d: class: %s", c.every, diff)
		}
		if diff := cmp.Diff(c.missing, r.Missing); diff != "" {
			t.Errorf("every %d: missing: %s", c.every, diff)
		}
		count := 0
		for i, m := range c.missing {
			if m {
				count++
				for _, f := range r.Fills {
					if f.Decided == known[i] {
						t.Errorf("every %d: bar %d has no class and trades: %+v", c.every, i, f)
					}
				}
			}
			if c.class[i] != data.Null {
				want := DefaultPolicy()[c.class[i]-1]
				if got := (Weights{r.TargetUSD[i], r.TargetBTC[i], r.TargetAlt[i]}); got != want {
					t.Errorf("every %d: target[%d] = %+v, want %+v", c.every, i, got, want)
				}
			} else if !math.IsNaN(r.TargetUSD[i]) {
				t.Errorf("every %d: target[%d] = %v", c.every, i, r.TargetUSD[i])
			}
		}
		if s.Missing() != count {
			t.Errorf("every %d: %d missing, want %d", c.every, s.Missing(), count)
		}
		if r.Fills[0].Reason != "class 3" {
			t.Errorf("reason %q", r.Fills[0].Reason)
		}
	}
}

func TestByClassRefuses(t *testing.T) {
	short := DefaultPolicy()
	short[0].USD = .7
	for _, c := range []struct {
		policy Policy
		every  int
		preds  Predictions
		want   string
	}{
		{short, 1, Predictions{}, "policy: class 1: weights 0.7/0.2/0: they add up to"},
		{DefaultPolicy(), 0, Predictions{}, "decides every 0 bars"},
		{DefaultPolicy(), 1, Predictions{Time: []int64{0}, Class: []int64{6}}, "class 6: want 1 to 5"},
		{DefaultPolicy(), 1, Predictions{Time: []int64{0}, Class: []int64{0}}, "class 0: want 1 to 5"},
		{DefaultPolicy(), 1, Predictions{Time: []int64{0, 0}, Class: []int64{1, 1}}, "not after"},
		{DefaultPolicy(), 1, Predictions{Time: []int64{0}}, "0 classes"},
	} {
		if _, err := NewByClass(c.policy, c.every, c.preds); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want %q", err, c.want)
		}
	}
}

func TestPredictionFromTheFutureIsRefused(t *testing.T) {
	time, known := grid(3)
	known[1]++
	s, err := NewByClass(DefaultPolicy(), 1, Predictions{Time: time, Known: known, Class: []int64{1, 2, 3}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err = tryBacktest(1000, Costs{}, s, hub(3)); err == nil || !strings.Contains(err.Error(), "after the close") {
		t.Error(err)
	}
}

func TestBaselines(t *testing.T) {
	neutral, err := Neutral(2)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		strategy  Strategy
		decisions int
		last      Weights
	}{
		{HoldBTC(), 1, Weights{BTC: 1}},
		{HoldAlt(), 1, Weights{Alt: 1}},
		{HoldUSD(), 1, Weights{USD: 1}},
		{neutral, 3, Weights{.4, .5, .1}},
	} {
		r := backtest(t, 1000, Costs{}, c.strategy, hub(5), eth(5))
		decisions := 0
		for _, x := range r.TargetUSD {
			if !math.IsNaN(x) {
				decisions++
			}
		}
		if decisions != c.decisions {
			t.Errorf("%+v: %d decisions, want %d", c.last, decisions, c.decisions)
		}
		wantNear(t, "weights", []float64{r.WeightUSD[4], r.WeightBTC[4], r.WeightAlt[4]},
			[]float64{c.last.USD, c.last.BTC, c.last.Alt}, 1e-12)
	}
	if _, err := NewFixed(Weights{1, 1, 0}, 0, ""); err == nil {
		t.Error("weights of 2 pass")
	}
	if _, err := NewFixed(Weights{1, 0, 0}, -1, ""); err == nil {
		t.Error("every -1 bars passes")
	}
}
