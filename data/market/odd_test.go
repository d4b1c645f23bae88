package market

import (
	"fmt"
	"strings"
	"testing"
)

// TestReadByChunks opens files that look odd and can be read by chunks.
func TestReadByChunks(t *testing.T) {
	rows := func(years []int, hours []int, cells string) string { // hours into each year
		var b strings.Builder
		for _, y := range years {
			for _, h := range hours {
				fmt.Fprintf(&b, "%d-01-%02d %02d:00,%s\n", y, 1+h/24, h%24, cells)
			}
		}
		return b.String()
	}
	head := "time,open,high,low,close,volume,quote volume\n"
	fours, twos := []int{0, 4, 8, 12, 16, 20}, []int{0, 2, 4, 6, 8}
	for _, c := range []struct{ why, name, content string }{
		{"only all years together show the interval", "BTCUSD.csv", head +
			rows([]int{2017}, fours, "5,9,4,5,2,10") + rows([]int{2018, 2019}, twos, "5,9,4,5,2,10")},
		{"repeats in two years, and one year in disorder", "BTCUSD_2h.csv", head +
			rows([]int{2017}, []int{0, 4, 4, 2, 6, 6}, "5,9,4,5,2,10") + rows([]int{2018, 2019}, []int{0, 0, 2}, "5,9,4,5,2,10")},
		{"volumes out of all proportion in two years", "BTCUSD_2h.csv", head +
			rows([]int{2017, 2018, 2019}, twos, "5,9,4,5,2,1000000")},
		{"volumes that nothing is known of", "BTCUSD_2h.csv", head + rows([]int{2017, 2018, 2019}, twos, "5,9,4,5,,NULL")},
	} {
		keys, ok := compare(t, c.name, []byte(c.content), CSVOptions{})
		if !ok || len(keys) != 3 {
			t.Errorf("%s: read by chunks: %v, %d of them", c.why, ok, len(keys))
		}
	}
}

// TestReadWhole opens files that cannot be read by chunks, each for a reason
// that the drawn files seldom have.
func TestReadWhole(t *testing.T) {
	long := func(minutes func(i int) int) string { // rows of one length, some minutes after the one before
		var b strings.Builder
		at := 1546300800
		for i := range 16 * 300 {
			fmt.Fprintf(&b, "%d,1,2,1,2,3\n", at)
			at += 60 * minutes(i)
		}
		return b.String()
	}
	for _, c := range []struct{ why, name, content string }{
		{"blank lines out of sight", "BTCUSD_1h.csv", goodHead + "1546300800,1,2,1,2,3\n" + strings.Repeat("\n", 1<<17) + "1546304400,1,2,1,2,3\n"},
		{"a row out of sight", "BTCUSD_1h.csv", goodHead + "1546300800,1,2,1,2," + strings.Repeat("0", 1<<17) + "3\n1546304400,1,2,1,2,3\n"},
		{"the year 10000", "BTCUSD_1h.csv", strings.Replace(goodHead, "unix", "time", 1) + "9999-12-31 23:00:00 -0500,1,2,1,2,3\n"},
		{"the name is wrong", "BTCUSD_1h.csv", goodHead + long(func(int) int { return 360 })},
		{"a look here and there misleads", "BTCUSD.csv", goodHead + long(func(i int) int {
			if i%300 < 80 {
				return 1
			}
			return 2
		})},
		{"one row and no interval", "BTCUSD.csv", goodHead + "1546300800,1,2,1,2,3\n"},
	} {
		for _, quarantine := range []bool{false, true} {
			if _, ok := compare(t, c.name, []byte(c.content), CSVOptions{Quarantine: quarantine}); ok {
				t.Errorf("%s: read by chunks", c.why)
			}
		}
	}
}
