package venue

import (
	"context"
	"fmt"
	"math"
	"slices"

	"mantis/data"
)

// window asks for the candles from at on, as many as an answer holds and none
// from bound on, and gives the page that the answer covers. That is no more than
// its last candle closes; the next page begins there. So an answer that is cut
// shorter than expected, or that repeats what was known, costs a request and
// loses nothing.
func (f *fetch) window(ctx context.Context, at, bound int64) (Page, error) {
	s := f.span(at, bound)
	a, err := f.answer(ctx, s)
	if err != nil {
		return Page{}, err
	}
	longest := a.count >= f.longest
	f.longest = max(f.longest, a.count)
	switch {
	case f.v.Reach > 0 && a.count >= f.v.Reach && a.first > at && a.first != math.MaxInt64:
		return Page{}, &ReachError{f.v.Name, s.symbol, s.interval, at, a.first, f.v.Reach}
	case len(a.rows) == 0 && len(a.aside) > 0:
		return a.page(s, min(s.until, s.interval.Floor(slices.Max(a.asideT))+int64(s.interval))), nil
	case len(a.rows) == 0:
		return f.empty(ctx, s, a)
	case !f.v.ascends && a.rows[0].time > at && longest:
		// As long as any answer so far, it may have been cut at its beginning.
		return f.window(ctx, at, a.rows[0].time)
	}
	return a.page(s, a.rows[len(a.rows)-1].time+int64(s.interval)), nil
}

// span is as much from at on as an answer holds.
func (f *fetch) span(at, bound int64) span {
	i := f.req.Interval
	return span{f.req.Symbol, i, at, min(bound, at+int64(f.v.Rows)*int64(i))}
}

// answer asks for a span.
func (f *fetch) answer(ctx context.Context, s span) (a *answer, err error) {
	err = f.c.get(ctx, f.v, f.v.ask(s), jsonMost, func(r *reply) error {
		raws, err := f.v.read(r.body)
		if err != nil {
			return err
		}
		a, err = sift(r, raws, s)
		return err
	})
	return a, err
}

// empty is the page of a span that the venue has answered without a candle: an
// outage, a quiet market, one that is not listed yet or no more, or a slip. Where
// the answer has none that follows, the longest candles that the venue offers
// tell where the next one is, so that years without a market cost few requests.
// Where they do not help, the venue is asked once more.
func (f *fetch) empty(ctx context.Context, s span, a *answer) (Page, error) {
	next, vouched := a.later, a.later != math.MaxInt64
	if !vouched {
		var err error
		if next, vouched, err = f.seek(ctx, s); err != nil {
			return Page{}, err
		}
		if next <= s.until {
			if a, err = f.answer(ctx, s); err != nil {
				return Page{}, err
			}
			if n := len(a.rows); n > 0 {
				return a.page(s, a.rows[n-1].time+int64(s.interval)), nil
			}
			next = s.until
		}
	}
	until := min(s.interval.Floor(next), f.end)
	p := a.page(span{s.symbol, s.interval, s.from, until}, until)
	p.Tentative = !vouched
	if gone := until - s.from; p.Tentative && gone >= int64(max(10*s.interval, data.Day)) {
		f.c.log(fmt.Sprintf("%s: %s %s: no candle from %s to %s and none later: the market is quiet or gone, or the venue is stuck",
			f.v.Name, s.symbol, s.interval, data.Stamp(s.from), data.Stamp(until)))
	}
	return p, nil
}

// seek looks in the longest candles for the first instant from the span on that
// may have one: s.from where that does not help. It tells whether some candle
// vouches for the venue being at work.
func (f *fetch) seek(ctx context.Context, s span) (next int64, found bool, err error) {
	long := f.v.widest()
	if long <= s.interval || f.v.Reach > 0 {
		return s.from, false, nil
	}
	last := long.Floor(f.end) // the one that is open now may be missing
	for at, again := long.Floor(s.from), true; at < last; {
		w := span{s.symbol, long, at, min(last, at+int64(f.v.Rows)*int64(long))}
		a, err := f.answer(ctx, w)
		switch {
		case err != nil:
			return 0, false, err
		case len(a.rows) > 0:
			return max(a.rows[0].time, s.from), a.rows[len(a.rows)-1].time >= s.from, nil
		case a.later != math.MaxInt64:
			return min(a.later, last), true, nil
		case again: // once may be a slip, and years may hang on it
			again = false
			continue
		}
		at, again = w.until, true
	}
	return max(last, s.from), false, nil
}
