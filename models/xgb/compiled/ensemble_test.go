package compiled

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// leaf returns the value of the leaf that a row ends at, as Tree says.
func (t *Tree) leaf(cols [][]float32, row int) float32 {
	i := int32(0)
	for t.Left[i] >= 0 {
		v := cols[t.Feature[i]][row]
		if v < t.Cond[i] || v != v && t.DefaultLeft[i] {
			i = t.Left[i]
		} else {
			i = t.Right[i]
		}
	}
	return t.Cond[i]
}

// walk is what Margins is held against.
func walk(trees []Tree, start []float32, cols [][]float32, rows int) []float64 {
	out := make([]float64, 0, rows*len(start))
	for r := range rows {
		sum := slices.Clone(start)
		for i := range trees {
			t := &trees[i]
			sum[t.Class] += float32(t.Weight * t.leaf(cols, r))
		}
		for _, m := range sum {
			out = append(out, float64(m))
		}
	}
	return out
}

// grow adds a random tree below an entry; split decides for a depth.
func (t *Tree) grow(depth int, split func(depth int) bool, feature func() int32, threshold, leaf func() float32, left func() bool) int32 {
	at := int32(len(t.Left))
	t.Left, t.Right, t.Feature = append(t.Left, -1), append(t.Right, -1), append(t.Feature, 0)
	t.Cond, t.DefaultLeft = append(t.Cond, 0), append(t.DefaultLeft, false)
	if !split(depth) {
		t.Cond[at] = leaf()
		return at
	}
	t.Feature[at], t.Cond[at], t.DefaultLeft[at] = feature(), threshold(), left()
	l := t.grow(depth+1, split, feature, threshold, leaf, left)
	r := t.grow(depth+1, split, feature, threshold, leaf, left)
	t.Left[at], t.Right[at] = l, r
	return at
}

// values are what thresholds and features are drawn from: so few that they are
// often equal, and all that is special.
var values = []float32{
	0, float32(math.Copysign(0, -1)), 1, -1, 0.5, math.Nextafter32(0.5, 0), math.Nextafter32(0.5, 1), 1e-45, -1e-45,
	math.MaxFloat32, -math.MaxFloat32, float32(math.Inf(1)), float32(math.Inf(-1)),
}

// TestKernels holds every kernel against a plain walk, bit by bit: random trees
// of any shape, any number of rows, ties, zeros of both signs, infinities and
// missing values.
func TestKernels(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		features := rapid.IntRange(1, 6).Draw(t, "features")
		classes := rapid.IntRange(1, 4).Draw(t, "classes")
		depth := rapid.IntRange(0, 14).Draw(t, "depth")
		density := rapid.Float64Range(0.3, 1).Draw(t, "density")
		rows := rapid.OneOf(rapid.IntRange(0, 80), rapid.IntRange(0, 700)).Draw(t, "rows")
		special := rapid.Float64Range(0, 1).Draw(t, "special")
		absent := rapid.SampledFrom([]float64{0, 0, 0.01, 0.5}).Draw(t, "absent")
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))

		value := func() float32 {
			if r.Float64() < special {
				return values[r.IntN(len(values))]
			}
			return float32(r.NormFloat64())
		}
		var trees []Tree
		for range rapid.IntRange(0, 40).Draw(t, "trees") {
			tree := Tree{Class: r.IntN(classes), Weight: 1}
			if r.IntN(4) == 0 {
				tree.Weight = float32(r.Float64())
			}
			most := depth
			if r.IntN(2) == 0 {
				most = min(depth, levels)
			}
			tree.grow(0, func(d int) bool { return d < most && len(tree.Left) < 600 && r.Float64() < density },
				func() int32 { return int32(r.IntN(features)) }, value,
				func() float32 { return float32(r.NormFloat64()) }, func() bool { return r.IntN(2) == 0 })
			trees = append(trees, tree)
		}
		start := make([]float32, classes)
		for k := range start {
			start[k] = float32(r.NormFloat64())
		}
		cols := make([][]float32, features)
		for f := range cols {
			cols[f] = make([]float32, rows)
			for i := range cols[f] {
				if cols[f][i] = value(); r.Float64() < absent {
					cols[f][i] = math.Float32frombits(0x7f800001 | r.Uint32()) // any of the NaN
				}
			}
		}
		want := walk(trees, start, cols, rows)
		for _, kernel := range Kernels() {
			f, err := New(trees, features, start, kernel)
			if err != nil {
				t.Fatal(err)
			}
			same(t, string(kernel), f, cols, want)
		}
	})
}

func same(t interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
}, what string, f *Ensemble, cols [][]float32, want []float64) {
	t.Helper()
	got := make([]float64, len(want))
	if err := f.Margins(cols, got); err != nil {
		t.Fatal(err)
	}
	for i, m := range got {
		if math.Float64bits(m) != math.Float64bits(want[i]) {
			t.Fatalf("%s: row %d, class %d of %d rows: %v, want %v", what, i/len(f.start), i%len(f.start), len(cols[0]), m, want[i])
		}
	}
}

