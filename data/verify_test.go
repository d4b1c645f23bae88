package data

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"
	"pgregory.net/rapid"
)

// TestVerifyNamesTheFile flips one byte anywhere in the store, cuts a file
// short or removes it: Audit names that file and no other.
func TestVerifyNamesTheFile(t *testing.T) {
	s := newStore(t)
	for _, v := range []*Version{seal(t, s, "bars", 3), seal(t, s, "rods", 30)} {
		point(t, s, v)
	}
	sound(t, s)
	paths := append(append(files(t, s, "data"), files(t, s, "versions")...), files(t, s, "refs")...)
	rapid.Check(t, func(r *rapid.T) {
		path := rapid.SampledFrom(paths).Draw(r, "path")
		raw, err := os.ReadFile(s.at(path))
		if err != nil {
			r.Fatal(err)
		}
		damaged := bytes.Clone(raw)
		switch rapid.SampledFrom([]string{"flip", "flip", "flip", "cut", "remove"}).Draw(r, "damage") {
		case "flip":
			at := rapid.IntRange(0, len(raw)-1).Draw(r, "at")
			damaged[at] ^= byte(rapid.IntRange(1, 255).Draw(r, "by"))
		case "cut":
			damaged = damaged[:rapid.IntRange(0, len(raw)-1).Draw(r, "length")]
		case "remove":
			damaged = nil
		}
		if string(bytes.TrimSpace(damaged)) == string(bytes.TrimSpace(raw)) { // the newline of a ref
			return
		}
		os.Remove(s.at(path))
		if damaged != nil {
			os.WriteFile(s.at(path), damaged, 0o644)
		}
		_, faults, err := s.Audit()
		os.Remove(s.at(path))
		os.WriteFile(s.at(path), raw, 0o644)
		if damaged == nil && path[:5] != "data/" { // no manifest: the ref names nothing; no ref: no latest
			return
		}
		named := false
		for _, f := range faults {
			named = named || f.Path == path
		}
		if err != nil || !named || len(faults) != 1 {
			r.Fatalf("%s: faults %v, %v", path, faults, err)
		}
	})
	sound(t, s)
}

// TestReadRefusesDamage reads a part whose bytes changed: no rows come of it.
func TestReadRefusesDamage(t *testing.T) {
	s := newStore(t)
	v := seal(t, s, "bars", 30)
	p := v.Of("bars")[0]
	raw, err := os.ReadFile(s.Path(p))
	if err != nil {
		t.Fatal(err)
	}
	os.Remove(s.Path(p))
	raw[len(raw)/3] ^= 4
	if err := os.WriteFile(s.Path(p), raw, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Read(v, p); err == nil || Hint(err) == "" {
		t.Error(err)
	}
	if faults := s.Verify(v); len(faults) != 1 || faults[0].Path != p.Path || faults[0].Version != v.Ref() {
		t.Errorf("%v", faults)
	}
}

// TestVerifyNamesTheColumn flips a byte in the pages of a file, whose place the
// file itself tells.
func TestVerifyNamesTheColumn(t *testing.T) {
	s := newStore(t)
	v := seal(t, s, "bars", 200_000)
	p := v.Of("bars")[1]
	raw, err := os.ReadFile(s.Path(p))
	if err != nil {
		t.Fatal(err)
	}
	f, err := parquet.OpenFile(bytes.NewReader(raw), p.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	for g, group := range f.Metadata().RowGroups {
		for _, chunk := range group.Columns {
			meta := chunk.MetaData
			damaged := bytes.Clone(raw)
			damaged[meta.DataPageOffset+meta.TotalCompressedSize/2] ^= 16
			restore := overwrite(s, p.Path, damaged, raw)
			faults := s.Verify(v)
			restore()
			want := fmt.Sprintf("row group %d: column %s: ", g, meta.PathInSchema[0])
			if len(faults) != 1 || !strings.Contains(faults[0].Reason, want) {
				t.Errorf("%v, want %s", faults, want)
			}
		}
	}
}
