package compiled

import (
	"cmp"
	"maps"
	"math"
	"math/bits"
	"slices"
)

// maxCuts is how many masks a group may have: more would not fit the second-level
// cache, and four times their numbers must fit 16 bits, see wide. Where there is
// room for maxNumber of something, a number of 16 bits needs no check.
const (
	maxCuts   = 1 << 14
	maxNumber = 1 << 16
)

// MaxEntries is the number of entries of a tree that can always be compiled.
const MaxEntries = maxCuts

// cut is a question that trees ask of a row, without the way of missing values.
type cut struct {
	feature int32
	key     int32 // of the threshold
}

// ways are the ways that missing values go at a cut, in different trees.
type ways uint8

const (
	missingRight ways = 1 << iota
	missingLeft
)

// key maps float32 to integers in their order, both zeros to 0.
func key(v float32) int32 {
	b := math.Float32bits(v)
	sign := int32(b) >> 31
	return (int32(b&^(1<<31)) ^ sign) - sign
}

// Keys that no number has.
const (
	missing = math.MaxInt32 - 1 // of a missing value: no threshold is above it
	beyond  = math.MaxInt32     // of a threshold that fills up a list
)

// cutSet gathers the cuts of trees.
type cutSet struct {
	asked    map[cut]ways
	features map[int32]bool
	size     int // places that the masks will need
}

func newCutSet() *cutSet {
	return &cutSet{asked: map[cut]ways{}, features: map[int32]bool{}, size: 1}
}

// add adds the cuts of a tree unless the set would become too large, and reports
// whether it did.
func (s *cutSet) add(t *Tree) bool {
	fresh, features, size := map[cut]ways{}, map[int32]bool{}, s.size
	for i, l := range t.Left {
		if l < 0 {
			continue
		}
		c, way := t.cut(int32(i))
		if !s.features[c.feature] && !features[c.feature] {
			features[c.feature] = true
			size++
		}
		if (s.asked[c]|fresh[c])&way == 0 {
			fresh[c] |= way
			size++
		}
	}
	if size > maxCuts {
		return false
	}
	for c, way := range fresh {
		s.asked[c] |= way
	}
	maps.Copy(s.features, features)
	s.size = size
	return true
}

// cut is what a tree asks at an entry.
func (t *Tree) cut(entry int32) (cut, ways) {
	way := missingRight
	if t.DefaultLeft[entry] {
		way = missingLeft
	}
	return cut{t.Feature[entry], key(t.Cond[entry])}, way
}

// column is the cuts of one feature. Their masks, by thresholds ascending, lie
// one behind the other from first+1 on; the mask at first takes the bits of
// values below all of them. A cut at which missing values go either way, in
// different trees, has a second mask for those where they go left.
type column struct {
	feature int
	first   int
	keys    []int32 // of the n thresholds, filled up to a power of two above n
	n       int
	second  int     // place of the first second mask
	twice   []int32 // thresholds, from 0, with a second mask
	before  []int32 // for a rank, how many of them are below it
	left    []int32 // places of masks of cuts at which missing values only go left
}

// layout gives every cut its place. Place 0 is the cut that no row goes right at.
func (s *cutSet) layout() (columns []column, number func(t *Tree, entry int32) int) {
	cuts := slices.SortedFunc(maps.Keys(s.asked), func(a, b cut) int {
		return cmp.Or(cmp.Compare(a.feature, b.feature), cmp.Compare(a.key, b.key))
	})
	places := map[cut][2]int{} // where missing values go right, and left
	next := 1
	for begin, end := 0, 0; begin < len(cuts); begin = end {
		for end < len(cuts) && cuts[end].feature == cuts[begin].feature {
			end++
		}
		col := column{feature: int(cuts[begin].feature), first: next, n: end - begin, second: next + 1 + end - begin}
		for i, c := range cuts[begin:end] {
			at := col.first + 1 + i
			place := [2]int{at, at}
			col.before = append(col.before, int32(len(col.twice)))
			switch s.asked[c] {
			case missingLeft:
				col.left = append(col.left, int32(at))
			case missingLeft | missingRight:
				place[1] = col.second + len(col.twice)
				col.twice = append(col.twice, int32(i))
			}
			places[c] = place
			col.keys = append(col.keys, c.key)
		}
		col.before = append(col.before, int32(len(col.twice)))
		for len(col.keys) < 1<<bits.Len(uint(col.n)) {
			col.keys = append(col.keys, beyond)
		}
		next = col.second + len(col.twice)
		columns = append(columns, col)
	}
	return columns, func(t *Tree, entry int32) int {
		c, way := t.cut(entry)
		if way == missingLeft {
			return places[c][1]
		}
		return places[c][0]
	}
}

// rank is the number of thresholds that are not above v, all of them for a
// missing value, and 1 where the value is missing, else 0.
func (c *column) rank(v float32) (rank, absent int) {
	k := key(v)
	if v != v {
		k, absent = missing, 1
	}
	keys := c.keys
	for half := len(keys) / 2; half > 0; half /= 2 {
		// half where keys[…] <= k, without a branch
		rank += half &^ int((int64(k)-int64(keys[rank+half-1]))>>63)
	}
	return rank, absent
}
