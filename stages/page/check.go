package page

import (
	"fmt"
	"time"

	"mantis/data"
)

// check says what in a report disagrees with itself.
func (r Report) check() error {
	if err := checkTime("curves", r.Curves.Time); err != nil {
		return err
	}
	for _, p := range r.Curves.Portfolios {
		for _, s := range []struct {
			numeraire string
			n         int
		}{{"USD", len(p.EquityUSD)}, {"BTC", len(p.EquityBTC)}} {
			if s.n != 0 && s.n != len(r.Curves.Time) {
				return fmt.Errorf("page: curves: %s: %d marks in %s at %d instants", p.Name, s.n, s.numeraire, len(r.Curves.Time))
			}
		}
	}
	d := r.Decisions
	if err := checkTime("decisions", d.Time); err != nil {
		return err
	}
	for _, s := range []struct {
		name string
		n    int
	}{
		{"predicted classes", len(d.Predicted)}, {"realised classes", len(d.Realised)},
		{"USD weights", len(d.USD)}, {"BTC weights", len(d.BTC)}, {"ALT weights", len(d.Alts)},
	} {
		if s.n != 0 && s.n != len(d.Time) {
			return fmt.Errorf("page: decisions: %d %s at %d instants", s.n, s.name, len(d.Time))
		}
	}
	if err := r.Explained.check(); err != nil {
		return err
	}
	return r.Coverage.check()
}

// check says what in the coverage disagrees with itself.
func (v Coverage) check() error {
	for _, c := range v.Rows {
		if err := checkTime("span of "+c.Name, []int64{c.Span.First, c.Span.Last}); err != nil {
			return err
		}
		if err := checkTime("candles of "+c.Name, c.Time); err != nil {
			return err
		}
		for _, n := range []int{len(c.Candles), len(c.Quiet), len(c.Missing)} {
			if n != 0 && n != len(c.Time) {
				return fmt.Errorf("page: candles of %s: %d counts at %d instants", c.Name, n, len(c.Time))
			}
		}
	}
	return nil
}

// checkTime says whether instants ascend strictly within the years 1 to 9999.
func checkTime(what string, ts []int64) error {
	first := time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC).UnixMicro()
	last := time.Date(9999, 12, 1, 0, 0, 0, 0, time.UTC).UnixMicro()
	for i, t := range ts {
		if t < first || t > last {
			return fmt.Errorf("page: %s: instant %d is outside the years 1 to 9999", what, i)
		}
		if i > 0 && t <= ts[i-1] {
			return fmt.Errorf("page: %s: instant %d, %s, does not come after %s", what, i, data.Stamp(t), data.Stamp(ts[i-1]))
		}
	}
	return nil
}

// strategy is the first portfolio, where there is one.
func (r Report) strategy() (Portfolio, bool) {
	if len(r.Curves.Portfolios) == 0 {
		return Portfolio{}, false
	}
	return r.Curves.Portfolios[0], true
}

// span is the time axis that all charts share. It is never empty.
func (r Report) span() (first, last int64) {
	width := int64(max(r.Interval, data.Second))
	c, d := r.Curves.Time, r.Decisions.Time
	switch {
	case len(c) > 0 && len(d) > 0:
		first, last = min(c[0], d[0]), max(c[len(c)-1], d[len(d)-1]+width)
	case len(c) > 0:
		first, last = c[0], c[len(c)-1]
	case len(d) > 0:
		first, last = d[0], d[len(d)-1]+width
	}
	if first == last {
		return first - width, last + width
	}
	return first, last
}