// drawn is a model of complete trees whose thresholds are among as many values
// as XGBoost's, and a table.
func drawn(trees, features, classes, rows int) ([]Tree, [][]float32) {
	r := rand.New(rand.NewPCG(1, 2))
	cols, thresholds := make([][]float32, features), make([][]float32, features)
	for f := range cols {
		cols[f] = make([]float32, rows)
		for i := range cols[f] {
			cols[f][i] = float32(r.NormFloat64())
		}
		for range 255 {
			thresholds[f] = append(thresholds[f], float32(r.NormFloat64()))
		}
	}
	out := make([]Tree, trees)
	for i := range out {
		out[i] = Tree{Class: i % classes, Weight: 1}
		f := int32(0)
		out[i].grow(0, func(d int) bool { return d < levels }, func() int32 { f = int32(r.IntN(features)); return f },
			func() float32 { return thresholds[f][r.IntN(255)] },
			func() float32 { return float32(0.01 * r.NormFloat64()) }, func() bool { return r.IntN(8) == 0 })
	}
	return out, cols
}

// TestMoreCutsThanFit has more different cuts than masks fit, so that the trees
// are in groups.
func TestMoreCutsThanFit(t *testing.T) {
	trees, cols := drawn(900, 3, 3, 300)
	r := rand.New(rand.NewPCG(5, 6))
	for i := range trees {
		for j := range trees[i].Cond {
			if trees[i].Left[j] >= 0 {
				trees[i].Cond[j] = float32(r.NormFloat64())
			}
		}
	}
	start := make([]float32, 3)
	want := walk(trees, start, cols, 300)
	for _, kernel := range Kernels() {
		f, err := New(trees, 3, start, kernel)
		if err != nil {
			t.Fatal(err)
		}
		if len(f.groups) < 3 {
			t.Errorf("%d groups", len(f.groups))
		}
		same(t, string(kernel), f, cols, want)
	}
	tree := Tree{Weight: 1}
	tree.grow(0, func(d int) bool { return d < 15 }, func() int32 { return 0 },
		func() float32 { return float32(r.NormFloat64()) }, func() float32 { return 0 }, func() bool { return false })
	if _, err := New([]Tree{tree}, 1, start, Portable); err == nil {
		t.Error("took a tree of more cuts than fit")
	}
}

// TestSameAtAnyWidth scores on 1, 2, 3 and 8 processors.
func TestSameAtAnyWidth(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	trees, cols := drawn(50, 5, 3, 3000)
	start := []float32{0.5, 0, -1}
	want := walk(trees, start, cols, 3000)
	for _, kernel := range Kernels() {
		f, err := New(trees, 5, start, kernel)
		if err != nil {
			t.Fatal(err)
		}
		for _, width := range []int{1, 2, 3, 8} {
			runtime.GOMAXPROCS(width)
			same(t, fmt.Sprintf("%s, GOMAXPROCS=%d", kernel, width), f, cols, want)
		}
	}
}

func TestRefused(t *testing.T) {
	split := Tree{Left: []int32{1, -1, -1}, Right: []int32{2, -1, -1}, Feature: []int32{0, 0, 0}, Cond: make([]float32, 3), DefaultLeft: make([]bool, 3), Weight: 1}
	start := []float32{0}
	for name, spoil := range map[string]func(t *Tree){
		"feature": func(t *Tree) { t.Feature = []int32{1, 0, 0} },
		"child":   func(t *Tree) { t.Right = []int32{3, -1, -1} },
		"class":   func(t *Tree) { t.Class = 1 },
		"arrays":  func(t *Tree) { t.Cond = t.Cond[:2] },
	} {
		spoilt := split
		spoil(&spoilt)
		if _, err := New([]Tree{spoilt}, 1, start, Portable); err == nil {
			t.Errorf("took a tree with a wrong %s", name)
		}
	}
	if _, err := New([]Tree{split}, 1, start, "abacus"); err == nil {
		t.Error("took a kernel that there is not")
	}
	f, err := New([]Tree{split}, 1, start, Portable)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Margins([][]float32{{1, 2}}, make([]float64, 3)); err == nil {
		t.Error("took an output of the wrong size")
	}
}

// BenchmarkMargins scores with 2,500 trees of 25 features, as many rows at a time
// as the name says.
func BenchmarkMargins(b *testing.B) {
	const features, classes = 25, 5
	trees, cols := drawn(2500, features, classes, 20000)
	for _, kernel := range Kernels() {
		f, err := New(trees, features, make([]float32, classes), kernel)
		if err != nil {
			b.Fatal(err)
		}
		for _, rows := range []int{1, 20, 40, 256, 20000} {
			part := make([][]float32, features)
			for i := range part {
				part[i] = cols[i][:rows]
			}
			out := make([]float64, rows*classes)
			b.Run(fmt.Sprintf("%s/%d", kernel, rows), func(b *testing.B) {
				for b.Loop() {
					if err := f.Margins(part, out); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*rows), "ns/row")
			})
		}
	}
}
