package stages

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"mantis/data"
	"mantis/models"
)

const oneSymbol = `candles.sim.symbols=["BTC-USD"]`

// TestStrongEdgeIsFound plants an edge that a model with all offered features
// must find: the more bars it learns from, the nearer its log-loss comes to that of
// the very probabilities that the market was drawn from, and within 2 % of it.
func TestStrongEdgeIsFound(t *testing.T) {
	if testing.Short() {
		t.Skip("heavy under the race detector, which has as much to see in others")
	}
	before := math.Inf(1)
	for _, years := range []string{"2", "8", "30"} {
		v, store := mustRun(t, oneSymbol, "candles.sim.edge=0.7", "candles.sim.clustering=0", "candles.sim.years="+years,
			"model.max_depth=5", "model.num_boost_round=60", "model.min_child_weight=50")
		p := v["predictions"]
		model, truth, prior := score(t, store, p, ScoredModel, "log_loss"), score(t, store, p, ScoredTruth, "log_loss"), score(t, store, p, ScoredPrior, "log_loss")
		t.Logf("log-loss after %s years: model %.4f, truth %.4f, prior %.4f", years, model, truth, prior)
		over := model/truth - 1
		if over >= before || years == "30" && over > 0.02 {
			t.Errorf("%s years: log-loss %.4f is further than %.1f %% from the best attainable, %.4f", years, model, 100*min(before, 0.02), truth)
		}
		if model < truth {
			t.Errorf("%s years: log-loss %.4f is better than the truth, %.4f: that is a leak", years, model, truth)
		}
		if prior < 1.1*truth {
			t.Errorf("%s years: the edge is not strong: prior %.4f, truth %.4f", years, prior, truth)
		}
		before = over
	}
}

// TestNoEdgeNoSkill runs the control: returns that are drawn alike and apart
// from each other. Nothing may beat the class prior beyond noise.
func TestNoEdgeNoSkill(t *testing.T) {
	if testing.Short() {
		t.Skip("heavy under the race detector, which has as much to see in others")
	}
	v, store := mustRun(t, oneSymbol, "candles.sim.edge=0", "candles.sim.clustering=0", "candles.sim.years=10",
		"model.max_depth=3", "model.num_boost_round=20")
	p := v["predictions"]
	model, prior := score(t, store, p, ScoredModel, "log_loss"), score(t, store, p, ScoredPrior, "log_loss")
	t.Logf("log-loss: model %.4f, prior %.4f", model, prior)
	if model < prior-0.003 {
		t.Errorf("log-loss %.4f beats the prior, %.4f, on an i.i.d. market", model, prior)
	}
	if auc, sd := direction(t, store, p); math.Abs(auc-0.5) > 3.5*sd {
		t.Errorf("direction is told with an AUC of %.3f ± %.3f on an i.i.d. market", auc, sd)
	}
}

// TestVolatilityIsNoDirection runs a market without an edge whose volatility
// clusters. A model may rightly learn how far prices will go, and here it
// does; where to, it cannot know.
func TestVolatilityIsNoDirection(t *testing.T) {
	if testing.Short() {
		t.Skip("heavy under the race detector, which has as much to see in others")
	}
	v, store := mustRun(t, oneSymbol, "candles.sim.edge=0", "candles.sim.clustering=1", "candles.sim.years=12",
		"model.max_depth=3", "model.num_boost_round=40")
	p := v["predictions"]
	model, prior := score(t, store, p, ScoredModel, "log_loss"), score(t, store, p, ScoredPrior, "log_loss")
	auc, sd := direction(t, store, p)
	t.Logf("log-loss: model %.4f, prior %.4f; direction AUC %.3f ± %.3f", model, prior, auc, sd)
	if model > prior-0.005 {
		t.Errorf("log-loss %.4f is no better than the prior's %.4f: volatility was not learned", model, prior)
	}
	if math.Abs(auc-0.5) > 3.5*sd {
		t.Errorf("direction is told with an AUC of %.3f ± %.3f and there is none", auc, sd)
	}
}

// direction is the AUC of telling rises from falls, neutral bars aside, and its
// standard deviation where there is no skill.
func direction(t *testing.T, store *data.Store, v *data.Version) (auc, sd float64) {
	t.Helper()
	c := table(t, store, v, "predictions", 0)
	real := c.Ints("realised_class")
	p := [5][]float64{c.Floats("p1"), c.Floats("p2"), c.Floats("p3"), c.Floats("p4"), c.Floats("p5")}
	if c.Err != nil {
		t.Fatal(c.Err)
	}
	var rises []int32
	var q []float64
	n := [2]float64{}
	for i, k := range real {
		if k == 3 || k == data.Null {
			continue
		}
		up := int32(0)
		if k > 3 {
			up = 1
		}
		n[up]++
		u := p[3][i] + p[4][i] - p[0][i] - p[1][i]
		rises, q = append(rises, up), append(q, -u, u)
	}
	for _, s := range models.Scores(rises, models.Guess{Class: rises, P: q}, 2) {
		if s.Name == "roc_auc" && s.Class == 2 {
			auc = s.Value
		}
	}
	return auc, math.Sqrt((n[0] + n[1] + 1) / (12 * n[0] * n[1]))
}

