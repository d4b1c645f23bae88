package data

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"testing"
)

// sampleContent is the content id of sampleBatch(100) and sampleFingerprint
// that of its schema: written down once, they must never change.
const (
	sampleContent     = "94c2767c4ce57a7638b2f890ed5d5a9c9838ad178b217697cb1dac7692ca54a7"
	sampleFingerprint = "f68ff1b69fcfec4a7a3845e091899f56fd055ee587a6e8ca90d0cb1fcb3a3e5a"
)

func TestContentGolden(t *testing.T) {
	if got := sampleBatch(t, 100).Content(); got != sampleContent {
		t.Errorf("content %s, want %s", got, sampleContent)
	}
	if got := sampleSchema.Fingerprint(); got != sampleFingerprint {
		t.Errorf("fingerprint %s, want %s", got, sampleFingerprint)
	}
}

func TestContentKnowsValuesOnly(t *testing.T) {
	b := sampleBatch(t, 100)
	if got := sampleBatch(t, 200).Slice(0, 100).Content(); got != b.Content() {
		t.Error("a slice of more rows has other content")
	}
	cols := make([]any, len(b.cols))
	copy(cols, b.cols)
	odd := append([]float64{}, b.floats(3)...)
	for r := range odd {
		if odd[r] != odd[r] {
			odd[r] = math.Float64frombits(0xfff8000000000000 | uint64(r)) // another NaN
		}
	}
	cols[3] = odd
	again, err := NewBatch(sampleSchema, cols...)
	if err != nil || again.Content() != b.Content() {
		t.Errorf("another NaN, another content: %v", err)
	}
	for i := range cols {
		changed := sampleBatch(t, 100)
		switch x := changed.cols[i].(type) {
		case []float64:
			x[99] = math.Nextafter(x[99], 1e9)
		case []int64:
			x[99]++
		case []string:
			x[99] += " "
		case []bool:
			x[99] = !x[99]
		}
		if changed.Content() == b.Content() {
			t.Errorf("column %s: a changed value does not change the content", sampleSchema.Fields[i].Name)
		}
	}
	if b.Slice(0, 99).Content() == b.Content() {
		t.Error("a row less does not change the content")
	}
	moved, err := NewBatch(Schema{Table: "t", Fields: []Field{{Name: "x", Type: String}}}, []string{"ab", "c"})
	if err != nil {
		t.Fatal(err)
	}
	other, _ := NewBatch(moved.schema, []string{"a", "bc"})
	if moved.Content() == other.Content() {
		t.Error("strings run into each other")
	}
}

func TestFingerprintKnowsAllButDoc(t *testing.T) {
	base := func() Schema {
		return Schema{Table: "t", Fields: []Field{{Name: "a", Type: String}, {Name: "b", Type: Int}}, Partition: []string{"a"}, Sort: []string{"b"}}
	}
	want := base().Fingerprint()
	s := base()
	s.Doc, s.Fields[0].Doc = "a table", "a column"
	if s.Fingerprint() != want {
		t.Error("documentation changes the fingerprint")
	}
	for name, change := range map[string]func(*Schema){
		"table":     func(s *Schema) { s.Table = "u" },
		"name":      func(s *Schema) { s.Fields[1].Name = "c" },
		"type":      func(s *Schema) { s.Fields[1].Type = Time },
		"nullable":  func(s *Schema) { s.Fields[1].Nullable = true },
		"order":     func(s *Schema) { s.Fields[0], s.Fields[1] = s.Fields[1], s.Fields[0] },
		"fewer":     func(s *Schema) { s.Fields = s.Fields[:1] },
		"partition": func(s *Schema) { s.Partition = nil },
		"sort":      func(s *Schema) { s.Sort = nil },
	} {
		s := base()
		change(&s)
		if s.Fingerprint() == want {
			t.Errorf("%s does not change the fingerprint", name)
		}
	}
}

