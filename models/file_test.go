package models

import (
	"archive/zip"
	"bytes"
	"io/fs"
	"math"
	"strings"
	"testing"
)

// fileOf is a model file from the fixtures of a package below.
func fileOf(t *testing.T, archive, name string) []byte {
	t.Helper()
	z, err := zip.OpenReader(archive)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	data, err := fs.ReadFile(z, name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestDecode reads classifiers of both libraries, and refuses what is none.
func TestDecode(t *testing.T) {
	for _, c := range [][2]string{
		{"xgb/testdata/files/0.90.zip", "softprob.model"}, {"xgb/testdata/files/3.4.1.zip", "dart.ubj"},
		{"xgb/testdata/files/3.4.1.zip", "linear.json"}, {"lightgbm/testdata/files/4.7.0.zip", "multiclass.txt"},
	} {
		m, err := Decode(fileOf(t, c[0], c[1]))
		if err != nil {
			t.Fatal(c, err)
		}
		x := Matrix{Names: m.Features(), Cols: [][]float32{{0, 1}, {1, 0}, {float32(math.NaN()), 1}, {2, 0.5}}}
		out := make([]float64, 6)
		if err := m.Probabilities(x, out); err != nil {
			t.Fatal(c, err)
		}
		if s := out[0] + out[1] + out[2]; math.Abs(s-1) > 1e-12 || out[0] == out[3] {
			t.Error(c, out)
		}
		file, err := m.Encode()
		if err != nil {
			t.Fatal(err)
		}
		again, err := Decode(file)
		if err != nil {
			t.Fatal(c, err)
		}
		back := make([]float64, 6)
		if err := again.Probabilities(x, back); err != nil {
			t.Fatal(err)
		}
		for i := range out {
			if out[i] != back[i] {
				t.Error(c, out, back)
			}
		}
	}
	for _, c := range [][3]string{
		{"xgb/testdata/files/0.90.zip", "squared.model", "no classes"}, {"lightgbm/testdata/files/4.7.0.zip", "binary.txt", "no classes"},
		{"xgb/testdata/files/0.90.zip", "x.f32", "no XGBoost model"},
	} {
		if m, err := Decode(fileOf(t, c[0], c[1])); err == nil || !strings.Contains(err.Error(), c[2]) {
			t.Error(c, m, err)
		}
	}
}

// TestConvert turns a binary file into both notations, which are the same model.
func TestConvert(t *testing.T) {
	old := fileOf(t, "xgb/testdata/files/3.0.5.zip", "dart.model")
	text, err := Convert(old, Conversion{To: "json"})
	if err != nil {
		t.Fatal(err)
	}
	ubj, err := Convert(old, Conversion{To: "ubj"})
	if err != nil {
		t.Fatal(err)
	}
	again, err := Convert(ubj, Conversion{To: "json"})
	if err != nil || !bytes.Equal(text, again) {
		t.Error("through UBJSON the bytes differ", err)
	}
	f, err := Inspect(ubj)
	if err != nil || f.Booster != "dart" || f.Format != "ubj" || f.Best == nil || *f.Best != 1 || f.Rounds != 3 {
		t.Errorf("%+v, %v", f, err)
	}
	best, err := Convert(old, Conversion{To: "ubj", Best: true})
	if err != nil {
		t.Fatal(err)
	}
	if f, err = Inspect(best); err != nil || f.Rounds != 2 || f.Trees != 6 {
		t.Errorf("%+v, %v", f, err)
	}
	vector := fileOf(t, "xgb/testdata/files/3.4.1.zip", "softprob.ubj")
	if _, err := Convert(vector, Conversion{To: "json"}); err == nil || !strings.Contains(err.Error(), "before 3.1") {
		t.Error(err)
	}
	if _, err := Convert(vector, Conversion{To: "json", Vector: true}); err != nil {
		t.Error(err)
	}
	if _, err := Convert(fileOf(t, "lightgbm/testdata/files/4.7.0.zip", "stump.txt"), Conversion{To: "json"}); err == nil {
		t.Error("a model of LightGBM was converted")
	}
}
