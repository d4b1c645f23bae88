package xgb

import (
	"bufio"
	"bytes"
	"fmt"
	"runtime"
	"sync"

	"github.com/dmitryikh/leaves"

	"mantis/data/num"
)

// Predictor scores rows with leaves. It may be used by several goroutines.
type Predictor struct {
	model    *Booster
	ensemble *leaves.Ensemble
}

// Predictor converts the model for scoring. Later changes of b do not exist:
// a Booster is never changed.
func (b *Booster) Predictor() (*Predictor, error) {
	if b.settings != nil || b.NumParallel() > 1 {
		return nil, fmt.Errorf("xgb: leaves: a model of %s with %d parallel trees is not supported", b.Objective(), b.NumParallel())
	}
	e, err := leaves.XGEnsembleFromReader(bufio.NewReader(bytes.NewReader(b.legacy())), false)
	if err != nil {
		return nil, fmt.Errorf("xgb: leaves: %w", err)
	}
	// leaves reports no features at all for a model of one; what it needs of a
	// row is settled by the feature indexes, which were checked.
	if n := e.NFeatures(); n != len(b.names) && len(b.names) > 1 {
		return nil, fmt.Errorf("xgb: leaves: %d features, want %d", n, len(b.names))
	}
	if n := e.NRawOutputGroups(); n != b.classes {
		return nil, fmt.Errorf("xgb: leaves: %d classes, want %d", n, b.classes)
	}
	return &Predictor{model: b, ensemble: e}, nil
}

// Margins writes the raw margins of every row, row-major with NumClass values
// a row. They are float64 sums of the leaf values, so they differ from
// XGBoost's float32 sums by rounding, less than 1e-5 for 2,500 trees. The
// columns of x must be the model's in name and order.
func (p *Predictor) Margins(x Matrix, out []float64) error {
	return p.score(x, out, func([]float64) {})
}

// Probabilities writes the class probabilities of every row like Margins: the
// softmax of the margins, each row adding to 1 up to rounding.
func (p *Predictor) Probabilities(x Matrix, out []float64) error {
	return p.score(x, out, softmax)
}

// softmax turns margins into probabilities, shifted by the largest so that
// nothing overflows.
func softmax(row []float64) {
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

// score fills out block by block, each row by itself, so that the result does
// not depend on who does which block.
func (p *Predictor) score(x Matrix, out []float64, finish func(row []float64)) error {
	if err := p.model.fits(x); err != nil {
		return err
	}
	rows, classes := x.Rows(), p.model.classes
	if len(out) != rows*classes {
		return fmt.Errorf("xgb: room for %d values, want %d", len(out), rows*classes)
	}
	const block = 256
	blocks := make(chan int)
	errs := make(chan error, 1)
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), (rows+block-1)/block) {
		workers.Add(1)
		go func() {
			defer workers.Done()
			features := make([]float64, len(x.Cols))
			for begin := range blocks {
				for r := begin; r < min(rows, begin+block); r++ {
					row := out[r*classes : (r+1)*classes]
					if err := p.row(x, r, features, row); err != nil {
						select {
						case errs <- err:
						default:
						}
						continue
					}
					finish(row)
				}
			}
		}()
	}
	for begin := 0; begin < rows; begin += block {
		blocks <- begin
	}
	close(blocks)
	workers.Wait()
	select {
	case err := <-errs:
		return err
	default:
		return nil
	}
}

// row scores one row; features is scratch.
func (p *Predictor) row(x Matrix, r int, features, out []float64) error {
	for f, col := range x.Cols {
		features[f] = float64(col[r])
	}
	if err := p.ensemble.Predict(features, 0, out); err != nil {
		return fmt.Errorf("xgb: leaves: %w", err)
	}
	for k := range out {
		out[k] += float64(p.model.intercept[k])
	}
	return nil
}
