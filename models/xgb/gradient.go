package xgb

// pair is a gradient and a hessian, or sums of them.
type pair struct{ g, h float64 }

// softprob fills the gradients of rows begin to end: margins[k] and out[k] are
// the margins and gradient pairs of class k, row by row. The arithmetic is
// float32 as in XGBoost's multi:softprob; only the sum of exponentials is
// float64.
func softprob(margins [][]float32, class []int32, out [][]pair, begin, end int) {
	const smallest = 0x1p-126 // the least normal float32, XGBoost's floor of the maximum
	exps := make([]float32, len(margins))
	for r := begin; r < end; r++ {
		top := float32(smallest)
		for _, m := range margins {
			top = max(top, m[r])
		}
		var sum float64
		for k, m := range margins {
			exps[k] = expf(m[r] - top)
			sum += float64(exps[k])
		}
		total := float32(sum)
		label := int(class[r])
		for k, e := range exps {
			p := e / total
			h := max(float32(float32(2*p)*(1-p)), 1e-16)
			if k == label {
				p--
			}
			out[k][r] = pair{float64(p), float64(h)}
		}
	}
}
