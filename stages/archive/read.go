package archive

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"mantis/data"
)

// Archive is a version of the archive, opened. The candles themselves are not
// read: they lie in its parts.
type Archive struct {
	Version *data.Version // nil: nothing was ever taken in
	Takings []Taking      // in the order of their numbers, from 1

	origins map[Series]origins
	sayings map[Series][]saying // by time, then by what corrected them
}

// saying is what was said of a candle before it was said otherwise.
type saying struct {
	rows        rows // one row
	taking      int
	correctedBy int
}

// Tables reads a table of a version of the archive, other than that of the
// candles.
type Tables func(v *data.Version, table string) (*data.Batch, error)

// Open opens the latest version in a store. An archive that holds nothing has
// no version.
func Open(store *data.Store) (*Archive, error) {
	v, err := store.Latest(Dataset)
	if errors.Is(err, data.ErrNotFound) {
		return &Archive{origins: map[Series]origins{}, sayings: map[Series][]saying{}}, nil
	}
	if err != nil {
		return nil, err
	}
	return Read(v, func(v *data.Version, table string) (*data.Batch, error) { return readTable(store, v, table) })
}

func readTable(store *data.Store, v *data.Version, table string) (*data.Batch, error) {
	parts := v.Of(table)
	if len(parts) != 1 {
		return nil, fmt.Errorf("%s: table %s has %s: %w", v.Ref(), table, data.Counted(len(parts), "part"), data.ErrStore)
	}
	return store.Read(v, parts[0])
}

// Read opens a version.
func Read(v *data.Version, tables Tables) (*Archive, error) {
	a := &Archive{Version: v, origins: map[Series]origins{}, sayings: map[Series][]saying{}}
	for table, read := range map[string]func(*data.Batch) error{
		takingSchema.Table: func(b *data.Batch) (err error) { a.Takings, err = readTakings(b); return err },
		originSchema.Table: a.readOrigins, restatedSchema.Table: a.readSayings,
	} {
		b, err := tables(v, table)
		if err == nil {
			err = read(b)
		}
		if err != nil {
			return nil, err
		}
	}
	a.date()
	return a, nil
}

func (a *Archive) readOrigins(b *data.Batch) error {
	c := b.Columns()
	series, err := readSeries(b)
	first, last, taking := c.Ints("first"), c.Ints("last"), c.Ints("taking")
	if err = cmp.Or(err, c.Err); err != nil {
		return err
	}
	for i, s := range series {
		a.origins[s] = append(a.origins[s], origin{first[i], last[i], int(taking[i])})
	}
	return nil
}

func (a *Archive) readSayings(b *data.Batch) error {
	c := b.Columns()
	series, err := readSeries(b)
	r, wrong := candleRows(b)
	taking, by := c.Ints("taking"), c.Ints("corrected_by")
	if err = cmp.Or(err, wrong, c.Err); err != nil {
		return err
	}
	for i, s := range series {
		a.sayings[s] = append(a.sayings[s], saying{r.slice(i, i+1), int(taking[i]), int(by[i])})
	}
	return nil
}

// Series lists what there is candles of, by name.
func (a *Archive) Series() []Series {
	return slices.SortedFunc(maps.Keys(a.origins), Series.Compare)
}

// Choose lists the series that match any of some patterns; each pattern must
// match one.
func (a *Archive) Choose(patterns ...string) ([]Series, error) {
	all, chosen := a.Series(), map[Series]bool{}
	for _, pattern := range patterns {
		found := false
		for _, s := range all {
			ok, err := s.Match(pattern)
			if err != nil {
				return nil, err
			}
			if ok {
				found, chosen[s] = true, true
			}
		}
		if !found {
			return nil, data.WithHint(fmt.Errorf("series %s: %w in the archive", pattern, data.ErrNotFound), "`mantis candles ls` shows what there is")
		}
	}
	return slices.SortedFunc(maps.Keys(chosen), Series.Compare), nil
}

// Parts are the parts of the main table that hold a series, by period.
func (a *Archive) Parts(s Series) ([]data.Part, error) {
	return a.Version.Where(Dataset, s.Venue, string(s.Symbol), s.Interval.String())
}

// observed is when the takings up to a number were made. It stands in the
// manifest among the parameters, which no id is made of.
type observed struct {
	Taking int    `json:"taking"`
	At     string `json:"at"` // RFC 3339, UTC
}

// date tells each taking when it was made, as far as the manifest says.
func (a *Archive) date() {
	dated := 0
	for _, o := range observations(a.Version) {
		at, err := time.Parse(time.RFC3339, o.At)
		for ; dated < min(o.Taking, len(a.Takings)); dated++ {
			if err == nil {
				a.Takings[dated].Observed = at
			}
		}
	}
}

func observations(v *data.Version) []observed {
	var params struct {
		Observed []observed `json:"observed"`
	}
	if v == nil || json.Unmarshal(v.Stage.Params, &params) != nil {
		return nil
	}
	return params.Observed
}

// KnownAt is the number of the last taking that was made by an instant, and all
// before it, too, 0 if none was: a clock may have been set back.
func (a *Archive) KnownAt(at time.Time) int {
	known := 0
	for _, t := range a.Takings {
		switch {
		case t.Observed.After(at):
			return known
		case !t.Observed.IsZero():
			known = t.Number
		}
	}
	return known
}
