package linear

import (
	"fmt"
	"runtime"
	"slices"
	"sync"

	"mantis/data/num"
	"mantis/models/xgb"
)

const (
	logisticFormat = "mantis/logistic/1"
	svmFormat      = "mantis/svm/1"
)

// Model is a linear classifier, as its file has it.
type Model struct {
	Format    string      `json:"format"`
	Names     []string    `json:"features"`
	Centre    []float64   `json:"centre"`
	Scale     []float64   `json:"scale"`
	Weights   [][]float64 `json:"weights"` // by class
	Intercept []float64   `json:"intercept"`
	Slope     []float64   `json:"slope,omitempty"` // of a support vector machine
	Offset    []float64   `json:"offset,omitempty"`
}

func newModel(format string, names []string, f *frame, classes int) *Model {
	m := &Model{Format: format, Names: slices.Clone(names), Centre: f.centre, Scale: f.scale,
		Weights: make([][]float64, classes), Intercept: make([]float64, classes)}
	for k := range m.Weights {
		m.Weights[k] = make([]float64, len(names))
	}
	return m
}

// Features are the names of the columns that the model reads, in order.
func (m *Model) Features() []string { return slices.Clone(m.Names) }

// NumClass is the number of classes.
func (m *Model) NumClass() int { return len(m.Weights) }

// Probabilities fills out, rows × classes, row by row. It refuses a matrix whose
// columns are not the model's.
func (m *Model) Probabilities(x xgb.Matrix, out []float64) error {
	if err := x.Fits(m.Names); err != nil {
		return err
	}
	rows, classes := x.Rows(), m.NumClass()
	if len(out) != rows*classes {
		return fmt.Errorf("room for %d values, want %d", len(out), rows*classes)
	}
	workers := runtime.GOMAXPROCS(0)
	var all sync.WaitGroup
	for worker := range workers {
		all.Add(1)
		go func() {
			defer all.Done()
			z := make([]float64, len(x.Cols))
			for r := worker * rows / workers; r < (worker+1)*rows/workers; r++ {
				m.row(x, r, z, out[r*classes:(r+1)*classes])
			}
		}()
	}
	all.Wait()
	return nil
}

// row is the probabilities of a row; z is scratch.
func (m *Model) row(x xgb.Matrix, r int, z, out []float64) {
	for j, col := range x.Cols {
		z[j] = 0
		if v := col[r]; v == v {
			z[j] = (float64(v) - m.Centre[j]) / m.Scale[j]
		}
	}
	for k := range out {
		out[k] = m.Intercept[k] + dot(z, m.Weights[k])
	}
	if m.Format == logisticFormat {
		xgb.Softmax(out)
		return
	}
	sum := 0.0
	for k, v := range out {
		out[k] = 1 / (1 + num.Exp(float64(m.Slope[k]*v)+m.Offset[k]))
		sum += out[k]
	}
	for k := range out {
		if out[k] /= sum; !(sum > 0) { // no class wants the row
			out[k] = 1 / float64(len(out))
		}
	}
}
