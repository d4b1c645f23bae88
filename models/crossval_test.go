package models

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"mantis/data"
)

// TestCrossValidationByHand works a purged k-fold of nine bars out. Labels are
// known one bar after their own: the middle group, bars 3 to 5, ends with the
// close of bar 6. Bar 2's label is known at the close of bar 3, so it is purged,
// as bar 6 is, which opens before that; an embargo of one bar takes bar 7.
func TestCrossValidationByHand(t *testing.T) {
	rows := grid(9, 1)
	splits, err := CrossValidation{Groups: 3, Tested: 1, Embargo: data.Interval(bar)}.Splits(rows, rows)
	if err != nil {
		t.Fatal(err)
	}
	want := []Cross{
		{Tested: []int{0}, Test: []int{0, 1, 2}, Train: []int{5, 6, 7}, Purged: 4, Embargoed: 1},
		{Tested: []int{1}, Test: []int{3, 4, 5}, Train: []int{0, 1}, Purged: 5, Embargoed: 1},
		{Tested: []int{2}, Test: []int{6, 7, 8}, Train: []int{0, 1, 2, 3, 4}, Purged: 3},
	}
	if diff := cmp.Diff(want, splits); diff != "" {
		t.Error(diff)
	}
}

// TestPathsByHand is the worked example of López de Prado 2018, section 12.4.1:
// six groups, two of them tested, in fifteen splits and five paths.
func TestPathsByHand(t *testing.T) {
	c := CrossValidation{Groups: 6, Tested: 2}
	want := [][]int{{0, 0, 1, 2, 3, 4}, {1, 5, 5, 6, 7, 8}, {2, 6, 9, 9, 10, 11}, {3, 7, 10, 12, 12, 13}, {4, 8, 11, 13, 14, 14}}
	if c.Paths() != len(want) {
		t.Fatalf("%d paths", c.Paths())
	}
	for p, w := range want {
		if diff := cmp.Diff(w, c.Path(p)); diff != "" {
			t.Errorf("path %d: %s", p, diff)
		}
	}
}

// drawSamples draws a grid with gaps in its labels, labels of different lengths,
// and the samples of another symbol between.
func drawSamples(t *rapid.T) (samples, target []Sample) {
	n := rapid.IntRange(12, 90).Draw(t, "bars")
	for symbol := range rapid.IntRange(1, 2).Draw(t, "symbols") {
		for i := range n {
			open := int64(i)*bar + int64(symbol)*bar/3
			s := Sample{Open: open, Known: open + bar, LabelKnown: open + bar*int64(1+rapid.IntRange(0, 7).Draw(t, "horizon")),
				Labelled: rapid.IntRange(0, 9).Draw(t, "labelled") > 0}
			samples = append(samples, s)
			if symbol == 0 {
				target = append(target, s)
			}
		}
	}
	return samples, target
}

// TestCrossValidationKnowsNothing is the property that it is for: no span of a
// row that trains meets that of a row that is tested, none begins within the
// embargo, and every labelled row outside of both trains.
func TestCrossValidationKnowsNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		samples, target := drawSamples(t)
		c := CrossValidation{Groups: rapid.IntRange(2, 7).Draw(t, "groups"), Embargo: data.Interval(bar) * data.Interval(rapid.IntRange(0, 5).Draw(t, "embargo"))}
		c.Tested = rapid.IntRange(1, c.Groups-1).Draw(t, "tested")
		splits, err := c.Splits(samples, target)
		if err != nil {
			return // nothing to train on
		}
		labelled := 0
		for _, s := range samples {
			if s.Labelled {
				labelled++
			}
		}
		for _, x := range splits {
			if len(x.Train)+x.Purged+x.Embargoed != labelled {
				t.Fatalf("%d train, %d purged, %d embargoed of %d", len(x.Train), x.Purged, x.Embargoed, labelled)
			}
			for _, i := range x.Train {
				a := samples[i]
				for _, j := range x.Test {
					b := target[j]
					if a.Open < ends(b) && b.Open < ends(a) {
						t.Fatalf("row %d trains and row %d is tested: %+v, %+v", i, j, a, b)
					}
					if a.Open >= ends(b) && a.Open < ends(b)+int64(c.Embargo) {
						// Within a tested stretch the embargo ends with the stretch's own span.
						t.Fatalf("row %d trains in the embargo of row %d", i, j)
					}
				}
			}
		}
	})
}

// TestPathsTestEachRowOnce wants every path to test every row once, and every
// group of every split to stand in one path.
func TestPathsTestEachRowOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(12, 60).Draw(t, "bars")
		c := CrossValidation{Groups: rapid.IntRange(2, 8).Draw(t, "groups")}
		c.Tested = rapid.IntRange(1, c.Groups-1).Draw(t, "tested")
		rows := grid(n, 0)
		splits, err := c.Splits(rows, rows)
		if err != nil {
			t.Fatal(err)
		}
		if len(splits) != combinations(c.Groups, c.Tested) {
			t.Fatalf("%d splits", len(splits))
		}
		used := map[[2]int]bool{}
		for p := range c.Paths() {
			seen := make([]int, n)
			for g, s := range c.Path(p) {
				if used[[2]int{g, s}] || !slices.Contains(splits[s].Tested, g) {
					t.Fatalf("path %d: group %d of split %d, which tests %v", p, g, s, splits[s].Tested)
				}
				used[[2]int{g, s}] = true
				span := c.group(g, rows)
				for row := span.from; row < span.to; row++ {
					if !slices.Contains(splits[s].Test, row) {
						t.Fatalf("split %d does not test row %d", s, row)
					}
					seen[row]++
				}
			}
			for row, times := range seen {
				if times != 1 {
					t.Fatalf("path %d tests row %d %d times", p, row, times)
				}
			}
		}
		if len(used) != len(splits)*c.Tested {
			t.Fatalf("%d groups are in paths, of %d", len(used), len(splits)*c.Tested)
		}
	})
}

func TestCrossValidationRefuses(t *testing.T) {
	rows := grid(20, 1)
	for _, c := range []CrossValidation{{Groups: 1, Tested: 1}, {Groups: 5}, {Groups: 5, Tested: 5}, {Groups: 5, Tested: 1, Embargo: -1},
		{Groups: 21, Tested: 1}, {Groups: 40, Tested: 20}, {Groups: 2, Tested: 1, Embargo: data.Interval(30 * bar)}} {
		if _, err := c.Splits(rows, rows); err == nil {
			t.Errorf("%+v is accepted", c)
		}
	}
}
