package xgb

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"testing"

	"pgregory.net/rapid"
)

// slowKernels are the kernels in plain Go, which the fast ones are held against.
func slowKernels() *kernels {
	return &kernels{
		addRows: func(h *stack, bins, rows []uint32, near []slope) {
			for i, r := range rows {
				for k := range 4 {
					h.add(int(uint8(bins[r]>>(8*k))), k, near[i])
				}
			}
		},
		addAll: func(h *stack, bins []uint32, near []slope) {
			for r, b := range bins {
				for k := range 4 {
					h.add(int(uint8(b>>(8*k))), k, near[r])
				}
			}
		},
		addWide: func(h *stack, bins []uint64, rows []uint32, near []slope) {
			for i, r := range rows {
				for k := range 4 {
					h.add(int(uint16(bins[r]>>(16*k))), k, near[i])
				}
			}
		},
		subtract: func(parent, child *stack, bins int) {
			for b := range bins {
				for k := range 4 {
					parent[b][k].g -= child[b][k].g
					parent[b][k].h -= child[b][k].h
				}
			}
		},
		screen: slowScreen,
		softprob: func(margins [][]float32, out [][]slope, begin, n int) {
			none := loss{class: make([]int32, begin+n)}
			for r := range none.class {
				none.class[r] = -1
			}
			none.softprob(margins, out, begin, begin+n)
		},
	}
}

func (h *stack) add(b, k int, v slope) {
	h[b][k].g += float64(v.g)
	h[b][k].h += float64(v.h)
}

func slowScreen(s *sweep, h *stack, from, to, step int) int {
	q := gauge{center: s.center, span: s.span, bar: s.bar}
	for i := from; i != to; i += step {
		s.hits = 0
		for k := range 4 {
			v, sum := h[i][k], &s.sums[k]
			sum.g += v.g
			sum.h += v.h
			if s.lanes&lane[k] == 0 || !q.above(s.lambda, *sum) {
				continue
			}
			s.passed |= lane[k]
			if sum.h >= s.least && s.total-sum.h >= s.least && (v.g != 0 || v.h != 0) {
				s.hits |= lane[k]
			}
		}
		if s.hits != 0 {
			return i
		}
	}
	s.hits = 0
	return to
}

// fast returns the processor's kernels or skips the test.
func fast(t *testing.T) *kernels {
	k := fastKernels()
	if k == nil {
		t.Skip("no kernels for this processor")
	}
	return k
}

// TestKernelsOff starts itself with GODEBUG=cpu.avx2=off, where there are no fast
// kernels.
func TestKernelsOff(t *testing.T) {
	const off = "GODEBUG=cpu.avx2=off"
	if os.Getenv("MANTIS_XGB_OFF") != "" {
		if fastKernels() != nil {
			t.Errorf("there are kernels with %s", off)
		}
		return
	}
	c := exec.Command(os.Args[0], "-test.run=^TestKernelsOff$")
	c.Env = append(os.Environ(), off, "MANTIS_XGB_OFF=1")
	if out, err := c.CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
}

// TestAdd adds drawn rows by both kernels, of any number, so that each way in
// and out of their loops is taken.
func TestAdd(t *testing.T) {
	slow, fast := slowKernels(), fast(t)
	rapid.Check(t, func(t *rapid.T) {
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 5))
		rows, most := 1+r.IntN(300), 1+r.IntN(maxBins)
		bins, wide, near := make([]uint32, rows), make([]uint64, rows), make([]slope, rows)
		var order []uint32
		share := r.Float64()
		for i := range rows {
			for k := range 4 {
				b := r.IntN(most)
				bins[i] |= uint32(b) << (8 * k)
				if r.IntN(10) == 0 {
					b = missing
				}
				wide[i] |= uint64(b) << (16 * k)
			}
			near[i] = slope{float32(r.NormFloat64()), r.Float32()}
			if r.Float64() < share {
				order = append(order, uint32(i))
			}
		}
		var a, b stack
		both := func(add func(k *kernels, h *stack)) {
			add(slow, &a)
			add(fast, &b)
			if !same(&a, &b) {
				t.Fatalf("%d of %d rows: other sums", len(order), rows)
			}
		}
		both(func(k *kernels, h *stack) { k.addRows(h, bins, order, near[:len(order)]) })
		both(func(k *kernels, h *stack) { k.addWide(h, wide, order, near[:len(order)]) })
		from := r.IntN(rows + 1)
		both(func(k *kernels, h *stack) { k.addAll(h, bins[from:], near[from:]) })
		c, n := a, r.IntN(maxBins+1)
		both(func(k *kernels, h *stack) { k.subtract(h, &c, n) })
	})
}

// same compares bits.
func same(a, b *stack) bool {
	for i := range a {
		for k := range a[i] {
			p, q := a[i][k], b[i][k]
			if math.Float64bits(p.g) != math.Float64bits(q.g) || math.Float64bits(p.h) != math.Float64bits(q.h) {
				return false
			}
		}
	}
	return true
}

