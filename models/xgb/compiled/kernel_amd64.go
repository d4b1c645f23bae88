package compiled

import (
	"math"
	"slices"

	"golang.org/x/sys/cpu"
)

//go:generate go -C ../testdata/kernels run ./compiled -out ../../compiled/avx2_amd64.s -stubs ../../compiled/avx2_amd64.go -pkg compiled

// Kernels are the kernels that the machine has, the fastest first.
func Kernels() []Kernel {
	if cpu.X86.HasAVX2 {
		return []Kernel{AVX2, Portable}
	}
	return []Kernel{Portable}
}

// wide is a shallow tree for AVX2.
type wide struct {
	// cuts are the numbers of the cuts, times four: a mask has 32 bytes, and an
	// address holds a factor of at most eight. The first is the class.
	cuts [leaves]uint16
	leaf [4][leaves]byte // the leaves byte by byte, the lowest of all first
}

// widen makes the trees of a group ready for AVX2.
func (g *group) widen() {
	g.wide = make([]wide, len(g.rows))
	for i := range g.rows {
		w := &g.wide[i]
		for c, number := range g.rows[i].cuts {
			w.cuts[c] = 4 * number
		}
		w.cuts[0] = g.rows[i].cuts[0]
		for l, v := range g.rows[i].leaf {
			for c := range w.leaf {
				w.leaf[c][l] = byte(math.Float32bits(v) >> (8 * c))
			}
		}
	}
}

// atOnce is how many trees are scored without a rest: the scheduler cannot stop
// assembly, which takes some half a microsecond a tree.
const atOnce = 256

// addAVX2 adds trees to the sums of 256 rows.
func addAVX2(trees []wide, masks []uint64, sums []float32) {
	for part := range slices.Chunk(trees, atOnce) {
		scoreAVX2(len(part), &part[0].cuts[0], &masks[0], &sums[0])
	}
}
