package stages

import (
	"bytes"
	"slices"

	"mantis/data"
	"mantis/data/num"
	"mantis/models"
	"mantis/pipeline"
	"mantis/stages/metrics"
	"mantis/stages/page"
)

var comparisonSchema = data.Schema{
	Table: "comparison", Doc: "every trainer on the test rows of each fold and of all of them; the difference is from the class prior, in log-loss",
	Fields: []data.Field{
		{Name: "trainer", Type: data.String, Doc: "p_true: what a simulated market drew from"},
		{Name: "fold", Type: data.Int, Nullable: true, Doc: "null: all folds together"},
		{Name: "rows", Type: data.Int, Doc: "test rows that have a label"},
		nullFloat("log_loss", "mean of -log(probability of what came)"),
		nullFloat("rps", "mean ranked probability score, 0 to 1"),
		nullFloat("brier", "mean Brier score of all classes, 0 to 2"),
		nullFloat("accuracy", "share of the rows whose likeliest class came"),
		{Name: "floored", Type: data.Int, Doc: "rows whose class had a probability below 1e-15, and counts as if it had that"},
		nullFloat("difference", "log_loss less that of the trainer prior: below 0 is better"),
		nullFloat("se", "of the difference: Newey and West's, for rows that hang together"),
		nullFloat("p", "chance of a difference as far from 0, on either side, where there is none"),
		{Name: "reason", Type: data.String, Doc: "why there is no p"},
	},
}

var pairedSchema = data.Schema{
	Table: "paired", Doc: "tests of the losses of a trainer against those of another, row by row (Diebold and Mariano)",
	Fields: []data.Field{
		{Name: "trainer", Type: data.String}, {Name: "against", Type: data.String},
		{Name: "measure", Type: data.String, Doc: "log_loss, rps, or direction: the log-loss of telling rises from falls, on rows that are one of them"},
		{Name: "rows", Type: data.Int}, {Name: "lags", Type: data.Int, Doc: "autocovariances that the error counts"},
		nullFloat("difference", "mean: below 0 where the trainer is better"), nullFloat("se", "standard error"),
		nullFloat("p", "chance of a difference as far from 0, on either side, where there is none"),
		nullFloat("p_adjusted", "the same, counting how many trainers were held against that one (Holm)"),
	},
}

var calibrationSchema = data.Schema{
	Table: "calibration", Doc: "how often a class came where it was given such a probability; bins without rows are left out",
	Fields: []data.Field{
		{Name: "trainer", Type: data.String}, {Name: "class", Type: data.Int, Doc: "from 1"},
		{Name: "bin", Type: data.Int, Doc: "from 1"}, floatField("from", "probability"), floatField("to", "probability"),
		{Name: "rows", Type: data.Int}, floatField("predicted", "mean probability"), floatField("observed", "share of the rows that are of the class"),
	},
}

var lossSchema = data.Schema{
	Table: "losses", Doc: "what each trainer lost on each test row",
	Fields: []data.Field{
		{Name: "trainer", Type: data.String},
		{Name: "time", Type: data.Time, Doc: "open instant of the bar"}, {Name: "known_at", Type: data.Time, Doc: "instant at which what followed is known"},
		{Name: "fold", Type: data.Int}, {Name: "class", Type: data.Int, Doc: "that came, from 1"},
		floatField("log_loss", ""), floatField("rps", ""), floatField("brier", ""),
	},
}

// ComparisonPage is the file with the pictures.
const ComparisonPage = "comparison.html"

// put writes the tables and the page.
func (c *contest) put(t *pipeline.Task, p *ComparisonParams, all []*contender) error {
	paired := c.paired(all, []string{baseline, p.Model.Trainer})
	curves := c.calibrations(all, p.Bins)
	for _, write := range []func() (*data.Batch, error){
		func() (*data.Batch, error) { return c.comparisons(all) },
		paired.batch, curves.batch,
		func() (*data.Batch, error) { return c.losses(all) },
	} {
		b, err := write()
		if err != nil {
			return err
		}
		if err := t.Put(b); err != nil {
			return err
		}
	}
	var html bytes.Buffer
	s, err := c.page(t, p, all, paired, curves)
	if err != nil {
		return err
	}
	if err := page.RenderStudy(&html, *s); err != nil {
		return err
	}
	return t.PutFile(ComparisonPage, html.Bytes())
}

// comparisons are the rows of all folds together, then of each.
func (c *contest) comparisons(all []*contender) (*data.Batch, error) {
	prior := find(all, baseline)
	spans := append([][2]int{{0, len(c.rows)}}, c.holds...)
	var name, reason []string
	var fold, rows, floored []int64
	var f [7][]float64
	for _, x := range all {
		for i, s := range spans {
			if len(c.holds) == 1 && i == 1 {
				continue // the only fold is all there is
			}
			lo, hi := s[0], s[1]
			at, low := int64(i-1), int64(0)
			if i == 0 {
				at = data.Null
			}
			for _, l := range x.low[lo:hi] {
				if l {
					low++
				}
			}
			d := metrics.NewPaired(less(x.log[lo:hi], prior.log[lo:hi]), c.overlap())
			name, fold, rows, floored, reason = append(name, x.name), append(fold, at), append(rows, int64(hi-lo)), append(floored, low), append(reason, noChance(d, x.name == baseline))
			for j, v := range []float64{num.Mean(x.log[lo:hi]), num.Mean(x.rps[lo:hi]), num.Mean(x.brier[lo:hi]), num.Mean(x.hits[lo:hi]), d.Difference, d.SE, d.P} {
				f[j] = append(f[j], num.Canonical(v))
			}
		}
	}
	return data.NewBatch(comparisonSchema, name, fold, rows, f[0], f[1], f[2], f[3], floored, f[4], f[5], f[6], reason)
}

