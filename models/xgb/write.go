package xgb

import (
	"maps"
	"slices"
	"strconv"
)

// JSON returns the model as XGBoost's own JSON model file, with the fields of
// version 3.4. The same model always gives the same bytes. XGBoost reads it
// from 1.7 on, as the intercept is a scalar whenever all classes share it; a
// model with a different one per class needs 3.1 or later.
func (b *Booster) JSON() ([]byte, error) {
	w := writer{buf: make([]byte, 0, 1024+len(b.trees)*8192)}
	w.text(`{"learner":{"attributes":`)
	w.block(b.attributes)
	w.text(`,"feature_names":[`)
	for i, name := range b.names {
		w.comma(i)
		w.quote(name)
	}
	w.text(`],"feature_types":[`)
	for i := range b.names {
		w.comma(i)
		w.text(`"float"`)
	}
	w.text(`],"gradient_booster":{"model":{"cats":{"enc":[],"feature_segments":[],"sorted_idx":[]},`)
	w.text(`"gbtree_model_param":{"num_parallel_tree":"`)
	w.int(b.NumParallel())
	w.text(`","num_trees":"`)
	w.int(len(b.trees))
	w.text(`"},"iteration_indptr":[`)
	for i := 0; i <= b.Rounds(); i++ {
		w.comma(i)
		w.int(i * b.classes * b.NumParallel())
	}
	w.text(`],"tree_info":[`)
	for i := range b.trees {
		w.comma(i)
		w.int(i / b.NumParallel() % b.classes)
	}
	w.text(`],"trees":[`)
	for i, t := range b.trees {
		w.comma(i)
		w.tree(t, i, len(b.names))
	}
	w.text(`]},"name":"gbtree"},"learner_model_param":{"base_score":"`)
	base := b.intercept
	if b.base != nil {
		base = b.base
	}
	w.intercept(base)
	w.text(`","boost_from_average":"0","num_class":"`)
	classes := b.classes
	if b.settings != nil {
		classes = 0
	}
	w.int(classes)
	w.text(`","num_feature":"`)
	w.int(len(b.names))
	w.text(`","num_target":"1"},"objective":{"name":"`)
	w.text(b.Objective())
	if b.settings == nil {
		w.text(`","softmax_multiclass_param":{"num_class":"`)
		w.int(b.classes)
		w.text(`"}`)
	} else {
		w.text(`","reg_loss_param":`)
		w.block(b.settings["reg_loss_param"])
	}
	w.text(`}},"version":[3,4,1]}`)
	return w.buf, nil
}

// writer appends JSON the way XGBoost writes it.
type writer struct{ buf []byte }

func (w *writer) text(s string) { w.buf = append(w.buf, s...) }
func (w *writer) int(v int)     { w.buf = strconv.AppendInt(w.buf, int64(v), 10) }

func (w *writer) comma(i int) {
	if i > 0 {
		w.buf = append(w.buf, ',')
	}
}

// float writes the shortest decimal that reads back to the same float32, as
// 1.5E0, 2E-3 or -Infinity: always with an E, since older readers take a bare
// 0 for an integer.
func (w *writer) float(v float32) {
	switch {
	case v == negInf:
		w.text("-Infinity")
		return
	case v == -negInf:
		w.text("Infinity")
		return
	case v != v:
		w.text("NaN")
		return
	}
	start := len(w.buf)
	w.buf = strconv.AppendFloat(w.buf, float64(v), 'E', -1, 32)
	for i := start; i < len(w.buf); i++ {
		if w.buf[i] != 'E' {
			continue
		}
		exp, _ := strconv.Atoi(string(w.buf[i+1:]))
		w.buf = strconv.AppendInt(w.buf[:i+1], int64(exp), 10)
		return
	}
}

// quote writes a JSON string.
func (w *writer) quote(s string) {
	const hex = "0123456789abcdef"
	w.buf = append(w.buf, '"')
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			w.buf = append(w.buf, '\\', c)
		case c < 0x20:
			w.buf = append(w.buf, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		default:
			w.buf = append(w.buf, c)
		}
	}
	w.buf = append(w.buf, '"')
}

// block writes an object of texts, by key.
func (w *writer) block(v map[string]string) {
	w.text("{")
	for i, key := range slices.Sorted(maps.Keys(v)) {
		w.comma(i)
		w.quote(key)
		w.text(":")
		w.quote(v[key])
	}
	w.text("}")
}

// intercept writes one number when all classes share it, else a vector.
func (w *writer) intercept(v []float32) {
	same := true
	for _, s := range v {
		same = same && s == v[0]
	}
	if same {
		w.float(v[0])
		return
	}
	w.floats(v)
}

func (w *writer) floats(v []float32) {
	w.buf = append(w.buf, '[')
	for i, s := range v {
		w.comma(i)
		w.float(s)
	}
	w.buf = append(w.buf, ']')
}

func (w *writer) ints(v []int32) {
	w.buf = append(w.buf, '[')
	for i, s := range v {
		w.comma(i)
		w.int(int(s))
	}
	w.buf = append(w.buf, ']')
}

func (w *writer) tree(t *tree, id, features int) {
	w.text(`{"base_weights":`)
	w.floats(t.weight)
	w.text(`,"categories":[],"categories_nodes":[],"categories_segments":[],"categories_sizes":[],"default_left":[`)
	for i, left := range t.defaultLeft {
		w.comma(i)
		if left {
			w.text("1")
		} else {
			w.text("0")
		}
	}
	w.text(`],"id":`)
	w.int(id)
	w.text(`,"left_children":`)
	w.ints(t.left)
	w.text(`,"loss_changes":`)
	w.floats(t.loss)
	w.text(`,"parents":`)
	w.ints(t.parent)
	w.text(`,"right_children":`)
	w.ints(t.right)
	w.text(`,"split_conditions":`)
	w.floats(t.cond)
	w.text(`,"split_indices":`)
	w.ints(t.feature)
	w.text(`,"split_type":`)
	w.ints(make([]int32, len(t.left)))
	w.text(`,"sum_hessian":`)
	w.floats(t.hess)
	w.text(`,"tree_param":{"num_deleted":"0","num_feature":"`)
	w.int(features)
	w.text(`","num_nodes":"`)
	w.int(len(t.left))
	w.text(`","size_leaf_vector":"1"}}`)
}
