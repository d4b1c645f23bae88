package main

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"

	"github.com/spf13/cobra"

	"mantis/data"
	"mantis/data/money"
	"mantis/stages"
)

// gains is which disposals to tell, and where to write them.
type gains struct {
	year  int
	to    string
	force bool
}

func newGainsCommand(g *global) *cobra.Command {
	var o gains
	c := &cobra.Command{
		Use: "gains [DATASET]", Short: "Tell the capital gains of a backtest, or write them for an accountant",
		Long: `Gains adds up what the strategy of a backtest realised, year by year, and what tax
that made; DATASET is a version of backtest, the latest where none is named. With
--to it writes a CSV file with a row for each lot that was given away: when it was
acquired and when it went, what for, proceeds and cost in dollars and cents, and
their difference. BTC that pays for an alt, and an alt that is sold for BTC, are
disposals. How lots are chosen and taxed is set by backtest.tax: --set
backtest.tax.method=hifo, --set backtest.tax.short=0.3. Years are those of UTC.`,
		Example: "  mantis gains\n  mantis gains --year 2023 --to gains-2023.csv\n  mantis gains backtest:paper-v1 --json",
		Args:    exactly(cobra.MaximumNArgs(1)),
		RunE: func(c *cobra.Command, args []string) error {
			name := stages.Backtest.Name
			if len(args) > 0 {
				name = args[0]
			}
			return runGains(g, name, o)
		},
	}
	c.Flags().IntVar(&o.year, "year", 0, "tell this year alone")
	c.Flags().StringVar(&o.to, "to", "", "the CSV file to write")
	c.Flags().BoolVar(&o.force, "force", false, "replace the file that is there")
	addJSONFlag(c, g)
	return c
}

func runGains(g *global, name string, o gains) error {
	store, v, err := g.version(name)
	if err != nil {
		return err
	}
	if _, err := v.Table("capital_gains"); err != nil {
		err = fmt.Errorf("%w: %s has no table capital_gains", errUsage, v.Ref())
		return data.WithHint(err, "name a backtest of this program: `mantis run` makes one")
	}
	years, err := readYears(store, v, o.year)
	if err != nil {
		return err
	}
	if o.year != 0 && len(years) == 0 {
		return fmt.Errorf("%w: --year %d: the backtest has none of it", errUsage, o.year)
	}
	rows := 0
	if o.to != "" {
		if rows, err = writeGains(store, v, o); err != nil {
			return err
		}
	}
	if g.json {
		return g.writeJSON(map[string]any{"version": v.Dataset + "@" + v.ID, "years": years, "path": o.to, "rows": rows})
	}
	printTable(g.out, "year\tshort gains\tshort losses\tlong gains\tlong losses\tshort net\tlong net\ttax\t", func(t io.Writer) {
		for _, y := range years {
			fmt.Fprintf(t, "%d\t%.2f\t%.2f\t%.2f\t%.2f\t%.2f\t%.2f\t%.2f\t\n", y.Year, y.ShortGains, y.ShortLosses, y.LongGains, y.LongLosses, y.ShortNet, y.LongNet, y.Tax)
		}
	})
	fmt.Fprintln(g.out, "USD; net is after what was carried and set off, below 0 a loss; the last year is as if it ended with the backtest")
	if o.to != "" {
		fmt.Fprintf(g.out, "%s: %s of %s\n", o.to, data.Counted(rows, "disposal"), v.Ref())
	}
	return nil
}

// gainYear is one year of the strategy, in dollars.
type gainYear struct {
	Year        int64   `json:"year"`
	ShortGains  float64 `json:"short_gains"`
	ShortLosses float64 `json:"short_losses"`
	LongGains   float64 `json:"long_gains"`
	LongLosses  float64 `json:"long_losses"`
	ShortNet    float64 `json:"short_net"`
	LongNet     float64 `json:"long_net"`
	Tax         float64 `json:"tax"`
	Over        bool    `json:"over"`
}

// readYears are the strategy's years, or the one that is wanted.
func readYears(store *data.Store, v *data.Version, wanted int) ([]gainYear, error) {
	b, err := store.Read(v, v.Of("taxes")[0])
	if err != nil {
		return nil, err
	}
	c := b.Columns()
	who, year, over := c.Strings("portfolio"), c.Ints("year"), c.Bools("over")
	var f [7][]float64
	for i, name := range []string{"short_gains", "short_losses", "long_gains", "long_losses", "short_net", "long_net", "tax_usd"} {
		f[i] = c.Floats(name)
	}
	if c.Err != nil {
		return nil, c.Err
	}
	out := []gainYear{}
	for i := range year {
		if who[i] == who[0] && (wanted == 0 || year[i] == int64(wanted)) {
			out = append(out, gainYear{year[i], f[0][i], f[1][i], f[2][i], f[3][i], f[4][i], f[5][i], f[6][i], over[i]})
		}
	}
	return out, nil
}

// writeGains writes the disposals as CSV and counts them. Proceeds and cost are
// rounded to cents, half to even, and the gain is their difference, so that each
// row adds up.
func writeGains(store *data.Store, v *data.Version, o gains) (rows int, err error) {
	b, err := store.Read(v, v.Of("capital_gains")[0])
	if err != nil {
		return 0, err
	}
	c := b.Columns()
	gone, acquired, year := c.Ints("time"), c.Ints("acquired_at"), c.Ints("year")
	asset, received, class := c.Strings("asset"), c.Strings("received"), c.Strings("class")
	quantity, held, proceeds, cost := c.Floats("quantity"), c.Floats("days_held"), c.Floats("proceeds_usd"), c.Floats("cost_usd")
	if c.Err != nil {
		return 0, c.Err
	}
	var file bytes.Buffer
	w := csv.NewWriter(&file)
	w.Write([]string{"asset", "quantity", "acquired_utc", "disposed_utc", "days_held", "class", "received", "proceeds_usd", "cost_usd", "gain_usd"})
	cent := money.Decimal(0.01)
	for i := range gone {
		if o.year != 0 && year[i] != int64(o.year) {
			continue
		}
		rows++
		got, paid := money.Decimal(proceeds[i]).Step(cent, money.HalfEven), money.Decimal(cost[i]).Step(cent, money.HalfEven)
		w.Write([]string{asset[i], money.Decimal(quantity[i]).Fixed(8), data.Stamp(acquired[i]), data.Stamp(gone[i]), strconv.FormatFloat(held[i], 'f', 2, 64),
			class[i], received[i], got.Fixed(2), paid.Fixed(2), got.Sub(paid).Fixed(2)})
	}
	w.Flush()
	if err := w.Error(); err != nil {
		return 0, err
	}
	mode := os.O_WRONLY | os.O_CREATE | os.O_TRUNC
	if !o.force {
		mode |= os.O_EXCL
	}
	f, err := os.OpenFile(o.to, mode, 0o644)
	if errors.Is(err, os.ErrExist) {
		return 0, data.Taken(o.to)
	}
	if err != nil {
		return 0, err
	}
	_, err = f.Write(file.Bytes())
	return rows, cmp.Or(err, f.Close())
}
