package venuetest

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"mantis/data"
	"mantis/data/market"
	"mantis/data/venue"
)

// Server is all venues on one loopback address.
type Server struct {
	Market *Market
	Secret string // the secret of Shrimpy's key; "": requests need no key there
	Reach  int    // candles that Kraken goes back

	server *httptest.Server
	mu     sync.Mutex
	now    time.Time
	fault  func(Asked) Fault
	counts map[string]int // requests by venue and kind
	before map[string][]Candle
}

// Asked is a request that a fault may befall.
type Asked struct {
	Venue   string
	Kind    string // clock, candles, list, archive or checksum
	N       int    // it is the nth of its kind at its venue
	Request *http.Request
}

// Fault is what befalls a request. The zero value is nothing.
type Fault struct {
	Status int               // answer so
	Header map[string]string // with this in its head
	Body   string            // in place of the answer
	Reset  bool              // break the connection, without an answer
	Cut    bool              // break it amid the answer
	Half   bool              // answer with the first half, as if it were all
	Slow   bool              // answer when nobody waits any more
	Digest string            // the digest in a CHECKSUM

	// Alter makes other candles of those in an answer; before are those of the
	// venue's last one.
	Alter func(now, before []Candle) []Candle
}

// Start serves the venues of a market, at an instant like 2024-03-09T12:34:56Z.
// It panics where that is none: it is for tests.
func Start(m *Market, now string) *Server {
	t, err := time.Parse(time.RFC3339, now)
	if err != nil {
		panic(err)
	}
	s := &Server{Market: m, Reach: 720, now: t, counts: map[string]int{}, before: map[string][]Candle{}}
	s.server = httptest.NewServer(s)
	return s
}

// Close ends the server.
func (s *Server) Close() {
	s.server.CloseClientConnections()
	s.server.Close()
}

// Now is the instant by the venues' clock.
func (s *Server) Now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

// Sleep lets time pass at the venues, and takes none.
func (s *Server) Sleep(ctx context.Context, d time.Duration) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = s.now.Add(d)
	return ctx.Err()
}

// SetFault sets what goes wrong from the next request on; nil is nothing.
func (s *Server) SetFault(fault func(Asked) Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fault = fault
}

// Counts is how many requests came so far, by venue and kind: "kraken candles".
func (s *Server) Counts() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	counts := map[string]int{}
	for k, n := range s.counts {
		counts[k] = n
	}
	return counts
}

// URL is where a venue is.
func (s *Server) URL(v *venue.Venue) string {
	name, _, _ := strings.Cut(v.Name, ":")
	return s.server.URL + "/" + name
}

// Client is a client of the venues here, of their clock, that never waits.
func (s *Server) Client() *venue.Client {
	return &venue.Client{Base: s.URL, Now: s.Now, Sleep: s.Sleep, Rand: func() float64 { return 0.5 }}
}

// Environ is what tells mantis where the venues are.
func (s *Server) Environ() []string {
	var env []string
	for _, v := range venue.All() {
		env = append(env, venue.URLVariable(v)+"="+s.URL(v))
	}
	return env
}

// ServeHTTP answers /venue/path.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name, path, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	f, ok := find(name)
	if !ok {
		http.Error(w, "no such venue", http.StatusNotFound)
		return
	}
	path = "/" + path
	ask := Asked{Venue: name, Kind: f.kind(path), Request: r}
	s.mu.Lock()
	s.counts[name+" "+ask.Kind]++
	ask.N = s.counts[name+" "+ask.Kind]
	hook := s.fault
	w.Header().Set("Date", s.now.UTC().Format(http.TimeFormat))
	s.mu.Unlock()
	fault := Fault{}
	if hook != nil {
		fault = hook(ask)
	}
	switch {
	case fault.Reset:
		panic(http.ErrAbortHandler)
	case fault.Slow:
		<-r.Context().Done()
		return
	}
	for k, v := range fault.Header {
		w.Header().Set(k, v)
	}
	if fault.Status != 0 || fault.Body != "" {
		w.WriteHeader(max(fault.Status, 200))
		fmt.Fprint(w, fault.Body)
		return
	}
	status, body := f.serve(&visit{s, f, fault, r, path, w.Header()})
	switch {
	case fault.Half:
		body = body[:len(body)/2]
	case fault.Cut:
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		w.WriteHeader(status)
		w.Write(body[:len(body)/2])
		panic(http.ErrAbortHandler)
	}
	w.WriteHeader(status)
	w.Write(body)
}

// visit is a request under way.
type visit struct {
	*Server
	fake  fake
	fault Fault
	*http.Request
	path string
	head http.Header
}

// symbol is the symbol that a venue spells so.
func (v *visit) symbol(spelled string, spell func(data.Symbol) string) (data.Symbol, bool) {
	for _, s := range v.Market.Symbols {
		if spell(s) == spelled {
			return s, true
		}
	}
	return "", false
}

// number is a number of the query, or other.
func (v *visit) number(name string, other int64) int64 {
	n, err := strconv.ParseInt(v.FormValue(name), 10, 64)
	if err != nil {
		return other
	}
	return n
}

// candles are those that open in [from, until) and have begun, no more than the
// first so many, or the last, with what the fault makes of them. The one that is
// open now is among them.
func (v *visit) candles(s data.Symbol, i data.Interval, from, until int64, first, last int) []Candle {
	list := v.listed(v.fake, s, i, from, min(until, v.Now().UnixMicro()+1), first)
	list = list[max(len(list)-last, 0):]
	v.mu.Lock()
	kind := v.fake.name + " " + i.String()
	before := v.before[kind]
	v.before[kind] = list
	v.mu.Unlock()
	if v.fault.Alter != nil {
		list = v.fault.Alter(slices.Clone(list), before)
	}
	return list
}

// every is a number of candles that is no limit.
const every = math.MaxInt

func (s *Server) listed(f fake, symbol data.Symbol, i data.Interval, from, until int64, first int) []Candle {
	var list []Candle
	for t := max(i.Floor(from+int64(i)-1), i.Floor(s.Market.Listed)); t < until && len(list) < first; t += int64(i) {
		if c, ok := s.Market.candle(symbol, i, t); ok && (f.flat || !c.Flat) {
			list = append(list, c)
		}
	}
	return list
}

// Want are the candles that a venue has to give for [from, until), all of them
// final by then: what it does not say is unknown in them.
func (s *Server) Want(v *venue.Venue, symbol data.Symbol, i data.Interval, from, until int64) market.Candles {
	name, _, _ := strings.Cut(v.Name, ":")
	f, _ := find(name)
	c := market.Candles{Symbol: symbol, Interval: i, Until: until}
	for _, x := range s.listed(f, symbol, i, from, until, every) {
		c.Time = append(c.Time, x.Time)
		trades, quote := int64(data.Null), math.NaN()
		if f.trades {
			trades = x.Trades
		}
		if f.quote {
			quote = exact(x.Quote)
		}
		c.Open, c.High, c.Low, c.Close = append(c.Open, exact(x.Open)), append(c.High, exact(x.High)), append(c.Low, exact(x.Low)), append(c.Close, exact(x.Close))
		c.Volume, c.QuoteVolume, c.Trades = append(c.Volume, exact(x.Volume)), append(c.QuoteVolume, quote), append(c.Trades, trades)
	}
	return c
}

func exact(text string) float64 {
	x, err := strconv.ParseFloat(text, 64)
	if err != nil {
		panic(err)
	}
	return x
}
