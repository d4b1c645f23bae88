package main

import (
	"strings"
	"testing"

	"mantis/data"
)

// TestOwnAncestor traces a version whose manifest names itself as an input, as
// no run writes it and an import may bring it.
func TestOwnAncestor(t *testing.T) {
	schema := data.Schema{Table: "bars", Fields: []data.Field{{Name: "x", Type: data.Int}}}
	seal := func(inputs ...data.Input) (*data.Store, *data.Version) {
		store, err := data.Create(t.TempDir() + "/lake")
		if err != nil {
			t.Fatal(err)
		}
		b, err := data.NewBatch(schema, []int64{1})
		if err != nil {
			t.Fatal(err)
		}
		d := store.Draft("bars")
		if err := d.Put(b); err != nil {
			t.Fatal(err)
		}
		v, err := d.Seal(data.Origin{Name: "bars", Params: []byte("{}")}, inputs, data.Digest("test", nil))
		if err != nil {
			t.Fatal(err)
		}
		return store, v
	}
	_, alone := seal()
	store, v := seal(data.Input{Name: "bars", ID: alone.ID})
	if v.ID != alone.ID {
		t.Fatal("inputs are part of the id")
	}
	p, err := trace(store, v)
	if err != nil || len(p.versions) != 1 {
		t.Fatalf("%d versions, %v", len(p.versions), err)
	}
	var out strings.Builder
	a := p.tree(v)
	a.print(&out, 0, map[string]bool{})
	if n := strings.Count(out.String(), v.ID[:8]); n != 2 {
		t.Errorf("named %d times:\n%s", n, &out)
	}
}
