package outside

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"mantis/data"
)

// The files are written by testdata/fixtures.py.
func TestParquet(t *testing.T) {
	const jan1 = 1704067200_000_000 // 2024-01-01
	for _, c := range []struct {
		file string
		o    Options
		want string // a table, or an error
	}{
		{"moods.parquet", Options{Columns: []string{"mood", "votes"}},
			fmt.Sprintf("mood votes\nBTC-USD 1: %d %d 0.5 7\nETH-BTC 2: %d %d NaN 8\nBTC-USD 3: %d %d -1 NaN\n", jan1, jan1+day+1, jan1+day, jan1+2*day+1, jan1+2*day, jan1+3*day+1)},
		{"moods.parquet", Options{}, "moods.parquet:1: said: a column of STRING, want numbers"},
		{"days.parquet", Options{}, `days.parquet:1: known_at "2024-01-01": a day without a time: from which instant of it on was this known?`},
		{"infinite.parquet", Options{}, `infinite.parquet:3: x "+Inf": this is no number`},
		{"null.parquet", Options{}, `null.parquet:2: known_at: this is no instant`},
		{"ticks.parquet", Options{}, `ticks.parquet: column known_at: row 1: an instant of 1704067200000000001 ns is no whole microsecond`},
	} {
		content, err := os.ReadFile(filepath.Join("testdata", c.file))
		if err != nil {
			t.Fatal(err)
		}
		got, err := Read(c.file, content, c.o)
		said := ""
		if err != nil {
			if _, ok := err.(*data.InputError); !ok {
				t.Errorf("%s: %T", c.file, err)
			}
			said = err.Error()
		} else {
			said = text(got)
		}
		if said != c.want {
			t.Errorf("%s: %s; want %s", c.file, said, c.want)
		}
		for _, n := range []int{4, len(content) / 2, len(content) - 1} { // torn
			if _, err := Read(c.file, content[:n], c.o); err == nil {
				t.Errorf("%s: the first %d bytes are read", c.file, n)
			}
		}
	}
}
