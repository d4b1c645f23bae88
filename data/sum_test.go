package data

import (
	"bytes"
	"slices"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"
)

// TestSum holds the digests of one reading to those of the bytes themselves.
func TestSum(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		content := bytes.Repeat([]byte("candles, "), rapid.SampledFrom([]int{0, 1, 20, sumBlock / 9, sumBlock/9 + 1, sumBlock / 3}).Draw(t, "size"))
		for i := range content {
			content[i] += byte(i >> 10)
		}
		places := rapid.SliceOfN(rapid.IntRange(0, len(content)), 0, 12).Draw(t, "places")
		slices.Sort(places)
		var ranges []Range
		var each []string
		var rest []byte
		end := 0
		for i := 0; i+1 < len(places); i += 2 {
			from, to := places[i], places[i+1]
			if from == to {
				continue
			}
			ranges = append(ranges, Range{int64(from), int64(to)})
			each = append(each, SHA256(content[from:to]))
			rest = append(rest, content[end:from]...)
			end = to
		}
		rest = append(rest, content[end:]...)
		s, err := sum(iotest.HalfReader(bytes.NewReader(content)), ranges)
		if err != nil || s.SHA256 != SHA256(content) || !slices.Equal(s.Each, each) || len(ranges) > 0 && s.Rest != SHA256(rest) {
			t.Fatalf("%+v, %v", s, err)
		}
	})
	if s, err := sum(bytes.NewReader([]byte("short")), []Range{{1, 3}, {4, 9}}); err != nil || s.Each[1] != "" {
		t.Errorf("a file that ends in a range: %+v, %v", s, err)
	}
}
