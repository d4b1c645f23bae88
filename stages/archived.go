package stages

import (
	"errors"
	"fmt"
	"slices"

	"mantis/data"
	"mantis/pipeline"
	"mantis/stages/archive"
)

// ArchiveParams say which candles of the archive are taken, and how much of
// what is said there counts.
type ArchiveParams struct {
	Version string           `json:"version"` // id of the archive's version
	Series  []archive.Series `json:"series"`  // one a symbol
	Known   int              `json:"known"`   // the last taking that counts; archive.All: every one
}

// FromArchive are the parameters for those series of the archive that match one
// of the patterns, with what was known after some taking.
func FromArchive(a *archive.Archive, known int, patterns ...string) (ArchiveParams, error) {
	p := ArchiveParams{Known: known}
	if a.Version != nil {
		p.Version = a.Version.ID
	}
	var err error
	if p.Series, err = a.Choose(patterns...); err != nil {
		return p, err
	}
	return p, p.check()
}

func (p *ArchiveParams) check() error {
	if p.Version == "" || len(p.Series) == 0 {
		return data.WithHint(errors.New("source archive: no series"), "name them with --series, as in --series binance/BTC-USDT/1h")
	}
	slices.SortFunc(p.Series, archive.Series.Compare)
	for i, s := range p.Series {
		for _, o := range p.Series[:i] {
			if s.Symbol == o.Symbol {
				return &data.InputError{Reason: fmt.Sprintf("%s comes from two series, %s and %s", s.Symbol, o, s), Hint: "name one of them with --series"}
			}
		}
	}
	return nil
}

// takeArchived takes series out of the archive.
func takeArchived(t *pipeline.Task, p *CandleParams) ([]taken, error) {
	v, err := t.Given(archive.Dataset)
	if err != nil {
		return nil, err
	}
	a, err := archive.Read(v, func(v *data.Version, table string) (*data.Batch, error) { return t.ReadOf(v, table) })
	if err != nil {
		return nil, err
	}
	read := make([]taken, len(p.Archive.Series))
	return read, pipeline.Each(t.Context, len(read), func(i int) error {
		s := p.Archive.Series[i]
		parts, err := v.Where(archive.Dataset, s.Venue, string(s.Symbol), s.Interval.String())
		if err != nil {
			return err
		}
		read[i] = taken{Source: s.String(), Symbol: s.Symbol, Interval: s.Interval, First: data.Null, Until: a.Covered(s, p.Archive.Known)}
		for _, part := range parts {
			if err := read[i].takePart(t, a, s, v, part, p.Archive.Known); err != nil {
				return fmt.Errorf("%s: %w", s, err)
			}
		}
		if read[i].Count == 0 {
			return &data.InputError{Reason: fmt.Sprintf("%s: no candle was known by then", s), Hint: "name a later instant with --as-of"}
		}
		return nil
	})
}

// takePart takes what was known of a part of the archive.
func (r *taken) takePart(t *pipeline.Task, a *archive.Archive, s archive.Series, v *data.Version, part data.Part, known int) error {
	period := part.Value("period")
	from, until, err := data.PeriodBounds(period)
	if err != nil {
		return err
	}
	rewind := a.Rewind(s, from, until, known)
	k, err := t.Prepare(pipeline.Part{Schema: candleSchema, Values: []string{string(s.Symbol), period}, From: []pipeline.Rows{whole(v, part)},
		Params: anyParams, With: rewind, Make: func(rows []*data.Batch) (*data.Batch, any, error) {
			time, x, trades, err := rewind.Columns(rows[0])
			if err != nil {
				return nil, nil, err
			}
			b, err := data.NewBatch(candleSchema, data.Repeated{Text: string(s.Symbol), Rows: len(time)}, time, x[0], x[1], x[2], x[3], x[4], x[5], trades)
			return b, nil, err
		}})
	if err != nil || k.Rows == 0 {
		return err
	}
	if r.Count == 0 {
		r.First = k.First
	}
	r.Count += k.Rows
	r.Parts = append(r.Parts, k.Part)
	return nil
}
