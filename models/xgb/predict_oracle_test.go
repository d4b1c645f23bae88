package xgb

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"
	"time"

	"mantis/models/xgb/compiled"
)

// TestKernelNames prints the kernels, for testdata/oracle/predict.py.
func TestKernelNames(t *testing.T) {
	names, err := json.Marshal(compiled.Kernels())
	if err != nil {
		t.Fatal(err)
	}
	fmt.Printf("%s\n", names)
}

// TestPredictOracle scores the table of a folder with its model for each line of
// the standard input, which names a kernel or leaves, and says what it took.
// leaves gets a tenth of the rows. testdata/oracle/predict.py runs it.
func TestPredictOracle(t *testing.T) {
	folder := os.Getenv("MANTIS_XGB_PREDICT")
	if folder == "" {
		t.Skip("run by testdata/oracle/predict.py")
	}
	read := func(name string) []byte {
		raw, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		return raw
	}
	b, err := ReadJSON(read("model.json"))
	if err != nil {
		t.Fatal(err)
	}
	x := Matrix{Names: b.FeatureNames()}
	values := float32s(read("x.f32"))
	rows := len(values) / len(x.Names)
	for f := range x.Names {
		x.Cols = append(x.Cols, values[f*rows:(f+1)*rows])
	}
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		score(t, b, x, lines.Text(), folder)
	}
}

func score(t *testing.T, b *Booster, x Matrix, way, folder string) {
	share := 1
	var p *Predictor
	var err error
	if way == "leaves" {
		p, err = b.Leaves()
		if x.Rows() > 100_000 {
			share = 10
		}
	} else {
		p, err = b.PredictorOn(compiled.Kernel(way))
	}
	if err != nil {
		t.Fatal(err)
	}
	part := Matrix{Names: x.Names}
	for _, col := range x.Cols {
		part.Cols = append(part.Cols, col[:len(col)/share])
	}
	out := make([]float64, part.Rows()*b.NumClass())
	begin := time.Now()
	if err := p.Margins(part, out); err != nil {
		t.Fatal(err)
	}
	took := time.Since(begin).Seconds()
	raw := make([]byte, 0, 4*len(out))
	for _, m := range out {
		raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(float32(m)))
	}
	name := "mantis." + way + ".f32"
	if err := os.WriteFile(filepath.Join(folder, name), raw, 0o600); err != nil {
		t.Fatal(err)
	}
	fmt.Printf(`{"seconds": %g, "share": %g, "margins": %q}`+"\n", took, 1/float64(share), name)
}
