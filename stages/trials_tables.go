package stages

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"mantis/data"
	"mantis/data/num"
	"mantis/pipeline"
	"mantis/stages/page"
)

var trialSchema = data.Schema{
	Table: "trials", Doc: "every configuration that was tried, once a rung; the baseline is the class prior of each fold's training rows",
	Fields: []data.Field{
		{Name: "trial", Type: data.Int, Doc: "from 0"},
		{Name: "rung", Type: data.Int, Doc: "from 0; more than one where trials are dropped on the way"},
		{Name: "trainer", Type: data.String},
		{Name: "parameters", Type: data.String, Doc: "those that are searched, as JSON"},
		{Name: "settings", Type: data.String, Doc: "all that the trainer takes, as JSON"},
		floatField("drop", "share of the features that were left out in each fold, those of the least Shapley values"),
		{Name: "features", Type: data.Int, Doc: "that were kept"},
		floatField("share", "of the rows of each fold that trained"),
		{Name: "state", Type: data.String, Doc: "done: judged with all rows; kept: goes on in the next rung; dropped: does not; failed: could not be fitted"},
		{Name: "rows", Type: data.Int, Doc: "that were judged"},
		nullFloat("score", "mean loss by the measure of the search, over all folds: lower is better"),
		nullFloat("difference", "score less that of the prior"), nullFloat("se", "of the difference: Newey and West's"),
		nullFloat("p", "chance of a difference as low where there is none, for this trial alone"),
		nullFloat("direction_difference", "mean log-loss of telling rises from falls, less that of the prior"), nullFloat("direction_se", ""), nullFloat("direction_p", ""),
		{Name: "seed", Type: data.Int, Doc: "of the draw of the configuration"},
		{Name: "reason", Type: data.String, Doc: "why it failed"},
	},
}

var trialFoldSchema = data.Schema{
	Table: "trial_folds", Doc: "the score of every trial in every fold",
	Fields: []data.Field{
		{Name: "trial", Type: data.Int}, {Name: "rung", Type: data.Int}, {Name: "fold", Type: data.Int, Doc: "of the cross-validation, from 0, in time"},
		floatField("score", ""), floatField("prior", "the score of the class prior"),
	},
}

var shapleySchema = data.Schema{
	Table: "shapley", Doc: "what the features were left out by: the mean size of what each adds to a margin of the trees that the fold's own training rows grew",
	Fields: []data.Field{
		{Name: "fold", Type: data.Int}, {Name: "feature", Type: data.String}, floatField("value", "log-odds"), {Name: "rank", Type: data.Int, Doc: "1: the most important"},
	},
}

var findingSchema = data.Schema{
	Table: "claims", Doc: "what the search proves",
	Fields: []data.Field{
		{Name: "claim", Type: data.String, Doc: "edge: the classes are foretold better than by their prior; direction: rises are told from falls"},
		{Name: "span", Type: data.String, Doc: "search: the rows that the trials were judged on; test: those that the search never saw"},
		{Name: "trial", Type: data.Int, Nullable: true, Doc: "in the search the one with the least p, in the test the one that was chosen"},
		{Name: "rows", Type: data.Int}, nullFloat("difference", "mean loss less that of the prior"), nullFloat("se", ""),
		nullFloat("p", "chance of a difference as low where there is none"),
		{Name: "trials", Type: data.Int, Doc: "that were tried: all of them, or in the test one"},
		nullFloat("p_adjusted", "p times trials, at most 1 (Bonferroni)"),
		{Name: "found", Type: data.Bool, Doc: "p_adjusted is below 0.05"},
	},
}

// The files of a search.
const (
	TrialsPage   = "search.html"
	TrialsChosen = "chosen.json"
)

// Chosen is what a search found best, in the file chosen.json: the settings with
// which a run would use it.
type Chosen struct {
	Trial      int             `json:"trial"`
	Trainer    string          `json:"trainer"`
	Parameters json.RawMessage `json:"parameters"`
	Features   []string        `json:"features"` // empty: all
	Set        []string        `json:"set"`      // for --set
}

func (s *search) put(t *pipeline.Task) error {
	best, err := s.chosen()
	if err != nil {
		return err
	}
	tested, features, err := s.final(t, best)
	if err != nil {
		return err
	}
	found := append(s.claims(), tested...)
	for _, write := range []func() (*data.Batch, error){s.trialRows, s.foldRows, s.shapleyRows, func() (*data.Batch, error) { return findingRows(found) }} {
		b, err := write()
		if err != nil {
			return err
		}
		if err := t.Put(b); err != nil {
			return err
		}
	}
	file, err := json.MarshalIndent(s.choice(best, features), "", " ")
	if err != nil {
		return err
	}
	if err := t.PutFile(TrialsChosen, append(file, '\n')); err != nil {
		return err
	}
	d, err := s.page(t, best, found)
	if err != nil {
		return err
	}
	var html bytes.Buffer
	if err := page.RenderStudy(&html, *d); err != nil {
		return err
	}
	return t.PutFile(TrialsPage, html.Bytes())
}

// choice is the best trial as settings.
func (s *search) choice(x *trial, features []string) Chosen {
	c := Chosen{Trial: x.number, Trainer: s.kind.Name, Parameters: json.RawMessage(x.words(s.axes)), Features: []string{}, Set: []string{"model.trainer=" + s.kind.Name}}
	prefix := "model."
	if s.kind.Under != "" {
		prefix += s.kind.Under + "."
	}
	for i, a := range s.axes {
		c.Set = append(c.Set, prefix+a.name+"="+x.values[i])
	}
	if x.drop > 0 {
		c.Features = features
		c.Set = append(c.Set, `model.features=["`+strings.Join(features, `","`)+`"]`)
	}
	return c
}

