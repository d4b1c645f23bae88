//go:build unix

package xgb

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestShapOracle explains the rows in the folder that MANTIS_XGB_SHAP names and
// leaves what it finds there for testdata/oracle/shap.py, which starts it.
func TestShapOracle(t *testing.T) {
	folder := os.Getenv("MANTIS_XGB_SHAP")
	if folder == "" {
		t.Skip("run by testdata/oracle/shap.py")
	}
	models, err := filepath.Glob(filepath.Join(folder, "*.json"))
	if err != nil || len(models) == 0 {
		t.Fatalf("no models in %s: %v", folder, err)
	}
	report := map[string]map[string]any{}
	for _, path := range models {
		file, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		b, err := ReadJSON(file)
		if err != nil {
			t.Fatal(path, err)
		}
		report[strings.TrimSuffix(filepath.Base(path), ".json")] = explainAll(t, strings.TrimSuffix(path, ".json"), b)
	}
	out, err := json.Marshal(report)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "report"), out, 0o600); err != nil {
		t.Fatal(err)
	}
}

// explainAll explains the rows beside one model and returns times and
// importances.
func explainAll(t *testing.T, path string, b *Booster) map[string]any {
	read := func(kind string) Matrix {
		file, err := os.ReadFile(path + kind)
		if err != nil {
			t.Fatal(err)
		}
		values := float32s(file)
		x := Matrix{Names: b.FeatureNames()}
		n := len(values) / len(x.Names)
		for f := range x.Names {
			x.Cols = append(x.Cols, values[f*n:(f+1)*n])
		}
		return x
	}
	write := func(kind string, values []float64) {
		var raw []byte
		for _, v := range values {
			raw = binary.LittleEndian.AppendUint64(raw, math.Float64bits(v))
		}
		if err := os.WriteFile(path+kind, raw, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	said := map[string]any{}
	timed := func(name string, rows int, do func() error) {
		runtime.GC()
		wall, cpu := time.Now(), processorTime()
		if err := do(); err != nil {
			t.Fatal(err)
		}
		said[name] = [3]float64{float64(rows), time.Since(wall).Seconds(), processorTime() - cpu}
	}
	x, few, background := read(".x"), read(".few"), read(".background")
	width := len(x.Names) + 1
	each := make([]float64, x.Rows()*b.NumClass()*width)
	timed("contributions", x.Rows(), func() error {
		e, err := b.Explainer() // as XGBoost does: with every call
		if err != nil {
			return err
		}
		return e.Contributions(x, each)
	})
	write(".each", each)
	squares := make([]float64, few.Rows()*b.NumClass()*width*width)
	timed("interactions", few.Rows(), func() error {
		e, err := b.Interactor()
		if err != nil {
			return err
		}
		return e.Interactions(few, squares)
	})
	write(".squares", squares)
	against := make([]float64, few.Rows()*b.NumClass()*width)
	timed("interventional", few.Rows(), func() error {
		e, err := b.ExplainerAgainst(background)
		if err != nil {
			return err
		}
		return e.Contributions(few, against)
	})
	write(".against", against)
	for _, kind := range Importances() {
		scores, err := b.Importance(kind)
		if err != nil {
			t.Fatal(err)
		}
		said[kind] = scores
	}
	said["processors"] = fmt.Sprint(runtime.GOMAXPROCS(0))
	return said
}

// processorTime is the seconds that the process has worked.
func processorTime() float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return math.NaN()
	}
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
}
