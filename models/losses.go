package models

import (
	"mantis/data/num"
)

// Floor is the least probability that LogLosses takes: what a model calls
// impossible and happens would cost infinitely much.
const Floor = 1e-15

// LogLosses are -log(probability of the realised class), row by row; p is rows ×
// classes. It counts the rows whose probability was below Floor and taken for it.
func LogLosses(real []int32, p []float64, classes int) (losses []float64, floored int) {
	losses = make([]float64, len(real))
	for r, k := range real {
		v := p[r*classes+int(k)]
		if !(v >= Floor) {
			v = Floor
			floored++
		}
		losses[r] = -num.Log(v)
	}
	return losses, floored
}

// RankedLosses are the ranked probability scores, row by row: the squared
// differences between the cumulated probabilities and the cumulated outcome,
// summed over all cuts between classes and divided by their number (Epstein 1969).
// They are from 0 to 1, and being off by one class costs less than by two.
func RankedLosses(real []int32, p []float64, classes int) []float64 {
	losses := make([]float64, len(real))
	for r, k := range real {
		below, sum := 0.0, 0.0
		for c := range classes - 1 {
			below += p[r*classes+c]
			d := below
			if int(k) <= c {
				d--
			}
			sum += float64(d * d)
		}
		losses[r] = sum / float64(classes-1)
	}
	return losses
}

// BrierLosses are the squared differences between probabilities and outcome,
// summed over the classes, row by row (Brier 1950): from 0 to 2.
func BrierLosses(real []int32, p []float64, classes int) []float64 {
	losses := make([]float64, len(real))
	for r, k := range real {
		for c, v := range p[r*classes : (r+1)*classes] {
			if c == int(k) {
				v--
			}
			losses[r] += float64(v * v)
		}
	}
	return losses
}

// DirectionLosses are the losses of telling classes that rise, side 1, from
// those that fall, side -1: of the rows whose class is one of them,
// -log(q) of the side that came, q being that side's part of the probability of
// both. They say nothing of how likely a row is to be neither, nor of how far it
// goes: volatility is no direction. kept are the indexes of the rows.
func DirectionLosses(real []int32, p []float64, side []int) (losses []float64, kept []int) {
	classes := len(side)
	for r, k := range real {
		if side[k] == 0 {
			continue
		}
		own, both := 0.0, 0.0
		for c, v := range p[r*classes : (r+1)*classes] {
			if side[c] == side[k] {
				own += v
			}
			if side[c] != 0 {
				both += v
			}
		}
		q := own / both
		if !(q >= Floor) {
			q = Floor
		}
		losses, kept = append(losses, -num.Log(q)), append(kept, r)
	}
	return losses, kept
}

// Reliability is a bin of predicted probabilities of one class, and how often
// the class came.
type Reliability struct {
	Bin       int     // from 0; it holds probabilities from Bin/bins up to (Bin+1)/bins, the last one 1 too
	Rows      int     // 1 or more
	Predicted float64 // mean probability
	Observed  float64 // share of the rows that are of the class
}

// Calibration are the bins of a class that hold rows, of so many of equal width:
// scikit-learn's calibration_curve with the strategy uniform.
func Calibration(real []int32, p []float64, classes, class, bins int) (out []Reliability) {
	all := make([]Reliability, bins)
	for r, k := range real {
		v := p[r*classes+class]
		b := &all[min(int(v*float64(bins)), bins-1)]
		b.Rows++
		b.Predicted += v
		if int(k) == class {
			b.Observed++
		}
	}
	for i, b := range all {
		if b.Rows > 0 {
			n := float64(b.Rows)
			out = append(out, Reliability{i, b.Rows, b.Predicted / n, b.Observed / n})
		}
	}
	return out
}