func TestCanonical(t *testing.T) {
	for _, c := range []struct {
		in   any
		want string
	}{
		{map[string]any{"b": 1, "a": []int{3, 2}}, `{"a":[3,2],"b":1}`},
		{map[string]any{"x": 0.1, "y": 1e300, "z": 2.0}, `{"x":"0.1","y":"1e+300","z":2}`},
		{json.RawMessage(` { "b" : 1.50, "a" : "<&>" } `), `{"a":"<&>","b":"1.5"}`},
		{struct {
			Z *int
			A uint64
		}{nil, math.MaxUint64}, `{"A":18446744073709551615,"Z":null}`},
		{int64(math.MinInt64), "-9223372036854775808"},
		{"é\n", `"é\n"`},
	} {
		got, err := Canonical(c.in)
		if err != nil || string(got) != c.want {
			t.Errorf("%v: %s, want %s (%v)", c.in, got, c.want, err)
		}
		again, err := Canonical(json.RawMessage(got))
		if err != nil || string(again) != c.want {
			t.Errorf("%v: not stable: %s (%v)", c.in, again, err)
		}
	}
	if _, err := Canonical(math.NaN()); err == nil {
		t.Error("NaN has JSON")
	}
}

func TestVersionID(t *testing.T) {
	base := func() *Version {
		v := &Version{
			Dataset: "bars", Tables: []Schema{sampleSchema},
			Parts: []Part{
				{Table: "sample", Key: "symbol=A", Content: "c1", Rows: 1, Path: "p", SHA256: "s", Bytes: 3, First: 1, Last: 2},
				{Table: "sample", Key: "symbol=B", Content: "c2", Rows: 2},
			},
		}
		v.Tables[0].Fields = append([]Field{}, sampleSchema.Fields...)
		return v
	}
	want := base().computeID()
	for name, change := range map[string]func(*Version){
		"inputs": func(v *Version) { v.Inputs = []Input{{"a", "b"}} },
		"action": func(v *Version) { v.Action = "x" },
		"stage":  func(v *Version) { v.Stage = Origin{Name: "s", Code: 3} },
		"path":   func(v *Version) { v.Parts[0].Path, v.Parts[0].SHA256, v.Parts[0].Bytes = "q", "r", 9 },
		"doc":    func(v *Version) { v.Tables[0].Doc, v.Tables[0].Fields[0].Doc = "d", "d" },
		"order":  func(v *Version) { v.Parts[0], v.Parts[1] = v.Parts[1], v.Parts[0]; v.sort() },
	} {
		v := base()
		change(v)
		if v.computeID() != want {
			t.Errorf("%s changes the id", name)
		}
	}
	for name, change := range map[string]func(*Version){
		"notes":   func(v *Version) { v.Notes = []string{"n"} },
		"dataset": func(v *Version) { v.Dataset = "rods" },
		"content": func(v *Version) { v.Parts[1].Content = "c3" },
		"rows":    func(v *Version) { v.Parts[1].Rows = 3 },
		"key":     func(v *Version) { v.Parts[1].Key = "symbol=C" },
		"table":   func(v *Version) { v.Parts[1].Table = "other" },
		"part":    func(v *Version) { v.Parts = v.Parts[:1] },
		"schema":  func(v *Version) { v.Tables[0].Fields[1].Name = "other" },
	} {
		v := base()
		change(v)
		if v.computeID() == want {
			t.Errorf("%s does not change the id", name)
		}
	}
}

// contentByHand digests a batch as FORMAT.md tells it, value by value.
func contentByHand(b *Batch) string {
	whole := sha256.New()
	io.WriteString(whole, "mantis/part/1\x00"+b.schema.Fingerprint())
	for i, f := range b.schema.Fields {
		h := sha256.New()
		fmt.Fprintf(h, "mantis/col/1\x00%s\x00%s\x00%t\x00%d\x00", f.Name, f.Type, f.Nullable, b.rows)
		valid, values := make([]byte, (b.rows+7)/8), []byte{}
		for r := range b.rows {
			is := true
			switch x := b.cols[i].(type) {
			case []float64:
				is = !math.IsNaN(x[r])
				values = binary.LittleEndian.AppendUint64(values, math.Float64bits(x[r]))
			case []int64:
				is = x[r] != Null
				values = binary.LittleEndian.AppendUint64(values, uint64(x[r]))
			case []string:
				values = append(binary.LittleEndian.AppendUint32(values, uint32(len(x[r]))), x[r]...)
			case []bool:
				is = x[r]
			}
			if is {
				valid[r/8] |= 1 << (r % 8)
			}
		}
		if f.Nullable || f.Type == Bool {
			h.Write(valid)
		}
		h.Write(values)
		whole.Write(h.Sum(nil))
	}
	return hex.EncodeToString(whole.Sum(nil))
}
