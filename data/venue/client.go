package venue

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Client asks venues. Its fields are set before it is used and may be left
// zero; it may then be used from several goroutines, which keep to a venue's
// limit together. It must not be copied.
type Client struct {
	HTTP     *http.Client                                     // nil: http.DefaultTransport; redirects are never followed
	Base     func(v *Venue) string                            // address in place of a venue's own, of its archive too; "" or nil: its own
	Keys     func(name string) string                         // what an environment variable holds; nil: nothing
	Now      func() time.Time                                 // nil: time.Now
	Sleep    func(ctx context.Context, d time.Duration) error // nil: waits, or until ctx ends
	Rand     func() float64                                   // in [0, 1), by which waits are shortened; nil: always by half
	Log      func(line string)                                // what a person may want to know; nil: nobody does
	Attempts int                                              // 0: 8
	Timeout  time.Duration                                    // of one request with its answer; 0: a minute
	Patience time.Duration                                    // the longest wait that a venue may ask for, and all waits for one answer; 0: ten minutes
	Slow     time.Duration                                    // after which a Log says that an answer is waited for; 0: ten seconds

	mu     sync.Mutex
	states map[string]*state // by venue
}

// state is what a Client has learned of a venue.
type state struct {
	next   time.Time     // no request before
	offset time.Duration // the venue's clock less this one's
	known  bool          // it has answered
	dated  bool          // with a date, so that offset is known
	said   bool          // how the clocks differ
	nonce  int64         // the last
}

// of is the state of a venue; c.mu is held.
func (c *Client) of(v *Venue) *state {
	if c.states == nil {
		c.states = map[string]*state{}
	}
	if c.states[v.Name] == nil {
		c.states[v.Name] = &state{}
	}
	return c.states[v.Name]
}

func (c *Client) now() time.Time {
	if c.Now != nil {
		return c.Now()
	}
	return time.Now()
}

// sleep waits, or ends with the context.
func (c *Client) sleep(ctx context.Context, d time.Duration) error {
	if err := ctx.Err(); err != nil || d <= 0 {
		return err
	}
	if c.Sleep != nil {
		return c.Sleep(ctx, d)
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

func (c *Client) chance() float64 {
	if c.Rand != nil {
		return c.Rand()
	}
	return 0.5
}

func (c *Client) log(line string) {
	if c.Log != nil {
		c.Log(line)
	}
}

// key is the value of a key, or "".
func (c *Client) key(name string) string {
	if c.Keys == nil {
		return ""
	}
	return strings.TrimSpace(c.Keys(name))
}

// base is where a venue's API is, or its archive.
func (c *Client) base(v *Venue, archive bool) string {
	if c.Base != nil {
		if b := c.Base(v); b != "" {
			return strings.TrimRight(b, "/")
		}
	}
	if archive {
		return v.Archive
	}
	return v.Base
}

// transport is HTTP without redirects: keys are for the venue alone.
func (c *Client) transport() *http.Client {
	t := http.Client{}
	if c.HTTP != nil {
		t = *c.HTTP
	}
	t.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &t
}
