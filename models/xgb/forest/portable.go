package forest

// add adds a tree to the sums of 64 rows.
func (p *piece) add(masks []uint64, sums []float32) {
	q := p.planes(masks)
	transpose(&q)
	for j, w := range q {
		s := sums[8*j:][:8]
		for b := range s {
			s[b] += p.leaf[w>>(8*b)%leaves]
		}
	}
}

// planes are the numbers of the leaves that 64 rows end at, bit by bit: plane 0
// the lowest bits. On the way up plane d of a cut holds, of each row, bit d of
// the number within what lies below that cut.
func (p *piece) planes(masks []uint64) (out [8]uint64) {
	var q [levels][leaves / 2]uint64
	for i := range q[0] {
		q[0][i] = masks[p.cuts[leaves/2+i]/cutScale]
	}
	for above, width := 1, leaves/4; width > 0; above, width = above+1, width/2 {
		for i := range width {
			m := masks[p.cuts[width+i]/cutScale]
			for d := range above {
				l, r := q[d][2*i%(leaves/2)], q[d][(2*i+1)%(leaves/2)]
				q[d][i] = l ^ (l^r)&m
			}
			q[above%levels][i] = m
		}
	}
	for d := range q {
		out[d] = q[d][0]
	}
	return out
}

// transpose turns planes into numbers: byte b of word j is made of the bits 8*b+j
// of the planes. It is the transposition of eight matrices of eight by eight
// bits.
func transpose(q *[8]uint64) {
	for d := range 4 {
		swap(&q[d], &q[d+4], 4, 0x0f0f0f0f0f0f0f0f)
	}
	for _, d := range [4]int{0, 1, 4, 5} {
		swap(&q[d], &q[d+2], 2, 0x3333333333333333)
	}
	for d := 0; d < 8; d += 2 {
		swap(&q[d], &q[d+1], 1, 0x5555555555555555)
	}
}

// swap exchanges the bits of low beyond a shift with those of high before it.
func swap(low, high *uint64, shift int, mask uint64) {
	t := (*low>>shift ^ *high) & mask
	*high ^= t
	*low ^= t << shift
}
