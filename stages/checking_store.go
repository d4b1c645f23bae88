package stages

import (
	"context"
	"fmt"
	"slices"

	"mantis/data"
	"mantis/data/market"
	"mantis/pipeline"
	"mantis/stages/check"
)

// CheckVersion checks the candles of a version of the dataset candles, symbol by
// symbol. watch is told how many symbols are done, of how many.
func CheckVersion(ctx context.Context, store *data.Store, v *data.Version, watch func(done, total int)) ([]check.Report, error) {
	if _, err := v.Table("candles"); err != nil {
		return nil, fmt.Errorf("%w: `mantis candles check` reads the dataset candles", err)
	}
	intervals, err := intervalsOf(store, v)
	if err != nil {
		return nil, err
	}
	quarantined, err := quarantinedRows(store, v, intervals)
	if err != nil {
		return nil, err
	}
	groups := map[string][]string{}
	var pairs []string
	for _, s := range symbolsOf(v, "candles") {
		p := check.Pair(data.Symbol(s), intervals[s])
		if groups[p] == nil {
			pairs = append(pairs, p)
		}
		groups[p] = append(groups[p], s)
	}
	done := make(chan struct{}, len(pairs))
	reports := make([][]check.Report, len(pairs))
	err = pipeline.Each(ctx, len(pairs), func(i int) error {
		var series []check.Series
		for _, symbol := range groups[pairs[i]] {
			s, err := storedSeries(store, v, symbol, intervals[symbol])
			if err != nil {
				return err
			}
			series = append(series, s)
		}
		reports[i] = check.All(series)
		for k, symbol := range groups[pairs[i]] {
			r := &reports[i][k]
			r.Findings = check.Merge(quarantined[symbol], r.Findings)
		}
		done <- struct{}{}
		watch(len(done), len(pairs))
		return nil
	})
	if err != nil {
		return nil, err
	}
	all := slices.Concat(reports...)
	check.Sort(all)
	return all, nil
}

func intervalsOf(store *data.Store, v *data.Version) (map[string]data.Interval, error) {
	parts, err := v.Where("series")
	if err != nil {
		return nil, err
	}
	b, err := store.Read(v, parts[0])
	if err != nil {
		return nil, err
	}
	c := b.Columns()
	symbol, interval := c.Strings("symbol"), c.Ints("interval_us")
	out := map[string]data.Interval{}
	for i := range symbol {
		out[symbol[i]] = data.Interval(interval[i])
	}
	return out, c.Err
}

func storedSeries(store *data.Store, v *data.Version, symbol string, interval data.Interval) (check.Series, error) {
	parts, err := v.Where("candles", symbol)
	if err != nil {
		return check.Series{}, err
	}
	batches := make([]*data.Batch, len(parts))
	for i, p := range parts {
		if batches[i], err = store.Read(v, p); err != nil {
			return check.Series{}, err
		}
	}
	b, err := data.Concat(batches...)
	if err != nil {
		return check.Series{}, err
	}
	return checkSeries(b, symbol, interval)
}

// checkSeries are the candles of a batch.
func checkSeries(b *data.Batch, symbol string, interval data.Interval) (check.Series, error) {
	c := b.Columns()
	return check.Series{Symbol: data.Symbol(symbol), Interval: interval, Time: c.Ints("time"), Open: c.Floats("open"), High: c.Floats("high"),
		Low: c.Floats("low"), Close: c.Floats("close"), Volume: c.Floats("volume"), QuoteVolume: c.Floats("quote_volume"), Trades: c.Ints("trades")}, c.Err
}

// quarantinedRows are the rows of each symbol that were set aside on the way in.
func quarantinedRows(store *data.Store, v *data.Version, intervals map[string]data.Interval) (map[string][]check.Finding, error) {
	out := map[string][]check.Finding{}
	for _, p := range v.Of("quarantine") {
		b, err := store.Read(v, p)
		if err != nil {
			return nil, err
		}
		c := b.Columns()
		symbol, file, line, column := c.Strings("symbol"), c.Strings("file"), c.Ints("line"), c.Strings("column")
		value, reason := c.Strings("value"), c.Strings("reason")
		if c.Err != nil {
			return nil, c.Err
		}
		for i, s := range symbol {
			parts, err := v.Where("candles", s)
			if err != nil {
				return nil, err
			}
			q := market.Quarantined{File: file[i], Line: int(line[i]), Column: column[i], Value: value[i], Reason: reason[i]}
			f := check.New(check.SetAside, "", data.Symbol(s), intervals[s], setAside(q, parts[0].First, parts[len(parts)-1].Last, i))
			out[s] = check.Merge(out[s], []check.Finding{f})
		}
	}
	return out, nil
}
