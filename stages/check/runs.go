package check

import "mantis/data/num"

// run is a stretch of equal slots, one behind the other.
type run struct{ at, length int }

// The terms of what is improbable.
const (
	around    = 5000  // slots to either side that the habit is taken from
	byChance  = 0.001 // expected number of such runs in the whole series
	leastRun  = 3     // slots
	foresight = 0.02  // runs of two or more that are allowed for where there were none
	habitual  = 50    // runs around, from which their lengths tell how far a run goes:
	tail      = 0.02  // one is no surprise where the square of those half as long is this share of all
)

// improbable calls yield with the runs that are longer than chance has them,
// given how often runs begin around them, q a slot, and how many of those go on
// for a second slot, c of all and no fewer than q: in a series of N slots, N q c^(L-1) runs of length
// L or more are to be expected, and a run is improbable where that is below
// byChance. Where there are many runs, quiet hours may follow each other: then it
// is improbable only if runs half as long are rare. The run itself does not count to its surroundings, and a long one
// counts there no more than a short one.
func improbable(runs []run, slots int, yield func(i int)) {
	longer := make([]int, len(runs)+1) // runs of two or more, before each
	for i, r := range runs {
		longer[i+1] = longer[i]
		if r.length > 1 {
			longer[i+1]++
		}
	}
	lo, hi := 0, 0
	for i, r := range runs {
		from, to := max(0, r.at-around), min(slots, r.at+r.length+around)
		for runs[lo].at < from {
			lo++
		}
		for hi < len(runs) && runs[hi].at < to {
			hi++
		}
		if r.length < leastRun {
			continue
		}
		near, second := float64(hi-lo-1), float64(longer[hi]-longer[lo]-1)
		q := (near + 1) / float64(to-from-r.length+1)
		c := max(q, (second+foresight)/(near+1))
		if num.Log(float64(slots))+num.Log(q)+float64(float64(r.length-1)*num.Log(c)) < num.Log(byChance) && !foreseen(runs[lo:hi], r.length) {
			yield(i)
		}
	}
}

// foreseen tells whether runs around one, itself among them, make one of its
// length no surprise: were lengths geometric in their tail, the share of runs of
// length L would be the square of that of length L/2.
func foreseen(near []run, length int) bool {
	if len(near) <= habitual {
		return false
	}
	half := -1 // itself
	for _, r := range near {
		if 2*r.length >= length {
			half++
		}
	}
	return float64(half*half) >= float64(tail*float64(len(near)))
}
