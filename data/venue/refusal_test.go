package venue_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"mantis/data"
	"mantis/data/venue"
	"mantis/data/venue/venuetest"
)

func find(t testing.TB, name string) *venue.Venue {
	t.Helper()
	v, err := venue.Find(name)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// only lets a fault befall the requests of some kinds.
func only(f venuetest.Fault, kinds ...string) func(venuetest.Asked) venuetest.Fault {
	return func(a venuetest.Asked) venuetest.Fault {
		for _, k := range kinds {
			if a.Kind == k {
				return f
			}
		}
		return venuetest.Fault{}
	}
}

// TestRefusals are fetches that must end with an error: what it says, what the
// hint says, and how often the venue was asked for candles.
func TestRefusals(t *testing.T) {
	bomb := &bytes.Buffer{}
	z := gzip.NewWriter(bomb)
	z.Write(bytes.Repeat([]byte("[[[[[[[["), 2<<20))
	z.Close()
	wait := func(s string) map[string]string { return map[string]string{"Retry-After": s} }
	hour := venue.Request{Symbol: "BTC-USDT", Interval: data.Hour, From: at(t, "2024-03-01")}
	request := func(change func(r *venue.Request)) venue.Request { r := hour; change(&r); return r }
	for name, c := range map[string]struct {
		venue      string
		req        venue.Request
		fault      func(venuetest.Asked) venuetest.Fault
		want, hint string
		asked      int
	}{
		"no such interval":   {"kraken", request(func(r *venue.Request) { r.Interval = 6 * data.Hour }), nil, "kraken: no candles of 6h; it offers 1m 5m 15m 30m 1h 4h 1d", "bars.interval=6h", 0},
		"none that divides":  {"kraken", request(func(r *venue.Request) { r.Interval = 7 * data.Second }), nil, "no candles of 7s", "", 0},
		"no span":            {"kraken", request(func(r *venue.Request) { r.To = r.From }), nil, "nothing lies from 2024-03-01 00:00 to 2024-03-01 00:00", "", 0},
		"no symbol":          {"kraken", request(func(r *venue.Request) { r.Symbol = "BTC" }), nil, `symbol "BTC"`, "", 0},
		"out of reach":       {"kraken", request(func(r *venue.Request) { r.From = at(t, "2024-01-05") }), nil, "kraken: BTC-USDT 1h: it has only its latest 720 candles, from 2024-02-08 12:00 on, and was asked for those from 2024-01-05 00:00 on", "ask from 2024-02-08 12:00 on", 1},
		"binance: unknown":   {"binance", request(func(r *venue.Request) { r.Symbol = "FOO-USDT" }), nil, "FOO-USDT 1h: binance: ", "mantis pairs --venue binance", 1},
		"kraken: unknown":    {"kraken", request(func(r *venue.Request) { r.Symbol = "FOO-USDT" }), nil, "EQuery:Unknown asset pair", "mantis pairs --venue kraken", 1},
		"coinbase: unknown":  {"coinbase", request(func(r *venue.Request) { r.Symbol = "FOO-USDT" }), nil, `status 404: {"message":"NotFound"}`, "mantis pairs --venue coinbase", 1},
		"bitstamp: unknown":  {"bitstamp", request(func(r *venue.Request) { r.Symbol = "FOO-USDT" }), nil, "status 404", "mantis pairs --venue bitstamp", 1},
		"shrimpy: unknown":   {"shrimpy-binance", request(func(r *venue.Request) { r.Symbol = "FOO-USDT" }), nil, "Trading pair not found", "mantis pairs --venue shrimpy-binance", 1},
		"banned":             {"binance", hour, only(venuetest.Fault{Status: 418}, "candles"), "banned for too many requests", "from two minutes to three days", 1},
		"banned for long":    {"binance", hour, only(venuetest.Fault{Status: 418, Header: wait("7200")}, "candles"), "it asks to wait 2h0m0s, until 2024-03-09 14:34:5", "goes on where it stopped", 1},
		"429 for ever":       {"coinbase", hour, only(venuetest.Fault{Status: 429, Header: wait("9")}, "candles"), "too many requests (status 429) (8 attempts)", "run again later", 8},
		"down":               {"bitstamp", hour, only(venuetest.Fault{Reset: true}, "candles"), "the connection broke", "run again later", -1},
		"a page for ever":    {"kraken", hour, only(venuetest.Fault{Body: "<html>we are upgrading</html>"}, "candles"), "a page of HTML in place of data: <html>we are upgrading</html>", "run again later", 8},
		"cut for ever":       {"kraken", hour, only(venuetest.Fault{Half: true}, "candles"), "its JSON is cut or garbled", "run again later", 8},
		"a wall":             {"binance", hour, only(venuetest.Fault{Status: 403, Body: "<html>"}, "candles"), "status 403", "closed to some countries", 1},
		"a country":          {"binance", hour, only(venuetest.Fault{Status: 451}, "candles"), "status 451", "closed to some countries", 1},
		"moved":              {"kraken", hour, only(venuetest.Fault{Status: 302, Header: map[string]string{"Location": "https://example.org/"}}, "candles"), "status 302", "no redirect is followed", 1},
		"a gzip bomb":        {"kraken", hour, only(venuetest.Fault{Body: bomb.String(), Header: map[string]string{"Content-Encoding": "gzip"}}, "candles"), "more than 8,388,608 bytes", "", 1},
		"kraken: unheard of": {"kraken", hour, only(venuetest.Fault{Body: `{"error":["EGeneral:Invalid arguments"]}`}, "candles"), "EGeneral:Invalid arguments", "", 1},
		"kraken: away":       {"kraken", hour, only(venuetest.Fault{Body: `{"error":["EService:Unavailable"]}`}, "candles"), "EService:Unavailable (8 attempts)", "run again later", 8},
		"another shape":      {"coinbase", hour, only(venuetest.Fault{Body: `[[1709942400,9,8,7,6,5],[1709938800,9,8,7,6,5]]`}, "candles"), `no row is a candle; row 2: low "9": above open or close`, "run again later", 8},
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t)
			s.SetFault(c.fault)
			v := find(t, c.venue)
			pages := 0
			err := s.Client().Fetch(t.Context(), v, c.req, func(venue.Page) error { pages++; return nil })
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(data.Hint(err), c.hint) || c.hint == "" != (data.Hint(err) == "") {
				t.Errorf("%v\nhint: %s\nwant %s\nhint: %s", err, data.Hint(err), c.want, c.hint)
			}
			first, _, _ := strings.Cut(v.Name, "-")
			if asked := s.Counts()[first+" candles"]; asked != c.asked && c.asked >= 0 || pages > 0 {
				t.Errorf("asked %d times, want %d; %d pages", asked, c.asked, pages)
			}
		})
	}
	var reach *venue.ReachError
	s := start(t)
	hour.From = at(t, "2024-01-05")
	if err := s.Client().Fetch(t.Context(), find(t, "kraken"), hour, nil); !errors.As(err, &reach) {
		t.Fatal(err)
	}
	hour.From = reach.Since
	same(t, s, find(t, "kraken"), hour, at(t, "2024-03-09T12:00"), fetchAll(t, s.Client(), find(t, "kraken"), hour))
}

