package evidence

import (
	"fmt"
	"math"
	"slices"

	"mantis/data/num"
)

// MaxBlocks keeps the number of combinations below a million: C(22, 11) is
// 705,432.
const MaxBlocks = 22

// Overfit is what combinatorially symmetric cross-validation says (Bailey,
// Borwein, López de Prado and Zhu 2017).
type Overfit struct {
	Probability float64   // share of the combinations whose logit is 0 or below
	Logits      []float64 // one a combination, in lexicographic order of the blocks in sample
	InSample    []float64 // Sharpe ratio a bar of the best trial where it was chosen
	OutOfSample []float64 // and in the other half
	Loss        float64   // share of the combinations whose OutOfSample is below 0
	Bars        int       // bars of a block; the first blocks have one more where they do not divide evenly
}

// CSCV splits the bars into an even number of blocks, and for each way to take
// half of them chooses the trial of the highest Sharpe ratio there. Of its rank
// among the K trials in the other half, 1 being the worst, w = rank/(K+1) and
// the logit is log(w/(1-w)): above 0 where the choice did better than the median.
//
// Bars that do not divide evenly are not dropped: the first blocks have one
// more. Equal ratios share the mean of their ranks; of trials that are equally
// the best in sample, all count, with the mean of their w and of their ratios.
// So the order of the trials does not matter. A trial that does not vary in a
// half has the ratio 0 there.
func CSCV(trials [][]float64, blocks int) (*Overfit, error) {
	if err := checkTrials(trials, blocks); err != nil {
		return nil, err
	}
	n, k := len(trials[0]), len(trials)
	sums := blockSums(trials, blocks)
	o := &Overfit{Bars: n / blocks}
	in, out, order := make([]float64, k), make([]float64, k), make([]int, k)
	rank := make([]float64, k)
	bad, lost := 0, 0
	halves(blocks, func(chosen []bool) {
		ratios(sums, chosen, true, in)
		ratios(sums, chosen, false, out)
		ranks(out, order, rank)
		best := slices.Max(in)
		place, ratio, ties := 0.0, 0.0, 0.0
		for i, x := range in {
			if x == best {
				place += rank[i]
				ratio += out[i]
				ties++
			}
		}
		ratio /= ties
		all := float64(ties * float64(k+1)) // exact, as place is
		logit := num.Log(place / (all - place))
		if 2*place <= all {
			bad++
		}
		if ratio < 0 {
			lost++
		}
		o.Logits = append(o.Logits, logit)
		o.InSample, o.OutOfSample = append(o.InSample, best), append(o.OutOfSample, ratio)
	})
	o.Probability = float64(bad) / float64(len(o.Logits))
	o.Loss = float64(lost) / float64(len(o.Logits))
	return o, nil
}

func checkTrials(trials [][]float64, blocks int) error {
	if err := checkSeries(trials); err != nil {
		return err
	}
	if blocks < 2 || blocks%2 != 0 || blocks > MaxBlocks {
		return fmt.Errorf("%d blocks: want an even number from 2 to %d", blocks, MaxBlocks)
	}
	if n := len(trials[0]); n < 2*blocks {
		return fmt.Errorf("%d bars in %d blocks: want at least two bars a block", n, blocks)
	}
	return nil
}

func checkSeries(trials [][]float64) error {
	if len(trials) < 2 {
		return fmt.Errorf("%d trials: want two or more", len(trials))
	}
	for i, r := range trials {
		if len(r) != len(trials[0]) {
			return fmt.Errorf("trial %d has %d bars, the first has %d", i, len(r), len(trials[0]))
		}
		for t, x := range r {
			if !num.Finite(x) {
				return fmt.Errorf("trial %d, bar %d: the return is not a number", i, t)
			}
		}
	}
	return nil
}

// moment is the sums of a block of one trial.
type moment struct{ n, sum, square float64 }

// blockSums are the moments of each trial about its own mean, block by block,
// and that mean.
func blockSums(trials [][]float64, blocks int) [][]moment {
	out := make([][]moment, len(trials))
	for i, r := range trials {
		mean := num.Mean(r)
		out[i] = make([]moment, blocks+1)
		out[i][blocks].sum = mean
		from := 0
		for b := range blocks {
			to := from + len(r)/blocks
			if b < len(r)%blocks {
				to++
			}
			m := &out[i][b]
			for _, x := range r[from:to] {
				m.n++
				m.sum += x - mean
				m.square += float64((x - mean) * (x - mean))
			}
			from = to
		}
	}
	return out
}

// ratios are the Sharpe ratios a bar of all trials over the blocks that are
// chosen, or over the others.
func ratios(sums [][]moment, chosen []bool, want bool, out []float64) {
	for i, blocks := range sums {
		var m moment
		for b, is := range chosen {
			if is == want {
				m.n += blocks[b].n
				m.sum += blocks[b].sum
				m.square += blocks[b].square
			}
		}
		mean := blocks[len(chosen)].sum + m.sum/m.n
		variance := (m.square - float64(m.sum*m.sum)/m.n) / (m.n - 1)
		out[i] = 0
		if variance > noise*noise {
			out[i] = mean / math.Sqrt(variance)
		}
	}
}

// noise is the standard deviation up to which returns are rounding errors.
const noise = 1e-14

// ranks fills rank with the place of each x from 1, the lowest; equal ones share
// the mean of their places.
func ranks(x []float64, order []int, rank []float64) {
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		switch {
		case x[a] < x[b]:
			return -1
		case x[a] > x[b]:
			return 1
		}
		return a - b
	})
	for lo := 0; lo < len(order); {
		hi := lo + 1
		for hi < len(order) && x[order[hi]] == x[order[lo]] {
			hi++
		}
		for _, i := range order[lo:hi] {
			rank[i] = float64(float64(lo+1+hi) / 2)
		}
		lo = hi
	}
}

// halves calls do with each way to choose half of n blocks, in lexicographic
// order.
func halves(n int, do func(chosen []bool)) {
	at := make([]int, n/2)
	for i := range at {
		at[i] = i
	}
	chosen := make([]bool, n)
	for {
		clear(chosen)
		for _, b := range at {
			chosen[b] = true
		}
		do(chosen)
		i := len(at) - 1
		for i >= 0 && at[i] == n-len(at)+i {
			i--
		}
		if i < 0 {
			return
		}
		at[i]++
		for i++; i < len(at); i++ {
			at[i] = at[i-1] + 1
		}
	}
}
