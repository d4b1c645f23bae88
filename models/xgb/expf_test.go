package xgb

import (
	"math"
	"os"
	"testing"
)

// TestLibrary holds expf and logf against the GNU C library, see
// testdata/oracle/expf.py.
func TestLibrary(t *testing.T) {
	for name, f := range map[string]func(float32) float32{"expf": expf, "logf": logf} {
		data, err := os.ReadFile("testdata/golden/" + name + ".f32")
		if err != nil {
			t.Fatal(err)
		}
		values := float32s(data)
		if len(values) < 10000 {
			t.Fatalf("%s: %d values", name, len(values))
		}
		for i := 0; i < len(values); i += 2 {
			if got := f(values[i]); math.Float32bits(got) != math.Float32bits(values[i+1]) {
				t.Errorf("%s(%v) = %v, want %v", name, values[i], got, values[i+1])
			}
		}
	}
}
