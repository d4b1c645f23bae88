package xgb

import (
	"fmt"
	"math"
	"strconv"
)

// tree reads one tree; check judges it later.
func (d *decoder) tree() *tree {
	t := &tree{}
	var size block
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
			for _, categorical := range d.flags() {
				if categorical {
					d.fail("%v", errCategorical)
				}
			}
		case "categories", "categories_nodes", "categories_segments", "categories_sizes":
			if d.length() > 0 {
				d.fail("%v", errCategorical)
			}
		default:
			d.skip()
		}
	})
	if d.fault() != nil {
		return t
	}
	deleted, err := t.sized(size)
	if err != nil {
		d.fail("%v", err)
	}
	d.deleted = append(d.deleted, deleted)
	return t
}

// sized holds what a tree says of its size against its entries, and returns how
// many of them its pruning left behind.
func (t *tree) sized(size block) (deleted int, err error) {
	n := len(t.left)
	if _, err := count(size, "num_nodes", n, n); err != nil {
		return 0, err
	}
	if _, ok := size["size_leaf_vector"]; ok {
		if _, err := count(size, "size_leaf_vector", 0, 1); err != nil {
			return 0, fmt.Errorf("%w: trees with several targets are not supported", err)
		}
	}
	if _, ok := size["num_deleted"]; ok {
		return count(size, "num_deleted", 0, max(n-1, 0))
	}
	if len(t.feature) != n { // an error, which comes later
		return 0, nil
	}
	for i, f := range t.feature { // 1.0 marks such entries, and does not count them
		if f == math.MaxInt32 && t.left[i] == -1 {
			deleted++
		}
	}
	return deleted, nil
}

// count reads a number that XGBoost writes as a string.
func count(from block, key string, low, high int) (int, error) {
	text, ok := from[key]
	if !ok {
		return 0, fmt.Errorf("%s is missing", key)
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < low || n > high {
		if low == high {
			return 0, fmt.Errorf("%s is %.40q: want %d", key, text, low)
		}
		return 0, fmt.Errorf("%s is %.40q: want %d to %d", key, text, low, high)
	}
	return n, nil
}
