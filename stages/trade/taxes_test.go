package trade

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mantis/data"
	"mantis/data/money"
)

// Rates of 30 % on short and 10 % on long gains.
//
//	2020  short 100 - 250 = -150, long 50: the loss takes the gain up, -100 is left. No tax.
//	2021  short 30 - 100 carried = -70, long 200 - 20 = 180: 110 of long gains. Tax 11.
//	2022  short 80, long -30: 50 of short gains. Tax 15.
//	2023  long -40 - nothing carried; tax 0, -40 to carry.
//
// Without carrying, 2021 has 30 short and 180 long: tax 9 + 18 = 27.
func TestNettingByHand(t *testing.T) {
	type year struct{ shortGain, shortLoss, longGain, longLoss float64 }
	years := []year{{100, 250, 50, 0}, {30, 0, 200, 20}, {80, 0, 0, 30}, {0, 0, 0, 40}}
	type result struct{ short, long, shortCarry, longCarry, tax float64 }
	for _, c := range []struct {
		carry bool
		want  []result
	}{
		{true, []result{{-100, 0, 0, 0, 0}, {0, 110, 100, 0, 11}, {50, 0, 0, 0, 15}, {0, -40, 0, 0, 0}, {0, -40, 0, 40, 0}}},
		{false, []result{{-100, 0, 0, 0, 0}, {30, 180, 0, 0, 27}, {50, 0, 0, 0, 15}, {0, -40, 0, 0, 0}, {0, 0, 0, 0, 0}}},
	} {
		a := newAccounts(Taxes{Method: FIFO, Short: .3, Long: .1, LongDays: 365, Carry: c.carry}, 1)
		var due []money.Amount
		for i, y := range append(years, year{}) {
			due = append(due, a.turn(day([]string{"2020-03-01", "2021-01-01", "2022-07-01", "2023-12-31", "2024-01-01"}[i])))
			a.now.ShortGain, a.now.ShortLoss, a.now.LongGain, a.now.LongLoss = amount(y.shortGain), amount(y.shortLoss), amount(y.longGain), amount(y.longLoss)
			a.stale = true
		}
		a.accrued()
		for i, y := range append(a.years, a.now) {
			w := c.want[i]
			got := []money.Amount{y.Short, y.Long, y.ShortCarry, y.LongCarry, y.Tax}
			if diff := cmp.Diff([]money.Amount{amount(w.short), amount(w.long), amount(w.shortCarry), amount(w.longCarry), amount(w.tax)}, got); diff != "" || y.Year != 2020+i {
				t.Errorf("carry %v: %d: %v, want %+v", c.carry, y.Year, got, w)
			}
			if i > 0 && due[i] != amount(c.want[i-1].tax) {
				t.Errorf("carry %v: %v falls due with %d", c.carry, due[i], y.Year)
			}
		}
	}
}

// Five days from the 28th of December on, no costs, 40 % tax, BTC at 100 and
// from the 29th on at 200.
//
//	29th  10 BTC bought at 100
//	30th  5 sold at 200: 1000 USD, a gain of 500, 200 accrued: 2000 - 200 = 1800
//	31st  5 bought back at 200: no dollars
//	 1st  200 are due: 1 BTC of the first lot is sold, a gain of 100, and the tax
//	      is paid. 9 BTC, 40 accrued: 1800 - 40 = 1760
func TestTaxIsPaidByHand(t *testing.T) {
	u := setup{capital: 1000, start: day("2020-12-28"), step: int64(data.Day), taxes: Taxes{Method: FIFO, Short: .4, LongDays: 365}}
	btc := Series{Symbol: "BTC-USD", Open: []float64{100, 100, 200, 200, 200}, Close: []float64{100, 200, 200, 200, 200}}
	r, l, err := u.run(&script{decisions: []Decision{to(0, 1, 0), to(.5, .5, 0), to(0, 1, 0)}}, btc)
	if err != nil {
		t.Fatal(err)
	}
	wantNear(t, "equity", r.EquityUSD, []float64{1000, 2000, 1800, 1800, 1760}, 1e-12)
	wantNear(t, "equity in BTC", r.EquityBTC, []float64{10, 10, 9, 9, 8.8}, 1e-12)
	wantNear(t, "owed", r.OwedUSD, []float64{0, 0, 200, 200, 40}, 1e-12)
	wantNear(t, "paid", r.TaxUSD, []float64{0, 0, 0, 0, 200}, 1e-12)
	wantNear(t, "BTC", r.BTC, []float64{0, 10, 5, 10, 9}, 1e-12)
	last := r.Fills[len(r.Fills)-1]
	if last.Reason != ForTax || last.Decided != last.Time || last.Side != Sell {
		t.Errorf("%+v", last)
	}
	if y := l.TaxYears(); len(y) != 2 || y[0].Paid != day("2021-01-01") || y[1].Paid != data.Null || y[0].Tax != amount(200) || y[1].Over {
		t.Errorf("%+v", y)
	}
}

