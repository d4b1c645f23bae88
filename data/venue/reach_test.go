package venue_test

import (
	"testing"

	"mantis/data"
	"mantis/data/venue"
	"mantis/data/venue/venuetest"
)

// TestWithinReach: neither an outage at the edge of what a venue reaches nor a
// market that is younger is taken for the venue's end.
func TestWithinReach(t *testing.T) {
	v := find(t, "kraken")
	for _, c := range []struct{ now, listed, from string }{
		{"2024-03-21T00:30:00Z", "2024-01-01", "2024-02-20T04:00"}, // begins amid an outage
		{"2024-03-21T00:30:00Z", "2024-01-01", "2024-02-20T00:00"}, // at the very edge
		{"2024-03-21T00:30:00Z", "2024-02-26", "2023-01-01"},       // younger
	} {
		m := venuetest.NewMarket("ETH-BTC")
		m.Listed = at(t, c.listed)
		m.Outages = append(m.Outages, [2]int64{at(t, "2024-02-20T03:00"), at(t, "2024-02-21T15:00")})
		s := venuetest.Start(m, c.now)
		defer s.Close()
		req := venue.Request{Symbol: "ETH-BTC", Interval: data.Hour, From: at(t, c.from)}
		same(t, s, v, req, at(t, "2024-03-21"), fetchAll(t, s.Client(), v, req))
	}
}

// TestLateMarket asks for years before a market was listed, and for a market that
// is gone: few requests, and what nothing vouches for is tentative.
func TestLateMarket(t *testing.T) {
	for _, v := range venue.All() {
		if v.Reach > 0 {
			continue
		}
		s := start(t)
		req := venue.Request{Symbol: "BTC-USDT", Interval: data.Minute, From: at(t, "2012-01-01"), To: at(t, "2024-01-29T10:00"), Live: true}
		k := fetchAll(t, s.Client(), v, req)
		if k.candles.Len() < 570 || k.candles.Time[0] > at(t, "2024-01-29T00:30") || k.tentative {
			t.Errorf("%s: %d candles from %s", v.Name, k.candles.Len(), data.Stamp(k.candles.Time[0]))
		}
		n := 0
		for kind, count := range s.Counts() {
			if kind != v.Name+" clock" {
				n += count
			}
		}
		if n > 50 {
			t.Errorf("%s: %d requests", v.Name, n)
		}
		said := 0
		s.Market.Outages = append(s.Market.Outages, [2]int64{at(t, "2024-02-25"), at(t, "2030-01-01")})
		c := s.Client()
		c.Log = func(string) { said++ }
		req = venue.Request{Symbol: "BTC-USDT", Interval: data.Hour, From: at(t, "2024-02-01")}
		k = fetchAll(t, c, v, req)
		if !k.tentative || k.until != at(t, "2024-03-09T12:00") || k.candles.Time[k.candles.Len()-1] >= at(t, "2024-02-25") || said == 0 {
			t.Errorf("%s: tentative %t until %s; %d lines said", v.Name, k.tentative, data.Stamp(k.until), said)
		}
	}
}
