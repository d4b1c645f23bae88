package venue_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mantis/data/venue"
	"mantis/data/venue/venuetest"
)

// TestLists reads pairs and assets of every venue, under faults too.
func TestLists(t *testing.T) {
	spelled := map[string][]string{ // BTC-USDT, DOGE-BTC, ETH-BTC
		"binance": {"BTCUSDT", "DOGEBTC", "ETHBTC"}, "kraken": {"XBTUSDT", "XDGXBT", "ETHXBT"}, "coinbase": {"BTC-USDT", "DOGE-BTC", "ETH-BTC"},
		"bitstamp": {"btcusdt", "dogebtc", "ethbtc"}, "shrimpy": {"XBT-USDT", "XDG-XBT", "ETH-XBT"}, "shrimpy-binance": {"BTC-USDT", "DOGE-BTC", "ETH-BTC"},
	}
	venues := venue.All()
	for _, v := range append(venues, find(t, "Shrimpy-Binance")) {
		for name, fault := range faults() {
			s := start(t)
			s.SetFault(fault)
			pairs, err := s.Client().Pairs(t.Context(), v)
			if err != nil {
				t.Fatalf("%s, %s: %v", v.Name, name, err)
			}
			var want []venue.Pair
			for i, x := range spelled[v.Name] {
				want = append(want, venue.Pair{Symbol: s.Market.Symbols[[]int{0, 2, 1}[i]], Venue: x, Trading: true})
			}
			if diff := cmp.Diff(want, pairs); diff != "" {
				t.Errorf("%s, %s: (-want +got)\n%s", v.Name, name, diff)
			}
			assets, err := s.Client().Assets(t.Context(), v)
			if err != nil {
				t.Fatalf("%s, %s: %v", v.Name, name, err)
			}
			names := ""
			for _, a := range assets {
				names += a.Asset + " "
			}
			if names != "BTC DOGE ETH USDT " {
				t.Errorf("%s, %s: %+v", v.Name, name, assets)
			}
		}
	}
}

// TestFind finds venues in any case, and names them all where there is none.
func TestFind(t *testing.T) {
	for _, name := range []string{"mtgox", "kraken-binance", "shrimpy-../x", "shrimpy-", ""} {
		if _, err := venue.Find(name); err == nil || !strings.Contains(err.Error(), "binance, bitstamp, coinbase, kraken, shrimpy") {
			t.Errorf("%q: %v", name, err)
		}
	}
	seen := ""
	for _, v := range venue.All() {
		if v.Name <= seen || v.Doc == "" || strings.HasSuffix(v.Base, "/") || v.Rows <= 0 || v.Limit.Requests <= 0 {
			t.Errorf("%+v", v)
		}
		for i := 1; i < len(v.Intervals); i++ {
			if v.Intervals[i] <= v.Intervals[i-1] {
				t.Errorf("%s: %v", v.Name, v.Intervals)
			}
		}
		seen = v.Name
	}
	s := venuetest.Start(venuetest.NewMarket("BTC-USD"), now)
	defer s.Close()
	if env := s.Environ(); len(env) != len(venue.All()) || !strings.HasPrefix(env[0], "MANTIS_VENUE_URL_BINANCE=http://127.0.0.1:") {
		t.Errorf("%q", env)
	}
}
