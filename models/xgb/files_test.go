package xgb

import (
	"archive/zip"
	"bytes"
	"io/fs"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// release is a folder of model files that one release of XGBoost wrote, as
// testdata/oracle/release.py leaves them, with its margins.
type release struct {
	name  string
	table []float32 // row after row
	files map[string][]byte
}

const releaseColumns = 4

// matrix is the table of a release, under the names that a model has.
func (r release) matrix(b *Booster) Matrix {
	x := Matrix{Names: b.FeatureNames(), Cols: make([][]float32, releaseColumns)}
	for i, v := range r.table {
		x.Cols[i%releaseColumns] = append(x.Cols[i%releaseColumns], v)
	}
	return x
}

// margins are what the release predicted.
func (r release) margins(file string) []float32 {
	return float32s(r.files[strings.TrimSuffix(file, filepath.Ext(file))+".margin.f32"])
}

// readRelease reads a folder.
func readRelease(t testing.TB, name string, folder fs.FS) release {
	t.Helper()
	r := release{name: name, files: map[string][]byte{}}
	paths, err := fs.Glob(folder, "*")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		if r.files[path], err = fs.ReadFile(folder, path); err != nil {
			t.Fatal(err)
		}
	}
	r.table = float32s(r.files["x.f32"])
	return r
}

// releases reads the folders that testdata/oracle/fixtures.py wrote.
func releases(t testing.TB) (all []release) {
	t.Helper()
	paths, err := filepath.Glob("testdata/files/*.zip")
	if err != nil || len(paths) < 7 {
		t.Fatalf("%d releases, %v", len(paths), err)
	}
	for _, path := range paths {
		z, err := zip.OpenReader(path)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, readRelease(t, strings.TrimSuffix(filepath.Base(path), ".zip"), z))
		z.Close()
	}
	return all
}

