package xgb

import (
	"archive/zip"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"path/filepath"
	"strings"
	"testing"
)

// oracleCase is a training table with what XGBoost of a dialect made of it, as
// testdata/oracle/cases.py writes them.
type oracleCase struct {
	name    string
	params  Params
	samples Samples
	valid   *Samples
	history []Evaluation
	best    int // round, with early stopping
	seeds   int
	model   []byte
	margins []float32
}

// readCases reads all cases of a folder, in the order of their names.
func readCases(t testing.TB, folder string) []oracleCase {
	t.Helper()
	var out []oracleCase
	for _, path := range casesIn(t, folder) {
		out = append(out, readCase(t, path))
	}
	return out
}

// casesIn lists the cases of a folder.
func casesIn(t testing.TB, folder string) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(folder, "*.zip"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no cases in %s: %v", folder, err)
	}
	return paths
}

func readCase(t testing.TB, path string) oracleCase {
	t.Helper()
	z, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	part := func(name string) []byte {
		f, err := z.Open(name)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		data, err := io.ReadAll(f)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	head := caseHead{Params: Defaults()}
	if err := json.Unmarshal(part("case.json"), &head); err != nil {
		t.Fatal(err)
	}
	c := oracleCase{
		name: strings.TrimSuffix(filepath.Base(path), ".zip"), params: head.Params,
		model: part("model.json"), margins: float32s(part("margin.f32")), best: head.Best, seeds: len(head.Losses),
	}
	for i := range head.Valid {
		c.history = append(c.history, Evaluation{i, head.Train[i], head.Valid[i]})
	}
	x := float32s(part("x.f32"))
	if len(x) != head.Rows*len(head.Names) {
		t.Fatalf("%s: %d values for %d rows", path, len(x), head.Rows)
	}
	c.samples = Samples{X: Matrix{Names: head.Names}, Label: float32s(part("label.f32"))}
	if weight := part("weight.f32"); weight != nil {
		c.samples.Weight = float32s(weight)
	}
	for f := range head.Names {
		c.samples.X.Cols = append(c.samples.X.Cols, x[f*head.Rows:(f+1)*head.Rows])
	}
	for _, v := range float32s(part("class.i32")) {
		c.samples.Label = append(c.samples.Label, float32(int32(math.Float32bits(v))))
	}
	if head.ValidRows > 0 {
		c.split(head.Rows - head.ValidRows)
	}
	return c
}

// caseHead is case.json.
type caseHead struct {
	Params       Params
	Names        []string
	Rows         int
	ValidRows    int `json:"valid_rows"` // at the end
	Train, Valid []float64
	Best         int
	Losses       []float64 // by seed, of trees that are drawn
}

// split leaves the rows from the given one on for validation.
func (c *oracleCase) split(at int) {
	v := Samples{X: Matrix{Names: c.samples.X.Names}, Label: c.samples.Label[at:]}
	c.samples.Label = c.samples.Label[:at]
	if c.samples.Weight != nil {
		v.Weight, c.samples.Weight = c.samples.Weight[at:], c.samples.Weight[:at]
	}
	for f, col := range c.samples.X.Cols {
		v.X.Cols = append(v.X.Cols, col[at:])
		c.samples.X.Cols[f] = col[:at]
	}
	c.valid = &v
}

func float32s(data []byte) []float32 {
	out := make([]float32, len(data)/4)
	for i := range out {
		out[i] = math.Float32frombits(binary.LittleEndian.Uint32(data[4*i:]))
	}
	return out
}

// train trains a case or fails the test.
func (c oracleCase) train(t testing.TB) *Booster {
	t.Helper()
	b, _ := c.fit(t)
	return b
}

// fit is train with the evaluations, of which there are none without rows to
// validate on.
func (c oracleCase) fit(t testing.TB) (b *Booster, history []Evaluation) {
	t.Helper()
	var err error
	if c.valid != nil {
		b, history, err = TrainValid(context.Background(), c.samples, *c.valid, c.params, nil)
	} else {
		b, err = Train(context.Background(), c.samples, c.params, nil)
	}
	if err != nil {
		t.Fatalf("%s: %v", c.name, err)
	}
	return b, history
}

// strays counts the evaluations that are not XGBoost's, or whose best round is
// another.
func (c oracleCase) strays(b *Booster, history []Evaluation) int {
	n := 0
	for i, e := range c.history {
		// XGBoost prints its metrics, and Python reads them again.
		near := func(a, b float64) bool { return math.Abs(a-b) <= 1e-14*math.Abs(b) }
		if i >= len(history) || !near(history[i].Train, e.Train) || !near(history[i].Valid, e.Valid) {
			n++
		}
	}
	if c.params.EarlyStopping > 0 && b.attributes["best_iteration"] != fmt.Sprint(c.best) {
		n++
	}
	return n + max(0, len(history)-len(c.history))
}

// readTrees reads the trees of any model file of XGBoost.
func readTrees(t testing.TB, file []byte) *Booster {
	t.Helper()
	b, err := ReadJSON(file)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// difference names the first entry in which two trees differ in any bit, or
// returns "".
func difference(a, b *tree) string {
	if len(a.left) != len(b.left) {
		return fmt.Sprintf("%d entries, want %d", len(a.left), len(b.left))
	}
	for i := range a.left {
		for _, f := range []struct {
			name string
			a, b any
		}{
			{"left", a.left[i], b.left[i]},
			{"right", a.right[i], b.right[i]},
			{"parent", a.parent[i], b.parent[i]},
			{"feature", a.feature[i], b.feature[i]},
			{"default left", a.defaultLeft[i], b.defaultLeft[i]},
			{"cond", math.Float32bits(a.cond[i]), math.Float32bits(b.cond[i])},
			{"hess", math.Float32bits(a.hess[i]), math.Float32bits(b.hess[i])},
			{"loss", math.Float32bits(a.loss[i]), math.Float32bits(b.loss[i])},
			{"weight", math.Float32bits(a.weight[i]), math.Float32bits(b.weight[i])},
		} {
			if f.a != f.b {
				return fmt.Sprintf("entry %d: %s %v, want %v", i, f.name, f.a, f.b)
			}
		}
	}
	return ""
}

// matches counts the trees that are the same in every bit and describes the
// first one that is not.
func matches(got, want *Booster) (same int, first string) {
	for i := range min(len(got.trees), len(want.trees)) {
		if d := difference(got.trees[i], want.trees[i]); d == "" {
			same++
		} else if first == "" {
			first = fmt.Sprintf("tree %d: %s", i, d)
		}
	}
	return same, first
}

// changedMargins counts the margins whose bits differ.
func changedMargins(t testing.TB, b *Booster, c oracleCase) int {
	t.Helper()
	out := make([]float32, len(c.margins))
	all := *b
	all.attributes = nil // XGBoost's margins here are of every round, ours of those up to the best
	if err := all.Walk(c.samples.X, out); err != nil {
		t.Fatal(err)
	}
	n := 0
	for i := range out {
		if math.Float32bits(out[i]) != math.Float32bits(c.margins[i]) {
			n++
		}
	}
	return n
}
