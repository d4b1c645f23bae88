package xgb

import (
	"math"
	"os"
	"testing"
)

// TestExpf holds expf against the GNU C library, see testdata/oracle/expf.py.
func TestExpf(t *testing.T) {
	data, err := os.ReadFile("testdata/golden/expf.f32")
	if err != nil {
		t.Fatal(err)
	}
	values := float32s(data)
	if len(values) < 10000 {
		t.Fatalf("%d values", len(values))
	}
	for i := 0; i < len(values); i += 2 {
		if got := expf(values[i]); math.Float32bits(got) != math.Float32bits(values[i+1]) {
			t.Errorf("expf(%v) = %v, want %v", values[i], got, values[i+1])
		}
	}
}
