package models

// Prior is the share of each class in the training rows: what is known
// without looking at any feature.
func Prior(counts []int) []float64 {
	rows := 0
	for _, n := range counts {
		rows += n
	}
	p := make([]float64, len(counts))
	for k, n := range counts {
		p[k] = float64(n) / float64(rows)
	}
	return p
}
