package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"mantis/data"
	"mantis/stages/archive"
)

// takingIn is what import is asked for.
type takingIn struct {
	archive.Reading
	symbol, interval string
	columns          string
	skip, again      bool
	wait             bool
}

// imported is a line of the table that import prints.
type imported struct {
	File     string    `json:"file"`
	Format   string    `json:"format,omitempty"`
	Series   string    `json:"series,omitempty"`
	Candles  int       `json:"candles"`
	First    time.Time `json:"first,omitzero"`
	Last     time.Time `json:"last,omitzero"`
	Holes    int       `json:"holes"`
	Missing  int       `json:"missing"`
	Longest  int       `json:"longest_hole"`
	Repeated int       `json:"duplicates"`
	SetAside int       `json:"quarantined"`
	Added    int       `json:"added"`
	Restated int       `json:"restated"`
	Known    bool      `json:"known"` // the same bytes were taken in before
	Notes    []string  `json:"notes,omitempty"`
	Refused  string    `json:"refused,omitempty"`
	Hint     string    `json:"hint,omitempty"`
}

func newCandlesImportCommand(g *global) *cobra.Command {
	var o takingIn
	c := &cobra.Command{
		Use: "import PATH…", Short: "Take candles in from files and directories",
		Long: `Import reads files of candles, and all files below directories, and takes their
candles into the archive. What format a file has is told by looking at it, or by
--format; symbol, interval and venue by its rows, its name and the directories it
lies in, or by --symbol, --interval and --venue. Of files that name one series, what
a later one says of a candle is said now, in the order of their paths; what was said
before stays, and ` + "`mantis candles diff`" + ` shows it. A file whose bytes were taken in
before changes nothing, but with --again. Names that begin with a dot are left out.

Text is read a few megabytes at a time, packed or not; JSON, Feather and Parquet are
in memory whole, and refused beyond 256 MiB unpacked. So is a line of more than 1 MiB,
and what unpacks to over a hundred times its size.

A file that is no file of candles, or has a row that is wrong, is refused, with the
reason; the others are taken in, and the exit code is 3, or with --skip 0. Formats: ` + formatNames() + `.`,
		Example: `  mantis candles import downloads/
  mantis candles import BTCUSDT-1h-2023-01.zip ETHBTC-15m-2022-01.zip --venue binance
  mantis candles import prices.csv --symbol BTC-USD --interval 1h --columns time=ts,open=o,high=h,low=l,close=c`,
		Args: exactly(cobra.MinimumNArgs(1)),
		RunE: func(c *cobra.Command, args []string) error {
			if err := o.settle(); err != nil {
				return usage(c, err)
			}
			return runCandlesImport(c.Context(), g, &o, args)
		},
	}
	c.Flags().StringVar(&o.Venue, "venue", "", "where the candles are from, as in binance; in the place of what the files say")
	c.Flags().StringVar(&o.symbol, "symbol", "", "the market, as in BTC-USD")
	c.Flags().StringVar(&o.interval, "interval", "", "the length of a candle, as in 1h")
	c.Flags().StringVar(&o.Format, "format", "", "the format of every file, in the place of looking")
	c.Flags().StringVar(&o.columns, "columns", "", "for CSV and Parquet: which column is what, as in time=ts,open=o")
	c.Flags().BoolVar(&o.Quarantine, "quarantine", false, "set bad rows aside, into the table set_aside, instead of refusing the file")
	c.Flags().BoolVar(&o.Snap, "snap", false, "move stamps that are off the interval's grid onto it, instead of refusing them")
	c.Flags().BoolVar(&o.again, "again", false, "take files in once more whose bytes were taken in before: what they say is said now")
	c.Flags().BoolVar(&o.wait, "wait", false, "wait while another process writes to the store, instead of giving up")
	c.Flags().BoolVar(&o.skip, "skip", false, "refused files are no error")
	addJSONFlag(c, g)
	return c
}

// settle reads the flags that are not as they are written.
func (o *takingIn) settle() (err error) {
	if o.Venue != "" && !archive.IsVenue(o.Venue) {
		return fmt.Errorf("--venue %q: want lower-case letters, digits and dashes, as in binance", o.Venue)
	}
	if o.symbol != "" {
		if o.Symbol, err = data.ParseSymbol(o.symbol); err != nil {
			return fmt.Errorf("--symbol: %w", err)
		}
	}
	if o.interval != "" {
		if o.Interval, err = data.ParseInterval(o.interval); err != nil {
			return fmt.Errorf("--interval: %w", err)
		}
	}
	names := strings.Split(formatNames(), ", ")
	if o.Format != "" && !slices.Contains(names, o.Format) {
		return fmt.Errorf("--format %q: there are %s", o.Format, formatNames())
	}
	for pair := range strings.SplitSeq(o.columns, ",") {
		if pair == "" {
			continue
		}
		role, column, ok := strings.Cut(pair, "=")
		if !ok || role == "" || column == "" {
			return fmt.Errorf("--columns %q: want pairs as in time=ts,open=o", o.columns)
		}
		if o.Columns == nil {
			o.Columns = map[string]string{}
		}
		o.Columns[strings.TrimSpace(role)] = strings.TrimSpace(column)
	}
	return nil
}

