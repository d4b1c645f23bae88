package stages

import (
	"math/rand/v2"
	"strings"
	"testing"

	"mantis/data/num"
	"mantis/stages/trade"
)

// TestForesightIsAlarming trades random prices by rules that know more and less,
// and wants an alarm for those alone that know more than anybody can.
func TestForesightIsAlarming(t *testing.T) {
	const n, years = 3000, 2.0
	rnd := rand.New(rand.NewPCG(1, 2))
	change := make([]float64, n)
	for i := range change {
		change[i] = 0.01 * rnd.NormFloat64()
	}
	for _, c := range []struct {
		name     string
		exposure func(t int) float64 // from the close of bar t on
		turnover float64             // a bar
		alarm    bool
	}{
		{"clairvoyant", func(t int) float64 { return up(change[min(t+1, n-1)]) }, 0.5, true},
		{"right three times in four", func(t int) float64 {
			if t%4 == 0 {
				return 1 - up(change[min(t+1, n-1)])
			}
			return up(change[min(t+1, n-1)])
		}, 0.5, true},
		{"right 55 times in 100", func(t int) float64 {
			if t%20 < 9 {
				return 1 - up(change[min(t+1, n-1)])
			}
			return up(change[min(t+1, n-1)])
		}, 0.5, false},
		{"follows the bar before", func(t int) float64 { return up(change[t]) }, 0.5, false},
		{"at random", func(int) float64 { return rnd.Float64() }, 0.3, false},
		{"clairvoyant that hardly trades", func(t int) float64 { return up(change[min(t+1, n-1)]) }, 0.001, false},
		{"always in", func(int) float64 { return 1 }, 0, false},
	} {
		r := &trade.Record{Time: make([]int64, n), BTCChange: change}
		for i := range n {
			r.TargetUSD, r.Turnover = append(r.TargetUSD, 1-c.exposure(i)), append(r.Turnover, c.turnover)
		}
		f := foresightOf(r, years)
		if got := f.alarm(); (got != "") != c.alarm {
			t.Errorf("%s: alarm %q: %.2f of the best, %.1f sigmas, turnover %.0f", c.name, got, f.share, f.sigmas, f.turnover)
		}
	}
	r := &trade.Record{Time: make([]int64, 3), BTCChange: []float64{num.NaN(), 0.1, -0.1}, TargetUSD: []float64{1, num.NaN(), 0}, Turnover: []float64{0, 0, 1}}
	if f := foresightOf(r, 1); f.share == f.share && f.share != 0 {
		t.Errorf("never in the market, and foresees %v", f)
	}
}

func up(x float64) float64 {
	if x > 0 {
		return 1
	}
	return 0
}

// TestBetterThanTruthIsNoted lets predictions know what came true: a simulated
// market tells that nobody can be so right, and the proof repeats it.
func TestBetterThanTruthIsNoted(t *testing.T) {
	for _, l := range leakyPredictions() {
		if !strings.HasPrefix(l.name, "what came true") {
			continue
		}
		plant(t, l.stage, l.run)
		v, store := makeUpTo(t, Predictions)
		if notes := strings.Join(v.Notes, "\n"); !strings.Contains(notes, leakNote+"too good to be true") {
			t.Errorf("notes: %q", notes)
		}
		for _, leak := range prove(t, store, v, 1).Leaks {
			if strings.HasPrefix(leak.What, "too good to be true") && leak.Dataset == "predictions" {
				return
			}
		}
		t.Error("the proof does not repeat it")
		return
	}
	t.Fatal("nothing was planted")
}
