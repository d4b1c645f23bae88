package page

import "strings"

// thin picks the marks that draw the same line as all of them: of every unit
// of width the lowest and the highest, in the order they come, and both ends
// of every stretch without a gap. A gap is a y that is not finite; in the
// result it is a -1.
func thin(xs, ys []float64) []int {
	var kept []int
	for i := 0; i < len(ys); {
		if !finite(ys[i]) {
			if len(kept) > 0 && kept[len(kept)-1] >= 0 {
				kept = append(kept, -1)
			}
			i++
			continue
		}
		end := i
		for end < len(ys) && finite(ys[end]) {
			end++
		}
		kept = thinRun(kept, xs, ys, i, end)
		i = end
	}
	return kept
}

// thinRun appends the marks kept of one stretch without a gap.
func thinRun(kept []int, xs, ys []float64, start, end int) []int {
	kept = append(kept, start)
	for i := start; i < end; {
		column, low, high := int(xs[i]), i, i
		for ; i < end && int(xs[i]) == column; i++ {
			if ys[i] < ys[low] {
				low = i
			}
			if ys[i] > ys[high] {
				high = i
			}
		}
		for _, k := range [2]int{min(low, high), max(low, high)} {
			if k > kept[len(kept)-1] {
				kept = append(kept, k)
			}
		}
	}
	if end-1 > kept[len(kept)-1] {
		kept = append(kept, end-1)
	}
	return kept
}

// linePath is the path through the marks kept, broken at gaps. A mark alone
// between gaps becomes a dot.
func linePath(xs, ys []float64, kept []int) string {
	var b strings.Builder
	for _, run := range runs(kept) {
		for k, i := range run {
			b.WriteString([]string{"M", "L", " "}[min(k, 2)])
			b.WriteString(px(xs[i]) + "," + px(ys[i]))
		}
		if len(run) == 1 {
			b.WriteString("h0")
		}
	}
	return b.String()
}

// areaPath is the area between the marks kept and a level, in one piece for
// every stretch without a gap.
func areaPath(xs, ys []float64, kept []int, level float64) string {
	var b strings.Builder
	for _, run := range runs(kept) {
		b.WriteString("M" + px(xs[run[0]]) + "," + px(level) + "L")
		for _, i := range run {
			b.WriteString(px(xs[i]) + "," + px(ys[i]) + " ")
		}
		b.WriteString(px(xs[run[len(run)-1]]) + "," + px(level) + "Z")
	}
	return b.String()
}

// runs splits the marks kept at the gaps.
func runs(kept []int) [][]int {
	var all [][]int
	start := 0
	for i := 0; i <= len(kept); i++ {
		if i == len(kept) || kept[i] < 0 {
			if i > start {
				all = append(all, kept[start:i])
			}
			start = i + 1
		}
	}
	return all
}
