package models

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// TestLossesByHand works two rows of three classes out on paper.
func TestLossesByHand(t *testing.T) {
	real := []int32{0, 2}
	p := []float64{.5, .3, .2, .6, .4, 0}
	logs, floored := LogLosses(real, p, 3)
	ranked, brier := RankedLosses(real, p, 3), BrierLosses(real, p, 3)
	direction, kept := DirectionLosses(real, p, []int{-1, 0, 1})
	for _, c := range []struct {
		name      string
		got, want float64
	}{
		{"log 0", logs[0], -math.Log(.5)}, {"log 1", logs[1], -math.Log(1e-15)}, {"floored", float64(floored), 1},
		{"ranked 0", ranked[0], (.25 + .04) / 2}, {"ranked 1", ranked[1], (.36 + 1) / 2},
		{"brier 0", brier[0], .25 + .09 + .04}, {"brier 1", brier[1], .36 + .16 + 1},
		{"direction 0", direction[0], -math.Log(.5 / .7)}, {"direction 1", direction[1], -math.Log(1e-15)}, {"kept", float64(len(kept)), 2},
	} {
		if math.Abs(c.got-c.want) > 1e-14 {
			t.Errorf("%s: %v, want %v", c.name, c.got, c.want)
		}
	}
	if d, kept := DirectionLosses([]int32{1, 0}, p, []int{-1, 0, 1}); len(d) != 1 || kept[0] != 1 {
		t.Errorf("a neutral row has a direction: %v of %v", d, kept)
	}
}

// TestCalibrationCounts wants every row in one bin, and the means to add up.
func TestCalibrationCounts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, bins := rapid.IntRange(1, 50).Draw(t, "rows"), rapid.IntRange(1, 20).Draw(t, "bins")
		real, p, sum, of := make([]int32, n), make([]float64, 2*n), 0.0, 0.0
		for r := range real {
			real[r] = int32(rapid.IntRange(0, 1).Draw(t, "class"))
			p[2*r] = float64(rapid.IntRange(0, 40).Draw(t, "p")) / 40
			p[2*r+1] = 1 - p[2*r]
			sum += p[2*r]
			of += float64(1 - real[r])
		}
		rows := 0
		for _, b := range Calibration(real, p, 2, 0, bins) {
			rows += b.Rows
			sum -= b.Predicted * float64(b.Rows)
			of -= b.Observed * float64(b.Rows)
			if lo, hi := float64(b.Bin)/float64(bins), float64(b.Bin+1)/float64(bins); b.Predicted < lo-1e-9 || b.Predicted > hi+1e-9 {
				t.Fatalf("a mean of %v in bin %d of %d", b.Predicted, b.Bin, bins)
			}
		}
		if rows != n || math.Abs(sum) > 1e-9 || math.Abs(of) > 1e-9 {
			t.Fatalf("%d of %d rows; %v and %v are left over", rows, n, sum, of)
		}
	})
}