// TestHorizonZeroIsALeak forces the notebook's slip and checks that it is
// noticed and named, and what it would have looked like.
func TestHorizonZeroIsALeak(t *testing.T) {
	if testing.Short() {
		t.Skip("heavy under the race detector, which has as much to see in others")
	}
	set := append(append([]string{}, small...), "candles.sim.years=2", "labels.horizon=0")
	_, _, err := runIn(t, t.TempDir(), set...)
	if !errors.Is(err, ErrLeak) || !strings.Contains(err.Error(), "horizon is 0") || data.Hint(err) == "" {
		t.Errorf("a horizon of 0 passes: %v", err)
	}
	v, store := mustRun(t, append(set, "model.allow_leak=true")...)
	notes := strings.Join(append(slices.Clone(v["model"].Notes), v["predictions"].Notes...), "\n")
	for _, want := range []string{"LEAK: the label of bar", "LEAK: feature returns alone tells the class", "LEAK: too good to be true"} {
		if !strings.Contains(notes, want) {
			t.Errorf("not said: %s\nsaid: %s", want, notes)
		}
	}
	page, err := store.ReadFile(v["report"], ReportPage)
	if err != nil || !strings.Contains(string(page), "Leak: the label of bar") {
		t.Errorf("the report does not warn: %v", err)
	}
}

// TestNoFalseAlarm runs honest markets, with a strong edge too, past the leak
// checks.
func TestNoFalseAlarm(t *testing.T) {
	if testing.Short() {
		t.Skip("heavy under the race detector, which has as much to see in others")
	}
	for _, edge := range []string{"0", "3"} {
		v, _ := mustRun(t, append(append([]string{}, small...), "candles.sim.years=2", "candles.sim.edge="+edge)...)
		for _, name := range []string{"model", "predictions"} {
			if len(v[name].Notes) > 0 {
				t.Errorf("edge %s: %s says %v", edge, name, v[name].Notes)
			}
		}
	}
}

// searches are two searches of a market of one symbol, a wide one of trees and a
// longer one of a linear model, both over feature sets too.
var searches = map[string][]string{
	"trees":    {"trials.trials=12", `trials.space={"eta":"0.03..0.6 log","max_depth":"1..4","num_boost_round":"2..12","min_child_weight":"1..50 log"}`},
	"logistic": {"trials.model.trainer=logistic", "trials.trials=16", `trials.space={"lambda":"10..100000 log"}`},
}

// searched runs one of them on a market, in a store.
func searched(t *testing.T, root, name string, market ...string) map[string]Finding {
	t.Helper()
	set := append([]string{oneSymbol, "trials.folds=3", "trials.model.num_boost_round=8", "trials.model.max_depth=3"}, market...)
	step, store, err := watched(t.Context(), t, root, Trials, nil, append(set, searches[name]...)...)
	if err != nil {
		t.Fatal(err)
	}
	f := found(t, store, step.Version)
	for _, what := range []string{"edge search", "direction search", "edge test", "direction test"} {
		t.Logf("%s: %s", name, f[what])
	}
	return f
}

// TestSearchOfNothingFindsNothing lets long searches loose on returns that are
// drawn alike and apart from each other: none of their trials may count as an
// edge, once all of them are counted.
func TestSearchOfNothingFindsNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("heavy under the race detector, which has as much to see in others")
	}
	root := t.TempDir()
	for name := range searches {
		for what, f := range searched(t, root, name, "candles.sim.edge=0", "candles.sim.clustering=0", "candles.sim.years=2") {
			if f.Span == spanSearch && f.Found {
				t.Errorf("%s: %s: %s, on an i.i.d. market", name, what, f)
			}
		}
	}
}

// TestSearchOfVolatilityFindsNoDirection lets the same searches loose where only
// volatility can be foretold. They find that, and no direction.
func TestSearchOfVolatilityFindsNoDirection(t *testing.T) {
	if testing.Short() {
		t.Skip("heavy under the race detector, which has as much to see in others")
	}
	root := t.TempDir()
	for name := range searches {
		f := searched(t, root, name, "candles.sim.edge=0", "candles.sim.clustering=1", "candles.sim.years=3")
		if d := f["direction search"]; d.Found {
			t.Errorf("%s: %s, and there is none", name, d)
		}
		if e := f["edge search"]; !e.Found {
			t.Errorf("%s: %s, though volatility can be foretold", name, e)
		}
	}
}

// TestSearchFindsAnEdge plants one, and wants it found in the search and in the
// test, with its direction.
func TestSearchFindsAnEdge(t *testing.T) {
	if testing.Short() {
		t.Skip("heavy under the race detector, which has as much to see in others")
	}
	for what, f := range searched(t, t.TempDir(), "trees", "candles.sim.edge=0.7", "candles.sim.clustering=0", "candles.sim.years=3") {
		if !f.Found {
			t.Errorf("%s: %s", what, f)
		}
	}
}
