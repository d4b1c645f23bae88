package data

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// noSum stands in the place of a manifest's own digest while it is taken.
var noSum = strings.Repeat("0", 64)

// encode writes the manifest. Its last field, sum, is the SHA-256 of the
// file's bytes with sum's own digits written as zeros.
func (v *Version) encode() ([]byte, error) {
	v.Sum = noSum
	raw, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		return nil, err
	}
	raw = append(raw, '\n')
	v.Sum = SHA256(raw)
	copy(raw[bytes.LastIndex(raw, []byte(noSum)):], v.Sum)
	return raw, nil
}

// decodeManifest reads what encode wrote and refuses everything else: another
// format, a byte that was changed, an id that the content does not have, and
// names that would lead out of the store.
func decodeManifest(raw []byte) (*Version, error) {
	v, err := unmarshalManifest(raw)
	if err != nil {
		return nil, err
	}
	if v.Format != format {
		return nil, fmt.Errorf("format %q, want %q", v.Format, format)
	}
	at := bytes.LastIndex(raw, []byte(v.Sum))
	if !isDigest(v.Sum) || at < 0 {
		return nil, errors.New("no sum")
	}
	blank := bytes.Clone(raw)
	copy(blank[at:], noSum)
	if sum := SHA256(blank); sum != v.Sum {
		return nil, fmt.Errorf("sha256 %s, want %s: it was changed after it was sealed", short(sum), short(v.Sum))
	}
	if err := v.check(); err != nil {
		return nil, err
	}
	return v, nil
}

// check says what in the manifest no writer would have written.
func (v *Version) check() error {
	if !datasetName.MatchString(v.Dataset) {
		return fmt.Errorf("dataset %q: want a lower-case name", v.Dataset)
	}
	for i, t := range v.Tables {
		if err := t.Check(); err != nil {
			return err
		}
		if i > 0 && v.Tables[i-1].Table >= t.Table {
			return fmt.Errorf("table %s is out of order", t.Table)
		}
	}
	for i, p := range v.Parts {
		if err := v.checkPart(p); err != nil {
			return fmt.Errorf("part %q of table %q: %w", p.Key, p.Table, err)
		}
		if i > 0 && !v.Parts[i-1].before(p) {
			return fmt.Errorf("part %q of table %q is out of order", p.Key, p.Table)
		}
	}
	if id := v.computeID(); id != v.ID {
		return fmt.Errorf("the manifest says id %s, its content has %s", short(v.ID), short(id))
	}
	return nil
}

func (v *Version) checkPart(p Part) error {
	switch {
	case !isPartPath(p.Path):
		return fmt.Errorf("path %q leads out of the data", p.Path)
	case !isDigest(p.Content) || !isDigest(p.SHA256):
		return errors.New("a digest is no SHA-256")
	case p.Rows < 0 || p.Bytes < 0:
		return fmt.Errorf("%d rows in %d bytes", p.Rows, p.Bytes)
	case p.Table == "" && !isFileName(p.Key):
		return errors.New("not a plain file name")
	case p.Table == "" && p.Content != p.SHA256:
		return errors.New("the content of a file is the SHA-256 of its bytes")
	case p.Table == "":
		return nil
	}
	schema, err := v.Table(p.Table)
	if err != nil {
		return err
	}
	values := make([]string, len(schema.Partition))
	for i, name := range schema.Partition {
		values[i] = p.Value(name)
	}
	if key, err := schema.Key(values...); err != nil || key != p.Key {
		return errors.New("the key does not name the table's partition columns")
	}
	return nil
}
