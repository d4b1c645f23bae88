package trade

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"mantis/data"
	"mantis/data/money"
)

// Four bars on paper. Fee 1 %, no slippage, capital 10,150.50 USD.
//
//	bar   BTC-USD        ETH-BTC        decided at the close
//	      open  close    open  close    USD / BTC / ALT
//	0     100   100      .10   .10      .5 / .5 / 0
//	1     100   120      .10   .10      0 / .5 / .5
//	2     100   110      .10   .12      1 / 0 / 0
//	3     100    90      .10   .11      keep
//
// Bar 1. What is left after the fee is x = 10150.50 - fee. Dollars go to x/2,
// the rest R = 10150.50 - x/2 buys BTC for R/1.01 and pays R/101 as fee.
// x = 10100: R = 5100.50, notional 5050, fee 50.50, x = 10150.50 - 50.50.
// 50.5 BTC at 100, 5050 USD. Turnover 1/2 (|.5-1| + |.5-0|) = .5.
// Close: 5050 + 50.5 x 120 = 11110 USD = 92.58333 BTC.
//
// Bar 2. Equity at the opens 5050 + 50.5 x 100 = 10100. All dollars go:
// notional 5000, fee 50: 100.5 BTC. Alts get x/2, for a fee of x/200:
// x = 10100 - 50 - x/200, x = 10000. 5000 USD of ETH are 50 BTC are 500 ETH,
// fee .5 BTC (50 USD): 50 BTC stay. Turnover 1/2 (.5 + 0 + .5) = .5.
// Close: 50 + 500 x .12 = 110 BTC = 12100 USD. Weights 0, 5/11, 6/11.
//
// Bar 3. 500 ETH bring 50 BTC less .5 (50 USD): 99.5 BTC. They bring 9950 USD
// less 99.50: 9850.50 USD. Turnover 1/2 (1 + .5 + .5) = 1.
// Close: 9850.50 USD = 109.45 BTC.
func TestFourBarsOnPaper(t *testing.T) {
	r := backtest(t, 10150.50, Costs{Fee: .01},
		&script{decisions: []Decision{to(.5, .5, 0), to(0, .5, .5), to(1, 0, 0)}},
		Series{Symbol: "BTC-USD", Open: []float64{100, 100, 100, 100}, Close: []float64{100, 120, 110, 90}},
		Series{Symbol: "ETH-BTC", Open: []float64{.1, .1, .1, .1}, Close: []float64{.1, .1, .12, .11}})
	nan := nan()
	for _, c := range []struct {
		name      string
		got, want []float64
	}{
		{"usd", r.USD, []float64{10150.50, 5050, 0, 9850.50}},
		{"btc", r.BTC, []float64{0, 50.5, 50, 0}},
		{"eth", r.Alts[0], []float64{0, 0, 500, 0}},
		{"alt usd", r.AltUSD, []float64{0, 0, 6600, 0}},
		{"equity usd", r.EquityUSD, []float64{10150.50, 11110, 12100, 9850.50}},
		{"equity btc", r.EquityBTC, []float64{101.505, 11110. / 120, 110, 109.45}},
		{"return usd", r.ReturnUSD, []float64{nan, 11110/10150.50 - 1, 12100./11110 - 1, 9850.50/12100 - 1}},
		{"return btc", r.ReturnBTC, []float64{nan, 11110/120./101.505 - 1, 110/(11110./120) - 1, 109.45/110 - 1}},
		{"cum usd", r.CumUSD, []float64{0, 11110/10150.50 - 1, 12100/10150.50 - 1, 9850.50/10150.50 - 1}},
		{"cum btc", r.CumBTC, []float64{0, 11110/120./101.505 - 1, 110/101.505 - 1, 109.45/101.505 - 1}},
		{"weight usd", r.WeightUSD, []float64{1, 5050. / 11110, 0, 1}},
		{"weight btc", r.WeightBTC, []float64{0, 6060. / 11110, 5. / 11, 0}},
		{"weight alt", r.WeightAlt, []float64{0, 0, 6. / 11, 0}},
		{"change alt", r.ChangeAlt, []float64{nan, 0, 6. / 11, -6. / 11}},
		{"target usd", r.TargetUSD, []float64{.5, 0, 1, nan}},
		{"btc price", r.BTCPrice, []float64{100, 120, 110, 90}},
		{"btc change", r.BTCChange, []float64{nan, .2, 110./120 - 1, 90./110 - 1}},
		{"alt change", r.AltChange, []float64{nan, 0, .2, .11/.12 - 1}},
		{"turnover", r.Turnover, []float64{0, .5, .5, 1}},
		{"fees usd", r.FeesUSD, []float64{0, 50.50, 100, 149.50}},
		{"slippage usd", r.SlippageUSD, []float64{0, 0, 0, 0}},
	} {
		wantNear(t, c.name, c.got, c.want, 1e-12)
	}
	if diff := cmp.Diff([]bool{false, false, false, false}, r.Pending); diff != "" {
		t.Errorf("pending: %s", diff)
	}
	want := []Fill{
		{Time: 1 * sixHours, Decided: 1 * sixHours, Market: 0, Symbol: "BTC-USD", Side: Buy, Quantity: amount(50.5), Price: 100, Notional: amount(5050), Fee: amount(50.5), HubUSD: 100, FeeUSD: 50.5, Reason: "test"},
		{Time: 2 * sixHours, Decided: 2 * sixHours, Market: 0, Symbol: "BTC-USD", Side: Buy, Quantity: amount(50), Price: 100, Notional: amount(5000), Fee: amount(50), HubUSD: 100, FeeUSD: 50, Reason: "test"},
		{Time: 2 * sixHours, Decided: 2 * sixHours, Market: 1, Symbol: "ETH-BTC", Side: Buy, Quantity: amount(500), Price: .1, Notional: amount(50), Fee: amount(.5), HubUSD: 100, FeeUSD: 50, Reason: "test"},
		{Time: 3 * sixHours, Decided: 3 * sixHours, Market: 1, Symbol: "ETH-BTC", Side: Sell, Quantity: amount(500), Price: .1, Notional: amount(50), Fee: amount(.5), HubUSD: 100, FeeUSD: 50, Reason: "test"},
		{Time: 3 * sixHours, Decided: 3 * sixHours, Market: 0, Symbol: "BTC-USD", Side: Sell, Quantity: amount(99.5), Price: 100, Notional: amount(9950), Fee: amount(99.5), HubUSD: 100, FeeUSD: 99.5, Reason: "test"},
	}
	close := cmp.Comparer(func(a, b float64) bool { return near(a, b, 1e-12) })
	exactly := cmp.Comparer(func(a, b money.Amount) bool { return near(a.Float(), b.Float(), 1e-12) })
	if diff := cmp.Diff(want, r.Fills, close, exactly); diff != "" {
		t.Errorf("fills: %s", diff)
	}
	if diff := cmp.Diff([]int64{data.Null, data.Null, data.Null, data.Null}, r.Class); diff != "" {
		t.Errorf("class: %s", diff)
	}
}

// Slippage 10 %, no fee: a buy pays 110 for what opens at 100, a sell gets 90.
// All of 1100 USD buys 10 BTC (100 USD of slippage), 10 BTC bring 900 USD.
func TestSlippageOnPaper(t *testing.T) {
	r := backtest(t, 1100, Costs{Slippage: .1},
		&script{decisions: []Decision{to(0, 1, 0), to(1, 0, 0)}},
		Series{Symbol: "BTC-USD", Open: []float64{100, 100, 100}, Close: []float64{100, 100, 100}})
	wantNear(t, "usd", r.USD, []float64{1100, 0, 900}, 1e-12)
	wantNear(t, "btc", r.BTC, []float64{0, 10, 0}, 1e-12)
	wantNear(t, "slippage", r.SlippageUSD, []float64{0, 100, 100}, 1e-12)
	wantNear(t, "prices", []float64{r.Fills[0].Price, r.Fills[1].Price}, []float64{110, 90}, 1e-12)
}
