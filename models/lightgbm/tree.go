package lightgbm

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// tree is one tree in parallel arrays of its splits, the root first, and its
// leaves. A child of zero or more is a split, one below zero the leaf of its
// complement.
type tree struct {
	feature     []int32
	threshold   []float64 // a row goes left where its value is not above
	decision    []int32   // bit 1: missing goes left; bits 2 and 3: what is missing
	left, right []int32
	leaf        []float64
}

// parseTree reads the text of one tree.
func parseTree(text string, index, features int) (tree, error) {
	s, rest, err := cutSection(text)
	if err != nil {
		return tree{}, err
	}
	if strings.Trim(rest, "\r\n") != "" {
		return tree{}, errors.New("more after its end")
	}
	if s["Tree"] != strconv.Itoa(index) {
		return tree{}, fmt.Errorf("is called Tree=%.40q", s["Tree"])
	}
	if _, err := s.int("num_cat", 0, 0); err != nil {
		return tree{}, fmt.Errorf("%w: categorical splits are not supported", err)
	}
	if _, ok := s["is_linear"]; ok {
		if _, err := s.int("is_linear", 0, 0); err != nil {
			return tree{}, fmt.Errorf("%w: linear trees are not supported", err)
		}
	}
	leaves, err := s.int("num_leaves", 1, len(text))
	if err != nil {
		return tree{}, err
	}
	t := tree{}
	if t.leaf, err = list(s, "leaf_value", leaves, parseFloat); err != nil {
		return t, err
	}
	for _, field := range []struct {
		key string
		to  *[]int32
	}{{"split_feature", &t.feature}, {"decision_type", &t.decision}, {"left_child", &t.left}, {"right_child", &t.right}} {
		if *field.to, err = list(s, field.key, leaves-1, parseInt); err != nil {
			return t, err
		}
	}
	if t.threshold, err = list(s, "threshold", leaves-1, parseFloat); err != nil {
		return t, err
	}
	return t, t.check(features)
}

// check returns an error unless the links form one tree under the first split
// that reaches every other and every leaf once, features are in range, and
// decisions and leaves are ones that scoring understands.
func (t *tree) check(features int) error {
	for i, v := range t.leaf {
		if math.IsInf(v, 0) {
			return fmt.Errorf("leaf %d has value %v", i, v)
		}
	}
	n := len(t.left)
	if n == 0 {
		return nil
	}
	splits, leaves := make([]bool, n), make([]bool, len(t.leaf))
	splits[0] = true
	for todo := []int32{0}; len(todo) > 0; {
		i := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if f := t.feature[i]; f < 0 || int(f) >= features {
			return fmt.Errorf("split %d is on feature %d of %d", i, f, features)
		}
		if d := t.decision[i]; d&1 != 0 {
			return fmt.Errorf("split %d: categorical splits are not supported", i)
		} else if d < 0 || d > 10 {
			return fmt.Errorf("split %d has decision_type %d", i, d)
		}
		for _, c := range [2]int32{t.left[i], t.right[i]} {
			seen, at := splits, c
			if c < 0 {
				seen, at = leaves, ^c
			}
			if int(at) >= len(seen) || seen[at] {
				return fmt.Errorf("split %d has a wrong child %d", i, c)
			}
			seen[at] = true
			if c >= 0 {
				todo = append(todo, c)
			}
		}
	}
	// With n splits reached there are n+1 leaves, as many as there are.
	for i, ok := range splits {
		if !ok {
			return fmt.Errorf("split %d is out of reach of the first", i)
		}
	}
	return nil
}
