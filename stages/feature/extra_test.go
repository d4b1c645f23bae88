package feature

import (
	"math"
	"slices"
	"strings"
	"testing"
)

// TestFlat says what features make of a market in which nothing moves: no
// quotient of nothing by nothing is given a value, and no range is other than 0.
func TestFlat(t *testing.T) {
	b := wander(9, 200)
	for i := range b.Time {
		b.Open[i], b.High[i], b.Low[i], b.Close[i], b.Volume[i] = 0.1, 0.1, 0.1, 0.1, 0
	}
	for _, name := range []string{"rsi_14", "bollinger_position_20", "stochastic_k_14", "stochastic_d_14", "obv_change_30"} {
		if v := compute(Find(name), b)[199]; v == v {
			t.Errorf("%s is %v where nothing moved, want none", name, v)
		}
	}
	for _, name := range []string{"atr_14", "macd_line", "bollinger_width_20", "parkinson_7", "garman_klass_7", "rogers_satchell_7", "yang_zhang_7", "return_lag_3"} {
		if v := compute(Find(name), b)[199]; !(math.Abs(v) < 1e-15) {
			t.Errorf("%s is %v where nothing moved, want 0", name, v)
		}
	}
}

// TestKnownValues holds features to values that are worked out by hand.
func TestKnownValues(t *testing.T) {
	n := 200
	b := wander(10, n)
	for i := range b.Time { // up one every bar, and a volume of 2
		c := 100 + float64(i)
		b.Open[i], b.High[i], b.Low[i], b.Close[i], b.Volume[i] = c-1, c+1, c-2, c, 2
	}
	b.Time[n-1] = 1609482600_000_000 // Friday 2021-01-01 06:30
	last := b.Close[n-1]
	for name, want := range map[string]float64{
		"rsi_7": 100, "atr_7": 3 / last, "obv_change_7": 1, "stochastic_k_14": 100 * 15 / 16.0, "stochastic_d_14": 100 * 15 / 16.0,
		"return_lag_1": 1 / (last - 2), "bollinger_position_20": 0.5 + 9.5/(4*math.Sqrt(33.25)), "bollinger_width_20": 4 * math.Sqrt(33.25) / (last - 9.5),
		"hour_of_day": 6.5, "day_of_week": 4, "weekend": 0, "day_of_month": 1, "month_of_year": 1,
	} {
		if got := compute(Find(name), b)[n-1]; !(math.Abs(got-want) <= 1e-13*math.Abs(want)) {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
	b.Volume[n-3] = math.NaN()
	if got := compute(Find("obv_change_7"), b)[n-1]; got == got {
		t.Errorf("obv_change_7 is %v where a volume is not given, want none", got)
	}
}

func TestChoose(t *testing.T) {
	names := func(asked ...string) string {
		fs, err := Choose(asked)
		if err != nil {
			return err.Error()
		}
		var out []string
		for _, f := range fs {
			out = append(out, f.Name)
		}
		return strings.Join(out, " ")
	}
	for _, c := range []struct{ asked, want string }{
		{"", ""},
		{"rsi_14 macd rsi_14", "macd_histogram macd_line macd_signal rsi_14"},
		{"atr returns", "atr_14 atr_7 returns"},
	} {
		if got := names(strings.Fields(c.asked)...); got != c.want {
			t.Errorf("%s: %s; want %s", c.asked, got, c.want)
		}
	}
	for _, asked := range []string{"nonsense", "", "RSI"} {
		if got := names(asked); !strings.HasPrefix(got, `feature "`+asked+`": no feature or group of that name; groups: all atr `) {
			t.Errorf("%q: %s", asked, got)
		}
	}
	if fs, err := Choose([]string{"all"}); err != nil || len(fs) != len(All()) || len(Default()) >= len(fs) {
		t.Errorf("all: %d of %d, %d in every run, %v", len(fs), len(All()), len(Default()), err)
	}
	for _, f := range All() {
		if slices.Contains(Groups(), f.Name) || f.Name == "all" || f.Group == "all" {
			t.Errorf("%s: the name of a feature is not that of a group", f.Name)
		}
	}
}
