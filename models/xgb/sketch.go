package xgb

import "math"

// rank is one value of a quantile summary with the bounds of its rank: rmin
// rows are surely below it, rmax surely not above, wmin equal it.
type rank struct {
	rmin, rmax, wmin, value float32
}

func (e rank) next() float32 { return e.rmin + e.wmin }
func (e rank) prev() float32 { return e.rmax - e.wmin }

// sketch is the weighted quantile sketch of one column (Greenwald and Khanna
// 2001, with XGBoost's constants): runs of rows become exact summaries, and
// summaries are merged and pruned like the carries of a binary counter. All
// rank arithmetic is float32, in XGBoost's order.
type sketch struct {
	limit  int // entries one summary keeps
	values []float32
	counts []float32
	levels [][]rank
	carry  []rank
	merged [2][]rank // the results of combine, in turn
	turn   int
	sort   radix
	equal  bool // all rows weigh the same
	single bool // all counts that wait are 1
	n      int  // values of the last column
}

// summarySize returns the entries a summary needs for n rows and at most bins
// bins, when factor times as many ranks are kept as are asked for.
func summarySize(bins, n, factor int) int {
	if n == 0 {
		return 1
	}
	eps := float64(1 / float64(min(bins, n)) / float64(factor))
	for level := 1; ; level++ {
		size := min(n, int(math.Ceil(float64(level)/eps))+1)
		if size<<level >= n {
			return size
		}
	}
}

// summarise returns the summary of the values that are not NaN, in row order,
// weighing as weights say, 1 where they are nil. The result is valid until the
// next call. Zeros of either sign are +0. old is the arithmetic of Dialect17.
func (s *sketch) summarise(col, weights []float32, bins int, old bool) []rank {
	s.n, s.equal = 0, weights == nil
	for _, v := range col {
		if v == v {
			s.n++
		}
	}
	factor := 2
	if old {
		factor = 8
	}
	s.limit = summarySize(bins, s.n, factor)
	for i := range s.levels {
		s.levels[i] = s.levels[i][:0]
	}
	s.values, s.counts, s.single = s.values[:0], s.counts[:0], true
	counted := s.read(col, weights)
	s.flush()
	size, budget := s.limit, s.limit
	if !old {
		budget = summarySize(bins, counted, factor)
		size = max(size, budget)
	}
	var out []rank
	for _, level := range s.levels {
		out = prune(s.combine(out, level), size)
	}
	return prune(out, budget)
}

// read takes the rows in and counts those that weigh anything.
func (s *sketch) read(col, weights []float32) (counted int) {
	full, w := 2*s.limit, float32(1)
	for r, v := range col {
		if v != v {
			continue
		}
		if weights != nil {
			if w = weights[r]; w == 0 {
				continue
			}
		}
		counted++
		if last := len(s.values) - 1; last >= 0 && s.values[last] == v {
			s.counts[last] += w
			s.single = false
			continue
		}
		if len(s.values) == full {
			s.flush()
		}
		s.values, s.counts = append(s.values, v+0), append(s.counts, w)
	}
	return counted
}

// flush turns the waiting values into a summary and carries it up the levels.
func (s *sketch) flush() {
	if s.equal && s.single {
		s.sort.alone(s.values)
	} else if s.equal {
		s.sort.pairs(s.values, s.counts)
	} else {
		introsort(s.values, s.counts)
	}
	carry := s.carry[:0]
	var below float32
	for i := 0; i < len(s.values); {
		w, j := s.counts[i], i+1
		for ; j < len(s.values) && s.values[j] == s.values[i]; j++ {
			w += s.counts[j]
		}
		carry = append(carry, rank{below, below + w, w, s.values[i]})
		below += w
		i = j
	}
	s.carry = carry
	s.values, s.counts, s.single = s.values[:0], s.counts[:0], true
	for l := 0; ; l++ {
		if l == len(s.levels) {
			s.levels = append(s.levels, nil)
		}
		carry = s.combine(prune(carry, s.limit), s.levels[l])
		s.levels[l] = s.levels[l][:0]
		if len(carry) <= s.limit {
			s.levels[l] = append(s.levels[l], carry...)
			return
		}
	}
}
