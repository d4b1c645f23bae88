package data

import (
	"errors"
	"os"
	"testing"
	"time"
)

func TestRuns(t *testing.T) {
	s := newStore(t)
	if runs, err := s.Runs(); err != nil || len(runs) > 0 {
		t.Errorf("%v, %v", runs, err)
	}
	var ids []string
	for _, hour := range []int{9, 7, 8} {
		r := &Run{Began: time.Date(2026, 11, 23, hour, 0, 0, 0, time.UTC), Settings: []byte("{}"), Steps: []RunStep{{Stage: "bars", Made: hour}}}
		if err := s.Record(r); err != nil {
			t.Fatal(err)
		}
		if err := s.Record(r); err != nil {
			t.Errorf("recorded again: %v", err)
		}
		ids = append(ids, r.ID)
	}
	for name, content := range map[string]string{"notes.txt": "x", "torn.json": `{"id":"to`, "other.json": `{"id":"another"}`} {
		if err := os.WriteFile(s.at("runs", name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	runs, err := s.Runs()
	if err != nil || len(runs) != 3 || runs[0].ID != ids[1] || runs[1].ID != ids[2] || runs[2].Steps[0].Made != 9 {
		t.Fatalf("%+v, %v", runs, err)
	}
	for _, prefix := range []string{ids[2], ids[2][:len(ids[2])-3], "20261123T08"} {
		if r, err := s.FindRun(prefix); err != nil || r.ID != ids[2] {
			t.Errorf("%s: %v, %v", prefix, r, err)
		}
	}
	for prefix, want := range map[string]error{"20261123": ErrName, "2025": ErrNotFound, "": ErrNotFound, "../torn": ErrNotFound} {
		if _, err := s.FindRun(prefix); !errors.Is(err, want) || Hint(err) == "" {
			t.Errorf("%q: %v, want %v", prefix, err, want)
		}
	}
}
