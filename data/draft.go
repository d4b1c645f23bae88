package data

import (
	"bytes"
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
	done    bool              // sealed or discarded
}

// Draft begins a version of a dataset. The caller holds the store's lock.
func (s *Store) Draft(dataset string) *Draft {
	return &Draft{store: s, staged: map[string]string{}, version: Version{
		Format: format, Dataset: dataset, Tables: []Schema{}, Parts: []Part{}, Inputs: []Input{},
	}}
}

// Put adds one part: the rows of a batch that share the given partition
// values, in the schema's order. The first part of a table brings its schema.
func (d *Draft) Put(b *Batch, partition ...string) error {
	schema := b.Schema()
	key, err := schema.Key(partition...)
	if err != nil {
		return err
	}
	if err := b.checkPart(partition); err != nil {
		return fmt.Errorf("table %s: %w", schema.Table, err)
	}
	p := Part{Table: schema.Table, Key: key, Content: b.Content(), Rows: b.Rows()}
	p.First, p.Last = b.span()
	var out bytes.Buffer
	meta := map[string]string{
		"mantis.format": format, "mantis.dataset": d.version.Dataset, "mantis.table": schema.Table,
		"mantis.partition": key, "mantis.schema": schema.Fingerprint(), "mantis.content": p.Content,
	}
	if err := WriteParquet(&out, b, meta); err != nil {
		return fmt.Errorf("table %s: %w", schema.Table, err)
	}
	back, err := ReadParquet(bytes.NewReader(out.Bytes()), int64(out.Len()), schema)
	if err == nil && back.Content() != p.Content {
		err = errors.New("other rows")
	}
	if err != nil {
		return fmt.Errorf("table %s: what was written does not read back: %w", schema.Table, err)
	}
	return d.add(schema, p, out.Bytes(), ".parquet")
}

// PutFile adds a part that is no table, under a name like "report.html".
func (d *Draft) PutFile(name string, content []byte) error {
	if !isFileName(name) {
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

// Unportable says in the manifest that the version's id holds on this kind of
// processor only.
func (d *Draft) Unportable() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.version.Portable = new(bool)
}

// add stages the bytes of a part, unless the store has them already, and takes
// the part into the manifest.
func (d *Draft) add(schema Schema, p Part, content []byte, ext string) error {
	if !datasetName.MatchString(d.version.Dataset) {
		return fmt.Errorf("dataset %q: want a lower-case name", d.version.Dataset)
	}
	p.SHA256, p.Bytes = SHA256(content), int64(len(content))
	dir := d.version.Dataset
	if p.Table != "" {
		dir = path.Join(p.Table, p.Key)
	}
	p.Path = path.Join("data", dir, p.SHA256[:16]+ext)
	staged := ""
	if _, err := d.store.bytes(p); err != nil {
		if staged, err = stage(d.store.at("tmp"), content); err != nil {
			return fmt.Errorf("%w: %w", ErrStore, err)
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.accept(schema, p); err != nil {
		if staged != "" {
			os.Remove(staged)
		}
		return err
	}
	if staged != "" {
		if before, ok := d.staged[p.Path]; ok { // two files of the same bytes
			os.Remove(before)
		}
		d.staged[p.Path] = staged
	}
	d.version.Parts = append(d.version.Parts, p)
	return nil
}

// accept says whether the part may be in the version, and takes its schema.
func (d *Draft) accept(schema Schema, p Part) error {
	if d.done {
		return fmt.Errorf("part %q of %s is put too late", p.Key, d.version.Dataset)
	}
	for _, q := range d.version.Parts {
		if q.Table == p.Table && q.Key == p.Key {
			return fmt.Errorf("table %s: part %q is put twice", p.Table, p.Key)
		}
	}
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

// Discard removes what the draft has staged. It is harmless after Seal.
func (d *Draft) Discard() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.done = true
	var errs []error
	for p, staged := range d.staged {
		if err := os.Remove(staged); err != nil && !errors.Is(err, os.ErrNotExist) {
			errs = append(errs, err)
		}
		delete(d.staged, p)
	}
	return errors.Join(errs...)
}
