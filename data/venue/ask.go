package venue

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"time"

	"mantis/data"
)

// The most bytes that are read of an answer, unpacked.
const (
	rowsMost = 8 << 20  // of candles
	jsonMost = 64 << 20 // of a list; those of all pairs are long
	zipMost  = 256 << 20
)

// reply is an answer, whole.
type reply struct {
	url    string // what was asked, without keys: those travel in the head
	status int
	header http.Header
	body   []byte
}

// sum is the SHA-256 of its bytes, as hex.
func (r *reply) sum() string { return data.SHA256(r.body) }

// get asks for a path of a venue's API and gives the answer to use, again and
// again as long as a fault may pass: with full jitter, that is, after a chance of
// up to 1, 2, 4, … 64 seconds, or after as long as the venue asks for. It gives up
// after Attempts, or when it would have waited for longer than Patience in all. It
// ends with the context at once.
func (c *Client) get(ctx context.Context, v *Venue, path string, most int64, use func(*reply) error) error {
	return c.getFrom(ctx, v, c.base(v, false), path, most, use)
}

func (c *Client) getFrom(ctx context.Context, v *Venue, base, path string, most int64, use func(*reply) error) error {
	attempts := c.Attempts
	if attempts <= 0 {
		attempts = 8
	}
	waited := time.Duration(0)
	for n := 1; ; n++ {
		err := c.once(ctx, v, base, path, most, use)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		var f *fault
		if err == nil || !errors.As(err, &f) {
			return err
		}
		err = fmt.Errorf("%s: %s%s: %w", v.Name, base, path, err)
		switch {
		case !f.again:
			return hinted(err, f.hint)
		case f.wait > c.patience():
			return data.WithHint(fmt.Errorf("%w; it asks to wait %s, until %s UTC", err, f.wait, data.Stamp(c.there(v).Add(f.wait).Truncate(time.Second).UnixMicro())),
				againThen)
		case n == attempts, f.few && n == fewAttempts:
			return data.WithHint(fmt.Errorf("%w (%d attempts)", err, n), againLater)
		}
		wait := time.Duration(c.chance() * float64(time.Second<<min(n-1, 6)))
		if f.wait >= 0 {
			wait += f.wait
			c.hold(v, f.wait)
		}
		if waited += wait; waited > c.patience() {
			return data.WithHint(fmt.Errorf("%w (%d attempts; a further one would make it more than %s of waiting)", err, n, c.patience()), againLater)
		}
		c.log(fmt.Sprintf("%v; attempt %d of %d in %s; given up after %s of waiting in all", err, n+1, attempts, wait.Round(100*time.Millisecond), c.patience()))
		if err := c.sleep(ctx, wait); err != nil {
			return err
		}
	}
}

// The hints of a fault that may pass.
const (
	againLater = "run again later"
	againThen  = "run again then"
)

func (c *Client) patience() time.Duration {
	if c.Patience > 0 {
		return c.Patience
	}
	return 10 * time.Minute
}

func hinted(err error, hint string) error {
	if hint == "" {
		return err
	}
	return data.WithHint(err, hint)
}

// once asks once.
func (c *Client) once(ctx context.Context, v *Venue, base, path string, most int64, use func(*reply) error) error {
	if err := c.pace(ctx, v); err != nil {
		return err
	}
	timeout := c.Timeout
	if timeout <= 0 {
		timeout = time.Minute
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, base+path, nil)
	if err != nil {
		return err
	}
	r.Header.Set("User-Agent", "mantis")
	if v.sign != nil {
		if err := v.sign(c, r, path); err != nil {
			return err
		}
	}
	defer c.waiting(v, timeout)()
	answer, err := c.transport().Do(r)
	if err != nil {
		return lost(ctx, timeout, err)
	}
	defer answer.Body.Close()
	c.mind(v, base, answer.Header)
	got := &reply{url: base + path, status: answer.StatusCode, header: answer.Header}
	got.body, err = io.ReadAll(io.LimitReader(answer.Body, most+1))
	switch {
	case err != nil:
		return lost(ctx, timeout, err)
	case got.status != http.StatusOK:
		return c.judge(v, got)
	case int64(len(got.body)) > most:
		return &fault{reason: fmt.Sprintf("more than %s bytes", data.Thousands(int(most)))}
	case isPage(got):
		return broken("a page of HTML in place of data: %s", c.snippet(v, got.body))
	}
	return use(got)
}

// waiting says, as long as no answer came, that it is waited for. It begins after
// Slow, and says it again after twice as long and so on, until it is ended.
func (c *Client) waiting(v *Venue, timeout time.Duration) (end func()) {
	slow := c.Slow
	if slow <= 0 {
		slow = 10 * time.Second
	}
	ended, silent := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(silent)
		for so := time.Duration(0); ; slow *= 2 {
			timer := time.NewTimer(slow)
			select {
			case <-ended:
				timer.Stop()
				return
			case <-timer.C:
			}
			so += slow
			c.log(fmt.Sprintf("%s: waiting for its answer for %s, and for no more than %s", v.Name, so, timeout))
		}
	}()
	return func() {
		close(ended)
		<-silent
	}
}

// mind heeds what the head of an answer says of the venue's clock and limits.
// Its archive comes out of caches, whose clock is not the venue's.
func (c *Client) mind(v *Venue, base string, h http.Header) {
	if base != c.base(v, false) {
		return
	}
	c.learn(v, h)
	if v.heed == nil {
		return
	}
	if d := v.heed(h, c.there(v)); d > 0 {
		c.log(fmt.Sprintf("%s: near its limit; silent for %s", v.Name, d.Round(time.Second)))
		c.hold(v, d)
	}
}

// lost is the fault of an answer that did not come, or not whole.
func lost(ctx context.Context, timeout time.Duration, err error) error {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return &fault{reason: fmt.Sprintf("no whole answer within %s", timeout), again: true, wait: -1, err: err}
	}
	var asked *url.Error // whose text has the address once more
	if errors.As(err, &asked) {
		err = asked.Err
	}
	f := &fault{reason: "the connection broke: " + err.Error(), again: true, wait: -1, err: err}
	var name *net.DNSError
	switch {
	case asked != nil && strings.Contains(err.Error(), "unsupported protocol scheme"):
		f.reason, f.again, f.hint = "no address: "+err.Error(), false, "look at the environment: MANTIS_VENUE_URL_ and the venue's name"
	case errors.As(err, &name) && name.IsNotFound, errors.Is(err, syscall.ECONNREFUSED):
		f.few = true
	}
	return f
}

// fewAttempts are made where nobody is there.
const fewAttempts = 3

// isPage tells whether an answer is a page for people.
func isPage(r *reply) bool {
	kind, _, _ := strings.Cut(r.header.Get("Content-Type"), ";")
	return strings.EqualFold(strings.TrimSpace(kind), "text/html") || bytes.HasPrefix(bytes.TrimSpace(r.body), []byte("<"))
}
