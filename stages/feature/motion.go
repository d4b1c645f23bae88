package feature

import "fmt"

// Acceleration as the difference of two velocities. Unlike the notebook's
// ratio of two returns it keeps its sign when velocity is negative, and a zero
// return breaks nothing.
var _ = add(family([]int{1, 2, 4, 7, 30}, func(k int) *Feature {
	return &Feature{Name: fmt.Sprint("velocity_diff_", k), Group: "motion", Doc: fmt.Sprintf("close(t)/close(t-%d) less the same %[1]d earlier", k), Code: 1, LookBack: 2*k + 1,
		Compute: func(b Bars, out []float64) { minus(change(b.Close, k), k, out) }}
})...)
