package trade

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"mantis/data"
	"mantis/data/money"
)

// setup is a backtest with rules and taxes, on bars of any length.
type setup struct {
	capital float64
	rules   Rules
	taxes   Taxes
	start   int64
	step    int64
}

func (u setup) run(strategy Strategy, series ...Series) (*Record, *Ledger, error) {
	var times, known []int64
	for i := range int64(len(series[0].Close)) {
		times, known = append(times, u.start+i*u.step), append(known, u.start+(i+1)*u.step)
	}
	feed, err := NewHistory(times, known, series...)
	if err != nil {
		return nil, nil, err
	}
	broker, err := NewBroker(u.rules)
	if err != nil {
		return nil, nil, err
	}
	ledger, err := NewLedger(u.capital, len(series)-1)
	if err != nil {
		return nil, nil, err
	}
	if err := ledger.KeepLots(u.taxes); err != nil {
		return nil, nil, err
	}
	record := NewRecord(feed.Len(), len(series)-1)
	return record, ledger, Run(context.Background(), feed, strategy, broker, ledger, record)
}

func day(s string) int64 {
	t, err := time.Parse("2006-01-02", s)
	if err != nil {
		panic(err)
	}
	return t.UnixMicro()
}

// drawRules draws costs, limits and taxes of every kind.
func drawRules(t *rapid.T, alts int) setup {
	fraction := func(name string, most float64) float64 {
		if rapid.Bool().Draw(t, name+"?") {
			return 0
		}
		return rapid.Float64Range(0, most).Draw(t, name)
	}
	u := setup{capital: 1000, start: day("2020-05-17"), step: int64(data.Day) * rapid.Int64Range(1, 200).Draw(t, "days a bar")}
	for range alts + 1 {
		u.rules.Markets = append(u.rules.Markets, Costs{
			Fee: fraction("fee", maxCost), Maker: fraction("maker", maxCost), MakerShare: fraction("maker share", 1), MinFee: fraction("least fee", 5),
			Spread: fraction("spread", .05), Slippage: fraction("slippage", .05), Volume: fraction("volume", .1), Volatility: fraction("volatility", .1),
			MinNotional: fraction("least notional", 100), Step: rapid.SampledFrom([]float64{0, 1e-8, .001, .37}).Draw(t, "step")})
	}
	for range alts {
		u.rules.Weights = append(u.rules.Weights, rapid.Float64Range(.1, 3).Draw(t, "weight"))
	}
	u.rules.Delay = rapid.IntRange(0, 3).Draw(t, "delay")
	u.rules.DelistingLoss = fraction("delisting loss", 1)
	u.taxes = Taxes{Method: rapid.SampledFrom([]Method{FIFO, LIFO, HIFO, Average}).Draw(t, "method"), Short: fraction("short", .5), Long: fraction("long", .5),
		LongDays: rapid.IntRange(0, 700).Draw(t, "long days"), Carry: rapid.Bool().Draw(t, "carry")}
	return u
}

// drawMarkets draws the hub and alts that come and go.
func drawMarkets(t *rapid.T, bars, alts int) []Series {
	out := []Series{drawSeries(t, "BTC-USD", bars, 20_000, false)}
	for i := range alts {
		s := drawSeries(t, []data.Symbol{"ETH-BTC", "LTC-BTC", "XMR-BTC"}[i], bars, .05, true)
		s.Gone = make([]bool, bars)
		for end := rapid.IntRange(1, 2*bars).Draw(t, "gone from"); end < bars; end++ {
			if s.Close[end-1] == s.Close[end-1] {
				s.Open[end], s.Close[end], s.Filled[end], s.Gone[end] = s.Close[end-1], s.Close[end-1], true, true
			}
		}
		out = append(out, s)
	}
	for i := range out {
		for range bars {
			out[i].Volume = append(out[i].Volume, 1e6)
		}
	}
	return out
}

// TestManyLots trades so often that spent lots are cleared away.
func TestManyLots(t *testing.T) {
	for _, method := range []Method{FIFO, LIFO, HIFO, Average} {
		u := setup{capital: 1000, step: sixHours, taxes: Taxes{Method: method, Short: .3, LongDays: 20}}
		neutral, err := Neutral(1)
		if err != nil {
			t.Fatal(err)
		}
		_, l, err := u.run(neutral, walk("BTC-USD", 2000, 20_000, 3), walk("ETH-BTC", 2000, .07, 4))
		if err != nil {
			t.Fatal(err)
		}
		if len(l.Disposals()) < 2000 {
			t.Errorf("%s: %d disposals", method, len(l.Disposals()))
		}
		balances(t, l, u.capital)
	}
}

func TestBooksBalance(t *testing.T) { rapid.Check(t, booksBalance) }

