// Package stages holds the stages themselves, one a file: candles, coverage,
// bars, closes, features, labels, model, predictions, explanations, backtest and
// report; and comparison and trials, which no run makes but commands of their own.
//
// Each reads sealed datasets and makes one. A new stage is one new file that
// adds a value to the list; its inputs are the Go variables of other stages.
package stages

import (
	"sort"

	"mantis/pipeline"
)

// all is filled while the package's variables initialise and never changes
// after.
var all []*pipeline.Stage

func add(s *pipeline.Stage) *pipeline.Stage {
	all = append(all, s)
	return s
}

// All lists every stage by name.
func All() []*pipeline.Stage {
	out := append([]*pipeline.Stage{}, all...)
	sort.Slice(out, func(i, j int) bool { return out[i].Name < out[j].Name })
	return out
}
