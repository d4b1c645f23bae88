package lightgbm

import (
	"archive/zip"
	"encoding/binary"
	"io/fs"
	"math"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"mantis/models/xgb"
)

// fixture is a model file with the margins that LightGBM predicts of a table.
type fixture struct {
	name, text string
	x          xgb.Matrix
	margins    []float64
}

// fixtures reads what testdata/oracle/fixtures.py wrote.
func fixtures(t testing.TB) (all []fixture) {
	t.Helper()
	paths, err := filepath.Glob("testdata/files/*.zip")
	if err != nil || len(paths) != 3 {
		t.Fatal(paths, err)
	}
	for _, path := range paths {
		z, err := zip.OpenReader(path)
		if err != nil {
			t.Fatal(err)
		}
		defer z.Close()
		part := func(name string) []byte {
			data, err := fs.ReadFile(z, name)
			if err != nil {
				t.Fatal(err)
			}
			return data
		}
		x := xgb.Matrix{Names: []string{"a", "b", "c", "d"}, Cols: make([][]float32, 4)}
		for i, data := 0, part("x.f32"); i < len(data); i += 4 {
			x.Cols[i/4%4] = append(x.Cols[i/4%4], math.Float32frombits(binary.LittleEndian.Uint32(data[i:])))
		}
		names, err := fs.Glob(z, "*.txt")
		if err != nil || len(names) != 7 {
			t.Fatal(names, err)
		}
		for _, name := range names {
			f := fixture{name: filepath.Base(path) + "/" + name, text: string(part(name)), x: x}
			for i, data := 0, part(strings.TrimSuffix(name, "txt")+"margin.f64"); i < len(data); i += 8 {
				f.margins = append(f.margins, math.Float64frombits(binary.LittleEndian.Uint64(data[i:])))
			}
			all = append(all, f)
		}
	}
	return all
}

// find is the fixture of a name.
func find(t testing.TB, name string) fixture {
	t.Helper()
	for _, f := range fixtures(t) {
		if f.name == name {
			return f
		}
	}
	t.Fatal("no", name)
	return fixture{}
}

// TestMargins holds the margins against those of LightGBM 2.3, 3.3 and 4.7.
func TestMargins(t *testing.T) {
	for _, f := range fixtures(t) {
		m, err := Read([]byte(f.text))
		if err != nil {
			t.Errorf("%s: %v", f.name, err)
			continue
		}
		out := make([]float64, len(f.margins))
		if err := m.Margins(f.x, out); err != nil {
			t.Fatal(f.name, err)
		}
		for i, v := range out {
			if math.Abs(v-f.margins[i]) > 1e-12 {
				t.Fatalf("%s: margin %d is %v, want %v", f.name, i, v, f.margins[i])
			}
		}
	}
}

func TestProbabilities(t *testing.T) {
	f := find(t, "4.7.0.zip/binary.txt")
	m, err := Read([]byte(f.text))
	if err != nil {
		t.Fatal(err)
	}
	out := make([]float64, len(f.margins))
	if err := m.Probabilities(f.x, out); err != nil {
		t.Fatal(err)
	}
	for i, p := range out {
		if want := 1 / (1 + math.Exp(-1.5*f.margins[i])); math.Abs(p-want) > 1e-12 {
			t.Fatalf("probability %d is %v, want %v", i, p, want)
		}
	}
	f = find(t, "3.3.5.zip/multiclass.txt")
	if m, err = Read([]byte(f.text)); err != nil {
		t.Fatal(err)
	}
	out = make([]float64, len(f.margins))
	if err := m.Probabilities(f.x, out); err != nil {
		t.Fatal(err)
	}
	for r := 0; r < len(out); r += 3 {
		if math.Abs(out[r]+out[r+1]+out[r+2]-1) > 1e-12 {
			t.Fatal(out[r : r+3])
		}
	}
	if m, err = Read([]byte(find(t, "4.7.0.zip/none.txt").text)); err != nil {
		t.Fatal(err)
	}
	if err := m.Probabilities(f.x, out[:80]); err == nil || !strings.Contains(err.Error(), "poisson") {
		t.Error(err)
	}
	f.x.Names = []string{"a", "c", "b", "d"}
	if err := m.Margins(f.x, out[:80]); err == nil || !strings.Contains(err.Error(), "out of order") {
		t.Error(err)
	}
}

