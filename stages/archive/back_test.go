package archive

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"mantis/data"
	"mantis/data/venue"
)

// TestBackAgain holds that what a venue says now is said now, also where it said
// so before and something else in between.
func TestBackAgain(t *testing.T) {
	store := newStore(t, t.TempDir()+"/lake")
	f := &Fetcher{Venue: &venue.Venue{Name: "binance"}, Now: func() time.Time { return time.Unix(0, 0) }, store: store}
	until := begin + 4*int64(btc.Interval)
	for _, close := range []float64{1, 2, 1, 1} {
		to := &Fetched{Series: btc}
		b := &batch{from: begin, until: begin}
		b.add(venue.Page{From: begin, Until: until, Candles: *candles(btc, said{0, close, 1}, said{1, 7, 1}), Source: "x", SHA256: data.SHA256([]byte(fmt.Sprint(close)))})
		if err := f.keep(context.Background(), to, b); err != nil {
			t.Fatal(err)
		}
		if got := knownTimes(t, store, btc, All); !strings.HasSuffix(got[0], fmt.Sprint(" ", close)) {
			t.Errorf("the venue says %v, the archive %q", close, got)
		}
	}
	if a, err := Open(store); err != nil || len(a.Takings) != 3 {
		t.Errorf("%d takings of three that said something; %v", len(a.Takings), err)
	}
}
