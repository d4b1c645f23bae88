package xgb

import (
	"encoding/binary"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"testing"
)

// TestOracle trains the cases of the folder that MANTIS_XGB_ORACLE names and
// leaves its models, probabilities and counts there for
// testdata/oracle/check.py, which starts it.
func TestOracle(t *testing.T) {
	folder := os.Getenv("MANTIS_XGB_ORACLE")
	if folder == "" {
		t.Skip("run by testdata/oracle/check.py")
	}
	type count struct {
		Same   int `json:"same"`
		Trees  int `json:"trees"`
		Walk   int `json:"walk"`
		Strays int `json:"strays"`
	}
	report := map[string]count{}
	write := func(name string, data []byte) {
		if err := os.WriteFile(filepath.Join(folder, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, path := range casesIn(t, folder) {
		c := readCase(t, path)
		want := readTrees(t, c.model)
		got, history := c.fit(t)
		same, first := matches(got, want)
		if first != "" {
			t.Errorf("%s: %s", c.name, first)
		}
		report[c.name] = count{same, max(len(want.trees), len(got.trees)), changedMargins(t, got, c), c.strays(got, history)}
		file, err := got.JSON()
		if err != nil {
			t.Fatal(err)
		}
		write(c.name+".ours.json", file)
		if c.params.Objective != softprobObjective || got.NumParallel() > 1 {
			continue
		}
		p, err := got.Predictor()
		if err != nil {
			t.Fatal(err)
		}
		prob := make([]float64, c.samples.X.Rows()*got.NumClass())
		if err := p.Probabilities(c.samples.X, prob); err != nil {
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

// TestOracleDrawn trains cases once a seed and leaves the losses of their
// validation rows there.
func TestOracleDrawn(t *testing.T) {
	folder := os.Getenv("MANTIS_XGB_ORACLE")
	if folder == "" {
		t.Skip("run by testdata/oracle/check.py")
	}
	folder = filepath.Join(folder, "drawn")
	report := map[string][]float64{}
	for _, path := range casesIn(t, folder) {
		c := readCase(t, path)
		for seed := range c.seeds {
			c.params.Seed = int64(seed)
			_, history := c.fit(t)
			report[c.name] = append(report[c.name], history[len(history)-1].Valid)
		}
	}
	data, err := json.Marshal(report)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "report.json"), data, 0o600); err != nil {
		t.Fatal(err)
	}
}
