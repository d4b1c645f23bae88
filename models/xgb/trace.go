package xgb

// index is the width of a clump's index: of at most tableBits, or of any.
type index interface{ uint8 | uint64 }

// trace finds where some rows stand in a tree: their index in every clump.
type trace[T index] struct {
	cols    [][]float32
	from    *cutTree
	levels  [][]T // two for each level, left and right
	begin   int
	end     int
	found   []*clump
	indexes [][]T // of each row, by clump
	zero    []T
}

// run traces the rows from begin to end.
func (s *trace[T]) run(t *cutTree, x Matrix, begin, end int) {
	s.cols, s.from, s.begin, s.end = x.Cols, t, begin, end
	s.levels = rooms(s.levels, 2*(t.deep+1), end-begin)
	s.indexes = rooms(s.indexes, len(t.clumps), end-begin)
	s.found = s.found[:0]
	clear(s.levels[0])
	s.descend(0, 0, s.levels[0], make([]int32, 0, 16))
}

// descend takes the rows' marks of the features tested so far down from a node.
func (s *trace[T]) descend(i int32, depth int, marks []T, tested []int32) {
	t := s.from
	if c := t.clumps[i]; c != nil {
		s.finish(c, marks)
		return
	}
	left, right := s.levels[2*depth+2], s.levels[2*depth+3]
	f := t.feature[i]
	bit := len(tested)
	for j, g := range tested {
		if g == f {
			bit = j
		}
	}
	if bit == len(tested) {
		tested = append(tested, f)
		s.part(i, left, right, marks, bit)
	} else {
		s.narrow(i, left, right, marks, bit)
	}
	s.descend(t.left[i], depth+1, left, tested)
	s.descend(t.right[i], depth+1, right, tested)
}

// part marks the rows that go left, and those that go right, at the first test
// of a feature.
func (s *trace[T]) part(i int32, left, right, marks []T, bit int) {
	goes(s, i, right)
	for r, goesLeft := range right {
		left[r] = marks[r] | goesLeft<<bit
		right[r] = marks[r] | (goesLeft^1)<<bit
	}
}

// narrow takes marks away at a further test of a feature.
func (s *trace[T]) narrow(i int32, left, right, marks []T, bit int) {
	goes(s, i, right)
	for r, goesLeft := range right {
		left[r] = marks[r] &^ ((goesLeft ^ 1) << bit)
		right[r] = marks[r] &^ (goesLeft << bit)
	}
}

// goes sets out to 1 for rows that go left at a node, and to 0 for the others.
func goes[T index](s *trace[T], i int32, out []T) {
	col, bound := s.cols[s.from.feature[i]][s.begin:s.end], s.from.cond[i]
	out = out[:len(col)]
	if s.from.defaultLeft[i] {
		for r, v := range col {
			var b T = 1
			if v >= bound { // false where v is missing
				b = 0
			}
			out[r] = b
		}
		return
	}
	for r, v := range col {
		var b T
		if v < bound {
			b = 1
		}
		out[r] = b
	}
}

// finish sets the rows' index in a clump.
func (s *trace[T]) finish(c *clump, marks []T) {
	out := s.indexes[len(s.found)]
	s.found = append(s.found, c)
	copy(out, marks)
	spare := s.spare()
	for j, i := range c.splits {
		goes(s, i, spare)
		bit := len(c.tested) + j
		for r, b := range spare {
			out[r] |= b << bit
		}
	}
}

// spare is room for one value a row.
func (s *trace[T]) spare() []T {
	if n := s.end - s.begin; cap(s.zero) < n {
		s.zero = make([]T, n)
	}
	return s.zero[:s.end-s.begin]
}
