package venue

import (
	"context"
	"errors"
	"fmt"

	"mantis/data"
	"mantis/data/market"
)

// Request is what to fetch: the candles that open in [From, To), as far as they
// are final.
type Request struct {
	Symbol   data.Symbol
	Interval data.Interval
	From, To int64 // UTC µs; To 0: up to the last candle that is final
	Live     bool  // from the API alone, not from the venue's archive of files
}

// Page is a stretch of time that the venue has answered for: all its candles
// that open in [From, Until), each final and once, ascending. An answer without
// candles is a page too. Both ends lie on the interval's grid.
type Page struct {
	From, Until int64
	Candles     market.Candles
	Quarantined []market.Quarantined // rows that are no candles; File is the Source, Line the row in it
	Source      string               // what was asked, without keys
	SHA256      string               // of the answer, unpacked, or of the zip file

	// Tentative says that the page is without candles and that no later candle
	// vouched for it: the market may be quiet or delisted, or the venue stuck.
	// Who resumes where no page with candles follows does well to ask for it again.
	Tentative bool
}

// span is a market's candles that open in [from, until).
type span struct {
	symbol      data.Symbol
	interval    data.Interval
	from, until int64
}

// fetch is a Fetch under way.
type fetch struct {
	c       *Client
	v       *Venue
	req     Request
	end     int64           // no candle from here on is asked for or final
	gone    map[string]bool // months that the archive does not have
	longest int             // rows of the longest answer so far
}

// Fetch calls take for page after page, each beginning where the last one ended,
// so that whoever keeps the pages can be killed at any moment and go on from the
// last Until. It ends with the error that take returns. The last page ends at To
// or at the end of the last candle that was final, by the venue's clock, when the
// fetch began; there is no page where nothing is final yet.
//
// A venue that does not go back to From is a *ReachError, before the first page.
func (c *Client) Fetch(ctx context.Context, v *Venue, req Request, take func(Page) error) error {
	symbol, err := data.ParseSymbol(string(req.Symbol))
	if err != nil {
		return err
	}
	req.Symbol = symbol
	if err := v.Offers(req.Interval); err != nil {
		return err
	}
	if req.From < 0 || req.To < 0 || req.To > 0 && req.From >= req.To {
		return fmt.Errorf("%s %s: nothing lies from %s to %s", v.Name, symbol, data.Stamp(req.From), data.Stamp(req.To))
	}
	f := &fetch{c: c, v: v, req: req, gone: map[string]bool{}}
	if f.end, err = c.final(ctx, v, req.Interval); err != nil {
		return f.explain(err)
	}
	if req.To > 0 {
		f.end = min(f.end, ceil(req.Interval, req.To))
	}
	for at := ceil(req.Interval, req.From); at < f.end; {
		p, err := f.next(ctx, at)
		if err != nil {
			return f.explain(err)
		}
		if p.From != at || p.Until <= at || p.Until > f.end {
			return fmt.Errorf("%s %s: asked from %s on, the answer covers %s to %s: a fault of mantis", v.Name, symbol, data.Stamp(at), data.Stamp(p.From), data.Stamp(p.Until))
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := take(p); err != nil {
			return err
		}
		at = p.Until
	}
	return nil
}

// ceil is the first instant of the grid at or after t.
func ceil(i data.Interval, t int64) int64 { return i.Floor(t + int64(i) - 1) }

// next is the page that begins at at.
func (f *fetch) next(ctx context.Context, at int64) (Page, error) {
	if f.v.page != nil {
		return f.v.page(ctx, f, at)
	}
	return f.window(ctx, at, f.end)
}

// explain names the market, and what to do where the venue does not know it.
func (f *fetch) explain(err error) error {
	var reach *ReachError
	if errors.As(err, &reach) {
		return data.WithHint(err, fmt.Sprintf("ask from %s on; older candles have to come from the venue's files, with `mantis candles import`", data.Stamp(reach.Since)))
	}
	hint := data.Hint(err)
	if hint == againLater || hint == againThen {
		hint = "nothing was lost: " + hint + ", and it goes on where it stopped"
		err = data.WithHint(err, hint)
	}
	err = fmt.Errorf("%s %s: %w", f.req.Symbol, f.req.Interval, err)
	if hint == "" && refused(err) {
		return data.WithHint(err, fmt.Sprintf("`mantis pairs --venue %s` lists its markets", f.v.Name))
	}
	return err
}
