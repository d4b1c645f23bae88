package data

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestWhenMade asks the three witnesses in their order: the record of a run,
// the log, the manifest's file.
func TestWhenMade(t *testing.T) {
	s := newStore(t)
	v := seal(t, s, "toy", 3)
	file := s.manifest("toy", v.ID)
	written := time.Date(2020, 1, 2, 3, 4, 5, 0, time.UTC)
	if err := os.Chtimes(file, written, written); err != nil {
		t.Fatal(err)
	}
	expect := func(want time.Time) {
		t.Helper()
		got, err := s.WhenMade(v)
		if err != nil || !got[0].Equal(want) || got[0].Location() != time.UTC {
			t.Errorf("made %v, %v; want %v", got, err, want)
		}
	}
	log := s.at("log", "toy.jsonl")
	if err := os.RemoveAll(log); err != nil {
		t.Fatal(err)
	}
	expect(written)
	lines := `{"time":"2021-05-06T07:08:09Z","old":"","new":"` + v.ID + "\"}\ntorn{\n" +
		`{"time":"2022-05-06T07:08:09Z","old":"","new":"` + v.ID + "\"}\n"
	if err := os.MkdirAll(filepath.Dir(log), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(log, []byte(lines), 0o644); err != nil {
		t.Fatal(err)
	}
	expect(time.Date(2021, 5, 6, 7, 8, 9, 0, time.UTC))
	for _, r := range []Run{
		{Began: time.Date(2019, 1, 1, 0, 0, 0, 0, time.UTC), Seconds: 1, Steps: []RunStep{{Stage: "toy", Version: v.ID, Known: true}}},
		{Began: time.Date(2019, 2, 1, 0, 0, 0, 0, time.UTC), Seconds: 1.5, Steps: []RunStep{{Stage: "toy", Version: v.ID}}},
		{Began: time.Date(2019, 3, 1, 0, 0, 0, 0, time.UTC), Seconds: 1, Steps: []RunStep{{Stage: "toy", Version: v.ID}}},
	} {
		if err := s.Record(&r); err != nil {
			t.Fatal(err)
		}
	}
	expect(time.Date(2019, 2, 1, 0, 0, 1, 500_000_000, time.UTC))
}
