package stages

import (
	"fmt"

	"mantis/data"
	"mantis/pipeline"
)

// before is an order of instants that a table must keep in every row.
type before struct {
	stage        *pipeline.Stage
	table        string
	sooner, then string // columns
	equal        bool   // they may be the same instant
	what         string // where they are not in this order
}

// orders are what the tables must keep.
func orders() []before {
	return []before{
		{Bars, "bars", "time", "known_at", false, "the bar is known before it has ended"},
		{Features, "features", "time", "known_at", false, "the features are known before the bar has ended"},
		{Predictions, "predictions", "train_end", "time", true, "the bar trained the model that predicts it"},
		{Predictions, "predictions", "known_at", "label_known_at", false, "what is predicted is known already: it is a thing of the past"},
		{Backtest, "fills", "decided_at", "time", true, "the order filled before it was decided"},
		{Backtest, "backtest", "time", "known_at", false, "the balance is known before the bar has ended"},
	}
}

// times compares the instants that tables tell, and those of features and labels
// with the ends of their bars.
func (p *prover) times() error {
	for _, o := range orders() {
		v := p.of(o.stage)
		if v == nil {
			continue
		}
		for _, symbol := range symbolsOf(v, o.table) {
			if err := p.order(v, o, symbol); err != nil {
				return err
			}
		}
	}
	return p.claims()
}

func (p *prover) order(v *data.Version, o before, symbol string) error {
	var partition []string
	if symbol != "" {
		partition = append(partition, symbol)
	}
	b, err := readStored(p.store, v, o.table, partition...)
	if err != nil {
		return err
	}
	c := b.Columns()
	sooner, then := c.Ints(o.sooner), c.Ints(o.then)
	if c.Err != nil {
		return fmt.Errorf("%s: %w", v.Ref(), c.Err)
	}
	for r := range sooner {
		if sooner[r] > then[r] || sooner[r] == then[r] && !o.equal {
			p.proof.Leaks = append(p.proof.Leaks, Leak{Dataset: v.Dataset, Table: o.table, Symbol: symbol, Column: o.then, Known: then[r],
				What: fmt.Sprintf("%s: %s %s, %s %s", o.what, o.sooner, data.Stamp(sooner[r]), o.then, data.Stamp(then[r]))})
			break
		}
	}
	return nil
}

// claims holds the known_at of features to the end of the bar, and that of labels
// to the end of the bars that they look at.
func (p *prover) claims() error {
	bars := p.of(Bars)
	for _, s := range []*pipeline.Stage{Features, Labels} {
		v := p.of(s)
		if v == nil || bars == nil {
			continue
		}
		for _, symbol := range symbolsOf(bars, "bars") {
			b, err := readStored(p.store, bars, "bars", symbol)
			if err != nil {
				return err
			}
			of, err := readStored(p.store, v, v.Dataset, symbol)
			if err != nil {
				return err
			}
			c, d := b.Columns(), of.Columns()
			end, time, claimed := c.Ints("known_at"), c.Ints("time"), d.Ints("known_at")
			if c.Err != nil || d.Err != nil || len(claimed) != len(end) {
				return fmt.Errorf("%s: %s: these are not the rows of %s", v.Ref(), symbol, bars.Ref())
			}
			for r := range end {
				if claimed[r] < end[r] {
					p.proof.Leaks = append(p.proof.Leaks, Leak{Dataset: v.Dataset, Table: v.Dataset, Symbol: symbol, Column: "known_at", Known: claimed[r],
						What: fmt.Sprintf("the bar from %s ends at %s only", data.Stamp(time[r]), data.Stamp(end[r]))})
					break
				}
			}
		}
	}
	return nil
}
