package trade

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mantis/data"
	"mantis/data/money"
)

// hubFill is a fill of BTC-USD without a fee.
func hubFill(when string, side Side, quantity, price float64) *Fill {
	return &Fill{Time: day(when), Symbol: "BTC-USD", Side: side, Quantity: amount(quantity), Price: price, Notional: amount(quantity).Times(price, money.HalfEven), HubUSD: price}
}

// told writes disposals as "acquired: quantity cost proceeds gain class".
func told(disposals []Disposal) (out []string) {
	for _, d := range disposals {
		class := "short"
		if d.Long {
			class = "long"
		}
		out = append(out, fmt.Sprintf("%s: %v for %v, cost %v, gain %v, %s", stamp(d.Acquired), d.Quantity, d.Proceeds, d.Cost, d.Gain(), class))
	}
	return out
}

// One bitcoin at 100 on the first, at 300 on the tenth and at 200 on the
// twentieth of January; one and a half are sold at 250 on the 31st, for 375. The
// costs of three are 600, 200 each on the average.
func TestMethodsByHand(t *testing.T) {
	for _, c := range []struct {
		method Method
		gone   []string
		open   []string
	}{
		{FIFO, []string{"01-01: 1 for 250, cost 100, gain 150, short", "01-10: 0.5 for 125, cost 150, gain -25, short"},
			[]string{"01-10 0.5 150", "01-20 1 200"}},
		{LIFO, []string{"01-20: 1 for 250, cost 200, gain 50, short", "01-10: 0.5 for 125, cost 150, gain -25, short"},
			[]string{"01-01 1 100", "01-10 0.5 150"}},
		{HIFO, []string{"01-10: 1 for 250, cost 300, gain -50, short", "01-20: 0.5 for 125, cost 100, gain 25, short"},
			[]string{"01-01 1 100", "01-20 0.5 100"}},
		{Average, []string{"01-01: 1 for 250, cost 200, gain 50, short", "01-10: 0.5 for 125, cost 100, gain 25, short"},
			[]string{"01-10 0.5 100", "01-20 1 200"}},
	} {
		l, _ := NewLedger(1000, 0)
		if err := l.KeepLots(Taxes{Method: c.method, LongDays: 365}); err != nil {
			t.Fatal(err)
		}
		for _, f := range []*Fill{hubFill("2021-01-01", Buy, 1, 100), hubFill("2021-01-10", Buy, 1, 300), hubFill("2021-01-20", Buy, 1, 200), hubFill("2021-01-31", Sell, 1.5, 250)} {
			l.Turn(f.Time)
			if err := l.Book(f); err != nil {
				t.Fatal(err)
			}
		}
		if diff := cmp.Diff(c.gone, told(l.Disposals())); diff != "" {
			t.Errorf("%s: disposals: %s", c.method, diff)
		}
		var open []string
		for _, lot := range l.Lots() {
			open = append(open, fmt.Sprintf("%s %v %v", stamp(lot.Acquired), lot.Quantity, lot.Cost))
		}
		if diff := cmp.Diff(c.open, open); diff != "" {
			t.Errorf("%s: lots: %s", c.method, diff)
		}
	}
}

func stamp(t int64) string { return data.Stamp(t)[5:10] }

// Fees and swaps: a buy's fee is part of the cost, a sell's comes off the
// proceeds, and a swap is worth the bitcoin that changes hands.
//
//	2021-01-01  buy  1 BTC at 100, fee 1             BTC: 1 for 101
//	2021-02-01  buy  10 ETH at .05, fee .01, hub 200  .51 BTC go for 102, cost 51.51: gain 50.49
//	                                                  ETH: 10 for 102
//	2022-02-02  sell 10 ETH at .06, fee .01, hub 300  ETH go for .59 x 300 = 177: gain 75, 366 days: long
//	                                                  BTC: .49 for 49.49 and .59 for 177
//	2022-02-03  sell 1 BTC at 250, fee 2              .49: 248 x .49 = 121.52, gain 72.03, long
//	                                                  .51 of .59: 126.48, cost 153, gain -26.52, short
func TestSwapsByHand(t *testing.T) {
	l, _ := NewLedger(1000, 1)
	if err := l.KeepLots(Taxes{Method: FIFO, LongDays: 365}); err != nil {
		t.Fatal(err)
	}
	swap := func(when string, side Side, price, hub float64) *Fill {
		return &Fill{Time: day(when), Market: 1, Symbol: "ETH-BTC", Side: side, Quantity: amount(10), Price: price,
			Notional: amount(10).Rate(amount(price), money.HalfEven), Fee: amount(.01), HubUSD: hub}
	}
	first, last := hubFill("2021-01-01", Buy, 1, 100), hubFill("2022-02-03", Sell, 1, 250)
	first.Fee, last.Fee = amount(1), amount(2)
	for _, f := range []*Fill{first, swap("2021-02-01", Buy, .05, 200), swap("2022-02-02", Sell, .06, 300), last} {
		l.Turn(f.Time)
		if err := l.Book(f); err != nil {
			t.Fatal(err)
		}
	}
	want := []string{
		"01-01: 0.51 for 102, cost 51.51, gain 50.49, short",
		"02-01: 10 for 177, cost 102, gain 75, long",
		"01-01: 0.49 for 121.52, cost 49.49, gain 72.03, long",
		"02-02: 0.51 for 126.48, cost 153, gain -26.52, short",
	}
	if diff := cmp.Diff(want, told(l.Disposals())); diff != "" {
		t.Error(diff)
	}
	into := []int{}
	for _, d := range l.Disposals() {
		into = append(into, d.Asset, d.Into)
	}
	if diff := cmp.Diff([]int{0, 1, 1, 0, 0, -1, 0, -1}, into); diff != "" {
		t.Errorf("assets, and what for: %s", diff)
	}
	years := l.TaxYears()
	if len(years) != 2 || years[0].ShortGain != amount(50.49) || years[1].LongGain != amount(147.03) || years[1].ShortLoss != amount(26.52) {
		t.Errorf("%+v", years)
	}
}
