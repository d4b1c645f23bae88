package data

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
)

func TestTags(t *testing.T) {
	s := newStore(t)
	bars, more, rods := seal(t, s, "bars", 3), seal(t, s, "bars", 4), seal(t, s, "rods", 3)
	point(t, s, more)
	if made, err := s.Tag("paper-v1", bars, rods, bars); err != nil || fmt.Sprint(made) != "[bars:paper-v1 rods:paper-v1]" {
		t.Fatalf("%v, %v", made, err)
	}
	if made, err := s.Tag("paper-v1", bars); err != nil || len(made) > 0 {
		t.Errorf("tagged again: %v, %v", made, err)
	}
	if v, err := s.Resolve("bars:paper-v1"); err != nil || v.ID != bars.ID {
		t.Errorf("%v, %v", v, err)
	}
	raw, err := os.ReadFile(s.at("refs", "bars", "tags", "paper-v1"))
	if err != nil || string(raw) != bars.ID+"\n" {
		t.Errorf("%q, %v", raw, err)
	}

	// Another version is refused, and named, and nothing else is done.
	for _, versions := range [][]*Version{{more}, {seal(t, s, "cogs", 3), more}} {
		_, err := s.Tag("paper-v1", versions...)
		if !errors.Is(err, ErrName) || !strings.Contains(err.Error(), bars.Ref()) || Hint(err) == "" {
			t.Errorf("moved: %v", err)
		}
	}
	if _, err := s.Tag("two", bars, more); !errors.Is(err, ErrName) {
		t.Errorf("one tag for two versions: %v", err)
	}
	if tags, err := s.Tags(""); err != nil || fmt.Sprint(tags) != "[bars:paper-v1 rods:paper-v1]" || tags[0].ID != bars.ID {
		t.Errorf("%v, %v", tags, err)
	}
	if tags, err := s.Tags("rods"); err != nil || fmt.Sprint(tags) != "[rods:paper-v1]" {
		t.Errorf("%v, %v", tags, err)
	}
	sound(t, s)

	if err := s.Untag(Tag{Dataset: "bars", Name: "paper-v1"}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Resolve("bars:paper-v1"); !errors.Is(err, ErrNotFound) || Hint(err) == "" {
		t.Errorf("a tag that was removed: %v", err)
	}
	if v, err := s.Load("bars", bars.ID); err != nil || v == nil {
		t.Errorf("the version went with its tag: %v", err)
	}
	if made, err := s.Tag("paper-v1", more); err != nil || len(made) != 1 {
		t.Errorf("a tag that is free again: %v", err)
	}
}

func TestNamesOfTags(t *testing.T) {
	s := newStore(t)
	v := seal(t, s, "bars", 3)
	point(t, s, v)
	for _, tag := range []string{"", "latest", ".hidden", "..", "-f", "a/b", `a\b`, "a b", "a~1", "a@b", "a:b", "ä", "a\n", strings.Repeat("a", 101)} {
		if _, err := s.Tag(tag, v); !errors.Is(err, ErrName) || Hint(err) == "" {
			t.Errorf("%q: %v", tag, err)
		}
		if err := s.Untag(Tag{Dataset: "bars", Name: tag}); !errors.Is(err, ErrName) {
			t.Errorf("remove %q: %v", tag, err)
		}
	}
	for _, tag := range []string{"v1", "2026-11", "V1.0_rc", "_", "9f3c1a7e", "latest2", "latest.1"} {
		if _, err := s.Tag(tag, v); err != nil {
			t.Errorf("%q: %v", tag, err)
		}
		if got, err := s.Resolve("bars:" + tag); err != nil || got.ID != v.ID {
			t.Errorf("%q: %v", tag, err)
		}
	}
	if err := s.Untag(Tag{Dataset: "../bars", Name: "v1"}); !errors.Is(err, ErrNotFound) {
		t.Error(err)
	}
	if v, err := s.Latest("bars"); err != nil || v == nil {
		t.Errorf("latest: %v", err)
	}
}

func TestTagThatNamesNothing(t *testing.T) {
	s := newStore(t)
	v := seal(t, s, "bars", 3)
	if _, err := s.Tag("old", v); err != nil {
		t.Fatal(err)
	}
	os.WriteFile(s.at("refs", "bars", "tags", ".part"), nil, 0o644) // no tag of ours
	for _, content := range []string{"", "garbage\n", "../../x\n", strings.Repeat("a", 64) + "\n"} {
		os.Remove(s.at("refs", "bars", "tags", "old"))
		if err := os.WriteFile(s.at("refs", "bars", "tags", "old"), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Resolve("bars:old"); !errors.Is(err, ErrStore) || errors.Is(err, ErrNotFound) || Hint(err) == "" {
			t.Errorf("%q: %v", content, err)
		}
		if _, err := s.Tag("old", v); !errors.Is(err, ErrName) {
			t.Errorf("%q moves: %v", content, err)
		}
		if _, faults, err := s.Audit(); err != nil || len(faults) != 1 || faults[0].Path != "refs/bars/tags/old" {
			t.Errorf("%q: faults %v, %v", content, faults, err)
		}
	}
	if err := s.Untag(Tag{Dataset: "bars", Name: "old"}); err != nil {
		t.Fatal(err)
	}
	sound(t, s)
}
