package archive

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
)

// TestOtherReading holds that a file that is read in another way is taken in.
func TestOtherReading(t *testing.T) {
	dir := t.TempDir()
	path := dir + "/BTCUSD_1h.csv"
	lines := []string{"ts,o,h,l,c,volumeA,volumeB"}
	for h := range 24 {
		lines = append(lines, fmt.Sprintf("%d,1,1,1,1,5,6", time.Date(2023, 1, 1, h, 0, 0, 0, time.UTC).Unix()))
	}
	os.WriteFile(path, []byte(strings.Join(lines, "\n")), 0o644)
	store := newStore(t, dir+"/lake")
	for i, v := range []string{"volumeA", "volumeB", "volumeB", "volumeA", "volumeB"} {
		im := Importer{large: int64(1 + i%2<<40), Now: time.Now, Reading: Reading{Columns: map[string]string{"time": "ts", "open": "o", "high": "h", "low": "l", "close": "c", "volume": v}}}
		unlock, _ := store.Lock()
		took, _, err := im.Import(context.Background(), store, []string{path})
		unlock()
		if err != nil || took[0].Refused != nil {
			t.Fatal(err, took)
		}
		if took[0].Known != (i == 2) {
			t.Errorf("%d: with volume=%s known is %v", i, v, took[0].Known)
		}
	}
}
