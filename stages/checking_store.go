package stages

import (
	"context"
	"fmt"

	"mantis/data"
	"mantis/data/market"
	"mantis/pipeline"
	"mantis/stages/archive"
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
	symbols := symbolsOf(v, "candles")
	pair := func(i int) string { return check.Pair(data.Symbol(symbols[i]), intervals[symbols[i]]) }
	all, err := checkByPair(ctx, len(symbols), pair, func(i int) (check.Series, error) {
		parts, err := v.Where("candles", symbols[i])
		if err != nil {
			return check.Series{}, err
		}
		return storedSeries(store, v, parts, symbols[i], intervals[symbols[i]])
	}, watch)
	if err != nil {
		return nil, err
	}
	for i, symbol := range symbols {
		all[i].Findings = check.Merge(quarantined[symbol], all[i].Findings)
	}
	check.Sort(all)
	return all, nil
}

// CheckArchive checks series of the archive, each by itself and beside the same
// pair at other venues. watch is told how many pairs are done, of how many.
func CheckArchive(ctx context.Context, store *data.Store, a *archive.Archive, series []archive.Series, watch func(done, total int)) ([]check.Report, error) {
	pair := func(i int) string { return check.Pair(series[i].Symbol, series[i].Interval) }
	all, err := checkByPair(ctx, len(series), pair, func(i int) (check.Series, error) {
		parts, err := a.Parts(series[i])
		if err != nil {
			return check.Series{}, err
		}
		s, err := storedSeries(store, a.Version, parts, string(series[i].Symbol), series[i].Interval)
		s.Venue = series[i].Venue
		return s, err
	}, watch)
	if err != nil {
		return nil, err
	}
	check.Sort(all)
	return all, nil
}

// checkByPair checks n series; those of one pair are compared, and the series of
// a few pairs at once are in memory. The reports are in the order of the series.
func checkByPair(ctx context.Context, n int, pair func(i int) string, read func(i int) (check.Series, error), watch func(done, total int)) ([]check.Report, error) {
	groups := map[string][]int{}
	var pairs []string
	for i := range n {
		p := pair(i)
		if groups[p] == nil {
			pairs = append(pairs, p)
		}
		groups[p] = append(groups[p], i)
	}
	done := make(chan struct{}, len(pairs))
	reports := make([]check.Report, n)
	return reports, pipeline.Each(ctx, len(pairs), func(p int) error {
		group := groups[pairs[p]]
		series := make([]check.Series, len(group))
		for k, i := range group {
			var err error
			if series[k], err = read(i); err != nil {
				return err
			}
		}
		for k, r := range check.All(series) {
			reports[group[k]] = r
		}
		done <- struct{}{}
		watch(len(done), len(pairs))
		return nil
	})
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

// storedSeries joins parts that hold the candles of a symbol.
func storedSeries(store *data.Store, v *data.Version, parts []data.Part, symbol string, interval data.Interval) (check.Series, error) {
	b, err := readParts(store, v, parts)
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
