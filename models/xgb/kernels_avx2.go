//go:build amd64

package xgb

import "golang.org/x/sys/cpu"

// fastKernels are those that the processor has the instructions for, or nil. The
// environment's GODEBUG=cpu.avx2=off does without.
func fastKernels() *kernels {
	if !cpu.X86.HasAVX2 {
		return nil
	}
	return &kernels{
		addRows: func(h *stack, bins, rows []uint32, near []slope) {
			if n := len(rows); n > 0 {
				addRows(&h[0][0].g, &bins[0], &rows[0], &near[:n][0].g, n)
			}
		},
		addAll: func(h *stack, bins []uint32, near []slope) {
			if n := len(bins); n > 0 {
				addAll(&h[0][0].g, &bins[0], &near[:n][0].g, n)
			}
		},
		addWide: func(h *stack, bins []uint64, rows []uint32, near []slope) {
			if n := len(rows); n > 0 {
				addWide(&h[0][0].g, &bins[0], &rows[0], &near[:n][0].g, n)
			}
		},
		subtract: func(parent, child *stack, bins int) { subtract(&parent[0][0].g, &child[0][0].g, bins) },
		screen: func(s *sweep, h *stack, from, to, step int) int {
			return screen(&s.sums[0].g, &h[0][0].g, from, to, step)
		},
		softprob: func(margins [][]float32, out [][]slope, begin, n int) {
			if n == 0 {
				return
			}
			heads := make([]*float32, 2*len(margins))
			for k := range margins {
				heads[k], heads[len(margins)+k] = &margins[k][begin:][:n][0], &out[k][begin:][:n][0].g
			}
			softprob(&heads[0], len(margins), n, &exp2Table[0])
		},
	}
}
