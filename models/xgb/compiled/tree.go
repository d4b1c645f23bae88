package compiled

import "fmt"

// Tree is one tree in parallel arrays, the root first and every other entry the
// child of one. A row goes left where its feature is below Cond, or missing and
// DefaultLeft is set.
type Tree struct {
	Left, Right []int32 // -1 at a leaf
	Feature     []int32
	Cond        []float32 // threshold, or the value of a leaf
	DefaultLeft []bool
	Class       int     // the margin that it adds to
	Weight      float32 // what its leaves are multiplied by
}

const (
	levels = 6           // of a piece
	leaves = 1 << levels // of a piece; its cuts are numbered 1 to 63, those below i 2i and 2i+1
)

// piece is a complete tree, or a part of one.
type piece struct {
	cuts [leaves]uint16 // their numbers; where there is no cut, the class
	leaf [leaves]float32
}

// part is an entry of a tree at which a piece begins.
type part struct {
	tree  *Tree
	entry int32
}

// fill makes a piece of the part of a tree that begins at an entry. Below a leaf
// it is filled up with that leaf and the cut that no row goes right at. deeper is
// called for every entry below the piece that is no leaf.
func (p *piece) fill(from part, number func(t *Tree, entry int32) int, deeper func(leaf int, entry int32)) {
	t := from.tree
	p.cuts[0] = uint16(t.Class)
	var visit func(at int, entry int32)
	visit = func(at int, entry int32) {
		switch inner := t.Left[entry] >= 0; {
		case at >= leaves && inner:
			deeper(at-leaves, entry)
		case at >= leaves:
			p.leaf[at-leaves] = float32(t.Weight * t.Cond[entry])
		case inner:
			p.cuts[at] = uint16(number(t, entry))
			visit(2*at, t.Left[entry])
			visit(2*at+1, t.Right[entry])
		default:
			visit(2*at, entry)
			visit(2*at+1, entry)
		}
	}
	visit(1, from.entry)
}

// check returns an error where an entry points outside of the tree, of the
// columns or of the classes. That the entries are one tree it takes for granted.
func (t *Tree) check(features, classes int) error {
	n := len(t.Left)
	if n == 0 || len(t.Right) != n || len(t.Feature) != n || len(t.Cond) != n || len(t.DefaultLeft) != n {
		return fmt.Errorf("compiled: a tree of %d entries has arrays of other lengths", n)
	}
	if t.Class < 0 || t.Class >= classes {
		return fmt.Errorf("compiled: a tree of class %d of %d", t.Class, classes)
	}
	for i, l := range t.Left {
		if l < 0 {
			continue
		}
		if r := t.Right[i]; int(l) >= n || r < 0 || int(r) >= n {
			return fmt.Errorf("compiled: entry %d has children %d and %d of %d entries", i, l, r, n)
		}
		if f := t.Feature[i]; f < 0 || int(f) >= features {
			return fmt.Errorf("compiled: entry %d splits feature %d of %d", i, f, features)
		}
	}
	return nil
}
