package stages

import (
	"fmt"
	"slices"

	"mantis/data"
	"mantis/models"
	"mantis/pipeline"
)

// The ways to search.
const (
	searchRandom  = "random"
	searchGrid    = "grid"
	searchHalving = "halving"
)

const (
	maxTrials  = 10_000
	halvedRows = 500 // that train in the first rung, at least
	edgeLevel  = 0.05
)

// TrialParams say what is searched, and how.
type TrialParams struct {
	Model   *ModelParams      `json:"model"`   // samples, the split that the search stays before, and the trainer with the parameters that are not searched
	Search  string            `json:"search"`  // random, grid or halving
	Trials  int               `json:"trials"`  // configurations of a random search, or at the start of halving
	Space   map[string]string `json:"space"`   // by parameter of the trainer: "2..7", "0.02..0.3 log" or "1,2,4"; empty: what the trainer offers
	Points  int               `json:"points"`  // of a range in a grid
	Drop    []float64         `json:"drop"`    // shares of the features that may be left out, those of the least Shapley values
	Folds   int               `json:"folds"`   // of the purged cross-validation within the training span
	Embargo data.Interval     `json:"embargo"` // after each fold, in which no row trains
	Factor  int               `json:"factor"`  // halving: of so many trials one goes on, with so many times the rows
	Measure string            `json:"measure"` // by which the best is chosen: log_loss or rps
	Seed    uint64            `json:"seed"`    // of the draws of configurations
}

// Trials search for better parameters and features within the training span,
// and count what they tried. It is no part of a run: `mantis tune` makes it.
var Trials = add(&pipeline.Stage{
	Name: "trials", Doc: "a search for parameters and features within the training span: every trial, and what it proves", Code: 1,
	Inputs: []*pipeline.Stage{Candles, Features, Labels},
	Params: &TrialParams{Model: defaultModel(), Search: searchRandom, Trials: 30, Space: map[string]string{}, Points: 3, Drop: []float64{0, 0.5, 0.75},
		Folds: 5, Embargo: data.Day, Factor: 3, Measure: "log_loss", Seed: 1},
	Check: checkTrials,
	Run:   tune,
})

func checkTrials(params any) error {
	p := params.(*TrialParams)
	if err := checkSearched(p.Model); err != nil {
		return err
	}
	kind, err := models.KindOf(p.Model.Trainer)
	if err != nil {
		return err
	}
	if kind.Params == nil {
		return fmt.Errorf("trainer %s: it has no parameters to search", kind.Name)
	}
	if len(p.Space) == 0 {
		p.Space = kind.Search
	}
	switch {
	case !slices.Contains([]string{searchRandom, searchGrid, searchHalving}, p.Search):
		return fmt.Errorf("search %q: want %s, %s or %s", p.Search, searchRandom, searchGrid, searchHalving)
	case p.Trials < 1 || p.Trials > maxTrials:
		return fmt.Errorf("trials %d: want 1 to %d", p.Trials, maxTrials)
	case p.Points < 1 || p.Points > 1000:
		return fmt.Errorf("points %d: want 1 to 1000", p.Points)
	case len(p.Drop) == 0:
		return fmt.Errorf("drop: want shares of the features, as in [0,0.5]; [0] leaves none out")
	case p.Folds < 2 || p.Folds > 100:
		return fmt.Errorf("folds %d: want 2 to 100", p.Folds)
	case p.Embargo < 0:
		return fmt.Errorf("embargo %s: want zero or more", p.Embargo)
	case p.Factor < 2 || p.Factor > 100:
		return fmt.Errorf("factor %d: want 2 to 100", p.Factor)
	case p.Measure != "log_loss" && p.Measure != "rps":
		return fmt.Errorf("measure %q: want log_loss or rps", p.Measure)
	}
	for _, d := range p.Drop {
		if !(d >= 0 && d < 1) {
			return fmt.Errorf("drop %v: want shares of at least 0, below 1", d)
		}
	}
	axes, err := p.axes()
	if err != nil {
		return err
	}
	if _, err := p.given(axes); err != nil { // which knows the names
		return err
	}
	points, err := p.points(axes)
	if err != nil {
		return err
	}
	if len(points) > maxTrials {
		return data.WithHint(fmt.Errorf("the grid has more than %d points", maxTrials), "name fewer parameters in trials.space, or fewer values, or search at random")
	}
	for _, x := range points {
		if _, err := p.at(axes, x); err != nil {
			return fmt.Errorf("%s: %w", x.words(axes), err)
		}
	}
	return nil
}

// points are the configurations of the search, in the order of their numbers.
func (p *TrialParams) points(axes []axis) ([]point, error) {
	if p.Search == searchGrid {
		return p.grid(axes), nil
	}
	var out []point
	for i := range p.Trials {
		x, err := p.draw(axes, i)
		if err != nil {
			return nil, err
		}
		out = append(out, x)
	}
	return out, nil
}

func tune(t *pipeline.Task) error {
	p := t.Params.(*TrialParams)
	s, err := openSearch(t, p)
	if err != nil {
		return err
	}
	if err := s.run(t); err != nil {
		return err
	}
	return s.put(t)
}
