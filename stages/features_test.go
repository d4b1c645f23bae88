package stages

import (
	"math"
	"slices"
	"strings"
	"testing"

	"mantis/data"
	"mantis/pipeline"
	"mantis/stages/feature"
)

// runModel runs the job as far as the model.
func runModel(t *testing.T, root string, set ...string) (map[string]*data.Version, *data.Store, []pipeline.Step, error) {
	t.Helper()
	steps, store, err := runTargets(t, root, []*pipeline.Stage{Model}, append(append([]string{}, small...), set...))
	if err != nil {
		return nil, nil, nil, err
	}
	return versions(steps), store, steps, nil
}

func ranOf(steps []pipeline.Step) string {
	var names []string
	for _, s := range steps {
		if !s.Known {
			names = append(names, s.Stage.Name)
		}
	}
	return strings.Join(names, " ")
}

// TestAskedFor adds features to a run: the others keep their bits, the model sees
// the new ones, and a changed code is felt only where its feature is used.
func TestAskedFor(t *testing.T) {
	root := t.TempDir()
	run := func(set ...string) (map[string]*data.Version, *data.Store, string) {
		t.Helper()
		v, store, steps, err := runModel(t, root, set...)
		if err != nil {
			t.Fatal(err)
		}
		return v, store, ranOf(steps)
	}
	plain, store, _ := run()
	added, _, ran := run("features.add=rsi_14,macd")
	if ran != "features model" {
		t.Errorf("with features added, these ran: %s", ran)
	}
	schema, err := added["features"].Table("features")
	if err != nil {
		t.Fatal(err)
	}
	a, b := table(t, store, plain["features"], "features", 0), table(t, store, added["features"], "features", 0)
	for _, f := range feature.Default() {
		if !slices.EqualFunc(a.Floats(f.Name), b.Floats(f.Name), func(x, y float64) bool { return math.Float64bits(x) == math.Float64bits(y) }) {
			t.Errorf("%s is another one beside features that were added", f.Name)
		}
	}
	if n := len(schema.Fields) - 3 - len(feature.Default()); n != 4 || schema.Index("rsi_14") < 0 || schema.Index("macd_signal") < 0 {
		t.Errorf("%d features were added: %v", n, schema.Fields)
	}
	if got := strings.Join(added["model"].Notes, " "); !strings.Contains(got, "also sees what was added to the features of every run: macd_histogram, macd_line, macd_signal, rsi_14") {
		t.Errorf("notes: %s", got)
	}
	tree, err := foldNames(store, added["model"])
	if err != nil || len(tree) != len(offeredAlways())+4 {
		t.Errorf("the model sees %d features, %v", len(tree), err)
	}

	// Asked for in another way, or twice: the same. Chosen from: only those.
	if _, _, ran := run(`features.add=["macd_signal","rsi_14","macd","returns"]`); ran != "" {
		t.Errorf("asked for in another way, these ran: %s", ran)
	}
	chosen, _, _ := run("features.add=rsi_14,macd", `model.features=["returns","rsi_14"]`)
	if tree, err := foldNames(store, chosen["model"]); err != nil || !slices.Equal(tree, []string{"returns", "rsi_14"}) {
		t.Errorf("the model sees %v, %v", tree, err)
	}

	raise := func(name string) {
		f := feature.Find(name)
		f.Code++
		t.Cleanup(func() { f.Code-- })
	}
	raise("atr_14")
	if _, _, ran := run(); ran != "" {
		t.Errorf("after the code of a feature that is not used was raised, these ran: %s", ran)
	}
	if _, _, ran := run("features.add=rsi_14,macd"); ran != "" {
		t.Errorf("after the code of another feature was raised, these ran: %s", ran)
	}
	raise("rsi_14")
	if _, _, ran := run("features.add=rsi_14,macd"); ran != "features" {
		t.Errorf("after the code of a feature was raised that gives the same, these ran: %s", ran)
	}
}

// foldNames are the features that the first fold's model sees.
func foldNames(store *data.Store, v *data.Version) ([]string, error) {
	file, err := store.ReadFile(v, foldFile(0))
	if err != nil {
		return nil, err
	}
	m, err := decodeTrees(file, 0)
	if err != nil {
		return nil, err
	}
	return m.FeatureNames(), nil
}

func TestFeatureSettings(t *testing.T) {
	for _, c := range []struct{ set, want, hint string }{
		{"features.add=rsi_15", `feature "rsi_15": no feature or group of that name`, "mantis features"},
		{"features.add=rsi_14,", `feature ""`, "mantis features"},
		{"features.add=3", "a number where a list", "features takes"},
		{"features.features=[]", "is left out, which every run computes", "model.features"},
		{`features.features=[{"name":"nonsense","code":1}]`, "feature nonsense with code 1: there is none such", ""},
		{`model.features=["rsi_14"]`, "feature rsi_14 is not computed in this run", "features.add=rsi_14"},
		{`model.features=["nonsense"]`, `feature "nonsense": there is none of that name`, "mantis features"},
	} {
		_, _, _, err := runModel(t, t.TempDir(), c.set)
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(data.Hint(err), c.hint) {
			t.Errorf("%s: %v; hint: %s", c.set, err, data.Hint(err))
		}
	}
}
