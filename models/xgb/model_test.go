package xgb

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestJSONBytes compares files with XGBoost's own: but for the scalar
// intercept they are the same bytes.
func TestJSONBytes(t *testing.T) {
	scalar := regexp.MustCompile(`"base_score":"\[5E-1(,5E-1)*\]"`)
	for _, c := range readCases(t, goldenFolder) {
		b, err := ReadJSON(c.model)
		if err != nil {
			t.Fatal(c.name, err)
		}
		if diff := cmp.Diff(c.samples.X.Names, b.FeatureNames()); diff != "" {
			t.Error(diff)
		}
		got, err := b.JSON()
		if err != nil {
			t.Fatal(err)
		}
		want := scalar.ReplaceAll(c.model, []byte(`"base_score":"5E-1"`))
		if bytes.Equal(want, c.model) {
			t.Errorf("%s: the golden file has no vector of intercepts", c.name)
		}
		if !bytes.Equal(got, want) {
			i := 0
			for i < min(len(got), len(want)) && got[i] == want[i] {
				i++
			}
			t.Errorf("%s: byte %d: ...%s, want ...%s", c.name, i,
				got[max(0, i-40):min(len(got), i+40)], want[max(0, i-40):min(len(want), i+40)])
		}
	}
}

// tiny returns a model of two classes that every part of a test can break.
func tiny() *Booster {
	one := &tree{}
	one.add(noParent, 0, 3)
	one.add(0, -0.25, 2)
	one.add(0, 0.5, 1)
	one.left[0], one.right[0], one.feature[0] = 1, 2, 1
	one.cond[0], one.defaultLeft[0], one.loss[0] = 1.5, true, 4
	two := &tree{}
	two.add(noParent, 0.125, 3)
	return &Booster{
		names: []string{"a", `q"\` + "\té"}, classes: 2,
		intercept: []float32{0.5, 0.5}, trees: []*tree{one, two},
	}
}

func TestJSONRoundTrip(t *testing.T) {
	for _, intercept := range [][]float32{{0.5, 0.5}, {-1.25, 3e-20}} {
		b := tiny()
		b.intercept = intercept
		first, err := b.JSON()
		if err != nil {
			t.Fatal(err)
		}
		back, err := ReadJSON(first)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(b, back, cmp.AllowUnexported(Booster{}, tree{})); diff != "" {
			t.Error(diff)
		}
		if second, _ := back.JSON(); !bytes.Equal(first, second) {
			t.Error("read and written again, the bytes differ")
		}
	}
}

// TestReadOlder reads what older versions write otherwise: true and false for
// default_left, no cats, no iteration_indptr, spaces.
func TestReadOlder(t *testing.T) {
	file, err := tiny().JSON()
	if err != nil {
		t.Fatal(err)
	}
	s := string(file)
	for _, r := range [][2]string{
		{`"default_left":[1,0,0]`, `"default_left" : [ true, false,` + "\n" + `false ]`},
		{`"cats":{"enc":[],"feature_segments":[],"sorted_idx":[]},`, ``},
		{`"iteration_indptr":[0,2],`, ``},
		{`"base_score":"5E-1"`, `"base_score":"0.5"`},
		{`[3,4,1]`, `[1,7,4]`},
	} {
		if !strings.Contains(s, r[0]) {
			t.Fatalf("no %s in %s", r[0], s)
		}
		s = strings.Replace(s, r[0], r[1], 1)
	}
	b, err := ReadJSON([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(tiny(), b, cmp.AllowUnexported(Booster{}, tree{})); diff != "" {
		t.Error(diff)
	}
}

// TestReadRefuses breaks a good file in one place at a time.
func TestReadRefuses(t *testing.T) {
	file, err := tiny().JSON()
	if err != nil {
		t.Fatal(err)
	}
	good := string(file)
	for _, c := range []struct{ old, new, want string }{
		{`"name":"gbtree"`, `"name":"gbtrie"`, `booster "gbtrie"`},
		{`"name":"gbtree"`, `"name":"dart"`, `weight_drop has 0 entries`},
		{`"name":"gbtree"`, `"name":"gblinear"`, `trees with booster gblinear`},
		{`multi:softprob`, `multi:magic`, `objective "multi:magic" is not known`},
		{`multi:softprob`, `binary:logistic`, `num_class is "2"`},
		{`"num_target":"1"`, `"num_target":"2"`, `several targets`},
		{`"attributes":{}`, `"attributes":{"best_iteration":"1"}`, `best_iteration is "1"`},
		{`"attributes":{}`, `"attributes":{"best_iteration":"-1"}`, `best_iteration is "-1"`},
		{`"attributes":{}`, "\"attributes\":{\"\xff\":\"\"}", `not UTF-8`},
		{`"num_class":"2","num_feature"`, `"num_class":"3","num_feature"`, `for 3 classes`},
		{`"num_class":"2","num_feature"`, `"num_class":"x","num_feature"`, `num_class is "x"`},
		{`"num_feature":"2","num_target"`, `"num_feature":"1","num_target"`, `2 feature names for 1`},
		{`"feature_names":["a",`, `"feature_names":[`, `1 feature names for 2`},
		{`"feature_types":["float"`, `"feature_types":["c"`, `feature type 0`},
		{`"num_trees":"2"`, `"num_trees":"4"`, `num_trees`},
		{`"num_parallel_tree":"1"`, `"num_parallel_tree":"2"`, `num_parallel_tree`},
		{`"tree_info":[0,1]`, `"tree_info":[1,0]`, `belongs to class 1`},
		{`"tree_info":[0,1]`, `"tree_info":[0]`, `1 entries of tree_info`},
		{`"left_children":[1,-1,-1]`, `"left_children":[0,-1,-1]`, `wrong child 0`},
		{`"left_children":[1,-1,-1]`, `"left_children":[3,-1,-1]`, `wrong child 3`},
		{`"left_children":[1,-1,-1]`, `"left_children":[-1,-1,-1]`, `wrong child -1`},
		{`"left_children":[1,-1,-1]`, `"left_children":[2,-1,-1]`, `wrong child 2`},
		{`"left_children":[1,-1,-1]`, `"left_children":[1,0,-1]`, `wrong child`},
		{`"left_children":[1,-1,-1]`, `"left_children":[1,-1]`, `num_nodes`},
		{`"right_children":[2,-1,-1]`, `"right_children":[2,-1]`, `right_children has 2`},
		{`"parents":[2147483647,0,0]`, `"parents":[2147483647,0,1]`, `wrong child 2`},
		{`"parents":[2147483647,0,0]`, `"parents":[1,0,0]`, `root has parent 1`},
		{`"split_indices":[1,0,0]`, `"split_indices":[2,0,0]`, `feature 2 of 2`},
		{`"split_indices":[1,0,0]`, `"split_indices":[-1,0,0]`, `feature -1 of 2`},
		{`"split_indices":[1,0,0]`, `"split_indices":[99999999999,0,0]`, `no 32-bit integer`},
		{`"split_conditions":[1.5E0,`, `"split_conditions":[NaN,`, `splits at NaN`},
		{`"split_conditions":[1.5E0,-2.5E-1`, `"split_conditions":[1.5E0,NaN`, `leaf 1`},
		{`"split_conditions":[1.5E0,`, `"split_conditions":[1e99,`, `no number`},
		{`"split_conditions":[1.5E0,`, `"split_conditions":[0x1p2,`, `no number`},
		{`"split_type":[0,0,0]`, `"split_type":[1,0,0]`, `categorical`},
		{`"categories":[]`, `"categories":[1]`, `categorical`},
		{`"default_left":[1,`, `"default_left":[2,`, `no flag`},
		{`"num_nodes":"3"`, `"num_nodes":"1000000000"`, `num_nodes`},
		{`"num_deleted":"0"`, `"num_deleted":"1"`, `num_deleted`},
		{`"size_leaf_vector":"1"`, `"size_leaf_vector":"5"`, `size_leaf_vector`},
		{`"base_score":"5E-1"`, `"base_score":"[5E-1,1E0,2E0]"`, `3 values for 2 classes`},
		{`"base_score":"5E-1"`, `"base_score":"Infinity"`, `base_score`},
		{`"base_score":"5E-1"`, `"base_score":""`, `base_score`},
		{`"attributes":{}`, `"attributes":{"a":` + strings.Repeat("[", 200) + strings.Repeat("]", 200) + `}`, `too deep`},
		{`"attributes":{}`, `"attributes":{"a":1,"a":2}`, `comes twice`},
		{`{"learner"`, `{"student"`, `booster ""`},
		{`"version":[3,4,1]}`, `"version":[3,4,1]}}`, `after the end`},
		{`"version":[3,4,1]}`, `"version":[3,4,1]`, `want`},
	} {
		bad := strings.Replace(good, c.old, c.new, 1)
		if bad == good {
			t.Errorf("no %s in the file", c.old)
			continue
		}
		b, err := ReadJSON([]byte(bad))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, %v, want an error with %s", c.new, b, err, c.want)
		}
	}
}
