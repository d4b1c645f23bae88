package stages

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"

	"mantis/data"
	"mantis/data/num"
	"mantis/pipeline"
	"mantis/stages/page"
)

// shownTrials is how many trials the page lists.
const shownTrials = 25

// page is the search in pictures and tables.
func (s *search) page(t *pipeline.Task, best *trial, found []finding) (*page.Study, error) {
	d, err := s.study(t, s.p.Model, "Search of "+s.kind.Name)
	if err != nil {
		return nil, err
	}
	words := map[string]string{"log_loss": "log-loss", "rps": "ranked probability score"}
	picture := &page.Search{Baseline: "the class prior", Measure: words[s.p.Measure], Best: best.number}
	for _, x := range s.trials {
		r := *x.last()
		if r.Failed != "" {
			r.Edge = newVerdict(nil, 0)
		}
		picture.Difference, picture.SE, picture.Full = append(picture.Difference, r.Edge.difference()), append(picture.SE, r.Edge.se()), append(picture.Full, r.Step == 1)
	}
	picture.Parameters = s.parameters()
	d.Sections = []page.StudySection{
		{Title: "What it proves", Tables: []page.Table{findingTable(found)},
			Note: "p is the chance of so low a difference where there is none, with errors that count that bars hang together (Newey and West). The search counts all its trials (Bonferroni); the test span was not seen by it and is looked at once."},
		{Title: "Trials", Search: picture, Tables: []page.Table{s.trialTable(best)},
			Note: fmt.Sprintf("%s, each judged by %d folds of the bars that were known before the test span: %s bars in all. Bars whose labels overlap those of a fold do not train it, nor those of the %s after it.",
				data.Counted(len(s.trials), "trial"), s.p.Folds, data.Thousands(s.rows), s.p.Embargo)},
	}
	return d, nil
}

// parameters are the axes that are numbers, and the share that was left out.
func (s *search) parameters() (out []page.SearchParameter) {
	for i, a := range s.axes {
		p, numbers := page.SearchParameter{Name: a.name, Log: a.log}, false
		for _, x := range s.trials {
			v := num.NaN()
			if json.Unmarshal([]byte(x.values[i]), &v) == nil {
				numbers = true
			}
			p.Values = append(p.Values, v)
		}
		if numbers {
			out = append(out, p)
		}
	}
	if len(s.p.Drop) > 1 {
		p := page.SearchParameter{Name: "features left out"}
		for _, x := range s.trials {
			p.Values = append(p.Values, x.drop)
		}
		out = append(out, p)
	}
	return out
}

func findingTable(found []finding) page.Table {
	table := page.Table{Corner: "claim", Columns: []page.Column{{Name: "trial", Unit: page.Count}, {Name: "difference", Unit: page.Loss}, {Name: "its error", Unit: page.Loss}, {Name: "p"}, {Name: "trials", Unit: page.Count}, {Name: "p, all counted"}, {Name: "found"}}}
	for _, f := range found {
		name := map[string]string{claimEdge: "better than the prior", claimDirection: "rises told from falls"}[f.claim] + ", " + map[string]string{spanSearch: "in the search", spanTest: "in the test span"}[f.span]
		yes := "no"
		if f.found {
			yes = "yes"
		}
		table.Rows = append(table.Rows, page.Row{Name: name, Cells: []page.Cell{{Value: float64(f.trial)}, {Value: f.difference}, {Value: f.se}, {Value: f.p}, {Value: float64(f.trials)}, {Value: f.adjusted}, {Text: yes}}})
	}
	return table
}

// trialTable lists the best trials; the chosen one comes first.
func (s *search) trialTable(best *trial) page.Table {
	table := page.Table{Corner: "trial"}
	for _, a := range s.axes {
		table.Columns = append(table.Columns, page.Column{Name: a.name})
	}
	table.Columns = append(table.Columns, page.Column{Name: "features", Unit: page.Count}, page.Column{Name: "score", Unit: page.Loss}, page.Column{Name: "less the prior", Unit: page.Loss}, page.Column{Name: "its error", Unit: page.Loss}, page.Column{Name: "p"})
	var whole []*trial
	for _, x := range s.trials {
		if x.whole() {
			whole = append(whole, x)
		}
	}
	slices.SortStableFunc(whole, func(a, b *trial) int {
		return cmp.Or(better(a, b), cmp.Compare(a.number, b.number))
	})
	for _, x := range whole[:min(len(whole), shownTrials)] {
		row := page.Row{Name: fmt.Sprint(x.number)}
		for _, v := range x.values {
			row.Cells = append(row.Cells, page.Cell{Text: v})
		}
		r := x.last()
		row.Cells = append(row.Cells, page.Cell{Value: float64(len(s.halves[0].kept(x.drop)))}, page.Cell{Value: r.Score}, page.Cell{Value: r.Edge.difference()}, page.Cell{Value: r.Edge.se()}, page.Cell{Value: r.Edge.p()})
		table.Rows = append(table.Rows, row)
	}
	table.Note = fmt.Sprintf("The best %d of %s that were judged with all rows; the dataset has all.", len(table.Rows), data.Counted(len(whole), "trial"))
	return table
}
