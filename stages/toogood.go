package stages

import (
	"fmt"
	"math"
	"slices"

	"mantis/data"
	"mantis/data/num"
	"mantis/pipeline"
	"mantis/stages/trade"
)

const (
	tooMuch   = 0.2 // share of what perfect timing would have earned
	tooSure   = 6   // standard deviations away from none
	tooActive = 12  // times the portfolio traded a year: who trades less has few bars to be lucky in
)

// foresight is how well a portfolio's exposure to the market foretold it.
type foresight struct {
	share    float64 // of what the same exposures would have earned, had each been on the right side of every bar
	sigmas   float64 // the gain, in standard deviations of what exposures that know nothing earn
	turnover float64 // a year, one way
}

// foresightOf compares the exposure that was decided on before each bar, less its
// mean, with the return of the hub in the bar.
func foresightOf(r *trade.Record, years float64) foresight {
	held, decided := make([]float64, r.Len()), num.NaN()
	for t := range held {
		held[t] = decided
		if x := r.TargetUSD[t]; x == x {
			decided = 1 - x
		}
	}
	var exposure, change []float64
	for t, w := range held {
		if x := r.BTCChange[t]; w == w && x == x {
			exposure, change = append(exposure, w), append(change, x)
		}
	}
	mean, gain, best, noise := num.Mean(exposure), 0.0, 0.0, 0.0
	for t, w := range exposure {
		x := float64((w - mean) * change[t])
		gain += x
		best += math.Abs(x)
		noise += float64(x * x)
	}
	return foresight{gain / best, gain / math.Sqrt(noise), num.Sum(r.Turnover) / years}
}

// alarm says what is too good to be true about it; empty: nothing.
func (f foresight) alarm() string {
	if !(f.share > tooMuch && f.sigmas > tooSure && f.turnover > tooActive) {
		return ""
	}
	return fmt.Sprintf("too good for its turnover: traded %.0f times a year, the exposure to the market was on the right side for %.0f %% of what it moved by, %.0f standard deviations from chance", f.turnover, 50*(1+f.share), f.sigmas)
}

// noteForesight notes a strategy that foresees too much. Not on a simulated market:
// what can be known of that is scored beside the model.
func noteForesight(t *pipeline.Task, r *trade.Record) error {
	scores, err := ReadScores(t)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(scores, func(s ScoreRow) bool { return s.Name == ScoredTruth }) {
		return nil
	}
	years := float64(r.Known[r.Len()-1]-r.Time[0]) / float64(365*data.Day)
	if alarm := foresightOf(r, years).alarm(); alarm != "" {
		t.Note("%s%s", leakNote, alarm)
	}
	return nil
}

// noteBetterThanTruth notes a model that foretells a simulated market better than
// the very probabilities that it was drawn from.
func noteBetterThanTruth(t *pipeline.Task, real []int32, model, drawn []float64, classes int) {
	var gain []float64
	for i, k := range real {
		if p, q := model[i*classes+int(k)], drawn[i*classes+int(k)]; p > 0 && q > 0 {
			gain = append(gain, num.Log(p)-num.Log(q))
		}
	}
	mean := num.Mean(gain)
	if sure := mean / (num.Std(gain, 1) / math.Sqrt(float64(len(gain)))); mean > 0.01 && sure > tooSure {
		t.Note("%stoo good to be true: the log-loss is %.4f below that of the probabilities that the market was drawn from, by %.0f standard errors", leakNote, mean, sure)
	}
}
