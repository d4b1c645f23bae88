package xgb

import "sort"

// fork says which way the rows of a cell go at its split.
type fork struct {
	bins        []uint8
	wide        []uint64 // of the rows before open, at a shift
	shift       int
	broad       []uint16 // instead of both
	open        int
	last        int32 // the last bin that goes left
	none        int32 // the bin of missing values
	defaultLeft bool
}

func (b *binned) fork(s *split) fork {
	col := &b.columns[s.feature]
	k := fork{bins: col.bins, broad: col.broad, open: col.open, last: s.bin, none: missing, defaultLeft: s.defaultLeft}
	if b.broad {
		k.none, k.open = int32(len(col.cuts)), b.rows
	} else {
		k.wide, k.shift = b.quads[s.feature/4].wide, int(s.feature)%4*16
	}
	return k
}

// left reports whether a row before open goes left.
func (k *fork) left(r uint32) bool {
	var b int32
	if k.broad != nil {
		b = int32(k.broad[r])
	} else {
		b = int32(uint16(k.wide[r] >> k.shift))
	}
	return b <= k.last || b == k.none && k.defaultLeft
}

// before is how many of ascending rows lie before row open.
func before(rows []uint32, open int) int {
	if open == 0 || len(rows) == 0 || int(rows[0]) >= open {
		return 0
	}
	return sort.Search(len(rows), func(i int) bool { return int(rows[i]) >= open })
}

// divide moves rows that go left before the others, both in their old order, and
// returns how many go left. spare is as long as rows.
func (k *fork) divide(rows, spare []uint32) int {
	spare = spare[:len(rows)]
	n := before(rows, k.open)
	left, right := 0, 0
	for _, r := range rows[:n] {
		if k.left(r) {
			rows[left] = r
			left++
		} else {
			spare[right] = r
			right++
		}
	}
	for _, r := range rows[n:] {
		spare[right] = r
		rows[left] = r
		step := 0
		if int32(k.bins[r]) <= k.last {
			step = 1
		}
		left += step
		right += 1 - step
	}
	copy(rows[left:], spare[:right])
	return left
}

// settle adds what the leaves on both sides are worth to the margins of rows.
func (k *fork) settle(rows []uint32, margins []float32, left, right float32) {
	n := before(rows, k.open)
	for _, r := range rows[:n] {
		if k.left(r) {
			margins[r] += left
		} else {
			margins[r] += right
		}
	}
	value := [2]float32{left, right}
	for _, r := range rows[n:] {
		side := 0
		if int32(k.bins[r]) > k.last {
			side = 1
		}
		margins[r] += value[side]
	}
}
