package xgb

import (
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// plantTree grows a random tree of up to depth splits in a way, over few values so
// that rows tie with thresholds, features come again, and covers are uneven.
func plantTree(t *rapid.T, features, depth int) *tree {
	out := &tree{}
	var grow func(parent int32, depth int, hess float32) int32
	grow = func(parent int32, depth int, hess float32) int32 {
		i := out.add(parent, float32(rapid.IntRange(-40, 40).Draw(t, "leaf"))/8, hess)
		if depth == 0 || rapid.IntRange(0, 5).Draw(t, "ends") == 0 {
			return i
		}
		share := float32(rapid.IntRange(0, 8).Draw(t, "share")) / 8
		l := grow(i, depth-1, hess*share)
		r := grow(i, depth-1, hess*(1-share))
		out.left[i], out.right[i] = l, r
		out.feature[i] = int32(rapid.IntRange(0, features-1).Draw(t, "feature"))
		out.cond[i] = float32(rapid.IntRange(-2, 3).Draw(t, "bound"))
		out.defaultLeft[i] = rapid.Bool().Draw(t, "default")
		return i
	}
	grow(noParent, depth, 64)
	for i := range out.hess { // a cover of nothing cannot be divided
		out.hess[i] = max(out.hess[i], 1e-3)
	}
	return out
}

func drawModel(t *rapid.T, features, classes, rounds, depth int) *Booster {
	b := &Booster{classes: classes, intercept: make([]float32, classes)}
	for f := range features {
		b.names = append(b.names, string(rune('a'+f)))
	}
	for range rounds * classes {
		b.trees = append(b.trees, plantTree(t, features, rapid.IntRange(0, depth).Draw(t, "depth")))
	}
	for k := range b.intercept {
		b.intercept[k] = float32(k) / 4
	}
	return b
}

func plantRows(t *rapid.T, names []string, rows int) Matrix {
	x := Matrix{Names: names}
	for range names {
		col := make([]float32, rows)
		for r := range col {
			if v := rapid.IntRange(-4, 4).Draw(t, "value"); v == 4 {
				col[r] = float32(math.NaN())
			} else {
				col[r] = float32(v)
			}
		}
		x.Cols = append(x.Cols, col)
	}
	return x
}

// partly is what a tree is worth where only the features of a set are known, and
// what is not is filled in by cover: the game that Shapley values divide.
func partly(t *tree, x Matrix, row int, set uint64, i int32) float64 {
	if t.left[i] < 0 {
		return float64(t.cond[i])
	}
	l, r := t.left[i], t.right[i]
	f := t.feature[i]
	if set>>f&1 == 0 {
		a, b := float64(t.hess[l]), float64(t.hess[r])
		return (a*partly(t, x, row, set, l) + b*partly(t, x, row, set, r)) / (a + b)
	}
	if v := x.Cols[f][row]; v < t.cond[i] || v != v && t.defaultLeft[i] {
		return partly(t, x, row, set, l)
	}
	return partly(t, x, row, set, r)
}

// mixed is the game of the interventional form: features of the set from the
// row, the others from a row of the background, and the mean of that.
func mixed(b *Booster, class int, x Matrix, row int, background Matrix, set uint64) (mean float64) {
	for other := range background.Rows() {
		one := Matrix{Names: x.Names}
		for f := range x.Cols {
			v := background.Cols[f][other]
			if set>>f&1 != 0 {
				v = x.Cols[f][row]
			}
			one.Cols = append(one.Cols, []float32{v})
		}
		for i, t := range b.trees {
			if i%b.classes == class {
				mean += float64(t.walk(one, 0))
			}
		}
	}
	return mean / float64(background.Rows())
}

// enumerate returns Shapley values and interactions of a game of n players by
// their definition, a sum over all sets of players.
func enumerate(n int, game func(set uint64) float64) (each []float64, pairs [][]float64) {
	worth := make([]float64, 1<<n)
	for set := range worth {
		worth[set] = game(uint64(set))
	}
	factorial := []float64{1}
	for k := 1; k <= n; k++ {
		factorial = append(factorial, factorial[k-1]*float64(k))
	}
	size := func(set int) (c int) {
		for ; set > 0; set &= set - 1 {
			c++
		}
		return c
	}
	each, pairs = make([]float64, n), make([][]float64, n)
	for i := range n {
		pairs[i] = make([]float64, n)
		for set := range worth {
			if set>>i&1 != 0 {
				continue
			}
			s := size(set)
			each[i] += factorial[s] * factorial[n-s-1] / factorial[n] * (worth[set|1<<i] - worth[set])
			for j := range n {
				if j != i && set>>j&1 == 0 {
					pairs[i][j] += factorial[s] * factorial[n-s-2] / (2 * factorial[n-1]) *
						(worth[set|1<<i|1<<j] - worth[set|1<<i] - worth[set|1<<j] + worth[set])
				}
			}
		}
	}
	return each, pairs
}

func explained(t rapid.TB, e *Explainer, x Matrix) []float64 {
	t.Helper()
	out := make([]float64, x.Rows()*len(e.trees)*e.Width())
	if err := e.Contributions(x, out); err != nil {
		t.Fatal(err)
	}
	return out
}

func near(a, b float64) bool { return math.Abs(a-b) <= 1e-9*(1+math.Abs(a)+math.Abs(b)) }

// TestExplainEnumerated holds contributions, interactions and the interventional
// form against sums over all sets of up to eight features.
func TestExplainEnumerated(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 8).Draw(t, "features")
		b := drawModel(t, n, 2, rapid.IntRange(1, 3).Draw(t, "rounds"), 7)
		x, background := plantRows(t, b.names, 3), plantRows(t, b.names, rapid.IntRange(1, 5).Draw(t, "background"))
		plain, err := b.Explainer()
		if err != nil {
			t.Fatal(err)
		}
		against, err := b.ExplainerAgainst(background)
		if err != nil {
			t.Fatal(err)
		}
		together, err := b.Interactor()
		if err != nil {
			t.Fatal(err)
		}
		byCover, byRows := explained(t, plain, x), explained(t, against, x)
		squares := make([]float64, x.Rows()*2*(n+1)*(n+1))
		if err := together.Interactions(x, squares); err != nil {
			t.Fatal(err)
		}
		for i := range x.Rows() * 2 {
			row, class := i/2, i%2
			game := func(set uint64) (sum float64) {
				for j, tree := range b.trees {
					if j%2 == class {
						sum += partly(tree, x, row, set, 0)
					}
				}
				return sum
			}
			each, pairs := enumerate(n, game)
			mixedEach, _ := enumerate(n, func(set uint64) float64 { return mixed(b, class, x, row, background, set) })
			got, gotMixed, square := byCover[i*(n+1):][:n+1], byRows[i*(n+1):][:n+1], squares[i*(n+1)*(n+1):][:(n+1)*(n+1)]
			if want := game(0) + float64(b.intercept[class]); !near(got[n], want) || square[len(square)-1] != got[n] {
				t.Fatalf("bias %v and %v, want %v", got[n], square[len(square)-1], want)
			}
			if want := mixed(b, class, x, row, background, 0) + float64(b.intercept[class]); !near(gotMixed[n], want) {
				t.Fatalf("bias against a background %v, want %v", gotMixed[n], want)
			}
			for f := range n {
				if !near(got[f], each[f]) {
					t.Fatalf("row %d, class %d, feature %d: %v, want %v", row, class, f, got[f], each[f])
				}
				if !near(gotMixed[f], mixedEach[f]) {
					t.Fatalf("row %d, class %d, feature %d against a background: %v, want %v", row, class, f, gotMixed[f], mixedEach[f])
				}
				sum := 0.0
				for g := range n + 1 {
					v := square[f*(n+1)+g]
					if sum += v; v != square[g*(n+1)+f] {
						t.Fatalf("features %d and %d: the square is not symmetric", f, g)
					}
					if g < n && g != f && !near(v, pairs[f][g]) {
						t.Fatalf("row %d, class %d, features %d and %d: %v, want %v", row, class, f, g, v, pairs[f][g])
					}
				}
				if !near(sum, each[f]) {
					t.Fatalf("row %d, class %d, feature %d: the square's row adds up to %v, want %v", row, class, f, sum, each[f])
				}
			}
		}
	})
}

