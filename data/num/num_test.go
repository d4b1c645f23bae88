package num

import (
	"bufio"
	"bytes"
	"flag"
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var update = flag.Bool("update", false, "rewrite testdata")

const prec = 160

func bigf(x float64) *big.Float { return new(big.Float).SetPrec(prec).SetFloat64(x) }

// bigArtanh sums x + x³/3 + x⁵/5 + ...
func bigArtanh(x *big.Float) *big.Float {
	z := new(big.Float).SetPrec(prec).Mul(x, x)
	p, sum := new(big.Float).Copy(x), new(big.Float).Copy(x)
	for n := 3; p.Sign() != 0 && p.MantExp(nil) > sum.MantExp(nil)-prec; n += 2 {
		p.Mul(p, z)
		sum.Add(sum, new(big.Float).SetPrec(prec).Quo(p, bigf(float64(n))))
	}
	return sum
}

func bigLn2() *big.Float {
	t := bigArtanh(new(big.Float).SetPrec(prec).Quo(bigf(1), bigf(3)))
	return t.Mul(t, bigf(2))
}

func bigLog(x float64) *big.Float {
	m, k := math.Frexp(x)
	if m < math.Sqrt2/2 {
		m, k = 2*m, k-1
	}
	s := new(big.Float).Sub(bigf(m), bigf(1))
	s.Quo(s, new(big.Float).Add(bigf(m), bigf(1)))
	r := bigArtanh(s)
	r.Mul(r, bigf(2))
	return r.Add(r, new(big.Float).SetPrec(prec).Mul(bigLn2(), bigf(float64(k))))
}

func bigExp(x float64) *big.Float { return bigExpOf(bigf(x)) }

func bigExpOf(x *big.Float) *big.Float {
	f, _ := x.Float64()
	k := int(math.Round(f / math.Ln2))
	r := new(big.Float).SetPrec(prec).Mul(bigLn2(), bigf(float64(k)))
	r.Sub(x, r)
	sum, p := bigf(1), bigf(1)
	for n := 1; n < 60; n++ {
		p.Mul(p, r)
		p.Quo(p, bigf(float64(n)))
		sum.Add(sum, p)
	}
	return sum.SetMantExp(sum, k)
}

// ulps is the distance of got from want in units of the last place of want.
func ulps(got float64, want *big.Float) float64 {
	w, _ := want.Float64()
	u := math.Nextafter(math.Abs(w), math.Inf(1)) - math.Abs(w)
	d := new(big.Float).SetPrec(prec).Sub(bigf(got), want)
	d.Quo(d, bigf(u))
	f, _ := d.Float64()
	return math.Abs(f)
}

func TestLogIsWithinOneUnit(t *testing.T) {
	rng, worst := rand.New(rand.NewPCG(1, 2)), 0.0
	for i := range 6000 {
		x := math.Exp(40 * (rng.Float64() - 0.5))
		switch i % 4 {
		case 1:
			x = 1 + (rng.Float64()-0.5)*math.Pow(2, -float64(rng.IntN(40)))
		case 2:
			x = math.Float64frombits(rng.Uint64N(0x7ff0000000000000-1) + 1)
		case 3:
			x = 0.6 + rng.Float64()
		}
		if x == 1 {
			continue
		}
		worst = max(worst, ulps(Log(x), bigLog(x)))
	}
	t.Logf("worst error of Log: %.3f units", worst)
	if worst > 1 {
		t.Errorf("Log is off by %.3f units in the last place", worst)
	}
}

func TestExpIsWithinOneUnit(t *testing.T) {
	rng, worst := rand.New(rand.NewPCG(3, 4)), 0.0
	for i := range 6000 {
		x := 20 * (rng.Float64() - 0.5)
		switch i % 4 {
		case 1:
			x = (rng.Float64() - 0.5) * math.Pow(2, -float64(rng.IntN(40)))
		case 2:
			x = 1417*rng.Float64() - 708
		case 3:
			x = rng.Float64() - 0.5
		}
		worst = max(worst, ulps(Exp(x), bigExp(x)))
	}
	t.Logf("worst error of Exp: %.3f units", worst)
	if worst > 1 {
		t.Errorf("Exp is off by %.3f units in the last place", worst)
	}
}

func TestExpOfTheSubnormal(t *testing.T) {
	for _, x := range []float64{-708.5, -710, -720.25, -740, -745.1} {
		if got, want := Exp(x), math.Exp(x); math.Abs(got-want) > 0x1p-1074 {
			t.Errorf("Exp(%v) = %v, want %v", x, got, want)
		}
	}
}

func TestPow(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for range 2000 {
		x, y := math.Exp(10*(rng.Float64()-0.5)), 20*(rng.Float64()-0.5)
		exact := new(big.Float).SetPrec(prec).Mul(bigf(y), bigLog(x))
		want := bigExpOf(exact)
		off := new(big.Float).SetPrec(prec).Sub(bigf(Pow(x, y)), want)
		relative, _ := off.Quo(off, want).Float64()
		if bound := (2 + 2*math.Abs(y*math.Log(x))) * 0x1p-52; math.Abs(relative) > bound {
			t.Errorf("Pow(%v, %v) = %v, off by %v, more than %v", x, y, Pow(x, y), relative, bound)
		}
	}
}

func TestSpecialValues(t *testing.T) {
	inf := math.Inf(1)
	for _, c := range []struct {
		name      string
		got, want float64
	}{
		{"Log(1)", Log(1), 0}, {"Log(0)", Log(0), -inf}, {"Log(-1)", Log(-1), NaN()},
		{"Log(Inf)", Log(inf), inf}, {"Log(NaN)", Log(-NaN()), NaN()},
		{"Exp(0)", Exp(0), 1}, {"Exp(Inf)", Exp(inf), inf}, {"Exp(-Inf)", Exp(-inf), 0},
		{"Exp(710)", Exp(710), inf}, {"Exp(-746)", Exp(-746), 0}, {"Exp(NaN)", Exp(-NaN()), NaN()},
		{"Exp(709.78)", Exp(709.78) / 1.7928227943945155e308, 1},
		{"Pow(0,0)", Pow(0, 0), 1}, {"Pow(NaN,0)", Pow(NaN(), 0), 1}, {"Pow(1,Inf)", Pow(1, inf), 1},
		{"Pow(0,2)", Pow(0, 2), 0}, {"Pow(0,-2)", Pow(0, -2), inf}, {"Pow(3.3,1)", Pow(3.3, 1), 3.3},
		{"Pow(-1,2)", Pow(-1, 2), NaN()}, {"Pow(2,NaN)", Pow(2, -NaN()), NaN()},
		{"Pow(Inf,2)", Pow(inf, 2), inf}, {"Pow(2,-Inf)", Pow(2, -inf), 0},
		{"Sum()", Sum(nil), 0}, {"Mean()", Mean(nil), NaN()}, {"Var(1)", Var([]float64{1}, 1), NaN()},
		{"Mean", Mean([]float64{1, 2, 6}), 3}, {"Var", Var([]float64{1, 2, 6}, 1), 7},
		{"Std", Std([]float64{2, 4, 4, 4, 5, 5, 7, 9}, 0), 2},
		{"Cov", Cov([]float64{1, 2, 3}, []float64{2, 4, 9}, 1), 3.5},
		{"Cov of two lengths", Cov([]float64{1}, nil, 0), NaN()},
		{"Sum of infinities", Sum([]float64{inf, -inf}), NaN()},
		{"Canonical(0/0)", Canonical(inf - inf), NaN()}, {"Canonical(-0)", Canonical(math.Copysign(0, -1)), math.Copysign(0, -1)},
	} {
		if math.Float64bits(c.got) != math.Float64bits(c.want) {
			t.Errorf("%s = %v, want %v", c.name, c.got, c.want)
		}
	}
}

// TestQuantile has its expected values from the definition of type 7.
func TestQuantile(t *testing.T) {
	x := []float64{1, 2, 4, 8, 16}
	for p, want := range map[float64]float64{0: 1, 0.25: 2, 0.5: 4, 1: 16, 0.125: 1.5, 0.875: 12, 0.1: 1.4} {
		if got := Quantile(x, p); got != want {
			t.Errorf("Quantile(%v) = %v, want %v", p, got, want)
		}
	}
	for _, p := range []float64{-0.1, 1.1, math.NaN()} {
		if got := Quantile(x, p); got == got {
			t.Errorf("Quantile(%v) = %v, want NaN", p, got)
		}
	}
	if got := Quantile(nil, 0.5); got == got {
		t.Errorf("Quantile of nothing = %v, want NaN", got)
	}
}

func TestQuantileRisesWithP(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.SliceOfN(rapid.Float64Range(-1e6, 1e6), 1, 30).Draw(t, "x")
		for i := 1; i < len(x); i++ {
			x[i] = x[i-1] + math.Abs(x[i])
		}
		p, q := rapid.Float64Range(0, 1).Draw(t, "p"), rapid.Float64Range(0, 1).Draw(t, "q")
		if p > q {
			p, q = q, p
		}
		lo, hi := Quantile(x, p), Quantile(x, q)
		if lo < x[0] || hi > x[len(x)-1] || hi < lo-1e-9*math.Abs(lo) {
			t.Fatalf("quantiles %v and %v of %v at %v and %v", lo, hi, x, p, q)
		}
	})
}

