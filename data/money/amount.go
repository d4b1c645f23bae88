// Package money counts money exactly.
//
// An Amount is a whole number of units of 1e-18 of its currency, in 128 bits:
// up to 1.7e20 either way. Sums and differences are exact; products and
// quotients are worked out in full and rounded once, by the Rounding that is
// asked for. What does not fit is None, which stays None through every sum and
// product, as NaN does, and which a ledger refuses; nothing wraps around.
//
// A price enters as the float64 that it is, exactly; a rate, a step or a
// capital that somebody wrote down in decimals enters by Decimal.
package money

import (
	"math"
	"math/bits"
)

// Places is the number of decimals of an Amount.
const Places = 18

// One is one of a currency, in units.
const One = 1_000_000_000_000_000_000

// Amount is a sum of money, positive or negative, in units of 1e-18. The zero
// value is nothing. Amounts are equal where == says so.
type Amount struct {
	hi int64
	lo uint64
}

// None is no amount: one that was too large, or of a price that was no number.
func None() Amount { return Amount{hi: math.MinInt64} }

// Units is an amount of n units.
func Units(n int64) Amount { return Amount{hi: n >> 63, lo: uint64(n)} }

// Max is the largest amount.
func Max() Amount { return Amount{hi: math.MaxInt64, lo: math.MaxUint64} }

// Valid says whether a is an amount at all.
func (a Amount) Valid() bool { return a.hi != math.MinInt64 || a.lo != 0 }

// Sign is -1, 0 or 1; None counts as negative.
func (a Amount) Sign() int {
	switch {
	case a.hi < 0:
		return -1
	case a.hi == 0 && a.lo == 0:
		return 0
	}
	return 1
}

// Cmp is -1 where a is less than b, 1 where it is more and 0 where they are
// equal; None is less than every amount.
func (a Amount) Cmp(b Amount) int {
	switch {
	case a.hi < b.hi, a.hi == b.hi && a.lo < b.lo:
		return -1
	case a == b:
		return 0
	}
	return 1
}

// Less says whether a is less than b.
func (a Amount) Less(b Amount) bool { return a.Cmp(b) < 0 }

// Add is a + b.
func (a Amount) Add(b Amount) Amount {
	lo, carry := bits.Add64(a.lo, b.lo, 0)
	hi := a.hi + b.hi + int64(carry)
	if !a.Valid() || !b.Valid() || (a.hi < 0) == (b.hi < 0) && (hi < 0) != (a.hi < 0) {
		return None()
	}
	return Amount{hi, lo}
}

// Sub is a - b.
func (a Amount) Sub(b Amount) Amount { return a.Add(b.Neg()) }

// Neg is -a.
func (a Amount) Neg() Amount {
	if !a.Valid() {
		return a
	}
	lo, borrow := bits.Sub64(0, a.lo, 0)
	return Amount{-a.hi - int64(borrow), lo}
}

// Min is the lesser of a and b.
func Min(a, b Amount) Amount {
	if b.Less(a) {
		return b
	}
	return a
}

// abs is the magnitude of a valid amount, and whether it is below zero.
func (a Amount) abs() (hi, lo uint64, negative bool) {
	if a.hi < 0 {
		a, negative = a.Neg(), true
	}
	return uint64(a.hi), a.lo, negative
}

// Float is the float64 nearest to the amount, of two as near the even one; None
// is NaN.
func (a Amount) Float() float64 {
	if !a.Valid() {
		return math.Float64frombits(0x7ff8000000000001)
	}
	hi, lo, negative := a.abs()
	if hi|lo == 0 {
		return 0
	}
	// Scaled so that the quotient has 64 bits and more; those that fall away
	// only break ties.
	size := 64 + bits.Len64(hi)
	if hi == 0 {
		size = bits.Len64(lo)
	}
	up := max(0, 124-size)
	if up >= 64 {
		hi, lo = lo<<(up-64), 0
	} else {
		hi, lo = hi<<up|lo>>(64-up), lo<<up
	}
	high, left := bits.Div64(0, hi, One)
	q, left := bits.Div64(left, lo, One)
	if k := bits.Len64(high); k > 0 {
		left |= q << (64 - k)
		q = high<<(64-k) | q>>k
		up -= k
	}
	if left != 0 {
		q |= 1
	}
	f := math.Ldexp(float64(q), -up)
	if negative {
		f = -f
	}
	return f
}

// Equal is a == b, for programs that compare by it.
func (a Amount) Equal(b Amount) bool { return a == b }
