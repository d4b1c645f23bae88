package xgb

// noParent stands in the parent of a root, as XGBoost writes it.
const noParent = 1<<31 - 1

// tree is one regression tree in parallel arrays, the root first. A row goes
// left where its feature is below cond, or missing and defaultLeft is set.
type tree struct {
	left, right []int32 // -1 at a leaf
	parent      []int32
	feature     []int32
	cond        []float32 // threshold, or the value of a leaf
	defaultLeft []bool
	loss        []float32 // loss reduction of the split, 0 at a leaf
	hess        []float32 // sum of hessians
	weight      []float32 // weight before eta at a split, the value at a leaf
}

// add appends a leaf and returns its index.
func (t *tree) add(parent int32, value, hess float32) int32 {
	t.left = append(t.left, -1)
	t.right = append(t.right, -1)
	t.parent = append(t.parent, parent)
	t.feature = append(t.feature, 0)
	t.cond = append(t.cond, value)
	t.defaultLeft = append(t.defaultLeft, false)
	t.loss = append(t.loss, 0)
	t.hess = append(t.hess, hess)
	t.weight = append(t.weight, value)
	return int32(len(t.left) - 1)
}

func newTree(size int) *tree {
	ints, floats := make([]int32, 4*size), make([]float32, 4*size)
	cut := func(i int) (int, int, int) { return i * size, i * size, (i + 1) * size }
	t := &tree{defaultLeft: make([]bool, 0, size)}
	for i, p := range []*[]int32{&t.left, &t.right, &t.parent, &t.feature} {
		a, b, c := cut(i)
		*p = ints[a:b:c]
	}
	for i, p := range []*[]float32{&t.cond, &t.loss, &t.hess, &t.weight} {
		a, b, c := cut(i)
		*p = floats[a:b:c]
	}
	return t
}