// noChance says why a test has no chance.
func noChance(d metrics.Paired, same bool) string {
	switch {
	case d.P == d.P:
		return ""
	case same:
		return "the prior itself"
	}
	return "too few rows, or all of them differ alike"
}

// less is a - b, row by row.
func less(a, b []float64) []float64 {
	out := make([]float64, len(a))
	for i, v := range a {
		out[i] = v - b[i]
	}
	return out
}

func find(all []*contender, name string) *contender {
	return all[slices.IndexFunc(all, func(x *contender) bool { return x.name == name })]
}

// pairs are tests of contenders against others.
type pairs struct {
	trainer, against, measure []string
	rows, lags                []int64
	difference, se, p, holm   []float64
}

func (c *contest) paired(all []*contender, against []string) *pairs {
	out := &pairs{}
	sides := c.sides()
	for i, other := range against {
		if slices.Contains(against[:i], other) {
			continue
		}
		b := find(all, other)
		for _, measure := range []string{"log_loss", "rps", "direction"} {
			from := len(out.p)
			for _, x := range all {
				if x == b {
					continue
				}
				d := less(x.log, b.log)
				switch measure {
				case "rps":
					d = less(x.rps, b.rps)
				case "direction":
					u, _ := models.DirectionLosses(c.real, x.p, sides)
					v, _ := models.DirectionLosses(c.real, b.p, sides)
					d = less(u, v)
				}
				r := metrics.NewPaired(d, c.overlap())
				out.trainer, out.against, out.measure = append(out.trainer, x.name), append(out.against, other), append(out.measure, measure)
				out.rows, out.lags = append(out.rows, int64(len(d))), append(out.lags, int64(r.Lags))
				out.difference, out.se, out.p = append(out.difference, num.Canonical(r.Difference)), append(out.se, num.Canonical(r.SE)), append(out.p, num.Canonical(r.P))
			}
			out.holm = append(out.holm, metrics.Holm(out.p[from:])...)
		}
	}
	return out
}

func (x *pairs) batch() (*data.Batch, error) {
	return data.NewBatch(pairedSchema, x.trainer, x.against, x.measure, x.rows, x.lags, x.difference, x.se, x.p, x.holm)
}

// bins are calibration curves.
type bins struct {
	trainer                       []string
	class, bin, rows              []int64
	from, to, predicted, observed []float64
}

func (c *contest) calibrations(all []*contender, n int) *bins {
	out := &bins{}
	for _, x := range all {
		for k := range c.classes {
			for _, b := range models.Calibration(c.real, x.p, len(c.classes), k, n) {
				out.trainer, out.class, out.bin, out.rows = append(out.trainer, x.name), append(out.class, int64(k+1)), append(out.bin, int64(b.Bin+1)), append(out.rows, int64(b.Rows))
				out.from, out.to = append(out.from, float64(b.Bin)/float64(n)), append(out.to, float64(b.Bin+1)/float64(n))
				out.predicted, out.observed = append(out.predicted, b.Predicted), append(out.observed, b.Observed)
			}
		}
	}
	return out
}

func (x *bins) batch() (*data.Batch, error) {
	return data.NewBatch(calibrationSchema, x.trainer, x.class, x.bin, x.from, x.to, x.rows, x.predicted, x.observed)
}

func (c *contest) losses(all []*contender) (*data.Batch, error) {
	var name []string
	var time, known, fold, class []int64
	var log, rps, brier []float64
	for _, x := range all {
		name = append(name, repeat(x.name, len(c.rows))...)
		for i, r := range c.rows {
			s := c.grid.samples[r]
			time, known = append(time, s.Open), append(known, s.LabelKnown)
			fold, class = append(fold, int64(c.fold[i])), append(class, int64(c.real[i])+1)
		}
		log, rps, brier = append(log, x.log...), append(rps, x.rps...), append(brier, x.brier...)
	}
	return data.NewBatch(lossSchema, name, time, known, fold, class, log, rps, brier)
}

// ComparisonRow is one row of the table comparison; what is not defined is nil.
type ComparisonRow struct {
	Trainer    string   `json:"trainer"`
	Fold       *int64   `json:"fold"` // nil: all folds together
	Rows       int64    `json:"rows"`
	LogLoss    *float64 `json:"log_loss"`
	RPS        *float64 `json:"rps"`
	Brier      *float64 `json:"brier"`
	Accuracy   *float64 `json:"accuracy"`
	Floored    int64    `json:"floored"`
	Difference *float64 `json:"difference"`
	SE         *float64 `json:"se"`
	P          *float64 `json:"p"`
	Reason     string   `json:"reason,omitempty"`
}

// ComparisonRows takes the table comparison apart.
func ComparisonRows(b *data.Batch) ([]ComparisonRow, error) {
	c := b.Columns()
	trainer, fold, rows, floored, reason := c.Strings("trainer"), c.Ints("fold"), c.Ints("rows"), c.Ints("floored"), c.Strings("reason")
	log, rps, brier, accuracy := c.Floats("log_loss"), c.Floats("rps"), c.Floats("brier"), c.Floats("accuracy")
	difference, se, p := c.Floats("difference"), c.Floats("se"), c.Floats("p")
	if c.Err != nil {
		return nil, c.Err
	}
	out := make([]ComparisonRow, len(trainer))
	for i := range out {
		out[i] = ComparisonRow{trainer[i], nil, rows[i], orNil(log[i]), orNil(rps[i]), orNil(brier[i]), orNil(accuracy[i]), floored[i], orNil(difference[i]), orNil(se[i]), orNil(p[i]), reason[i]}
		if fold[i] != data.Null {
			out[i].Fold = &fold[i]
		}
	}
	return out, nil
}
