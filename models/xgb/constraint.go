package xgb

import (
	"fmt"
	"maps"
	"slices"
)

// bitset is a set of features; nil stands for all of them.
type bitset []uint64

func newBitset(features int) bitset { return make(bitset, (features+63)/64) }

func (b bitset) add(f int)      { b[f/64] |= 1 << (f % 64) }
func (b bitset) has(f int) bool { return b == nil || b[f/64]>>(f%64)&1 != 0 }

// with is b and a feature more.
func (b bitset) with(f int) bitset {
	out := slices.Clone(b)
	out.add(f)
	return out
}

// within reports whether all of b is in other, neither nil.
func (b bitset) within(other bitset) bool {
	for i := range b {
		if b[i]&^other[i] != 0 {
			return false
		}
	}
	return true
}

// and is what both have.
func (b bitset) and(other bitset) bitset {
	if b == nil {
		return other
	}
	if other == nil {
		return b
	}
	out := slices.Clone(b)
	for i := range out {
		out[i] &= other[i]
	}
	return out
}

// constrain resolves the constraints for columns of the given names.
func (u *rule) constrain(p Params, names []string) error {
	at := places(names)
	for _, name := range slices.Sorted(maps.Keys(p.MonotoneConstraints)) {
		sign := p.MonotoneConstraints[name]
		f, ok := at[name]
		if !ok {
			return fmt.Errorf("xgb: monotone_constraints: there is no column %s", name)
		}
		if u.monotone == nil {
			u.monotone = make([]int8, len(names))
		}
		u.monotone[f] = int8(sign)
		u.bounded = u.bounded || u.old || sign != 0
	}
	if !u.bounded {
		u.monotone = nil
	}
	for _, group := range p.InteractionConstraints {
		set := newBitset(len(names))
		for _, name := range group {
			f, ok := at[name]
			if !ok {
				return fmt.Errorf("xgb: interaction_constraints: there is no column %s", name)
			}
			set.add(f)
		}
		u.groups = append(u.groups, set)
	}
	return nil
}

// reach is what may be split below the features of a way: those of the way, and
// of every group that holds all of the way.
func (u *rule) reach(way bitset) bitset {
	out := slices.Clone(way)
	for _, group := range u.groups {
		if way.within(group) {
			for i := range out {
				out[i] |= group[i]
			}
		}
	}
	return out
}

// tighten bounds the weights of the two sides of a split of a feature.
func (u *rule) tighten(l limits, feature int32, left, right float32) (limits, limits) {
	a, b := l, l
	if u.monotone == nil {
		return a, b
	}
	middle := float32(float32(left+right) / 2)
	switch sign := u.monotone[feature]; {
	case sign < 0:
		a.low, b.high = middle, middle
	case sign > 0:
		a.high, b.low = middle, middle
	}
	return a, b
}
