package stages

import (
	"bytes"
	"strings"
	"testing"

	"mantis/models"
)

// TestEveryTrainerRuns takes each trainer from candles to the report: its models
// predict, and what is no tree is not explained, and said not to be.
func TestEveryTrainerRuns(t *testing.T) {
	if testing.Short() {
		t.Skip("heavy under the race detector, which has as much to see in others")
	}
	root := t.TempDir()
	for _, k := range models.Trainers() {
		steps, store, err := runIn(t, root, append([]string{"model.trainer=" + k.Name, "model.forest.num_parallel_tree=4", "report.resamples=0"}, small...)...)
		if err != nil {
			t.Fatal(err)
		}
		v := versions(steps)
		if l := score(t, store, v["predictions"], ScoredModel, "log_loss"); !(l > 0.5 && (l < 8 || k.Name == "bayes")) { // which is surer than it may be
			t.Errorf("%s: a log-loss of %v", k.Name, l)
		}
		file, err := store.ReadFile(v["model"], foldFile(0))
		if err != nil {
			t.Fatal(err)
		}
		m, err := models.Decode(file)
		if err != nil {
			t.Fatal(k.Name, err)
		}
		_, trees := m.(models.Trees)
		said := strings.Contains(strings.Join(v["explanations"].Notes, "\n"), "only trees are explained")
		page, err := store.ReadFile(v["report"], ReportPage)
		if err != nil {
			t.Fatal(err)
		}
		drawn := bytes.Contains(page, []byte(`id="explained"`))
		if trees == said || trees != drawn || v["predictions"].Unportable() {
			t.Errorf("%s: trees %t, said that there are none %t, explained %t, unportable %t", k.Name, trees, said, drawn, v["predictions"].Unportable())
		}
	}
}

// TestTrainerSettings wants a parameter to reach its trainer alone, and others to
// leave the models that were fitted as they are.
func TestTrainerSettings(t *testing.T) {
	if testing.Short() {
		t.Skip("heavy under the race detector, which has as much to see in others")
	}
	root, file := t.TempDir(), func(set ...string) string {
		steps, store, err := runIn(t, t.TempDir(), append(append([]string{"model.trainer=logistic"}, set...), small...)...)
		if err != nil {
			t.Fatal(err)
		}
		content, err := store.ReadFile(versions(steps)["model"], foldFile(0))
		if err != nil {
			t.Fatal(err)
		}
		return string(content)
	}
	plain := file()
	if file("model.logistic.lambda=100") == plain {
		t.Error("model.logistic.lambda does nothing")
	}
	if file("model.svm.lambda=100", "model.lambda=3") != plain {
		t.Error("the parameters of others matter")
	}
	for set, want := range map[string]string{
		"model.trainer=oracle": "want xgboost, forest", "model.logistic.lambda=0": "lambda", "model.logistic.depth=1": "depth", "model.validate=0.2": "does not stop early",
	} {
		_, _, err := runIn(t, root, append([]string{"model.trainer=logistic"}, append(small[:len(small):len(small)], set)...)...)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", set, err)
		}
	}
}
