package xgb

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
)

// Origin says what a model file was.
type Origin struct {
	Format  string // FormatJSON, FormatUBJ or FormatBinary
	Version string // of the XGBoost that wrote it, "before 1.0", or "" where the file does not say
}

// The formats of model files.
const (
	FormatJSON   = "json"   // XGBoost 1.0 and on
	FormatUBJ    = "ubj"    // XGBoost 1.6 and on
	FormatBinary = "binary" // XGBoost before 3.1
)

// Read reads a model file of XGBoost in whatever format it is: JSON, UBJSON, or
// the binary layouts of XGBoost 0.90 to 3.0. Everything is checked: a file that
// is read can be scored and written without harm, and reading allocates in
// proportion to the size of the file. Refused are categorical splits, trees
// with several targets, boosters other than gbtree, dart and gblinear, and
// objectives that are not known.
func Read(file []byte) (*Booster, Origin, error) {
	switch format(file) {
	case FormatJSON:
		return decode(FormatJSON, &scanner{src: file})
	case FormatUBJ:
		return decode(FormatUBJ, &ubjson{src: file})
	}
	return readBinary(file)
}

// format tells the formats apart by their first bytes, as XGBoost does: after a
// brace a JSON key begins with a quote, an UBJSON key with the type of its
// length.
func format(file []byte) string {
	rest := bytes.TrimLeft(file, " \t\r\n")
	if len(rest) == 0 || rest[0] != '{' {
		return FormatBinary
	}
	rest = bytes.TrimLeft(rest[1:], " \t\r\n")
	if len(rest) > 0 && strings.IndexByte("iUIlL", rest[0]) >= 0 {
		return FormatUBJ
	}
	return FormatJSON
}

// ReadJSON is Read for a file that must be JSON.
func ReadJSON(file []byte) (*Booster, error) {
	b, _, err := decode(FormatJSON, &scanner{src: file})
	return b, err
}

// ReadUBJ is Read for a file that must be UBJSON.
func ReadUBJ(file []byte) (*Booster, error) {
	b, _, err := decode(FormatUBJ, &ubjson{src: file})
	return b, err
}

// decode reads a document and checks what it says.
func decode(format string, n notation) (*Booster, Origin, error) {
	d := decoder{notation: n}
	d.document()
	d.end()
	if err := d.fault(); err != nil {
		return nil, Origin{}, fmt.Errorf("xgb: model: %w", err)
	}
	b, err := d.finish()
	if err != nil {
		return nil, Origin{}, fmt.Errorf("xgb: model: %w", err)
	}
	return b, Origin{format, d.version.String()}, nil
}

// version is the release that wrote a file, major number first.
type version []int32

func (v version) String() string {
	words := make([]string, len(v))
	for i, n := range v {
		words[i] = fmt.Sprint(n)
	}
	return strings.Join(words, ".")
}

// before reports whether a release comes before another. Files that do not say
// their version are of today.
func (v version) before(major, minor int32) bool {
	return len(v) >= 2 && (v[0] < major || v[0] == major && v[1] < minor)
}

// decoder collects the fields of a model file in whatever order they come.
type decoder struct {
	notation
	draft
}

// draft is what a file says, before it is checked.
type draft struct {
	version            version
	names, types       []string
	attributes         block
	param              block // learner_model_param
	booster, objective string
	settings           map[string]block
	model              block // gbtree_model_param
	info               []int32
	trees              []*tree
	deleted            []int // nodes a tree, which its pruning left behind
	weights            []float32
	linear             []float32
	boosted            int32
}

func (d *decoder) document() {
	d.object(func(key string) {
		switch key {
		case "learner":
			d.learner()
		case "version":
			if d.version = d.ints(); len(d.version) > 3 {
				d.fail("a version of %d numbers", len(d.version))
			}
		default:
			d.skip()
		}
	})
}

func (d *decoder) learner() {
	d.object(func(key string) {
		switch key {
		case "feature_names":
			d.names = d.strings()
		case "feature_types":
			d.types = d.strings()
		case "attributes":
			d.attributes = d.dictionary()
		case "learner_model_param":
			d.param = d.dictionary()
		case "objective":
			d.readObjective()
		case "gradient_booster":
			d.gradientBooster()
		default:
			d.skip()
		}
	})
}

// readObjective reads the name and every block of settings of an objective.
func (d *decoder) readObjective() {
	d.settings = map[string]block{}
	d.object(func(key string) {
		switch {
		case key == "name":
			d.objective = d.string()
		case d.isString():
			d.skip()
		default:
			d.settings[key] = d.dictionary()
		}
	})
}

// gradientBooster reads a booster. The trees of dart are in a gbtree of its own
// within it, and what they count beside that; from 3.3 on there is just a gbtree,
// with the counts beside the model, and from 3.4 on within it.
func (d *decoder) gradientBooster() {
	d.object(func(key string) {
		switch key {
		case "name":
			d.booster = d.string()
		case "model":
			d.readModel()
		case "gbtree":
			d.object(func(key string) {
				if key == "model" {
					d.readModel()
				} else {
					d.skip()
				}
			})
		case "weight_drop":
			d.readWeights()
		default:
			d.skip()
		}
	})
}

func (d *decoder) readWeights() {
	if d.weights != nil {
		d.fail("a second weight_drop")
	}
	d.weights = d.floats()
}

func (d *decoder) readModel() {
	if d.model != nil || d.linear != nil {
		d.fail("a second model")
	}
	d.object(func(key string) {
		switch key {
		case "gbtree_model_param":
			d.model = d.dictionary()
		case "tree_info":
			d.info = d.ints()
		case "trees":
			d.array(func() { d.trees = append(d.trees, d.tree()) })
		case "weight_drop":
			d.readWeights()
		case "weights":
			d.linear = d.floats()
		case "boosted_rounds":
			d.boosted = d.int()
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
func (d *decoder) dictionary() block {
	out := block{}
	d.object(func(key string) {
		if d.isString() {
			out[key] = d.string()
		} else {
			d.skip()
		}
	})
	return out
}

var errCategorical = errors.New("categorical splits are not supported")
