package xgb

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// finish checks what a file says, one part against the other, and makes the
// model of it.
func (d *draft) finish() (*Booster, error) {
	if !slices.Contains(boosters(), d.booster) {
		return nil, fmt.Errorf("booster %.40q is not known: want one of %s", d.booster, strings.Join(boosters(), ", "))
	}
	o := known(d.objective)
	if o.name == "" {
		return nil, fmt.Errorf("objective %.40q is not known: what its margins mean is not", d.objective)
	}
	if o.name == logitraw && d.version.before(1, 4) {
		return nil, fmt.Errorf("objective %s of XGBoost %v: before 1.4 its base_score was not always the margin; let 1.4 or a later one save the model again", o.name, d.version)
	}
	b := &Booster{objective: o.name, attributes: d.attributes, settings: d.settings}
	var err error
	if b.classes, err = d.outputs(o); err != nil {
		return nil, err
	}
	if err := d.columns(b); err != nil {
		return nil, err
	}
	if err := d.scores(b, o.link); err != nil {
		return nil, err
	}
	if d.booster == "gblinear" {
		err = d.line(b)
	} else {
		err = d.forest(b)
	}
	if err != nil {
		return nil, err
	}
	b.plain()
	return b, b.checkBest()
}

func boosters() []string { return []string{"gbtree", "dart", "gblinear"} }

// plain leaves out what a model says only to say the usual.
func (b *Booster) plain() {
	if b.objective == "multi:softprob" {
		b.objective = ""
	}
	if len(b.attributes) == 0 {
		b.attributes = nil
	}
	if b.parallel == 1 {
		b.parallel = 0
	}
	delete(b.settings, "softmax_multiclass_param") // the number of classes again
	if len(b.settings) == 0 {
		b.settings = nil
	}
}

// outputs is the number of margins of a row.
func (d *draft) outputs(o objective) (int, error) {
	if _, ok := d.param["num_target"]; ok {
		if _, err := count(d.param, "num_target", 0, 1); err != nil {
			return 0, fmt.Errorf("%w: models of several targets are not supported", err)
		}
	}
	if !o.classes {
		_, err := count(d.param, "num_class", 0, 1)
		return 1, err
	}
	return count(d.param, "num_class", 2, maxClasses)
}

// columns settles the features. The largest number is what 31 bits can index.
func (d *draft) columns(b *Booster) error {
	features, err := count(d.param, "num_feature", 1, math.MaxInt32)
	if err != nil {
		return err
	}
	b.unnamed = features
	if len(d.names) > 0 {
		if len(d.names) != features {
			return fmt.Errorf("%d feature names for %d features", len(d.names), features)
		}
		if err := checkNames(d.names); err != nil {
			return err
		}
		b.names, b.unnamed = d.names, 0
	}
	if len(d.types) > 0 && len(d.types) != features {
		return fmt.Errorf("%d feature types for %d features", len(d.types), features)
	}
	if i := slices.Index(d.types, "c"); i >= 0 {
		return fmt.Errorf("feature type %d is \"c\": %w", i, errCategorical)
	}
	plain := !slices.ContainsFunc(d.types, func(kind string) bool { return kind != "float" })
	if len(d.types) == 0 && b.names == nil || len(d.types) > 0 && plain && b.names != nil {
		return nil // the usual: float where there are names, and nothing else
	}
	b.types = append([]string{}, d.types...)
	return nil
}

// scores settles the margins that rows begin with.
func (d *draft) scores(b *Booster, l link) error {
	base, err := parseScores(d.param["base_score"], b.classes)
	if err != nil {
		return err
	}
	b.intercept = base
	if l == identity {
		return nil
	}
	b.base, b.intercept = base, make([]float32, len(base))
	for k, v := range base {
		var ok bool
		if b.intercept[k], ok = l.margin(v); !ok {
			return fmt.Errorf("base_score is %v, which has no margin with objective %s", v, d.objective)
		}
	}
	return nil
}

