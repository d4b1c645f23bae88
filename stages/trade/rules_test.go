package trade

import (
	"math"
	"strings"
	"testing"

	"mantis/data"
)

// ruled runs decisions under rules at 6-hour bars, capital 1000 USD, and no
// taxes.
func ruled(t *testing.T, rules Rules, decisions []Decision, series ...Series) *Record {
	t.Helper()
	u := setup{capital: 1000, rules: rules, step: sixHours, taxes: Taxes{Method: FIFO}}
	r, _, err := u.run(&script{decisions: decisions}, series...)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// All of 1000 USD is spent on BTC at 100: n of notional and fee.
func TestFeesByHand(t *testing.T) {
	for _, c := range []struct {
		name     string
		costs    Costs
		fee, btc float64
	}{
		{"taker", Costs{Fee: .25, Maker: .2}, 200, 8}, // more than Validate lets through
		{"maker", Costs{Fee: .25, Maker: 0, MakerShare: 1}, 0, 10},
		{"half maker", Costs{Fee: .04, Maker: .01, MakerShare: .5}, 1000 - 1000/1.025, 10 / 1.025},
		{"least fee", Costs{Fee: .001, MinFee: 10}, 10, 9.9},
		{"more than the least fee", Costs{Fee: .25, MinFee: 10}, 200, 8},
		{"spread", Costs{Spread: .05}, 0, 10 / 1.025},
		{"spread and slippage", Costs{Spread: .05, Slippage: .025}, 0, 10 / 1.05},
		{"steps", Costs{Step: .3}, 0, 9.9},
		{"steps and a fee", Costs{Fee: .25, Step: .3}, 195, 7.8},
	} {
		b := &Backtest{rules: Rules{Costs: c.costs, VolatilityBars: 2}}
		r := NewRecord(2, 0)
		feed, _ := NewHistory([]int64{0, 1}, []int64{1, 2}, hub(2))
		l, _ := NewLedger(1000, 0)
		if err := Run(t.Context(), feed, HoldBTC(), b, l, r); err != nil {
			t.Fatal(err)
		}
		wantNear(t, c.name+": fee, BTC", []float64{r.FeesUSD[1], r.BTC[1]}, []float64{c.fee, c.btc}, 1e-12)
		wantNear(t, c.name+": what is left over stays cash", r.USD[1:], []float64{1000 - r.Fills[0].Notional.Float() - c.fee}, 1e-12)
	}
}

// The least fee of 10 USD is .1 BTC in ETH-BTC. 1000 USD into half ETH: x is
// what is left of 1000, 10 USD go for each fill: x = 980, ETH for 490, BTC 490.
// Then all is sold: 490 less 10 makes 480 and 490 less 10.
func TestLeastFeeOfAnAlt(t *testing.T) {
	r := ruled(t, Rules{Costs: Costs{Fee: .001, MinFee: 10}}, []Decision{to(0, .5, .5), to(1, 0, 0)}, hub(3), eth(3))
	wantNear(t, "eth", r.Alts[0], []float64{0, 49, 0}, 1e-12)
	wantNear(t, "btc", r.BTC, []float64{0, 4.9, 0}, 1e-12)
	wantNear(t, "usd", r.USD, []float64{1000, 0, 960}, 1e-12)
	wantNear(t, "fees", r.FeesUSD, []float64{0, 20, 20}, 1e-12)
}

// Each ETH bar trades 1000 ETH, and 500 USD are 50 ETH: a twentieth. A quarter
// of the price for a whole bar's volume makes 1.25 %, a little less as it costs
// equity. The last two returns of BTC are -10 % and 10 %: a deviation of
// sqrt(2)/10.
func TestSlippageModels(t *testing.T) {
	e := eth(4)
	e.Volume = []float64{1000, 1000, 1000, 1000}
	rules := Rules{Markets: []Costs{{}, {Volume: .25}}}
	r := ruled(t, rules, []Decision{to(.5, .5, 0), to(.5, 0, .5)}, hub(4), e)
	f := r.Fills[2]
	worth := f.Quantity.Float() * 10
	if want := .1 * (1 + .25*worth/10/1000); f.Symbol != "ETH-BTC" || !near(f.Price, want, 1e-9) || !near(worth*f.Price/.1, 1000-r.USD[2], 1e-9) {
		t.Errorf("%v ETH at %v, want %v", f.Quantity, f.Price, want)
	}
	wantNear(t, "weights", []float64{r.WeightUSD[2], r.WeightAlt[2]}, []float64{.5, .5}, 1e-12)
	btc := Series{Symbol: "BTC-USD", Open: []float64{100, 90, 99, 99}, Close: []float64{100, 90, 99, 99}}
	r = ruled(t, Rules{Costs: Costs{Volatility: .5}, VolatilityBars: 2}, []Decision{{}, {}, to(0, 1, 0)}, btc)
	wantNear(t, "price", []float64{r.Fills[0].Price}, []float64{99 * (1 + .5*math.Sqrt2/10)}, 1e-12)
	u := setup{capital: 1000, rules: Rules{Costs: Costs{Volume: 1}}, step: sixHours, taxes: Taxes{Method: FIFO}}
	if _, _, err := u.run(HoldBTC(), hub(2)); err == nil || !strings.Contains(err.Error(), "no volume in the latest bar that traded") || data.Hint(err) == "" {
		t.Error(err)
	}
	h := hub(2)
	h.Volume = []float64{10, 10}
	if _, _, err := u.run(HoldBTC(), h); err == nil || !strings.Contains(err.Error(), "slippage of") || data.Hint(err) == "" {
		t.Error(err)
	}
}

func TestLeastNotional(t *testing.T) {
	rules := Rules{Costs: Costs{MinNotional: 100}}
	r := ruled(t, rules, []Decision{to(.5, .45, .05), to(.4, .45, .15), to(.35, .65, 0)}, hub(4), eth(4))
	wantNear(t, "eth", r.Alts[0], []float64{0, 0, 15, 0}, 1e-12)
	// Dollars go from 500 to 400 and stay there: 50 are too few to move.
	wantNear(t, "usd", r.USD, []float64{1000, 500, 400, 400}, 1e-12)
	wantNear(t, "btc", r.BTC, []float64{0, 5, 4.5, 6}, 1e-12)
}

func TestBucketByWeight(t *testing.T) {
	ltc, xmr := eth(4), eth(4, 1)
	ltc.Symbol, xmr.Symbol = "LTC-BTC", "XMR-BTC"
	for i := range 2 {
		ltc.Open[i], ltc.Close[i], ltc.Filled[i] = nan(), nan(), true
	}
	r := ruled(t, Rules{Weights: []float64{2, 1, 1}}, []Decision{to(0, 0, 1), to(0, 0, 1), to(0, 0, 1)}, hub(4), eth(4), ltc, xmr)
	wantNear(t, "eth", r.Alts[0], []float64{0, 200. / 3, 50, 50}, 1e-12)
	wantNear(t, "ltc", r.Alts[1], []float64{0, 0, 25, 25}, 1e-12)
	wantNear(t, "xmr", r.Alts[2], []float64{0, 0, 25, 25}, 1e-12)
}

// ETH is gone from bar 2 on, at its last close; a tenth of it is lost. LTC stays
// and has all of the bucket in bar 3.
func TestDelisting(t *testing.T) {
	gone, ltc := eth(4), eth(4)
	ltc.Symbol = "LTC-BTC"
	gone.Close[1], gone.Gone = .2, make([]bool, 4)
	for i := 2; i < 4; i++ {
		gone.Open[i], gone.Close[i], gone.Filled[i], gone.Gone[i] = .2, .2, true, true
	}
	r := ruled(t, Rules{DelistingLoss: .1, Costs: Costs{MinNotional: 1e6}}, nil, hub(4), gone, ltc)
	if len(r.Fills) != 0 {
		t.Errorf("%+v", r.Fills)
	}
	r = ruled(t, Rules{DelistingLoss: .1}, []Decision{to(0, 0, 1), {}, to(0, 0, 1)}, hub(4), gone, ltc)
	wantNear(t, "eth", r.Alts[0], []float64{0, 50, 0, 0}, 1e-12)
	wantNear(t, "btc", r.BTC, []float64{0, 0, 9, 0}, 1e-12)
	wantNear(t, "ltc", r.Alts[1], []float64{0, 50, 50, 140}, 1e-12)
	wantNear(t, "equity", r.EquityUSD, []float64{1000, 1500, 1400, 1400}, 1e-12)
	if f := r.Fills[3]; f.Reason != Delisting || f.Symbol != "ETH-BTC" || f.Time != 2*sixHours {
		t.Errorf("%+v", f)
	}
	r = ruled(t, Rules{DelistingLoss: 1}, []Decision{to(0, 0, 1)}, hub(4), gone, ltc)
	wantNear(t, "equity without it", r.EquityUSD, []float64{1000, 1500, 500, 500}, 1e-12)
	hubGone := hub(2)
	hubGone.Gone, hubGone.Filled = []bool{false, true}, []bool{false, true}
	u := setup{capital: 1000, step: sixHours, taxes: Taxes{Method: FIFO}}
	if _, _, err := u.run(HoldUSD(), hubGone); err == nil || !strings.Contains(err.Error(), "gone") {
		t.Error(err)
	}
}

func TestDelay(t *testing.T) {
	r := ruled(t, Rules{Delay: 2}, []Decision{to(0, 1, 0), to(.5, .5, 0), {}, to(1, 0, 0)}, hub(6))
	wantNear(t, "btc", r.BTC, []float64{0, 0, 10, 5, 5, 0}, 1e-12)
	for i, f := range r.Fills {
		if f.Time-f.Decided != sixHours {
			t.Errorf("fill %d: decided at %d, filled at %d", i, f.Decided, f.Time)
		}
	}
	r = ruled(t, Rules{Delay: 2}, []Decision{to(0, 1, 0), to(.5, .5, 0)}, hub(5, 2, 3))
	wantNear(t, "btc, when the newer order came to the waiting one", r.BTC, []float64{0, 0, 0, 0, 5}, 1e-12)
}

func TestPatience(t *testing.T) {
	decisions := []Decision{to(.5, .5, 0), to(.45, .55, 0), to(.3, .7, 0), {Action: Missing, Reason: "class missing"}, to(.5, .5, 0), to(1, 0, 0), to(0, 1, 0)}
	for _, c := range []struct {
		band         float64
		hold         int
		btc          []float64
		kept         []string
		banded, held int
	}{
		{0, 0, []float64{0, 5, 5.5, 7, 7, 5, 0, 10}, []string{"", "", "", "class missing", "", "", "", ""}, 0, 0},
		{.051, 0, []float64{0, 5, 5, 7, 7, 5, 0, 10}, []string{"", WithinBand, "", "class missing", "", "", "", ""}, 1, 0},
		{.21, 1, []float64{0, 5, 5, 5, 5, 5, 0, 10}, []string{"", WithinBand, WithinBand, "class missing", WithinBand, "", "", ""}, 3, 0},
		{0, 3, []float64{0, 5, 5, 5, 5, 5, 5, 5}, []string{"", HeldShort, HeldShort, "class missing", "", HeldShort, HeldShort, ""}, 0, 4},
		{0, 2, []float64{0, 5, 5, 7, 7, 5, 5, 10}, []string{"", HeldShort, "", "class missing", "", HeldShort, "", ""}, 0, 2},
	} {
		p, err := NewPatient(&script{decisions: decisions}, c.band, c.hold)
		if err != nil {
			t.Fatal(err)
		}
		r := backtest(t, 1000, Costs{}, p, hub(8))
		wantNear(t, "btc", r.BTC, c.btc, 1e-12)
		for i, k := range c.kept {
			if r.Kept[i] != k {
				t.Errorf("band %v, hold %d: bar %d: kept for %q, want %q", c.band, c.hold, i, r.Kept[i], k)
			}
		}
		if b, h := p.Kept(); b != c.banded || h != c.held {
			t.Errorf("band %v, hold %d: kept %d and %d times", c.band, c.hold, b, h)
		}
	}
	for _, c := range []struct {
		band float64
		hold int
	}{{-.1, 0}, {1.1, 0}, {nan(), 0}, {0, -1}} {
		if _, err := NewPatient(HoldBTC(), c.band, c.hold); err == nil {
			t.Errorf("%+v passes", c)
		}
	}
}

func TestRulesAreChecked(t *testing.T) {
	for _, r := range []Rules{{Costs: Costs{MakerShare: 1.1}}, {Costs: Costs{MinFee: -1}}, {Costs: Costs{Step: 1e-19}}, {Costs: Costs{Volume: nan()}},
		{Markets: []Costs{{}, {Spread: .2}}}, {Weights: []float64{0}}, {Weights: []float64{math.Inf(1)}}, {Delay: -1}, {VolatilityBars: 1}, {DelistingLoss: 2}} {
		if _, err := NewBroker(r); err == nil {
			t.Errorf("%+v passes", r)
		}
	}
	for _, r := range []Rules{{Markets: []Costs{{}}}, {Weights: []float64{1, 2}}} {
		u := setup{capital: 1000, rules: r, step: sixHours, taxes: Taxes{Method: FIFO}}
		if _, _, err := u.run(HoldBTC(), hub(2), eth(2)); err == nil || !strings.Contains(err.Error(), "feed of") {
			t.Errorf("%+v: %v", r, err)
		}
	}
}
