package xgb

import "math/bits"

// introsort sorts values, carrying weights along, in the very steps of
// std::sort of the GNU C++ library: median of three, sixteen entries left to
// insertion, heapsort where it goes too deep. Equal values come out in the order
// that it leaves them in, in which XGBoost adds up their weights.
func introsort(values, weights []float32) {
	w := weighed{values, weights}
	n := len(values)
	if n == 0 {
		return
	}
	w.divide(0, n, 2*(bits.Len(uint(n))-1))
	for i := 1; i < min(n, small); i++ {
		w.insert(i)
	}
	for i := small; i < n; i++ {
		w.insert(i)
	}
}

// small is what is left to insertion.
const small = 16

type weighed struct{ values, weights []float32 }

func (w weighed) less(i, j int) bool { return w.values[i] < w.values[j] }

func (w weighed) swap(i, j int) {
	w.values[i], w.values[j] = w.values[j], w.values[i]
	w.weights[i], w.weights[j] = w.weights[j], w.weights[i]
}

// divide sorts first to last but for pieces of at most sixteen entries.
func (w weighed) divide(first, last, depth int) {
	for last-first > small {
		if depth == 0 {
			weighed{w.values[first:last], w.weights[first:last]}.heapsort()
			return
		}
		depth--
		w.median(first, first+1, first+(last-first)/2, last-1)
		cut := w.partition(first+1, last, first)
		w.divide(cut, last, depth)
		last = cut
	}
}

// median swaps the median of a, b and c to the place at.
func (w weighed) median(at, a, b, c int) {
	switch {
	case w.less(a, b) && w.less(b, c):
		w.swap(at, b)
	case w.less(a, b) && w.less(a, c):
		w.swap(at, c)
	case w.less(a, b):
		w.swap(at, a)
	case w.less(a, c):
		w.swap(at, a)
	case w.less(b, c):
		w.swap(at, c)
	default:
		w.swap(at, b)
	}
}

// partition parts first to last by the value at pivot, which lies before, and
// returns where the upper part begins.
func (w weighed) partition(first, last, pivot int) int {
	for {
		for w.less(first, pivot) {
			first++
		}
		last--
		for w.less(pivot, last) {
			last--
		}
		if first >= last {
			return first
		}
		w.swap(first, last)
		first++
	}
}

// insert moves the entry at i down among the sorted ones before it, to the
// front if it is below all of them.
func (w weighed) insert(i int) {
	v, g := w.values[i], w.weights[i]
	for ; i > 0 && v < w.values[i-1]; i-- {
		w.values[i], w.weights[i] = w.values[i-1], w.weights[i-1]
	}
	w.values[i], w.weights[i] = v, g
}

// heapsort sorts all.
func (w weighed) heapsort() {
	n := len(w.values)
	for i := (n - 2) / 2; i >= 0; i-- {
		w.sift(i, n, w.values[i], w.weights[i])
	}
	for n > 1 {
		n--
		v, g := w.values[n], w.weights[n]
		w.values[n], w.weights[n] = w.values[0], w.weights[0]
		w.sift(0, n, v, g)
	}
}

// sift sinks the hole at i of a heap of n entries to the bottom along the larger
// children and raises the entry v from there.
func (w weighed) sift(i, n int, v, g float32) {
	top := i
	for i < (n-1)/2 {
		child := 2*i + 2
		if w.less(child, child-1) {
			child--
		}
		w.values[i], w.weights[i] = w.values[child], w.weights[child]
		i = child
	}
	if n%2 == 0 && i == (n-2)/2 {
		w.values[i], w.weights[i] = w.values[2*i+1], w.weights[2*i+1]
		i = 2*i + 1
	}
	for i > top && w.values[(i-1)/2] < v {
		w.values[i], w.weights[i] = w.values[(i-1)/2], w.weights[(i-1)/2]
		i = (i - 1) / 2
	}
	w.values[i], w.weights[i] = v, g
}
