package data

import (
	"bytes"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/klauspost/compress/huff0"
)

// TestSplitFrame compresses pages of floats of many kinds, and holds the size
// against what zstd makes of the page, and the choice between the two ways
// against the sizes.
func TestSplitFrame(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	price, held, n := 3e6, 0.0, 0.0
	for _, c := range []struct {
		name  string
		kinds [3]int // blocks as they are, of one byte, and compressed
		again bool
		value func() float64
	}{
		{"normal", [3]int{7, 0, 1}, false, r.NormFloat64},
		{"of many sizes", [3]int{7, 0, 1}, false, func() float64 { return math.Exp(9 * r.NormFloat64()) }},
		{"prices", [3]int{2, 1, 5}, false, func() float64 { price += math.Round(r.NormFloat64() * 800); return price / 100 }},
		{"whole", [3]int{2, 4, 2}, false, func() float64 { return float64(r.IntN(1e6)) }},
		{"counts", [3]int{}, true, func() float64 { return float64(r.IntN(500)) }},
		{"filled forward", [3]int{}, true, func() float64 {
			if r.IntN(5) == 0 {
				held = r.NormFloat64()
			}
			return held
		}},
		{"time of day", [3]int{}, true, func() float64 { n++; return math.Sqrt(math.Mod(n, 1440)) }},
		{"zeros", [3]int{}, true, func() float64 { return 0 }},
	} {
		x := make([]float64, pageRows)
		for i := range x {
			x[i] = c.value()
		}
		page, err := splitEncoding.EncodeDouble(nil, x)
		if err != nil {
			t.Fatal(err)
		}
		frame := splitFrame([]byte("before"), page, new(huff0.Scratch))[6:]
		back := make([]byte, len(page))
		if err := decompress(back, frame); err != nil || !bytes.Equal(back, page) {
			t.Errorf("%s: another page comes back: %v", c.name, err)
		}
		for _, more := range [][]byte{{0}, zstdWriter.EncodeAll(nil, nil)} {
			if err := decompress(back, append(bytes.Clone(frame), more...)); err == nil {
				t.Errorf("%s: %d bytes after the frame are not seen", c.name, len(more))
			}
		}
		for _, size := range []int{0, 1, len(page) - 1, len(page) + 1} {
			if err := decompress(make([]byte, size, 2*len(page)), frame); err == nil {
				t.Errorf("%s: a page of %d bytes comes back with %d", c.name, len(page), size)
			}
		}
		if again := repetitive(words(x)); again != c.again {
			t.Errorf("%s: repetitive: %t", c.name, again)
		}
		size := len(zstdWriter.EncodeAll(page, nil))
		if len(frame) > len(page)+100 || !c.again && len(frame) > size+size/12 || c.again && size > len(frame)+len(page)/100 {
			t.Errorf("%s: %d bytes, and %d as zstd does it", c.name, len(frame), size)
		}
		if kinds := blockKinds(frame); !c.again && kinds != c.kinds {
			t.Errorf("%s: blocks %v, want %v", c.name, kinds, c.kinds)
		}
	}
}

// blockKinds counts the blocks of a frame by their type.
func blockKinds(frame []byte) (kinds [3]int) {
	for at, last := 9, false; !last; {
		head := int(frame[at]) | int(frame[at+1])<<8 | int(frame[at+2])<<16
		last = head&1 == 1
		kinds[head>>1&3]++
		if at += 3; head>>1&3 == blockRepeated {
			at++
		} else {
			at += head >> 3
		}
	}
	return kinds
}

// FuzzSplitFrame makes a page of any bytes, over and over: it must come back.
func FuzzSplitFrame(f *testing.F) {
	f.Add([]byte{0}, uint64(0))
	f.Add([]byte("some bytes"), uint64(5000))
	f.Fuzz(func(t *testing.T, b []byte, more uint64) {
		if len(b) == 0 {
			return
		}
		page := bytes.Repeat(b, 8*pageRows/len(b)+1)[:8*(splitRows+more%(pageRows-splitRows+1))]
		back := make([]byte, len(page))
		if err := decompress(back, splitFrame(nil, page, new(huff0.Scratch))); err != nil || !bytes.Equal(back, page) {
			t.Errorf("another page comes back: %v", err)
		}
	})
}
