package stages

import (
	"fmt"

	"mantis/data"
	"mantis/models"
	"mantis/pipeline"
)

// lesson is what there is to learn: the samples, and the folds that they are
// split into.
type lesson struct {
	classes   []class
	set, grid *sampleSet // what trains, and the target's own bars, which are predicted
	folds     []models.Fold
}

// lesson reads features and labels, splits them by time and looks for leaks. It
// settles the target and the number of classes.
func (p *ModelParams) lesson(t *pipeline.Task) (*lesson, error) {
	l := &lesson{}
	var err error
	if l.classes, err = readClasses(t, Labels, "classes"); err != nil {
		return nil, err
	}
	if p.NumClass != 0 && p.NumClass != len(l.classes) {
		return nil, data.WithHint(fmt.Errorf("%w: num_class %d: the labels have %d classes", pipeline.ErrSetting, p.NumClass, len(l.classes)), "leave model.num_class out")
	}
	p.NumClass = len(l.classes)
	symbols, err := pickTarget(t, p)
	if err != nil {
		return nil, err
	}
	if l.set, err = readSamples(t, symbols, p.Features); err != nil {
		return nil, err
	}
	l.grid = l.set
	if p.Pool {
		if l.grid, err = readSamples(t, []string{string(p.Target)}, p.Features); err != nil {
			return nil, err
		}
	}
	split, err := p.split()
	if err != nil {
		return nil, err
	}
	if l.folds, err = split.Folds(l.set.samples, l.grid.samples, l.set.step); err != nil {
		return nil, err
	}
	return l, refuseLeaks(t, p, l.set, l.folds)
}

// overlap is how many bars after a bar have outcomes that share time with its
// own.
func (l *lesson) overlap() int {
	longest := int64(0)
	for _, s := range l.grid.samples {
		if s.Labelled {
			longest = max(longest, s.LabelKnown-s.Known)
		}
	}
	return max(0, int(longest/int64(l.grid.step))-1)
}

// sides are where the price goes in each class: 1 up, -1 down, 0 where the class
// has returns of both signs.
func (l *lesson) sides() []int {
	out := make([]int, len(l.classes))
	for k, c := range l.classes {
		switch {
		case c.above >= 0:
			out[k] = 1
		case c.upTo <= 0:
			out[k] = -1
		}
	}
	return out
}

// labelled are those of rows of the grid that have a label, and their classes.
func (l *lesson) labelled(rows []int) (kept []int, class []int32) {
	for _, r := range rows {
		if l.grid.samples[r].Labelled {
			kept, class = append(kept, r), append(class, l.grid.class[r])
		}
	}
	return kept, class
}
