package market

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mantis/data"
)

// told are the symbols of the real files that do not name theirs.
var told = map[string]data.Symbol{
	"ninjabot/btc-1d-header.csv": "BTC-USDT", "ninjabot/btc-1h.csv": "BTC-USDT", "ninjabot/eth-1h.csv": "ETH-USDT",
	"recorded-replies/nautilus/binance-klines_response.json":   "ETH-BTC",
	"recorded-replies/nautilus/coinbase-http_candles.json":     "BTC-USD",
	"recorded-replies/nautilus/okx-http_get_candlesticks.json": "BTC-USDT",
}

const realColumns = "file\tformat\tvenue\tsymbol\tinterval\trows\tfirst\tlast\tmissing\tgaps\trepeats\tquarantined"

// real is what is read of a real file: its fields by the columns' names, or
// why it is refused.
type real struct {
	path    string
	refused string
	field   []string
}

func (r real) String() string {
	if r.refused != "" {
		return r.path + "\trefused: " + r.refused
	}
	return r.path + "\t" + strings.Join(r.field, "\t")
}

// readReal reads a file of ../shared/candles, bad rows set aside.
func readReal(root, path string) (out real) {
	out.path = path
	content, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(path)))
	if err != nil {
		out.refused = err.Error()
		return out
	}
	all, err := Read(path, content, Options{Quarantine: true, Symbol: told[path]})
	var in *data.InputError
	switch {
	case errors.As(err, &in):
		out.refused = in.Reason
		return out
	case err != nil || len(all) != 1:
		out.refused = fmt.Sprintf("%d results, %v: want one, or an InputError", len(all), err)
		return out
	}
	r := &all[0]
	c := &r.Candles
	first, last, missing, gaps, repeats := int64(data.Null), int64(data.Null), 0, 0, 0
	for i, t := range c.Time {
		if last = t; i == 0 {
			first = t
		} else if n := int((t - c.Time[i-1]) / int64(c.Interval)); n > 1 {
			missing, gaps = missing+n-1, gaps+1
		}
	}
	for _, n := range r.Notes {
		repeats += dropped(string(n))
	}
	out.field = strings.Split(fmt.Sprintf("%s %s %s %s %d %s %s %d %d %d %d", dash(r.Format), dash(r.Venue), dash(string(c.Symbol)), strings.Replace(c.Interval.String(), "0us", "-", 1), c.Len(),
		instant(first), instant(last), missing, gaps, repeats, len(r.Quarantined)), " ")
	return out
}

func dash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

func instant(t int64) string {
	if t == data.Null {
		return "-"
	}
	return strings.Replace(data.Stamp(t), " ", "T", 1) + ":00Z"
}

// dropped is the number of rows that a note says were dropped.
func dropped(note string) (n int) {
	if _, said, ok := strings.Cut(note, ": "); ok && strings.Contains(said, "dropped") {
		fmt.Sscanf(strings.ReplaceAll(said, ",", ""), "%d", &n)
	}
	return n
}

// TestRealCandles reads every file of the folder that MANTIS_CANDLES names, of
// which .ci/run sees to it that it is there, and compares with
// testdata/real.tsv, which -update rewrites, and with the folder's own manifest,
// which others counted.
func TestRealCandles(t *testing.T) {
	root := os.Getenv("MANTIS_CANDLES")
	if root == "" {
		t.Skip("MANTIS_CANDLES names no folder: .ci/run does")
	}
	manifest := readManifest(t, filepath.Join(root, "manifest.tsv"))
	read := make([]real, len(manifest))
	var wait sync.WaitGroup
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	for i := range manifest {
		wait.Add(1)
		slots <- struct{}{}
		go func() {
			defer wait.Done()
			read[i] = readReal(root, manifest[i]["file"])
			<-slots
		}()
	}
	wait.Wait()
	lines := []string{realColumns}
	refused := 0
	for i, r := range read {
		if lines = append(lines, r.String()); r.refused != "" {
			refused++
		}
		for _, fault := range manifest[i].against(r) {
			t.Errorf("%s: %s", r.path, fault)
		}
	}
	t.Logf("%d files, %d refused", len(read), refused)
	if len(read) != 361 {
		t.Errorf("%d files, want 361", len(read))
	}
	got := strings.Join(lines, "\n") + "\n"
	if *update {
		if err := os.WriteFile("testdata/real.tsv", []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("testdata/real.tsv")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("(-testdata/real.tsv +read)\n%s", diff)
	}
}

// counted is a line of the manifest, by the names of its columns.
type counted map[string]string

func readManifest(t *testing.T, path string) (all []counted) {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(content)), "\n")
	names := strings.Split(lines[0], "\t")
	for _, line := range lines[1:] {
		c := counted{}
		for i, cell := range strings.Split(line, "\t") {
			c[names[i]] = cell
		}
		all = append(all, c)
	}
	return all
}

// against holds what was read against what the manifest counted. A file that
// the manifest has candles of may be refused where its name lies, and for that
// alone; one of which it has none may be anything.
func (c counted) against(r real) (faults []string) {
	rows, err := strconv.Atoi(c["rows"])
	if err != nil || rows == 0 {
		if r.refused == "" && len(c["bytes"]) == 1 && r.field[4] != "0" {
			return []string{"rows where there are none"}
		}
		return nil
	}
	if r.refused != "" {
		if strings.Contains(c["note"], "the name says") && strings.Contains(r.refused, "the file's name says") {
			return nil
		}
		return []string{"refused: " + r.refused}
	}
	repeats, _ := strconv.Atoi(c["dup"])
	base, quote, _ := strings.Cut(c["pair"], "/")
	quote = strings.FieldsFunc(quote, func(r rune) bool { return r == ':' || r == ' ' })[0]
	want := map[string]string{"symbol": base + "-" + quote, "interval": c["interval"], "rows": strconv.Itoa(rows - repeats), "first": c["first"], "last": c["last"],
		"missing": c["missing"], "gaps": c["gaps"], "repeats": c["dup"], "quarantined": "0"}
	for i, name := range strings.Split(realColumns, "\t")[1:] {
		if w, ok := want[name]; ok && w != r.field[i] {
			faults = append(faults, fmt.Sprintf("%s %s, the manifest says %s", name, r.field[i], w))
		}
	}
	venue := strings.ToLower(strings.ReplaceAll(c["exchange"], " ", "-"))
	if v := r.field[1]; v != "-" && v != venue && v != "futures" {
		faults = append(faults, fmt.Sprintf("venue %s, the manifest says %s", v, venue))
	}
	return faults
}
