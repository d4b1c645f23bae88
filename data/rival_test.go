package data

import (
	"errors"
	"strings"
	"testing"
)

// contested is a place without locks, at which a rival moves refs and sizes up
// what is asked.
type contested struct {
	Place
	rival []byte // what a ref holds before it is swapped next
	times int    // how often a rival is faster
	stats int
	lists error
}

func (c *contested) Swap(name string, old, content []byte) error {
	if c.times > 0 && strings.HasPrefix(name, "refs/") {
		c.times--
		if err := c.Write(name, append(c.rival, strings.Repeat("\n", c.times)...)); err != nil {
			return err
		}
	}
	return c.Place.Swap(name, old, content)
}

func (c *contested) Stat(name string) (Object, error) {
	c.stats++
	return c.Place.Stat(name)
}

func (c *contested) List(prefix string) ([]Object, error) {
	if c.lists != nil {
		return nil, c.lists
	}
	return c.Place.List(prefix)
}

func newContested(t *testing.T) (*contested, *Store) {
	t.Helper()
	c := &contested{Place: NewDir(t.TempDir())}
	s, err := CreateAt(c)
	if err != nil {
		t.Fatal(err)
	}
	return c, s
}

// TestPointAmongRivals moves a ref although others do, and says so in the end
// if it cannot.
func TestPointAmongRivals(t *testing.T) {
	c, s := newContested(t)
	one, two, three := seal(t, s, "bars", 3), seal(t, s, "bars", 4), seal(t, s, "bars", 5)
	point(t, s, one)
	c.rival, c.times = []byte(two.ID+"\n"), 3
	if moved, err := s.Point(three); err != nil || !moved {
		t.Errorf("%t, %v", moved, err)
	}
	if v, err := s.Latest("bars"); err != nil || v.ID != three.ID {
		t.Errorf("%v, %v", v, err)
	}
	if log, err := c.Read("log/bars.jsonl"); err != nil || !strings.Contains(string(log), `"new":"`+three.ID+`","old":"`+two.ID) {
		t.Errorf("%s, %v", log, err)
	}
	c.times = 1000
	if moved, err := s.Point(one); moved || !errors.Is(err, ErrChanged) || !errors.Is(err, ErrStore) || !strings.Contains(Hint(err), "run again") {
		t.Errorf("%t, %v", moved, err)
	}
	c.rival, c.times = []byte(one.ID+"\n"), 1
	if moved, err := s.Point(one); err != nil || moved {
		t.Errorf("a rival has moved it there: %t, %v", moved, err)
	}
}

// TestMissingIsListed looks for the parts of a version without asking for each,
// and misses what is gone or has another length.
func TestMissingIsListed(t *testing.T) {
	c, s := newContested(t)
	v := seal(t, s, "bars", 3)
	c.stats = 0
	if missing := s.Missing(v); len(missing) > 0 || c.stats > 0 {
		t.Errorf("%v after %d questions", missing, c.stats)
	}
	for _, p := range v.Parts {
		content, err := c.Read(p.Path)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Write(p.Path, content[1:]); err != nil {
			t.Fatal(err)
		}
		if missing := s.Missing(v); len(missing) != 1 || missing[0].Path != p.Path {
			t.Errorf("%s is shorter: %v", p.Path, missing)
		}
		if err := c.Remove(p.Path); err != nil {
			t.Fatal(err)
		}
		if missing := s.Missing(v); len(missing) != 1 || missing[0].Path != p.Path {
			t.Errorf("%s is gone: %v", p.Path, missing)
		}
		if err := c.Write(p.Path, content); err != nil {
			t.Fatal(err)
		}
	}
	c.lists = errors.New("no answer")
	if missing := s.Missing(v); len(missing) != len(v.Parts) {
		t.Errorf("what cannot be seen is there: %v", missing)
	}
}
