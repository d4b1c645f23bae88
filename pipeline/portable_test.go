package pipeline

import (
	"testing"

	"mantis/data"
)

// TestUnportableIsInherited lets one stage of the diamond say that its bits
// differ between processors: its own manifest and that of what is made from it
// say so, in a run that makes one of them alone too, and no other; the ids are
// those of stages that say nothing.
func TestUnportableIsInherited(t *testing.T) {
	y := newToys()
	all := y.diamond()
	ids := map[string]string{}
	for _, s := range run(t, newStore(t), all) {
		if ids[s.Stage.Name] = s.Version.ID; s.Version.Unportable() {
			t.Errorf("%s is unportable and did not say so", s.Stage.Name)
		}
	}
	all[1].Unportable = "a toy's normal distribution"
	store, want := newStore(t), map[string]bool{"left": true, "report": true}
	check := func(v *data.Version, id string) {
		t.Helper()
		again, err := store.Load(v.Dataset, v.ID)
		if err != nil || v.Unportable() != want[v.Dataset] || again.Unportable() != want[v.Dataset] || v.ID != id {
			t.Errorf("%s: unportable %t, as read %t, id %s, want %t and %s: %v",
				v.Dataset, v.Unportable(), again.Unportable(), v.ID, want[v.Dataset], id, err)
		}
	}
	for range 2 { // made, then known
		for _, s := range run(t, store, all) {
			check(s.Version, ids[s.Stage.Name])
		}
	}
	last := run(t, store, all[3:], "report.add=1")[3].Version
	check(last, last.ID)
	if last.ID == ids["report"] {
		t.Error("the report was not made again")
	}
}
