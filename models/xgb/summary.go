package xgb

// prune shortens a summary in place to at most size entries, keeping both ends
// and, for evenly spaced ranks between them, the entry nearest to each.
func prune(in []rank, size int) []rank {
	n := len(in)
	if n <= size {
		return in
	}
	if size <= 1 {
		return in[:size]
	}
	begin := in[0].rmax
	span := in[n-1].rmin - in[0].rmax
	tail := in[n-1]
	left, right := in[1], in[2]
	out, last, i := in[:1], 0, 1
	for k := 1; k < size-1; k++ {
		goal := float32(2 * (float32(float32(k)*span)/float32(size-1) + begin))
		for i < n-1 && goal >= right.rmax+right.rmin {
			i++
			left = right
			if i < n-1 {
				right = in[i+1]
			}
		}
		if i == n-1 {
			break
		}
		if goal < left.next()+right.prev() {
			if i != last {
				out, last = append(out, left), i
			}
		} else if i+1 != last {
			out, last = append(out, right), i+1
		}
	}
	if last != n-1 {
		out = append(out, tail)
	}
	return out
}

// combine merges two summaries, the second one of a level. The result is
// valid until the call after the next; it may be either argument.
func (s *sketch) combine(a, b []rank) []rank {
	if len(b) == 0 {
		return a
	}
	if len(a) == 0 {
		return b
	}
	s.turn ^= 1
	out := s.merged[s.turn][:0]
	var lowA, lowB float32
	i, j := 0, 0
	for i < len(a) && j < len(b) {
		p, q := a[i], b[j]
		switch {
		case p.value == q.value:
			out = append(out, rank{p.rmin + q.rmin, p.rmax + q.rmax, p.wmin + q.wmin, p.value})
			lowA, lowB = p.next(), q.next()
			i++
			j++
		case p.value < q.value:
			out = append(out, rank{p.rmin + lowB, p.rmax + q.prev(), p.wmin, p.value})
			lowA = p.next()
			i++
		default:
			out = append(out, rank{q.rmin + lowA, q.rmax + p.prev(), q.wmin, q.value})
			lowB = q.next()
			j++
		}
	}
	for ; i < len(a); i++ {
		out = append(out, rank{a[i].rmin + lowB, a[i].rmax + b[len(b)-1].rmax, a[i].wmin, a[i].value})
	}
	for ; j < len(b); j++ {
		out = append(out, rank{b[j].rmin + lowA, b[j].rmax + a[len(a)-1].rmax, b[j].wmin, b[j].value})
	}
	settle(out)
	s.merged[s.turn] = out
	return out
}

// settle restores the order of ranks where float32 rounding broke it.
func settle(s []rank) {
	var low, high float32
	for i := range s {
		e := &s[i]
		if e.rmin < low {
			e.rmin = low
		} else {
			low = e.rmin
		}
		if e.rmax < high {
			e.rmax = high
		}
		if next := e.next(); e.rmax < next {
			e.rmax = next
		}
		high = e.rmax
	}
}
