package models

import "iter"

// Paths is the number of histories that the tested groups of all splits chain
// into: C(Groups-1, Tested-1). Every group is tested that often, once a path.
func (c CrossValidation) Paths() int { return combinations(c.Groups-1, c.Tested-1) }

// Path says which split of Splits tests each group in path p, counted from 0:
// the one with p splits before it that test the group as well. With it each row
// of the grid is tested once a path, and no split's group stands in two paths.
func (c CrossValidation) Path(p int) []int {
	split := make([]int, c.Groups)
	before := make([]int, c.Groups)
	at := 0
	for tested := range choices(c.Groups, c.Tested) {
		for _, g := range tested {
			if before[g] == p {
				split[g] = at
			}
			before[g]++
		}
		at++
	}
	return split
}

// choices are the ways to choose k of n numbers from 0, in lexicographic order.
func choices(n, k int) iter.Seq[[]int] {
	return func(yield func([]int) bool) {
		at := make([]int, k)
		for i := range at {
			at[i] = i
		}
		for {
			if !yield(append([]int(nil), at...)) {
				return
			}
			i := k - 1
			for i >= 0 && at[i] == n-k+i {
				i--
			}
			if i < 0 {
				return
			}
			at[i]++
			for i++; i < k; i++ {
				at[i] = at[i-1] + 1
			}
		}
	}
}

// combinations is n over k; above maxCrosses it is some number above that.
func combinations(n, k int) int {
	c := 1
	for i := 1; i <= min(k, n-k); i++ {
		c = c * (n - i + 1) / i
		if c > maxCrosses {
			return c
		}
	}
	return c
}
