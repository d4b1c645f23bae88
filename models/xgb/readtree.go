package xgb

import "fmt"

// tree reads one tree; check judges it later.
func (d *decoder) tree() *tree {
	t := &tree{}
	var size map[string]string
	d.object(func(key string) {
		switch key {
		case "left_children":
			t.left = d.ints()
		case "right_children":
			t.right = d.ints()
		case "parents":
			t.parent = d.ints()
		case "split_indices":
			t.feature = d.ints()
		case "split_conditions":
			t.cond = d.floats()
		case "default_left":
			t.defaultLeft = d.flags()
		case "loss_changes":
			t.loss = d.floats()
		case "sum_hessian":
			t.hess = d.floats()
		case "base_weights":
			t.weight = d.floats()
		case "tree_param":
			size = d.dictionary()
		case "split_type":
			for _, kind := range d.ints() {
				if kind != 0 {
					d.fail("categorical splits are not supported")
				}
			}
		case "categories", "categories_nodes", "categories_segments", "categories_sizes":
			d.array(func() { d.fail("categorical splits are not supported") })
		default:
			d.skip()
		}
	})
	if d.err != nil {
		return t
	}
	if _, err := count(size, "num_nodes", len(t.left), len(t.left)); err != nil {
		d.fail("%v", err)
	}
	if _, ok := size["num_deleted"]; ok {
		if _, err := count(size, "num_deleted", 0, 0); err != nil {
			d.fail("%v", err)
		}
	}
	if _, ok := size["size_leaf_vector"]; ok {
		if _, err := count(size, "size_leaf_vector", 0, 1); err != nil {
			d.fail("%v", err)
		}
	}
	return t
}

// flags reads an array of 0 and 1, or of false and true as XGBoost 1.x has it.
func (d *decoder) flags() (out []bool) {
	d.array(func() {
		switch word := d.word(); word {
		case "0", "false":
			out = append(out, false)
		case "1", "true":
			out = append(out, true)
		default:
			d.fail("%.40q is no flag", word)
		}
	})
	return out
}

// check returns an error unless the arrays have one length and the links form
// one tree under the first entry, with features in range and finite leaves.
func (t *tree) check(features int) error {
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
			if v := t.cond[i]; v-v != 0 {
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
	if reached != n {
		return fmt.Errorf("%d of %d entries are out of reach of the root", n-reached, n)
	}
	return nil
}
