package page

import "math"

// equitySection writes the equity of all portfolios, in USD and in BTC.
func (s *sheet) equitySection(r Report) {
	s.section("equity", "Equity")
	defer s.endSection()
	if len(r.Curves.Time) == 0 || len(r.Curves.Portfolios) == 0 {
		s.missing("No bar was traded: there is no equity to show.")
		return
	}
	for _, unit := range []Unit{USD, BTC} {
		c := r.chart(unit, r.Curves.Portfolios)
		if len(c.series) == 0 {
			s.missing("There is no equity in " + string(unit) + " to show.")
			continue
		}
		c.height = 330
		c.label = "Equity in " + string(unit) + " of " + listed(c.names)
		c.text = "Equity in " + string(unit) + " at the close of each bar, after fees and slippage: " +
			c.names[0] + compared(c.names) + ". The legend gives the last mark, or the one pointed at."
		s.heading("Equity in " + string(unit))
		s.figure(c)
	}
}

// drawdownSection writes the drawdowns of the strategy and of the portfolio it
// is compared with.
func (s *sheet) drawdownSection(r Report) {
	s.section("drawdown", "Drawdown")
	defer s.endSection()
	portfolios := r.Curves.Portfolios[:min(2, len(r.Curves.Portfolios))]
	if len(r.Curves.Time) == 0 || len(portfolios) == 0 {
		s.missing("No bar was traded: there is no drawdown to show.")
		return
	}
	for _, unit := range []Unit{USD, BTC} {
		c := r.chart(unit, portfolios)
		if len(c.series) == 0 {
			continue
		}
		for k, equity := range c.series {
			c.series[k] = drawdown(equity)
		}
		c.unit, c.height, c.even, c.fill = Fraction, 200, true, true
		c.covers = []float64{0, -0.01}
		c.label = "Drawdown in " + string(unit) + " of " + listed(c.names)
		c.text = "Drawdown: equity in " + string(unit) + " below its highest mark so far, as a share of that mark: " +
			c.names[0] + compared(c.names) + "."
		s.heading("Drawdown in " + string(unit))
		s.figure(c)
	}
}

// chart is a line chart of the equities in one numeraire, as far as there are
// any.
func (r Report) chart(unit Unit, portfolios []Portfolio) lineChart {
	c := lineChart{unit: unit, simulated: r.Simulated, time: r.Curves.Time}
	c.first, c.last = r.span()
	for _, p := range portfolios {
		equity := p.EquityUSD
		if unit == BTC {
			equity = p.EquityBTC
		}
		if len(equity) > 0 {
			c.names = append(c.names, p.Name)
			c.series = append(c.series, equity)
		}
	}
	return c
}

// drawdown is equity relative to its highest mark so far, less one: zero at a
// high, -0.25 a quarter below it, NaN where there is no mark.
func drawdown(equity []float64) []float64 {
	down := make([]float64, len(equity))
	high := 0.0
	for i, e := range equity {
		down[i] = math.NaN()
		if !finite(e) {
			continue
		}
		high = math.Max(high, e)
		if high > 0 {
			down[i] = e/high - 1
		}
	}
	return down
}

// compared is what the first of the names is set against.
func compared(names []string) string {
	if len(names) < 2 {
		return ""
	}
	return " against " + listed(names[1:])
}

// listed joins names as a sentence does.
func listed(names []string) string {
	text := ""
	for i, n := range names {
		switch {
		case i == 0:
		case i == len(names)-1:
			text += " and "
		default:
			text += ", "
		}
		text += n
	}
	return text
}
