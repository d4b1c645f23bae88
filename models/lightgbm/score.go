package lightgbm

import (
	"bufio"
	"bytes"
	"fmt"
	"runtime"
	"strconv"

	"github.com/dmitryikh/leaves"

	"mantis/data/num"
	"mantis/models/xgb"
)

// load hands leaves the model as a text of our own.
func (m *Model) load() (*leaves.Ensemble, error) {
	e, err := leaves.LGEnsembleFromReader(bufio.NewReader(bytes.NewReader(m.text())), false)
	if err != nil {
		return nil, err
	}
	if n := e.NRawOutputGroups(); n != m.classes {
		return nil, fmt.Errorf("%d classes, want %d", n, m.classes)
	}
	if n := e.NEstimators(); n != m.Rounds() {
		return nil, fmt.Errorf("%d rounds, want %d", n, m.Rounds())
	}
	return e, nil
}

// text is the model with the fields that leaves reads.
func (m *Model) text() []byte {
	var w bytes.Buffer
	fmt.Fprintf(&w, "version=v3\nnum_class=%d\nnum_tree_per_iteration=%d\nmax_feature_idx=%d\n", m.classes, m.classes, len(m.names)-1)
	if m.average {
		w.WriteString("average_output\n")
	}
	w.WriteString("tree_sizes=0")
	for range m.trees[1:] {
		w.WriteString(" 0") // leaves counts them
	}
	w.WriteString("\n\n")
	for _, t := range m.trees {
		fmt.Fprintf(&w, "num_leaves=%d\nnum_cat=0\n", len(t.leaf))
		line(&w, "split_feature", t.feature, formatInt)
		line(&w, "threshold", t.threshold, formatFloat)
		line(&w, "decision_type", t.decision, formatInt)
		line(&w, "left_child", t.left, formatInt)
		line(&w, "right_child", t.right, formatInt)
		line(&w, "leaf_value", t.leaf, formatFloat)
		w.WriteString("\n")
	}
	return w.Bytes()
}

func line[T any](w *bytes.Buffer, key string, values []T, format func([]byte, T) []byte) {
	w.WriteString(key + "=")
	for i, v := range values {
		if i > 0 {
			w.WriteByte(' ')
		}
		w.Write(format(w.AvailableBuffer(), v))
	}
	w.WriteByte('\n')
}

func formatInt(b []byte, v int32) []byte     { return strconv.AppendInt(b, int64(v), 10) }
func formatFloat(b []byte, v float64) []byte { return strconv.AppendFloat(b, v, 'g', -1, 64) }

// Margins writes the raw margins of every row, row-major with NumClass values a
// row, as LightGBM's raw scores. The columns of x must be the model's in name
// and order.
func (m *Model) Margins(x xgb.Matrix, out []float64) error {
	if err := x.Fits(m.names); err != nil {
		return err
	}
	rows, width := x.Rows(), len(x.Cols)
	if len(out) != rows*m.classes {
		return fmt.Errorf("lightgbm: room for %d values, want %d", len(out), rows*m.classes)
	}
	const block = 4096
	wide := make([]float64, min(rows, block)*width)
	for first := 0; first < rows; first += block {
		n := min(block, rows-first)
		for f, col := range x.Cols {
			for r, v := range col[first : first+n] {
				wide[r*width+f] = float64(v)
			}
		}
		part := out[first*m.classes : (first+n)*m.classes]
		if err := m.ensemble.PredictDense(wide[:n*width], n, width, part, 0, runtime.GOMAXPROCS(0)); err != nil {
			return fmt.Errorf("lightgbm: leaves: %w", err)
		}
	}
	return nil
}

// Probabilities writes the class probabilities of every row like Margins: the
// softmax of the margins, or, of a binary model, the one of the positive class.
// A model of another objective has none.
func (m *Model) Probabilities(x xgb.Matrix, out []float64) error {
	if m.average || m.objective != "binary" && m.objective != "multiclass" {
		return fmt.Errorf("lightgbm: a model of %s (%s) has no probabilities here", m.objective, m.Kind())
	}
	if err := m.Margins(x, out); err != nil {
		return err
	}
	if m.objective == "binary" {
		for i, v := range out {
			out[i] = 1 / (1 + num.Exp(-float64(m.sigmoid*v)))
		}
		return nil
	}
	for r := 0; r < len(out); r += m.classes {
		xgb.Softmax(out[r : r+m.classes])
	}
	return nil
}
