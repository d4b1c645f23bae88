package archive

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"mantis/data"
	"mantis/data/market"
	"mantis/data/venue"
	"mantis/pipeline"
)

// Fetcher takes candles from a venue into the archive.
type Fetcher struct {
	Client *venue.Client
	Venue  *venue.Venue
	Now    func() time.Time
	Live   bool                    // from the API alone, not from the venue's archive of files
	Again  bool                    // fetch also what was answered before: it may be restated
	Watch  func(done, total int64) // of time, in seconds of all series; may be nil

	store *data.Store
	lock  sync.Mutex // of the store's lock, within this process
	done  progressed
}

// Fetched is what came of a series.
type Fetched struct {
	Series
	From, Until int64 // what was answered for now, or before; data.Null for nothing
	Candles     int   // that the venue sent
	Added       int
	Restated    int
	SetAside    int
	Err         error // why it ended before its time
}

// progressed adds up how far the series are.
type progressed struct {
	mu          sync.Mutex
	done, total int64
}

// Candles and time after which a batch of pages is kept: what a kill costs is
// never more.
const (
	batchCandles = 200_000
	batchTime    = 20 * time.Second
)

// Fetch takes in the candles of some markets that open in [from, until), as far
// as they are final; until 0 is up to now. What was answered before is left out.
// Pages are kept in batches, each a taking and a version of the archive, so that
// a fetch that is killed goes on where it stopped. The store's lock is taken
// only while a batch is kept. The error of one series does not stop the others.
func (f *Fetcher) Fetch(ctx context.Context, store *data.Store, symbols []data.Symbol, interval data.Interval, from, until int64) ([]Fetched, error) {
	f.store = store
	a, err := Open(store)
	if err != nil {
		return nil, err
	}
	if until == 0 {
		until = f.Now().UnixMicro()
	}
	out, spans := make([]Fetched, len(symbols)), make([][]Span, len(symbols))
	for i, symbol := range symbols {
		s := Series{venueName(f.Venue.Name), symbol, interval}
		out[i] = Fetched{Series: s, From: from, Until: data.Null}
		if spans[i] = a.Unanswered(s, from, until); f.Again {
			spans[i] = []Span{{from, until}}
		}
		for _, x := range spans[i] {
			f.done.total += x.Until - x.From
		}
	}
	err = pipeline.Each(ctx, len(symbols), func(i int) error {
		for _, x := range spans[i] {
			if out[i].Err = f.span(ctx, &out[i], x); out[i].Err != nil {
				break
			}
		}
		return ctx.Err()
	})
	return out, err
}

// venueName is a venue as a series names it.
func venueName(name string) string { return strings.ReplaceAll(name, "_", "-") }

// batch is pages of one series that are not kept yet.
type batch struct {
	begun   time.Time
	from    int64 // where it begins
	until   int64 // up to where it is answered for
	candles market.Candles
	aside   []market.Quarantined
	sources []string
	sums    []string
}

// span fetches one stretch of a series.
func (f *Fetcher) span(ctx context.Context, to *Fetched, x Span) error {
	b := &batch{begun: f.Now(), from: x.From, until: x.From}
	at := x.From
	err := f.Client.Fetch(ctx, f.Venue, venue.Request{Symbol: to.Symbol, Interval: to.Interval, From: x.From, To: x.Until, Live: f.Live}, func(p venue.Page) error {
		b.add(p)
		f.progress(p.Until - at)
		at = p.Until
		if b.candles.Len() < batchCandles && f.Now().Sub(b.begun) < batchTime {
			return nil
		}
		return f.keep(ctx, to, b)
	})
	if ctx.Err() != nil {
		return ctx.Err() // half a batch is not worth a version: it is fetched again
	}
	if kept := f.keep(ctx, to, b); err == nil {
		err = kept
	}
	f.progress(max(0, x.Until-at))
	return err
}

func (f *Fetcher) progress(by int64) {
	if f.Watch == nil {
		return
	}
	f.done.mu.Lock()
	defer f.done.mu.Unlock()
	f.done.done += by
	f.Watch(f.done.done/1e6, f.done.total/1e6)
}

// add takes a page into the batch.
func (b *batch) add(p venue.Page) {
	if !p.Tentative {
		b.until = p.Until
	}
	b.sources, b.sums = append(b.sources, p.Source), append(b.sums, p.SHA256)
	b.aside = append(b.aside, p.Quarantined...)
	c := &p.Candles
	if c.Len() == 0 {
		return
	}
	r := rowsOf(&b.candles)
	more := rowsOf(c)
	r.append(&more, 0, more.len())
	b.candles = market.Candles{Symbol: c.Symbol, Interval: c.Interval, Until: data.Null,
		Time: r.time, Open: r.open, High: r.high, Low: r.low, Close: r.close, Volume: r.volume, QuoteVolume: r.quote, Trades: r.trades}
}

// keep makes a taking of the batch and a version of it, and begins the next.
func (f *Fetcher) keep(ctx context.Context, to *Fetched, b *batch) error {
	if b.until <= b.from {
		return nil
	}
	f.lock.Lock()
	defer f.lock.Unlock()
	unlock, err := f.store.Wait(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	w, err := NewWriter(f.store)
	if err != nil {
		return err
	}
	defer w.Discard()
	source := Source{Series: to.Series, Name: b.source(), Format: f.Venue.Name, SHA256: data.Digest("mantis/replies/1", []byte(strings.Join(b.sums, "\n"))), From: b.from, Until: b.until}
	n, err := w.takeAnew(ctx, source, &b.candles)
	if err != nil {
		return err
	}
	if n > 0 {
		w.SetAside(n, b.aside)
		if _, err := w.Commit(ctx, f.Now()); err != nil {
			return err
		}
		t := w.Taking(n)
		to.Candles, to.Added, to.Restated, to.SetAside = to.Candles+t.Candles, to.Added+t.Added, to.Restated+t.Restated, to.SetAside+t.SetAside
	}
	to.Until = max(to.Until, b.until)
	*b = batch{begun: f.Now(), from: b.until, until: b.until}
	return nil
}

// source names the replies of a batch.
func (b *batch) source() string {
	if n := len(b.sources); n > 1 {
		return fmt.Sprintf("%s … %s (%d replies)", b.sources[0], b.sources[n-1], n)
	}
	return strings.Join(b.sources, "")
}
