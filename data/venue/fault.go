package venue

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"mantis/data"
)

// fault is what is wrong with an answer, and whether to ask again may help.
type fault struct {
	reason string
	again  bool
	wait   time.Duration // what the venue asks for; -1: it does not say
	status int           // of HTTP; 0 where that was not it
	hint   string
	few    bool  // it hardly passes: a few attempts are enough
	err    error // beneath, or nil
}

// Error is the reason.
func (f *fault) Error() string { return f.reason }

// Unwrap is the error beneath.
func (f *fault) Unwrap() error { return f.err }

// broken is the fault of an answer that was cut, garbled or none at all.
func broken(format string, args ...any) error {
	return &fault{reason: fmt.Sprintf(format, args...), again: true, wait: -1}
}

// missing tells whether a venue said that there is no such thing.
func missing(err error) bool {
	var f *fault
	return errors.As(err, &f) && f.status == http.StatusNotFound
}

// refused tells whether a venue found fault with what it was asked.
func refused(err error) bool {
	var f *fault
	return errors.As(err, &f) && (f.status == http.StatusNotFound || f.status == http.StatusBadRequest)
}

// blocked is the hint where a venue turns somebody away.
const blocked = "the venue or a wall before it turns this address away; some venues are closed to some countries"

// judge is the fault of an answer whose status is not 200.
func (c *Client) judge(v *Venue, r *reply) error {
	f := &fault{reason: fmt.Sprintf("status %d", r.status), status: r.status, wait: c.retryAfter(v, r.header)}
	if said := c.snippet(v, r.body); said != "" {
		f.reason += ": " + said
	}
	switch s := r.status; {
	case s == http.StatusTooManyRequests:
		f.again, f.reason = true, "too many requests ("+f.reason+")"
	case s == http.StatusTeapot:
		f.again, f.reason = f.wait >= 0, "banned for too many requests ("+f.reason+")"
		f.hint = "the venue does not say for how long; bans last from two minutes to three days"
	case s >= 500, s == http.StatusRequestTimeout, s == http.StatusTooEarly:
		f.again = true
	case s == http.StatusForbidden, s == http.StatusUnavailableForLegalReasons:
		f.hint = blocked
	case s == http.StatusUnauthorized:
		f.hint = "look at the keys: " + strings.Join(v.Keys, ", ")
	case s >= 300 && s < 400:
		f.hint = "the venue has moved; no redirect is followed"
	}
	return f
}

// retryAfter is how long an answer asks to wait: in seconds, or until a date of
// the venue's clock; -1 where it does not say.
func (c *Client) retryAfter(v *Venue, h http.Header) time.Duration {
	text := strings.TrimSpace(h.Get("Retry-After"))
	if n, err := strconv.ParseUint(text, 10, 31); err == nil {
		return time.Duration(n) * time.Second
	}
	if t, err := http.ParseTime(text); err == nil {
		return max(t.Sub(c.there(v)), 0)
	}
	return -1
}

// snippet is the beginning of an answer for people, without keys.
func (c *Client) snippet(v *Venue, body []byte) string {
	text := strings.ToValidUTF8(string(body[:min(len(body), 4096)]), "?")
	for _, name := range v.Keys {
		if secret := c.key(name); secret != "" {
			for _, way := range []string{secret, url.QueryEscape(secret), strings.ReplaceAll(secret, "/", `\/`)} {
				text = strings.ReplaceAll(text, way, "["+name+"]")
			}
		}
	}
	text = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, text)
	text = strings.Join(strings.Fields(text), " ")
	if cut := []rune(text); len(cut) > 160 {
		text = string(cut[:160]) + "…"
	}
	return text
}

// ReachError says that a venue does not go back as far as it was asked to.
type ReachError struct {
	Venue    string
	Symbol   data.Symbol
	Interval data.Interval
	From     int64 // asked for, UTC µs
	Since    int64 // the first candle that the venue has now
	Rows     int   // candles that it goes back at most
}

// Error names both instants.
func (e *ReachError) Error() string {
	return fmt.Sprintf("%s: %s %s: it has only its latest %d candles, from %s on, and was asked for those from %s on",
		e.Venue, e.Symbol, e.Interval, e.Rows, data.Stamp(e.Since), data.Stamp(e.From))
}