// parseScores reads base_score, one number for all classes or a vector.
func parseScores(text string, classes int) ([]float32, error) {
	words := []string{text}
	if strings.HasPrefix(text, "[") && strings.HasSuffix(text, "]") {
		words = strings.Split(text[1:len(text)-1], ",")
	}
	if len(words) != 1 && len(words) != classes {
		return nil, fmt.Errorf("base_score has %d values for %d classes", len(words), classes)
	}
	out := make([]float32, classes)
	for k := range out {
		v, ok := parseFloat(strings.TrimSpace(words[k%len(words)]))
		if !ok || infinite(v) {
			return nil, fmt.Errorf("base_score is %.40q", text)
		}
		out[k] = v
	}
	return out, nil
}

// forest settles the trees: which there are and which class they belong to.
func (d *draft) forest(b *Booster) error {
	if len(d.trees) == 0 {
		return errors.New("there are no trees")
	}
	if d.linear != nil {
		return errors.New("linear weights with a booster of trees")
	}
	if _, err := count(d.model, "num_trees", len(d.trees), len(d.trees)); err != nil {
		return err
	}
	var err error
	if b.parallel, err = d.parallel(b.classes); err != nil {
		return err
	}
	if len(d.trees)%(b.classes*b.parallel) != 0 || len(d.info) != len(d.trees) {
		return fmt.Errorf("%d trees and %d entries of tree_info for %d classes and num_parallel_tree %d",
			len(d.trees), len(d.info), b.classes, b.parallel)
	}
	b.trees = d.trees
	for i, t := range d.trees {
		if want := b.class(i); int(d.info[i]) != want {
			return fmt.Errorf("tree %d belongs to class %d, want %d", i, d.info[i], want)
		}
		if err := t.checkPruned(b.NumFeature(), d.deleted[i]); err != nil {
			return fmt.Errorf("tree %d: %w", i, err)
		}
	}
	return d.counts(b)
}

// counts settles what each tree counts. In a gbtree the last ones may be left
// out, which count in full.
func (d *draft) counts(b *Booster) error {
	if d.booster == "gbtree" {
		if len(d.weights) == 0 {
			return nil
		}
		for len(d.weights) < len(d.trees) {
			d.weights = append(d.weights, 1)
		}
	}
	if len(d.weights) != len(d.trees) {
		return fmt.Errorf("weight_drop has %d entries for %d trees", len(d.weights), len(d.trees))
	}
	if i := slices.IndexFunc(d.weights, infinite); i >= 0 {
		return fmt.Errorf("weight_drop of tree %d is %v", i, d.weights[i])
	}
	b.weights = d.weights
	return nil
}

// parallel is the number of trees a round and class. Before 1.3 no file says
// it: with several classes tree_info shows it, else what early stopping noted.
func (d *draft) parallel(classes int) (int, error) {
	said := 1
	if _, ok := d.model["num_parallel_tree"]; ok {
		n, err := count(d.model, "num_parallel_tree", 0, len(d.trees))
		if err != nil {
			return 0, err
		}
		said = max(n, 1)
	}
	if said > 1 {
		return said, nil
	}
	if classes > 1 {
		run := slices.IndexFunc(d.info, func(k int32) bool { return k != 0 })
		return max(run, 1), nil
	}
	best, err := strconv.Atoi(d.attributes[bestIteration])
	limit, err2 := strconv.Atoi(d.attributes["best_ntree_limit"])
	if err == nil && err2 == nil && best >= 0 && best < len(d.trees) && limit > best {
		if n := limit / (best + 1); n*(best+1) == limit && len(d.trees)%n == 0 {
			return n, nil
		}
	}
	return 1, nil
}

// line settles the weights of a linear model. Of a vector of base scores, 3.1
// and later use the first one for all classes.
func (d *draft) line(b *Booster) error {
	if len(d.trees) > 0 {
		return errors.New("trees with booster gblinear")
	}
	if len(d.linear)%b.classes != 0 || len(d.linear)/b.classes-1 != b.NumFeature() {
		return fmt.Errorf("%d linear weights for %d features and %d classes", len(d.linear), b.NumFeature(), b.classes)
	}
	if i := slices.IndexFunc(d.linear, infinite); i >= 0 {
		return fmt.Errorf("linear weight %d is %v", i, d.linear[i])
	}
	if d.boosted < 0 {
		return fmt.Errorf("boosted_rounds is %d", d.boosted)
	}
	b.linear, b.boosted = d.linear, int(d.boosted)
	for k := range b.intercept {
		b.intercept[k] = b.intercept[0]
	}
	for k := range b.base {
		b.base[k] = b.base[0]
	}
	return nil
}
