package linear

import (
	"context"
	"fmt"
	"math"

	"mantis/data"
	"mantis/data/num"
)

// objective is a convex function with a gradient and a curvature.
type objective interface {
	// at returns the value at w, writes the gradient, and remembers what bend needs.
	at(w, gradient []float64) float64
	// bend writes the Hessian at the last w times v.
	bend(v, out []float64)
	// weigh returns what each row weighs in the part of the Hessian at the last w
	// that one class has with itself, and the penalty on its diagonal.
	weigh(class int) (row func(r int) float64, penalty float64)
	// rows is what the objective is summed over.
	rows() *frame
}

// tolerance is how far the gradient must shrink, from that at the start.
const tolerance = 1e-10

// minimise moves w to the minimum of f: a Newton method whose steps are solved
// for by conjugate gradients, the closer the nearer the end, and shortened until
// the value falls (Nocedal and Wright 2006, algorithm 7.1). What a class has with
// itself is the preconditioner. It tells told after each step, and gives up where
// so many steps do not suffice.
func minimise(ctx context.Context, f objective, w []float64, steps int, told func(step int)) error {
	g, next, move, trial := make([]float64, len(w)), make([]float64, len(w)), make([]float64, len(w)), make([]float64, len(w))
	value := f.at(w, g)
	first := length(g)
	for step := range steps {
		if err := ctx.Err(); err != nil {
			return err
		}
		size := length(g)
		if size <= float64(tolerance*first) {
			return nil
		}
		if !num.Finite(size) || !num.Finite(value) {
			return fmt.Errorf("the values of the columns are too large to be summed")
		}
		if err := solve(ctx, f, g, move, float64(min(0.1, math.Sqrt(size/first))*size)); err != nil {
			return err
		}
		down := dot(g, move)
		share, moved := 1.0, false
		for range 40 {
			for i := range w {
				trial[i] = w[i] + float64(share*move[i])
			}
			v := f.at(trial, next)
			falls := v <= value+float64(1e-4*share*down)
			flat := math.Abs(v-value) <= float64(1e-13*math.Abs(value)) && length(next) < size // too small a fall for the value to show
			if falls || flat {
				copy(w, trial)
				copy(g, next)
				value, moved = v, true
				break
			}
			share = float64(share / 2)
		}
		if !moved {
			if size <= float64(1e-6*first) {
				return nil // as near as rounding lets it come
			}
			break
		}
		told(step + 1)
	}
	if length(g) <= float64(tolerance*first) {
		return nil
	}
	return data.WithHint(fmt.Errorf("no optimum was found in max_iter %d steps: the gradient is %.3g of what it was", steps, length(g)/first),
		"raise lambda, which makes it easier, or max_iter")
}

// solve writes a move with H move = -g, to a residual of at most left.
func solve(ctx context.Context, f objective, g, move []float64, left float64) error {
	near := newFactors(f, len(g))
	rest, way, bent, eased := make([]float64, len(g)), make([]float64, len(g)), make([]float64, len(g)), make([]float64, len(g))
	for i, v := range g {
		move[i], rest[i] = 0, -v
	}
	near.solve(rest, eased)
	copy(way, eased)
	fall := dot(rest, eased)
	for range 10 * len(g) {
		if err := ctx.Err(); err != nil {
			return err
		}
		if length(rest) <= left {
			break
		}
		f.bend(way, bent)
		curve := dot(way, bent)
		if !(curve > 0) {
			break
		}
		c := fall / curve
		addTimes(move, c, way)
		addTimes(rest, -c, bent)
		near.solve(rest, eased)
		now := dot(rest, eased)
		c = now / fall
		fall = now
		for i, v := range eased {
			way[i] = v + float64(c*way[i])
		}
	}
	if dot(g, move) >= 0 { // no step was made: go straight down
		for i, v := range g {
			move[i] = -v
		}
	}
	return nil
}