func runCandlesImport(ctx context.Context, g *global, o *takingIn, paths []string) error {
	files, left, err := archive.Files(paths)
	if err != nil {
		return err
	}
	store, err := g.create()
	if err != nil {
		return err
	}
	unlock, err := g.lock(ctx, store, o.wait)
	if err != nil {
		return err
	}
	defer unlock()
	p := newProgress(g, g.json)
	im := archive.Importer{Reading: o.Reading, Again: o.again, Now: time.Now, Watch: p.bytes("import")}
	took, v, err := im.Import(ctx, store, files)
	p.end()
	if err != nil {
		return err
	}
	took = append(took, left...)
	list := make([]imported, len(took))
	refused := 0
	for i, in := range took {
		if list[i] = newImported(in); in.Refused != nil {
			refused++
		}
	}
	if g.json {
		err = g.writeJSON(list)
	} else {
		printImported(g, list)
		if v != nil && refused < len(list) {
			fmt.Fprintf(g.out, "\n%s\nrun on them with `mantis run --series VENUE/SYMBOL/INTERVAL`\n", v.Ref())
		}
	}
	if err == nil && refused > 0 && !o.skip {
		if refused == len(list) {
			return &data.InputError{Reason: data.Counted(refused, "file") + " refused; nothing was taken in", Hint: "the reasons are above"}
		}
		return &data.InputError{Reason: fmt.Sprintf("%d of %s refused; the others were taken in", refused, data.Counted(len(list), "file")), Hint: "the reasons are above; --skip makes it no error"}
	}
	return err
}

func newImported(in archive.Intake) imported {
	if in.Refused != nil {
		return imported{File: in.Path, Refused: in.Refused.Error(), Hint: data.Hint(in.Refused)}
	}
	t := in.Taking
	out := imported{File: in.Path, Format: t.Format, Candles: t.Candles, First: clock(t.First), Last: clock(t.Last), Holes: in.Gaps.Holes,
		Missing: in.Gaps.Missing, Longest: in.Gaps.Longest, Repeated: in.Repeated, SetAside: t.SetAside, Added: t.Added, Restated: t.Restated, Known: in.Known, Notes: in.Notes}
	if in.Known {
		out.Added, out.Restated = 0, 0
	}
	if t.Candles > 0 {
		out.Series = t.Series.String()
	}
	return out
}

// commonDir is the directory that all files lie below, with a slash at its end;
// "" where it is not worth naming.
func commonDir(list []imported) string {
	if len(list) < 2 {
		return ""
	}
	dir := list[0].File
	for _, l := range list {
		for !strings.HasPrefix(l.File, dir) {
			dir = dir[:len(dir)-1]
		}
	}
	return dir[:strings.LastIndex(dir, "/")+1]
}

// formatNames are the names that --format takes.
func formatNames() string {
	names := make([]string, 0, 16)
	for _, f := range archive.Formats() {
		names = append(names, f[0])
	}
	return strings.Join(names, ", ")
}

func printImported(g *global, list []imported) {
	dir := commonDir(list)
	if dir != "" {
		fmt.Fprintf(g.out, "below %s\n", dir)
	}
	if slices.ContainsFunc(list, func(l imported) bool { return l.Refused == "" }) {
		printTaken(g, list, dir)
	}
	for _, l := range list {
		for _, n := range l.Notes {
			fmt.Fprintf(g.out, "note: %s\n", n)
		}
	}
	for _, l := range list {
		if l.Refused == "" {
			continue
		}
		fmt.Fprintf(g.out, "refused: %s\n", l.Refused)
		if l.Hint != "" {
			fmt.Fprintf(g.out, "   hint: %s\n", l.Hint)
		}
	}
}

// printTaken prints the table of what was taken in, or known.
func printTaken(g *global, list []imported, dir string) {
	printTable(g.out, "file\tformat\tseries\tfirst\tlast\tcandles\tmissing\tduplicates\tquarantined\tadded\trestated\t", func(t io.Writer) {
		for _, l := range list {
			if l.Refused != "" {
				continue
			}
			added, missing := data.Thousands(l.Added), data.Thousands(l.Missing)
			if l.Known {
				added, missing = "known", "-"
			}
			fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t\n", strings.TrimPrefix(l.File, dir), cmp.Or(l.Format, "-"), cmp.Or(l.Series, "-"), stampOf(l.First), stampOf(l.Last), data.Thousands(l.Candles),
				missing, data.Thousands(l.Repeated), data.Thousands(l.SetAside), added, data.Thousands(l.Restated))
		}
	})
}
