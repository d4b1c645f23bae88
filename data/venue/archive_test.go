package venue_test

import (
	"strings"
	"testing"

	"mantis/data"
	"mantis/data/venue"
	"mantis/data/venue/venuetest"
)

// minutes is a fetch that Binance's archive serves with two months and a few days.
func minutes(t testing.TB) venue.Request {
	return venue.Request{Symbol: "ETH-BTC", Interval: 15 * data.Minute, From: at(t, "2024-01-15")}
}

// TestArchiveFirst: months, then days, then the API for the tail, each page with
// the digest that was published.
func TestArchiveFirst(t *testing.T) {
	if testing.Short() {
		t.Skip("heavy under the race detector, which has as much to see in others")
	}
	s, v := start(t), find(t, "binance")
	kinds := ""
	k := &taken{}
	if err := s.Client().Fetch(t.Context(), v, minutes(t), func(p venue.Page) error {
		k.take(t, p)
		switch {
		case strings.Contains(p.Source, "/monthly/"):
			kinds += "m"
		case strings.Contains(p.Source, "/daily/"):
			kinds += "d"
		default:
			kinds += "-"
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	same(t, s, v, minutes(t), at(t, "2024-03-09T12:30"), k)
	if kinds != "mm-" {
		t.Errorf("pages came by %q", kinds)
	}
	if n := s.Counts(); n["binance archive"] != 2 || n["binance checksum"] != 2 || n["binance candles"] != 1 {
		t.Errorf("%v", n)
	}
	s, kinds = venuetest.Start(s.Market, "2024-03-03T12:34:56Z"), ""
	defer s.Close()
	req := minutes(t)
	req.Interval = data.Minute
	if err := s.Client().Fetch(t.Context(), v, req, func(p venue.Page) error {
		kind := strings.Split(p.Source, "/")[6]
		kinds += kind[:1]
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if kinds != "m"+strings.Repeat("d", 29+2)+"/" && !strings.HasPrefix(kinds, "m"+strings.Repeat("d", 29+2)) {
		t.Errorf("before the month is out, pages came by %q", kinds)
	}
	req = minutes(t)
	req.Live = true
	if fetchAll(t, s.Client(), v, req); s.Counts()["binance archive"] > 1+31 {
		t.Error("the archive was asked though it was to be left aside")
	}
}

// TestNewUnits: from 2025 on the files are in microseconds.
func TestNewUnits(t *testing.T) {
	m := venuetest.NewMarket("BTC-USDT")
	m.Listed = at(t, "2024-11-20")
	s, v := venuetest.Start(m, "2025-03-09T12:00:00Z"), find(t, "binance")
	defer s.Close()
	req := venue.Request{Symbol: "BTC-USDT", Interval: 30 * data.Minute, From: at(t, "2024-11-25")}
	same(t, s, v, req, at(t, "2025-03-09T11:30"), fetchAll(t, s.Client(), v, req))
	if n := s.Counts()["binance archive"]; n < 4 {
		t.Errorf("%d files", n)
	}
}

// TestMissingFiles: what the archive does not have, the API has.
func TestMissingFiles(t *testing.T) {
	for _, lost := range []string{"2024-01.zip", "2024-02.zip.CHECKSUM", "/monthly/", "/data/"} {
		s, v := start(t), find(t, "binance")
		s.SetFault(func(a venuetest.Asked) venuetest.Fault {
			if strings.Contains(a.Request.URL.Path, lost) {
				return venuetest.Fault{Status: 404}
			}
			return venuetest.Fault{}
		})
		same(t, s, v, minutes(t), at(t, "2024-03-09T12:30"), fetchAll(t, s.Client(), v, minutes(t)))
	}
}

// TestWrongDigest: once is asked again, twice is an error that names both.
func TestWrongDigest(t *testing.T) {
	s, v := start(t), find(t, "binance")
	wrong := venuetest.Fault{Digest: strings.Repeat("ab", 32)}
	s.SetFault(func(a venuetest.Asked) venuetest.Fault {
		if a.Kind == "checksum" && a.N == 1 {
			return wrong
		}
		return venuetest.Fault{}
	})
	same(t, s, v, minutes(t), at(t, "2024-03-09T12:30"), fetchAll(t, s.Client(), v, minutes(t)))
	s.SetFault(func(a venuetest.Asked) venuetest.Fault {
		if strings.Contains(a.Request.URL.Path, "2024-02.zip.CHECKSUM") {
			return wrong
		}
		return venuetest.Fault{}
	})
	pages := []venue.Page{}
	err := s.Client().Fetch(t.Context(), v, minutes(t), func(p venue.Page) error { pages = append(pages, p); return nil })
	if err == nil || !strings.Contains(err.Error(), wrong.Digest) || !strings.Contains(err.Error(), "ETHBTC-15m-2024-02.zip: its SHA-256 is ") || !strings.Contains(data.Hint(err), "--live") {
		t.Fatalf("%v\n%s", err, data.Hint(err))
	}
	if len(pages) != 1 {
		t.Fatalf("%d pages before", len(pages))
	}
	s.SetFault(only(venuetest.Fault{Body: "not a digest"}, "checksum"))
	if err := s.Client().Fetch(t.Context(), v, minutes(t), nil); err == nil || !strings.Contains(err.Error(), "no SHA-256 in it") {
		t.Fatal(err)
	}
}

// TestOffGrid: rows beside the grid are set aside with their line, in files and in
// answers, and each once; nothing is rounded.
func TestOffGrid(t *testing.T) {
	from, until := at(t, "2024-02-03T04:00"), at(t, "2024-02-03T06:00")
	late := func(now, _ []venuetest.Candle) []venuetest.Candle {
		for i := range now {
			if now[i].Time >= from && now[i].Time < until {
				now[i].Time += 14_000_000
			}
		}
		return now
	}
	for _, v := range venue.All() {
		if v.Reach > 0 {
			continue
		}
		s := start(t)
		s.SetFault(func(venuetest.Asked) venuetest.Fault { return venuetest.Fault{Alter: late} })
		k := fetchAll(t, s.Client(), v, minutes(t))
		want := s.Want(v, "ETH-BTC", 15*data.Minute, from, until)
		if len(k.aside) != want.Len() {
			t.Errorf("%s: %d rows set aside, want %d", v.Name, len(k.aside), want.Len())
			continue
		}
		q := k.aside[0]
		if q.Column != "time" || q.Reason != "off the 15m grid" || q.Line == 0 || !strings.HasPrefix(q.File, "http://127.0.0.1") || q.Symbol != "ETH-BTC" || q.Text == "" {
			t.Errorf("%+v", q)
		}
		for _, x := range k.candles.Time {
			if x >= from && x < until {
				t.Errorf("%s: a candle at %s", v.Name, data.Stamp(x))
			}
		}
	}
}