// TestRefuses breaks a good file in one place at a time, with the same number
// of bytes unless it is about that.
func TestRefuses(t *testing.T) {
	good := find(t, "4.7.0.zip/multiclass.txt").text
	for _, c := range []struct{ old, new, want string }{
		{"tree\n", "trees\n", "no LightGBM text model"},
		{"version=v4", "version=v5", "version"},
		{"num_class=3", "num_class=4", "num_tree_per_iteration"},
		{"num_class=3", "num_class=99999999", "num_class"},
		{"num_tree_per_iteration=3", "num_tree_per_iteration=1", "num_tree_per_iteration"},
		{"num_class:3", "num_class:2", "objective multiclass has num_class"},
		{"objective=multiclass", "objective=lambdarank", "lambdarank"},
		{"objective=multiclass num_class:3", "objective=binary sigmoid:1", "num_class is 3"},
		{"objective=", "odjective=", "objective is missing"},
		{"max_feature_idx=3", "max_feature_idx=2", "max_feature_idx"},
		{"feature_names=a b", "feature_names=b b", "twice"},
		{"num_leaves=5", "num_leaves=4", "leaf_value has 5 values"},
		{"num_leaves=5", "num_leaves=0", "num_leaves"},
		{"num_cat=0", "num_cat=1", "categorical"},
		{"is_linear=0", "is_linear=1", "linear trees"},
		{"Tree=1\n", "Tree=2\n", "is called"},
		{"Tree=0\n", "Tree=0\n\n", "out of"},
		{"tree_sizes=", "tree_sizes=1", ""},
		{"tree_sizes=", "tree_sizes=99999999 ", ""},
		{"end of trees", "end", "end of trees"},
	} {
		bad := strings.Replace(good, c.old, c.new, 1)
		if bad == good {
			t.Errorf("no %q in the file", c.old)
			continue
		}
		if c.want == "out of" {
			c.want = "" // the bytes no longer fit tree_sizes, and several things are wrong
		}
		if m, err := Read([]byte(bad)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: got %v, %v, want an error with %q", c.new, m, err, c.want)
		}
	}
}

// TestTrees breaks a tree of two splits in one place at a time.
func TestTrees(t *testing.T) {
	good := "Tree=0\nnum_leaves=3\nnum_cat=0\nsplit_feature=0 1\nthreshold=0.5 -inf\ndecision_type=2 8\nleft_child=1 -1\nright_child=-2 -3\nleaf_value=1 2 3\n\n\n"
	if _, err := parseTree(good, 0, 2); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ old, new, want string }{
		{"left_child=1 -1", "left_child=0 -1", "wrong child 0"},
		{"left_child=1 -1", "left_child=2 -1", "wrong child 2"},
		{"left_child=1 -1", "left_child=1 1", "wrong child 1"},
		{"left_child=1 -1", "left_child=1 -2147483648", "wrong child -2147483648"},
		{"left_child=1 -1", "left_child=1 -2", "wrong child -2"},
		{"left_child=1 -1\nright_child=-2 -3", "left_child=-1 1\nright_child=-2 -3", "out of reach"},
		{"left_child=1 -1", "left_child=1", "left_child has 1 values"},
		{"left_child=1 -1", "left_child=1 x", "left_child: value 1"},
		{"left_child=1 -1", "left_child=1 99999999999", "left_child: value 1"},
		{"split_feature=0 1", "split_feature=0 2", "feature 2 of 2"},
		{"split_feature=0 1", "split_feature=0 -1", "feature -1 of 2"},
		{"decision_type=2 8", "decision_type=2 9", "categorical"},
		{"decision_type=2 8", "decision_type=2 12", "decision_type 12"},
		{"decision_type=2 8", "decision_type=2 -2", "decision_type -2"},
		{"threshold=0.5 -inf", "threshold=0.5 nan", "threshold: value 1"},
		{"threshold=0.5 -inf", "threshold=0x5 1", "threshold: value 0"},
		{"threshold=0.5 -inf", "threshold=1e999 1", "threshold: value 0"},
		{"leaf_value=1 2 3", "leaf_value=1 inf 3", "leaf 1 has value +Inf"},
		{"leaf_value=1 2 3", "leaf_value=1 2 3\nleaf_value=1 2 3", "comes twice"},
		{"num_leaves=3", "num_leaves=2000000000", "num_leaves"},
		{"\n\n\n", "\n", "ends within a section"},
		{"\n\n\n", "\n\nmore\n", "more after its end"},
	} {
		bad := strings.Replace(good, c.old, c.new, 1)
		if _, err := parseTree(bad, 0, 2); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: got %v, want an error with %q", c.new, err, c.want)
		}
	}
}

// TestCut cuts a file off at many places before the last tree ends: always an error,
// and never an allocation out of proportion.
func TestCut(t *testing.T) {
	text := find(t, "2.3.1.zip/multiclass.txt").text
	for at := 0; at < strings.Index(text, "end of trees"); at += 7 {
		var before, after runtime.MemStats
		if at%91 == 0 {
			runtime.ReadMemStats(&before)
		}
		if _, err := Read([]byte(text[:at])); err == nil {
			t.Fatalf("read when cut off at byte %d", at)
		}
		if at%91 == 0 {
			runtime.ReadMemStats(&after)
			if n := after.TotalAlloc - before.TotalAlloc; n > uint64(64*at+1<<16) {
				t.Fatalf("cut off at byte %d: %d bytes allocated", at, n)
			}
		}
	}
}

// FuzzRead feeds the reader anything: it must not panic, and what it reads must
// score.
func FuzzRead(f *testing.F) {
	for _, c := range fixtures(f) {
		f.Add([]byte(c.text))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		m, err := Read(file)
		if err != nil || len(m.names) > 100 {
			return
		}
		x := xgb.Matrix{Names: m.FeatureNames()}
		for i := range x.Names {
			x.Cols = append(x.Cols, []float32{float32(i), float32(math.NaN()), 0})
		}
		if x.Check() != nil { // names that XGBoost has no room for
			return
		}
		if err := m.Margins(x, make([]float64, 3*m.NumClass())); err != nil {
			t.Fatal(err)
		}
	})
}