// TestGolden holds the bits of Log, Exp, Pow, Var and Quantile over some
// hundred inputs: they are the same on every machine Go builds for.
func TestGolden(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	unit := func() float64 { return float64(rng.Uint64()>>11) * 0x1p-53 }
	var b bytes.Buffer
	line := func(name string, y float64, x ...float64) {
		fmt.Fprintf(&b, "%s", name)
		for _, v := range x {
			fmt.Fprintf(&b, " %016x", math.Float64bits(v))
		}
		fmt.Fprintf(&b, " = %016x\n", math.Float64bits(y))
	}
	for i := range 400 {
		x := math.Float64frombits(rng.Uint64N(0x7ff0000000000000))
		if i%2 == 0 {
			x = 2 * unit()
		}
		line("log", Log(x), x)
	}
	for i := range 400 {
		x := 4 * (unit() - 0.5)
		if i%4 == 0 {
			x *= 370
		}
		line("exp", Exp(x), x)
	}
	for range 200 {
		x, y := 4*unit(), 8*(unit()-0.5)
		line("pow", Pow(x, y), x, y)
	}
	for n := 1; n < 40; n++ {
		x, y := make([]float64, n), make([]float64, n)
		for i := range x {
			x[i] = 1 + float64(unit()*0.01) // rounded, or the input would differ by machine
			y[i] = unit()
			if i > 0 {
				x[i] += x[i-1]
			}
		}
		p := unit()
		line("sum", Sum(x))
		line("mean", Mean(x))
		line("var", Var(x, 1))
		line("std", Std(x, 0))
		line("cov", Cov(x, y, 1))
		line("quantile", Quantile(x, p), p)
	}
	for range 200 {
		x, p := float64(60*(unit()-0.5)), unit()
		line("cdf", NormalCDF(x), x)
		line("density", NormalDensity(x), x)
		line("quantile of normal", NormalQuantile(p), p)
	}
	const name = "testdata/bits.txt"
	if *update {
		if err := os.WriteFile(name, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(lines(want), lines(b.Bytes())); diff != "" {
		t.Errorf("bits differ (-want +got):\n%s", diff)
	}
}

func lines(b []byte) (out []string) {
	s := bufio.NewScanner(bytes.NewReader(b))
	for s.Scan() {
		out = append(out, s.Text())
	}
	return out
}

var sink float64

func BenchmarkLog(b *testing.B) {
	for i := range b.N {
		sink = Log(1.5 + float64(i&1023))
	}
}

func BenchmarkExp(b *testing.B) {
	for i := range b.N {
		sink = Exp(float64(i&1023)*0.01 - 5)
	}
}

func TestFinite(t *testing.T) {
	for x, want := range map[float64]bool{0: true, -1: true, math.MaxFloat64: true, math.Inf(1): false, math.Inf(-1): false, NaN(): false} {
		if Finite(x) != want {
			t.Errorf("Finite(%v) is %t", x, !want)
		}
	}
	// A product whose rounding error a fused subtraction would bring to light.
	if x, y := 1+0x1p-30, 1+0x1p-29; !Finite(x * y) {
		t.Error("a product is not finite")
	}
}