// models are the names of the model files.
func (r release) models() (names []string) {
	for name := range r.files {
		switch filepath.Ext(name) {
		case ".json", ".ubj", ".model":
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// apart returns how far the margins of a model are from those of the release,
// at most: those of Walk and those through leaves, relative to large ones.
func (r release) apart(t testing.TB, b *Booster, file string) (walk, leaves float64) {
	t.Helper()
	x, want := r.matrix(b), r.margins(file)
	plain, wide := holdCompiled(t, b, x), make([]float64, len(want))
	p, err := b.Leaves()
	if err != nil {
		t.Fatal(r.name, file, err)
	}
	if err := p.Margins(x, wide); err != nil {
		t.Fatal(r.name, file, err)
	}
	for i, m := range want {
		scale := math.Max(1, math.Abs(float64(m)))
		walk = math.Max(walk, math.Abs(float64(plain[i])-float64(m))/scale)
		leaves = math.Max(leaves, math.Abs(wide[i]-float64(m))/scale)
	}
	return walk, leaves
}

// TestReleases holds the files of seven releases against the margins that each
// predicted: in every bit from 1.7 on, while older ones add in another order.
func TestReleases(t *testing.T) {
	files := 0
	for _, r := range releases(t) {
		limit := 0.0
		if strings.HasPrefix(r.name, "0.") || strings.HasPrefix(r.name, "1.0") || strings.HasPrefix(r.name, "1.1") {
			limit = 2e-7
		}
		for _, name := range r.models() {
			b, from, err := Read(r.files[name])
			if err != nil {
				t.Errorf("%s/%s: %v", r.name, name, err)
				continue
			}
			if walk, leaves := r.apart(t, b, name); !(walk <= limit && leaves <= 3e-7) {
				t.Errorf("%s/%s: margins %v apart, through leaves %v", r.name, name, walk, leaves)
			}
			want := Origin{map[string]string{".json": FormatJSON, ".ubj": FormatUBJ, ".model": FormatBinary}[filepath.Ext(name)], r.name}
			if want.Format == FormatBinary {
				want.Version = strings.Join(strings.Split(r.name, ".")[:2], ".")
			}
			if r.name == "0.90" {
				want.Version = "before 1.0"
			}
			if from != want {
				t.Errorf("%s/%s: from %v", r.name, name, from)
			}
			files++
		}
	}
	t.Logf("%d files", files)
}

// TestReleasesAgain writes what the releases wrote in both notations and reads
// it again: the same model, with margins as close as before.
func TestReleasesAgain(t *testing.T) {
	equal := cmp.AllowUnexported(Booster{}, tree{})
	for _, r := range releases(t) {
		for _, name := range r.models() {
			b, _, err := Read(r.files[name])
			if err != nil {
				t.Fatal(err)
			}
			text, _ := b.JSON()
			ubj, _ := b.UBJ()
			fromText, err := ReadJSON(text)
			if err != nil {
				t.Fatal(r.name, name, err)
			}
			fromUBJ, err := ReadUBJ(ubj)
			if err != nil {
				t.Fatal(r.name, name, err)
			}
			if diff := cmp.Diff(fromText, fromUBJ, equal); diff != "" {
				t.Errorf("%s/%s: JSON and UBJSON differ: %s", r.name, name, diff)
			}
			if walk, leaves := r.apart(t, fromText, name); !(walk <= 3e-7 && leaves <= 3e-7) {
				t.Errorf("%s/%s: margins %v apart, through leaves %v", r.name, name, walk, leaves)
			}
			again, _ := fromUBJ.JSON()
			if !bytes.Equal(again, text) {
				t.Errorf("%s/%s: written again, the bytes differ", r.name, name)
			}
		}
	}
}

// TestUBJBytes compares files with XGBoost's own: the same bytes but for
// boost_from_average, which says whether base_score was estimated.
func TestUBJBytes(t *testing.T) {
	for _, r := range releases(t) {
		if r.name != "3.4.1" {
			continue
		}
		for _, name := range []string{"softprob.ubj", "parallel.ubj"} {
			b, err := ReadUBJ(r.files[name])
			if err != nil {
				t.Fatal(err)
			}
			got, _ := b.UBJ()
			flag := []byte("boost_from_averageSL\x00\x00\x00\x00\x00\x00\x00\x01")
			want := bytes.Replace(r.files[name], append(flag, '1'), append(flag, '0'), 1)
			if !bytes.Equal(got, want) {
				i := 0
				for i < min(len(got), len(want)) && got[i] == want[i] {
					i++
				}
				t.Errorf("%s: byte %d: ...%q, want ...%q", name, i,
					got[max(0, i-40):min(len(got), i+40)], want[max(0, i-40):min(len(want), i+40)])
			}
		}
	}
}

// TestWhatFilesSay checks what a user is told of a model.
func TestWhatFilesSay(t *testing.T) {
	type said struct {
		Kind, Objective                   string
		Class, Feature, Tree, Par, Rounds int
		Named, Shared                     bool
		Best                              int
	}
	got := map[string]said{}
	for _, r := range releases(t) {
		for _, name := range r.models() {
			b, _, err := Read(r.files[name])
			if err != nil {
				t.Fatal(err)
			}
			best, ok := b.BestIteration()
			if !ok {
				best = -1
			}
			if cut := b.Best(); ok && (cut.Rounds() != best+1 || cut.NumTree() != (best+1)*cut.NumClass()*cut.NumParallel()) {
				t.Errorf("%s/%s: %d rounds and %d trees up to the best, round %d", r.name, name, cut.Rounds(), cut.NumTree(), best)
			}
			got[r.name+"/"+name] = said{b.Kind(), b.Objective(), b.NumClass(), b.NumFeature(), b.NumTree(), b.NumParallel(), b.Rounds(), b.Named(), b.Shared(), best}
		}
	}
	for name, want := range map[string]said{
		"0.90/softprob.model": {"gbtree", "multi:softprob", 3, 4, 9, 1, 3, false, true, 1},
		"0.90/softmax.model":  {"gbtree", "multi:softmax", 3, 4, 9, 1, 3, false, true, 2},
		"0.90/parallel.model": {"gbtree", "multi:softprob", 3, 4, 18, 2, 3, false, true, 1},
		"0.90/forest.model":   {"gbtree", "binary:logistic", 1, 4, 9, 3, 3, false, true, 1},
		"0.90/poisson.model":  {"gbtree", "count:poisson", 1, 4, 3, 1, 3, false, true, 2},
		"0.90/line.model":     {"gblinear", "reg:squarederror", 1, 4, 0, 1, 0, false, true, -1},
		"1.7.4/forest.json":   {"gbtree", "binary:logistic", 1, 4, 9, 3, 3, true, true, 1},
		"1.7.4/linear.ubj":    {"gblinear", "multi:softprob", 3, 4, 0, 1, 3, true, true, -1},
		"3.0.5/dart.model":    {"dart", "multi:softprob", 3, 4, 9, 1, 3, false, true, 1},
		"3.3.0/dart.json":     {"dart", "multi:softprob", 3, 4, 9, 1, 3, true, false, 1},
		"3.4.1/dart.ubj":      {"dart", "multi:softprob", 3, 4, 9, 1, 3, true, false, 1},
		"3.4.1/softprob.json": {"gbtree", "multi:softprob", 3, 4, 9, 1, 3, true, false, 1},
		"3.4.1/linear.json":   {"gblinear", "multi:softprob", 3, 4, 0, 1, 3, true, true, -1},
	} {
		if diff := cmp.Diff(want, got[name]); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}
