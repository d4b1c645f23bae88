package data

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Tag is a name that a version of a dataset keeps.
type Tag struct {
	Dataset string `json:"dataset"`
	Name    string `json:"tag"`
	ID      string `json:"id"`
}

// latest is the name of the ref that moves.
const latest = "latest"

// tagName leaves out what Resolve reads as something else, and what a shell
// would take for a flag.
var tagName = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9._-]{0,99}$`)

// String is the tag as Resolve reads it.
func (t Tag) String() string { return t.Dataset + ":" + t.Name }

// Ref is the short name of the version that bears the tag.
func (t Tag) Ref() string { return t.Dataset + "@" + short(t.ID) }

func tagsName(dataset string) string { return "refs/" + dataset + "/tags/" }

func (t Tag) ref() string { return tagsName(t.Dataset) + t.Name }

// CheckTag says why something cannot be a tag.
func CheckTag(tag string) error {
	switch {
	case tag == latest:
		return WithHint(fmt.Errorf("%w %s: it is no tag, it moves with every run", ErrName, tag), "take another name")
	case !tagName.MatchString(tag):
		return WithHint(fmt.Errorf("%w %q: it cannot be a tag", ErrName, tag), "want letters, digits, and . _ - behind the first of them")
	}
	return nil
}

// Tag gives versions a tag, at most one of each dataset, and returns the tags
// that are new. A tag never moves: if another version of a dataset bears it,
// nothing is done, and the error says which.
func (s *Store) Tag(tag string, versions ...*Version) (made []Tag, err error) {
	if err := CheckTag(tag); err != nil {
		return nil, err
	}
	wanted := map[string]*Version{}
	for _, v := range versions {
		t := Tag{v.Dataset, tag, v.ID}
		if other := wanted[v.Dataset]; other != nil && other.ID != v.ID {
			return nil, fmt.Errorf("%w %s: both %s and %s are to bear it", ErrName, t, other.Ref(), v.Ref())
		} else if other != nil {
			continue
		}
		wanted[v.Dataset] = v
		id, raw, err := s.readRef(t.ref())
		if err != nil {
			return nil, err
		}
		if raw == nil {
			made = append(made, t)
		} else if id != v.ID {
			return nil, WithHint(fmt.Errorf("%w %s: it is the tag of %s@%s, not of %s", ErrName, t, v.Dataset, short(id), v.Ref()),
				fmt.Sprintf("a tag does not move: take another name, or remove it with `mantis rm %s`", t))
		}
	}
	for i, t := range made {
		if err := s.place.Swap(t.ref(), nil, []byte(t.ID+"\n")); err != nil {
			return made[:i], fmt.Errorf("%w: tag %s: %w", ErrStore, t, err)
		}
	}
	return made, nil
}

// Tags lists the tags of a dataset, or of all datasets if none is named, by
// dataset and name.
func (s *Store) Tags(dataset string) ([]Tag, error) {
	prefix := "refs/"
	if dataset != "" {
		prefix = tagsName(dataset)
	}
	objects, err := s.place.List(prefix)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrStore, err)
	}
	var tags []Tag
	for _, o := range objects {
		t, ok := tagOf(o.Name)
		if !ok {
			continue
		}
		id, raw, err := s.readRef(o.Name)
		if err != nil {
			return nil, err
		}
		if t.ID = id; raw != nil {
			tags = append(tags, t)
		}
	}
	slices.SortFunc(tags, func(a, b Tag) int { return strings.Compare(a.ref(), b.ref()) })
	return tags, nil
}

// tagOf is the tag that an object below refs is; its id is not known.
func tagOf(name string) (Tag, bool) {
	rest, _ := strings.CutPrefix(name, "refs/")
	dataset, tag, _ := strings.Cut(rest, "/tags/")
	return Tag{Dataset: dataset, Name: tag}, datasetName.MatchString(dataset) && CheckTag(tag) == nil
}

// Untag takes a tag from the version that bears it. The version stays.
func (s *Store) Untag(t Tag) error {
	if err := CheckTag(t.Name); err != nil {
		return err
	}
	if !datasetName.MatchString(t.Dataset) {
		return s.noTag(t)
	}
	err := s.place.Remove(t.ref())
	if err == nil {
		err = s.place.Sync()
	}
	if err != nil {
		return fmt.Errorf("%w: tag %s: %w", ErrStore, t, err)
	}
	return nil
}

// tagged is the version that bears a tag.
func (s *Store) tagged(dataset, tag string) (*Version, error) {
	t := Tag{Dataset: dataset, Name: tag}
	if !datasetName.MatchString(dataset) || CheckTag(tag) != nil {
		return nil, s.noTag(t)
	}
	id, raw, err := s.readRef(t.ref())
	if err != nil {
		return nil, err
	}
	if raw == nil {
		return nil, s.noTag(t)
	}
	v, err := s.Load(dataset, id)
	if errors.Is(err, ErrNotFound) {
		return nil, WithHint(fmt.Errorf("%w: the tag %s names %q, which is not there", ErrStore, t, short(id)), fmt.Sprintf("`mantis rm %s` takes it away", t))
	}
	return v, err
}

func (s *Store) noTag(t Tag) error {
	return WithHint(fmt.Errorf("%s: %w", t, ErrNotFound), "`mantis tag` lists the tags")
}
