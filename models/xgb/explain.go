package xgb

import (
	"fmt"
	"runtime"
	"sync"
)

// Explainer tells what each feature of a row adds to each of its margins: exact
// Shapley values of the trees. It may be used by several goroutines.
type Explainer struct {
	model  *Booster
	trees  [][]*cutTree // by class, in the order of the trees
	bias   []float64
	rules  []quadrature
	widest int  // features that one way tests
	pairs  bool // explains pairs of features
}

// cutTree is a tree with the clumps it was cut into.
type cutTree struct {
	*tree
	clumps map[int32]*clump
	deep   int // splits above the deepest clump
	wide   bool
}

// Explainer makes ready to explain the model's margins. What is not known of a
// row is filled in as training met it, by the covers in the trees: that is
// XGBoost's pred_contribs, with the same bias. Trees after the best round do not
// count, as in Walk. It refuses trees without covers.
func (b *Booster) Explainer() (*Explainer, error) { return b.explainer(false) }

// ExplainerAgainst is Explainer with what is not known of a row taken from the
// rows of a background, each in turn, and the mean of that: the interventional
// form. The bias is the mean margin of the background.
func (b *Booster) ExplainerAgainst(background Matrix) (*Explainer, error) {
	if err := b.fits(background); err != nil {
		return nil, err
	}
	if background.Rows() == 0 {
		return nil, fmt.Errorf("xgb: a background without rows")
	}
	e, err := b.explainer(false)
	if err != nil {
		return nil, err
	}
	e.look(background)
	return e, nil
}

func (b *Booster) explainer(pairs bool) (*Explainer, error) {
	e := &Explainer{model: b, trees: make([][]*cutTree, b.classes), bias: make([]float64, b.classes), pairs: pairs}
	for k, m := range b.intercept {
		e.bias[k] = float64(m)
	}
	if b.linear != nil {
		return nil, fmt.Errorf("xgb: a linear model has no trees to explain: its weights are what features add")
	}
	for i, t := range b.scored() {
		clumps, err := cut(t, b.NumFeature(), float64(b.weight(i)), pairs)
		if err != nil {
			return nil, fmt.Errorf("xgb: tree %d: %w", i, err)
		}
		x := &cutTree{tree: t, clumps: clumps}
		k := b.class(i)
		e.trees[k] = append(e.trees[k], x)
		e.bias[k] += x.measure(0, 0)
		for _, c := range clumps {
			e.widest = max(e.widest, c.widest)
		}
	}
	e.rules = legendre((e.widest + 1) / 2)
	return e, nil
}

// measure finds how deep the clumps below a node lie, and returns the sum of
// their leaves' values by the shares of cover that come to them.
func (x *cutTree) measure(i int32, depth int) (mean float64) {
	c := x.clumps[i]
	if c == nil {
		return x.measure(x.left[i], depth+1) + x.measure(x.right[i], depth+1)
	}
	x.deep = max(x.deep, depth)
	x.wide = x.wide || c.bits() > tableBits
	for _, w := range c.leaves {
		v := w.value
		for _, share := range w.share {
			v = float64(v * share)
		}
		mean += v
	}
	return mean
}

// Bias returns what the contributions of each class are added to: the margin of
// a row of which nothing is known.
func (e *Explainer) Bias() []float64 { return append([]float64(nil), e.bias...) }

// Width is the number of values that Contributions writes for a row and class:
// one a feature, and the bias.
func (e *Explainer) Width() int { return e.model.NumFeature() + 1 }

// Contributions writes, for every row and class, what each feature adds to the
// margin and then the bias, row-major, NumClass × Width values a row. Added up
// they are the margin: that of XGBoost but for the rounding of its float32 sum.
// A row's values do not depend on the other rows, nor on GOMAXPROCS.
func (e *Explainer) Contributions(x Matrix, out []float64) error {
	width := e.Width()
	if err := e.takes(x, len(out), width); err != nil {
		return err
	}
	e.each(x.Rows(), 8192, func(p *pass, class, begin, end int) {
		p.explain(e.trees[class], x, begin, end, width-1)
		for r := begin; r < end; r++ {
			row := out[(r*len(e.trees)+class)*width:][:width]
			for f := range width - 1 {
				row[f] = p.columns[f][r-begin]
			}
			row[width-1] = e.bias[class]
		}
	})
	return nil
}

// takes refuses what does not fit: columns, or room for values.
func (e *Explainer) takes(x Matrix, room, width int) error {
	if err := e.model.fits(x); err != nil {
		return err
	}
	if want := x.Rows() * e.model.classes * width; room != want {
		return fmt.Errorf("xgb: room for %d values, want %d", room, want)
	}
	return nil
}

// each shares classes and spans of rows among goroutines. A span is shorter
// than most where there would be too few to share.
func (e *Explainer) each(rows, most int, do func(p *pass, class, begin, end int)) {
	workers := runtime.GOMAXPROCS(0)
	classes := len(e.trees)
	span := max(1, min(most, max(512, (rows*classes+4*workers-1)/(4*workers))))
	spans := (rows + span - 1) / span
	pieces := make(chan int)
	var done sync.WaitGroup
	for range min(workers, spans*classes) {
		done.Add(1)
		go func() {
			defer done.Done()
			p := &pass{solver: solver{rules: e.rules, pairs: e.pairs}}
			for i := range pieces {
				begin := i / classes * span
				do(p, i%classes, begin, min(rows, begin+span))
			}
		}()
	}
	for i := range spans * classes {
		pieces <- i
	}
	close(pieces)
	done.Wait()
}
