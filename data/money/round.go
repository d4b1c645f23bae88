package money

import (
	"math"
	"math/big"
	"math/bits"
)

// Rounding says which of the two nearest units is taken.
type Rounding int

// The ways of rounding.
const (
	Down     Rounding = iota // the one nearer to zero
	Up                       // the one further from zero
	HalfEven                 // the nearer one; of two as near, the even one
)

// wide is a magnitude of 256 bits, the lowest word first.
type wide [4]uint64

// rest is what a division or a shift leaves, beside half of the last place.
type rest int

const (
	nothing rest = iota
	belowHalf
	half
	aboveHalf
)

// times is the product of a magnitude of 128 bits and one of 64.
func times(hi, lo, m uint64) wide {
	h0, l0 := bits.Mul64(lo, m)
	h1, l1 := bits.Mul64(hi, m)
	mid, carry := bits.Add64(h0, l1, 0)
	return wide{l0, mid, h1 + carry, 0}
}

// shl shifts up by s bits; ok is false where a bit falls out.
func (w wide) shl(s uint) (out wide, ok bool) {
	words, s := int(s/64), s%64
	for i := 3; i >= 0; i-- {
		at := i + words
		if at > 3 {
			if w[i] != 0 {
				return wide{}, false
			}
			continue
		}
		out[at] |= w[i] << s
		if high := w[i] >> (64 - s); s > 0 && high != 0 {
			if at == 3 {
				return wide{}, false
			}
			out[at+1] |= high
		}
	}
	return out, true
}

// shr shifts down by s bits, and says what falls out.
func (w wide) shr(s uint) (out wide, r rest) {
	if s == 0 {
		return w, nothing
	}
	words, s := s/64, s%64
	if words > 3 {
		return out, restOf(words == 4 && s == 0 && w[3]>>63 == 1, w != wide{})
	}
	top, below := false, uint64(0)
	switch {
	case s > 0:
		top, below = w[words]>>(s-1)&1 == 1, w[words]&(1<<(s-1)-1)
	default:
		words--
		top, below = w[words]>>63 == 1, w[words]<<1
		words++
	}
	for i := range words {
		if s > 0 || i < words-1 {
			below |= w[i]
		}
	}
	for i := words; i < 4; i++ {
		out[i-words] = w[i] >> s
		if i < 3 && s > 0 {
			out[i-words] |= w[i+1] << (64 - s)
		}
	}
	return out, restOf(top, below != 0)
}

func restOf(top, below bool) rest {
	switch {
	case top && below:
		return aboveHalf
	case top:
		return half
	case below:
		return belowHalf
	}
	return nothing
}

// div divides by a word that is not 0.
func (w wide) div(d uint64) (out wide, r rest) {
	left := uint64(0)
	for i := 3; i >= 0; i-- {
		out[i], left = bits.Div64(left, w[i], d)
	}
	switch other := d - left; {
	case left == 0:
		return out, nothing
	case left < other:
		return out, belowHalf
	case left == other:
		return out, half
	}
	return out, aboveHalf
}

// amount rounds a magnitude; too large a one is None.
func (w wide) amount(negative bool, r rest, by Rounding) Amount {
	if r != nothing && (by == Up || by == HalfEven && (r == aboveHalf || r == half && w[0]&1 == 1)) {
		carry := uint64(1)
		for i := range w {
			w[i], carry = bits.Add64(w[i], 0, carry)
		}
	}
	if w[3] != 0 || w[2] != 0 || w[1] > math.MaxInt64 {
		return None()
	}
	a := Amount{int64(w[1]), w[0]}
	if negative {
		a = a.Neg()
	}
	return a
}

// parts takes a finite x above zero apart: x = m x 2 to the e.
func parts(x float64) (m uint64, e int, ok bool) {
	if !(x > 0 && x <= math.MaxFloat64) {
		return 0, 0, false
	}
	raw := math.Float64bits(x)
	m, e = raw&(1<<52-1), int(raw>>52)
	if e == 0 {
		return m, -1074, true
	}
	return m | 1<<52, e - 1075, true
}

// scaled is w x 2 to the e.
func (w wide) scaled(e int, negative bool, by Rounding) Amount {
	if e <= 0 {
		out, r := w.shr(uint(-e))
		return out.amount(negative, r, by)
	}
	out, ok := w.shl(uint(min(e, 256)))
	if !ok {
		return None()
	}
	return out.amount(negative, nothing, by)
}

// FromFloat is x of a currency, rounded to units; what is no number is None.
func FromFloat(x float64, by Rounding) Amount {
	if x == 0 {
		return Amount{}
	}
	m, e, ok := parts(math.Abs(x))
	if !ok {
		return None()
	}
	return times(0, One, m).scaled(e, x < 0, by)
}

