package archive

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
)

// TestImportStops holds that an import that is cancelled ends.
func TestImportStops(t *testing.T) {
	dir := t.TempDir()
	var paths []string
	for i := range 60 {
		path := fmt.Sprintf("%s/%02d-BTCUSD_1m.csv", dir, i)
		os.WriteFile(path, []byte(strings.Join(minutes(uint64(i), 1), "\n")), 0o644)
		paths = append(paths, path)
	}
	for i := range 10 {
		store := newStore(t, fmt.Sprint(dir, "/lake", i))
		unlock, _ := store.Lock()
		ctx, cancel := context.WithCancel(context.Background())
		n := 0
		im := Importer{Now: time.Now, Watch: func(_, _ int64) {
			if n++; n == 3+i {
				time.Sleep(50 * time.Millisecond) // the readers are ahead
				cancel()
				time.Sleep(10 * time.Millisecond)
			}
		}}
		if _, _, err := im.Import(ctx, store, paths); err == nil {
			t.Error("no error")
		}
		unlock()
	}
}