// TestExplainLaws holds what Shapley values promise, on trees too large to
// enumerate: they add up to the margin, a feature that no tree tests has 0, and
// to exchange two features exchanges their values.
func TestExplainLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 20).Draw(t, "features")
		b := drawModel(t, n, 3, rapid.IntRange(1, 3).Draw(t, "rounds"), rapid.IntRange(1, 13).Draw(t, "deepest"))
		b.names = append(b.names, "unused")
		x := plantRows(t, b.names, rapid.IntRange(1, 20).Draw(t, "rows"))
		background := plantRows(t, b.names, 3)
		swapped := &Booster{names: b.names, classes: 3, intercept: b.intercept}
		for _, old := range b.trees {
			tree := *old
			tree.feature = slices.Clone(old.feature)
			for i, f := range tree.feature {
				if f < 2 {
					tree.feature[i] = 1 - f
				}
			}
			swapped.trees = append(swapped.trees, &tree)
		}
		exchange := func(x Matrix) Matrix {
			y := Matrix{Names: x.Names, Cols: slices.Clone(x.Cols)}
			y.Cols[0], y.Cols[1] = x.Cols[1], x.Cols[0]
			return y
		}
		margins := make([]float32, x.Rows()*3)
		if err := b.Walk(x, margins); err != nil {
			t.Fatal(err)
		}
		for _, form := range []func(*Booster, Matrix) (*Explainer, error){
			func(b *Booster, _ Matrix) (*Explainer, error) { return b.Explainer() },
			func(b *Booster, background Matrix) (*Explainer, error) { return b.ExplainerAgainst(background) },
		} {
			e, err := form(b, background)
			if err != nil {
				t.Fatal(err)
			}
			other, err := form(swapped, exchange(background))
			if err != nil {
				t.Fatal(err)
			}
			got, mirror := explained(t, e, x), explained(t, other, exchange(x))
			width := n + 2
			for i, m := range margins {
				row, back := got[i*width:][:width], mirror[i*width:][:width]
				sum := 0.0
				for _, v := range row {
					sum += v
				}
				if math.Abs(sum-float64(m)) > 1e-5 {
					t.Fatalf("contributions add up to %v, the margin is %v", sum, m)
				}
				if row[n] != 0 {
					t.Fatalf("a feature that no tree tests adds %v", row[n])
				}
				if !near(row[0], back[1]) || !near(row[1], back[0]) {
					t.Fatalf("%v and %v became %v and %v", row[0], row[1], back[1], back[0])
				}
			}
		}
	})
}

