package linear

import (
	"context"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"gonum.org/v1/gonum/optimize"

	"mantis/data"
	"mantis/models/xgb"
)

// drawn is rows of three classes, of which two columns tell something; one value
// in five is missing.
func drawn(seed uint64, n int) (xgb.Matrix, []int32) {
	rng := rand.New(rand.NewPCG(seed, 2))
	x := xgb.Matrix{Names: []string{"a", "b", "c"}, Cols: make([][]float32, 3)}
	class := make([]int32, n)
	for r := range class {
		k := rng.IntN(3)
		class[r] = int32(k)
		for j, v := range []float64{float64(k) + rng.NormFloat64(), 1000 * (float64(k%2) + rng.NormFloat64()), rng.NormFloat64()} {
			if rng.IntN(5) == 0 {
				v = math.NaN()
			}
			x.Cols[j] = append(x.Cols[j], float32(v))
		}
	}
	return x, class
}

func quiet(int, int) {}

// TestOptimumIsGonums lets gonum's BFGS minimise the same objectives, and wants
// it to find no lower value, and the same place.
func TestOptimumIsGonums(t *testing.T) {
	x, class := drawn(1, 400)
	f, err := newFrame(x, class, 3)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		f      objective
		size   int
		anchor []int // intercepts that may move together
	}{
		{"softmax", &softmax{frame: f, lambda: 2, classes: 3, of: class, p: make([]float64, 3*f.n)}, 3 * f.width, []int{3, 7, 11}},
		{"hinge", &hinge{frame: f, lambda: 2, of: 1, slack: make([]float64, f.n)}, f.width, nil},
	} {
		w := make([]float64, c.size)
		if err := minimise(context.Background(), c.f, w, 100, func(int) {}); err != nil {
			t.Fatal(c.name, err)
		}
		g := make([]float64, c.size)
		value := c.f.at(w, g)
		if size := length(g); size > 1e-6 {
			t.Errorf("%s: a gradient of %g is left", c.name, size)
		}
		theirs, err := optimize.Minimize(optimize.Problem{
			Func: func(w []float64) float64 { return c.f.at(w, make([]float64, len(w))) },
			Grad: func(g, w []float64) { c.f.at(w, g) },
		}, make([]float64, c.size), &optimize.Settings{GradientThreshold: 1e-7}, &optimize.BFGS{})
		if err != nil {
			t.Fatal(c.name, err)
		}
		if value > theirs.F+1e-9*math.Abs(theirs.F) {
			t.Errorf("%s: %v, gonum finds %v", c.name, value, theirs.F)
		}
		shift := 0.0
		for _, i := range c.anchor {
			shift += (theirs.X[i] - w[i]) / 3
		}
		for i := range w {
			want := theirs.X[i]
			for _, a := range c.anchor {
				if a == i {
					want -= shift
				}
			}
			if math.Abs(w[i]-want) > 1e-5 {
				t.Errorf("%s: weight %d is %v, gonum's %v", c.name, i, w[i], want)
			}
		}
	}
}

// TestSlopes holds gradients and curvatures against differences.
func TestSlopes(t *testing.T) {
	x, class := drawn(1, 1200) // more than a block
	f, err := newFrame(x, class, 3)
	if err != nil {
		t.Fatal(err)
	}
	target := make([]float64, f.n)
	for r := range target {
		target[r] = float64(r%7) / 7
	}
	two := &frame{n: f.n, width: 2, z: make([]float64, 2*f.n)}
	for r := range f.n {
		two.z[2*r], two.z[2*r+1] = f.row(r)[0], 1
	}
	for name, c := range map[string]struct {
		f    objective
		size int
	}{
		"softmax": {&softmax{frame: f, lambda: 2, classes: 3, of: class, p: make([]float64, 3*f.n)}, 3 * f.width},
		"hinge":   {&hinge{frame: f, lambda: 2, of: 1, slack: make([]float64, f.n)}, f.width},
		"sigmoid": {&sigmoid{frame: two, target: target, p: make([]float64, f.n)}, 2},
	} {
		rng := rand.New(rand.NewPCG(3, 3))
		w, v := make([]float64, c.size), make([]float64, c.size)
		for i := range w {
			w[i], v[i] = rng.NormFloat64(), rng.NormFloat64()
		}
		const h = 1e-6
		g, up, down, bent := make([]float64, c.size), make([]float64, c.size), make([]float64, c.size), make([]float64, c.size)
		moved := func(by float64) []float64 {
			out := make([]float64, c.size)
			for i := range out {
				out[i] = w[i] + by*v[i]
			}
			return out
		}
		above, below := c.f.at(moved(h), up), c.f.at(moved(-h), down)
		c.f.at(w, g)
		c.f.bend(v, bent)
		if got, want := (above-below)/(2*h), dot(g, v); math.Abs(got-want) > 1e-4*(1+math.Abs(want)) {
			t.Errorf("%s: it rises by %v, the gradient says %v", name, got, want)
		}
		for i := range bent {
			// a hinge's gradient has kinks, which a step may cross
			if got := (up[i] - down[i]) / (2 * h); math.Abs(got-bent[i]) > 1e-3*(1+length(bent)) {
				t.Errorf("%s: the gradient's part %d rises by %v, the curvature says %v", name, i, got, bent[i])
			}
		}
	}
}

