package stages

import (
	"strings"

	"mantis/data"
	"mantis/pipeline"
	"mantis/stages/trade"
)

func floatField(name, doc string) data.Field {
	return data.Field{Name: name, Type: data.Float, Doc: doc}
}

func nullFloat(name, doc string) data.Field {
	return data.Field{Name: name, Type: data.Float, Nullable: true, Doc: doc}
}

// putBacktest writes one row a bar of the strategy.
func putBacktest(t *pipeline.Task, a *arena, r *trade.Record) error {
	schema := data.Schema{
		Table: "backtest", Doc: "the strategy, one row a bar: what was held at the close and decided there",
		Fields: []data.Field{
			{Name: "time", Type: data.Time, Doc: "open instant of the bar"},
			{Name: "known_at", Type: data.Time, Doc: "close instant of the bar: marks and decision"},
			floatField("equity_usd", "USD"), floatField("equity_btc", "BTC"),
			nullFloat("return_usd", "fraction"), nullFloat("return_btc", "fraction"),
			floatField("cum_return_usd", "fraction, since the first row"), floatField("cum_return_btc", "fraction, since the first row"),
			floatField("held_usd", "USD"), floatField("held_btc", "BTC"), floatField("held_alt_usd", "worth of all alts, USD"),
			floatField("weight_usd", "fraction of equity"), floatField("weight_btc", "fraction of equity"), floatField("weight_alt", "fraction of equity"),
			nullFloat("weight_usd_change", ""), nullFloat("weight_btc_change", ""), nullFloat("weight_alt_change", ""),
			nullFloat("target_usd", "decided here; null: nothing was decided"), nullFloat("target_btc", ""), nullFloat("target_alt", ""),
			{Name: "class", Type: data.Int, Nullable: true, Doc: "predicted class acted on"},
			{Name: "class_missing", Type: data.Bool, Doc: "a decision was due and had no class: the weights were kept"},
			floatField("btc_price", "USD, close"), nullFloat("btc_change", "fraction, close to close"),
			nullFloat("alt_change", "mean over the alts of their change in BTC; null: no alts"),
			floatField("turnover", "fraction of equity traded in this bar, one way"),
			floatField("fees_usd", "USD, of this bar's fills"), floatField("slippage_usd", "USD, of this bar's fills"),
			{Name: "pending", Type: data.Bool, Doc: "part of an order still waits for a market to trade"},
			floatField("tax_usd", "USD, paid in this bar"), floatField("tax_owed_usd", "USD, due and accrued in the year so far; equity is without it"),
			{Name: "kept", Type: data.String, Doc: "why a decision that was due was not acted on; else empty"},
		},
		Sort: []string{"time"},
	}
	cols := []any{r.Time, r.Known, r.EquityUSD, r.EquityBTC, r.ReturnUSD, r.ReturnBTC, r.CumUSD, r.CumBTC,
		r.USD, r.BTC, r.AltUSD, r.WeightUSD, r.WeightBTC, r.WeightAlt, r.ChangeUSD, r.ChangeBTC, r.ChangeAlt,
		r.TargetUSD, r.TargetBTC, r.TargetAlt, r.Class, r.Missing, r.BTCPrice, r.BTCChange, r.AltChange,
		r.Turnover, r.FeesUSD, r.SlippageUSD, r.Pending, r.TaxUSD, r.OwedUSD, r.Kept}
	for i, s := range a.series[1:] {
		schema.Fields = append(schema.Fields, floatField("held_"+strings.ToLower(s.Symbol.Base())+"_units", "quantity of "+s.Symbol.Base()))
		cols = append(cols, r.Alts[i])
	}
	b, err := data.NewBatch(schema, cols...)
	if err != nil {
		return err
	}
	return t.Put(b)
}

var fillSchema = data.Schema{
	Table: "fills", Doc: "every trade of the strategy",
	Fields: []data.Field{
		{Name: "time", Type: data.Time, Doc: "open instant of the bar it filled in"},
		{Name: "decided_at", Type: data.Time, Doc: "close instant of the bar that decided it"},
		{Name: "symbol", Type: data.String}, {Name: "side", Type: data.String, Doc: "buy or sell the base"},
		floatField("quantity", "base currency"), floatField("price", "quote currency, slippage included"),
		floatField("notional", "quote currency"), floatField("fee", "quote currency"),
		floatField("fee_usd", "USD, at the hub's open"), floatField("slippage_usd", "USD, at the hub's open"),
		{Name: "reason", Type: data.String, Doc: "the decision's, or tax or delisted"},
		{Name: "venue", Type: data.String, Doc: "as named in backtest.markets; else empty"},
	},
	Sort: []string{"time"},
}

func putFills(t *pipeline.Task, r *trade.Record) error {
	n := len(r.Fills)
	time, decided := make([]int64, n), make([]int64, n)
	symbol, side, reason, venue := make([]string, n), make([]string, n), make([]string, n), make([]string, n)
	f := [6][]float64{}
	for i := range f {
		f[i] = make([]float64, n)
	}
	for i, x := range r.Fills {
		time[i], decided[i], symbol[i], side[i], reason[i] = x.Time, x.Decided, string(x.Symbol), x.Side.String(), x.Reason
		f[0][i], f[1][i], f[2][i] = x.Quantity.Float(), x.Price, x.Notional.Float()
		f[3][i], f[4][i], f[5][i] = x.Fee.Float(), x.FeeUSD, x.SlippageUSD
		venue[i] = x.Venue
	}
	b, err := data.NewBatch(fillSchema, time, decided, symbol, side, f[0], f[1], f[2], f[3], f[4], f[5], reason, venue)
	if err != nil {
		return err
	}
	return t.Put(b)
}

var baselineSchema = data.Schema{
	Table: "baselines", Doc: "what else could have been done over the same bars, with the same costs",
	Fields: []data.Field{
		{Name: "name", Type: data.String}, {Name: "time", Type: data.Time, Doc: "open instant of the bar"},
		{Name: "known_at", Type: data.Time, Doc: "close instant of the bar"},
		floatField("equity_usd", "USD"), floatField("equity_btc", "BTC"),
		floatField("turnover", "fraction of equity traded in this bar, one way"), floatField("fees_usd", "USD, of this bar's fills"),
	},
}

func putBaselines(t *pipeline.Task, others []*account) error {
	var name []string
	var time, known []int64
	var usd, btc, turnover, fees []float64
	for _, c := range others {
		r := c.record
		name = append(name, repeat(c.name, r.Len())...)
		time, known = append(time, r.Time...), append(known, r.Known...)
		usd, btc = append(usd, r.EquityUSD...), append(btc, r.EquityBTC...)
		turnover, fees = append(turnover, r.Turnover...), append(fees, r.FeesUSD...)
	}
	b, err := data.NewBatch(baselineSchema, name, time, known, usd, btc, turnover, fees)
	if err != nil {
		return err
	}
	return t.Put(b)
}
