package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"mantis/data"
	"mantis/stages/archive"
)

// fetching is what fetch is asked for.
type fetching struct {
	venue, interval string
	symbols         []string
	since, until    string
	again, live     bool
}

// fetched is a line of the table that fetch prints.
type fetched struct {
	Series   string    `json:"series"`
	From     time.Time `json:"from"`
	Until    time.Time `json:"until,omitzero"`
	Candles  int       `json:"candles"`
	Added    int       `json:"added"`
	Restated int       `json:"restated"`
	SetAside int       `json:"quarantined"`
	Error    string    `json:"error,omitempty"`
}

func newCandlesFetchCommand(g *global) *cobra.Command {
	var o fetching
	c := &cobra.Command{
		Use: "fetch --venue VENUE --symbols SYMBOL,… --interval INTERVAL --since DATE", Short: "Take candles in from a venue",
		Long: `Fetch asks a venue for candles and takes them into the archive: those that are
final, and that the venue was not asked for before. So a fetch that was stopped goes
on where it was, and the same command a day later brings the day. With --again the
venue is asked for everything once more; what it says otherwise now is restated, and
` + "`mantis candles diff`" + ` shows it.

An answer that does not come, or that is a fault which may pass, is asked for again,
up to eight times and with no more than ten minutes of waiting in all; each attempt
is told, with how long it waits. Then the fetch ends, and what came before is kept.

` + "`mantis venues`" + ` lists the venues, ` + "`mantis pairs --venue VENUE`" + ` their markets. A venue that wants
keys takes them from the environment or the file .env of the working directory.`,
		Example: `  mantis candles fetch --venue binance --symbols BTC-USDT,ETH-BTC --interval 1h --since 2020-01-01
  mantis candles fetch --venue coinbase --symbols BTC-USD --interval 6h --since 2024-01-01 --until 2024-07-01
  mantis candles fetch --venue binance --symbols BTC-USDT --interval 1h --since 2026-11-01 --again`,
		Args: exactly(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error { return runCandlesFetch(c.Context(), g, c, &o) },
	}
	addVenueFlag(c, &o.venue)
	c.Flags().StringSliceVar(&o.symbols, "symbols", nil, "the markets, as in BTC-USDT,ETH-BTC")
	c.Flags().StringVar(&o.interval, "interval", "1h", "the length of a candle")
	c.Flags().StringVar(&o.since, "since", "", "open instant of the first candle, as in 2020-01-01, in UTC")
	c.Flags().StringVar(&o.until, "until", "", "end of the last candle; now if it is not given")
	c.Flags().BoolVar(&o.live, "live", false, "ask the venue's API alone, and leave its archive of files aside")
	c.Flags().BoolVar(&o.again, "again", false, "ask also for what was answered before")
	addJSONFlag(c, g)
	return c
}

func runCandlesFetch(ctx context.Context, g *global, c *cobra.Command, o *fetching) error {
	symbols, interval, from, until, err := o.settle()
	if hint := data.Hint(err); hint != "" {
		return data.WithHint(fmt.Errorf("%w: %w", errUsage, err), hint)
	}
	if err != nil {
		return usage(c, err)
	}
	v, err := venueNamed(c, o.venue)
	if err != nil {
		return err
	}
	if err := v.Offers(interval); err != nil {
		return data.WithHint(fmt.Errorf("%w: --interval: %w", errUsage, err), data.Hint(err))
	}
	client, err := g.asking()
	if err != nil {
		return err
	}
	store, err := g.create()
	if err != nil {
		return err
	}
	p := newProgress(g, g.json)
	f := archive.Fetcher{Client: client, Venue: v, Now: time.Now, Again: o.again, Live: o.live, Watch: p.days("fetch")}
	took, err := f.Fetch(ctx, store, symbols, interval, from, until)
	p.end()
	if err != nil {
		return err
	}
	list := make([]fetched, len(took))
	var faults []error
	for i, t := range took {
		list[i] = fetched{Series: t.Series.String(), From: clock(t.From), Until: clock(t.Until), Candles: t.Candles, Added: t.Added, Restated: t.Restated, SetAside: t.SetAside}
		if t.Err != nil {
			list[i].Error = t.Err.Error()
			faults = append(faults, t.Err)
		}
	}
	if g.json {
		err = g.writeJSON(list)
	} else {
		printFetched(g, list)
	}
	return errors.Join(append(faults, err)...)
}

func printFetched(g *global, list []fetched) {
	printTable(g.out, "series\tfrom\tuntil\tcandles\tadded\trestated\tquarantined\t", func(t io.Writer) {
		for _, l := range list {
			until := stampOf(l.Until)
			if l.Until.IsZero() && l.Error == "" {
				until = "nothing new"
			}
			fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t\n", l.Series, stampOf(l.From), until, data.Thousands(l.Candles),
				data.Thousands(l.Added), data.Thousands(l.Restated), data.Thousands(l.SetAside))
		}
	})
}

// settle reads the flags.
func (o *fetching) settle() (symbols []data.Symbol, interval data.Interval, from, until int64, err error) {
	for _, text := range o.symbols {
		s, err := data.ParseSymbol(text)
		if err != nil {
			return nil, 0, 0, 0, fmt.Errorf("--symbols: %w", err)
		}
		if slices.Contains(symbols, s) {
			return nil, 0, 0, 0, fmt.Errorf("--symbols: %s is named twice", s)
		}
		symbols = append(symbols, s)
	}
	switch {
	case len(symbols) == 0:
		err = errors.New("--symbols is missing, as in --symbols BTC-USDT,ETH-BTC")
	case o.since == "":
		err = errors.New("--since is missing, as in --since 2020-01-01")
	}
	if err != nil {
		return nil, 0, 0, 0, err
	}
	if interval, err = data.ParseInterval(o.interval); err != nil {
		return nil, 0, 0, 0, fmt.Errorf("--interval: %w", err)
	}
	if from, err = data.ParseStamp(o.since); err != nil {
		return nil, 0, 0, 0, fmt.Errorf("--since: %w", err)
	}
	if now := time.Now(); from > now.UnixMicro() {
		return nil, 0, 0, 0, data.WithHint(fmt.Errorf("--since %s is in the future: it is %s UTC now", o.since, data.Stamp(now.UnixMicro())), "give a day that is over, as in --since "+now.AddDate(0, 0, -7).UTC().Format(time.DateOnly))
	}
	if o.until == "" {
		return symbols, interval, from, 0, nil
	}
	if until, err = data.ParseStamp(o.until); err != nil {
		return nil, 0, 0, 0, fmt.Errorf("--until: %w", err)
	}
	if until <= from {
		return nil, 0, 0, 0, fmt.Errorf("--until %s is not after --since %s", strings.TrimSpace(o.until), o.since)
	}
	return symbols, interval, from, until, nil
}
