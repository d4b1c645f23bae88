package stages

import (
	"cmp"

	"mantis/data"
	"mantis/pipeline"
	"mantis/stages/check"
	"mantis/stages/page"
)

// fillCoverage tells which stretches the candles cover and what is wrong with
// them, from the small tables of Coverage.
func fillCoverage(t *pipeline.Task, r *page.Report) error {
	spans, err := t.ReadOne(Coverage, "spans")
	if err != nil {
		return err
	}
	c := spans.Columns()
	symbol, interval, first, until := c.Strings("symbol"), c.Ints("interval_us"), c.Ints("first"), c.Ints("until")
	candles, quiet, gaps, missing, longest := c.Ints("candles"), c.Ints("quiet"), c.Ints("gaps"), c.Ints("missing"), c.Ints("longest")
	if c.Err != nil {
		return c.Err
	}
	outages, err := outagesOf(t)
	if err != nil {
		return err
	}
	for i, s := range symbol {
		days, err := t.ReadOne(Coverage, "coverage", s)
		if err != nil {
			return err
		}
		d := days.Columns()
		r.Coverage.Rows = append(r.Coverage.Rows, page.Covered{Name: s, Span: page.Span{First: first[i], Last: until[i]},
			Time: d.Ints("time"), Candles: d.Ints("candles"), Quiet: d.Ints("quiet"), Missing: d.Ints("missing"),
			Interval: data.Interval(interval[i]), Outages: outages[s],
			Total: candles[i], TotalQuiet: quiet[i], Gaps: gaps[i], TotalMissing: missing[i], Longest: longest[i]})
		if d.Err != nil {
			return d.Err
		}
	}
	return fillFindings(t, r)
}

// outagesOf are the worst outages of each symbol, from the first candle that is
// missing to the one that follows.
func outagesOf(t *pipeline.Task) (map[string][]page.Span, error) {
	b, err := t.ReadOne(Coverage, "spots")
	if err != nil {
		return nil, err
	}
	spans, err := t.ReadOne(Coverage, "spans")
	if err != nil {
		return nil, err
	}
	c, d := b.Columns(), spans.Columns()
	symbol, kind, first, last := c.Strings("symbol"), c.Strings("kind"), c.Ints("first"), c.Ints("last")
	names, interval := d.Strings("symbol"), d.Ints("interval_us")
	step := map[string]int64{}
	for i := range names {
		step[names[i]] = interval[i]
	}
	out := map[string][]page.Span{}
	for i := range symbol {
		if check.Kind(kind[i]) == check.Outage {
			out[symbol[i]] = append(out[symbol[i]], page.Span{First: first[i], Last: last[i] + step[symbol[i]]})
		}
	}
	return out, cmp.Or(c.Err, d.Err)
}

// fillFindings lists what is more than a habit of the venue, errors first.
func fillFindings(t *pipeline.Task, r *page.Report) error {
	b, err := t.ReadOne(Coverage, "findings")
	if err != nil {
		return err
	}
	c := b.Columns()
	symbol, kind, severity, text := c.Strings("symbol"), c.Strings("kind"), c.Strings("severity"), c.Strings("text")
	if c.Err != nil {
		return c.Err
	}
	for _, how := range []check.Severity{check.Error, check.Warning} {
		for i := range symbol {
			if severity[i] == string(how) {
				r.Coverage.Findings = append(r.Coverage.Findings, page.Finding{Name: symbol[i], Kind: kind[i], Error: how == check.Error, Text: text[i]})
			}
		}
	}
	return nil
}
