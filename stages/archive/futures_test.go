package archive

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestFuturesVenue holds that --venue does not mix futures and spot, read whole or
// in chunks.
func TestFuturesVenue(t *testing.T) {
	dir := t.TempDir()
	path := dir + "/futures/um/BTCUSD_1m.csv"
	os.MkdirAll(filepath.Dir(path), 0o755)
	os.WriteFile(path, []byte(strings.Join(minutes(1, 3), "\n")+"\n"), 0o644)
	for _, large := range []int64{1 << 40, 1} {
		store := newStore(t, fmt.Sprint(dir, "/lake", large))
		im := Importer{Now: time.Now, large: large, Reading: Reading{Venue: "binance"}}
		unlock, _ := store.Lock()
		took, _, err := im.Import(context.Background(), store, []string{path})
		unlock()
		if err != nil {
			t.Fatal(err)
		}
		if got := took[0].Taking.Venue; got != "binance-futures" {
			t.Errorf("large from %d: venue %s", large, got)
		}
	}
}