// Times is a x price, for a price above zero; any other is None.
func (a Amount) Times(price float64, by Rounding) Amount {
	m, e, ok := parts(price)
	if !ok || !a.Valid() {
		return None()
	}
	hi, lo, negative := a.abs()
	return times(hi, lo, m).scaled(e, negative, by)
}

// Over is a / price, for a price above zero; any other is None.
func (a Amount) Over(price float64, by Rounding) Amount {
	m, e, ok := parts(price)
	if !ok || !a.Valid() {
		return None()
	}
	hi, lo, negative := a.abs()
	w := wide{lo, hi}
	if e > 0 { // a price of 2 to the 53 and more: the division by m comes first in magnitude, not in rounding
		zeros := min(uint(bits.TrailingZeros64(m)), 63)
		return ratio(w.big(), new(big.Int).Lsh(new(big.Int).SetUint64(m>>zeros), uint(e)+zeros), negative, by)
	}
	w, ok = w.shl(uint(-e))
	if !ok {
		return None()
	}
	out, r := w.div(m)
	return out.amount(negative, r, by)
}

// Rate is a x rate, for a rate in units from 0 to 18: a fee of 25 basis points
// is Decimal(0.0025).
func (a Amount) Rate(rate Amount, by Rounding) Amount {
	if !a.Valid() || rate.hi != 0 {
		return None()
	}
	hi, lo, negative := a.abs()
	out, r := times(hi, lo, rate.lo).div(One)
	return out.amount(negative, r, by)
}

// Without is a / (1 + rate): what is left of a when a rate of it is paid out of
// a, for a rate from 0 to 16.
func (a Amount) Without(rate Amount, by Rounding) Amount {
	if !a.Valid() || rate.hi != 0 || rate.lo > 16*One {
		return None()
	}
	hi, lo, negative := a.abs()
	out, r := times(hi, lo, One).div(One + rate.lo)
	return out.amount(negative, r, by)
}

// Part is a x part / whole, for a whole above zero and a part from 0 to it.
func (a Amount) Part(part, whole Amount, by Rounding) Amount {
	if !a.Valid() || part.Sign() < 0 || whole.Sign() <= 0 || whole.Less(part) {
		return None()
	}
	hi, lo, negative := a.abs()
	if part == whole {
		return a
	}
	if whole.hi == 0 { // and part.hi with it
		out, r := times(hi, lo, part.lo).div(whole.lo)
		return out.amount(negative, r, by)
	}
	product := wide{lo, hi}.big()
	return ratio(product.Mul(product, wide{part.lo, uint64(part.hi)}.big()), wide{whole.lo, uint64(whole.hi)}.big(), negative, by)
}

// Step is the multiple of a step that is no further from zero than a, or
// nearest to it; a step of nothing changes nothing.
func (a Amount) Step(step Amount, by Rounding) Amount {
	if step.Sign() == 0 || !a.Valid() {
		return a
	}
	if step.Sign() < 0 {
		return None()
	}
	hi, lo, negative := a.abs()
	if step.hi != 0 {
		n := ratio(wide{lo, hi}.big(), wide{step.lo, uint64(step.hi)}.big(), negative, by)
		nh, nl, _ := n.abs()
		return ratio(new(big.Int).Mul(wide{nl, nh}.big(), wide{step.lo, uint64(step.hi)}.big()), big.NewInt(1), negative, by)
	}
	out, r := wide{lo, hi}.div(step.lo)
	n := out.amount(false, r, by)
	return times(uint64(n.hi), n.lo, step.lo).amount(negative, nothing, by)
}

func (w wide) big() *big.Int {
	out := new(big.Int)
	for i := 3; i >= 0; i-- {
		out.Lsh(out, 64).Or(out, new(big.Int).SetUint64(w[i]))
	}
	return out
}

// ratio is n / d, rounded: the way of the rare, large numbers.
func ratio(n, d *big.Int, negative bool, by Rounding) Amount {
	q, left := new(big.Int).QuoRem(n, d, new(big.Int))
	r := nothing
	if left.Sign() != 0 {
		r = belowHalf + rest(left.Lsh(left, 1).Cmp(d)) + 1
		if r == belowHalf+1 {
			r = half
		}
	}
	if q.BitLen() > 128 {
		return None()
	}
	var w wide
	mask := new(big.Int).SetUint64(math.MaxUint64)
	w[0] = new(big.Int).And(q, mask).Uint64()
	w[1] = new(big.Int).Rsh(q, 64).Uint64()
	return w.amount(negative, r, by)
}
