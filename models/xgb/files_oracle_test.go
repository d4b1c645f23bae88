package xgb

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"testing"
)

// TestFilesOracle reads the files that every release below MANTIS_XGB_FILES
// wrote and leaves ours beside them, with a report, for testdata/oracle/files.py,
// which starts it. It adds a folder with a model of our own.
func TestFilesOracle(t *testing.T) {
	root := os.Getenv("MANTIS_XGB_FILES")
	if root == "" {
		t.Skip("run by testdata/oracle/files.py")
	}
	type line struct {
		Walk, Leaves float64  // largest differences of margins
		Files        []string // read, and written again
		Vector       []string // of those, the ones whose base_score differs by class
	}
	report := map[string]*line{}
	folders, err := filepath.Glob(filepath.Join(root, "*", "x.f32"))
	if err != nil || len(folders) == 0 {
		t.Fatal("no folders", err)
	}
	for _, path := range folders {
		r := readRelease(t, filepath.Base(filepath.Dir(path)), os.DirFS(filepath.Dir(path)))
		l := &line{}
		report[r.name] = l
		for _, name := range r.models() {
			b, _, err := Read(r.files[name])
			if err != nil {
				t.Errorf("%s/%s: %v", r.name, name, err)
				continue
			}
			walk, leaves := r.apart(t, b, name)
			l.Walk, l.Leaves = math.Max(l.Walk, walk), math.Max(l.Leaves, leaves)
			l.Files = append(l.Files, name)
			if !b.Shared() {
				l.Vector = append(l.Vector, name)
			}
			leaveFiles(t, filepath.Join(root, r.name, name), b)
		}
	}
	report["go"] = &line{Files: []string{"trained.json"}}
	leaveTrained(t, filepath.Join(root, "go"), readRelease(t, "go", os.DirFS(filepath.Dir(folders[0]))))
	text, err := json.Marshal(report)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(root, "report.json"), text, 0o600); err != nil {
		t.Fatal(err)
	}
}

// leaveFiles writes a model in both notations.
func leaveFiles(t *testing.T, path string, b *Booster) {
	t.Helper()
	text, err := b.JSON()
	if err != nil {
		t.Fatal(err)
	}
	ubj, err := b.UBJ()
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.WriteFile(path+".ours.json", text, 0o600), os.WriteFile(path+".ours.ubj", ubj, 0o600)); err != nil {
		t.Fatal(err)
	}
}

// leaveTrained trains a model on the table of a release, with its margins.
func leaveTrained(t *testing.T, folder string, r release) {
	t.Helper()
	p := Defaults()
	p.NumClass, p.Rounds, p.MinChildWeight = 3, 8, 0
	x := r.matrix(&Booster{unnamed: releaseColumns})
	class := make([]float32, x.Rows())
	for i := range class {
		class[i] = float32(i % 3)
	}
	b, err := Train(context.Background(), Samples{X: x, Label: class}, p, nil)
	if err != nil {
		t.Fatal(err)
	}
	margins := make([]float32, 3*x.Rows())
	if err := b.Walk(x, margins); err != nil {
		t.Fatal(err)
	}
	var raw []byte
	for _, m := range margins {
		raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(m))
	}
	if err := errors.Join(os.MkdirAll(folder, 0o700), os.WriteFile(filepath.Join(folder, "x.f32"), r.files["x.f32"], 0o600),
		os.WriteFile(filepath.Join(folder, "trained.margin.f32"), raw, 0o600)); err != nil {
		t.Fatal(err)
	}
	leaveFiles(t, filepath.Join(folder, "trained.json"), b)
}