// TestPassingErrors are Kraken's, which come with status 200.
func TestPassingErrors(t *testing.T) {
	for _, e := range []string{"EService:Unavailable", "EService:Busy", "EAPI:Rate limit exceeded", "EGeneral:Internal error", "EGeneral:Temporary lockout"} {
		s := start(t)
		s.SetFault(func(a venuetest.Asked) venuetest.Fault {
			if a.Kind == "candles" && a.N < 3 {
				return venuetest.Fault{Body: `{"error":["` + e + `"]}`}
			}
			return venuetest.Fault{}
		})
		v := find(t, "kraken")
		req, until := wanted(t, v)
		same(t, s, v, req, until, fetchAll(t, s.Client(), v, req))
	}
}

// TestWaits holds the waits between attempts: full jitter that doubles, or what
// the venue asks for, and never faster than its limit.
func TestWaits(t *testing.T) {
	for _, c := range []struct {
		fault venuetest.Fault
		want  time.Duration // of eight attempts, by chance 0.5, or of as many as ten minutes are enough for
	}{
		{venuetest.Fault{Status: 503}, (1 + 2 + 4 + 8 + 16 + 32 + 64) * time.Second / 2},
		{venuetest.Fault{Status: 429, Header: map[string]string{"Retry-After": "70"}}, 490*time.Second + (1+2+4+8+16+32+64)*time.Second/2},
		{venuetest.Fault{Status: 429, Header: map[string]string{"Retry-After": "100"}}, 500*time.Second + (1+2+4+8+16)*time.Second/2},
	} {
		s := start(t)
		s.SetFault(only(c.fault, "candles"))
		began := s.Now()
		s.Client().Fetch(t.Context(), find(t, "binance"), venue.Request{Symbol: "BTC-USDT", Interval: data.Hour, From: at(t, "2024-03-01")}, nil)
		if took := s.Now().Sub(began); took < c.want || took > c.want+time.Second {
			t.Errorf("status %d: %s, want %s", c.fault.Status, took, c.want)
		}
	}
	for _, v := range venue.All() {
		s := start(t)
		began := s.Now()
		req, _ := wanted(t, v)
		req.Live = true
		fetchAll(t, s.Client(), v, req)
		first, _, _ := strings.Cut(v.Name, "-")
		requests := 0
		for _, kind := range []string{" candles", " clock"} {
			requests += s.Counts()[first+kind]
		}
		least := time.Duration(requests-1) * v.Limit.Per / time.Duration(v.Limit.Requests)
		if took := s.Now().Sub(began); took < least || took > least+time.Second {
			t.Errorf("%s: %d requests in %s, want %s", v.Name, requests, took, least)
		}
	}
	s := start(t)
	s.SetFault(only(venuetest.Fault{Header: map[string]string{"X-MBX-USED-WEIGHT-1M": "5000"}, Body: "[]"}, "candles"))
	began := s.Now()
	v := find(t, "binance")
	req := venue.Request{Symbol: "BTC-USDT", Interval: data.Hour, From: at(t, "2024-03-01")}
	k := fetchAll(t, s.Client(), v, req)
	if took := s.Now().Sub(began); took < 2*time.Minute || !k.tentative {
		t.Errorf("near the limit, %d requests in %s; tentative %t", s.Counts()["binance candles"], took, k.tentative)
	}
}

