package xgb

import (
	"encoding/binary"
	"math"
)

// legacy returns the model in XGBoost's binary layout of before 1.0, the only
// one leaves reads, little endian without padding.
//
// It differs from the model in four ways. leaves goes left where x <= t and
// XGBoost where x < t, so every threshold becomes the next float32 below it:
// for float32 x the two tests are then the same. The intercept is written as 0,
// for the caller to add, since the layout has room for one number only. leaves
// knows no parallel trees: they become rounds of their own. And rounds after
// the best one are left out.
func (b *Booster) legacy() []byte {
	var w legacyWriter
	features, classes := uint32(b.NumFeature()), uint32(b.classes)

	w.words(math.Float32bits(0), features, classes) // LearnerModelParam
	w.zeros(31)
	w.text(b.Objective())
	w.text(b.Kind())
	order := b.roundRobin()
	w.words(uint32(len(order)), 1, 0, 0, 0, 0, classes, 0) // GBTreeModelParam, num_roots 1
	w.zeros(32)
	for _, i := range order {
		w.tree(b.trees[i], features)
	}
	for i := range order {
		w.words(uint32(i % b.classes))
	}
	if b.weights != nil {
		w.words(uint32(len(order)), 0)
		for _, i := range order {
			w.words(math.Float32bits(b.weights[i]))
		}
	}
	return w.buf
}

// roundRobin are the indexes of the trees that are scored with, one of each
// class by turns and the trees of a class in their order.
func (b *Booster) roundRobin() []int {
	order := make([]int, 0, len(b.scored()))
	p := b.NumParallel()
	for first := 0; first < cap(order); first += p * b.classes {
		for i := range p {
			for k := range b.classes {
				order = append(order, first+k*p+i)
			}
		}
	}
	return order
}

type legacyWriter struct{ buf []byte }

func (w *legacyWriter) words(values ...uint32) {
	for _, v := range values {
		w.buf = binary.LittleEndian.AppendUint32(w.buf, v)
	}
}

func (w *legacyWriter) zeros(n int) { w.buf = append(w.buf, make([]byte, 4*n)...) }

func (w *legacyWriter) text(s string) {
	w.buf = binary.LittleEndian.AppendUint64(w.buf, uint64(len(s)))
	w.buf = append(w.buf, s...)
}

func (w *legacyWriter) tree(t *tree, features uint32) {
	w.words(1, uint32(len(t.left)), 0, 0, features, 0)
	w.zeros(31)
	for i := range t.left {
		index := uint32(t.feature[i])
		if t.defaultLeft[i] {
			index |= 1 << 31
		}
		value := t.cond[i]
		if t.left[i] >= 0 {
			value = below(value)
		}
		w.words(uint32(t.parent[i]), uint32(t.left[i]), uint32(t.right[i]), index, math.Float32bits(value))
	}
	w.zeros(4 * len(t.left)) // loss, cover, weight and count, unused in scoring
}

// below returns the next float32 below v, -Inf for -Inf.
func below(v float32) float32 {
	return math.Nextafter32(v, negInf)
}
