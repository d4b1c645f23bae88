package num

import (
	"bufio"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"

	"pgregory.net/rapid"
)

// TestNormalAgreesWithMpmath holds the three functions to values that
// testdata/oracle/normal.py rounds once from sixty digits.
func TestNormalAgreesWithMpmath(t *testing.T) {
	f, err := os.Open(filepath.Join("testdata", "normal.txt"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	functions := map[string]func(float64) float64{"cdf": NormalCDF, "density": NormalDensity, "quantile": NormalQuantile}
	worst, at, lines := map[string]float64{}, map[string]float64{}, 0
	for s := bufio.NewScanner(f); s.Scan(); lines++ {
		var name string
		var x, want float64
		if _, err := fmt.Sscanf(s.Text(), "%s %v %v", &name, &x, &want); err != nil {
			t.Fatalf("line %d: %v", lines+1, err)
		}
		got := functions[name](x)
		unit := math.Nextafter(math.Abs(want), math.Inf(1)) - math.Abs(want)
		if off := math.Abs(got-want) / unit; !(off <= worst[name]) {
			worst[name], at[name] = off, x
		}
	}
	t.Logf("units in the last place at worst, and where: %v %v", worst, at)
	for name, bound := range map[string]float64{"cdf": 8, "density": 4, "quantile": 8} {
		if !(worst[name] <= bound) {
			t.Errorf("%s is off by %v units in the last place at %v, want at most %v", name, worst[name], at[name], bound)
		}
	}
	if lines < 2000 {
		t.Errorf("only %d values", lines)
	}
}

func TestNormalAtItsEnds(t *testing.T) {
	inf := math.Inf(1)
	for _, c := range []struct{ got, want float64 }{
		{NormalCDF(0), 0.5}, {NormalCDF(inf), 1}, {NormalCDF(-inf), 0}, {NormalCDF(NaN()), NaN()},
		{NormalDensity(inf), 0}, {NormalDensity(-inf), 0}, {NormalDensity(NaN()), NaN()},
		{NormalQuantile(0), -inf}, {NormalQuantile(1), inf}, {NormalQuantile(0.5), 0},
		{NormalQuantile(-0.1), NaN()}, {NormalQuantile(1.1), NaN()}, {NormalQuantile(NaN()), NaN()},
	} {
		if math.Float64bits(c.got) != math.Float64bits(c.want) {
			t.Errorf("%v, want %v", c.got, c.want)
		}
	}
	for _, p := range []float64{math.SmallestNonzeroFloat64, 1e-310, 0x1p-1022} {
		if x := NormalQuantile(p); !(x < -37 && x > -39) {
			t.Errorf("the quantile of %v is %v", p, x)
		}
	}
}

// TestNormalGoesThereAndBack wants the two to be inverses, and the two tails to
// mirror each other bit for bit.
func TestNormalGoesThereAndBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.Float64Range(1e-300, 1).Draw(t, "p")
		x := NormalQuantile(p)
		if p < 1 && math.Abs(NormalCDF(x)/p-1) > 1e-15*(4+x*x) {
			t.Fatalf("p %v has quantile %v, and that has %v", p, x, NormalCDF(x))
		}
		if q := 1 - p; 1-q == p && NormalQuantile(q) != -x {
			t.Fatalf("quantiles of %v and %v are %v and %v", p, q, x, NormalQuantile(q))
		}
		if up := NormalCDF(-x); math.Abs(up+NormalCDF(x)-1) > 2e-16 {
			t.Fatalf("above and below %v are %v and %v", x, up, NormalCDF(x))
		}
	})
}
