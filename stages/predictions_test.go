package stages

import (
	"math"
	"slices"
	"strings"
	"testing"

	"mantis/data"
	"mantis/models"
)

// TestPredictors predicts with leaves what was predicted compiled: another run,
// probabilities that differ by rounding, and the same again afterwards.
func TestPredictors(t *testing.T) {
	dir := t.TempDir()
	made := func(set ...string) (*data.Version, [][]float64) {
		v, store := runByHand(t, dir, Predictions, append(set, learns...)...)
		got := table(t, store, v["predictions"], "predictions", 0)
		p := make([][]float64, 5)
		for k := range p {
			p[k] = got.Floats("p" + string(rune('1'+k)))
		}
		return v["predictions"], p
	}
	compiled, p := made()
	leaves, q := made("predictions.predictor=leaves")
	if compiled.Action == leaves.Action {
		t.Error("the predictor is no part of the action")
	}
	differ := 0
	for k := range p {
		for r := range p[k] {
			if d := math.Abs(p[k][r] - q[k][r]); !(d < 1e-6) {
				t.Fatalf("row %d, class %d: %v compiled, %v by leaves", r, k+1, p[k][r], q[k][r])
			} else if d > 0 {
				differ++
			}
		}
	}
	if differ == 0 {
		t.Error("leaves's float64 sums are nowhere others: was it asked?")
	}
	if again, _ := made(); again.ID != compiled.ID {
		t.Errorf("compiled again: %s, was %s", again.ID, compiled.ID)
	}
}

func TestPredictorChecked(t *testing.T) {
	for name, ok := range map[string]bool{"compiled": true, "leaves": true, "": false, "abacus": false} {
		if err := checkPredictions(&PredictionParams{Predictor: name}); (err == nil) != ok {
			t.Errorf("%q: %v", name, err)
		}
	}
}

// TestDisagreementIsPlaced wants the bar and the symbol in the error.
func TestDisagreementIsPlaced(t *testing.T) {
	open, err := data.ParseStamp("2023-01-04T06:00")
	if err != nil {
		t.Fatal(err)
	}
	of := &predicted{symbol: "ETH-BTC", grid: &sampleSet{samples: []models.Sample{{}, {}, {Open: open}}}}
	err = placed(&models.Disagreement{Row: 1, Class: 2, Compiled: 0.25, Leaves: 0.5, Limit: 1e-5}, of, []int{0, 2})
	for _, want := range []string{"ETH-BTC", "2023-01-04", "06:00", "class 3", "0.25", "0.5", "1e-05"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%v: no %s", err, want)
		}
	}
}

func TestSpread(t *testing.T) {
	for _, c := range []struct {
		n, most int
		want    []int
	}{
		{0, 4, []int{}}, {1, 4, []int{0}}, {3, 4, []int{0, 1, 2}}, {4, 4, []int{0, 1, 2, 3}}, {1024, 4, []int{0, 341, 682, 1023}}, {5, 1, []int{0}},
	} {
		if got := spread(c.n, c.most); !slices.Equal(got, c.want) {
			t.Errorf("%d of %d: %v, want %v", c.most, c.n, got, c.want)
		}
	}
}
