package data

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// ErrName is wrapped by errors about a name that somebody gave: one that fits
// several versions, that is not allowed, or that another version bears.
var ErrName = errors.New("name")

// Resolve finds a version by name: bars, bars:latest, bars: and a tag, or bars@
// and the first digits of an id. ~N behind any of them is what the dataset's
// latest ref named N moves before that version last became the latest.
func (s *Store) Resolve(name string) (*Version, error) {
	base, back, ok := strings.Cut(name, "~")
	if !ok {
		return s.resolve(name)
	}
	n, err := strconv.ParseUint(back, 10, 31)
	if err != nil {
		return nil, WithHint(fmt.Errorf("%w %s: ~%s is no number of moves", ErrName, name, back), "want ~1 for the version that was latest before, ~2 for the one before that")
	}
	v, err := s.resolve(base)
	if err != nil || n == 0 {
		return v, err
	}
	return s.before(name, v, int(n))
}

// resolve finds a version by a name without ~N.
func (s *Store) resolve(name string) (*Version, error) {
	if dataset, prefix, ok := strings.Cut(name, "@"); ok {
		return s.byPrefix(name, dataset, prefix)
	}
	dataset, tag, ok := strings.Cut(name, ":")
	if !ok || tag == latest {
		return s.Latest(dataset)
	}
	return s.tagged(dataset, tag)
}

// byPrefix finds a version by the first digits of its id.
func (s *Store) byPrefix(name, dataset, prefix string) (*Version, error) {
	ids, err := s.IDs(dataset)
	if err != nil {
		return nil, err
	}
	ids = slices.DeleteFunc(ids, func(id string) bool { return prefix == "" || !strings.HasPrefix(id, prefix) })
	switch len(ids) {
	case 0:
		return nil, WithHint(fmt.Errorf("%s: %w", name, ErrNotFound), "`mantis ls --all` shows every version")
	case 1:
		return s.Load(dataset, ids[0])
	}
	return nil, WithHint(fmt.Errorf("%w %s: %d versions begin like that: %s", ErrName, name, len(ids), candidates(dataset, ids)), "give more digits of the id")
}

// candidates lists the first few of several ids, with as many digits as keep
// all of them apart.
func candidates(dataset string, ids []string) string {
	const most = 8
	digits := 8
	for i := 1; i < len(ids); i++ { // sorted: what is most alike is side by side
		for digits < len(ids[i]) && ids[i-1][:digits] == ids[i][:digits] {
			digits++
		}
	}
	var names []string
	for _, id := range ids[:min(most, len(ids))] {
		names = append(names, dataset+"@"+id[:digits])
	}
	if len(ids) > most {
		names = append(names, "…")
	}
	return strings.Join(names, ", ")
}

// before finds what was latest n moves before a version last became that.
func (s *Store) before(name string, v *Version, n int) (*Version, error) {
	moves, err := s.History(v.Dataset)
	if err != nil {
		return nil, err
	}
	hint := fmt.Sprintf("`mantis ls --history %s` shows what was latest when", v.Dataset)
	at := len(moves) - 1
	for at >= 0 && moves[at].ID != v.ID {
		at--
	}
	if at < 0 {
		return nil, WithHint(fmt.Errorf("%s: %s was never the latest: %w", name, v.Ref(), ErrNotFound), hint)
	}
	if n > at {
		return nil, WithHint(fmt.Errorf("%s: only %s before %s: %w", name, Counted(at, "move"), v.Ref(), ErrNotFound), hint)
	}
	old, err := s.Load(v.Dataset, moves[at-n].ID)
	if errors.Is(err, ErrNotFound) {
		err = WithHint(fmt.Errorf("%s: %w: it is no longer in the store", name, err), hint)
	}
	return old, err
}
