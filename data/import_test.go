package data

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// exported exports rods of generations, with bars that it was made from.
func exported(t testing.TB, s *Store) (dir string, all []*Version) {
	t.Helper()
	all = generations(t, s)
	dir = filepath.Join(t.TempDir(), "deep", "rods")
	out, err := s.Export(context.Background(), dir, all[5], true, false, nil)
	if err != nil || len(out) != 2 || out[0].Version != "bars@"+all[1].ID || !out[1].New {
		t.Fatalf("%+v, %v", out, err)
	}
	return dir, all
}

func TestExportIsAStoreAndComesBack(t *testing.T) {
	s := newStore(t)
	dir, all := exported(t, s)
	e, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if versions, faults, err := e.InspectAll(context.Background(), Inspection{}); err != nil || len(versions) != 2 || len(faults) > 0 {
		t.Errorf("%d versions, %v, %v", len(versions), faults, err)
	}
	if v, err := e.Latest("rods"); err != nil || v.ID != all[5].ID {
		t.Errorf("%v, %v", v, err)
	}
	var names []string
	entries, _ := os.ReadDir(dir)
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	if want := []string{readme, "data", marker, "refs", "versions"}; !slices.Equal(names, want) {
		t.Errorf("%v, want %v", names, want)
	}
	text, _ := os.ReadFile(filepath.Join(dir, readme))
	for _, want := range []string{"rods@" + all[5].ID, "read_parquet(['" + all[5].Parts[1].Path + "', '", "hive_partitioning = true", `["` + all[1].Parts[1].Path + `", "`, "file read.me"} {
		if !strings.Contains(string(text), want) {
			t.Errorf("README.txt does not say %s:\n%s", want, text)
		}
	}

	other := newStore(t)
	versions, err := e.Choose(nil)
	if err != nil || len(versions) != 2 {
		t.Fatalf("%v, %v", versions, err)
	}
	for round, fresh := range []bool{true, false} {
		out, err := other.Import(context.Background(), e, versions, nil)
		if err != nil || len(out) != 2 || out[0].New != fresh || out[1].New != fresh || (out[0].Parts == 3) != fresh {
			t.Errorf("round %d: %+v, %v", round, out, err)
		}
		sound(t, other)
	}
	for _, v := range []*Version{all[1], all[5]} {
		want, _ := os.ReadFile(s.manifest(v.Dataset, v.ID))
		if got, err := os.ReadFile(other.manifest(v.Dataset, v.ID)); string(got) != string(want) {
			t.Errorf("%s: another manifest, %v", v.Ref(), err)
		}
		if _, err := other.Latest(v.Dataset); !errors.Is(err, ErrNotFound) {
			t.Errorf("latest moved: %v", err)
		}
		if other.Known(v.Dataset, v.Action) != nil {
			t.Error("a stranger's action is believed")
		}
	}

	// What is damaged here is healed.
	p := all[1].Parts[0]
	raw, _ := os.ReadFile(other.Path(p))
	damaged := slices.Clone(raw)
	damaged[2] ^= 1
	overwrite(other, p.Path, damaged, raw)
	os.Remove(other.Path(all[1].Parts[1]))
	if _, err := other.Import(context.Background(), e, versions, nil); err != nil {
		t.Error(err)
	}
	sound(t, other)
}

func TestExportReplacesOnlyExports(t *testing.T) {
	s := newStore(t)
	dir, all := exported(t, s)
	try := func(to string, over bool) error {
		_, err := s.Export(context.Background(), to, all[4], false, over, nil)
		return err
	}
	if err := try(dir, false); err == nil || Hint(err) == "" {
		t.Errorf("replaced: %v", err)
	}
	if err := try(dir, true); err != nil {
		t.Error(err)
	}
	if e, err := Open(dir); err != nil {
		t.Error(err)
	} else if names, _ := e.Datasets(); !slices.Equal(names, []string{"bars"}) {
		t.Errorf("%v", names)
	}
	mine := filepath.Join(t.TempDir(), "mine")
	os.MkdirAll(mine, 0o755)
	os.WriteFile(filepath.Join(mine, "diary.txt"), []byte("dear"), 0o644)
	for _, to := range []string{mine, s.Root()} {
		if err := try(to, true); err == nil || Hint(err) == "" {
			t.Errorf("%s replaced: %v", to, err)
		}
	}
	os.Remove(s.Path(all[4].Parts[0]))
	if err := try(dir, true); !errors.Is(err, ErrStore) {
		t.Errorf("a damaged version: %v", err)
	}
	if left, _ := os.ReadDir(filepath.Dir(dir)); len(left) != 1 {
		t.Errorf("left over: %v", left)
	}
}

