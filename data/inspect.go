package data

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"runtime"
	"sync"

	"golang.org/x/sync/errgroup"
)

// Inspection says how closely to look at a store.
type Inspection struct {
	Quick bool                    // at sizes, and into no part
	Watch func(done, total int64) // bytes of parts; may be nil, one call at a time
}

// InspectAll inspects all that lies in the store: every version, ref and view,
// and, for people's information, the caches and the diary.
func (s *Store) InspectAll(ctx context.Context, how Inspection) (versions []*Version, faults []Fault, err error) {
	versions, faults, err = s.sound()
	if err != nil {
		return nil, nil, err
	}
	for _, look := range []func() ([]Fault, error){
		func() ([]Fault, error) { return s.Inspect(ctx, versions, how) },
		s.inspectRefs,
		func() ([]Fault, error) { return s.inspectViews(versions, how.Quick) },
		func() ([]Fault, error) { return s.inspectMemos(versions, how.Quick) },
		s.inspectActions,
		s.inspectLogs,
	} {
		found, err := look()
		if err != nil {
			return nil, nil, err
		}
		faults = append(faults, found...)
	}
	return versions, faults, nil
}

// Inspect looks at the parts of versions, at several of them at a time and at
// each but once, however many versions it is a part of. The faults are in the
// order of the versions.
func (s *Store) Inspect(ctx context.Context, versions []*Version, how Inspection) ([]Fault, error) {
	type piece struct {
		Part
		schema  Schema
		version string // the first that has it
	}
	var pieces []piece
	total, seen := int64(0), map[Part]string{}
	for _, v := range versions {
		schemas := map[string]string{}
		for _, t := range v.Tables {
			schemas[t.Table] = t.Fingerprint()
		}
		for _, p := range v.Parts {
			known := p
			known.Key = schemas[p.Table] + p.Key
			if seen[known] != "" {
				continue
			}
			seen[known] = v.Ref()
			schema, _ := v.Table(p.Table)
			pieces, total = append(pieces, piece{p, schema, v.Ref()}), total+p.Bytes
		}
	}
	wrong := make([]error, len(pieces))
	var mu sync.Mutex
	done := int64(0)
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i, p := range pieces {
		g.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			if how.Quick {
				wrong[i] = s.short(p.Part)
			} else {
				wrong[i] = s.verifyPart(p.schema, p.Part)
			}
			mu.Lock()
			defer mu.Unlock()
			if done += p.Bytes; how.Watch != nil {
				how.Watch(done, total)
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	var faults []Fault
	for i, err := range wrong {
		if err != nil {
			faults = append(faults, Fault{Version: pieces[i].version, Path: pieces[i].Path, Reason: err.Error(), Hint: partHint(pieces[i].version, err)})
		}
	}
	return faults, nil
}

// short says whether a part is missing or not in its full length.
func (s *Store) short(p Part) error {
	object, err := s.place.Stat(p.Path)
	if err == nil && object.Size != p.Bytes {
		err = fmt.Errorf("%d bytes, want %d", object.Size, p.Bytes)
	}
	return err
}

// partHint is how a part comes back that is damaged or gone.
func partHint(version string, err error) string {
	again := fmt.Sprintf("`mantis run`, with the parameters that `mantis show %s` prints, makes it again; `mantis import` takes it from an export", version)
	if errors.Is(err, fs.ErrNotExist) {
		return again
	}
	return "delete that file; " + again
}
