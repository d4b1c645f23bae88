package main

import (
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"mantis/data/venue"
)

// venueRow is what there is to know of a venue.
type venueRow struct {
	Name      string   `json:"name"`
	Doc       string   `json:"doc"`
	Intervals []string `json:"intervals"`
	Rows      int      `json:"rows"`            // candles of one answer
	Reach     int      `json:"reach,omitempty"` // latest candles beyond which it has none
	Limit     string   `json:"limit"`
	Keys      []string `json:"keys"`
	URL       string   `json:"url"`
	Variable  string   `json:"variable"` // that stands for the URL
}

func newVenuesCommand(g *global) *cobra.Command {
	c := &cobra.Command{
		Use: "venues", Short: "List the venues that candles can be fetched from",
		Long: `Venues lists where candles, assets and pairs can be asked for, and which intervals
each has; the stage bars makes longer ones of them.

Keys, where a venue knows any, are looked up in the environment, and then in a file
.env of the directory that mantis runs in, with lines NAME=value. No flag takes one,
and none is ever printed.

The variable MANTIS_VENUE_URL_ with the name of a venue behind it, as in
MANTIS_VENUE_URL_BINANCE, is an address to ask in the venue's place: of a mirror, or
of a test. It stands for the archive of files too.`,
		Example: "  mantis venues\n  mantis venues --json",
		Args:    exactly(cobra.NoArgs),
		RunE:    func(*cobra.Command, []string) error { return runVenues(g) },
	}
	addJSONFlag(c, g)
	return c
}

func runVenues(g *global) error {
	var rows []venueRow
	for _, v := range venue.All() {
		r := venueRow{v.Name, v.Doc, []string{}, v.Rows, v.Reach, v.Limit.String(), append([]string{}, v.Keys...), v.Base, venue.URLVariable(v)}
		for _, i := range v.Intervals {
			r.Intervals = append(r.Intervals, i.String())
		}
		rows = append(rows, r)
	}
	if g.json {
		return g.writeJSON(rows)
	}
	printText(g.out, "venue\tintervals\trequests\twhat it is", func(t io.Writer) {
		for _, r := range rows {
			fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", r.Name, strings.Join(r.Intervals, " "), r.Limit, r.Doc)
		}
	})
	return nil
}

// asking is a client of the venues, with the keys and the addresses that the
// environment names; what it has to say goes to the error stream.
func (g *global) asking() (*venue.Client, error) {
	keys, err := venue.Environment(".env")
	if err != nil {
		return nil, err
	}
	return &venue.Client{
		Keys: keys,
		Rand: rand.Float64,
		Base: func(v *venue.Venue) string { return os.Getenv(venue.URLVariable(v)) },
		Log:  func(line string) { fmt.Fprintf(g.err, "note: %s\n", line) },
	}, nil
}

// addVenueFlag adds --venue, which must be given.
func addVenueFlag(c *cobra.Command, name *string) {
	c.Flags().StringVar(name, "venue", "", "which venue to ask; `mantis venues` lists them")
}

// venueNamed is the venue of --venue.
func venueNamed(c *cobra.Command, name string) (*venue.Venue, error) {
	if name == "" {
		return nil, usage(c, fmt.Errorf("--venue is missing, as in --venue binance"))
	}
	v, err := venue.Find(name)
	if err != nil {
		return nil, usage(c, err)
	}
	return v, nil
}
