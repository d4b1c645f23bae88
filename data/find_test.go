package data

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"
)

func TestResolve(t *testing.T) {
	s := newStore(t)
	first := seal(t, s, "bars", 3)
	ids := []string{first.ID}
	same := "" // a prefix that two ids share
	for rows := 4; same == ""; rows++ {
		id := seal(t, s, "bars", rows).ID
		for _, other := range ids {
			if other[0] == id[0] {
				same = id[:1]
			}
		}
		ids = append(ids, id)
	}
	point(t, s, first)
	for name, want := range map[string]string{
		"bars": first.ID, "bars:latest": first.ID, "bars@" + first.ID: first.ID, "bars@" + ids[1][:12]: ids[1],
		"bars@": "not found", "bars@zz": "not found", "rods": "not found", "rods@ab": "not found", "bars:old": "not found",
		"": "not found", "../bars": "not found", "../bars@ab": "not found", "bars@../../x": "not found",
		"bars@" + same: "versions begin like that",
	} {
		v, err := s.Resolve(name)
		switch {
		case v != nil && v.ID != want:
			t.Errorf("%q: %s, want %s", name, v.ID, want)
		case v == nil && (err == nil || !strings.Contains(err.Error(), want)):
			t.Errorf("%q: %v, want %s", name, err, want)
		case err != nil && errors.Is(err, ErrNotFound) != (want == "not found"), err != nil && errors.Is(err, ErrName) == (want == "not found"):
			t.Errorf("%q: %v is of the wrong kind", name, err)
		case strings.Contains(want, "versions") && strings.Count(err.Error(), "bars@"+same) != 3:
			t.Errorf("%q: %v does not list the candidates", name, err)
		}
	}
	os.WriteFile(s.at("versions", "notes.txt"), nil, 0o644)
	os.WriteFile(s.at("versions", "bars", "copy of.json"), nil, 0o644)
	if got, err := s.IDs("bars"); err != nil || len(got) != len(ids) {
		t.Errorf("%v, %v", got, err)
	}
	if got, err := s.Datasets(); err != nil || len(got) != 1 {
		t.Errorf("%v, %v", got, err)
	}
}

func TestRefsThatNameNothing(t *testing.T) {
	s := newStore(t)
	v := seal(t, s, "bars", 3)
	point(t, s, v)
	for _, content := range []string{"", "\n", "garbage\n", "../../x\n", strings.Repeat("a", 64) + "\n"} {
		os.Remove(s.at("refs", "bars", "latest"))
		if err := os.WriteFile(s.at("refs", "bars", "latest"), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Latest("bars"); !errors.Is(err, ErrStore) || errors.Is(err, ErrNotFound) {
			t.Errorf("ref %q: %v", content, err)
		}
		if _, faults, err := s.Audit(); err != nil || len(faults) != 1 || faults[0].Path != "refs/bars/latest" {
			t.Errorf("ref %q: faults %v, %v", content, faults, err)
		}
		if moved, err := s.Point(v); err != nil || !moved {
			t.Errorf("ref %q does not heal: %v", content, err)
		}
	}
	sound(t, s)
}

// TestHostileManifest forges manifests: with a sum and an id that agree, as an
// enemy would, so that only the rules are in the way.
func TestHostileManifest(t *testing.T) {
	s := newStore(t)
	sealed, err := os.ReadFile(s.manifest("bars", seal(t, s, "bars", 3).ID))
	if err != nil {
		t.Fatal(err)
	}
	for name, forge := range map[string]func(v *Version){
		"path up":           func(v *Version) { v.Parts[0].Path = "../../etc/passwd" },
		"path up inside":    func(v *Version) { v.Parts[0].Path = "data/../../x" },
		"path absolute":     func(v *Version) { v.Parts[0].Path = "/etc/passwd" },
		"path elsewhere":    func(v *Version) { v.Parts[0].Path = "refs/bars/latest" },
		"path backslash":    func(v *Version) { v.Parts[0].Path = `data\..\..\x` },
		"path empty":        func(v *Version) { v.Parts[0].Path = "" },
		"file up":           func(v *Version) { v.Parts[0].Key = "../x" },
		"file below":        func(v *Version) { v.Parts[0].Key = "a/b" },
		"key up":            func(v *Version) { v.Parts[2].Key = "symbol=../../x" },
		"key of no column":  func(v *Version) { v.Parts[2].Key = "year=2024" },
		"key twice":         func(v *Version) { v.Parts[2].Key = v.Parts[1].Key },
		"parts unsorted":    func(v *Version) { v.Parts[1], v.Parts[2] = v.Parts[2], v.Parts[1] },
		"no such table":     func(v *Version) { v.Parts[2].Table = "rods" },
		"table up":          func(v *Version) { v.Tables[0].Table = "../x"; v.Parts[1].Table = "../x"; v.Parts[2].Table = "../x" },
		"column up":         func(v *Version) { v.Tables[0].Partition[0] = "../x" },
		"column of no type": func(v *Version) { v.Tables[0].Fields[1].Type = "x" },
		"rows":              func(v *Version) { v.Parts[1].Rows = -1 },
		"bytes":             func(v *Version) { v.Parts[1].Bytes = -1 },
		"digest":            func(v *Version) { v.Parts[1].SHA256 = "x" },
		"file's content":    func(v *Version) { v.Parts[0].Content = v.Parts[1].Content },
		"format":            func(v *Version) { v.Format = "mantis/dataset/2" },
	} {
		v, err := decodeManifest(sealed)
		if err != nil {
			t.Fatal(err)
		}
		forge(v)
		v.ID = v.computeID()
		raw, err := v.encode()
		if err != nil {
			t.Fatal(err)
		}
		os.Remove(s.manifest("bars", v.ID))
		if err := os.WriteFile(s.manifest("bars", v.ID), raw, 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Load("bars", v.ID); !errors.Is(err, ErrStore) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestManifestEditedByHand(t *testing.T) {
	s := newStore(t)
	v := seal(t, s, "bars", 3)
	raw, err := os.ReadFile(s.manifest("bars", v.ID))
	if err != nil {
		t.Fatal(err)
	}
	var plain map[string]any
	if err := json.Unmarshal(raw, &plain); err != nil || plain["sum"] == noSum {
		t.Fatalf("%v, %v", plain["sum"], err)
	}
	for name, edited := range map[string][]byte{
		"code":  bytes.Replace(raw, []byte(`"code": 1`), []byte(`"code": 2`), 1),
		"space": append(bytes.Clone(raw), ' '),
		"case":  bytes.Replace(raw, []byte(`"dataset"`), []byte(`"Dataset"`), 1),
		"sum":   bytes.Replace(raw, []byte(v.Sum), []byte(noSum), 1),
		"empty": nil, "null": []byte("null"), "list": []byte("[]"), "text": []byte("x"), "torn": raw[:len(raw)/2],
	} {
		os.Remove(s.manifest("bars", v.ID))
		if err := os.WriteFile(s.manifest("bars", v.ID), edited, 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Load("bars", v.ID); !errors.Is(err, ErrStore) {
			t.Errorf("%s: %v", name, err)
		}
	}
	other := seal(t, s, "bars", 4)
	raw, _ = os.ReadFile(s.manifest("bars", other.ID))
	os.Remove(s.manifest("bars", v.ID))
	os.WriteFile(s.manifest("bars", v.ID), raw, 0o644)
	if _, err := s.Load("bars", v.ID); !errors.Is(err, ErrStore) {
		t.Errorf("the manifest of another version: %v", err)
	}
}
