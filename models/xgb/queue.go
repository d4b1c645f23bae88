package xgb

// growBest grows a tree whose root is evaluated, splitting the leaf that
// brings the most first, until none is worth it or the leaves are as many as
// there may be. It returns nil when halted.
func (t *grower) growBest(out *tree, all []slope, margins []float32) *tree {
	queue := queue{t.cells[0]}
	for len(queue) > 0 {
		if t.halted() {
			return nil
		}
		c := &queue[0]
		if t.leaves == t.rule.leaves || c.depth == t.rule.depth || !t.rule.worthy(&c.best) {
			break
		}
		t.leaves++
		t.cells = append(t.cells[:0], queue.pop())
		t.next, t.families, t.batch = t.next[:0], t.families[:0], append(t.batch[:0], 0)
		depth := t.cells[0].depth
		t.splitBatch(out, depth, margins)
		if len(t.next) == 0 {
			continue
		}
		t.cells, t.next = t.next, t.cells
		t.gather(all)
		store := depth+2 < t.rule.depth
		t.evaluate(func(q, worker int) { t.showLevel(q, worker, store) })
		for i := range t.cells {
			if c := &t.cells[i]; c.best.loss > flat {
				queue.push(*c)
			} else {
				t.settle(out, c, margins)
			}
		}
	}
	for i := range queue {
		t.settle(out, &queue[i], margins)
	}
	return out
}

// queue is a heap of cells, the one whose split brings the most at its root, of
// equals the one that has been there longest.
type queue []cell

func (q queue) before(i, j int) bool {
	a, b := &q[i], &q[j]
	return a.best.loss > b.best.loss || a.best.loss == b.best.loss && a.place < b.place
}

func (q *queue) push(c cell) {
	*q = append(*q, c)
	h := *q
	for i := len(h) - 1; i > 0 && h.before(i, (i-1)/2); i = (i - 1) / 2 {
		h[i], h[(i-1)/2] = h[(i-1)/2], h[i]
	}
}

func (q *queue) pop() cell {
	h := *q
	top := h[0]
	last := len(h) - 1
	h[0] = h[last]
	h = h[:last]
	for i := 0; ; {
		first := i
		for child := 2*i + 1; child <= 2*i+2 && child < last; child++ {
			if h.before(child, first) {
				first = child
			}
		}
		if first == i {
			break
		}
		h[i], h[first] = h[first], h[i]
		i = first
	}
	*q = h
	return top
}
