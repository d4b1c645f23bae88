package data

import (
	"errors"
	"os"
	"strings"
	"testing"
)

func TestPointInterrupted(t *testing.T) {
	s := newStore(t)
	one, two := seal(t, s, "bars", 3), seal(t, s, "bars", 4)
	point(t, s, one)
	os.Remove(s.at("tmp"))
	if err := os.WriteFile(s.at("tmp"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Point(two); !errors.Is(err, ErrStore) {
		t.Fatal(err)
	}
	if v, err := s.Latest("bars"); err != nil || v.ID != one.ID {
		t.Errorf("%v, %v", v, err)
	}
	if err := os.Remove(s.at("tmp")); err != nil {
		t.Fatal(err)
	}
	if moved, err := s.Point(two); err != nil || !moved {
		t.Errorf("%t, %v", moved, err)
	}
	if moved, err := s.Point(two); err != nil || moved {
		t.Errorf("moved again: %t, %v", moved, err)
	}
	raw, err := os.ReadFile(s.at("log", "bars.jsonl"))
	if err != nil || strings.Count(string(raw), "\n") != 2 || !strings.Contains(string(raw), one.ID+`","old":""`) {
		t.Errorf("log %s, %v", raw, err)
	}
}

func TestLogGoesOnAfterATornLine(t *testing.T) {
	s := newStore(t)
	if err := os.MkdirAll(s.at("log"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(s.at("log", "bars.jsonl"), []byte(`{"new":"ab`), 0o644); err != nil {
		t.Fatal(err)
	}
	point(t, s, seal(t, s, "bars", 3))
	raw, _ := os.ReadFile(s.at("log", "bars.jsonl"))
	if !strings.HasPrefix(string(raw), "{\"new\":\"ab\n{\"new\":") {
		t.Errorf("%s", raw)
	}
}
