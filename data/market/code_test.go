package market

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mantis/data"
)

// spelled is a file that spells numbers and instants in every way.
const spelled = `time;open;high;low;close;volume;quote volume;trades
2018-12-31 21:00:00;1e2;+200;100.;200;.5;75.000000000000000000001;NULL
2018-12-31T22:00Z;100.1;123456789.123456789;100.0999999999999999;100.2;;;nan
"2018-12-31 23:00 +00:00";"1";2;1;2;0;0;3
1546300800;0.000000000000000000001;1;1e-21;1;1e300;1e300;1e3
1546304400000;7;7;7;7;2;3;4
1546308000000000.0;7;7;7;7;null;None;9007199254740992
2019/01/01 03-AM;7;8.5;6.5;7;2;14;4
2019/01/01 03-AM;7;8.5;6.5;7;2;14;4
`

// TestCSVCode holds what becomes of some chunks to what became of them: whoever
// reads a chunk in another way must raise csvCode, or what was made of it before
// would be taken for new. Then -update rewrites testdata/chunks.txt; it refuses
// to while the code had to be raised and was not.
func TestCSVCode(t *testing.T) {
	files := map[string][]byte{"spelled_BTCUSD_1h.csv": []byte(spelled), "cdd_BTCUSD_1h.csv": cddFile(12_000)}
	names, _ := filepath.Glob("testdata/csv/*.csv")
	for _, name := range names {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		files[filepath.Base(name)] = content
	}
	const file = "testdata/chunks.txt"
	committed, _ := os.ReadFile(file)
	was := map[string]string{} // digest by key
	for line := range strings.Lines(string(committed)) {
		if words := strings.Fields(line); len(words) == 4 {
			was[words[2]] = words[3]
		}
	}
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(files)) {
		f, ok, err := openBytes(name, files[name], CSVOptions{})
		if !ok || err != nil {
			continue
		}
		for i, c := range f.Chunks() {
			part, err := f.read(i)
			if err != nil {
				t.Fatal(err)
			}
			sum, _ := json.Marshal(part.Summary)
			got := data.SHA256([]byte(digest([]Candles{part.Candles}, []Truth{{}}) + string(sum)))
			if old, ok := was[f.key(i)]; ok && old != got {
				t.Errorf("%s, %s: read in another way, and csvCode is the same: raise it. -update rewrites nothing until then.", name, c.Period)
			}
			fmt.Fprintln(&b, name, c.Period, f.key(i), got)
		}
	}
	if *update && !t.Failed() {
		if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(string(committed), b.String()); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}
