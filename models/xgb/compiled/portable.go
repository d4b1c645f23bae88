package compiled

// choose returns the bits of right where mask is set, else those of left.
func choose(mask, left, right uint64) uint64 { return left ^ (left^right)&mask }

// add adds a tree to the sums of 64 rows.
func (p *piece) add(masks *[maxNumber]uint64, sums *[64]float32) {
	q := p.planes(masks)
	transpose(&q)
	for j, w := range q {
		s := (*[8]float32)(sums[8*j:])
		s[0] += p.leaf[w%leaves]
		s[1] += p.leaf[w>>8%leaves]
		s[2] += p.leaf[w>>16%leaves]
		s[3] += p.leaf[w>>24%leaves]
		s[4] += p.leaf[w>>32%leaves]
		s[5] += p.leaf[w>>40%leaves]
		s[6] += p.leaf[w>>48%leaves]
		s[7] += p.leaf[w>>56%leaves]
	}
}

// planes are the numbers of the leaves that 64 rows end at, bit by bit: plane 0
// the lowest bits. On the way up plane d of a cut holds, of each row, bit d of
// the number within what lies below that cut. Cuts go by three levels at once.
func (p *piece) planes(masks *[maxNumber]uint64) [8]uint64 {
	mask := func(cut int) uint64 { return masks[p.cuts[cut%leaves]] }
	var q0, q1, q2 [8]uint64
	for i := range 8 {
		n := 8 + i
		m, l, r := mask(n), mask(2*n), mask(2*n+1)
		q0[i] = choose(m, choose(l, mask(4*n), mask(4*n+1)), choose(r, mask(4*n+2), mask(4*n+3)))
		q1[i], q2[i] = choose(m, l, r), m
	}
	var top [2][5]uint64
	for i := range 2 {
		n := 2 + i
		m, l, r := mask(n), mask(2*n), mask(2*n+1)
		a, b, c := (*[4]uint64)(q0[4*i:]), (*[4]uint64)(q1[4*i:]), (*[4]uint64)(q2[4*i:])
		top[i] = [5]uint64{
			choose(m, choose(l, a[0], a[1]), choose(r, a[2], a[3])),
			choose(m, choose(l, b[0], b[1]), choose(r, b[2], b[3])),
			choose(m, choose(l, c[0], c[1]), choose(r, c[2], c[3])),
			choose(m, l, r), m,
		}
	}
	m, l, r := mask(1), &top[0], &top[1]
	return [8]uint64{
		choose(m, l[0], r[0]), choose(m, l[1], r[1]), choose(m, l[2], r[2]), choose(m, l[3], r[3]), choose(m, l[4], r[4]), m,
	}
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
