package compiled

import (
	"fmt"
	"math"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
)

// Ensemble is trees made ready to score. It may be used by several goroutines.
type Ensemble struct {
	kernel  Kernel
	start   []float32 // per class, the margin before any tree
	groups  []group
	scratch sync.Pool // of *bench
}

// group is trees that follow each other and have few enough cuts between them.
type group struct {
	columns []column
	places  int // of masks
	runs    []run
	rows    []piece // the shallow trees, in order
	wide    []wide  // likewise, for AVX2
	deep    []deepPiece
}

// run is shallow trees, rows[from:to], and the deep tree that follows them, which
// begins at deep[root]; -1: none does.
type run struct{ from, to, root int }

// deepPiece is a piece of a tree of more than six levels.
type deepPiece struct {
	piece
	next [leaves]int32 // index of the piece that goes on at a leaf, 0 where none does
}

// New makes trees ready to score with a kernel: what each tree's class gets is
// added to start, one margin a class, in the order of the trees. Feature numbers
// go up to features. A tree with more than maxCuts different cuts is an error.
func New(trees []Tree, features int, start []float32, kernel Kernel) (*Ensemble, error) {
	if !slices.Contains(Kernels(), kernel) {
		return nil, fmt.Errorf("compiled: kernel %q: this machine has %q", kernel, Kernels())
	}
	if len(start) > math.MaxUint16 {
		return nil, fmt.Errorf("compiled: %d classes, want at most %d", len(start), math.MaxUint16)
	}
	e := &Ensemble{kernel: kernel, start: slices.Clone(start)}
	for begin := 0; begin < len(trees); {
		set, end := newCutSet(), begin
		for ; end < len(trees); end++ {
			if err := trees[end].check(features, len(start)); err != nil {
				return nil, err
			}
			if !set.add(&trees[end]) {
				break
			}
		}
		if end == begin {
			return nil, fmt.Errorf("compiled: tree %d has more than %d different cuts", begin, maxCuts)
		}
		e.groups = append(e.groups, newGroup(trees[begin:end], set))
		begin = end
	}
	if kernel == AVX2 {
		for g := range e.groups {
			e.groups[g].widen()
		}
	}
	e.scratch.New = func() any { return e.newBench() }
	return e, nil
}

func newGroup(trees []Tree, set *cutSet) group {
	g := group{places: set.size, runs: []run{{root: -1}}}
	columns, number := set.layout()
	g.columns = columns
	for i := range trees {
		whole, last := part{&trees[i], 0}, &g.runs[len(g.runs)-1]
		shallow := true
		var p piece
		p.fill(whole, number, func(int, int32) { shallow = false })
		if shallow {
			g.rows = append(g.rows, p)
			last.to = len(g.rows)
			continue
		}
		last.root = len(g.deep)
		g.addDeep(whole, number)
		g.runs = append(g.runs, run{len(g.rows), len(g.rows), -1})
	}
	return g
}

// addDeep adds the pieces of a tree.
func (g *group) addDeep(whole part, number func(*Tree, int32) int) {
	todo := []part{whole}
	for ; len(todo) > 0; todo = todo[1:] {
		var p deepPiece
		p.fill(todo[0], number, func(leaf int, entry int32) {
			p.next[leaf] = int32(len(g.deep) + len(todo))
			todo = append(todo, part{whole.tree, entry})
		})
		g.deep = append(g.deep, p)
	}
}

// Margins writes the margins of every row, row-major with one of each class.
// cols are the features, columns of one length of which NaN is missing; the
// values are float32, widened. It runs on as many goroutines as there are
// processors; what it writes does not depend on them.
func (e *Ensemble) Margins(cols [][]float32, out []float64) error {
	rows := 0
	if len(cols) > 0 {
		rows = len(cols[0])
	}
	if len(out) != rows*len(e.start) {
		return fmt.Errorf("compiled: room for %d margins, want %d", len(out), rows*len(e.start))
	}
	size := e.kernel.rows()
	blocks := (rows + size - 1) / size
	if blocks <= 1 {
		e.some(cols, 0, rows, out)
		return nil
	}
	var next atomic.Int64
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), blocks) {
		workers.Add(1)
		go func() {
			defer workers.Done()
			for {
				from := (int(next.Add(1)) - 1) * size
				if from >= rows {
					return
				}
				e.some(cols, from, min(rows, from+size), out)
			}
		}()
	}
	workers.Wait()
	return nil
}

// some scores the rows of one block, one by one where they are few.
func (e *Ensemble) some(cols [][]float32, from, to int, out []float64) {
	b := e.scratch.Get().(*bench)
	defer e.scratch.Put(b)
	if to-from >= e.kernel.worth() {
		b.block(cols, from, to, out)
		return
	}
	for r := from; r < to; r++ {
		b.row(cols, r, out[r*len(e.start):(r+1)*len(e.start)])
	}
}
