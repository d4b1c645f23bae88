package stages

import (
	"slices"

	"mantis/data"
	"mantis/pipeline"
	"mantis/stages/page"
)

// ScoreRow is one row of the table scores.
type ScoreRow struct {
	Name   string  `json:"name"`
	Score  string  `json:"score"`
	Class  int64   `json:"class,omitempty"` // 0: all classes together
	Value  float64 `json:"-"`               // NaN: not defined
	Reason string  `json:"reason,omitempty"`
	Rows   int64   `json:"rows"`
}

// ReadScores reads the scores of the predictions that are an input of the
// task.
func ReadScores(t *pipeline.Task) ([]ScoreRow, error) {
	b, err := t.ReadOne(Predictions, "scores")
	if err != nil {
		return nil, err
	}
	return ScoreRows(b)
}

// ScoreRows takes the table scores apart.
func ScoreRows(b *data.Batch) ([]ScoreRow, error) {
	c := b.Columns()
	name, score, class := c.Strings("name"), c.Strings("score"), c.Ints("class")
	value, reason, rows := c.Floats("value"), c.Strings("reason"), c.Ints("rows")
	if c.Err != nil {
		return nil, c.Err
	}
	out := make([]ScoreRow, len(name))
	for i := range out {
		out[i] = ScoreRow{name[i], score[i], max(class[i], 0), value[i], reason[i], rows[i]}
	}
	return out, nil
}

// scoreTables are the two tables of the page: the scored against each other,
// and the model class by class.
func scoreTables(scores []ScoreRow, classes []class) (overall, byClass page.Table) {
	overall = page.Table{Corner: "predictions", Note: "Log-loss: lower is better. All on the same test rows."}
	byClass = page.Table{Corner: "class", Note: "The model, each class against the rest."}
	var names []string
	for _, s := range scores {
		i := slices.Index(names, s.Name)
		if i < 0 {
			i = len(names)
			names = append(names, s.Name)
			overall.Rows = append(overall.Rows, page.Row{Name: s.Name, Reference: s.Name == ScoredTruth})
		}
		cell := page.Cell{Value: s.Value, Why: s.Reason}
		switch {
		case s.Class == 0:
			addColumn(&overall, s.Score)
			overall.Rows[i].Cells = append(overall.Rows[i].Cells, cell)
		case s.Name == ScoredModel:
			for len(byClass.Rows) < int(s.Class) {
				byClass.Rows = append(byClass.Rows, page.Row{Name: classes[len(byClass.Rows)].name})
			}
			addColumn(&byClass, s.Score)
			byClass.Rows[s.Class-1].Cells = append(byClass.Rows[s.Class-1].Cells, cell)
		}
	}
	return overall, byClass
}

func addColumn(t *page.Table, score string) {
	name := words(score)
	for _, c := range t.Columns {
		if c.Name == name {
			return
		}
	}
	c := page.Column{Name: name}
	if score == "log_loss" {
		c.Unit = page.Loss
	}
	t.Columns = append(t.Columns, c)
}
