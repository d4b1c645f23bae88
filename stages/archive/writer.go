package archive

import (
	"cmp"
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"mantis/data"
	"mantis/data/market"
)

// code is raised when the same takings would make another archive.
const code = 1

// Writer adds takings to an archive. Its methods are for one goroutine. The
// store's lock must be held from New to Commit or Discard.
type Writer struct {
	store *data.Store
	was   *Archive
	draft *data.Draft
	cells cells

	takings []Taking
	origins map[Series]origins
	sayings map[Series][]saying
	aside   []market.Quarantined
	taker   []int // of each in aside
	known   map[knownSource]bool
}

// knownSource is what makes a source the same as one that was taken before.
type knownSource struct {
	Series
	sha256      string
	entry       string // of a file that is an archive: several may be of one series
	from, until int64
}

// NewWriter begins to add to the latest version of the archive.
func NewWriter(store *data.Store) (*Writer, error) {
	was, err := Open(store)
	if err != nil {
		return nil, err
	}
	w := &Writer{store: store, was: was, draft: store.Draft(Dataset), takings: slices.Clone(was.Takings),
		origins: map[Series]origins{}, sayings: map[Series][]saying{}, known: map[knownSource]bool{}}
	w.draft.Provenance(data.Origin{Name: Dataset, Code: code}, nil)
	w.cells = newCells(store, was.Version, w.draft)
	for _, t := range was.Takings {
		w.known[t.Source.key()] = true
	}
	for s, o := range was.origins {
		w.origins[s] = slices.Clone(o)
	}
	for s, x := range was.sayings {
		w.sayings[s] = slices.Clone(x)
	}
	return w, nil
}

func (s Source) key() knownSource {
	_, entry, _ := strings.Cut(data.Plain(s.Name), "/") // the name of a file has no slash
	return knownSource{s.Series, s.SHA256, entry, s.From, s.Until}
}

// Take begins a taking and returns its number. It is 0 for a source whose bytes
// were taken before: they say nothing new.
func (w *Writer) Take(s Source) int {
	if w.known[s.key()] {
		return 0
	}
	return w.begin(s)
}

// has tells whether anything was taken in of a series.
func (w *Writer) has(s Series) bool {
	return slices.ContainsFunc(w.takings, func(t Taking) bool { return t.Series == s })
}

func (w *Writer) begin(s Source) int {
	w.known[s.key()] = true
	w.takings = append(w.takings, Taking{Source: s, Number: len(w.takings) + 1, First: data.Null, Last: data.Null})
	return len(w.takings)
}

// takeAnew takes in the candles of a source that counts also where its bytes were
// taken before: something else was said since, or they were read in another way.
// The number is 0 where they were, and all that they say is said now.
func (w *Writer) takeAnew(ctx context.Context, s Source, c *market.Candles) (number int, err error) {
	known := w.known[s.key()]
	number = w.begin(s)
	if err := w.Add(ctx, number, c); err != nil {
		return 0, err
	}
	if t := w.Taking(number); known && t.Added == 0 && t.Restated == 0 {
		w.takings = w.takings[:number-1]
		return 0, nil
	}
	return number, nil
}

// Taking is what came of a taking so far.
func (w *Writer) Taking(number int) Taking { return w.takings[number-1] }

// Add merges candles of the series of a taking. It keeps their memory.
func (w *Writer) Add(ctx context.Context, number int, c *market.Candles) error {
	t := &w.takings[number-1]
	now := rowsOf(c)
	if now.len() == 0 {
		return nil
	}
	for _, cut := range data.PeriodOf(t.Interval).Cut(now.time) {
		m, before, err := w.cells.merge(cellKey{t.Series, cut.Period}, now.slice(cut.From, cut.To))
		if err != nil {
			return err
		}
		w.account(t, &m, &before)
	}
	return w.cells.relieve(ctx)
}

// account notes what a merge made of candles that a taking says.
func (w *Writer) account(t *Taking, m *merged, before *rows) {
	o := w.origins[t.Series]
	for _, i := range m.restated {
		was := rows{}
		was.append(before, i, i+1)
		w.sayings[t.Series] = append(w.sayings[t.Series], saying{was, o.of(before.time[i]), t.Number})
	}
	grid := min(t.Interval, data.Day) // weeks and months open on a midnight
	for _, r := range m.runs {
		o = o.set(r, t.Number, int64(grid))
	}
	w.origins[t.Series] = o
	t.Added += m.added
	t.Restated += len(m.restated)
	t.Candles += m.said
	if t.First == data.Null {
		t.First = m.first
	}
	t.First, t.Last = min(t.First, m.first), max(t.Last, m.last)
}

// SetAside notes rows that a taking left out.
func (w *Writer) SetAside(number int, rows []market.Quarantined) {
	w.takings[number-1].SetAside += len(rows)
	byLine := func(x, y market.Quarantined) int { return cmp.Compare(x.Line, y.Line) }
	for _, q := range slices.SortedStableFunc(slices.Values(rows), byLine) {
		w.aside, w.taker = append(w.aside, q), append(w.taker, number)
	}
}

// Discard leaves no trace of what was added. It is harmless after Commit.
func (w *Writer) Discard() error { return w.draft.Discard() }

