package venue_test

import (
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"mantis/data"
	"mantis/data/venue"
	"mantis/data/venue/venuetest"
)

// TestChaos lets one request in four fail, each in another way, and kills every
// other fetch after a page.
func TestChaos(t *testing.T) {
	if testing.Short() {
		t.Skip("heavy under the race detector, which has as much to see in others")
	}
	wait := map[string]string{"Retry-After": "3"}
	faults := []venuetest.Fault{{Reset: true}, {Cut: true}, {Status: 500}, {Status: 429}, {Status: 429, Header: wait}, {Status: 418, Header: wait}, {Status: 503, Header: wait},
		{Body: "<html>"}, {Body: "[[1]]"}, {Status: 504, Body: "{"},
		{Alter: func(now, _ []venuetest.Candle) []venuetest.Candle { return append(slices.Clone(now), now...) }},
		{Alter: func(now, _ []venuetest.Candle) []venuetest.Candle { return now[:(len(now)+2)/3] }}}
	for _, v := range venue.All() {
		for seed := range uint64(4) {
			s := start(t)
			r := rand.New(rand.NewPCG(seed, 1))
			var one sync.Mutex // the server asks from many goroutines
			s.SetFault(func(a venuetest.Asked) venuetest.Fault {
				one.Lock()
				defer one.Unlock()
				if f := faults[r.IntN(len(faults))]; r.IntN(4) == 0 && (f.Alter == nil || a.Kind == "candles") {
					return f
				}
				return venuetest.Fault{}
			})
			req, until := wanted(t, v)
			k, killed := &taken{}, error(nil)
			for next := req; k.until < until; next.From = k.until {
				one.Lock()
				killed = nil
				if r.IntN(2) == 0 {
					killed = errKilled
				}
				one.Unlock()
				if err := s.Client().Fetch(t.Context(), v, next, func(p venue.Page) error { k.take(t, p); return killed }); err != killed {
					t.Fatalf("%s, seed %d: %v", v.Name, seed, err)
				}
			}
			same(t, s, v, req, until, k)
		}
	}
}

// TestTogether lets one client fetch three markets at once from all venues: each
// is whole, and they keep to a venue's limit together.
func TestTogether(t *testing.T) {
	s := start(t)
	c := s.Client()
	began := s.Now()
	var all sync.WaitGroup
	for _, v := range venue.All() {
		for _, symbol := range s.Market.Symbols {
			all.Add(1)
			go func() {
				defer all.Done()
				req := venue.Request{Symbol: symbol, Interval: data.Hour, From: at(t, "2024-02-10T05:00")}
				k := &taken{}
				if err := c.Fetch(t.Context(), v, req, func(p venue.Page) error { k.take(t, p); return nil }); err != nil {
					t.Errorf("%s %s: %v", v.Name, symbol, err)
					return
				}
				same(t, s, v, req, at(t, "2024-03-09T12:00"), k)
			}()
		}
	}
	all.Wait()
	if took := s.Now().Sub(began); took < 3*6e9 {
		t.Errorf("it took %s, and Shrimpy alone was asked at least four times", took)
	}
}
