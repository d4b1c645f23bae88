package xgb

import "strconv"

// writeBooster writes the booster: trees, trees with dart's weights around
// them, or linear weights.
func (b *Booster) writeBooster(w page) {
	w.open()
	switch b.Kind() {
	case "gblinear":
		w.key("model")
		w.open()
		w.key("boosted_rounds")
		w.int(b.boosted)
		w.key("weights")
		w.floats(b.linear)
		w.close()
	case "dart":
		w.key("gbtree")
		w.open()
		b.writeTrees(w)
		field(w, "name", "gbtree")
		w.close()
	default:
		b.writeTrees(w)
	}
	field(w, "name", b.Kind())
	if b.weights != nil {
		w.key("weight_drop")
		w.list(len(b.weights))
		for _, v := range b.weights {
			w.float(v)
		}
		w.endList()
	}
	w.close()
}

// writeTrees writes the model of a gbtree.
func (b *Booster) writeTrees(w page) {
	w.key("model")
	w.open()
	w.key("cats")
	w.open()
	w.key("enc")
	w.list(0)
	w.endList()
	w.key("feature_segments")
	w.ints(nil)
	w.key("sorted_idx")
	w.ints(nil)
	w.close()
	dictionary(w, "gbtree_model_param", block{
		"num_parallel_tree": strconv.Itoa(b.NumParallel()), "num_trees": strconv.Itoa(len(b.trees)),
	})
	w.key("iteration_indptr")
	w.list(b.Rounds() + 1)
	for i := range b.Rounds() + 1 {
		w.int(i * b.classes * b.NumParallel())
	}
	w.endList()
	w.key("tree_info")
	w.list(len(b.trees))
	for i := range b.trees {
		w.int(b.class(i))
	}
	w.endList()
	w.key("trees")
	w.list(len(b.trees))
	for i, t := range b.trees {
		t.write(w, i, b.NumFeature())
	}
	w.endList()
	w.close()
}

func (t *tree) write(w page, id, features int) {
	w.open()
	w.key("base_weights")
	w.floats(t.weight)
	w.key("categories")
	w.ints(nil)
	w.key("categories_nodes")
	w.ints(nil)
	w.key("categories_segments")
	w.longs(nil)
	w.key("categories_sizes")
	w.longs(nil)
	w.key("default_left")
	w.flags(t.defaultLeft)
	w.key("id")
	w.int(id)
	w.key("left_children")
	w.ints(t.left)
	w.key("loss_changes")
	w.floats(t.loss)
	w.key("parents")
	w.ints(t.parent)
	w.key("right_children")
	w.ints(t.right)
	w.key("split_conditions")
	w.floats(t.cond)
	w.key("split_indices")
	w.ints(t.feature)
	w.key("split_type")
	w.flags(make([]bool, len(t.left)))
	w.key("sum_hessian")
	w.floats(t.hess)
	dictionary(w, "tree_param", block{
		"num_deleted": "0", "num_feature": strconv.Itoa(features),
		"num_nodes": strconv.Itoa(len(t.left)), "size_leaf_vector": "1",
	})
	w.close()
}
