package xgb

import (
	"archive/zip"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// oracleCase is a training table with what XGBoost 3.4.1 made of it, as
// testdata/oracle/cases.py writes them.
type oracleCase struct {
	name    string
	params  Params
	x       Matrix
	class   []int32
	model   []byte
	margins []float32
}

// readCases reads all cases of a folder, in the order of their names.
func readCases(t testing.TB, folder string) []oracleCase {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(folder, "*.zip"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no cases in %s: %v", folder, err)
	}
	var out []oracleCase
	for _, path := range paths {
		out = append(out, readCase(t, path))
	}
	return out
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
	var head struct {
		Params Params
		Names  []string
		Rows   int
	}
	if err := json.Unmarshal(part("case.json"), &head); err != nil {
		t.Fatal(err)
	}
	c := oracleCase{
		name: strings.TrimSuffix(filepath.Base(path), ".zip"), params: head.Params,
		model: part("model.json"), margins: float32s(part("margin.f32")),
	}
	x := float32s(part("x.f32"))
	if len(x) != head.Rows*len(head.Names) {
		t.Fatalf("%s: %d values for %d rows", path, len(x), head.Rows)
	}
	c.x.Names = head.Names
	for f := range head.Names {
		c.x.Cols = append(c.x.Cols, x[f*head.Rows:(f+1)*head.Rows])
	}
	for _, v := range float32s(part("class.i32")) {
		c.class = append(c.class, int32(math.Float32bits(v)))
	}
	return c
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
	b, err := Train(context.Background(), c.x, c.class, c.params, nil)
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
	if err := b.Walk(c.x, out); err != nil {
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

// TestOracle trains the cases of the folder that MANTIS_XGB_ORACLE names and
// leaves its models, probabilities and counts there for
// testdata/oracle/check.py, which starts it.
func TestOracle(t *testing.T) {
	folder := os.Getenv("MANTIS_XGB_ORACLE")
	if folder == "" {
		t.Skip("run by testdata/oracle/check.py")
	}
	type count struct {
		Same  int `json:"same"`
		Trees int `json:"trees"`
		Walk  int `json:"walk"`
	}
	report := map[string]count{}
	write := func(name string, data []byte) {
		if err := os.WriteFile(filepath.Join(folder, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range readCases(t, folder) {
		want, err := ReadJSON(c.model)
		if err != nil {
			t.Fatal(c.name, err)
		}
		got := c.train(t)
		same, first := matches(got, want)
		if first != "" {
			t.Errorf("%s: %s", c.name, first)
		}
		report[c.name] = count{same, max(len(want.trees), len(got.trees)), changedMargins(t, got, c)}
		file, err := got.JSON()
		if err != nil {
			t.Fatal(err)
		}
		write(c.name+".ours.json", file)
		p, err := got.Predictor()
		if err != nil {
			t.Fatal(err)
		}
		prob := make([]float64, c.x.Rows()*got.NumClass())
		if err := p.Probabilities(c.x, prob); err != nil {
			t.Fatal(err)
		}
		var raw []byte
		for _, v := range prob {
			raw = binary.LittleEndian.AppendUint64(raw, math.Float64bits(v))
		}
		write(c.name+".prob.f64", raw)
	}
	data, err := json.Marshal(report)
	if err != nil {
		t.Fatal(err)
	}
	write("report.json", data)
}