// TestImportRefusesTampering changes a byte of any file of an export: the import
// names it or takes the whole as it was, and a refusal leaves nothing behind.
func TestImportRefusesTampering(t *testing.T) {
	if testing.Short() {
		t.Skip("heavy under the race detector, which has as much to see in others")
	}
	dir, _ := exported(t, newStore(t))
	e, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	names := append(files(t, e, "data"), files(t, e, "versions")...)
	rapid.Check(t, func(r *rapid.T) {
		name := rapid.SampledFrom(names).Draw(r, "file")
		raw, err := os.ReadFile(e.at(name))
		if err != nil {
			r.Fatal(err)
		}
		damaged := slices.Clone(raw)
		damaged[rapid.IntRange(0, len(raw)-1).Draw(r, "at")] ^= byte(rapid.IntRange(1, 255).Draw(r, "by"))
		restore := overwrite(e, name, damaged, raw)
		defer restore()
		s := newStore(t)
		versions, err := e.Choose(nil)
		if err == nil {
			_, err = s.Import(context.Background(), e, versions, nil)
		}
		if !errors.Is(err, ErrStore) || !strings.Contains(err.Error(), name) && !strings.Contains(err.Error(), "manifest") || Hint(err) == "" {
			r.Errorf("%s: %v", name, err)
		}
		if left := append(append(files(t, s, "data"), files(t, s, "versions")...), files(t, s, "tmp")...); len(left) > 0 {
			r.Errorf("left over: %v", left)
		}
	})
}

// TestImportRefusesForgery imports manifests that are sound in themselves and
// lie about their parts.
func TestImportRefusesForgery(t *testing.T) {
	for name, forge := range map[string]func(e *Store, v *Version){
		"a file of another's": func(e *Store, v *Version) { // at a name that may be taken in the store
			old := v.Parts[1].Path
			v.Parts[1].Path = "data/bars/symbol=BTC-USD/0123456789abcdef.parquet"
			raw, _ := e.place.Read(old)
			e.place.Write(v.Parts[1].Path, raw)
		},
		"other rows":  func(_ *Store, v *Version) { v.Parts[1].Content = v.Parts[2].Content },
		"other times": func(_ *Store, v *Version) { v.Parts[1].Last++ },
		"rows of another part": func(_ *Store, v *Version) {
			v.Parts[1].Key, v.Parts[2].Key = v.Parts[2].Key, v.Parts[1].Key
			v.Parts[1].Path, v.Parts[2].Path = "data/bars/symbol=ETH-BTC/"+v.Parts[1].SHA256[:16]+".parquet", "data/bars/symbol=BTC-USD/"+v.Parts[2].SHA256[:16]+".parquet"
		},
	} {
		e := newStore(t)
		v := seal(t, e, "bars", 4)
		var objects [][]byte
		for _, p := range v.Parts {
			raw, _ := e.bytes(p)
			objects = append(objects, raw)
		}
		was := slices.Clone(v.Parts)
		forge(e, v)
		for i, p := range was {
			for j := range v.Parts {
				if v.Parts[j].SHA256 == p.SHA256 {
					e.place.Write(v.Parts[j].Path, objects[i])
				}
			}
		}
		v.sort()
		v.ID = v.computeID()
		raw, err := v.encode()
		if err != nil {
			t.Fatal(err)
		}
		e.place.Write(manifestName("bars", v.ID), raw)
		forged, err := e.Load("bars", v.ID)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		s := newStore(t)
		if _, err := s.Import(context.Background(), e, []*Version{forged}, nil); !errors.Is(err, ErrStore) {
			t.Errorf("%s: %v", name, err)
		}
		if left := files(t, s, "data"); len(left) > 0 {
			t.Errorf("%s: left over: %v", name, left)
		}
	}
}
