package xgb

import "fmt"

// check returns an error unless the arrays have one length and the links form
// one tree under the first entry, with features in range and finite leaves.
func (t *tree) check(features int) error { return t.checkPruned(features, 0) }

// checkPruned is check for a tree with entries that its pruning left behind:
// so many that the root does not reach, which are taken out.
func (t *tree) checkPruned(features, deleted int) error {
	if err := t.even(); err != nil {
		return err
	}
	n := len(t.left)
	if p := t.parent[0]; p != noParent && p != -1 {
		return fmt.Errorf("the root has parent %d", p)
	}
	// Every entry but the root is the child of exactly one other that points
	// back from it, and is reached from the root: so there is no cycle.
	reached := 1
	seen := make([]bool, n)
	seen[0] = true
	for todo := []int32{0}; len(todo) > 0; {
		i := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		l, r := t.left[i], t.right[i]
		if l == -1 && r == -1 {
			if v := t.cond[i]; infinite(v) {
				return fmt.Errorf("leaf %d has value %v", i, v)
			}
			continue
		}
		if f := t.feature[i]; f < 0 || int(f) >= features {
			return fmt.Errorf("entry %d splits feature %d of %d", i, f, features)
		}
		if v := t.cond[i]; v != v {
			return fmt.Errorf("entry %d splits at NaN", i)
		}
		for _, c := range [2]int32{l, r} {
			if c < 0 || int(c) >= n || seen[c] || t.parent[c] != i {
				return fmt.Errorf("entry %d has a wrong child %d", i, c)
			}
			seen[c] = true
			reached++
			todo = append(todo, c)
		}
	}
	if n-reached != deleted {
		return fmt.Errorf("%d of %d entries are out of reach of the root, num_deleted is %d", n-reached, n, deleted)
	}
	if deleted > 0 {
		t.keep(seen)
	}
	return nil
}

// even returns an error unless the arrays have one length.
func (t *tree) even() error {
	n := len(t.left)
	if n == 0 {
		return fmt.Errorf("is empty")
	}
	for _, a := range []struct {
		name string
		n    int
	}{
		{"right_children", len(t.right)}, {"parents", len(t.parent)}, {"split_indices", len(t.feature)},
		{"split_conditions", len(t.cond)}, {"default_left", len(t.defaultLeft)}, {"loss_changes", len(t.loss)},
		{"sum_hessian", len(t.hess)}, {"base_weights", len(t.weight)},
	} {
		if a.n != n {
			return fmt.Errorf("%s has %d entries, left_children %d", a.name, a.n, n)
		}
	}
	return nil
}

// keep takes out the entries that are not wanted, which nothing that is points
// to, and numbers the others anew in their order.
func (t *tree) keep(wanted []bool) {
	place := make([]int32, len(wanted))
	n := 0
	for i, w := range wanted {
		place[i] = -1
		if w {
			place[i] = int32(n)
			n++
		}
	}
	out := newTree(n)
	link := func(i int32) int32 {
		if i < 0 || i == noParent {
			return i
		}
		return place[i]
	}
	for i, w := range wanted {
		if !w {
			continue
		}
		out.left = append(out.left, link(t.left[i]))
		out.right = append(out.right, link(t.right[i]))
		out.parent = append(out.parent, link(t.parent[i]))
		out.feature = append(out.feature, t.feature[i])
		out.cond = append(out.cond, t.cond[i])
		out.defaultLeft = append(out.defaultLeft, t.defaultLeft[i])
		out.loss = append(out.loss, t.loss[i])
		out.hess = append(out.hess, t.hess[i])
		out.weight = append(out.weight, t.weight[i])
	}
	*t = *out
}
