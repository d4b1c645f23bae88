package xgb

import "math"

// radix sorts float32 keys, with a companion value each or alone; its buffers are
// kept between calls.
type radix struct {
	keys, spare     []uint32
	weights, spareW []float32
}

// order is a number that orders as values do, of which none is NaN.
func order(v float32) uint32 {
	bits := math.Float32bits(v)
	return bits ^ (uint32(int32(bits)>>31) | 1<<31)
}

// ordered is the value of an order.
func ordered(k uint32) float32 {
	return math.Float32frombits(k ^ (^uint32(int32(k)>>31) | 1<<31))
}

// digits are how often each value of each digit, of eleven bits, occurs.
type digits [3][2048]int32

func (d *digits) count(k uint32) {
	d[0][k&2047]++
	d[1][k>>11&2047]++
	d[2][k>>22]++
}

// begin turns counts into where the keys of each value begin.
func (d *digits) begin() {
	for i := range d {
		var sum int32
		for j, c := range d[i] {
			d[i][j] = sum
			sum += c
		}
	}
}

// pairs sorts values ascending, carrying weights along, stable and in linear
// time. No value is NaN.
func (s *radix) pairs(values, weights []float32) {
	n := len(values)
	if cap(s.keys) < n {
		s.keys, s.spare = make([]uint32, n), make([]uint32, n)
	}
	if cap(s.weights) < n {
		s.weights, s.spareW = make([]float32, n), make([]float32, n)
	}
	a, b := s.keys[:n], s.spare[:n]
	wa, wb := s.weights[:n], s.spareW[:n]
	copy(wa, weights)
	var d digits
	for i, v := range values {
		a[i] = order(v)
		d.count(a[i])
	}
	d.begin()
	for digit := range d {
		at := &d[digit]
		for i, k := range a {
			p := &at[k>>(11*digit)&2047]
			b[*p], wb[*p] = k, wa[i]
			*p++
		}
		a, b, wa, wb = b, a, wb, wa
	}
	for i, k := range a {
		values[i] = ordered(k)
	}
	copy(weights, wa)
}

// alone is pairs without weights.
func (s *radix) alone(values []float32) {
	n := len(values)
	if cap(s.keys) < n {
		s.keys, s.spare = make([]uint32, n), make([]uint32, n)
	}
	a, b := s.keys[:n], s.spare[:n]
	var d digits
	for i, v := range values {
		a[i] = order(v)
		d.count(a[i])
	}
	d.begin()
	for digit := range d {
		at := &d[digit]
		for _, k := range a {
			p := &at[k>>(11*digit)&2047]
			b[*p] = k
			*p++
		}
		a, b = b, a
	}
	for i, k := range a {
		values[i] = ordered(k)
	}
}
