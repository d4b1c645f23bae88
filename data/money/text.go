package money

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"
)

// Decimal is the amount that x is written as: the shortest decimals that mean
// x, of which those after the 18th are rounded half to even.
func Decimal(x float64) Amount {
	a, err := Parse(strconv.FormatFloat(x, 'f', -1, 64))
	if err != nil {
		return None()
	}
	return a
}

// Parse reads plain decimals, as in -12.5, and rounds those after the 18th half
// to even.
func Parse(s string) (Amount, error) {
	digits := strings.TrimPrefix(s, "-")
	whole, fraction, _ := strings.Cut(digits, ".")
	if whole+fraction == "" || strings.Trim(whole+fraction, "0123456789") != "" || len(digits) > 400 {
		return None(), fmt.Errorf("amount %q: want decimals, as in 12.5", s)
	}
	n, _ := new(big.Int).SetString(whole+fraction, 10)
	if short := Places - len(fraction); short > 0 {
		n.Mul(n, power(short))
	}
	a := ratio(n, power(max(0, len(fraction)-Places)), len(digits) < len(s), HalfEven)
	if !a.Valid() {
		return a, fmt.Errorf("amount %s: more than %s", s, Max())
	}
	return a, nil
}

func power(n int) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil) }

// String writes the amount in plain decimals, without zeros at their end; None
// is NaN.
func (a Amount) String() string {
	s := a.Fixed(Places)
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	return s
}

// Fixed writes the amount with so many decimals, 0 to 18, rounded half to even.
func (a Amount) Fixed(places int) string {
	if !a.Valid() {
		return "NaN"
	}
	hi, lo, negative := a.abs()
	n := ratio(wide{lo, hi}.big(), power(Places-places), false, HalfEven)
	hi, lo, _ = n.abs()
	s := wide{lo, hi}.big().String()
	if short := places + 1 - len(s); short > 0 {
		s = strings.Repeat("0", short) + s
	}
	if places > 0 {
		s = s[:len(s)-places] + "." + s[len(s)-places:]
	}
	if negative && strings.Trim(s, "0.") != "" {
		s = "-" + s
	}
	return s
}
