package stages

import (
	"fmt"
	"strconv"
	"strings"

	"mantis/data"
	"mantis/pipeline"
	"mantis/stages/trade"
)

var assumptionSchema = data.Schema{
	Table: "assumptions", Doc: "the rules that the backtest was run under",
	Fields: []data.Field{{Name: "name", Type: data.String}, {Name: "value", Type: data.String}},
}

// putAssumptions writes the rules of the backtest in words, as part of its
// content: whoever reports a result reports them with it.
func putAssumptions(t *pipeline.Task, p *BacktestParams, a *arena) error {
	interval := data.Interval(a.known[0] - a.time[0])
	every := "every bar"
	if p.Rebalance > 1 {
		every = fmt.Sprintf("every %d bars", p.Rebalance)
	}
	var weights []string
	for c := range trade.Classes {
		w := p.Weights[c]
		weights = append(weights, fmt.Sprintf("%d: %s/%s/%s", c+1, percent(w[0]), percent(w[1]), percent(w[2])))
	}
	var names, values []string
	for _, rule := range [][2]string{
		{"signal", "the predicted class of " + a.signal},
		{"weights", "USD/BTC/ALT in % for class " + strings.Join(weights, ", ")},
		{"decided", "at the close of a bar"},
		{"fill price", "open of the next bar that trades: that of its first candle"},
		{"delay", delayed(p.Delay) + "; no fill in a bar without a trade"},
		{"marks", "closes"},
		{"fee", p.feeInWords()},
		{"slippage", p.slippageInWords()},
		{"rebalancing", every},
		{"limits", p.limitsInWords()},
		{"bucket", a.bucketInWords(p)},
		{"annualisation", fmt.Sprintf("365 days, %.6g bars of %s", interval.PerYear(), interval)},
		{"alpha, beta", "against the price of BTC"},
		{"initial capital", strconv.FormatFloat(p.Capital, 'g', -1, 64) + " USD"},
		{"money", "exact, in units of 1e-18; products rounded half to even, quantities down, what is left over stays cash"},
		{"taxes", p.Tax.inWords()},
	} {
		names, values = append(names, rule[0]), append(values, rule[1])
	}
	b, err := data.NewBatch(assumptionSchema, names, values)
	if err != nil {
		return err
	}
	return t.Put(b)
}

// percent writes a fraction in percent, without the sign.
func percent(fraction float64) string {
	return strconv.FormatFloat(100*fraction, 'g', 4, 64)
}

// Assumptions takes the table assumptions apart: pairs of a name and a value.
func Assumptions(b *data.Batch) ([][2]string, error) {
	c := b.Columns()
	names, values := c.Strings("name"), c.Strings("value")
	if c.Err != nil {
		return nil, c.Err
	}
	out := make([][2]string, len(names))
	for i := range names {
		out[i] = [2]string{names[i], values[i]}
	}
	return out, nil
}