// TestMissingIsTheMean predicts a row with holes as one with the training means
// there, and standardises by training rows alone.
func TestMissingIsTheMean(t *testing.T) {
	x, class := drawn(1, 400)
	for name, fit := range map[string]func() (*Model, error){
		"logistic": func() (*Model, error) {
			return Logistic{1, 100}.Fit(context.Background(), x, class, 3, quiet)
		},
		"svm": func() (*Model, error) { return SVM{1, 100}.Fit(context.Background(), x, class, 3, quiet) },
	} {
		m, err := fit()
		if err != nil {
			t.Fatal(err)
		}
		for j, col := range x.Cols {
			sum, n := 0.0, 0
			for _, v := range col {
				if v == v {
					sum, n = sum+float64(v), n+1
				}
			}
			if mean := sum / float64(n); math.Abs(m.Centre[j]-mean) > 1e-9*math.Abs(mean) {
				t.Errorf("%s: the centre of %s is %v, the mean of its values %v", name, x.Names[j], m.Centre[j], mean)
			}
		}
		m.Centre[0] = float64(float32(m.Centre[0])) // what a cell can hold
		nan := float32(math.NaN())
		rows := xgb.Matrix{Names: x.Names, Cols: [][]float32{{nan, float32(m.Centre[0])}, {5, 5}, {-1, -1}}}
		p := make([]float64, 6)
		if err := m.Probabilities(rows, p); err != nil {
			t.Fatal(err)
		}
		for k := range 3 {
			if p[k] != p[3+k] {
				t.Errorf("%s: a hole gives %v, the mean %v", name, p[:3], p[3:])
			}
		}
	}
}

// TestNoOptimumIsSaid leaves too few steps, and wants to be told.
func TestNoOptimumIsSaid(t *testing.T) {
	x, class := drawn(1, 400)
	_, err := Logistic{1, 1}.Fit(context.Background(), x, class, 3, quiet)
	if err == nil || !strings.Contains(err.Error(), "max_iter 1") || data.Hint(err) == "" {
		t.Errorf("one step: %v", err)
	}
	for _, p := range []interface{ Check() error }{Logistic{0, 10}, Logistic{math.NaN(), 10}, SVM{-1, 10}, SVM{1, 0}} {
		if p.Check() == nil {
			t.Errorf("%+v is accepted", p)
		}
	}
}

// TestHostileFiles changes a good file so that it must be refused.
func TestHostileFiles(t *testing.T) {
	x, class := drawn(1, 100)
	m, err := SVM{1, 100}.Fit(context.Background(), x, class, 3, quiet)
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(m *Model){
		"format": func(m *Model) { m.Format = "mantis/other/1" }, "slope": func(m *Model) { m.Slope = nil },
		"logistic with slopes": func(m *Model) { m.Format = logisticFormat }, "scale": func(m *Model) { m.Scale[0] = 0 },
		"names": func(m *Model) { m.Names = []string{"a", "a", "c"} }, "weights": func(m *Model) { m.Weights[2] = m.Weights[2][:2] },
		"one class": func(m *Model) { m.Weights = m.Weights[:1] }, "intercept": func(m *Model) { m.Intercept = append(m.Intercept, 1) },
	} {
		file, err := m.Encode()
		if err != nil {
			t.Fatal(err)
		}
		bad, err := Read(file)
		if err != nil {
			t.Fatal(err)
		}
		change(bad)
		if file, err = bad.Encode(); err != nil {
			t.Fatal(err)
		}
		if _, err := Read(file); err == nil {
			t.Errorf("%s: read all the same", name)
		}
	}
}
