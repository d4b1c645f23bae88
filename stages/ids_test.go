package stages

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mantis/data"
)

// golden is a line of testdata/ids.txt: a stage, the key of its action (its Code,
// its parameters and what it reads) and the id of what it makes of a small
// simulated market.
type golden struct{ action, id string }

// TestGoldenIDs holds every dataset of a small simulated market to the id it
// had: a stage that gives other output must raise its Code, or old results would
// be taken for new ones. Then -update rewrites the ids; it refuses to while a
// Code that had to be raised was not.
func TestGoldenIDs(t *testing.T) {
	got, file := goldens(mustRunAll(t)), filepath.Join("testdata", "ids.txt")
	committed, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	want, err := readGoldens(string(committed))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range forgotten(want, got) {
		t.Errorf("%s: other output from the same inputs and parameters, and its Code is the same: raise it, in stages/%[1]s.go, or stores go on taking the old output for the new."+
			" -update rewrites nothing until then.", name)
	}
	if *update && !t.Failed() {
		if err := os.WriteFile(file, []byte(writeGoldens(got)), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(writeGoldens(want), writeGoldens(got)); diff != "" {
		t.Errorf("datasets changed: where a Code had to be raised and is, run with -update\n%s", diff)
	}
}

// forgotten are the stages whose output is another one though the key of their
// action is the same.
func forgotten(want, got map[string]golden) (names []string) {
	for _, s := range All() {
		was, now := want[s.Name], got[s.Name]
		if was.action == now.action && was.id != now.id {
			names = append(names, s.Name)
		}
	}
	return names
}

func goldens(v map[string]*data.Version) map[string]golden {
	out := map[string]golden{}
	for _, s := range All() {
		out[s.Name] = golden{v[s.Name].Action, v[s.Name].ID}
	}
	return out
}

func readGoldens(file string) (map[string]golden, error) {
	out := map[string]golden{}
	for line := range strings.Lines(file) {
		var name string
		var g golden
		if _, err := fmt.Sscanf(line, "%s %s %s\n", &name, &g.action, &g.id); err != nil {
			return nil, fmt.Errorf("ids.txt: %q: want a name, an action key and an id: %w", line, err)
		}
		out[name] = g
	}
	return out, nil
}

func writeGoldens(all map[string]golden) string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(all)) {
		fmt.Fprintf(&b, "%s %s %s\n", name, all[name].action, all[name].id)
	}
	return b.String()
}

// TestForgottenCode changes outputs and actions as a careless and a careful
// author would.
func TestForgottenCode(t *testing.T) {
	for _, c := range []struct{ output, action, want string }{
		{"", "", ""},
		{"bars", "", "bars"},
		{"bars", "bars", ""},
		{"candles bars features", "candles bars features", ""},
		{"candles bars features", "bars features", "candles"},
		{"labels backtest", "backtest", "labels"},
		{"", "bars", ""}, // a raised Code that changes nothing does no harm
	} {
		want, got := map[string]golden{}, map[string]golden{}
		for _, s := range All() {
			want[s.Name], got[s.Name] = golden{"a", "old"}, golden{"a", "old"}
		}
		for _, name := range strings.Fields(c.output) {
			got[name] = golden{"a", "new"}
		}
		for _, name := range strings.Fields(c.action) {
			got[name] = golden{"b", got[name].id}
		}
		if names := strings.Join(forgotten(want, got), " "); names != c.want {
			t.Errorf("%+v: %q are forgotten", c, names)
		}
		again, err := readGoldens(writeGoldens(got))
		if diff := cmp.Diff(got, again, cmp.AllowUnexported(golden{})); diff != "" || err != nil {
			t.Errorf("read back: %v %s", err, diff)
		}
	}
	if _, err := readGoldens("bars 1f\n"); err == nil {
		t.Error("a line without an id is read")
	}
}
