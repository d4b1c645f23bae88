package stages

import (
	"context"
	"path/filepath"
	"slices"

	"mantis/data"
	"mantis/data/market"
	"mantis/pipeline"
	"mantis/stages/check"
)

// CheckFiles reads files of candles and checks them. Files of one venue, symbol
// and interval are one series. A file that is not read is a finding; only where
// none is, it is the error. watch is told how many files are read, of how many.
func CheckFiles(ctx context.Context, paths []string, watch func(done, total int)) ([]check.Report, error) {
	read := make([]checkable, len(paths))
	refused := make([]error, len(paths))
	done := make(chan struct{}, len(paths))
	err := pipeline.Each(ctx, len(paths), func(i int) error {
		read[i], refused[i] = readCheckable(paths[i])
		done <- struct{}{}
		watch(len(done), len(paths))
		return ctx.Err()
	})
	if err != nil {
		return nil, err
	}
	var reports []check.Report
	var whole checkable
	for i, path := range paths {
		if err := refused[i]; err != nil {
			reports = append(reports, refusal(path, err))
			continue
		}
		for k := range read[i].series {
			whole.join(&read[i], k)
		}
	}
	if len(reports) == len(paths) && len(paths) > 0 {
		return nil, refused[0]
	}
	checked, err := whole.check(ctx)
	if err != nil {
		return nil, err
	}
	reports = append(reports, checked...)
	check.Sort(reports)
	return reports, nil
}

// checkable are series, and what was found in reading each.
type checkable struct {
	series []check.Series
	source []string
	found  [][]check.Finding
	files  []int
}

func readCheckable(path string) (checkable, error) {
	var out checkable
	_, err := market.ReadFile(path, market.Options{Quarantine: true}, func(r market.Result) error {
		if r.Candles.Len() == 0 && len(r.Quarantined) == 0 {
			return nil // the empty page of a span without candles
		}
		s := check.Of(venueOf(path, &r), &r.Candles)
		out.series, out.source, out.files = append(out.series, s), append(out.source, filepath.Base(path)), append(out.files, 1)
		out.found = append(out.found, foundInReading(&s, &r))
		return nil
	})
	return out, err
}

// join takes in series k of another.
func (c *checkable) join(o *checkable, k int) {
	s := o.series[k]
	for i := range c.series {
		if t := &c.series[i]; t.Venue == s.Venue && t.Symbol == s.Symbol && t.Interval == s.Interval {
			t.Time, t.Trades = append(t.Time, s.Time...), append(t.Trades, s.Trades...)
			t.Open, t.High, t.Low, t.Close = append(t.Open, s.Open...), append(t.High, s.High...), append(t.Low, s.Low...), append(t.Close, s.Close...)
			t.Volume, t.QuoteVolume = append(t.Volume, s.Volume...), append(t.QuoteVolume, s.QuoteVolume...)
			c.found[i] = check.Merge(c.found[i], o.found[k])
			c.files[i]++
			c.source[i] = data.Counted(c.files[i], "file")
			return
		}
	}
	c.series, c.source = append(c.series, s), append(c.source, o.source[k])
	c.found, c.files = append(c.found, o.found[k]), append(c.files, o.files[k])
}

// check checks the series, those that can be compared together.
func (c *checkable) check(ctx context.Context) ([]check.Report, error) {
	groups := map[string][]int{}
	for i, s := range c.series {
		p := check.Pair(s.Symbol, s.Interval)
		groups[p] = append(groups[p], i)
	}
	var pairs []string
	for p := range groups {
		pairs = append(pairs, p)
	}
	slices.Sort(pairs)
	out := make([]check.Report, len(c.series))
	err := pipeline.Each(ctx, len(pairs), func(g int) error {
		var series []check.Series
		for _, i := range groups[pairs[g]] {
			series = append(series, c.series[i])
		}
		for k, r := range check.All(series) {
			i := groups[pairs[g]][k]
			r.Source = c.source[i]
			r.Findings = check.Merge(c.found[i], r.Findings)
			out[i] = r
		}
		return nil
	})
	return out, err
}

// foundInReading is what the reader of a file had to set aside or put right.
func foundInReading(s *check.Series, r *market.Result) []check.Finding {
	var out [][]check.Finding
	add := func(k check.Kind, spot check.Spot) {
		out = append(out, []check.Finding{check.New(k, s.Venue, s.Symbol, s.Interval, spot)})
	}
	first, last := int64(data.Null), int64(data.Null)
	if n := s.Len(); n > 0 {
		first, last = s.Time[0], s.Time[n-1]
	}
	for i, q := range r.Quarantined {
		add(check.SetAside, setAside(q, first, last, i))
	}
	if r.Repeated > 0 {
		add(check.Duplicate, check.Spot{Severity: check.Warning, From: first, To: last, Rows: r.Repeated, Text: "other rows say the same, or the finished candle: read once"})
	}
	for _, t := range r.Turned {
		spot := check.Turned(t, check.Warning)
		spot.Text += ", put right in reading"
		add(check.Swapped, spot)
	}
	return check.Merge(out...)
}

// setAside is the nth row of a series that was not read; when it would have been
// nobody knows but that it stands among the others.
func setAside(q market.Quarantined, first, last int64, nth int) check.Spot {
	e := data.InputError{File: filepath.Base(q.File), Line: q.Line, Column: q.Column, Value: q.Value, Reason: q.Reason}
	return check.Spot{Severity: check.Error, From: first, To: last, Rows: 1, Weight: float64(-nth), Text: e.Error()}
}

// refusal is the report of a file that is not read.
func refusal(path string, err error) check.Report {
	f := check.New(check.Refused, "", "", 0, check.Spot{Severity: check.Error, From: data.Null, To: data.Null, Rows: 1, Text: err.Error()})
	return check.Report{Source: filepath.Base(path), First: data.Null, Until: data.Null, Findings: []check.Finding{f}}
}

// venueOf is the venue that a file tells or its path, or else the directory that
// it lies in.
func venueOf(path string, r *market.Result) string {
	if r.Venue != "" {
		return r.Venue
	}
	if dir := filepath.Base(filepath.Dir(path)); len(dir) > 1 && dir != ".." {
		return dir
	}
	return ""
}
