package data

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path"
	"sync"
)

// Draft is a version being made. Its parts may be put from several goroutines,
// in any order; Seal makes the version visible, Discard leaves no trace of it.
type Draft struct {
	store   *Store
	mu      sync.Mutex
	version Version
	staged  map[string]string // temporary file by final path
}

// Draft begins a version of a dataset. The caller holds the store's lock.
func (s *Store) Draft(dataset string) *Draft {
	return &Draft{store: s, staged: map[string]string{}, version: Version{Format: format, Dataset: dataset}}
}

// Put adds one part: the rows of a batch that share the given partition
// values. The first part of a table brings its schema.
func (d *Draft) Put(b *Batch, partition ...string) error {
	schema := b.Schema()
	key, err := schema.Key(partition...)
	if err != nil {
		return err
	}
	for i, name := range schema.Partition {
		x, err := b.Strings(name)
		if err != nil {
			return err
		}
		for _, v := range x {
			if v != partition[i] {
				return fmt.Errorf("table %s: a row of %s=%s in the part of %s", schema.Table, name, v, partition[i])
			}
		}
	}
	p := Part{Table: schema.Table, Key: key, Content: b.Content(), Rows: b.Rows()}
	if i := schema.Index("time"); i >= 0 && b.Rows() > 0 {
		p.First, p.Last = extent(b.ints(i))
	}
	var out bytes.Buffer
	meta := map[string]string{
		"mantis.format": format, "mantis.dataset": d.version.Dataset, "mantis.table": schema.Table,
		"mantis.partition": key, "mantis.schema": schema.Fingerprint(), "mantis.content": p.Content,
	}
	if err := WriteParquet(&out, b, meta); err != nil {
		return fmt.Errorf("table %s: %w", schema.Table, err)
	}
	back, err := ReadParquet(bytes.NewReader(out.Bytes()), int64(out.Len()), schema)
	if err != nil || back.Content() != p.Content {
		return fmt.Errorf("table %s: what was written does not read back: %v", schema.Table, err)
	}
	return d.add(schema, p, out.Bytes(), ".parquet")
}

// PutFile adds a part that is no table, under a name like "report.html".
func (d *Draft) PutFile(name string, content []byte) error {
	if name == "" || path.Base(name) != name || name[0] == '.' {
		return fmt.Errorf("file %q: not a plain file name", name)
	}
	return d.add(Schema{}, Part{Key: name, Content: SHA256(content)}, content, path.Ext(name))
}

// Note adds a remark that travels with the version.
func (d *Draft) Note(format string, args ...any) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.version.Notes = append(d.version.Notes, fmt.Sprintf(format, args...))
}

func (d *Draft) add(schema Schema, p Part, content []byte, ext string) error {
	p.SHA256, p.Bytes = SHA256(content), int64(len(content))
	dir := d.version.Dataset
	if p.Table != "" {
		dir = path.Join(p.Table, p.Key)
	}
	p.Path = path.Join("data", dir, p.SHA256[:16]+ext)
	staged := ""
	if !exists(d.store.Path(p)) {
		var err error
		if staged, err = stage(d.store.at("tmp"), content); err != nil {
			return fmt.Errorf("%w: %w", ErrStore, err)
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if staged != "" {
		if before, ok := d.staged[p.Path]; ok {
			os.Remove(before)
		}
		d.staged[p.Path] = staged
	}
	for _, q := range d.version.Parts {
		if q.Table == p.Table && q.Key == p.Key {
			return fmt.Errorf("part %s of %s%s is put twice", p.Key, d.version.Dataset, p.Table)
		}
	}
	d.version.Parts = append(d.version.Parts, p)
	if p.Table == "" {
		return nil
	}
	known, err := d.version.Table(p.Table)
	if err != nil {
		d.version.Tables = append(d.version.Tables, schema)
		return nil
	}
	if known.Fingerprint() != schema.Fingerprint() {
		return fmt.Errorf("table %s: parts of different schemas", p.Table)
	}
	return nil
}

// Seal gives the draft its id, moves its parts into place, writes the manifest
// and remembers the action key. Nothing is visible before the manifest is.
func (d *Draft) Seal(origin Origin, inputs []Input, action string) (*Version, error) {
	defer d.Discard()
	v := &d.version
	v.Stage, v.Inputs, v.Action = origin, inputs, action
	v.sort()
	v.ID = v.computeID()
	for _, p := range v.Parts {
		staged, ok := d.staged[p.Path]
		if !ok {
			continue
		}
		if err := settle(staged, d.store.Path(p)); err != nil {
			return nil, fmt.Errorf("%w: %s: %w", ErrStore, v.Ref(), err)
		}
		delete(d.staged, p.Path)
	}
	manifest, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		return nil, err
	}
	at := d.store.at("versions", v.Dataset, v.ID+".json")
	if !exists(at) {
		if err := durable(d.store.at("tmp"), at, append(manifest, '\n')); err != nil {
			return nil, fmt.Errorf("%w: %s: %w", ErrStore, v.Ref(), err)
		}
	}
	line := []byte(v.Dataset + "@" + v.ID + "\n")
	if err := durable(d.store.at("tmp"), d.store.at("actions", action[:2], action), line); err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrStore, v.Ref(), err)
	}
	return v, nil
}

// Discard removes what the draft has staged. It is harmless after Seal.
func (d *Draft) Discard() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	var errs []error
	for p, staged := range d.staged {
		errs = append(errs, os.Remove(staged))
		delete(d.staged, p)
	}
	return errors.Join(errs...)
}

func extent(x []int64) (lo, hi int64) {
	lo, hi = x[0], x[0]
	for _, v := range x {
		lo, hi = min(lo, v), max(hi, v)
	}
	return lo, hi
}

// sweep removes what earlier writers that died left in tmp; the caller holds
// the lock, so nobody else is writing there.
func (s *Store) sweep() error {
	entries, err := os.ReadDir(s.at("tmp"))
	if errors.Is(err, os.ErrNotExist) {
		return os.MkdirAll(s.at("tmp"), 0o755)
	}
	for _, e := range entries {
		if err := os.RemoveAll(s.at("tmp", e.Name())); err != nil {
			return err
		}
	}
	return err
}