// state is what became of a trial in a rung.
func (s *search) state(x *trial, i int) string {
	r := x.rungs[i]
	switch {
	case r.Failed != "":
		return "failed"
	case r.Step == 1:
		return "done"
	case r.dropped:
		return "dropped"
	}
	return "kept"
}

func (s *search) trialRows() (*data.Batch, error) {
	var trial, rung, features, rows, seed []int64
	var trainer, parameters, settings, state, reason []string
	var f [9][]float64
	for _, x := range s.trials {
		with, err := json.Marshal(s.kind.Params(x.settings))
		if err != nil {
			return nil, err
		}
		for i, r := range x.rungs {
			score := r.Score
			if r.Failed != "" {
				score, r.Edge, r.Rises = num.NaN(), newVerdict(nil, 0), newVerdict(nil, 0)
			}
			trial, rung, features, rows, seed = append(trial, int64(x.number)), append(rung, int64(i)), append(features, int64(len(s.halves[0].kept(x.drop)))), append(rows, int64(s.rows)), append(seed, int64(s.p.Seed))
			trainer, parameters, settings = append(trainer, s.kind.Name), append(parameters, x.words(s.axes)), append(settings, string(with))
			state, reason = append(state, s.state(x, i)), append(reason, r.Failed)
			for j, v := range []float64{x.drop, 1 / float64(r.Step), score, r.Edge.difference(), r.Edge.se(), r.Edge.p(), r.Rises.difference(), r.Rises.se(), r.Rises.p()} {
				f[j] = append(f[j], v)
			}
		}
	}
	return data.NewBatch(trialSchema, trial, rung, trainer, parameters, settings, f[0], features, f[1], state, rows, f[2], f[3], f[4], f[5], f[6], f[7], f[8], seed, reason)
}

func (s *search) foldRows() (*data.Batch, error) {
	var trial, rung, fold []int64
	var score, prior []float64
	for _, x := range s.trials {
		for i, r := range x.rungs {
			for k := range r.Scores {
				trial, rung, fold = append(trial, int64(x.number)), append(rung, int64(i)), append(fold, int64(k))
			}
			score, prior = append(score, r.Scores...), append(prior, r.Priors...)
		}
	}
	return data.NewBatch(trialFoldSchema, trial, rung, fold, score, prior)
}

func (s *search) shapleyRows() (*data.Batch, error) {
	var fold, rank []int64
	var feature []string
	var value []float64
	for k, h := range s.halves {
		for i, j := range h.order {
			fold, rank, feature, value = append(fold, int64(k)), append(rank, int64(i+1)), append(feature, h.x.Names[j]), append(value, h.importance[j])
		}
	}
	return data.NewBatch(shapleySchema, fold, feature, value, rank)
}

func findingRows(all []finding) (*data.Batch, error) {
	var claim, span []string
	var trial, rows, trials []int64
	var difference, se, p, adjusted []float64
	var found []bool
	for _, f := range all {
		claim, span, trial, rows, trials = append(claim, f.claim), append(span, f.span), append(trial, f.trial), append(rows, f.rows), append(trials, f.trials)
		difference, se, p, adjusted, found = append(difference, f.difference), append(se, f.se), append(p, f.p), append(adjusted, f.adjusted), append(found, f.found)
	}
	return data.NewBatch(findingSchema, claim, span, trial, rows, difference, se, p, trials, adjusted, found)
}

// Finding is one row of the table claims; what is not defined is nil.
type Finding struct {
	Claim      string   `json:"claim"`
	Span       string   `json:"span"`
	Trial      *int64   `json:"trial"`
	Rows       int64    `json:"rows"`
	Difference *float64 `json:"difference"`
	SE         *float64 `json:"se"`
	P          *float64 `json:"p"`
	Trials     int64    `json:"trials"`
	Adjusted   *float64 `json:"p_adjusted"`
	Found      bool     `json:"found"`
}

// Findings takes the table claims apart.
func Findings(b *data.Batch) ([]Finding, error) {
	c := b.Columns()
	claim, span, trial, rows, trials := c.Strings("claim"), c.Strings("span"), c.Ints("trial"), c.Ints("rows"), c.Ints("trials")
	difference, se, p, adjusted, found := c.Floats("difference"), c.Floats("se"), c.Floats("p"), c.Floats("p_adjusted"), c.Bools("found")
	if c.Err != nil {
		return nil, c.Err
	}
	out := make([]Finding, len(claim))
	for i := range out {
		out[i] = Finding{claim[i], span[i], nil, rows[i], orNil(difference[i]), orNil(se[i]), orNil(p[i]), trials[i], orNil(adjusted[i]), found[i]}
		if trial[i] != data.Null {
			out[i].Trial = &trial[i]
		}
	}
	return out, nil
}

// String tells a finding in words.
func (f Finding) String() string {
	what := map[string]string{claimEdge: "the classes are foretold better than by their prior", claimDirection: "rises are told from falls"}[f.Claim]
	where := "in the search"
	if f.Span == spanTest {
		where = "in the test span, which the search did not see"
	}
	if f.Found {
		what = "Found " + where + ": " + what
	} else {
		what = "Not found " + where + ": that " + what
	}
	if f.P == nil || f.Trial == nil {
		return what
	}
	counted := ""
	if f.Trials > 1 {
		counted = fmt.Sprintf(", %.3f when all %s are counted", *f.Adjusted, data.Counted(int(f.Trials), "trial"))
	}
	return fmt.Sprintf("%s (trial %d, %+.4f ± %.4f, p %.3f%s)", what, *f.Trial, *f.Difference, *f.SE, *f.P, counted)
}
