package stages

import (
	"fmt"
	"math"

	"mantis/data"
	"mantis/data/market"
	"mantis/pipeline"
	"mantis/stages/check"
)

// CoverageParams is empty: what is told of candles has no settings.
type CoverageParams struct{}

// Coverage tells, in small tables, of what stretches there are candles and what
// is wrong with them, for those who do not want to read them all: the page. Each
// part of the candles is looked at once, with rows of its neighbours, and what
// was seen is remembered.
var Coverage = add(&pipeline.Stage{
	Name: "coverage", Doc: "which stretches the candles cover, and what is wrong with them", Code: 1,
	Inputs: []*pipeline.Stage{Candles},
	Params: &CoverageParams{},
	Run:    cover,
})

// seen is what there is to know of the candles of a stretch of time. Days count
// from the one that First lies in.
type seen struct {
	First    int64           `json:"first"`
	Candles  []int64         `json:"candles"`         // a day
	Quiet    []int64         `json:"quiet,omitempty"` // nil: none
	Holes    check.Holes     `json:"holes"`
	Findings []check.Finding `json:"findings,omitempty"`
}

// covered is what there is to know of one symbol.
type covered struct {
	symbol   string
	interval data.Interval
	first    int64
	until    int64
	seen     []seen // part by part
	holes    check.Holes
	findings []check.Finding
}

func cover(t *pipeline.Task) error {
	b, err := t.ReadOne(Candles, "series")
	if err != nil {
		return err
	}
	c := b.Columns()
	symbol, interval, first, until := c.Strings("symbol"), c.Ints("interval_us"), c.Ints("first"), c.Ints("until")
	if c.Err != nil {
		return c.Err
	}
	all := make([]covered, len(symbol))
	err = pipeline.Each(t.Context, len(symbol), func(i int) error {
		all[i] = covered{symbol: symbol[i], interval: data.Interval(interval[i]), first: first[i], until: until[i]}
		if err := all[i].look(t); err != nil {
			return fmt.Errorf("%s: %w", symbol[i], err)
		}
		return all[i].putDays(t)
	})
	if err != nil {
		return err
	}
	return putCovered(t, all)
}

// look looks at every part, or recalls what was seen there, and joins it.
func (c *covered) look(t *pipeline.Task) error {
	v, err := t.Input(Candles)
	if err != nil {
		return err
	}
	parts, err := v.Where("candles", c.symbol)
	if err != nil {
		return err
	}
	read := map[int]*data.Batch{} // those that were read, of the last few
	part := func(i int) (*data.Batch, error) {
		delete(read, i-3)
		if read[i] == nil {
			b, err := t.ReadOne(Candles, "candles", c.symbol, parts[i].Value("period"))
			if err != nil {
				return nil, err
			}
			read[i] = b
		}
		return read[i], nil
	}
	c.seen = make([]seen, len(parts))
	findings := make([][]check.Finding, len(parts))
	for i, p := range parts {
		around := [3]string{1: p.Content}
		if i > 0 {
			around[0] = parts[i-1].Content
		}
		if i+1 < len(parts) {
			around[2] = parts[i+1].Content
		}
		key := map[string]any{"symbol": c.symbol, "interval": c.interval, "parts": around}
		if !t.Recall(key, &c.seen[i]) {
			if c.seen[i], err = c.lookAt(parts, i, part); err != nil {
				return err
			}
			if err := t.Remember(key, c.seen[i]); err != nil {
				return err
			}
		}
		if c.holes.Join(c.seen[i].Holes); i > 0 && p.First-parts[i-1].Last > int64(c.interval) {
			c.holes.Join(check.HolesOf([]int64{parts[i-1].Last, p.First}, c.interval))
		}
		findings[i] = c.seen[i].Findings
	}
	c.findings = check.Merge(findings...)
	return nil
}

// lookAt looks at part i, with rows of its neighbours.
func (c *covered) lookAt(parts []data.Part, i int, part func(int) (*data.Batch, error)) (seen, error) {
	b, err := part(i)
	if err != nil {
		return seen{}, err
	}
	rows, until := []*data.Batch{b}, int64(math.MaxInt64)
	if i > 0 {
		before, err := part(i - 1)
		if err != nil {
			return seen{}, err
		}
		rows = append([]*data.Batch{before.Slice(max(0, before.Rows()-check.Neighbours), before.Rows())}, rows...)
	}
	if i+1 < len(parts) {
		after, err := part(i + 1)
		if err != nil {
			return seen{}, err
		}
		rows, until = append(rows, after.Slice(0, min(check.Neighbours, after.Rows()))), parts[i+1].First
	}
	all, err := data.Concat(rows...)
	if err != nil {
		return seen{}, err
	}
	s, err := checkSeries(all, c.symbol, c.interval)
	if err != nil {
		return seen{}, err
	}
	out, err := c.count(b)
	out.Findings = check.Faults(s, parts[i].First, until)
	return out, err
}

// day is the length of time that coverage is counted by.
func (c *covered) day() int64 { return int64(max(c.interval, data.Day)) }

// count counts the candles of a part by day.
func (c *covered) count(b *data.Batch) (seen, error) {
	s, err := checkSeries(b, c.symbol, c.interval)
	if err != nil {
		return seen{}, err
	}
	day, n := c.day(), s.Len()
	begin := floor(s.Time[0], day)
	days := (floor(s.Time[n-1], day)-begin)/day + 1
	out := seen{First: begin, Candles: make([]int64, days), Holes: check.HolesOf(s.Time, c.interval)}
	for i, at := range s.Time {
		d := (at - begin) / day
		out.Candles[d]++
		if market.Quiet(s.Open[i], s.High[i], s.Low[i], s.Close[i], s.Volume[i], s.QuoteVolume[i], s.Trades[i]) {
			if out.Quiet == nil {
				out.Quiet = make([]int64, days)
			}
			out.Quiet[d]++
		}
	}
	return out, nil
}

// floor is the last multiple of a step that is not after t.
func floor(t, step int64) int64 { return data.Interval(step).Floor(t) }

// days joins the days of all parts, those without a candle too.
func (c *covered) days() (time, candles, quiet, missing []int64) {
	day, step := c.day(), int64(c.interval)
	begin := floor(c.first, day)
	n := int((c.until - begin + day - 1) / day)
	time, candles, quiet, missing = make([]int64, n), make([]int64, n), make([]int64, n), make([]int64, n)
	for _, s := range c.seen {
		at := int((s.First - begin) / day)
		for d, k := range s.Candles {
			candles[at+d] += k
		}
		for d, k := range s.Quiet {
			quiet[at+d] += k
		}
	}
	for d := range time {
		time[d] = begin + int64(d)*day
		from, to := max(time[d], c.first), min(time[d]+day, c.until)
		missing[d] = max(0, (to-from)/step-candles[d])
	}
	return time, candles, quiet, missing
}

func (c *covered) putDays(t *pipeline.Task) error {
	time, candles, quiet, missing := c.days()
	b, err := data.NewBatch(coverageSchema, data.Repeated{Text: c.symbol, Rows: len(time)}, time, candles, quiet, missing)
	if err != nil {
		return err
	}
	return t.Put(b, c.symbol)
}
