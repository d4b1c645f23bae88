package xgb

import "math/bits"

// solver works out what the leaf at the end of a way adds to its features, or to
// their pairs, for a row that meets the set on of them.
//
// A leaf of value v is worth v times a product over its features: of 1 or 0, as
// the row meets its test or not, for features that are known, and of the share
// of cover that goes on for those that are not. The Shapley value of feature i
// of a product is
//
//	v (o_i - z_i) ∫ Π_{j≠i} (o_j t + z_j (1-t)) dt over t from 0 to 1
//
// with o_j 1 or 0 and z_j the share: the integral of t^s (1-t)^(m-1-s) is the
// weight of the orders in which s others come first. It is a polynomial, so a
// Gauss-Legendre rule of half as many points gives it exactly. The interaction
// of i and j is half of v (o_i - z_i)(o_j - z_j) times the integral without both
// (Lundberg, Erion and Lee 2018; the integral is Owen's multilinear extension).
type solver struct {
	rules []quadrature
	pairs bool
	ahead [maxTested + 1]float64 // products of the features before j
	each  [maxTested]float64
	after [maxTested + 1]float64
}

// solve writes the values of one leaf.
func (s *solver) solve(w *way, on uint64, out []float64) {
	switch {
	case w.sights != nil:
		s.against(w, on, out)
	case s.pairs:
		s.solvePairs(w, on, out)
	default:
		s.solveEach(w, on, out)
	}
}

// factors sets each[j] to what feature j multiplies at t.
func (s *solver) factors(w *way, on uint64, t float64) {
	rest := 1 - t
	for j, share := range w.share {
		v := float64(share * rest)
		if on>>j&1 != 0 {
			v += t
		}
		s.each[j] = v
	}
}

// gap is o - z of feature j.
func gap(w *way, on uint64, j int) float64 { return float64(on>>j&1) - w.share[j] }

func (s *solver) solveEach(w *way, on uint64, out []float64) {
	m := len(w.share)
	out = out[:m]
	clear(out)
	r := s.rules[(m+1)/2]
	for k, t := range r.at {
		s.factors(w, on, t)
		product := r.weight[k]
		for j := range out {
			s.ahead[j] = product
			product = float64(product * s.each[j])
		}
		product = 1
		for j := m - 1; j >= 0; j-- {
			out[j] += float64(s.ahead[j] * product)
			product = float64(product * s.each[j])
		}
	}
	for j := range out {
		out[j] = float64(out[j] * float64(w.value*gap(w, on, j)))
	}
}

// solvePairs has the pairs in the order (0,1), (0,2) … (1,2) …
func (s *solver) solvePairs(w *way, on uint64, out []float64) {
	m := len(w.share)
	clear(out[:m*(m-1)/2])
	r := s.rules[(m+1)/2]
	for k, t := range r.at {
		s.factors(w, on, t)
		s.ahead[0], s.after[m] = r.weight[k], 1
		for j := range m {
			s.ahead[j+1] = float64(s.ahead[j] * s.each[j])
		}
		for j := m - 1; j >= 0; j-- {
			s.after[j] = float64(s.after[j+1] * s.each[j])
		}
		at := 0
		for i := range m {
			between := s.ahead[i]
			for j := i + 1; j < m; j++ {
				out[at] += float64(between * s.after[j+1])
				between = float64(between * s.each[j])
				at++
			}
		}
	}
	at := 0
	for i := range m {
		for j := i + 1; j < m; j++ {
			out[at] = float64(out[at] * float64(float64(w.value*gap(w, on, i))*gap(w, on, j)/2))
			at++
		}
	}
}

// sight is what some rows of the background meet of a way's features, and which
// share of the background they are.
type sight struct {
	on    uint64
	share float64
}

// against is the mean of the leaf's Shapley values over the rows of a
// background, feature by feature taken from the row or from the other. Where
// neither meets a feature nothing reaches the leaf; of a features that the row
// alone meets and b that the other alone meets, one of the first has
// (a-1)! b! / (a+b)! of the value, and one of the second takes a! (b-1)! / (a+b)!.
func (s *solver) against(w *way, on uint64, out []float64) {
	m := len(w.share)
	out = out[:m]
	clear(out)
	all := everything(m)
	for _, seen := range w.sights {
		if on|seen.on != all {
			continue
		}
		mine, theirs := on&^seen.on, seen.on&^on
		gives, takes := orders(bits.OnesCount64(mine), bits.OnesCount64(theirs))
		gives, takes = float64(gives*seen.share), float64(takes*seen.share)
		for j := range out {
			out[j] += float64(gives*float64(mine>>j&1)) - float64(takes*float64(theirs>>j&1))
		}
	}
	for j := range out {
		out[j] = float64(out[j] * w.value)
	}
}

// orders returns (a-1)! b! / (a+b)! and a! (b-1)! / (a+b)!, 0 where a or b is.
func orders(a, b int) (gives, takes float64) {
	ways := 1.0 // a+b choose a
	for k := 1; k <= b; k++ {
		ways = float64(ways*float64(a+k)) / float64(k)
	}
	if a > 0 {
		gives = 1 / float64(float64(a)*ways)
	}
	if b > 0 {
		takes = 1 / float64(float64(b)*ways)
	}
	return gives, takes
}
