package main

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"mantis/data"
)

// TestShowUnportable shows a version with and one without the remark that its
// id holds on one kind of processor.
func TestShowUnportable(t *testing.T) {
	store, err := data.Create(filepath.Join(t.TempDir(), "lake"))
	if err != nil {
		t.Fatal(err)
	}
	unlock, err := store.Lock()
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	for dataset, unportable := range map[string]bool{"bars": false, "rods": true} {
		d := store.Draft(dataset)
		if err := d.PutFile("read.me", []byte("text")); err != nil {
			t.Fatal(err)
		}
		if unportable {
			d.Unportable()
		}
		if _, err := d.Seal(data.Origin{Name: dataset, Params: []byte("{}")}, nil, strings.Repeat("a", 64)); err != nil {
			t.Fatal(err)
		}
		ids, err := store.IDs(dataset)
		if err != nil || len(ids) != 1 {
			t.Fatal(ids, err)
		}
		for _, json := range []bool{false, true} {
			var out bytes.Buffer
			g := &global{out: &output{Writer: &out}, store: store.Root(), json: json}
			if err := runShow(g, dataset+"@"+ids[0][:8], "", 0); err != nil {
				t.Fatal(err)
			}
			if strings.Contains(out.String(), "portable") != unportable {
				t.Errorf("%s:\n%s", dataset, out.String())
			}
		}
	}
}
