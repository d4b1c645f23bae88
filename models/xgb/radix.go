package xgb

import "math"

// radix sorts float32 keys with a companion value each; its buffers are kept
// between calls.
type radix struct {
	keys, spare     []uint32
	weights, spareW []float32
}

// pairs sorts values ascending, carrying weights along, stable and in linear
// time. No value is NaN.
func (s *radix) pairs(values, weights []float32) {
	n := len(values)
	if cap(s.keys) < n {
		s.keys, s.spare = make([]uint32, n), make([]uint32, n)
		s.weights, s.spareW = make([]float32, n), make([]float32, n)
	}
	a, b := s.keys[:n], s.spare[:n]
	wa, wb := s.weights[:n], s.spareW[:n]
	for i, v := range values {
		bits := math.Float32bits(v)
		a[i] = bits ^ (uint32(int32(bits)>>31) | 1<<31)
		wa[i] = weights[i]
	}
	for shift := 0; shift < 33; shift += 11 {
		var at [2048]int32
		for _, k := range a {
			at[k>>shift&2047]++
		}
		var sum int32
		for i, c := range at {
			at[i] = sum
			sum += c
		}
		for i, k := range a {
			to := at[k>>shift&2047]
			at[k>>shift&2047]++
			b[to], wb[to] = k, wa[i]
		}
		a, b, wa, wb = b, a, wb, wa
	}
	for i, k := range a {
		bits := k ^ (^uint32(int32(k)>>31) | 1<<31)
		values[i] = math.Float32frombits(bits)
		weights[i] = wa[i]
	}
}
