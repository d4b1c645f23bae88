package data

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
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
	h := sha256.New()
	io.WriteString(h, "mantis/part/1\x00")
	io.WriteString(h, b.schema.Fingerprint())
	for i := range b.schema.Fields {
		sum := b.columnDigest(i)
		h.Write(sum[:])
	}
	return hex.EncodeToString(h.Sum(nil))
}

func (b *Batch) columnDigest(i int) [sha256.Size]byte {
	f := b.schema.Fields[i]
	h := sha256.New()
	fmt.Fprintf(h, "mantis/col/1\x00%s\x00%s\x00%t\x00%d\x00", f.Name, f.Type, f.Nullable, b.rows)
	switch f.Type {
	case Float:
		if f.Nullable {
			h.Write(validity(b.floats(i), func(x float64) bool { return x == x }))
		}
		h.Write(floatBytes(b.floats(i)))
	case Int, Time:
		if f.Nullable {
			h.Write(validity(b.ints(i), func(x int64) bool { return x != Null }))
		}
		h.Write(intBytes(b.ints(i)))
	case Bool:
		h.Write(validity(b.bools(i), func(x bool) bool { return x }))
	case String:
		var size [4]byte
		for _, s := range b.strings(i) {
			binary.LittleEndian.PutUint32(size[:], uint32(len(s)))
			h.Write(size[:])
			io.WriteString(h, s)
		}
	}
	var sum [sha256.Size]byte
	h.Sum(sum[:0])
	return sum
}

// validity is the bitmap of the rows for which ok holds, lowest bit first.
func validity[T any](x []T, ok func(T) bool) []byte {
	bits := make([]byte, (len(x)+7)/8)
	for i, v := range x {
		if ok(v) {
			bits[i/8] |= 1 << (i % 8)
		}
	}
	return bits
}
