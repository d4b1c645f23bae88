package data

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// TestUnportable seals the same rows twice, once with the remark that they hold
// on one kind of processor: the manifest has it, the id does not.
func TestUnportable(t *testing.T) {
	var ids [2]string
	for i := range ids {
		s := newStore(t)
		d := draft(t, s, "bars", 3)
		if i == 1 {
			d.Unportable()
		}
		v, err := d.Seal(Origin{Name: "bars", Code: 1, Params: []byte("{}")}, nil, actionKey("bars", 3))
		if err != nil {
			t.Fatal(err)
		}
		raw, err := os.ReadFile(filepath.Join(s.Root(), "versions", "bars", v.ID+".json"))
		if err != nil {
			t.Fatal(err)
		}
		if n := bytes.Count(raw, []byte("\n \"portable\": false,\n")); n != i || bytes.Count(raw, []byte("portable")) != i {
			t.Errorf("%d times portable, want %d: %s", n, i, raw)
		}
		again, err := s.Load("bars", v.ID)
		if err != nil || again.Unportable() != (i == 1) || v.Unportable() != (i == 1) {
			t.Errorf("unportable %t as sealed, %t as read: %v", v.Unportable(), again.Unportable(), err)
		}
		sound(t, s)
		ids[i] = v.ID
	}
	if ids[0] != ids[1] {
		t.Errorf("the remark is in the id: %v", ids)
	}
}
