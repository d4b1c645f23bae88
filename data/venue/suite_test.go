package venue_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"mantis/data"
	"mantis/data/market"
	"mantis/data/venue"
	"mantis/data/venue/venuetest"
)

const now = "2024-03-09T12:34:56Z"

func at(t testing.TB, s string) int64 {
	t.Helper()
	x, err := data.ParseStamp(s)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// start serves a market that is listed late in January and has been away twice.
func start(t testing.TB) *venuetest.Server {
	t.Helper()
	m := venuetest.NewMarket("BTC-USDT", "ETH-BTC", "DOGE-BTC")
	m.Listed = at(t, "2024-01-29")
	m.Outages = append(m.Outages, [2]int64{at(t, "2024-02-20T03:00"), at(t, "2024-02-21T15:00")}, [2]int64{at(t, "2024-03-09T03:00"), at(t, "2024-03-09T05:00")})
	s := venuetest.Start(m, now)
	t.Cleanup(s.Close)
	return s
}

// wanted is a fetch of some pages that every venue can answer: of minutes from
// before the market was listed where it goes back that far.
func wanted(t testing.TB, v *venue.Venue) (req venue.Request, until int64) {
	req = venue.Request{Symbol: "ETH-BTC", Interval: 15 * data.Minute, From: at(t, "2023-12-28T00:07")}
	if v.Reach > 0 {
		req.Interval, req.From = data.Hour, at(t, "2024-02-10T05:00")
	}
	return req, req.Interval.Floor(at(t, "2024-03-09T12:34"))
}

// taken are the pages of a fetch, put together.
type taken struct {
	from, until int64
	pages       int
	candles     market.Candles
	aside       []market.Quarantined
	tentative   bool // the last page
}

// take adds a page, which has to begin where the last one ended.
func (k *taken) take(t testing.TB, p venue.Page) {
	t.Helper()
	c := &k.candles
	switch {
	case k.pages == 0:
		k.from, c.Symbol, c.Interval = p.From, p.Candles.Symbol, p.Candles.Interval
	case p.From != k.until:
		t.Fatalf("page %d begins at %s, the last one ended at %s", k.pages, data.Stamp(p.From), data.Stamp(k.until))
	}
	if p.Until <= p.From || p.Candles.Until != p.Until || p.Source == "" || len(p.SHA256) != 64 {
		t.Fatalf("page %d: %s to %s, candles until %s, source %q, digest %q", k.pages, data.Stamp(p.From), data.Stamp(p.Until), data.Stamp(p.Candles.Until), p.Source, p.SHA256)
	}
	for i, x := range p.Candles.Time {
		if x < p.From || x >= p.Until || i > 0 && x <= p.Candles.Time[i-1] {
			t.Fatalf("page %d: candle %s of %s to %s is out of place", k.pages, data.Stamp(x), data.Stamp(p.From), data.Stamp(p.Until))
		}
	}
	k.pages++
	k.until, c.Until, k.tentative = p.Until, p.Until, p.Tentative
	c.Time, c.Trades = append(c.Time, p.Candles.Time...), append(c.Trades, p.Candles.Trades...)
	for _, x := range [][2]*[]float64{{&c.Open, &p.Candles.Open}, {&c.High, &p.Candles.High}, {&c.Low, &p.Candles.Low}, {&c.Close, &p.Candles.Close}, {&c.Volume, &p.Candles.Volume}, {&c.QuoteVolume, &p.Candles.QuoteVolume}} {
		*x[0] = append(*x[0], *x[1]...)
	}
	k.aside = append(k.aside, p.Quarantined...)
}

// fetchAll takes all pages.
func fetchAll(t testing.TB, c *venue.Client, v *venue.Venue, req venue.Request) *taken {
	t.Helper()
	k := &taken{}
	if err := c.Fetch(t.Context(), v, req, func(p venue.Page) error { k.take(t, p); return nil }); err != nil {
		t.Fatal(err)
	}
	return k
}

// same demands the market's very candles, each once, and nothing else.
func same(t testing.TB, s *venuetest.Server, v *venue.Venue, req venue.Request, until int64, k *taken) {
	t.Helper()
	if k.until != until {
		t.Errorf("the last page ends at %s, want %s", data.Stamp(k.until), data.Stamp(until))
	}
	want := s.Want(v, req.Symbol, req.Interval, req.From, until)
	if want.Len() < 500 {
		t.Fatalf("only %d candles to be had", want.Len())
	}
	if !slices.Equal(want.Time, k.candles.Time) {
		t.Errorf("%d candles, want %d: %s", k.candles.Len(), want.Len(), firstOff(k.candles.Time, want.Time))
		return
	}
	got := &k.candles
	if !slices.Equal(want.Trades, got.Trades) || got.Symbol != req.Symbol || got.Interval != req.Interval {
		t.Errorf("%s %s, or numbers of trades, differ", got.Symbol, got.Interval)
	}
	for name, x := range map[string][2][]float64{"open": {want.Open, got.Open}, "high": {want.High, got.High}, "low": {want.Low, got.Low},
		"close": {want.Close, got.Close}, "volume": {want.Volume, got.Volume}, "quote volume": {want.QuoteVolume, got.QuoteVolume}} {
		if !slices.EqualFunc(x[0], x[1], func(a, b float64) bool { return math.Float64bits(a) == math.Float64bits(b) }) {
			t.Errorf("%s: %v, want %v", name, x[1], x[0])
		}
	}
	if len(k.aside) > 0 {
		t.Errorf("set aside: %+v", k.aside[0])
	}
}

func firstOff(got, want []int64) string {
	for i, w := range want {
		if i >= len(got) || got[i] != w {
			return fmt.Sprintf("number %d, %s, is missing", i, data.Stamp(w))
		}
	}
	return "there are more"
}

// faults are what a client has to get over without a trace in what it brings.
func faults() map[string]func(venuetest.Asked) venuetest.Fault {
	every := func(n, k int, f venuetest.Fault, kinds ...string) func(venuetest.Asked) venuetest.Fault {
		return func(a venuetest.Asked) venuetest.Fault {
			if a.N%n == k && (len(kinds) == 0 || slices.Contains(kinds, a.Kind)) {
				return f
			}
			return venuetest.Fault{}
		}
	}
	type c = []venuetest.Candle
	alter := func(n, k int, how func(now, before c) c) func(venuetest.Asked) venuetest.Fault {
		return every(n, k, venuetest.Fault{Alter: how}, "candles")
	}
	wait := map[string]string{"Retry-After": "7"}
	return map[string]func(venuetest.Asked) venuetest.Fault{
		"none":               nil,
		"reset":              every(3, 1, venuetest.Fault{Reset: true}),
		"cut amid":           every(3, 2, venuetest.Fault{Cut: true}),
		"half":               every(3, 1, venuetest.Fault{Half: true}, "candles", "checksum"),
		"half a file":        every(2, 1, venuetest.Fault{Half: true}, "archive"),
		"slow":               every(5, 2, venuetest.Fault{Slow: true}, "candles", "clock"),
		"429":                every(3, 1, venuetest.Fault{Status: 429}),
		"429, wait":          every(3, 1, venuetest.Fault{Status: 429, Header: wait}),
		"429, wait until":    every(3, 1, venuetest.Fault{Status: 429, Header: map[string]string{"Retry-After": "Sat, 09 Mar 2024 12:40:00 GMT"}}),
		"418, wait":          every(4, 2, venuetest.Fault{Status: 418, Header: map[string]string{"Retry-After": "120"}}),
		"500":                every(2, 1, venuetest.Fault{Status: 500, Body: "oops"}),
		"502, a page":        every(2, 1, venuetest.Fault{Status: 502, Body: "<html>bad gateway</html>", Header: map[string]string{"Content-Type": "text/html"}}),
		"503, wait":          every(3, 2, venuetest.Fault{Status: 503, Header: wait}),
		"200, a page":        every(3, 1, venuetest.Fault{Body: "<!doctype html><html>hold on</html>", Header: map[string]string{"Content-Type": "text/html; charset=utf-8"}}, "candles", "clock"),
		"200, another shape": every(3, 1, venuetest.Fault{Body: `{"ok":true}`}, "candles"),
		"200, nothing":       every(3, 1, venuetest.Fault{Body: " "}, "candles"),
		"near the limit":     every(3, 1, venuetest.Fault{Header: map[string]string{"X-MBX-USED-WEIGHT-1M": "5999"}}, "list"),
		"rows twice":         alter(1, 0, func(now, _ c) c { return append(slices.Clone(now), now...) }),
		"rows out of order": alter(1, 0, func(now, _ c) c {
			slices.SortFunc(now, func(a, b venuetest.Candle) int { return int(a.Time/997%101 - b.Time/997%101) })
			return now
		}),
		"the last page again": alter(4, 2, func(_, before c) c { return before }),
		"an empty page":       alter(3, 0, func(_, _ c) c { return nil }),
		"an overlapping page": alter(2, 0, func(now, before c) c {
			return append(slices.Clone(before[max(len(before)-9, 0):]), now[:max(len(now)-9, 0)]...)
		}),
		"a short page": alter(2, 1, func(now, _ c) c { return now[:(len(now)+1)/2] }),
	}
}

// TestSuite fetches from every venue under every fault: what comes is the market,
// candle by candle.
func TestSuite(t *testing.T) {
	for _, v := range venue.All() {
		if testing.Short() && v.Archive == "" { // under the race detector: the one with an archive
			continue
		}
		for name, fault := range faults() {
			t.Run(v.Name+"/"+name, func(t *testing.T) {
				t.Parallel()
				s := start(t)
				s.SetFault(fault)
				c := s.Client()
				c.Timeout = 20 * time.Second
				if name == "slow" {
					c.Timeout = 4 * time.Second
				}
				req, until := wanted(t, v)
				k := fetchAll(t, c, v, req)
				same(t, s, v, req, until, k)
				if k.from != req.Interval.Floor(req.From+int64(req.Interval)-1) {
					t.Errorf("the first page begins at %s", data.Stamp(k.from))
				}
			})
		}
	}
}

var errKilled = errors.New("killed")

// TestKilled ends a fetch after every page and goes on from there.
func TestKilled(t *testing.T) {
	if testing.Short() {
		t.Skip("heavy under the race detector, which has as much to see in others")
	}
	for _, v := range venue.All() {
		t.Run(v.Name, func(t *testing.T) {
			s := start(t)
			req, until := wanted(t, v)
			whole, k := fetchAll(t, s.Client(), v, req), &taken{}
			for next := req; k.until < until; next.From = k.until {
				err := s.Client().Fetch(t.Context(), v, next, func(p venue.Page) error { k.take(t, p); return errKilled })
				if !errors.Is(err, errKilled) {
					t.Fatal(err)
				}
			}
			same(t, s, v, req, until, k)
			if whole.pages > 1 && k.pages < 2 {
				t.Errorf("%d pages, %d at one go", k.pages, whole.pages)
			}
		})
	}
}

// TestClocks fetches with a clock here that is wrong: the venue's decides.
func TestClocks(t *testing.T) {
	if testing.Short() {
		t.Skip("heavy under the race detector, which has as much to see in others")
	}
	for _, v := range venue.All() {
		for _, skew := range []time.Duration{-80 * time.Hour, -7 * time.Second, 3 * time.Hour, 24 * 365 * time.Hour} {
			t.Run(fmt.Sprint(v.Name, skew), func(t *testing.T) {
				s := start(t)
				c := s.Client()
				c.Now = func() time.Time { return s.Now().Add(skew) }
				said := 0
				c.Log = func(line string) { said++ }
				req, until := wanted(t, v)
				same(t, s, v, req, until, fetchAll(t, c, v, req))
				if said != 1 {
					t.Errorf("%d lines were said", said)
				}
			})
		}
	}
}

// TestFinal moves the clock over the end of a candle: it is there once it has
// settled, and not before.
func TestFinal(t *testing.T) {
	for _, v := range venue.All() {
		s := start(t)
		req := venue.Request{Symbol: "BTC-USDT", Interval: data.Hour, From: at(t, "2024-03-09T06:00")}
		for _, step := range []struct {
			now, until string
		}{{"2024-03-09T12:50", "2024-03-09T12:00"}, {"2024-03-09T13:00:09", "2024-03-09T12:00"}, {"2024-03-09T13:00:30", "2024-03-09T13:00"}} {
			s.Sleep(t.Context(), time.UnixMicro(at(t, step.now)).Sub(s.Now()))
			k := fetchAll(t, s.Client(), v, req)
			if k.until != at(t, step.until) || k.candles.Time[k.candles.Len()-1] >= k.until {
				t.Errorf("%s at %s: until %s, want %s", v.Name, s.Now(), data.Stamp(k.until), step.until)
			}
		}
		for _, to := range []string{"2024-03-09T09:00", "2024-03-09T08:01"} {
			req.To = at(t, to)
			if k := fetchAll(t, s.Client(), v, req); k.until != at(t, "2024-03-09T09:00") {
				t.Errorf("%s to %s: until %s", v.Name, to, data.Stamp(k.until))
			}
		}
		req.To = 0
		if req.From = at(t, "2024-03-09T13:00"); fetchAll(t, s.Client(), v, req).pages > 0 {
			t.Errorf("%s: a page though nothing is final", v.Name)
		}
	}
}

// TestRestated fetches twice, and in between the venue changes its mind: the
// second says what is said then.
func TestRestated(t *testing.T) {
	if testing.Short() {
		t.Skip("heavy under the race detector, which has as much to see in others")
	}
	for _, v := range venue.All() {
		s := start(t)
		req, until := wanted(t, v)
		before := fetchAll(t, s.Client(), v, req)
		s.Market.Restate(at(t, "2024-02-25"), at(t, "2024-02-26"))
		after := fetchAll(t, s.Client(), v, req)
		same(t, s, v, req, until, after)
		if slices.Equal(before.candles.Close, after.candles.Close) {
			t.Errorf("%s: nothing was restated", v.Name)
		}
	}
}

// TestCancelled ends the context while a venue is silent, and during a wait.
func TestCancelled(t *testing.T) {
	for _, v := range venue.All() {
		for name, fault := range map[string]venuetest.Fault{"silent": {Slow: true}, "waiting": {Status: 503, Header: map[string]string{"Retry-After": "300"}}} {
			s := start(t)
			ctx, cancel := context.WithCancel(t.Context())
			s.SetFault(func(a venuetest.Asked) venuetest.Fault {
				if a.Kind != "candles" && a.Kind != "checksum" {
					return venuetest.Fault{}
				}
				time.AfterFunc(20*time.Millisecond, cancel)
				return fault
			})
			c := s.Client()
			c.Sleep = func(ctx context.Context, d time.Duration) error {
				if d < time.Minute { // the turn of a request
					return ctx.Err()
				}
				<-ctx.Done()
				return ctx.Err()
			}
			req, _ := wanted(t, v)
			began := time.Now()
			err := c.Fetch(ctx, v, req, func(venue.Page) error { return nil })
			if !errors.Is(err, context.Canceled) || time.Since(began) > 30*time.Second {
				t.Errorf("%s, %s: %v after %s", v.Name, name, err, time.Since(began))
			}
		}
	}
}