// TestListsGoOnNowhere holds that a list that fails is asked for again, and is no
// fetch that goes on.
func TestListsGoOnNowhere(t *testing.T) {
	s := start(t)
	s.SetFault(func(venuetest.Asked) venuetest.Fault { return venuetest.Fault{Status: 503} })
	_, err := s.Client().Pairs(t.Context(), find(t, "kraken"))
	if data.Hint(err) != "run again later" {
		t.Errorf("%v, hint: %s", err, data.Hint(err))
	}
}

type silent func(*http.Request) (*http.Response, error)

func (s silent) RoundTrip(r *http.Request) (*http.Response, error) { return s(r) }

// TestWaiting holds that it is told, again and again, that a silent venue is
// waited for.
func TestWaiting(t *testing.T) {
	told := make(chan string, 100)
	c := venue.Client{Slow: time.Millisecond, Attempts: 1, Log: func(line string) { told <- line }}
	c.HTTP = &http.Client{Transport: silent(func(r *http.Request) (*http.Response, error) {
		for _, want := range []string{"kraken: waiting for its answer for 1ms, and for no more than 1m0s", "kraken: waiting for its answer for 3ms"} {
			if got := <-told; !strings.HasPrefix(got, want) {
				t.Errorf("%q, want %q", got, want)
			}
		}
		return nil, errors.New("gone")
	})}
	if _, err := c.Pairs(t.Context(), find(t, "kraken")); err == nil || !strings.Contains(err.Error(), "gone") {
		t.Error(err)
	}
}

