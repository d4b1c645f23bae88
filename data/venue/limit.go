package venue

import (
	"context"
	"time"
)

// pace waits for the turn of a request: requests to a venue stand evenly apart,
// as far as its limit demands, and none is sent while it asks for silence.
func (c *Client) pace(ctx context.Context, v *Venue) error {
	limit := v.Limit
	if v.sign != nil && c.key(v.Keys[0]) != "" {
		limit = v.Keyed
	}
	here := c.now()
	c.mu.Lock()
	s := c.of(v)
	at := s.next
	if at.Before(here) {
		at = here
	}
	s.next = at.Add(limit.Per / time.Duration(limit.Requests))
	c.mu.Unlock()
	return c.sleep(ctx, at.Sub(here))
}

// hold lets no request to a venue go before d has passed.
func (c *Client) hold(v *Venue, d time.Duration) {
	until := c.now().Add(d)
	c.mu.Lock()
	defer c.mu.Unlock()
	if s := c.of(v); s.next.Before(until) {
		s.next = until
	}
}
