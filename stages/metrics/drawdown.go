package metrics

import "math"

// Drawdowns are V_t / max(V_0 ... V_t) - 1 for each bar, from -1 to 0. The
// capital at the start counts as a peak.
func Drawdowns(equity []float64) []float64 {
	d := make([]float64, len(equity))
	peak := math.Inf(-1)
	for t, v := range equity {
		peak = math.Max(peak, v)
		d[t] = v/peak - 1
	}
	return d
}

// MaxDrawdown is the deepest drawdown, 0 where there is none.
func MaxDrawdown(equity []float64) (float64, error) {
	if err := needEquity(equity); err != nil {
		return none(err)
	}
	deepest := 0.0
	for _, d := range Drawdowns(equity) {
		deepest = math.Min(deepest, d)
	}
	return deepest, nil
}

// LongestDrawdown is the largest number of bars from a peak to the bar that
// reaches it again, or to the last bar where none does.
func LongestDrawdown(equity []float64) (float64, error) {
	if err := needEquity(equity); err != nil {
		return none(err)
	}
	longest, peak, under := 0, 0, false
	for t, v := range equity {
		if v >= equity[peak] {
			if under {
				longest = max(longest, t-peak)
			}
			peak, under = t, false
			continue
		}
		under = true
	}
	if under {
		longest = max(longest, len(equity)-1-peak)
	}
	return float64(longest), nil
}

// TimeUnderWater is the share of the n bars after the first whose drawdown is
// below 0.
func TimeUnderWater(equity []float64) (float64, error) {
	if err := needEquity(equity); err != nil {
		return none(err)
	}
	under := 0
	for _, d := range Drawdowns(equity) {
		if d < 0 {
			under++
		}
	}
	return float64(under) / float64(len(equity)-1), nil
}

// LongestUnderWater is the largest number of bars in a row whose drawdown is
// below 0. From a peak to its recovery is one bar more.
func LongestUnderWater(equity []float64) (float64, error) {
	if err := needEquity(equity); err != nil {
		return none(err)
	}
	longest, run := 0, 0
	for _, d := range Drawdowns(equity) {
		if run++; !(d < 0) {
			run = 0
		}
		longest = max(longest, run)
	}
	return float64(longest), nil
}

// needEquity wants V_0 above 0, at least one bar after it, and no null.
func needEquity(equity []float64) error {
	if err := need(equity, 2); err != nil {
		return err
	}
	if !(equity[0] > 0) {
		return Null
	}
	return nil
}
