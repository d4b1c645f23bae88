package data

import (
	"bytes"
	"math"
	"math/rand/v2"
	"testing"
)

// pageOf is a full page of floats, split by byte.
func pageOf(t *testing.T, value func(r *rand.Rand) float64) []byte {
	r := rand.New(rand.NewPCG(7, 7))
	x := make([]float64, pageRows)
	for i := range x {
		x[i] = value(r)
	}
	page, err := splitEncoding.EncodeDouble(nil, x)
	if err != nil {
		t.Fatal(err)
	}
	return page
}

// TestCompressChooses holds the guess whether to look at every block against
// what it gives: where that takes off a fifth of the page, it must be done, and
// where it takes off next to nothing, it must not.
func TestCompressChooses(t *testing.T) {
	price := 10_000.0
	for name, value := range map[string]func(r *rand.Rand) float64{
		"normal":   func(r *rand.Rand) float64 { return r.NormFloat64() },
		"uniform":  func(r *rand.Rand) float64 { return r.Float64() },
		"positive": func(r *rand.Rand) float64 { return math.Exp(r.NormFloat64()) },
		"prices": func(r *rand.Rand) float64 {
			price += math.Round(r.NormFloat64()*300) / 100
			return math.Round(price*100) / 100
		},
		"volumes": func(r *rand.Rand) float64 { return math.Round(r.ExpFloat64()*1e6) / 1e5 },
		"counts":  func(r *rand.Rand) float64 { return float64(r.IntN(500)) },
		"zeros":   func(r *rand.Rand) float64 { return 0 },
	} {
		page := pageOf(t, value)
		quick, thorough := len(zstdFast.EncodeAll(page, nil)), len(zstdDense.EncodeAll(page, nil))
		gain := float64(quick-thorough) / float64(len(page))
		if got := uneven(page, 8); gain > 0.2 && !got || gain < 0.05 && got && thorough > len(page)*3/4 {
			t.Errorf("%s: looks at every block: %t, which gives %d bytes for %d", name, got, thorough, quick)
		}
		frame := new(pageBuffers).compress(nil, page, 8)
		back := make([]byte, len(page))
		if err := decompress(back, frame); err != nil || !bytes.Equal(back, page) {
			t.Errorf("%s: another page comes back: %v", name, err)
		}
		for _, size := range []int{0, 1, len(page) - 1, len(page) + 1} {
			if err := decompress(make([]byte, size, 2*len(page)), frame); err == nil {
				t.Errorf("%s: a page of %d bytes comes back with %d", name, len(page), size)
			}
		}
	}
}