// TestScreen goes up and down drawn histograms by both kernels, from stop to
// stop, and compares all that a sweep holds.
func TestScreen(t *testing.T) {
	slow, fast := slowKernels(), fast(t)
	stops := 0
	rapid.Check(t, func(t *rapid.T) {
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 6))
		pick := func(from ...float64) float64 { return from[r.IntN(len(from))] }
		var h stack
		n, empty := 1+r.IntN(maxBins), pick(0, 0.5, 0.95)
		total := pair{r.NormFloat64(), 0}
		for i := range n {
			for k := range 4 {
				if r.Float64() >= empty {
					h[i][k] = pair{r.NormFloat64(), r.Float64()}
				}
			}
			total.h += h[i][0].h
		}
		u := rule{lambda: pick(0, 0.1, 1), minHess: pick(0, 0.5, 3), plain: true}
		var g gauge
		g.reset(&u, total, u.gain(total, noLimits()), noLimits())
		g.best.loss = float32(pick(0, 1, 5, 20))
		g.raise()
		a := sweep{center: g.center, span: g.span, bar: g.bar, lambda: u.lambda, least: u.minHess, total: total.h, lanes: uint64(r.IntN(16))}
		b := a
		at, end, step := 0, n, 1
		if r.IntN(2) == 0 {
			at, end, step = n-1, -1, -1
		}
		for at != end {
			i, j := slow.screen(&a, &h, at, end, step), fast.screen(&b, &h, at, end, step)
			if i != j || fmt.Sprintf("%x", a) != fmt.Sprintf("%x", b) {
				t.Fatalf("from %d: at %d with %x, want %d with %x", at, j, b, i, a)
			}
			if at = i; at != end {
				at += step
				stops++
			}
		}
	})
	if stops == 0 {
		t.Error("nothing was ever found")
	}
}

// TestSoftprob compares the slopes of drawn margins, large and far apart ones too.
func TestSoftprob(t *testing.T) {
	slow, fast := slowKernels(), fast(t)
	rapid.Check(t, func(t *rapid.T) {
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 8))
		margins := make([][]float32, 2+r.IntN(9))
		a, b := make([][]slope, len(margins)), make([][]slope, len(margins))
		begin, n := r.IntN(5), 4*r.IntN(40)
		scale := []float64{1e-3, 1, 30, 200, 1e9, 1e38}[r.IntN(6)]
		for k := range margins {
			a[k], b[k] = make([]slope, begin+n), make([]slope, begin+n)
			for range begin + n {
				margins[k] = append(margins[k], float32(scale*(2*r.Float64()-1)))
			}
		}
		slow.softprob(margins, a, begin, n)
		fast.softprob(margins, b, begin, n)
		for k := range a {
			for i := range a[k] {
				p, q := a[k][i], b[k][i]
				if !equal(p.g, q.g) || !equal(p.h, q.h) {
					t.Fatalf("class %d, row %d: %v, want %v", k, i, q, p)
				}
			}
		}
	})
}

// equal compares bits; one NaN is as good as another.
func equal(a, b float32) bool {
	return math.Float32bits(a) == math.Float32bits(b) || a != a && b != b
}

// TestKernels trains the golden cases, and drawn ones, without kernels, with slow
// and with fast ones: the models have the same bytes.
func TestKernels(t *testing.T) {
	if testing.Short() {
		t.Skip("heavy under the race detector, which has as much to see in others")
	}
	cases := allGoldens(t)
	for seed := range 24 {
		r := rand.New(rand.NewPCG(uint64(seed), 7))
		p := Defaults()
		p.Rounds, p.MaxDepth, p.MinChildWeight = 3, 1+r.IntN(7), []float64{0, 0.1, 1, 5}[r.IntN(4)]
		p.MaxBin, p.Lambda = 2+r.IntN(255), []float64{0, 1, 10}[r.IntN(3)]
		if r.IntN(3) == 0 {
			p.ColsampleByNode, p.Subsample = 0.5, 0.7
		}
		if r.IntN(3) == 0 {
			p.GrowPolicy, p.MaxLeaves = lossguide, 2+r.IntN(20)
		}
		s := drawn(20+r.IntN(3000), 1+r.IntN(11), uint64(seed))
		for _, col := range s.X.Cols {
			gaps := []float64{0, 0, 0.1, 0.7}[r.IntN(4)]
			for i := range col {
				if r.Float64() < gaps {
					col[i] = float32(math.NaN())
				}
			}
		}
		cases = append(cases, oracleCase{name: fmt.Sprint("drawn ", seed), params: p, samples: s})
	}
	for _, c := range cases {
		var want []byte
		for i, k := range []*kernels{nil, slowKernels(), fastKernels()} {
			b, _, err := train(context.Background(), c.samples, nil, c.withoutStopping(), k, nil)
			if err != nil {
				t.Fatal(err)
			}
			got, err := b.JSON()
			if err != nil {
				t.Fatal(err)
			}
			if want == nil {
				want = got
			}
			if !bytes.Equal(got, want) {
				t.Errorf("%s: kernels %d change the model", c.name, i)
			}
		}
	}
}

// withoutStopping are the parameters of a case to train with all of its rounds.
func (c oracleCase) withoutStopping() Params {
	c.params.EarlyStopping = 0
	return c.params
}
