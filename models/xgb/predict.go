package xgb

import (
	"fmt"
	"runtime"
	"sync"

	"mantis/data/num"
)

// Predictor scores rows: compiled, as Booster.Predictor makes it, or with leaves.
// It may be used by several goroutines.
type Predictor struct {
	model *Booster
	with  scorer
}

// scorer fills out, row-major with a margin a class, from the columns of a model.
type scorer interface {
	margins(cols [][]float32, out []float64) error
}

// Margins writes the raw margins of every row, row-major with NumClass values
// a row. Compiled they are XGBoost's own float32 in every bit; leaves adds in
// float64, so that its sums differ by rounding, less than 1e-5 for 2,500 trees.
// The columns of x must be the model's in name and order.
func (p *Predictor) Margins(x Matrix, out []float64) error {
	if err := p.model.fits(x); err != nil {
		return err
	}
	if want := x.Rows() * p.model.classes; len(out) != want {
		return fmt.Errorf("xgb: room for %d values, want %d", len(out), want)
	}
	return p.with.margins(x.Cols, out)
}

// Probabilities writes the class probabilities of every row like Margins: the
// softmax of the margins, each row adding to 1 up to rounding, or, of a logistic
// model, the one of the positive class. A model of another objective has none.
func (p *Predictor) Probabilities(x Matrix, out []float64) error {
	o := known(p.model.Objective())
	finish := Softmax
	switch {
	case o.classes:
	case o.link == logit:
		finish = func(row []float64) { row[0] = sigmoid(row[0]) }
	default:
		return fmt.Errorf("xgb: a model of %s has no probabilities", o.name)
	}
	if err := p.Margins(x, out); err != nil {
		return err
	}
	classes := p.model.classes
	return blocks(x.Rows(), func(from, to int) error {
		for r := from; r < to; r++ {
			finish(out[r*classes : (r+1)*classes])
		}
		return nil
	})
}

// Softmax turns margins into probabilities, shifted by the largest so that
// nothing overflows.
func Softmax(row []float64) {
	top := row[0]
	for _, m := range row[1:] {
		top = max(top, m)
	}
	var sum float64
	for k, m := range row {
		row[k] = num.Exp(m - top)
		sum += row[k]
	}
	for k := range row {
		row[k] /= sum
	}
}

// blocks calls do for rows, a block at a time, on as many goroutines as there are
// processors, and returns one of the errors.
func blocks(rows int, do func(from, to int) error) error {
	const block = 256
	if rows <= block {
		return do(0, rows)
	}
	next := make(chan int)
	errs := make(chan error, 1)
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), (rows+block-1)/block) {
		workers.Add(1)
		go func() {
			defer workers.Done()
			for from := range next {
				if err := do(from, min(rows, from+block)); err != nil {
					select {
					case errs <- err:
					default:
					}
				}
			}
		}()
	}
	for from := 0; from < rows; from += block {
		next <- from
	}
	close(next)
	workers.Wait()
	select {
	case err := <-errs:
		return err
	default:
		return nil
	}
}
