package data

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestUnmarshalManifest holds the short way of reading parts against the
// library's, in manifests as they are written and in others.
func TestUnmarshalManifest(t *testing.T) {
	s := newStore(t)
	v := seal(t, s, "bars", 3)
	sealed, err := s.place.Read(manifestName("bars", v.ID))
	if err != nil {
		t.Fatal(err)
	}
	in := func(from, to string) []byte {
		out := bytes.ReplaceAll(sealed, []byte(from), []byte(to))
		if bytes.Equal(out, sealed) {
			t.Fatalf("no %q in the manifest", from)
		}
		return out
	}
	for name, raw := range map[string][]byte{
		"as written":     sealed,
		"escaped":        in(`symbol=`, `\u0073ymbol=`),
		"not ASCII":      in(`symbol=`, `symböl=`),
		"not UTF-8":      in(`symbol=`, "symb\xffl="),
		"a quote":        in(`symbol=`, `sym"bol=`),
		"in capitals":    in(`"rows"`, `"ROWS"`),
		"unknown field":  in(`"rows"`, `"more": 1, "rows"`),
		"null":           in(`"rows": 3`, `"rows": null`),
		"a fraction":     in(`"rows": 3`, `"rows": 3.0`),
		"leading zero":   in(`"rows": 3`, `"rows": 03`),
		"too great":      in(`"rows": 3`, `"rows": 99999999999999999999`),
		"a text":         in(`"rows": 3`, `"rows": "3"`),
		"a comma more":   in("\n  }\n ],", "\n  },\n ],"),
		"a comma less":   in("\n  },\n  {", "\n  }\n  {"),
		"no comma":       in(`"rows": 3,`, `"rows": 3`),
		"twice":          in(`"rows": 3,`, "\"rows\": 4,\n   \"rows\": 3,"),
		"no parts":       in(`"parts": [`, `"ports": [`),
		"cut short":      sealed[:len(sealed)/2],
		"something else": []byte("[]"),
	} {
		var want Version
		wrong := json.Unmarshal(raw, &want)
		got, err := unmarshalManifest(raw)
		if (err != nil) != (wrong != nil) {
			t.Errorf("%s: %v, want %v", name, err, wrong)
			continue
		}
		if err == nil {
			if diff := cmp.Diff(&want, got); diff != "" {
				t.Errorf("%s: %s", name, diff)
			}
		}
	}
	if _, ok := readParts("\n  {\n   \"rows\": 3\n  }"); !ok {
		t.Error("the short way is not taken")
	}
	short := sealed[bytes.Index(sealed, []byte("\"parts\": [")):]
	short = short[len("\"parts\": ["):bytes.Index(short, []byte("\n ],"))]
	if parts, ok := readParts(string(short)); !ok || len(parts) != len(v.Parts) {
		t.Errorf("the short way is not taken for a manifest as it is written: %d parts", len(parts))
	}
}

func BenchmarkDecodeManifest(b *testing.B) {
	s := newStore(b)
	v := seal(b, s, "bars", 3)
	p := v.Of("bars")[0]
	v.Parts = nil
	for i := range 2420 {
		p.Key = "symbol=S" + string(rune('A'+i/100)) + string(rune('A'+i%100/10)) + string(rune('A'+i%10))
		v.Parts = append(v.Parts, p)
	}
	v.ID = v.computeID()
	raw, err := v.encode()
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(raw)))
	for range b.N {
		if _, err := decodeManifest(raw); err != nil {
			b.Fatal(err)
		}
	}
}
