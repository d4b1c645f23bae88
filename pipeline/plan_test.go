package pipeline

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestPlanWithoutStore(t *testing.T) {
	plan, err := Plan(nil, newToys().diamond(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"run: there is no store yet", "decide: after candles", "decide: after candles", "decide: after left, right"} {
		if got := plan[i].Would + ": " + plan[i].Why; got != want {
			t.Errorf("%s: %s, want %s", plan[i].Name, got, want)
		}
	}
}

func TestPlanSaysWhy(t *testing.T) {
	y, store := newToys(), newStore(t)
	all := y.diamond()
	run(t, store, all)
	ref := func(name string) string { v, _ := store.Latest(name); return v.Ref() }
	why := func(i int, set ...string) string {
		plan, err := Plan(store, all, settings(t, set...))
		if err != nil {
			t.Fatal(err)
		}
		return plan[i].Would + ": " + plan[i].Why
	}
	if got, want := why(1), "keep: same code, parameters and inputs as "+ref("left"); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if got, want := why(1, "left.add=1"), "run: parameters changed since "+ref("left"); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	all[1].Code = 7
	if got, want := why(1), "run: code 7, was 1 since "+ref("left"); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	all[1].Code = 1
	all[1].Inputs = append(all[1].Inputs, all[2])
	if got, want := why(1), "run: input right changed since "+ref("left"); !strings.Contains(got+why(2), want) {
		t.Errorf("%s, want %s", got, want)
	}
	all[1].Inputs = all[1].Inputs[:1]
	if err := os.RemoveAll(store.Root() + "/actions"); err != nil {
		t.Fatal(err)
	}
	if got, want := why(0), "run: the record of how "+ref("candles")+" was made is lost"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if err := os.Remove(store.Root() + "/versions/candles/" + run(t, store, all)[0].Version.ID + ".json"); err != nil {
		t.Fatal(err)
	}
	if got := why(0); !strings.HasPrefix(got, "run: store: the latest ref of candles names") {
		t.Errorf("%s", got)
	}
}

// TestPlanAgreesWithRun changes parameters, code and files at random: what the
// plan keeps is kept, what it runs is run.
func TestPlanAgreesWithRun(t *testing.T) {
	y, store := newToys(), newStore(t)
	all := y.diamond()
	steps := run(t, store, all)
	rapid.Check(t, func(r *rapid.T) {
		for _, s := range all {
			s.Code = rapid.IntRange(1, 2).Draw(r, "code of "+s.Name)
		}
		if rapid.IntRange(0, 3).Draw(r, "lose") == 0 {
			v := steps[rapid.IntRange(0, 3).Draw(r, "lost")].Version
			os.Remove(store.Path(v.Parts[0]))
		}
		var set []string
		for _, s := range all {
			set = append(set, fmt.Sprintf("%s.add=%d", s.Name, rapid.IntRange(0, 1).Draw(r, s.Name)))
		}
		plan, err := Plan(store, all, settings(t, set...))
		if err != nil {
			r.Fatal(err)
		}
		y.ran()
		steps = run(t, store, all, set...)
		ran := y.ran()
		for i, in := range plan {
			kept := steps[i].Known
			if in.Would == "keep" && (!kept || steps[i].Version.ID != in.ID) || in.Would == "run" && kept {
				r.Errorf("%s: the plan says %s (%s), known %t", in.Name, in.Would, in.Why, kept)
			}
			if kept == (ran[in.Name] == 1) {
				r.Errorf("%s: known %t, ran %d times", in.Name, kept, ran[in.Name])
			}
		}
	})
}
