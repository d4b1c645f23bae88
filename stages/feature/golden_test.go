package feature

import (
	"encoding/binary"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mantis/data"
)

var update = flag.Bool("update", false, "rewrite testdata")

// TestGoldenValues holds the values of the features that are on request, which
// the ids of a run without them do not show, to the digests they had: a feature
// that gives other values must raise its Code. Then -update rewrites them; it
// refuses to while a Code that had to be raised was not.
func TestGoldenValues(t *testing.T) {
	file, b := filepath.Join("testdata", "values.txt"), wander(8, 500)
	committed, err := os.ReadFile(file)
	if err != nil && !*update {
		t.Fatal(err)
	}
	was := map[string]string{}
	for line := range strings.Lines(string(committed)) {
		of, digest, _ := strings.Cut(strings.TrimSpace(line), ": ")
		was[of] = digest
	}
	var now strings.Builder
	for _, f := range All() {
		if !f.Extra {
			continue
		}
		of, digest := fmt.Sprintf("%s, code %d", f.Name, f.Code), digestOf(compute(f, b))
		if was[of] != "" && was[of] != digest {
			t.Errorf("%s: other values, and its Code is the same: raise it; -update rewrites nothing until then", of)
		}
		fmt.Fprintf(&now, "%s: %s\n", of, digest)
	}
	if *update && !t.Failed() {
		if err := os.WriteFile(file, []byte(now.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(string(committed), now.String()); diff != "" {
		t.Errorf("features changed: where a Code had to be raised and is, run with -update\n%s", diff)
	}
}

// digestOf is that of the bits of x, in 16 digits.
func digestOf(x []float64) string {
	var raw []byte
	for _, v := range x {
		raw = binary.LittleEndian.AppendUint64(raw, math.Float64bits(v))
	}
	return data.SHA256(raw)[:16]
}
