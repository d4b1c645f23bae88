package page

import (
	"math"
	"strconv"
	"testing"
	"testing/quick"
)

// spread turns any two numbers into the ends of an axis of a usual size.
func spread(a, b float64) (lo, hi float64) {
	a, b = math.Remainder(a, 1e6), math.Remainder(b, 1e6)
	return widen(min(a, b), max(a, b))
}

func TestLinearTicks(t *testing.T) {
	holds := func(a, b float64, n uint8) bool {
		lo, hi := spread(a, b)
		want := 4 + int(n%8)
		ticks := linearTicks(lo, hi, want)
		if len(ticks) < 1 || len(ticks) > want+1 {
			t.Logf("%d ticks from %v to %v", len(ticks), lo, hi)
			return false
		}
		return ascendWithin(ticks, lo, hi) && evenAndRound(ticks)
	}
	if err := quick.Check(holds, &quick.Config{MaxCount: 5000}); err != nil {
		t.Error(err)
	}
}

func ascendWithin(ticks []float64, lo, hi float64) bool {
	slack := (hi - lo) * 1e-9
	for i, v := range ticks {
		if v < lo-slack || v > hi+slack || i > 0 && v <= ticks[i-1] {
			return false
		}
	}
	return true
}

// evenAndRound says that ticks stand 1, 2 or 5 times a power of ten apart.
func evenAndRound(ticks []float64) bool {
	for i := 2; i < len(ticks); i++ {
		if a, b := ticks[i]-ticks[i-1], ticks[1]-ticks[0]; math.Abs(a-b) > 1e-6*b {
			return false
		}
	}
	if len(ticks) < 2 {
		return true
	}
	lead := strconv.FormatFloat(ticks[1]-ticks[0], 'e', 3, 64)[:5]
	return lead == "1.000" || lead == "2.000" || lead == "5.000"
}

func TestLogTicks(t *testing.T) {
	holds := func(a, b float64, n uint8) bool {
		lo := math.Pow(10, math.Remainder(a, 12)) // from 1e-6 to 1e6
		hi := lo * (5 + math.Abs(math.Remainder(b, 1e5)))
		want := 4 + int(n%8)
		ticks := logTicks(lo, hi, want)
		if len(ticks) < 2 || len(ticks) > want+1 {
			t.Logf("%v from %v to %v, want %d", ticks, lo, hi, want)
			return false
		}
		return ascendWithin(ticks, lo, hi)
	}
	if err := quick.Check(holds, &quick.Config{MaxCount: 5000}); err != nil {
		t.Error(err)
	}
}

func TestScaleKeepsOrderAndEnds(t *testing.T) {
	for _, s := range []scale{{lo: -3, hi: 7, from: 100, to: 10}, {lo: 2, hi: 900, from: 100, to: 10, log: true}} {
		if s.at(s.lo) != 100 || s.at(s.hi) != 10 {
			t.Errorf("%+v: the ends lie at %v and %v", s, s.at(s.lo), s.at(s.hi))
		}
		for v := s.lo; v < s.hi; v++ {
			if s.at(v+1) >= s.at(v) {
				t.Errorf("%+v: %v does not lie above %v", s, v+1, v)
			}
		}
	}
}

func TestValueScale(t *testing.T) {
	for _, c := range []struct {
		name   string
		values []float64
		log    bool
	}{
		{"narrow", []float64{100, 499}, false},
		{"wide", []float64{100, 501}, true},
		{"wide with zero", []float64{0, 501}, false},
		{"wide with loss", []float64{-1, 501}, false},
		{"nothing", nil, false},
		{"constant", []float64{10000, 10000}, false},
		{"gaps", []float64{math.NaN(), math.Inf(1), 3}, false},
	} {
		s := valueScale([][]float64{c.values}, 100, 0, false)
		if s.log != c.log {
			t.Errorf("%s: logarithmic is %v", c.name, s.log)
		}
		for _, v := range c.values {
			if y := s.at(v); finite(v) && !(y >= 0 && y <= 100) {
				t.Errorf("%s: %v lies at %v", c.name, v, y)
			}
		}
		if len(s.ticks(6)) < 2 {
			t.Errorf("%s: ticks %v", c.name, s.ticks(6))
		}
	}
}

func TestTickLabels(t *testing.T) {
	for _, c := range []struct {
		ticks []float64
		unit  Unit
		want  []string
	}{
		{[]float64{0.1, 0.15, 0.2}, BTC, []string{"0.10", "0.15", "0.20"}},
		{[]float64{-0.5, 0, 0.5}, Fraction, []string{"−50%", "0%", "50%"}},
		{[]float64{-0.005, 0}, Fraction, []string{"−0.5%", "0.0%"}},
		{[]float64{5000, 10000}, USD, []string{"5,000", "10,000"}},
		{[]float64{500000, 1e6, 1.5e6}, USD, []string{"500,000", "1M", "1.5M"}},
		{[]float64{-2e9}, USD, []string{"−2B"}},
		{[]float64{0.00001, 0.00002}, BTC, []string{"0.00001", "0.00002"}},
	} {
		decimals := tickDecimals(c.ticks, c.unit)
		for i, v := range c.ticks {
			if got := tickLabel(v, decimals, c.unit); got != c.want[i] {
				t.Errorf("%v: %q, want %q", v, got, c.want[i])
			}
		}
	}
}
