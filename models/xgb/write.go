package xgb

import (
	"maps"
	"slices"
	"strconv"
)

// JSON returns the model as XGBoost's own JSON model file, with the fields of
// version 3.4. The same model always gives the same bytes. XGBoost reads it
// from 1.7 on when all classes share one base_score, which is then written as a
// scalar; else it is a vector, which needs 3.1 or later (see Shared).
func (b *Booster) JSON() ([]byte, error) {
	w := jsonWriter{buf: make([]byte, 0, 1024+len(b.trees)*8192)}
	b.write(&w)
	return w.buf, nil
}

// UBJ returns the model as XGBoost's own UBJSON model file, with the same fields
// as JSON, in about half the bytes, and read by the same releases.
func (b *Booster) UBJ() ([]byte, error) {
	w := ubjWriter{buf: make([]byte, 0, 1024+len(b.trees)*4096)}
	b.write(&w)
	return w.buf, nil
}

// page takes the parts of a document in their order. Every value in an object
// comes after its key, and a list of n is followed by n values and endList.
type page interface {
	open()
	key(name string)
	close()
	list(n int)
	endList()
	text(s string)
	int(v int)
	float(v float32)
	floats(v []float32)
	ints(v []int32)
	longs(v []int64)
	flags(v []bool)
}

// field writes a key and a text.
func field(w page, name, text string) {
	w.key(name)
	w.text(text)
}

func texts(w page, name string, values []string) {
	w.key(name)
	w.list(len(values))
	for _, s := range values {
		w.text(s)
	}
	w.endList()
}

// dictionary writes a block with its keys in order.
func dictionary(w page, name string, values block) {
	w.key(name)
	w.open()
	for _, key := range slices.Sorted(maps.Keys(values)) {
		field(w, key, values[key])
	}
	w.close()
}

// write writes the document. Keys come in the order of their letters, as
// XGBoost has them.
func (b *Booster) write(w page) {
	w.open()
	w.key("learner")
	w.open()
	dictionary(w, "attributes", b.attributes)
	texts(w, "feature_names", b.names)
	texts(w, "feature_types", b.FeatureTypes())
	w.key("gradient_booster")
	b.writeBooster(w)
	w.key("learner_model_param")
	w.open()
	field(w, "base_score", baseScoreText(b.BaseScore()))
	field(w, "boost_from_average", "0")
	field(w, "num_class", strconv.Itoa(b.stated()))
	field(w, "num_feature", strconv.Itoa(b.NumFeature()))
	field(w, "num_target", "1")
	w.close()
	b.writeObjective(w)
	w.close()
	w.key("version")
	w.list(3)
	w.int(3)
	w.int(4)
	w.int(1)
	w.endList()
	w.close()
}

// stated is num_class as files have it: 0 where there are no classes.
func (b *Booster) stated() int {
	if known(b.Objective()).classes {
		return b.classes
	}
	return 0
}

// writeObjective writes the name and the settings, those that readers insist on
// in any case.
func (b *Booster) writeObjective(w page) {
	settings := maps.Clone(known(b.Objective()).settings)
	if settings == nil {
		settings = map[string]block{}
	}
	maps.Copy(settings, b.settings)
	if n := b.stated(); n > 0 {
		settings["softmax_multiclass_param"] = block{"num_class": strconv.Itoa(n)}
	}
	w.key("objective")
	w.open()
	named := false
	for _, key := range slices.Sorted(maps.Keys(settings)) {
		if key > "name" && !named {
			field(w, "name", b.Objective())
			named = true
		}
		dictionary(w, key, settings[key])
	}
	if !named {
		field(w, "name", b.Objective())
	}
	w.close()
}

// baseScoreText is one number when all classes share it, else a vector.
func baseScoreText(v []float32) string {
	var w jsonWriter
	if slices.ContainsFunc(v, func(s float32) bool { return s != v[0] }) {
		w.floats(v)
	} else {
		w.float(v[0])
	}
	return string(w.buf)
}
