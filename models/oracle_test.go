package models

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestTrainersOracle fits every trainer to the cases in the folder that
// MANTIS_MODELS_ORACLE names and leaves model files and probabilities there for
// testdata/oracle/check.py, which starts it.
func TestTrainersOracle(t *testing.T) {
	folder := os.Getenv("MANTIS_MODELS_ORACLE")
	if folder == "" {
		t.Skip("run by testdata/oracle/check.py")
	}
	cases, err := filepath.Glob(filepath.Join(folder, "*.case"))
	if err != nil || len(cases) == 0 {
		t.Fatalf("no cases in %s: %v", folder, err)
	}
	for _, path := range cases {
		file, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		c := struct {
			Names  []string
			Values [][]*float64 // by column; null: missing
			Class  []int32
			Set    json.RawMessage
		}{}
		if err := json.Unmarshal(file, &c); err != nil {
			t.Fatal(path, err)
		}
		cols := make([][]float64, len(c.Values))
		for j, col := range c.Values {
			for _, v := range col {
				if v == nil {
					cols[j] = append(cols[j], math.NaN())
				} else {
					cols[j] = append(cols[j], *v)
				}
			}
		}
		x, s := NewMatrix(c.Names, cols), Defaults()
		if err := json.Unmarshal(c.Set, &s); err != nil {
			t.Fatal(path, err)
		}
		for _, k := range Trainers() {
			m := fit(t, k.New(&s), x, c.Class)
			p := make([]float64, s.NumClass*x.Rows())
			if err := m.Probabilities(x, p); err != nil {
				t.Fatal(path, k.Name, err)
			}
			out, err := json.Marshal(p)
			if err != nil {
				t.Fatal(path, k.Name, err)
			}
			stem := strings.TrimSuffix(path, "case") + k.Name
			for name, content := range map[string][]byte{stem + ".json": encoded(t, m), stem + ".p": out} {
				if err := os.WriteFile(name, content, 0o600); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}