// booksBalance replays the fills of a backtest in a ledger of its own and
// holds, to the unit, after every fill and every mark:
//
//	dollars + costs of the lots = capital + realised gains - taxes paid
//	quantities of the lots      = what is held
//	dollars + positions - owed  = equity
//
// and that nothing but costs, gains of the market and taxes moves equity.
func booksBalance(t *rapid.T) {
	bars, alts := rapid.IntRange(1, 14).Draw(t, "bars"), rapid.IntRange(0, 3).Draw(t, "alts")
	u, series := drawRules(t, alts), drawMarkets(t, bars, alts)
	script := &script{}
	for range bars {
		script.decisions = append(script.decisions, drawDecision(t))
	}
	record, ran, err := u.run(script, series...)
	if errors.Is(err, ErrInsolvent) || err != nil && strings.Contains(err.Error(), "no volume in the latest bar that traded") { // none traded yet
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	ledger, err := NewLedger(u.capital, alts)
	if err != nil {
		t.Fatal(err)
	}
	if err := ledger.KeepLots(u.taxes); err != nil {
		t.Fatal(err)
	}
	fills := record.Fills
	for i, now := range record.Time {
		ledger.Turn(now)
		bar := Bar{Time: now}
		for _, s := range series {
			bar.Quotes = append(bar.Quotes, Quote{Open: s.Open[i], Close: s.Close[i]})
		}
		for len(fills) > 0 && fills[0].Time == now {
			before := ledger.held.value(bar.Quotes, atOpen, money.Amount{})
			if err := ledger.Book(&fills[0]); err != nil {
				t.Fatal(err)
			}
			after := ledger.held.value(bar.Quotes, atOpen, money.Amount{})
			if lost := fills[0].FeeUSD + fills[0].SlippageUSD; !near(before.USD-lost, after.USD, 1e-9) {
				t.Fatalf("bar %d: %+v: worth %v before, %v after", i, fills[0], before.USD, after.USD)
			}
			balances(t, ledger, u.capital)
			fills = fills[1:]
		}
		paid := ledger.Pay(now)
		balances(t, ledger, u.capital)
		v, err := ledger.Mark(&bar)
		if err != nil {
			t.Fatal(err)
		}
		worth := ledger.held.USD
		for asset := range bar.Quotes {
			worth = worth.Add(positionWorth(ledger, &bar, asset))
		}
		if worth.Sub(v.Owed) != v.Equity {
			t.Fatalf("bar %d: %v of cash and positions, %v owed, equity %v", i, worth, v.Owed, v.Equity)
		}
		if v.USD != record.EquityUSD[i] || v.BTC != record.EquityBTC[i] || paid.Float() != record.TaxUSD[i] || v.Owed.Float() != record.OwedUSD[i] {
			t.Fatalf("bar %d: equity %v, %v, paid %v; the run has %v, %v, %v", i, v.USD, v.BTC, paid, record.EquityUSD[i], record.EquityBTC[i], record.TaxUSD[i])
		}
		if !near(v.BTC*bar.Quotes[0].Close, v.USD, 1e-12) {
			t.Fatalf("bar %d: equity of %v BTC at %v and of %v USD", i, v.BTC, bar.Quotes[0].Close, v.USD)
		}
	}
	if ran.held.USD != ledger.held.USD || ran.TaxPaid() != ledger.TaxPaid() || len(ran.Disposals()) != len(ledger.Disposals()) {
		t.Fatalf("the run ended with %v, the replay with %v", ran.held, ledger.held)
	}
	checkYears(t, ledger, u.taxes)
}

// positionWorth is an asset's worth at the bar's closes.
func positionWorth(l *Ledger, b *Bar, asset int) money.Amount {
	hub := b.Quotes[0].Close
	if asset == 0 {
		return l.held.BTC.Times(hub, money.HalfEven)
	}
	if l.held.Alts[asset-1].Sign() == 0 {
		return money.Amount{}
	}
	return l.held.Alts[asset-1].Times(b.Quotes[asset].Close, money.HalfEven).Times(hub, money.HalfEven)
}

func balances(t interface{ Fatalf(string, ...any) }, l *Ledger, capital float64) {
	left, right := l.held.USD, amount(capital).Sub(l.TaxPaid())
	quantity := make([]money.Amount, len(l.held.Alts)+1)
	for _, lot := range l.Lots() {
		left = left.Add(lot.Cost)
		quantity[lot.Asset] = quantity[lot.Asset].Add(lot.Quantity)
		if lot.Quantity.Sign() <= 0 || lot.Cost.Sign() < 0 {
			t.Fatalf("a lot of %v for %v", lot.Quantity, lot.Cost)
		}
	}
	for _, d := range l.Disposals() {
		right = right.Add(d.Gain())
	}
	if left != right {
		t.Fatalf("%v of dollars and costs, %v of capital, gains and taxes", left, right)
	}
	for i, q := range append([]money.Amount{l.held.BTC}, l.held.Alts...) {
		if quantity[i] != q {
			t.Fatalf("asset %d: lots of %v, %v is held", i, quantity[i], q)
		}
	}
}

// checkYears holds the years against the disposals, and their taxes against
// what was paid and is due.
func checkYears(t *rapid.T, l *Ledger, taxes Taxes) {
	var due, gains money.Amount
	years := l.TaxYears()
	for i, y := range years {
		gains = gains.Add(y.ShortGain).Sub(y.ShortLoss).Add(y.LongGain).Sub(y.LongLoss)
		if y.Over {
			due = due.Add(y.Tax)
		}
		if i > 0 && !taxes.Carry && (y.ShortCarry.Sign() != 0 || y.LongCarry.Sign() != 0) {
			t.Fatalf("%d: losses are carried", y.Year)
		}
		if i > 0 && y.Year != years[i-1].Year+1 || y.Tax.Sign() < 0 || y.Over != (i < len(years)-1) {
			t.Fatalf("years %+v", years)
		}
		if y.Short.Sign() < 0 && y.Long.Sign() > 0 || y.Long.Sign() < 0 && y.Short.Sign() > 0 {
			t.Fatalf("%d: a loss beside a gain", y.Year)
		}
	}
	for _, d := range l.Disposals() {
		gains = gains.Sub(d.Gain())
		if d.Long != (d.Time-d.Acquired > int64(taxes.LongDays)*int64(data.Day)) || d.Acquired > d.Time || d.Quantity.Sign() <= 0 {
			t.Fatalf("disposal %+v", d)
		}
	}
	if gains.Sign() != 0 {
		t.Fatalf("years and disposals differ by %v of gains", gains)
	}
	if due != l.TaxPaid().Add(l.held.Due) {
		t.Fatalf("taxes of %v, %v paid and %v due", due, l.TaxPaid(), l.held.Due)
	}
}
