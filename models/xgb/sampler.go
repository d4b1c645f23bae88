package xgb

import (
	"math/rand/v2"
)

// sampler draws the rows and columns of a tree. A draw depends on the seed, the
// number of the tree and the place that it is for, and on nothing else.
type sampler struct {
	rule    *rule
	columns int
	tree    uint64
	byTree  bitset   // nil: all
	levels  []bitset // drawn so far
}

// What is drawn.
const (
	drawRows = iota
	drawTree
	drawLevel
	drawNode
)

// sample prepares the draws of a tree and returns the gradients of its rows,
// zero for those that are not in the sample.
func (t *grower) sample(all []slope, number int) []slope {
	t.lots = sampler{rule: &t.rule, columns: len(t.data.columns), tree: uint64(number), levels: t.lots.levels[:0]}
	if t.rule.byTree < 1 {
		t.lots.byTree = t.lots.choose(nil, t.rule.byTree, drawTree, 0)
	}
	if t.rule.rows >= 1 {
		return all
	}
	if t.drawn == nil {
		t.drawn = make([]slope, len(all))
	}
	source := t.lots.source(drawRows, 0)
	for r := range all {
		t.drawn[r] = slope{}
		if float64(source.Uint64()>>11)/(1<<53) < t.rule.rows {
			t.drawn[r] = all[r]
		}
	}
	return t.drawn
}

// source is the stream of random numbers for one draw.
func (s *sampler) source(kind, index int) *rand.PCG {
	return rand.NewPCG(mix(s.rule.seed^mix(s.tree)), mix(uint64(kind)<<32|uint64(index)))
}

// mix spreads the bits of v (splitmix64, Steele, Lea and Flood 2014).
func mix(v uint64) uint64 {
	v += 0x9e3779b97f4a7c15
	v = (v ^ v>>30) * 0xbf58476d1ce4e5b9
	v = (v ^ v>>27) * 0x94d049bb133111eb
	return v ^ v>>31
}

// choose draws a share of the features of a set, at least one, each as likely
// as any other.
func (s *sampler) choose(from bitset, share float64, kind, index int) bitset {
	var list []int
	for f := range s.columns {
		if from.has(f) {
			list = append(list, f)
		}
	}
	source, out := s.source(kind, index), newBitset(s.columns)
	for i := range max(1, int(share*float64(len(list)))) {
		j := i + int(source.Uint64()>>11%uint64(len(list)-i))
		list[i], list[j] = list[j], list[i]
		out.add(list[i])
	}
	return out
}

// sight is the features that the cell at a place of the tree may be split by:
// of those in reach the ones that are drawn.
func (s *sampler) sight(depth int, place int32, reach bitset) bitset {
	u := s.rule
	if u.byLevel >= 1 && u.byNode >= 1 {
		return s.byTree.and(reach)
	}
	for len(s.levels) <= depth {
		level := s.byTree
		if u.byLevel < 1 {
			level = s.choose(s.byTree, u.byLevel, drawLevel, len(s.levels))
		}
		s.levels = append(s.levels, level)
	}
	out := s.levels[depth]
	if u.byNode < 1 {
		out = s.choose(out, u.byNode, drawNode, int(place))
	}
	return out.and(reach)
}

// meets reports whether a feature of a quad is in the tree.
func (s *sampler) meets(q int) bool {
	for f := 4 * q; f < min(4*q+4, s.columns); f++ {
		if s.byTree.has(f) {
			return true
		}
	}
	return false
}
