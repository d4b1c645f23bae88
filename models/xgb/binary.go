package xgb

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// errNoModel is for files that are no model in any format.
var errNoModel = errors.New("this is no XGBoost model file: neither JSON, nor UBJSON, nor its binary layout")

// readBinary reads the layout that XGBoost wrote before 3.1: structures of C++
// as they lie in memory, little endian, with lengths of 64 bits before texts
// and lists. From 1.1 on it begins with the word binf.
//
// Before 1.0 base_score is the margin itself, later what users call base_score.
// num_output_group is 0 from 1.0 on and not read: the number of classes says the
// same. num_parallel_tree is right from 1.3 on and 1 before.
func readBinary(file []byte) (*Booster, Origin, error) {
	c := cursor{src: bytes.TrimPrefix(file, []byte("binf"))}
	c.from = len(file) - len(c.src)
	d := c.model()
	if c.err != nil {
		return nil, Origin{}, fmt.Errorf("xgb: model: %w", c.err)
	}
	b, err := d.finish()
	if err != nil {
		return nil, Origin{}, fmt.Errorf("xgb: model: %w", err)
	}
	return b, Origin{FormatBinary, d.release()}, nil
}

// learnerHead is the part of LearnerModelParam that says something.
type learnerHead struct {
	score                 float32
	features, classes     uint32
	attributes, metrics   bool
	major, minor, targets uint32
}

// release names the version of a binary file, which has no third number.
func (d *draft) release() string {
	if d.version[0] == 0 {
		return "before 1.0"
	}
	return d.version.String()
}

// model reads the whole file.
func (c *cursor) model() *draft {
	head := c.learnerHead()
	d := &draft{
		version:   version{int32(min(head.major, math.MaxInt32)), int32(min(head.minor, math.MaxInt32))},
		objective: c.text(), booster: c.text(), settings: map[string]block{},
	}
	if c.err != nil || !slices.Contains(boosters(), d.booster) {
		c.err = errNoModel // the first texts are where other files have anything
		return d
	}
	if head.targets > 1 {
		c.fail("num_target is %d: models of several targets are not supported", head.targets)
	}
	d.param = block{
		"num_feature": strconv.FormatUint(uint64(head.features), 10),
		"num_class":   strconv.FormatUint(uint64(head.classes), 10),
		"base_score":  strconv.FormatFloat(float64(head.score), 'g', -1, 32),
	}
	if o := known(d.objective); head.major == 0 && o.link != identity {
		d.param["base_score"] = strconv.FormatFloat(float64(o.link.score(head.score)), 'g', -1, 32)
	}
	if d.booster == "gblinear" {
		c.skip(136) // GBLinearModelParam, which repeats the numbers of features and classes
		d.linear = c.floats()
	} else {
		c.forest(d)
	}
	c.rest(d, head)
	return d
}

// learnerHead reads LearnerModelParam, of 136 bytes in every version.
func (c *cursor) learnerHead() learnerHead {
	h := learnerHead{score: c.float(), features: c.word(), classes: c.word()}
	h.attributes, h.metrics = c.word() != 0, c.word() != 0
	h.major, h.minor, h.targets = c.word(), c.word(), c.word()
	c.skip(136 - 8*4)
	return h
}

// forest reads GBTreeModelParam, the trees, tree_info and dart's weights.
func (c *cursor) forest(d *draft) {
	trees, parallel := c.word(), c.word()
	c.skip(5 * 4)
	if vector := c.word(); vector > 1 {
		c.fail("size_leaf_vector is %d: trees with several targets are not supported", vector)
	}
	c.skip(32 * 4)
	const least = 148 + 36 // a tree of one node
	if c.err == nil && uint64(trees)*least > uint64(len(c.src)-c.at) {
		c.fail("%d trees with %d bytes to come", trees, len(c.src)-c.at)
	}
	for i := uint32(0); i < trees && c.err == nil; i++ {
		t, deleted := c.tree()
		d.trees, d.deleted = append(d.trees, t), append(d.deleted, deleted)
	}
	d.model = block{"num_trees": strconv.Itoa(len(d.trees)), "num_parallel_tree": strconv.FormatUint(uint64(parallel), 10)}
	for range d.trees {
		d.info = append(d.info, int32(c.word()))
	}
	if d.booster == "dart" && len(d.trees) > 0 {
		d.weights = c.floats()
	}
}

// rest reads what follows the booster: attributes, and names of metrics.
func (c *cursor) rest(d *draft, head learnerHead) {
	if head.attributes {
		d.attributes = block{}
		for range c.length(16) {
			key := c.text()
			if _, twice := d.attributes[key]; twice {
				c.fail("attribute %.40q comes twice", key)
			}
			d.attributes[key] = c.text()
		}
	}
	if head.major == 0 && d.objective == "count:poisson" {
		c.text() // max_delta_step, which only training wants
	}
	if head.major == 0 && head.metrics {
		for range c.length(8) {
			c.text()
		}
	}
	if c.err == nil && c.at < len(c.src) {
		c.fail("%d bytes after the end", len(c.src)-c.at)
	}
	c.inner(d)
}

// inner takes out of the attributes what XGBoost keeps there for itself, such
// as the settings of the objective.
func (c *cursor) inner(d *draft) {
	if text, ok := d.attributes["objective"]; ok && c.err == nil {
		s := decoder{notation: &scanner{src: []byte(text)}}
		s.readObjective()
		s.end()
		if err := s.fault(); err != nil {
			c.fail("attribute objective: %v", err)
		}
		d.settings = s.settings
	}
	for key := range d.attributes {
		if key == "objective" || key == "metrics" || key == "count_poisson_max_delta_step" || strings.HasPrefix(key, "SAVED_PARAM_") {
			delete(d.attributes, key)
		}
	}
}

// tree reads a tree and the number of nodes that its pruning left behind.
func (c *cursor) tree() (t *tree, deleted int) {
	roots, nodes, gone := c.word(), c.word(), c.word()
	c.skip(2 * 4)
	vector := c.word()
	c.skip(31 * 4)
	if roots != 1 {
		c.fail("a tree with %d roots", roots)
	}
	if vector > 1 {
		c.fail("size_leaf_vector is %d: trees with several targets are not supported", vector)
	}
	if c.err == nil && (nodes == 0 || uint64(nodes)*36 > uint64(len(c.src)-c.at) || gone >= nodes) {
		c.fail("a tree of %d nodes, %d of them deleted, with %d bytes to come", nodes, gone, len(c.src)-c.at)
	}
	if c.err != nil {
		return &tree{}, 0
	}
	n := int(nodes)
	t = newTree(n)
	for range n {
		parent := int32(c.word() &^ (1 << 31)) // the top bit: whether it is the left child; a root's is noParent
		left, right, split := int32(c.word()), int32(c.word()), c.word()
		if left == -1 {
			right = -1
		}
		t.parent, t.left, t.right = append(t.parent, parent), append(t.left, left), append(t.right, right)
		t.feature = append(t.feature, int32(split&^(1<<31)))
		t.defaultLeft = append(t.defaultLeft, split>>31 == 1)
		t.cond = append(t.cond, c.float())
	}
	for range n {
		t.loss, t.hess, t.weight = append(t.loss, c.float()), append(t.hess, c.float()), append(t.weight, c.float())
		c.word() // leaf_child_cnt
	}
	return t, int(gone)
}
