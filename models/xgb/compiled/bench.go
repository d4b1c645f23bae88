package compiled

// bench is the room in which blocks and rows are scored.
type bench struct {
	*Ensemble
	masks []uint64        // words a place; of row r, byte r%(8*words), bit r/(8*words)
	sums  []float32       // rows a class, in the order of the kernel
	right [maxNumber]byte // of a single row: 1 where it goes right
	ones  []byte
	sum   []float32 // per class
}

func (e *Ensemble) newBench() *bench {
	b := &bench{Ensemble: e, sum: make([]float32, len(e.start))}
	wide := 0
	for _, g := range e.groups {
		for _, c := range g.columns {
			wide = max(wide, c.n)
		}
	}
	b.ones = make([]byte, wide)
	for i := range b.ones {
		b.ones[i] = 1
	}
	return b
}

// spread makes room for blocks.
func (b *bench) spread() {
	places := maxNumber // which the portable kernel counts on
	if b.kernel != Portable {
		places = 0
		for _, g := range b.groups {
			places = max(places, g.places)
		}
	}
	b.masks = make([]uint64, places*b.kernel.rows()/64)
	b.sums = make([]float32, b.kernel.rows()*len(b.start))
}

// block scores the rows from from to to, not more than the kernel takes.
func (b *bench) block(cols [][]float32, from, to int, out []float64) {
	rows, words := b.kernel.rows(), b.kernel.rows()/64
	if b.masks == nil {
		b.spread()
	}
	for k, m := range b.start {
		for r := range rows {
			b.sums[k*rows+r] = m
		}
	}
	for i := range b.groups {
		g := &b.groups[i]
		clear(b.masks[:words])
		for c := range g.columns {
			g.columns[c].mark(cols[g.columns[c].feature][from:to], b.masks, words)
		}
		for _, r := range g.runs {
			b.kernel.add(g, r, b.masks, b.sums)
			if r.root >= 0 {
				b.walk(g, r.root, to-from)
			}
		}
	}
	for r := range to - from {
		at := b.kernel.place(r)
		for k := range b.start {
			out[(from+r)*len(b.start)+k] = float64(b.sums[k*rows+at])
		}
	}
}

// mark writes the masks of a feature's cuts for the values of a block.
func (c *column) mark(values []float32, masks []uint64, words int) {
	own := masks[c.first*words : (c.first+1+c.n)*words]
	clear(own)
	lane, lanes := 0, 8*words
	bit := uint64(1)
	var absent [4]uint64
	for _, v := range values {
		rank, none := c.rank(v)
		word, set := lane/8, bit<<(lane%8*8)
		own[rank*words+word] |= set
		absent[word&3] |= set & -uint64(none)
		if lane++; lane == lanes {
			lane, bit = 0, bit<<1
		}
	}
	for i := len(own) - words - 1; i >= words; i-- {
		own[i] |= own[i+words]
	}
	for i, t := range c.twice {
		to := masks[(c.second+i)*words:][:words]
		for w, m := range own[(1+int(t))*words:][:words] {
			to[w] = m &^ absent[w&3]
		}
	}
	for _, place := range c.left {
		for w := range words {
			masks[int(place)*words+w] &^= absent[w&3]
		}
	}
}

// walk adds a deep tree to the sums of the first rows.
func (b *bench) walk(g *group, root, rows int) {
	words := b.kernel.rows() / 64
	sums := b.sums[int(g.deep[root].cuts[0])*b.kernel.rows():]
	for r := range rows {
		lane, bit := r%(8*words), r/(8*words)
		word, shift := lane/8, lane%8*8+bit
		at := root
		for {
			p := &g.deep[at]
			i := 1
			for range levels {
				i = 2*i + int(b.masks[int(p.cuts[i%leaves])*words+word]>>shift&1)
			}
			if next := p.next[i-leaves]; next > 0 {
				at = int(next)
				continue
			}
			sums[b.kernel.place(r)] += p.leaf[i-leaves]
			break
		}
	}
}

// row scores one row.
func (b *bench) row(cols [][]float32, r int, out []float64) {
	copy(b.sum, b.start)
	for i := range b.groups {
		g := &b.groups[i]
		for c := range g.columns {
			b.answer(&g.columns[c], cols[g.columns[c].feature][r])
		}
		for _, run := range g.runs {
			b.shallow(g.rows[run.from:run.to])
			if run.root < 0 {
				continue
			}
			p := &g.deep[run.root]
			leaf := p.leafOf(&b.right)
			for p.next[leaf] > 0 {
				p = &g.deep[p.next[leaf]]
				leaf = p.leafOf(&b.right)
			}
			b.sum[p.cuts[0]] += p.leaf[leaf]
		}
	}
	for k, m := range b.sum {
		out[k] = float64(m)
	}
}

// shallow adds trees to the sums of a row, four side by side: a step waits for
// the one before it.
func (b *bench) shallow(trees []piece) {
	for len(trees) >= 4 {
		p := (*[4]piece)(trees)
		i, j, k, l := p[0].step(&b.right, 1), p[1].step(&b.right, 1), p[2].step(&b.right, 1), p[3].step(&b.right, 1)
		for range levels - 1 {
			i, j, k, l = p[0].step(&b.right, i), p[1].step(&b.right, j), p[2].step(&b.right, k), p[3].step(&b.right, l)
		}
		b.sum[p[0].cuts[0]] += p[0].leaf[i%leaves]
		b.sum[p[1].cuts[0]] += p[1].leaf[j%leaves]
		b.sum[p[2].cuts[0]] += p[2].leaf[k%leaves]
		b.sum[p[3].cuts[0]] += p[3].leaf[l%leaves]
		trees = trees[4:]
	}
	for t := range trees {
		p := &trees[t]
		b.sum[p.cuts[0]] += p.leaf[p.leafOf(&b.right)]
	}
}

// answer writes a value's answers to the cuts of its feature.
func (b *bench) answer(c *column, v float32) {
	rank, absent := c.rank(v)
	b.fill(c.first+1, c.n, rank)
	if absent == 0 {
		b.fill(c.second, len(c.twice), int(c.before[rank]))
		return
	}
	b.fill(c.second, len(c.twice), 0)
	for _, place := range c.left {
		b.right[place] = 0
	}
}

// fill writes n answers, ones of which come first and are 1.
func (b *bench) fill(first, n, ones int) {
	copy(b.right[first:first+ones], b.ones)
	clear(b.right[first+ones : first+n])
}

// leafOf is the number of the leaf that a row ends at.
func (p *piece) leafOf(right *[maxNumber]byte) uint8 {
	i := uint8(1)
	for range levels {
		i = p.step(right, i)
	}
	return i % leaves
}

// step is the way on from a cut: the number of the next one, and of a leaf, plus
// leaves, in the end.
func (p *piece) step(right *[maxNumber]byte, i uint8) uint8 {
	return 2*i + right[p.cuts[i%leaves]]
}
