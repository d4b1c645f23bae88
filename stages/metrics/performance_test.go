package metrics

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mantis/data"
)

func TestPerformanceHasAFixedOrder(t *testing.T) {
	want := []string{
		"initial_capital currency", "final_value currency", "cumulative_return fraction",
		"annual_return fraction", "annual_return_arithmetic fraction", "monthly_return fraction",
		"annual_volatility fraction", "monthly_volatility fraction", "downside_deviation fraction",
		"sharpe ratio", "sharpe_monthly ratio", "sharpe_standard_error ratio", "sharpe_error_normal ratio", "sharpe_error_dependent ratio",
		"probabilistic_sharpe fraction", "deflated_sharpe fraction", "min_track_record_bars bars",
		"sortino ratio", "sortino_monthly ratio", "omega ratio",
		"max_drawdown fraction", "longest_drawdown_bars bars", "longest_drawdown_days days", "time_under_water fraction", "longest_under_water_bars bars",
		"skew ratio", "excess_kurtosis ratio",
		"var_95 fraction", "cvar_95 fraction", "var_95_of_equity currency", "var_95_normal fraction", "var_95_cornish_fisher fraction",
		"var_99 fraction", "cvar_99 fraction", "var_99_of_equity currency", "var_99_normal fraction", "var_99_cornish_fisher fraction",
		"tail_ratio ratio", "calmar ratio",
		"alpha fraction", "beta ratio", "active_return fraction", "tracking_error fraction", "information_ratio ratio", "excess_cum_return fraction",
		"turnover_annual fraction", "fees_usd currency",
	}
	for _, c := range []Curve{{Interval: 6 * data.Hour}, {Interval: data.Day, Equity: []float64{1, 2, 1}}} {
		var got []string
		for _, m := range Performance(c) {
			got = append(got, m.Name+" "+m.Unit)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	}
}

// reasons are the undefined metrics of a curve. Every value must be finite or
// NaN with a reason.
func reasons(t *testing.T, c Curve) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, m := range Performance(c) {
		if math.IsInf(m.Value, 0) || math.IsNaN(m.Value) != (m.Reason != "") {
			t.Errorf("%s = %v with reason %q", m.Name, m.Value, m.Reason)
		}
		if m.Reason != "" {
			out[m.Name] = m.Reason
		}
	}
	return out
}

func all(why Undefined, names ...string) map[string]string {
	out := map[string]string{}
	for _, n := range names {
		out[n] = string(why)
	}
	return out
}

func union(sets ...map[string]string) map[string]string {
	out := map[string]string{}
	for _, s := range sets {
		for k, v := range s {
			out[k] = v
		}
	}
	return out
}

func TestUndefinedMetricsSayWhy(t *testing.T) {
	untried := all(UnknownTrials, "deflated_sharpe")
	unset := union(untried, all(NotRecorded, "turnover_annual", "fees_usd"))
	alone := union(unset, all(NoBenchmark, "alpha", "beta", "active_return", "tracking_error", "information_ratio", "excess_cum_return"))
	expansions := []string{"var_95_cornish_fisher", "var_99_cornish_fisher"}
	moments := append([]string{"skew", "excess_kurtosis", "sharpe_standard_error", "probabilistic_sharpe", "min_track_record_bars"}, expansions...)
	ratios := []string{"sharpe", "sharpe_monthly", "sharpe_error_normal", "sharpe_error_dependent"}
	flat := union(all(NoSpread, moments...), all(NoSpread, ratios...),
		all(NoLoss, "sortino", "sortino_monthly", "omega"), all(NoDrawdown, "calmar"), all(NoTail, "tail_ratio"))
	for _, c := range []struct {
		name  string
		curve Curve
		want  map[string]string
	}{{
		"flat", Curve{Equity: []float64{1, 1, 1, 1, 1, 1}},
		union(alone, flat),
	}, {
		"rounding", Curve{Equity: []float64{1, 1 + 0x1p-52, 1, 1, 1 + 0x1p-52, 1}},
		union(alone, flat),
	}, {
		"rising", Curve{Equity: []float64{1, 2, 3, 5, 8, 13}},
		union(alone, all(NoLoss, "sortino", "sortino_monthly", "omega"), all(NoDrawdown, "calmar"), all(NotMonotone, expansions...),
			all(OutOfRange, "annual_return")),
	}, {
		"two returns", Curve{Equity: []float64{10, 11, 10}},
		union(alone, all(TooFew, moments...)),
	}, {
		"wiped out", Curve{Equity: []float64{10, 11, 12, 0, 0}},
		union(alone, all(WipedOut, moments...), all(WipedOut, ratios...),
			all(WipedOut, "annual_return_arithmetic", "annual_volatility", "monthly_volatility", "downside_deviation",
				"sortino", "sortino_monthly", "omega", "tail_ratio", "var_95", "cvar_95", "var_95_of_equity", "var_95_normal",
				"var_99", "cvar_99", "var_99_of_equity", "var_99_normal")),
	}, {
		"beside a flat benchmark", Curve{Equity: []float64{10, 11, 10, 12, 11, 13}, Benchmark: []float64{1, 1, 1, 1, 1, 1},
			Turnover: make([]float64, 6), FeesUSD: make([]float64, 6)},
		union(untried, all(FlatBenchmark, "alpha", "beta"), all(NotMonotone, expansions...)),
	}, {
		"beside itself", Curve{Equity: []float64{10, 11, 10, 12, 11, 13}, Benchmark: []float64{20, 22, 20, 24, 22, 26}},
		union(unset, all(NoSpread, "information_ratio"), all(NotMonotone, expansions...)),
	}} {
		t.Run(c.name, func(t *testing.T) {
			c.curve.Interval = 6 * data.Hour
			if diff := cmp.Diff(c.want, reasons(t, c.curve)); diff != "" {
				t.Error(diff)
			}
		})
	}
	for _, equity := range [][]float64{nil, {1}} {
		if got := reasons(t, Curve{Equity: equity, Interval: data.Hour}); len(got) < 43 {
			t.Errorf("%v: %d metrics undefined", equity, len(got))
		}
	}
	nulls := reasons(t, Curve{Equity: []float64{1, 2, math.NaN(), 2, 1}, Interval: data.Hour})
	if nulls["sharpe"] != string(Null) || nulls["max_drawdown"] != string(Null) {
		t.Errorf("a null inside: %v", nulls)
	}
}

func TestWipedOut(t *testing.T) {
	for _, m := range Performance(Curve{Equity: []float64{10, 12, 0}, Interval: data.Day}) {
		switch m.Name {
		case "annual_return", "cumulative_return", "max_drawdown", "monthly_return":
			if m.Value != -1 {
				t.Errorf("%s = %v", m.Name, m.Value)
			}
		}
	}
}

func TestTurnoverAndFees(t *testing.T) {
	got := map[string]float64{}
	for _, m := range Performance(Curve{
		Equity: []float64{1, 1, 1, 1}, Interval: 6 * data.Hour,
		Turnover: []float64{0, .5, 0, .25}, FeesUSD: []float64{0, 5, 0, 2.5},
	}) {
		got[m.Name] = m.Value
	}
	if got["turnover_annual"] != 365 || got["fees_usd"] != 7.5 {
		t.Errorf("turnover %v, fees %v", got["turnover_annual"], got["fees_usd"])
	}
}
