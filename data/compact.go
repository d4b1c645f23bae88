package data

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"
)

// Compaction says how to compact a store.
type Compaction struct {
	DryRun bool                    // only tell
	Watch  func(done, total int64) // bytes of parts; may be nil, one call at a time
}

// Compacted is what a compaction has done, or would do.
type Compacted struct {
	Encoded   int   `json:"encoded"`   // files written anew, smaller
	Shared    int   `json:"shared"`    // files given up for others with the same rows
	Manifests int   `json:"manifests"` // that now name other files
	Before    int64 `json:"before"`    // bytes of all files that were looked at
	After     int64 `json:"after"`     // bytes of those that take their place
}

// worth is the share of a file that encoding it anew must save, as one in so
// many: less is not worth another file.
const worth = 50

// sameRows is what parts have in common whose rows are the same.
type sameRows struct{ fingerprint, table, key, content string }

// rewriting is where the rows of a group of parts lie, and where they will.
type rewriting struct {
	schema  Schema
	version *Version // the first that has the rows
	files   []Part   // by bytes, then path
	best    Part
	fresh   bool // best is not among them: it was encoded anew
}

// Compact gives the tables of versions files that take less room: rows that are
// stored twice, in files that differ in how they say they were made, are stored
// once, and files are encoded anew with a stronger compressor where that is worth
// it. One part stays one file: views, partitions and whatever prunes by them rest
// on that. Contents, ids and all else in the manifests stay; so do the words of
// each file on how it was made. All versions that hold the rows come to name the
// new files. The old ones are written once more, which makes them young: readers
// that hold an old manifest have the grace of the next clearing. The caller holds
// the store's lock; no versions are all of them.
func (s *Store) Compact(ctx context.Context, only []*Version, c Compaction) (*Compacted, error) {
	versions, faults, err := s.sound()
	if err != nil {
		return nil, err
	}
	if len(faults) > 0 {
		return nil, WithHint(fmt.Errorf("%w: %s: %s", ErrStore, faults[0].Path, faults[0].Reason), faults[0].Hint)
	}
	if len(only) == 0 {
		only = versions
	}
	groups, order := group(versions, only)
	if err := s.rewrite(ctx, order, c); err != nil {
		return nil, err
	}
	out := &Compacted{}
	for _, r := range order {
		out.After += r.best.Bytes
		for _, f := range r.files {
			out.Before += f.Bytes
			if f.Path != r.best.Path {
				out.Shared++
			}
		}
		if r.fresh { // it takes the place of one
			out.Encoded, out.Shared = out.Encoded+1, out.Shared-1
		}
	}
	changed := repointed(versions, groups)
	if out.Manifests = len(changed); c.DryRun {
		return out, nil
	}
	if err := s.repoint(order, changed); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrStore, err)
	}
	return out, nil
}

// rows says which group a part belongs to.
func (p Part) rows(fingerprint string) sameRows {
	return sameRows{fingerprint, p.Table, p.Key, p.Content}
}

// group collects the files of all versions by their rows, as far as some of the
// versions have these rows.
func group(versions, only []*Version) (groups map[sameRows]*rewriting, order []*rewriting) {
	groups = map[sameRows]*rewriting{}
	each := func(versions []*Version, visit func(v *Version, t Schema, p Part, rows sameRows)) {
		for _, v := range versions {
			for _, t := range v.Tables {
				fingerprint := t.Fingerprint()
				for _, p := range v.Of(t.Table) {
					visit(v, t, p, p.rows(fingerprint))
				}
			}
		}
	}
	each(only, func(v *Version, t Schema, _ Part, rows sameRows) {
		if groups[rows] == nil {
			groups[rows] = &rewriting{schema: t, version: v}
			order = append(order, groups[rows])
		}
	})
	each(versions, func(_ *Version, _ Schema, p Part, rows sameRows) {
		if r := groups[rows]; r != nil && !slices.Contains(r.files, p) {
			r.files = append(r.files, p)
		}
	})
	for _, r := range order {
		slices.SortFunc(r.files, func(a, b Part) int { return cmp.Or(cmp.Compare(a.Bytes, b.Bytes), cmp.Compare(a.Path, b.Path)) })
	}
	return groups, order
}

// rewrite finds the best file for each group of parts, several at a time.
func (s *Store) rewrite(ctx context.Context, order []*rewriting, c Compaction) error {
	var mu sync.Mutex
	total, done := int64(0), int64(0)
	for _, r := range order {
		total += r.files[0].Bytes
	}
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	for _, r := range order {
		g.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := s.shrink(r, !c.DryRun); err != nil {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			if done += r.files[0].Bytes; c.Watch != nil {
				c.Watch(done, total)
			}
			return nil
		})
	}
	return g.Wait()
}

// shrink encodes the smallest file of a group anew, takes the better one, and
// writes it: nobody names it yet.
func (s *Store) shrink(r *rewriting, write bool) error {
	p := r.files[0]
	r.best = p
	old, err := s.bytes(p)
	var b *Batch
	if err == nil {
		b, err = ReadParquet(bytes.NewReader(old), p.Bytes, r.schema)
	}
	if err != nil {
		return s.damaged(r.version, p, err)
	}
	raw, err := encodeSmall(b, old)
	if err != nil {
		return fmt.Errorf("%w: %s: %w", ErrStore, p.Path, err)
	}
	if int64(len(raw)) >= p.Bytes-p.Bytes/worth {
		return nil
	}
	back, err := ReadParquet(bytes.NewReader(raw), int64(len(raw)), r.schema)
	if err == nil && back.Content() != p.Content {
		err = errors.New("other rows")
	}
	if err != nil {
		return fmt.Errorf("%w: %s: what was encoded anew does not read back: %w", ErrStore, p.Path, err)
	}
	r.best.SHA256, r.best.Bytes, r.fresh = SHA256(raw), int64(len(raw)), true
	r.best.Path = r.best.home(r.version.Dataset, ".parquet")
	if !write {
		return nil
	}
	if err := s.place.Write(r.best.Path, raw); err != nil {
		return fmt.Errorf("%w: %w", ErrStore, err)
	}
	return nil
}
