package venue

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"mantis/data"
)

// Settle is how long after its end a candle is final, by the venue's clock: the
// last trades of a candle are counted late.
const Settle = 10 * data.Second

// learn takes the venue's clock from the head of an answer. The Date of HTTP is
// cut to the second, so the clock is never thought to be ahead of what it is; Age
// is how long ago somebody in between kept the answer.
func (c *Client) learn(v *Venue, h http.Header) {
	date, err := http.ParseTime(h.Get("Date"))
	here := c.now()
	c.mu.Lock()
	s := c.of(v)
	first := !s.known
	s.known = true
	if err == nil {
		if age, err := strconv.ParseUint(h.Get("Age"), 10, 31); err == nil {
			date = date.Add(time.Duration(age) * time.Second)
		}
		s.offset = date.Sub(here)
	}
	offset := s.offset
	c.mu.Unlock()
	switch {
	case !first:
	case err != nil:
		c.log(v.Name + ": its answers bear no date; the clock here decides what is final")
	case offset > 5*time.Second:
		c.log(fmt.Sprintf("%s: the clock here is %s behind the venue's, which decides what is final", v.Name, offset.Round(time.Second)))
	case offset < -5*time.Second:
		c.log(fmt.Sprintf("%s: the clock here is %s ahead of the venue's, which decides what is final", v.Name, (-offset).Round(time.Second)))
	}
}

// there is the instant by the venue's clock, as far as it is known.
func (c *Client) there(v *Venue) time.Time {
	here := c.now()
	c.mu.Lock()
	defer c.mu.Unlock()
	return here.Add(c.of(v).offset)
}

// final is the instant, on the interval's grid, before which candles are final:
// one that opens at t is if t + interval is at or before it.
func (c *Client) final(ctx context.Context, v *Venue, i data.Interval) (int64, error) {
	c.mu.Lock()
	known := c.of(v).known
	c.mu.Unlock()
	if !known {
		if err := c.get(ctx, v, v.clock, jsonMost, func(*reply) error { return nil }); err != nil {
			return 0, err
		}
	}
	return i.Floor(c.there(v).UnixMicro() - int64(Settle)), nil
}
