package xgb

import (
	"fmt"
	"strconv"
	"strings"
)

// ReadJSON reads an XGBoost JSON model file of a gbtree booster with objective
// multi:softprob, written by JSON or by XGBoost 1.7 to 3.4. Everything is
// checked: a file that is read can be scored and written without harm.
// Categorical splits, other boosters, several parallel trees and files without
// feature names are refused.
func ReadJSON(file []byte) (*Booster, error) {
	d := decoder{scanner: scanner{src: file}}
	d.object(func(key string) {
		if key == "learner" {
			d.learner()
		} else {
			d.skip()
		}
	})
	if d.err == nil && (d.peek() != 0 || d.at < len(d.src)) {
		d.fail("more after the end")
	}
	if d.err != nil {
		return nil, fmt.Errorf("xgb: model: %w", d.err)
	}
	b, err := d.finish()
	if err != nil {
		return nil, fmt.Errorf("xgb: model: %w", err)
	}
	return b, nil
}

// decoder collects the fields of a model file in whatever order they come.
type decoder struct {
	scanner
	names              []string
	types              []string
	booster, objective string
	param, model       map[string]string
	info               []int32
	trees              []*tree
}

func (d *decoder) learner() {
	d.object(func(key string) {
		switch key {
		case "feature_names":
			d.names = d.strings()
		case "feature_types":
			d.types = d.strings()
		case "learner_model_param":
			d.param = d.dictionary()
		case "objective":
			d.object(func(key string) {
				if key == "name" {
					d.objective = d.string()
				} else {
					d.skip()
				}
			})
		case "gradient_booster":
			d.gradientBooster()
		default:
			d.skip()
		}
	})
}

func (d *decoder) gradientBooster() {
	d.object(func(key string) {
		switch key {
		case "name":
			d.booster = d.string()
		case "model":
			d.object(func(key string) {
				switch key {
				case "gbtree_model_param":
					d.model = d.dictionary()
				case "tree_info":
					d.info = d.ints()
				case "trees":
					d.array(func() { d.trees = append(d.trees, d.tree()) })
				default:
					d.skip()
				}
			})
		default:
			d.skip()
		}
	})
}

func (d *decoder) strings() []string {
	out := []string{}
	d.array(func() { out = append(out, d.string()) })
	return out
}

// dictionary reads an object of strings; values of other kinds are passed over.
func (d *decoder) dictionary() map[string]string {
	out := map[string]string{}
	d.object(func(key string) {
		if d.peek() == '"' {
			out[key] = d.string()
		} else {
			d.skip()
		}
	})
	return out
}

// count reads a number that XGBoost writes as a string.
func count(from map[string]string, key string, low, high int) (int, error) {
	text, ok := from[key]
	if !ok {
		return 0, fmt.Errorf("%s is missing", key)
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < low || n > high {
		return 0, fmt.Errorf("%s is %.40q: want %d to %d", key, text, low, high)
	}
	return n, nil
}

// finish checks the fields against each other.
func (d *decoder) finish() (*Booster, error) {
	if d.booster != "gbtree" {
		return nil, fmt.Errorf("booster %.40q: only gbtree is known", d.booster)
	}
	if d.objective != "multi:softprob" {
		return nil, fmt.Errorf("objective %.40q: only multi:softprob is known", d.objective)
	}
	classes, err := count(d.param, "num_class", 2, maxClasses)
	if err != nil {
		return nil, err
	}
	features, err := count(d.param, "num_feature", 1, 1<<20)
	if err != nil {
		return nil, err
	}
	if len(d.names) != features {
		return nil, fmt.Errorf("%d feature names for %d features", len(d.names), features)
	}
	if err := checkNames(d.names); err != nil {
		return nil, err
	}
	for i, kind := range d.types {
		if i >= features || kind == "c" {
			return nil, fmt.Errorf("feature type %d is %.40q", i, kind)
		}
	}
	b := &Booster{names: d.names, classes: classes, trees: d.trees}
	if b.intercept, err = parseIntercept(d.param["base_score"], classes); err != nil {
		return nil, err
	}
	if _, err := count(d.model, "num_trees", len(d.trees), len(d.trees)); err != nil {
		return nil, err
	}
	if _, ok := d.model["num_parallel_tree"]; ok {
		if _, err := count(d.model, "num_parallel_tree", 0, 1); err != nil {
			return nil, err
		}
	}
	if len(d.trees)%classes != 0 || len(d.trees) == 0 || len(d.info) != len(d.trees) {
		return nil, fmt.Errorf("%d trees and %d entries of tree_info for %d classes", len(d.trees), len(d.info), classes)
	}
	for i, t := range d.trees {
		if int(d.info[i]) != i%classes {
			return nil, fmt.Errorf("tree %d belongs to class %d, want %d", i, d.info[i], i%classes)
		}
		if err := t.check(features); err != nil {
			return nil, fmt.Errorf("tree %d: %w", i, err)
		}
	}
	return b, nil
}

// parseIntercept reads base_score, one number for all classes or a vector.
func parseIntercept(text string, classes int) ([]float32, error) {
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
		if !ok || v-v != 0 {
			return nil, fmt.Errorf("base_score is %.40q", text)
		}
		out[k] = v
	}
	return out, nil
}
