package data

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"sync"
)

// Draft is a version being made. Its parts may be put from several goroutines,
// in any order, and are written at once; Seal makes the version visible,
// Discard leaves no trace of it.
type Draft struct {
	store   *Store
	mu      sync.Mutex
	version Version
	origin  Origin             // of the stage at work, for the files' own metadata
	inputs  []Input            // likewise
	keys    map[[2]string]bool // table and key of every part
	claimed []string           // objects that were written, or found there, for this draft
	done    bool               // sealed or discarded
}

// Draft begins a version of a dataset. The caller holds the store's lock.
func (s *Store) Draft(dataset string) *Draft {
	return &Draft{store: s, keys: map[[2]string]bool{}, version: Version{
		Format: format, Dataset: dataset, Tables: []Schema{}, Parts: []Part{}, Inputs: []Input{},
	}}
}

// Provenance says which stage makes the version, and of what, before the first
// part is put.
func (d *Draft) Provenance(origin Origin, inputs []Input) { d.origin, d.inputs = origin, inputs }

// Put adds one part: the rows of a batch that share the given partition
// values, in the schema's order. The first part of a table brings its schema.
func (d *Draft) Put(b *Batch, partition ...string) error {
	p, err := d.Make(b, d.origin.Params, d.inputs, partition...)
	if err != nil {
		return err
	}
	return d.take(b.Schema(), p)
}

// Make writes one part and leaves it to Keep to take it into the version. Its
// file says to whoever finds it with which parameters it was made, and of what.
func (d *Draft) Make(b *Batch, params json.RawMessage, from []Input, partition ...string) (Part, error) {
	schema := b.Schema()
	key, err := schema.Key(partition...)
	if err != nil {
		return Part{}, err
	}
	if err := b.checkPart(partition); err != nil {
		return Part{}, fmt.Errorf("table %s: %w", schema.Table, err)
	}
	p := Part{Table: schema.Table, Key: key, Content: b.Content(), Rows: b.Rows()}
	p.First, p.Last = b.span()
	room, leave := d.store.enter()
	defer leave()
	if err := writeIn(&room.pages, &room.out, b, d.metadata(schema, p, params, from)); err != nil {
		return Part{}, fmt.Errorf("table %s: %w", schema.Table, err)
	}
	if err := room.verify(bytes.NewReader(room.out.Bytes()), int64(room.out.Len()), b); err != nil {
		return Part{}, fmt.Errorf("table %s: what was written does not read back: %w", schema.Table, err)
	}
	return d.write(p, room.out.Bytes(), ".parquet")
}

// metadata is what a part's file says of itself: what it is and what it was
// made of, and nothing that another machine would say in another way.
func (d *Draft) metadata(schema Schema, p Part, params json.RawMessage, from []Input) map[string]string {
	meta := map[string]string{
		"mantis.format": format, "mantis.dataset": d.version.Dataset, "mantis.table": schema.Table,
		"mantis.partition": p.Key, "mantis.schema": schema.Fingerprint(), "mantis.content": p.Content,
	}
	if d.origin.Name != "" {
		meta["mantis.stage"] = fmt.Sprintf("%s@%d", d.origin.Name, d.origin.Code)
		meta["mantis.params"] = string(params)
		meta["mantis.inputs"] = string(mustCanonical(append([]Input{}, from...)))
	}
	return meta
}

// Keep takes a part into the version that was written before: by Make, or for
// an earlier version. It fails where the part's file is not there in full.
func (d *Draft) Keep(schema Schema, p Part) error {
	if len(d.store.Missing(&Version{Parts: []Part{p}})) > 0 {
		return fmt.Errorf("%w: part %q of %s: %w", ErrStore, p.Key, d.version.Dataset, ErrNotFound)
	}
	return d.take(schema, p)
}

// take takes a part that is there into the version.
func (d *Draft) take(schema Schema, p Part) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.accept(schema, p); err != nil {
		return err
	}
	d.version.Parts = append(d.version.Parts, p)
	return nil
}

// Read decodes a part that was made in this draft or for an earlier version.
func (d *Draft) Read(schema Schema, p Part) (*Batch, error) {
	return d.store.Read(&Version{Dataset: d.version.Dataset, Tables: []Schema{schema}}, p)
}

// PutFile adds a part that is no table, under a name like "report.html".
func (d *Draft) PutFile(name string, content []byte) error {
	p, err := d.MakeFile(name, content)
	if err != nil {
		return err
	}
	return d.take(Schema{}, p)
}

// MakeFile writes a part that is no table and leaves it to Keep to take it
// into the version.
func (d *Draft) MakeFile(name string, content []byte) (Part, error) {
	if !isFileName(name) {
		return Part{}, fmt.Errorf("file %q: not a plain file name", name)
	}
	return d.write(Part{Key: name, Content: SHA256(content)}, content, path.Ext(name))
}

// Note adds a remark that travels with the version.
func (d *Draft) Note(format string, args ...any) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.version.Notes = append(d.version.Notes, Plain(fmt.Sprintf(format, args...)))
}

// Unportable says in the manifest that the version's id holds on this kind of
// processor only.
func (d *Draft) Unportable() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.version.Portable = new(bool)
}

// write writes the bytes of a part, unless the store has them already.
func (d *Draft) write(p Part, content []byte, ext string) (Part, error) {
	if !datasetName.MatchString(d.version.Dataset) {
		return Part{}, fmt.Errorf("dataset %q: want a lower-case name", d.version.Dataset)
	}
	p.SHA256, p.Bytes = SHA256(content), int64(len(content))
	p.Path = p.home(d.version.Dataset, ext)
	if err := d.store.keep(p, content); err != nil {
		return Part{}, fmt.Errorf("%w: %w", ErrStore, err)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.done {
		return Part{}, errors.Join(d.late(p), d.store.release(p.Path))
	}
	d.claimed = append(d.claimed, p.Path)
	return p, nil
}

func (d *Draft) late(p Part) error {
	return fmt.Errorf("part %q of %s is put too late", p.Key, d.version.Dataset)
}

// accept says whether the part may be in the version, and takes its schema.
func (d *Draft) accept(schema Schema, p Part) error {
	if d.done {
		return d.late(p)
	}
	if d.keys[[2]string{p.Table, p.Key}] {
		return fmt.Errorf("table %s: part %q is put twice", p.Table, p.Key)
	}
	d.keys[[2]string{p.Table, p.Key}] = true
	if p.Table == "" {
		return nil
	}
	known, err := d.version.Table(p.Table)
	if err != nil {
		d.version.Tables = append(d.version.Tables, schema)
		return nil
	}
	if !known.same(schema) {
		return fmt.Errorf("table %s: parts of different schemas", p.Table)
	}
	return nil
}

// Discard removes what the draft alone has brought into the store, where the
// store is a directory; a bucket keeps it until it is cleared of what no
// manifest names. Discard is harmless after Seal.
func (d *Draft) Discard() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.done = true
	var errs []error
	for _, name := range d.claimed {
		errs = append(errs, d.store.release(name))
	}
	d.claimed = nil
	return errors.Join(errs...)
}
