package xgb

// Interactor tells how the features of a row act together: exact Shapley
// interaction values of the trees. It may be used by several goroutines.
type Interactor struct{ each, pairs *Explainer }

// Interactor makes ready to explain the model's margins by pairs of features,
// with covers as in Explainer: XGBoost's pred_interactions.
func (b *Booster) Interactor() (*Interactor, error) {
	each, err := b.Explainer()
	if err != nil {
		return nil, err
	}
	pairs, err := b.explainer(true)
	return &Interactor{each, pairs}, err
}

// Width is the number of rows, and of columns, of the square of a row and class:
// one a feature, and the bias.
func (e *Interactor) Width() int { return e.each.Width() }

// Interactions writes, for every row and class, a symmetric square of Width by
// Width: what two features do only together, halved between the two places of
// the pair; on the diagonal what a feature does alone; and in the last place the
// bias. A row of the square adds up to the feature's contribution, the whole to
// the margin.
func (e *Interactor) Interactions(x Matrix, out []float64) error {
	width := e.Width()
	if err := e.each.takes(x, len(out), width*width); err != nil {
		return err
	}
	n := width - 1
	e.pairs.each(x.Rows(), 512, func(p *pass, class, begin, end int) {
		p.explain(e.pairs.trees[class], x, begin, end, n*(n-1)/2)
		single := p.second(e.each.rules)
		single.explain(e.each.trees[class], x, begin, end, n)
		for r := begin; r < end; r++ {
			square := out[(r*len(e.each.trees)+class)*width*width:][:width*width]
			fillSquare(square, width, p.columns, single.columns, r-begin)
			square[width*width-1] = e.each.bias[class]
		}
	})
	return nil
}

// fillSquare writes one row's pairs beside the diagonal, and on it what is left
// of each feature.
func fillSquare(square []float64, width int, pairs, each [][]float64, row int) {
	clear(square)
	n, at := width-1, 0
	for i := range n {
		for j := i + 1; j < n; j++ {
			v := pairs[at][row]
			square[i*width+j], square[j*width+i] = v, v
			at++
		}
	}
	for i := range n {
		rest := each[i][row]
		for j := range n {
			if j != i {
				rest -= square[i*width+j]
			}
		}
		square[i*width+i] = rest
	}
}
