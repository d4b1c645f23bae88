package models

import (
	"fmt"

	"mantis/data"
)

// CrossValidation cuts the bars into groups and tests every choice of some of
// them with a model trained on the others (López de Prado 2018, chapters 7 and
// 12). With Tested 1 it is the purged k-fold; with more it is combinatorial, and
// the tested groups chain into several histories.
type CrossValidation struct {
	Groups  int           // groups of bars in a row, 2 or more
	Tested  int           // groups that each split tests, from 1 to Groups-1
	Embargo data.Interval // time after a tested row's label is known in which no row trains
}

// Cross is one split: what trains and what is tested.
type Cross struct {
	Tested    []int // groups, ascending
	Train     []int // rows of the samples
	Test      []int // rows of the grid, ascending
	Purged    int   // labelled rows, the tested ones among them, whose span overlaps that of a tested row
	Embargoed int   // labelled rows that do not train because they come too soon after a tested row
}

// maxCrosses keeps the number of splits to what can be trained.
const maxCrosses = 100_000

// Check says what is wrong with the cross-validation.
func (c CrossValidation) Check() error {
	if c.Groups < 2 || c.Tested < 1 || c.Tested >= c.Groups {
		return fmt.Errorf("%d of %d groups tested: want at least two groups, one of them tested and one not", c.Tested, c.Groups)
	}
	if n := combinations(c.Groups, c.Tested); n > maxCrosses {
		return fmt.Errorf("%d of %d groups tested: that is more than %d splits", c.Tested, c.Groups, maxCrosses)
	}
	if c.Embargo < 0 {
		return fmt.Errorf("embargo %s: want zero or more", c.Embargo)
	}
	return nil
}

// Splits are all splits, in lexicographic order of the tested groups. The tested
// rows are those of grid, the target's own samples in time order, cut into
// groups whose sizes differ by at most one, the larger ones first. Samples, which may
// be those of several symbols, train where they are labelled and where their
// span, from the open of their bar to the instant at which their label is known, has
// no instant in common with the span of a tested row; nor may it begin before
// the embargo after that span is over.
//
// An unlabelled row's span ends where its features are known.
func (c CrossValidation) Splits(samples, grid []Sample) ([]Cross, error) {
	if err := c.Check(); err != nil {
		return nil, err
	}
	if len(grid) < c.Groups {
		return nil, &data.InputError{Reason: fmt.Sprintf("%d bars do not make %d groups", len(grid), c.Groups), Hint: "give more candles or ask for fewer groups"}
	}
	group := make([]span, c.Groups)
	for i := range group {
		group[i] = c.group(i, grid)
	}
	var out []Cross
	for tested := range choices(c.Groups, c.Tested) {
		x := Cross{Tested: tested}
		for _, g := range tested {
			for row := group[g].from; row < group[g].to; row++ {
				x.Test = append(x.Test, row)
			}
		}
		for row, s := range samples {
			if !s.Labelled {
				continue
			}
			switch overlap, soon := c.meets(s, group, tested); {
			case overlap:
				x.Purged++
			case soon:
				x.Embargoed++
			default:
				x.Train = append(x.Train, row)
			}
		}
		if len(x.Train) == 0 {
			return nil, &data.InputError{Reason: fmt.Sprintf("nothing is left to train on when groups %v of %d are tested", tested, c.Groups),
				Hint: "give more candles, or ask for a shorter embargo or fewer tested groups"}
		}
		out = append(out, x)
	}
	return out, nil
}

// span is the rows of a group and the time that they and their labels take.
type span struct {
	from, to    int
	first, last int64
}

// group is group i of the grid.
func (c CrossValidation) group(i int, grid []Sample) span {
	size, larger := len(grid)/c.Groups, len(grid)%c.Groups
	g := span{from: i*size + min(i, larger)}
	g.to = g.from + size
	if i < larger {
		g.to++
	}
	g.first, g.last = grid[g.from].Open, ends(grid[g.from])
	for _, row := range grid[g.from:g.to] {
		g.first, g.last = min(g.first, row.Open), max(g.last, ends(row))
	}
	return g
}

// ends is the instant up to which a row's span goes.
func ends(s Sample) int64 {
	if s.Labelled {
		return max(s.Known, s.LabelKnown)
	}
	return s.Known
}

// meets tells whether a row's span overlaps that of a tested group, and whether
// it begins within the embargo after one.
func (c CrossValidation) meets(s Sample, group []span, tested []int) (overlap, soon bool) {
	for _, g := range tested {
		first, last := group[g].first, group[g].last
		overlap = overlap || s.Open < last && first < ends(s)
		soon = soon || s.Open >= last && s.Open < last+int64(c.Embargo)
	}
	return overlap, soon
}
