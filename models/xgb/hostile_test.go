package xgb

import (
	"bytes"
	"encoding/binary"
	"math"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// survives demands of a model that was read from somewhere that it is written
// and read to the same bytes in both notations, and scores.
func survives(t *testing.T, b *Booster) {
	t.Helper()
	text, err := b.JSON()
	if err != nil {
		t.Fatal(err)
	}
	ubj, err := b.UBJ()
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range [][]byte{text, ubj} {
		back, _, err := Read(file)
		if err != nil {
			t.Fatalf("cannot read what was written: %v\n%q", err, file)
		}
		if again, _ := back.JSON(); !bytes.Equal(again, text) {
			t.Fatalf("other bytes when written again:\n%s\n%s", text, again)
		}
	}
	p, err := b.Leaves()
	if err != nil {
		t.Fatal(err)
	}
	b.Best().Rounds()
	if b.NumFeature() > 1000 {
		return
	}
	x := Matrix{Names: b.FeatureNames()}
	for i := range x.Names {
		x.Cols = append(x.Cols, []float32{float32(i), float32(math.NaN())})
	}
	holdCompiled(t, b, x)
	if err := p.Margins(x, make([]float64, 2*b.classes)); err != nil {
		t.Fatal(err)
	}
}

// fuzz feeds a reader anything: it must not panic, and what it reads must
// survive.
func fuzz(f *testing.F, read func(file []byte) (*Booster, error)) {
	f.Fuzz(func(t *testing.T, file []byte) {
		if b, err := read(file); err == nil {
			survives(t, b)
		}
	})
}

// addReleases seeds a corpus with the smaller files of a kind.
func addReleases(f *testing.F, ext string) {
	for _, r := range releases(f) {
		for _, name := range r.models() {
			if strings.HasSuffix(name, ext) && len(r.files[name]) < 8000 {
				f.Add(r.files[name])
			}
		}
	}
}

func FuzzReadJSON(f *testing.F) {
	file, err := tiny().JSON()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(file)
	f.Add([]byte(strings.ReplaceAll(string(file), "1.5E0", "-Infinity")))
	f.Add([]byte(`{"learner":{}}`))
	f.Add(readCase(f, goldenFolder+"/stump.zip").model)
	addReleases(f, ".json")
	fuzz(f, ReadJSON)
}

func FuzzReadUBJ(f *testing.F) {
	file, err := tiny().UBJ()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(file)
	addReleases(f, ".ubj")
	fuzz(f, ReadUBJ)
}

func FuzzReadBinary(f *testing.F) {
	f.Add(tiny().legacy())
	addReleases(f, ".model")
	fuzz(f, func(file []byte) (*Booster, error) {
		b, _, err := readBinary(file)
		return b, err
	})
}

// allocated is how many bytes reading a file allocates, the better of two.
func allocated(t *testing.T, file []byte) uint64 {
	least := uint64(math.MaxUint64)
	for range 2 {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if b, _, err := Read(file); err == nil {
			survives(t, b)
			return 0
		}
		runtime.ReadMemStats(&after)
		least = min(least, after.TotalAlloc-before.TotalAlloc)
	}
	return least
}

// TestBroken cuts real files off at many places, and overwrites them with large
// and small numbers: no panic, no allocation out of proportion, and what is
// still a model survives.
func TestBroken(t *testing.T) {
	for _, r := range releases(t) {
		for _, name := range r.models() {
			file := r.files[name]
			if c := strings.SplitN(name, ".", 2)[0]; c != "softprob" && c != "dart" && c != "line" && c != "linear" || testing.Short() && r.name > "1" {
				continue
			}
			check := func(file []byte, what string, at int) {
				if n := allocated(t, file); n > uint64(64*len(file)+1<<16) {
					t.Errorf("%s/%s: %s at byte %d: reading %d bytes allocates %d", r.name, name, what, at, len(file), n)
				}
			}
			for at := 0; at < len(file); at += max(1, len(file)/17) {
				if _, _, err := Read(file[:at]); err == nil {
					t.Errorf("%s/%s: read when cut off at byte %d", r.name, name, at)
				}
				check(file[:at], "cut", at)
			}
			for at := 0; at+8 < len(file); at += max(1, len(file)/23) {
				for what, with := range map[string][]byte{"ones": {255, 255, 255, 255}, "huge": {255, 255, 255, 127}, "zeros": {0, 0, 0, 0}, "nines": []byte("9999")} {
					bad := slices.Clone(file)
					copy(bad[at:], with)
					check(bad, what, at)
				}
			}
		}
	}
}

// TestLies are small files that claim to be large.
func TestLies(t *testing.T) {
	head := func(features, classes uint32) []byte {
		var w legacyWriter
		w.words(0, features, classes)
		w.zeros(31)
		w.text("multi:softprob")
		w.text("gbtree")
		return w.buf
	}
	trees := func(n uint32) []byte {
		return append(binary.LittleEndian.AppendUint32(nil, n), make([]byte, 156)...)
	}
	nodes := binary.LittleEndian.AppendUint32([]byte{1, 0, 0, 0}, 1<<30)
	ubj := func(s string) []byte { return []byte(strings.ReplaceAll(s, "8", "\x7f\xff\xff\xff\xff\xff\xff\xff")) }
	for _, c := range []struct {
		file []byte
		want string
	}{
		{slices.Concat(head(4, 3), trees(1<<31-1)), "2147483647 trees with 0 bytes to come"},
		{slices.Concat(head(4, 3), trees(1), nodes, make([]byte, 400)), "a tree of 1073741824 nodes"},
		{slices.Concat([]byte("binf"), head(4, 3), trees(0)), "there are no trees"},
		{slices.Concat(make([]byte, 136), []byte("\xff\xff\xff\xff\xff\xff\xff\x7f"), make([]byte, 99)), "no XGBoost model file"},
		{[]byte("date,close\n2024-01-01,1\n"), "no XGBoost model file"},
		{nil, "no XGBoost model file"},
		{[]byte("binf"), "no XGBoost model file"},
		{[]byte("{"), "want a string"},
		{ubj("{L8"), "a length of 9223372036854775807"},
		{ubj("{i\x05hello[$d#L8"), "a length of 9223372036854775807"},
		{ubj("{i\x05hello[$L#i\x03" + strings.Repeat("x", 8)), "an array of 3 numbers with"},
		{ubj("{i\x05hello[$Z#i\x03..."), `an array of type 'Z'`},
		{ubj("{i\x05hello[$d"), "a type and no length"},
		{ubj("{i\x05hello" + strings.Repeat("[", 5000)), "nested too deep"},
		{ubj("{i\x05hello" + strings.Repeat("{i\x01a", 5000)), "nested too deep"},
		{ubj("{i\x07learner{i\x0dfeature_names[$U#i\x01\x00}}"), "an array of numbers"},
		{ubj("{i\xff"), "a length of -1"},
		{ubj("{i\x02\xc3\x28Z}"), "not UTF-8"},
		{ubj("{i\x01aZi\x01aZ}"), "comes twice"},
		{ubj("{i\x01aQ}"), "'Q' is no value"},
		{ubj("{i\x01aZ}}"), "more after the end"},
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		b, _, err := Read(c.file)
		runtime.ReadMemStats(&after)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%.60q: got %v, %v, want an error with %s", c.file, b, err, c.want)
		}
		if n := after.TotalAlloc - before.TotalAlloc; n > 1<<20 {
			t.Errorf("%.60q: %d bytes allocated", c.file, n)
		}
	}
}

// TestWide reads a small model that says it takes two thousand million features
// without names, of which nothing may be made room for.
func TestWide(t *testing.T) {
	file, err := tiny().JSON()
	if err != nil {
		t.Fatal(err)
	}
	s := string(file)
	start, end := strings.Index(s, `"feature_names":[`), strings.Index(s, `,"gradient_booster"`)
	s = s[:start] + `"feature_names":[],"feature_types":[]` + s[end:]
	s = strings.ReplaceAll(s, `"num_feature":"2","num_target"`, `"num_feature":"2000000000","num_target"`)
	if n := allocated(t, []byte(s)); n != 0 {
		t.Fatal("not read")
	}
	b, err := ReadJSON([]byte(s))
	if err != nil || b.NumFeature() != 2_000_000_000 || b.Named() {
		t.Fatal(b, err)
	}
	if err := b.Walk(Matrix{Names: []string{"a"}, Cols: [][]float32{{1}}}, make([]float32, 2)); err == nil || !strings.Contains(err.Error(), "takes 2000000000") {
		t.Error(err)
	}
}
