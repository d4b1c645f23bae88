package data

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"strconv"
)

// Digest is sha256(tag, 0, content) in hex: the tag keeps digests of different
// kinds apart.
func Digest(tag string, content []byte) string {
	h := sha256.New()
	io.WriteString(h, tag)
	h.Write([]byte{0})
	h.Write(content)
	return hex.EncodeToString(h.Sum(nil))
}

// SHA256 is the plain digest of a file's bytes, in hex.
func SHA256(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// SHA256Of is SHA256 of all that a reader gives.
func SHA256Of(in io.Reader) (string, error) {
	sum := sha256.New()
	if _, err := io.Copy(sum, in); err != nil {
		return "", err
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// Canonical writes a value as the JSON that ids are made of: keys sorted, no
// spaces, and every number that is not an integer as a string.
func Canonical(v any) ([]byte, error) {
	raw, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	var tree any
	if err := dec.Decode(&tree); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(plainNumbers(tree)); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), nil
}

// plainNumbers turns every non-integer number of a JSON tree into its shortest
// decimal, as a string.
func plainNumbers(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k, x := range v {
			v[k] = plainNumbers(x)
		}
	case []any:
		for i, x := range v {
			v[i] = plainNumbers(x)
		}
	case json.Number:
		if i, err := strconv.ParseInt(v.String(), 10, 64); err == nil {
			return i
		}
		if u, err := strconv.ParseUint(v.String(), 10, 64); err == nil {
			return u
		}
		if f, err := v.Float64(); err == nil {
			return strconv.FormatFloat(f, 'g', -1, 64)
		}
	}
	return v
}

// mustCanonical is Canonical for values that are built of strings, integers
// and maps only, which always encode.
func mustCanonical(v any) []byte {
	b, err := Canonical(v)
	if err != nil {
		panic("data: " + err.Error())
	}
	return b
}

// Content digests a batch: its schema, then each column's values and validity,
// little endian, every missing value in one bit pattern. It does not depend on
// how the batch is stored.
func (b *Batch) Content() string {
	d := NewDigester(b.schema, b.rows)
	err := errors.Join(d.Mark(b), d.Write(b))
	content, last := d.Content()
	if err = errors.Join(err, last); err != nil {
		panic("data: " + err.Error()) // these are the rows that were announced
	}
	return content
}
