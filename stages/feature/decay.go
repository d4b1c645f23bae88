package feature

// memory is how many spans of an exponential average are summed up. The weights
// that are left out are (1-α)^(5k) ≈ e^-10 of all, less than 5 in 100,000.
const memory = 5

// decay are the weights of the exponential average of a span of k bars, oldest
// first: (1-α)^i of the value i bars back with α = 2/(k+1), cut off after 5k bars
// and divided by their sum. pandas' ewm(span=k, adjust=True) of those 5k values
// alone has the same weights; its recursion over all of history, the textbook's,
// comes as near as what is left out.
//
// Wilder's average of k bars, which moves by 1/k of the distance to the new
// value, is that of a span of 2k-1.
func decay(k int) []float64 {
	w := make([]float64, memory*k)
	left, sum := 1.0, 0.0
	for i := range w {
		w[len(w)-1-i] = left
		sum += left
		left = float64(left * (1 - 2/float64(k+1)))
	}
	for i := range w {
		w[i] /= sum
	}
	return w
}

// decayed fills out with the average of x by weights, as rolling does.
func decayed(x, weights, out []float64) {
	rolling(x, len(weights), out, func(w []float64) float64 {
		sum := 0.0
		for i, v := range w {
			sum += float64(v * weights[i])
		}
		return sum
	})
}

// wilder is the span of Wilder's average of k bars.
func wilder(k int) int { return 2*k - 1 }
