package linear

import (
	"fmt"
	"math"
	"runtime"
	"sync"

	"mantis/data/num"
	"mantis/models/xgb"
)

// blockRows is how many rows are summed at a time. Sums are added block by block,
// whoever made them.
const blockRows = 512

// frame is standardised training rows, row by row, each with a 1 behind its
// columns for the intercept.
type frame struct {
	z             []float64
	n, width      int // n: rows; width: columns, and the 1
	centre, scale []float64
	class         []int32
}

// newFrame standardises the columns of x.
func newFrame(x xgb.Matrix, class []int32, classes int) (*frame, error) {
	if err := checkRows(x, class, classes); err != nil {
		return nil, err
	}
	f := &frame{n: x.Rows(), width: len(x.Cols) + 1, class: class}
	f.z = make([]float64, f.n*f.width)
	for j, col := range x.Cols {
		centre, scale := standard(col)
		f.centre, f.scale = append(f.centre, centre), append(f.scale, scale)
		for r, v := range col {
			if v == v {
				f.z[r*f.width+j] = (float64(v) - centre) / scale
			}
		}
	}
	for r := range f.n {
		f.z[r*f.width+f.width-1] = 1
	}
	return f, nil
}

// checkRows refuses rows that no model can be fitted to.
func checkRows(x xgb.Matrix, class []int32, classes int) error {
	if err := x.Check(); err != nil {
		return err
	}
	if classes < 2 {
		return fmt.Errorf("num_class %d: want 2 or more", classes)
	}
	if len(class) == 0 || len(class) != x.Rows() {
		return fmt.Errorf("%d classes of %d rows", len(class), x.Rows())
	}
	for r, k := range class {
		if k < 0 || int(k) >= classes {
			return fmt.Errorf("row %d: class %d of %d", r, k, classes)
		}
	}
	return nil
}

// standard is the mean and the standard deviation of the values of a column; 0
// and 1 where there are none, and a scale of 1 where all are the same.
func standard(col []float32) (centre, scale float64) {
	known := make([]float64, 0, len(col))
	same := true
	for _, v := range col {
		if v == v {
			known = append(known, float64(v))
			same = same && known[0] == float64(v)
		}
	}
	switch {
	case len(known) == 0:
		return 0, 1
	case same:
		return known[0], 1
	}
	return num.Mean(known), num.Std(known, 0)
}

// sum calls add for every block of rows, each with values of its own to add to,
// on as many goroutines as there are processors, and adds what came of them to
// out in the order of the blocks.
func (f *frame) sum(out []float64, add func(from, to int, out []float64)) {
	blocks := (f.n + blockRows - 1) / blockRows
	parts := make([]float64, blocks*len(out))
	next := make(chan int, blocks)
	for b := range blocks {
		next <- b
	}
	close(next)
	var all sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), blocks) {
		all.Add(1)
		go func() {
			defer all.Done()
			for b := range next {
				add(b*blockRows, min(f.n, (b+1)*blockRows), parts[b*len(out):(b+1)*len(out)])
			}
		}()
	}
	all.Wait()
	for b := range blocks {
		for i, v := range parts[b*len(out) : (b+1)*len(out)] {
			out[i] += v
		}
	}
}

// row is a standardised row.
func (f *frame) row(r int) []float64 { return f.z[r*f.width : (r+1)*f.width] }

// dot is the sum of products from left to right.
func dot(a, b []float64) float64 {
	s := 0.0
	b = b[:len(a)]
	for i, v := range a {
		s += float64(v * b[i])
	}
	return s
}

// dots writes the dot products of z with the first, second, … len(z) of w: four
// sums at a time, for each has to wait for its own last addition.
func dots(z, w, out []float64) {
	n, k := len(z), 0
	for ; k+4 <= len(out); k += 4 {
		a, b, c, d := w[k*n:][:n], w[(k+1)*n:][:n], w[(k+2)*n:][:n], w[(k+3)*n:][:n]
		var p, q, r, s float64
		for i, v := range z {
			p += float64(v * a[i])
			q += float64(v * b[i])
			r += float64(v * c[i])
			s += float64(v * d[i])
		}
		out[k], out[k+1], out[k+2], out[k+3] = p, q, r, s
	}
	for ; k < len(out); k++ {
		out[k] = dot(z, w[k*n:])
	}
}

// addTimes adds c times x to out.
func addTimes(out []float64, c float64, x []float64) {
	out = out[:len(x)]
	for i, v := range x {
		out[i] += float64(c * v)
	}
}

func length(x []float64) float64 { return math.Sqrt(dot(x, x)) }
