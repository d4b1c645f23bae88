package stages

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"mantis/data"
	"mantis/pipeline"
)

// recorded are the versions that a run under these settings would make, as far
// as they tell how they would be made.
func recorded(t interface{ Fatal(...any) }, set ...string) map[*pipeline.Stage]*data.Version {
	settings := pipeline.Settings{}
	for _, s := range set {
		if err := settings.Set(s); err != nil {
			t.Fatal(err)
		}
	}
	intents, err := pipeline.Plan(nil, []*pipeline.Stage{Report, Closes}, settings)
	if err != nil {
		t.Fatal(err)
	}
	out := map[*pipeline.Stage]*data.Version{}
	for _, in := range intents {
		keyed := in.Params
		if k, ok := keyed.(interface{ Key() any }); ok {
			keyed = k.Key()
		}
		params, err := data.Canonical(keyed)
		if err != nil {
			t.Fatal(err)
		}
		out[in.Stage] = &data.Version{Dataset: in.Name, Stage: data.Origin{Name: in.Name, Code: in.Stage.Code, Params: params}}
	}
	return out
}

// TestParamsComeBack demands that the parameters of every stage give the same
// action key after they have been through a manifest, whatever they are.
func TestParamsComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		share := func(label string) float64 { return rapid.Float64Range(1e-9, 0.09).Draw(t, label) }
		step := share("step")
		set := []string{
			fmt.Sprint("candles.sim.seed=", rapid.Uint64().Draw(t, "seed")),
			fmt.Sprint("candles.sim.years=", 1+share("years")), fmt.Sprint("candles.sim.edge=", share("edge")),
			fmt.Sprint("candles.sim.quiet=", share("quiet")), fmt.Sprint("candles.sim.clustering=", share("clustering")),
			fmt.Sprintf("candles.sim.bins=[%v,%v,%v,0.3]", -0.1-step, share("bin"), 0.1+step),
			`candles.sim.symbols=["BTC-USD","ETH-BTC"]`, "candles.sim.bar=12h", "bars.interval=12h",
			fmt.Sprint("labels.horizon=", rapid.IntRange(1, 9).Draw(t, "horizon")), fmt.Sprintf("labels.bins=[%v,0,%v]", -step, step),
			fmt.Sprint("model.eta=", share("eta")), fmt.Sprint("model.lambda=", share("lambda")), fmt.Sprint("model.gamma=", share("gamma")),
			fmt.Sprint("model.train=", 0.5+share("train")), fmt.Sprint("model.pool=", rapid.Bool().Draw(t, "pool")),
			`model.features=["returns","volatility_30"]`, "model.split_at=2021-01-01", "model.target=BTC-USD",
			fmt.Sprint("backtest.fee=", share("fee")), fmt.Sprint("backtest.slippage=", share("slippage")),
			fmt.Sprint("backtest.capital=", rapid.SampledFrom([]float64{1, 1e4, 12345.678, 1e15}).Draw(t, "capital")),
			fmt.Sprintf("backtest.weights=[[1,0,0],[0.5,0.5,0],[%v,%v,0],[0,1,0],[0,0.25,0.75]]", 0.25, 0.75), "backtest.from=2021-02-03",
			fmt.Sprintf(`backtest.markets=[{"symbol":"ETH-BTC","weight":%v,"fee":%v,"venue":"there"},{"symbol":"LTC-BTC","weight":0}]`, share("weight"), share("other fee")),
			fmt.Sprint("backtest.band=", share("band")), fmt.Sprint("backtest.tax.short=", share("tax")), "backtest.tax.method=hifo", "backtest.tax.carry=false",
			fmt.Sprint("report.risk_free=", share("risk_free")), fmt.Sprint("report.mar=", -share("mar")),
		}
		for s, v := range recorded(t, set...) {
			a, err := pipeline.NewAgain(s, v, nil)
			if err != nil || len(a.Changed) > 0 {
				t.Fatalf("%s: %v, %+v", s.Name, err, a)
			}
		}
	})
}

// TestFilesComeBack is TestParamsComeBack for candles of files, which lie
// elsewhere now.
func TestFilesComeBack(t *testing.T) {
	v := &data.Version{Dataset: "candles", Stage: data.Origin{Name: "candles", Code: Candles.Code}}
	then := &CandleParams{Source: "csv", Quarantine: true, Files: []CandleFile{{Path: "/then/a.csv", Symbol: "BTC-USD", Interval: data.Hour}, {Path: "/then/b.csv"}}}
	var err error
	if v.Stage.Params, err = data.Canonical(then.Key()); err != nil {
		t.Fatal(err)
	}
	a, err := pipeline.NewAgain(Candles, v, []string{"/now/0/a.csv", "/now/1/b.csv"})
	if err != nil || len(a.Changed) > 0 {
		t.Errorf("%v, %+v", err, a)
	}
	if _, err := pipeline.NewAgain(Candles, v, []string{"/now/0/a.csv"}); err == nil {
		t.Error("one file stands for two")
	}
}

// TestReproduce makes every dataset of two small runs again, each from its
// recorded inputs alone, with the same action key and the same id.
func TestReproduce(t *testing.T) {
	if testing.Short() {
		t.Skip("heavy under the race detector, which has as much to see in others")
	}
	odd := append([]string{"candles.sim.seed=18446744073709551615", "candles.sim.edge=0.30000000000000004", "labels.horizon=2", "model.rolling=150", "model.refit_every=60",
		"model.pool=true", "model.lambda=1e-5", "backtest.capital=12345.678", "backtest.rebalance_every=3", "report.mar=0.02"}, small...)
	for name, set := range map[string][]string{"small": small, "odd": odd} {
		steps, store, err := runTargets(t, t.TempDir(), All(), slices.Concat([]string{"report.resamples=20"}, smallStudies, set))
		if err != nil {
			t.Fatal(err)
		}
		made := versions(steps)
		for _, s := range All() {
			was := made[s.Name]
			a, err := pipeline.NewAgain(s, was, nil)
			if err != nil {
				t.Fatal(err)
			}
			scratch, err := data.Create(t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			inputs, err := a.Inputs()
			if err != nil {
				t.Fatal(err)
			}
			for _, in := range inputs {
				if err := scratch.Borrow(store, made[in.Name]); err != nil {
					t.Fatal(err)
				}
			}
			v, err := a.Run(context.Background(), scratch, nil)
			if err != nil || v.ID != was.ID || v.Action != was.Action || len(a.Changed) > 0 {
				t.Errorf("%s: %s: %v, %v, changed %q", name, s.Name, v, err, a.Changed)
			}
		}
	}
}