// TestExplainAlone explains rows of models as they are trained together, one by
// one and at other numbers of processors, with the same bits, and demands that
// they add up to XGBoost's margins.
func TestExplainAlone(t *testing.T) {
	before := runtime.GOMAXPROCS(0)
	defer runtime.GOMAXPROCS(before)
	for _, c := range readCases(t, goldenFolder) {
		b, err := ReadJSON(c.model)
		if err != nil {
			t.Fatal(err)
		}
		e, err := b.Explainer()
		if err != nil {
			t.Fatal(c.name, err)
		}
		want := explained(t, e, c.samples.X)
		for i, m := range c.margins {
			sum := 0.0
			for _, v := range want[i*e.Width():][:e.Width()] {
				sum += v
			}
			if math.Abs(sum-float64(m)) > 1e-5 {
				t.Fatalf("%s: contributions add up to %v, the margin is %v", c.name, sum, m)
			}
		}
		for _, n := range []int{1, 3} {
			runtime.GOMAXPROCS(n)
			if !slices.Equal(explained(t, e, c.samples.X), want) {
				t.Errorf("%s: other bits at GOMAXPROCS %d", c.name, n)
			}
		}
		one := b.NumClass() * e.Width()
		for _, r := range []int{0, c.samples.X.Rows() / 2, c.samples.X.Rows() - 1} {
			row := Matrix{Names: c.samples.X.Names}
			for _, col := range c.samples.X.Cols {
				row.Cols = append(row.Cols, col[r:r+1])
			}
			if !slices.Equal(explained(t, e, row), want[r*one:][:one]) {
				t.Errorf("%s: row %d alone has other bits", c.name, r)
			}
		}
	}
}

func TestExplainRefuses(t *testing.T) {
	b := tiny()
	b.trees[0].hess[1], b.trees[0].hess[2] = 0, 0
	if _, err := b.Explainer(); err == nil || err.Error() != "xgb: tree 0: entry 0: the covers (sum_hessian) below it are 0 and 0: want such as training leaves" {
		t.Error(err)
	}
	e, err := tiny().Explainer()
	if err != nil {
		t.Fatal(err)
	}
	x := Matrix{Names: tiny().names, Cols: [][]float32{{1}, {2}}}
	if err := e.Contributions(x, make([]float64, 5)); err == nil || err.Error() != "xgb: room for 5 values, want 6" {
		t.Error(err)
	}
	if err := e.Contributions(Matrix{Names: x.Names[:1], Cols: x.Cols[:1]}, nil); err == nil {
		t.Error("a column is missing")
	}
	if _, err := tiny().ExplainerAgainst(Matrix{Names: x.Names, Cols: [][]float32{{}, {}}}); err == nil {
		t.Error("a background without rows")
	}
}

// TestLegendre holds the rules to the integrals of powers.
func TestLegendre(t *testing.T) {
	for n, r := range legendre(32) {
		for power := range 2 * n {
			sum := 0.0
			for k, at := range r.at {
				sum += r.weight[k] * math.Pow(at, float64(power))
			}
			if want := 1 / float64(power+1); math.Abs(sum-want) > 1e-13 {
				t.Errorf("%d points: the integral of t^%d is %v, want %v", n, power, sum, want)
			}
		}
	}
}

// BenchmarkExplain explains 20,000 rows of 27 features by 500 trees of depth 6.
func BenchmarkExplain(b *testing.B) {
	random := rand.New(rand.NewPCG(1, 2))
	x := Matrix{}
	for f := range 27 {
		col := make([]float32, 20000)
		for r := range col {
			col[r] = float32(random.NormFloat64())
		}
		x.Names, x.Cols = append(x.Names, string(rune('a'+f))), append(x.Cols, col)
	}
	class := make([]float32, 20000)
	for r := range class {
		class[r] = float32(int32(min(4, max(0, 2.5+float64(x.Cols[0][r]*x.Cols[1][r])+random.NormFloat64()))))
	}
	m, err := Train(b.Context(), Samples{X: x, Label: class}, Defaults(), nil)
	if err != nil {
		b.Fatal(err)
	}
	e, err := m.Explainer()
	if err != nil {
		b.Fatal(err)
	}
	out := make([]float64, 20000*5*28)
	b.ResetTimer()
	for range b.N {
		if err := e.Contributions(x, out); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(20000*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
