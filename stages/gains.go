package stages

import (
	"time"

	"mantis/data"
	"mantis/data/money"
	"mantis/pipeline"
	"mantis/stages/trade"
)

var gainSchema = data.Schema{
	Table: "capital_gains", Doc: "what the strategy gave away, a row for each lot that it came from; BTC that pays for an alt counts",
	Fields: []data.Field{
		{Name: "time", Type: data.Time, Doc: "when it was given away"},
		{Name: "acquired_at", Type: data.Time},
		{Name: "year", Type: data.Int, Doc: "of time, UTC"},
		{Name: "asset", Type: data.String, Doc: "what was given away"}, {Name: "received", Type: data.String, Doc: "what for"},
		floatField("quantity", "of the asset"), floatField("days_held", "of 24 hours"),
		{Name: "class", Type: data.String, Doc: "short or long"},
		floatField("proceeds_usd", "USD, less the fee"), floatField("cost_usd", "USD, the fee of the buy included"), floatField("gain_usd", "proceeds less cost"),
		{Name: "reason", Type: data.String, Doc: "of the fill"},
	},
	Sort: []string{"time"},
}

// assets are the names of what a ledger holds, bitcoin first.
func (a *arena) assets() (names []string) {
	for _, s := range a.series {
		names = append(names, s.Symbol.Base())
	}
	return names
}

func days(from, to int64) float64 { return float64(to-from) / float64(data.Day) }

func putGains(t *pipeline.Task, a *arena, c *account) error {
	names := a.assets()
	var when, acquired, year []int64
	var asset, received, class, reason []string
	var quantity, held, proceeds, cost, gain []float64
	for _, d := range c.ledger.Disposals() {
		when, acquired, year = append(when, d.Time), append(acquired, d.Acquired), append(year, int64(time.UnixMicro(d.Time).UTC().Year()))
		asset, reason = append(asset, names[d.Asset]), append(reason, d.Reason)
		into, held1 := a.series[0].Symbol.Quote(), "short"
		if d.Into >= 0 {
			into = names[d.Into]
		}
		if d.Long {
			held1 = "long"
		}
		received, class = append(received, into), append(class, held1)
		quantity, held = append(quantity, d.Quantity.Float()), append(held, days(d.Acquired, d.Time))
		proceeds, cost, gain = append(proceeds, d.Proceeds.Float()), append(cost, d.Cost.Float()), append(gain, d.Gain().Float())
	}
	b, err := data.NewBatch(gainSchema, when, acquired, year, asset, received, quantity, held, class, proceeds, cost, gain, reason)
	if err != nil {
		return err
	}
	return t.Put(b)
}

var lotSchema = data.Schema{
	Table: "lots", Doc: "what the strategy holds in the end, and what it cost",
	Fields: []data.Field{
		{Name: "asset", Type: data.String}, {Name: "acquired_at", Type: data.Time},
		floatField("quantity", "of the asset"), floatField("cost_usd", "USD, the fee of the buy included"),
		floatField("worth_usd", "USD, at the last closes"), floatField("gain_usd", "worth less cost, not realised"),
		floatField("days_held", "of 24 hours, to the last close"),
	},
}

func putLots(t *pipeline.Task, a *arena, c *account) error {
	names, last := a.assets(), len(a.time)-1
	hub := a.series[0].Close[last]
	var asset []string
	var acquired []int64
	var quantity, cost, worth, gain, held []float64
	for _, l := range c.ledger.Lots() {
		w := l.Quantity
		if l.Asset > 0 {
			w = w.Times(a.series[l.Asset].Close[last], money.HalfEven)
		}
		w = w.Times(hub, money.HalfEven)
		asset, acquired = append(asset, names[l.Asset]), append(acquired, l.Acquired)
		quantity, cost = append(quantity, l.Quantity.Float()), append(cost, l.Cost.Float())
		worth, gain = append(worth, w.Float()), append(gain, w.Sub(l.Cost).Float())
		held = append(held, days(l.Acquired, a.known[last]))
	}
	b, err := data.NewBatch(lotSchema, asset, acquired, quantity, cost, worth, gain, held)
	if err != nil {
		return err
	}
	return t.Put(b)
}

var taxSchema = data.Schema{
	Table: "taxes", Doc: "gains and taxes of each portfolio, a row a calendar year; the last year is as if it ended with the backtest",
	Fields: []data.Field{
		{Name: "portfolio", Type: data.String}, {Name: "year", Type: data.Int},
		floatField("short_gains", "USD"), floatField("short_losses", "USD, not below 0"),
		floatField("long_gains", "USD"), floatField("long_losses", "USD, not below 0"),
		floatField("short_carried", "USD, losses of the years before"), floatField("long_carried", "USD, losses of the years before"),
		floatField("short_net", "USD, after netting; below 0: a loss"), floatField("long_net", "USD, after netting; below 0: a loss"),
		floatField("tax_usd", "USD"),
		{Name: "over", Type: data.Bool, Doc: "the year had ended, and the tax fallen due"},
		{Name: "paid_at", Type: data.Time, Nullable: true, Doc: "null: not paid, or nothing to pay"},
	},
}

func putTaxes(t *pipeline.Task, all []*account) error {
	var who []string
	var year, paid []int64
	var over []bool
	amounts := make([][]float64, 9)
	for _, c := range all {
		for _, y := range c.ledger.TaxYears() {
			who, year, over, paid = append(who, c.name), append(year, int64(y.Year)), append(over, y.Over), append(paid, y.Paid)
			for i, x := range yearAmounts(&y) {
				amounts[i] = append(amounts[i], x.Float())
			}
		}
	}
	b, err := data.NewBatch(taxSchema, who, year, amounts[0], amounts[1], amounts[2], amounts[3], amounts[4], amounts[5], amounts[6], amounts[7], amounts[8], over, paid)
	if err != nil {
		return err
	}
	return t.Put(b)
}

// yearAmounts are the amounts of a year in the order of the table.
func yearAmounts(y *trade.TaxYear) [9]money.Amount {
	return [9]money.Amount{y.ShortGain, y.ShortLoss, y.LongGain, y.LongLoss, y.ShortCarry, y.LongCarry, y.Short, y.Long, y.Tax}
}
