package bootstrap

// draws is a seeded stream of numbers: SplitMix64 (Steele, Lea and Flood 2014),
// whose n-th number is a mix of the seed and n.
type draws uint64

// golden is 2^64 over the golden ratio, made odd: SplitMix64's step.
const golden = 0x9e3779b97f4a7c15

// drawsOf is the stream of resample number k under a seed.
func drawsOf(seed uint64, k int) draws {
	return draws(mix(mix(seed+golden) + uint64(k)*golden))
}

func mix(z uint64) uint64 {
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

func (d *draws) next() uint64 {
	*d += golden
	return mix(uint64(*d))
}

// unit is uniform on (0, 1], a multiple of 2^-53.
func (d *draws) unit() float64 { return float64(float64(d.next()>>11+1) * 0x1p-53) }

// below is uniform on 0 to n-1, each within 2^-53 of its share.
func (d *draws) below(n int) int { return int(float64(float64(d.next()>>11) * 0x1p-53 * float64(n))) }
