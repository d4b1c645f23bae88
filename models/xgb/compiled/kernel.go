package compiled

// Kernel is a way to score blocks of rows. All give the same bits.
type Kernel string

// The kernels, of which Kernels lists those that the machine has.
const (
	Portable Kernel = "go"   // plain Go, 64 rows at a time
	AVX2     Kernel = "avx2" // 256 rows at a time
)

// rows is the number of rows of a block.
func (k Kernel) rows() int {
	if k == AVX2 {
		return 256
	}
	return 64
}

// worth is the number of rows from which on a block, whatever is in it, costs
// less than row after row.
func (k Kernel) worth() int {
	if k == AVX2 {
		return 32
	}
	return 24
}

// place is where the sum of a row of a block is.
func (k Kernel) place(row int) int {
	if k == AVX2 {
		// Bytes are widened within halves of a register, four at a time.
		return row&^31 | row&12<<1 | row&16>>2 | row&3
	}
	return row
}

// add adds the shallow trees of a run to the sums of a block.
func (k Kernel) add(g *group, r run, masks []uint64, sums []float32) {
	if r.from == r.to {
		return
	}
	if k == AVX2 {
		addAVX2(g.wide[r.from:r.to], masks, sums)
		return
	}
	for i := r.from; i < r.to; i++ {
		p := &g.rows[i]
		p.add((*[maxNumber]uint64)(masks), (*[64]float32)(sums[int(p.cuts[0])*64:]))
	}
}
