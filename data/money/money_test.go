package money

import (
	"errors"
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"
)

// exact is an amount's units as a rational number.
func exact(a Amount) *big.Rat {
	hi, lo, negative := a.abs()
	n := wide{lo, hi}.big()
	if negative {
		n.Neg(n)
	}
	return new(big.Rat).SetInt(n)
}

// rounded is what a rational number of units has to become.
func rounded(x *big.Rat, by Rounding) Amount {
	n := new(big.Int).Abs(x.Num())
	q, left := new(big.Int).QuoRem(n, x.Denom(), new(big.Int))
	twice := new(big.Int).Lsh(left, 1).Cmp(x.Denom())
	if left.Sign() != 0 && (by == Up || by == HalfEven && (twice > 0 || twice == 0 && q.Bit(0) == 1)) {
		q.Add(q, big.NewInt(1))
	}
	if q.BitLen() > 127 {
		return None()
	}
	a := Amount{int64(new(big.Int).Rsh(q, 64).Uint64()), new(big.Int).And(q, new(big.Int).SetUint64(math.MaxUint64)).Uint64()}
	if x.Sign() < 0 {
		a = a.Neg()
	}
	return a
}

func drawAmount(t *rapid.T, name string) Amount {
	a := Amount{rapid.Int64Min(math.MinInt64+1).Draw(t, name+" high"), rapid.Uint64().Draw(t, name+" low")}
	shift := rapid.IntRange(0, 127).Draw(t, name+" shift") // as many small ones as large
	hi, lo, negative := a.abs()
	w, _ := wide{lo, hi}.shr(uint(shift))
	return w.amount(negative, nothing, Down)
}

func TestArithmeticIsExact(t *testing.T) { rapid.Check(t, arithmeticIsExact) }

// arithmeticIsExact holds every operation against rational numbers, in each
// way of rounding.
func arithmeticIsExact(t *rapid.T) {
	a, b := drawAmount(t, "a"), drawAmount(t, "b")
	price := math.Ldexp(rapid.Float64Range(0.5, 1).Draw(t, "price"), rapid.IntRange(-70, 70).Draw(t, "exponent"))
	rate := Units(rapid.Int64Range(0, 2*One).Draw(t, "rate"))
	p, one := new(big.Rat).SetFloat64(price), new(big.Rat).SetInt64(One)
	rat := func() *big.Rat { return new(big.Rat) }
	for _, by := range []Rounding{Down, Up, HalfEven} {
		check := func(what string, got Amount, want *big.Rat) {
			if w := rounded(want, by); got != w {
				t.Fatalf("%s of %v, %v at %v, rounding %d: %v, want %v", what, a, b, price, by, got, w)
			}
		}
		check("sum", a.Add(b), rat().Add(exact(a), exact(b)))
		check("difference", a.Sub(b), rat().Sub(exact(a), exact(b)))
		check("product", a.Times(price, by), rat().Mul(exact(a), p))
		check("quotient", a.Over(price, by), rat().Quo(exact(a), p))
		check("rate", a.Rate(rate, by), rat().Quo(rat().Mul(exact(a), exact(rate)), one))
		check("without", a.Without(rate, by), rat().Quo(rat().Mul(exact(a), one), rat().Add(one, exact(rate))))
		check("from a float", FromFloat(price, by), rat().Mul(p, one))
		part, whole := a, b
		if part.Sign() < 0 {
			part = part.Neg()
		}
		if whole.Sign() < 0 {
			whole = whole.Neg()
		}
		if whole.Less(part) {
			part, whole = whole, part
		}
		if whole.Sign() > 0 {
			check("part", b.Part(part, whole, by), rat().Quo(rat().Mul(exact(b), exact(part)), exact(whole)))
			n := rounded(rat().Quo(exact(a), exact(whole)), by)
			check("step", a.Step(whole, by), rat().Mul(exact(n), exact(whole)))
		}
	}
	if back, err := Parse(a.String()); err != nil || back != a {
		t.Fatalf("%v read back is %v: %v", a, back, err)
	}
	want, _ := rat().Quo(exact(a), one).Float64()
	if got := a.Float(); got != want {
		t.Fatalf("%v as a float is %v, want %v", a, got, want)
	}
}

func TestNoneStays(t *testing.T) {
	big, err := Parse("170141183460469231731.687303715884105727")
	if err != nil || big != Max() {
		t.Fatalf("%v %v", big, err)
	}
	for what, got := range map[string]Amount{
		"sum": big.Add(Units(1)), "none and one": None().Add(Units(1)), "none less none": None().Sub(None()),
		"product": big.Times(1.5, Down), "of NaN": Units(1).Times(math.NaN(), Down), "of nothing": Units(1).Over(0, Down),
		"infinity": FromFloat(math.Inf(1), Down), "1e21": Decimal(1e21), "rate": None().Rate(Units(0), Down), "lowest": big.Neg().Sub(Units(1)),
		"a share of more than all": Units(1).Part(Units(3), Units(2), Down), "tiny price": big.Over(1e-300, Down),
	} {
		if got.Valid() || got.String() != "NaN" || !math.IsNaN(got.Float()) {
			t.Errorf("%s: %v", what, got)
		}
	}
	if big.Add(big.Neg()) != (Amount{}) || !(None().Less(big.Neg())) || None().Sign() != -1 {
		t.Error("order of None")
	}
}

func TestText(t *testing.T) {
	for _, c := range []struct {
		in, out, cents string
	}{
		{"0", "0", "0.00"}, {"-0.001", "-0.001", "0.00"}, {"12.50", "12.5", "12.50"}, {"0.125", "0.125", "0.12"}, {"-0.135", "-0.135", "-0.14"},
		{"100", "100", "100.00"}, {".5", "0.5", "0.50"}, {"0.0000000000000000005", "0", "0.00"}, {"0.0000000000000000015", "0.000000000000000002", "0.00"},
	} {
		a, err := Parse(c.in)
		if err != nil || a.String() != c.out || a.Fixed(2) != c.cents {
			t.Errorf("%s: %v, %s, %v", c.in, a, a.Fixed(2), err)
		}
	}
	for _, s := range []string{"", "-", ".", "1e5", "1,5", "NaN", "+1", "1.2.3", "--1"} {
		if a, err := Parse(s); err == nil || a.Valid() {
			t.Errorf("%q is read as %v", s, a)
		}
	}
	if a := Decimal(0.0025); a != Units(2_500_000_000_000_000) {
		t.Error(a)
	}
	for _, x := range []float64{25000, 0.07, 12345.678, 1e20, 1e-18} {
		if got := Decimal(x).Float(); got != x {
			t.Errorf("%v comes back as %v", x, got)
		}
	}
	if FromFloat(0.1, HalfEven) != Units(100_000_000_000_000_006) {
		t.Error("a float is what it is, exactly")
	}
}

// FuzzParse wants a refusal or decimals that come back as they were read.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"0", "-12.5", "170141183460469231731.687303715884105727", "170141183460469231732", ".", "1e5", "0.0000000000000000005"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a, err := Parse(s)
		if err != nil {
			if a.Valid() {
				t.Fatal(errors.New("an amount beside an error"))
			}
			return
		}
		if back, err := Parse(a.String()); err != nil || back != a {
			t.Fatalf("%q is %v, and read back %v: %v", s, a, back, err)
		}
	})
}

func BenchmarkTimes(b *testing.B) {
	a := Decimal(12345.678)
	for b.Loop() {
		a.Times(60123.45, HalfEven)
	}
}
