package stages

import (
	"mantis/data"
	"mantis/pipeline"
	"mantis/stages/metrics"
)

var rollingSchema = data.Schema{
	Table: "rolling", Doc: "measures of each bar's last week and month, of every portfolio, in USD and in BTC, by the conventions of mantis",
	Fields: []data.Field{
		{Name: "portfolio", Type: data.String}, {Name: "currency", Type: data.String, Doc: "USD or BTC"},
		{Name: "window", Type: data.String, Doc: "week or month"}, {Name: "bars", Type: data.Int, Doc: "length of the window"},
		{Name: "time", Type: data.Time, Doc: "open instant of the window's last bar"},
		{Name: "known_at", Type: data.Time, Doc: "close instant of the window's last bar"},
		nullFloat("return", "fraction, compounded over the window"), nullFloat("volatility", "annual"), nullFloat("sharpe", "annual"),
		nullFloat("alpha", "annual, against the price of BTC"), nullFloat("beta", "against the price of BTC"),
		{Name: "reason", Type: data.String, Doc: "what is null, and why"},
	},
}

// putRolling writes every window of every curve.
func putRolling(t *pipeline.Task, b *book, curves []curve) error {
	windows := metrics.Windows(b.interval)
	rolled := make([]metrics.Rolled, len(curves)*len(windows))
	err := pipeline.Each(t.Context, len(rolled), func(i int) error {
		rolled[i] = metrics.Rolling(curves[i/len(windows)].Curve, windows[i%len(windows)].Bars)
		return nil
	})
	if err != nil {
		return err
	}
	var who, currency, window, reason []string
	var bars, time, known []int64
	var f [5][]float64
	n := len(b.time)
	for i, x := range rolled {
		c, w := curves[i/len(windows)], windows[i%len(windows)]
		who, currency, window = append(who, repeat(c.portfolio, n)...), append(currency, repeat(c.currency, n)...), append(window, repeat(w.Name, n)...)
		for range n {
			bars = append(bars, int64(w.Bars))
		}
		time, known, reason = append(time, b.time...), append(known, b.known...), append(reason, x.Reason...)
		for k, col := range [][]float64{x.Return, x.Volatility, x.Sharpe, x.Alpha, x.Beta} {
			f[k] = append(f[k], col...)
		}
	}
	table, err := data.NewBatch(rollingSchema, who, currency, window, bars, time, known, f[0], f[1], f[2], f[3], f[4], reason)
	if err != nil {
		return err
	}
	return t.Put(table)
}