// TestSecrets lets a venue repeat the key, and looks for it in all that is said.
func TestSecrets(t *testing.T) {
	const key, secret = "key/of+a-user==", "c2VjcmV0L3NlY3JldCs="
	var said []string
	s := start(t)
	s.Secret = secret
	c := s.Client()
	c.Keys = func(name string) string { return map[string]string{"SHRIMPY_KEY": key, "SHRIMPY_SECRET": secret}[name] }
	c.Log = func(line string) { said = append(said, line) }
	v := find(t, "shrimpy")
	req, until := wanted(t, v)
	k := &taken{}
	if err := c.Fetch(t.Context(), v, req, func(p venue.Page) error {
		said = append(said, p.Source)
		k.take(t, p)
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	same(t, s, v, req, until, k)
	for _, f := range []venuetest.Fault{{Status: 401, Body: `{"error":"` + key + ` key\/of+a-user== ` + secret + `"}`}, {Status: 500, Body: key + "\x00" + secret}, {Body: "<" + secret}, {Reset: true},
		{Status: 302, Header: map[string]string{"Location": "https://example.org/"}}} {
		s.SetFault(only(f, "candles"))
		err := c.Fetch(t.Context(), v, req, nil)
		if err == nil {
			t.Fatal("no error")
		}
		said = append(said, err.Error(), data.Hint(err))
	}
	s.SetFault(nil)
	s.Secret = "b3RoZXI="
	_, err := c.Pairs(t.Context(), v)
	if err == nil || !strings.Contains(err.Error(), "status 401") || !strings.Contains(err.Error(), "[SHRIMPY_KEY]") || data.Hint(err) == "" {
		t.Errorf("%v", err)
	}
	said = append(said, err.Error())
	c.Keys = func(name string) string {
		return map[string]string{"SHRIMPY_KEY": key, "SHRIMPY_SECRET": secret + "?"}[name]
	}
	_, err = c.Pairs(t.Context(), v)
	said = append(said, err.Error(), data.Hint(err))
	c.Keys = func(name string) string { return map[string]string{"SHRIMPY_SECRET": secret}[name] }
	_, err = c.Pairs(t.Context(), v)
	said = append(said, err.Error(), data.Hint(err))
	for _, line := range said {
		for _, part := range []string{key, secret, "key%2F", "a-user", secret[:8]} {
			if strings.Contains(line, part) {
				t.Errorf("%q is said in %q", part, line)
			}
		}
	}
}

// TestKeyHeaders: what is signed goes to the venue alone, and its number rises.
func TestKeyHeaders(t *testing.T) {
	last := ""
	s := start(t)
	s.SetFault(func(a venuetest.Asked) venuetest.Fault {
		nonce := a.Request.Header.Get("DEV-SHRIMPY-API-NONCE")
		if len(nonce) != 13 || nonce <= last {
			t.Errorf("nonce %q after %q", nonce, last)
		}
		last = nonce
		return venuetest.Fault{}
	})
	c := s.Client()
	c.Sleep = func(context.Context, time.Duration) error { return nil } // all in one millisecond
	c.Keys = func(name string) string { return "c2VjcmV0" }
	for range 5 {
		if _, err := c.Pairs(t.Context(), find(t, "shrimpy")); err != nil {
			t.Fatal(err)
		}
	}
	s.SetFault(func(a venuetest.Asked) venuetest.Fault {
		for name := range a.Request.Header {
			if strings.Contains(http.CanonicalHeaderKey(name), "Api") {
				t.Errorf("%s is sent to %s", name, a.Venue)
			}
		}
		return venuetest.Fault{}
	})
	if _, err := c.Pairs(t.Context(), find(t, "kraken")); err != nil {
		t.Fatal(err)
	}
}