// Commit seals what was added as the latest version, observed at an instant. If
// nothing was added, it returns the version that was the latest before, or nil.
func (w *Writer) Commit(ctx context.Context, at time.Time) (*data.Version, error) {
	if len(w.takings) == len(w.was.Takings) {
		return w.was.Version, w.Discard()
	}
	parts, err := w.cells.seal(ctx)
	if err != nil {
		return nil, err
	}
	for _, p := range parts {
		if err := w.draft.Keep(candleSchema, p); err != nil {
			return nil, err
		}
	}
	if err := w.putTables(); err != nil {
		return nil, err
	}
	origin, err := w.origin(at)
	if err != nil {
		return nil, err
	}
	inputs := w.inputs()
	key, err := data.Canonical(map[string]any{"stage": Dataset, "code": code, "inputs": inputs, "takings": len(w.takings)})
	if err != nil {
		return nil, err
	}
	v, err := w.draft.Seal(origin, inputs, data.Digest("mantis/act/1", key))
	if err != nil {
		return nil, err
	}
	_, err = w.store.Point(v)
	return v, err
}

// origin tells the manifest when each taking was observed.
func (w *Writer) origin(at time.Time) (data.Origin, error) {
	seen := observations(w.was.Version)
	if n := len(w.was.Takings); n > 0 && (len(seen) == 0 || seen[len(seen)-1].Taking < n) {
		seen = append(seen, observed{Taking: n}) // by a manifest that lost its dates
	}
	whole := at.UTC().Add(time.Second - 1).Truncate(time.Second) // nothing is known before it was
	seen = append(seen, observed{len(w.takings), whole.Format(time.RFC3339)})
	params, err := json.Marshal(map[string]any{"observed": seen})
	return data.Origin{Name: Dataset, Code: code, Params: params}, err
}

// inputs are the sources of all takings, each once.
func (w *Writer) inputs() []data.Input {
	var inputs []data.Input
	seen := map[data.Input]bool{}
	for _, t := range w.takings {
		in := data.Input{Name: "file:" + data.Plain(t.Name), ID: t.SHA256}
		if !seen[in] {
			seen[in] = true
			inputs = append(inputs, in)
		}
	}
	return inputs
}

// putTables puts the small tables.
func (w *Writer) putTables() error {
	takings, err := takingBatch(w.takings)
	if err != nil {
		return err
	}
	origins, err := originBatch(w.origins)
	if err != nil {
		return err
	}
	restated, err := sayingBatch(w.sayings)
	if err != nil {
		return err
	}
	aside, err := w.asideBatch()
	if err != nil {
		return err
	}
	for _, b := range []*data.Batch{takings, origins, restated, aside} {
		if err := w.draft.Put(b); err != nil {
			return err
		}
	}
	return nil
}

// asideBatch is the rows that were set aside before, and those of this time.
func (w *Writer) asideBatch() (*data.Batch, error) {
	n := len(w.aside)
	taking, line := make([]int64, n), make([]int64, n)
	text := make([][]string, 5)
	for i := range text {
		text[i] = make([]string, n)
	}
	for i, q := range w.aside {
		taking[i], line[i] = int64(w.taker[i]), int64(q.Line)
		for c, s := range []string{q.File, q.Column, q.Value, q.Reason, q.Text} {
			text[c][i] = data.Plain(s)
		}
	}
	b, err := data.NewBatch(asideSchema, taking, text[0], line, text[1], text[2], text[3], text[4])
	if err != nil || w.was.Version == nil {
		return b, err
	}
	before, err := readTable(w.store, w.was.Version, asideSchema.Table)
	if err != nil {
		return nil, err
	}
	return data.Concat(before, b)
}

// byText orders series as the texts in the tables are ordered: 12h before 1h.
func byText(s, o Series) int {
	return cmp.Or(cmp.Compare(s.Venue, o.Venue), cmp.Compare(s.Symbol, o.Symbol), cmp.Compare(s.Interval.String(), o.Interval.String()))
}

func originBatch(of map[Series]origins) (*data.Batch, error) {
	var venue, symbol, interval []string
	var first, last, taking []int64
	for _, s := range slices.SortedFunc(maps.Keys(of), byText) {
		for _, o := range of[s] {
			venue, symbol, interval = append(venue, s.Venue), append(symbol, string(s.Symbol)), append(interval, s.Interval.String())
			first, last, taking = append(first, o.first), append(last, o.last), append(taking, int64(o.taking))
		}
	}
	return data.NewBatch(originSchema, venue, symbol, interval, first, last, taking)
}

func sayingBatch(of map[Series][]saying) (*data.Batch, error) {
	var venue, symbol, interval []string
	var taking, by []int64
	var all rows
	for _, s := range slices.SortedFunc(maps.Keys(of), byText) {
		slices.SortFunc(of[s], func(x, y saying) int {
			return cmp.Or(cmp.Compare(x.rows.time[0], y.rows.time[0]), cmp.Compare(x.correctedBy, y.correctedBy))
		})
		for _, x := range of[s] {
			venue, symbol, interval = append(venue, s.Venue), append(symbol, string(s.Symbol)), append(interval, s.Interval.String())
			all.append(&x.rows, 0, 1)
			taking, by = append(taking, int64(x.taking)), append(by, int64(x.correctedBy))
		}
	}
	return data.NewBatch(restatedSchema, venue, symbol, interval, all.time, all.open, all.high, all.low, all.close, all.volume, all.quote, all.trades, taking, by)
}
