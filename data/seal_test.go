package data

import (
	"errors"
	"os"
	"testing"
)

// TestSealInterrupted puts a file or a directory in the way of each step.
func TestSealInterrupted(t *testing.T) {
	second := Digest("test", []byte("bars 7"))
	for name, block := range map[string]func(s *Store, id string) error{
		"part": func(s *Store, _ string) error {
			return errors.Join(os.MkdirAll(s.at("data", "bars"), 0o755), os.WriteFile(s.at("data", "bars", "symbol=ETH-BTC"), nil, 0o644))
		},
		"parts":    func(s *Store, _ string) error { return os.WriteFile(s.at("data", "bars"), nil, 0o644) },
		"manifest": func(s *Store, id string) error { return os.MkdirAll(s.at("versions", "bars", id+".json", "x"), 0o755) },
		"action": func(s *Store, _ string) error {
			return os.WriteFile(s.at("actions", second[:2]), nil, 0o644)
		},
	} {
		t.Run(name, func(t *testing.T) {
			id := seal(t, newStore(t), "bars", 7).ID
			s := newStore(t)
			old := seal(t, s, "rods", 3)
			point(t, s, old)
			if err := block(s, id); err != nil {
				t.Fatal(err)
			}
			d := s.Draft("bars")
			err := fill(t, d, "bars", 7)
			if err == nil {
				_, err = d.Seal(Origin{Name: "bars"}, nil, second)
			}
			if err := d.Discard(); err != nil {
				t.Error(err)
			}
			if !errors.Is(err, ErrStore) {
				t.Fatalf("%v", err)
			}
			if s.Known("bars", second) != nil {
				t.Error("the action is known")
			}
			if v, err := s.Latest("rods"); err != nil || v.ID != old.ID || len(s.Verify(v)) > 0 {
				t.Errorf("the old latest: %v", err)
			}
			if _, err := s.Latest("bars"); !errors.Is(err, ErrNotFound) {
				t.Error(err)
			}
			if left := files(t, s, "tmp"); len(left) > 0 {
				t.Errorf("left over: %v", left)
			}
		})
	}
}

// TestSameContentAgain seals the same rows from another action: the version
// stays as it was first made.
func TestSameContentAgain(t *testing.T) {
	s := newStore(t)
	d := draft(t, s, "bars", 5)
	first, err := d.Seal(Origin{Name: "bars", Code: 1}, []Input{{"candles", "x"}}, actionKey("bars", 1))
	if err != nil {
		t.Fatal(err)
	}
	before, _ := os.ReadFile(s.manifest("bars", first.ID))
	d = draft(t, s, "bars", 5)
	second, err := d.Seal(Origin{Name: "bars", Code: 2}, []Input{{"candles", "y"}}, actionKey("bars", 2))
	if err != nil || second.ID != first.ID || second.Stage.Code != 1 {
		t.Errorf("%+v, %v", second, err)
	}
	if after, _ := os.ReadFile(s.manifest("bars", first.ID)); string(after) != string(before) {
		t.Error("the manifest changed")
	}
	if s.Known("bars", actionKey("bars", 2)) == nil {
		t.Error("the second action is not known")
	}
	sound(t, s)
}

// TestDamageHeals loses or damages each file of a version in turn; making the
// version again sets it right, with its view.
func TestDamageHeals(t *testing.T) {
	s := newStore(t)
	v := seal(t, s, "bars", 5)
	point(t, s, v)
	for _, path := range append(files(t, s, "data"), files(t, s, "versions")...) {
		for _, damage := range []string{"lost", "cut", "flipped"} {
			raw, err := os.ReadFile(s.at(path))
			if err != nil {
				t.Fatal(err)
			}
			os.Remove(s.at(path))
			switch damage {
			case "cut":
				os.WriteFile(s.at(path), raw[:len(raw)-1], 0o644)
			case "flipped":
				raw[len(raw)/2] ^= 1
				os.WriteFile(s.at(path), raw, 0o644)
			}
			if known := s.Known("bars", v.Action) != nil; known && damage != "flipped" {
				t.Errorf("%s %s: the action is still known", path, damage)
			}
			point(t, s, seal(t, s, "bars", 5))
			sound(t, s)
			showsLatest(t, s, v)
		}
	}
}
