package archive

import (
	"archive/zip"
	"bytes"
	"fmt"
	"os"
	"testing"
	"time"
)

// TestZipOfMonths holds that all files of a zip are taken in, also of one series.
func TestZipOfMonths(t *testing.T) {
	dir := t.TempDir()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := range 2 {
		f, _ := z.Create(fmt.Sprintf("BTCUSDT-1h-2023-0%d.csv", i+1))
		fmt.Fprintln(f, "unix,open,high,low,close,volume")
		for h := range 24 {
			fmt.Fprintf(f, "%d,1,1,1,1,1\n", time.Date(2023, time.Month(1+i), 1, h, 0, 0, 0, time.UTC).Unix())
		}
	}
	z.Close()
	path := dir + "/BTCUSDT.zip"
	os.WriteFile(path, b.Bytes(), 0o644)
	store := newStore(t, dir+"/lake")
	took, v := importInto(t, store, 0, path)
	n := 0
	for _, p := range v.Of(Dataset) {
		n += p.Rows
	}
	if n != 48 {
		t.Errorf("%d candles of 48; %+v", n, took)
	}
	if took, _ = importInto(t, store, 0, path); len(took) != 2 || !took[0].Known || !took[1].Known {
		t.Errorf("a second time: %+v", took)
	}
}