// All in ETH when the tax is due, and the hub quiet on the first of January: it
// is paid on the second. 1 % fee on both fills. 100 USD due: BTC worth 100/.99
// is needed, and ETH worth that/.99 is sold.
func TestTaxIsRaisedFromAlts(t *testing.T) {
	u := setup{capital: 1000, start: day("2020-12-28"), step: int64(data.Day), taxes: Taxes{Method: LIFO, Short: .1, LongDays: 365}}
	btc := Series{Symbol: "BTC-USD", Open: []float64{100, 100, 200, 200, 200, 200}, Close: []float64{100, 200, 200, 200, 200, 200}, Filled: []bool{4: true, 5: false}}
	r, _, err := u.run(&script{decisions: []Decision{to(0, 1, 0), to(0, 0, 1)}}, btc, eth(6))
	if err != nil {
		t.Fatal(err)
	}
	wantNear(t, "owed", r.OwedUSD, []float64{0, 0, 100, 100, 100, 0}, 1e-12)
	wantNear(t, "paid", r.TaxUSD, []float64{0, 0, 0, 0, 0, 100}, 1e-12)
	wantNear(t, "ETH", r.Alts[0], []float64{0, 0, 100, 100, 100, 95}, 1e-12)
	wantNear(t, "equity", r.EquityUSD, []float64{1000, 2000, 1900, 1900, 1900, 1900}, 1e-12)
	u.rules.Costs.Fee = .01
	r, l, err := u.run(&script{decisions: []Decision{to(0, 1, 0), to(0, 0, 1)}}, btc, eth(6))
	if err != nil {
		t.Fatal(err)
	}
	due := l.TaxYears()[0].Tax.Float()
	wantNear(t, "sold", []float64{r.Alts[0][4] - r.Alts[0][5]}, []float64{due / .99 / .99 / 20}, 1e-9)
	wantNear(t, "left in USD and BTC", []float64{r.USD[5], r.BTC[5]}, []float64{0, 0}, 1e-9)
}

// A gain of 900 taxed by 90 % and then a fall by nine tenths: more is owed than
// there is.
func TestInsolvency(t *testing.T) {
	u := setup{capital: 100, start: day("2020-05-01"), step: int64(data.Day), taxes: Taxes{Method: FIFO, Short: .9, LongDays: 365}}
	btc := Series{Symbol: "BTC-USD", Open: []float64{100, 100, 1000, 1000}, Close: []float64{100, 1000, 1000, 1000}}
	eth := Series{Symbol: "ETH-BTC", Open: []float64{1, 1, 1, .05}, Close: []float64{1, 1, 1, .05}}
	_, _, err := u.run(&script{decisions: []Decision{to(0, 1, 0), to(0, 0, 1)}}, btc, eth)
	if !errors.Is(err, ErrInsolvent) {
		t.Error(err)
	}
}

func TestTaxesAreChecked(t *testing.T) {
	for _, x := range []Taxes{{}, {Method: "oldest"}, {Method: FIFO, Short: 1.1}, {Method: FIFO, Long: nan()}, {Method: FIFO, LongDays: -1}} {
		if x.Validate() == nil {
			t.Errorf("%+v passes", x)
		}
	}
}
