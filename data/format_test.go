package data

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math"
	"os"
	"strings"
	"testing"
)

// TestFormatExample recomputes the worked example of FORMAT.md, once by hand
// as the page tells it and once by the package, and looks both up on the page.
func TestFormatExample(t *testing.T) {
	raw, err := os.ReadFile("FORMAT.md")
	if err != nil {
		t.Fatal(err)
	}
	page := map[string]string{}
	_, example, _ := strings.Cut(string(raw), "### Worked example")
	last := ""
	for line := range strings.Lines(example) {
		name, value, ok := strings.Cut(strings.TrimSpace(line), " ")
		if name == "digest" {
			name = last + " digest"
		}
		if ok && page[name] == "" {
			page[name] = strings.TrimSpace(value)
		}
		last = name
	}

	sum := func(parts ...[]byte) []byte { s := sha256.Sum256(bytes.Join(parts, nil)); return s[:] }
	u64 := func(x uint64) []byte { return binary.LittleEndian.AppendUint64(nil, x) }
	zero := []byte{0}
	fingerprint := hex.EncodeToString(sum([]byte("mantis/schema/1"), zero, []byte(page["schema"])))
	times := bytes.Join([][]byte{[]byte("mantis/col/1\x00time\x00time\x00false\x002\x00"), u64(1704067200000000), u64(1704088800000000)}, nil)
	closes := bytes.Join([][]byte{[]byte("mantis/col/1\x00close\x00float\x00true\x002\x00"), {0b01}, u64(math.Float64bits(1.5)), u64(0x7ff8000000000001)}, nil)
	content := hex.EncodeToString(sum([]byte("mantis/part/1"), zero, []byte(fingerprint), sum(times), sum(closes)))
	id := hex.EncodeToString(sum([]byte("mantis/ds/1"), zero, []byte(page["version"])))
	for name, want := range map[string]string{
		"fingerprint": fingerprint, "time": hex.EncodeToString(times), "time digest": hex.EncodeToString(sum(times)),
		"close": hex.EncodeToString(closes), "close digest": hex.EncodeToString(sum(closes)), "content": content, "id": id,
	} {
		if page[name] != want {
			t.Errorf("the page says %s %s, by hand it is %s", name, page[name], want)
		}
	}

	schema := Schema{
		Table: "closes", Doc: "documentation is in no id", Sort: []string{"time"},
		Fields: []Field{{Name: "time", Type: Time}, {Name: "close", Type: Float, Nullable: true}},
	}
	b, err := NewBatch(schema, []int64{1704067200000000, 1704088800000000}, []float64{1.5, math.NaN()})
	if err != nil {
		t.Fatal(err)
	}
	if b.Content() != content || schema.Fingerprint() != fingerprint {
		t.Errorf("content %s, fingerprint %s", b.Content(), schema.Fingerprint())
	}
	d := newStore(t).Draft("closes")
	if err := d.Put(b); err != nil {
		t.Fatal(err)
	}
	v, err := d.Seal(Origin{Name: "closes"}, nil, strings.Repeat("a", 64))
	if err != nil || v.ID != id {
		t.Errorf("id %v, %v", v, err)
	}
}

// TestFormatNamesEveryField looks up what the manifests have on the page.
func TestFormatNamesEveryField(t *testing.T) {
	page, err := os.ReadFile("FORMAT.md")
	if err != nil {
		t.Fatal(err)
	}
	s := newStore(t)
	manifest, err := os.ReadFile(s.manifest("bars", seal(t, s, "bars", 3).ID))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(manifest)) {
		if name, _, ok := strings.Cut(strings.TrimSpace(line), `":`); ok && !bytes.Contains(page, []byte("`"+name[1:]+"`")) {
			t.Errorf("FORMAT.md does not name %s", name[1:])
		}
	}
}
