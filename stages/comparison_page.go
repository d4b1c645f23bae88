package stages

import (
	"fmt"
	"slices"

	"mantis/data"
	"mantis/data/num"
	"mantis/pipeline"
	"mantis/stages/metrics"
	"mantis/stages/page"
)

// page is the comparison in tables and pictures.
func (c *contest) page(t *pipeline.Task, p *ComparisonParams, all []*contender, paired *pairs, curves *bins) (*page.Study, error) {
	s, err := c.study(t, p.Model, "Trainers compared")
	if err != nil {
		return nil, err
	}
	s.Sections = []page.StudySection{
		{Title: "Scores", Tables: []page.Table{c.scoreTable(all, p.Model.Trainer)},
			Note: fmt.Sprintf("Each trainer was fitted to the same %s and predicted the same %s test bars.", data.Counted(len(c.folds), "fold"), data.Thousands(len(c.rows)))},
		{Title: "Differences", Tables: paired.tables(),
			Note: "Tests of Diebold and Mariano on the losses of each bar, with errors that count that bars hang together (Newey and West). p is the chance of such a difference, on either side, where there is none; the last column counts how many trainers were tried (Holm)."},
		{Title: "Calibration", Calibration: c.curves(all, curves), Note: fmt.Sprintf("Bins of fewer than %d bars are in the dataset and not drawn.", drawnRows)},
	}
	return s, nil
}

// study is the head of a page about models.
func (l *lesson) study(t *pipeline.Task, p *ModelParams, name string) (*page.Study, error) {
	b, err := t.ReadOne(Candles, "series")
	if err != nil {
		return nil, err
	}
	source, err := b.Strings("source")
	if err != nil {
		return nil, err
	}
	first, last := l.folds[0], l.folds[len(l.folds)-1]
	return &page.Study{Name: name, Simulated: source[0] == "sim",
		Subject: fmt.Sprintf("%s · %s bars · %s, trained on what was known by %s, tested to %s", p.Target, l.set.step, data.Counted(len(l.folds), "fold"),
			data.Stamp(first.TrainEnd), data.Stamp(l.grid.samples[last.Test[len(last.Test)-1]].Known))}, nil
}

func (c *contest) scoreTable(all []*contender, reference string) page.Table {
	table := page.Table{Corner: "trainer", Columns: []page.Column{
		{Name: "log-loss", Unit: page.Loss}, {Name: "RPS", Unit: page.Loss, Doc: "ranked probability score"}, {Name: "Brier", Unit: page.Loss}, {Name: "accuracy", Unit: page.Fraction},
		{Name: "less the prior", Unit: page.Loss, Doc: "log-loss less that of the class prior: below zero is better"}, {Name: "its error", Unit: page.Loss}, {Name: "p"}},
		Note: "Lower is better, but for accuracy. A class that had a probability below 1e-15 and came counts as if it had that."}
	prior := find(all, baseline)
	for _, x := range all {
		d := metrics.NewPaired(less(x.log, prior.log), c.overlap())
		why := noChance(d, x == prior)
		table.Rows = append(table.Rows, page.Row{Name: x.name, Reference: x.name == ScoredTruth, Cells: []page.Cell{
			{Value: num.Mean(x.log)}, {Value: num.Mean(x.rps)}, {Value: num.Mean(x.brier)}, {Value: num.Mean(x.hits)},
			{Value: d.Difference}, {Value: d.SE, Why: why}, {Value: d.P, Why: why}}})
	}
	return table
}

// tables are one a measure and opponent.
func (x *pairs) tables() (out []page.Table) {
	words := map[string]string{"log_loss": "log-loss", "rps": "ranked probability score", "direction": "telling rises from falls"}
	for i := range x.p {
		title := words[x.measure[i]] + ", against " + x.against[i]
		if n := len(out); n == 0 || out[n-1].Title != title {
			out = append(out, page.Table{Title: title, Corner: "trainer", Columns: []page.Column{
				{Name: "difference", Unit: page.Loss, Doc: "below zero: the trainer is better"}, {Name: "its error", Unit: page.Loss}, {Name: "p"}, {Name: "p, all counted"}}})
		}
		table := &out[len(out)-1]
		table.Rows = append(table.Rows, page.Row{Name: x.trainer[i], Reference: x.trainer[i] == ScoredTruth,
			Cells: []page.Cell{{Value: x.difference[i]}, {Value: x.se[i]}, {Value: x.p[i]}, {Value: x.holm[i]}}})
	}
	return out
}

// drawnRows is how many bars a bin must hold to be drawn.
const drawnRows = 20

// curves are the calibrations of what looks at a bar, class by class; at most as
// many as there are line styles, and no bins of a handful of bars.
func (c *contest) curves(all []*contender, x *bins) (out []page.CalibrationClass) {
	var names []string
	for _, a := range all {
		if a.name != baseline && a.name != "uniform" && len(names) < 6 {
			names = append(names, a.name)
		}
	}
	for k, class := range c.classes {
		one := page.CalibrationClass{Class: class.name}
		for _, name := range names {
			one.Curves = append(one.Curves, page.CalibrationCurve{Name: name})
		}
		for i, name := range x.trainer {
			if at := slices.Index(names, name); at >= 0 && x.class[i] == int64(k+1) && x.rows[i] >= drawnRows {
				curve := &one.Curves[at]
				curve.Predicted, curve.Observed = append(curve.Predicted, x.predicted[i]), append(curve.Observed, x.observed[i])
			}
		}
		out = append(out, one)
	}
	return out
}
