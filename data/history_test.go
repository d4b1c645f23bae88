package data

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
)

// writeLog gives a dataset a log and a latest ref.
func writeLog(t *testing.T, s *Store, dataset, log, ref string) {
	t.Helper()
	for _, dir := range []string{"log", "refs/" + dataset} {
		if err := os.MkdirAll(s.at(dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	os.Remove(s.at("log", dataset+".jsonl"))
	os.Remove(s.at("refs", dataset, "latest"))
	if err := os.WriteFile(s.at("log", dataset+".jsonl"), []byte(log), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(s.at("refs", dataset, "latest"), []byte(ref+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestHistory reads logs as crashes and other programs leave them. A letter is
// an id of that letter, one in lower case has no time.
func TestHistory(t *testing.T) {
	s := newStore(t)
	id := func(letter string) string { return strings.Repeat(letter, 64) }
	entry := func(old, new string) string {
		if old != "" {
			old = id(old)
		}
		return fmt.Sprintf(`{"new":"%s","old":"%s","time":"2026-11-23T16:00:00Z"}`, id(new), old) + "\n"
	}
	for name, c := range map[string]struct{ log, ref, want string }{
		"nothing":              {"", "", ""},
		"whole":                {entry("", "a") + entry("a", "b") + entry("b", "a"), id("a"), "ABA"},
		"no log":               {"", id("a"), "a"},
		"lost at the end":      {entry("", "a"), id("b"), "Ab"},
		"lost in between":      {entry("", "a") + entry("b", "c"), id("c"), "AbC"},
		"lost at the start":    {entry("a", "b"), id("b"), "aB"},
		"lost on the way back": {entry("", "a") + entry("b", "a"), id("a"), "AbA"},
		"torn":                 {entry("", "a") + entry("a", "b")[:90] + "\n" + entry("b", "c"), id("c"), "AbC"},
		"torn at the end":      {entry("", "a") + entry("a", "b")[:90], id("b"), "Ab"},
		"foreign":              {"hello\n[]\nnull\n{}\n" + `{"new":"x","old":"y","time":"z"}` + "\n" + entry("", "a"), id("a"), "A"},
		"no time":              {strings.Replace(entry("", "b"), "2026-11-23", "yesterday", 1) + entry("", "a"), id("a"), "A"},
		"a damaged ref":        {entry("", "a") + strings.Replace(entry("b", "a"), id("b"), "garbage", 1), id("a"), "A"},
		"a ref that is none":   {entry("", "a"), "garbage", "A"},
		"begun again":          {entry("", "a") + entry("", "b"), id("b"), "AB"},
	} {
		writeLog(t, s, "bars", c.log, c.ref)
		moves, err := s.History("bars")
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, m := range moves {
			if letter := m.ID[:1]; m.Time.IsZero() {
				got += letter
			} else if m.Time.Equal(time.Date(2026, 11, 23, 16, 0, 0, 0, time.UTC)) {
				got += strings.ToUpper(letter)
			}
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
	if moves, err := s.History("../bars"); err != nil || moves != nil {
		t.Errorf("%v, %v", moves, err)
	}
}

// TestResolveBack goes back from latest, from tags and from ids, in a history
// where one version was latest twice.
func TestResolveBack(t *testing.T) {
	s := newStore(t)
	one, two, three, never := seal(t, s, "bars", 3), seal(t, s, "bars", 4), seal(t, s, "bars", 5), seal(t, s, "bars", 6)
	for _, v := range []*Version{one, two, one, three} {
		point(t, s, v)
	}
	if _, err := s.Tag("paper", one); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]*Version{
		"bars~0": three, "bars~1": one, "bars~2": two, "bars~3": one, "bars:latest~2": two, "bars:paper~1": two, "bars:paper~2": one,
		"bars@" + two.ID[:20] + "~1": one, "bars@" + one.ID + "~0": one, "bars:paper~0": one, "bars@" + never.ID + "~0": never,
	} {
		if v, err := s.Resolve(name); err != nil || v.ID != want.ID {
			t.Errorf("%s: %v, %v, want %s", name, v, err, want.Ref())
		}
	}
	for name, want := range map[string]string{
		"bars~4": "only 3 moves before " + three.Ref(), "bars@" + two.ID + "~2": "only 1 move before " + two.Ref(),
		"bars@" + never.ID + "~1": "never the latest", "bars~99999999": "only 3 moves",
		"rods~1": "not found", "bars:x~1": "not found",
	} {
		if _, err := s.Resolve(name); !errors.Is(err, ErrNotFound) || !strings.Contains(err.Error(), want) || Hint(err) == "" {
			t.Errorf("%s: %v, want %s", name, err, want)
		}
	}
	for _, name := range []string{"bars~", "bars~x", "bars~-1", "bars~1~1", "bars~1@ab", "bars~99999999999999999999"} {
		if _, err := s.Resolve(name); !errors.Is(err, ErrName) || Hint(err) == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := os.Remove(s.manifest("bars", one.ID)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Resolve("bars~1"); !errors.Is(err, ErrNotFound) || !strings.Contains(err.Error(), "bars~1: ") {
		t.Errorf("a version that was removed: %v", err)
	}
}

func TestCandidates(t *testing.T) {
	long := strings.Repeat("9", 40)
	for _, c := range []struct {
		ids  []string
		want string
	}{
		{[]string{"9" + long + "a", "9b" + long}, "bars@99999999, bars@9b999999"},
		{[]string{long + "a" + long, long + "b" + long}, "bars@" + long + "a, bars@" + long + "b"},
	} {
		if got := candidates("bars", c.ids); got != c.want {
			t.Errorf("%s, want %s", got, c.want)
		}
	}
	var many []string
	for i := range 20 {
		many = append(many, fmt.Sprintf("%08d", i))
	}
	if got := candidates("bars", many); !strings.HasSuffix(got, "bars@00000007, …") {
		t.Error(got)
	}
}
