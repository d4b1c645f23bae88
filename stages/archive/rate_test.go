//go:build unix

package archive

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"syscall"
	"testing"
	"time"

	"mantis/data"
	"mantis/pipeline"
)

// TestImportRate imports the file or directory of MANTIS_RATE into the archive of
// a fresh store, as `mantis candles import` does: hashed, decoded, checked,
// merged, written, read back, synced and sealed. It prints how long that took, and
// how long the Parquet writer takes for the same parts, from memory into memory,
// on all processors. data/market/testdata/oracle/rate.py asks for it.
func TestImportRate(t *testing.T) {
	name, root := os.Getenv("MANTIS_RATE"), os.Getenv("MANTIS_RATE_STORE")
	if name == "" {
		t.Skip("for data/market/testdata/oracle/rate.py")
	}
	store, err := data.Create(root)
	if err != nil {
		t.Fatal(err)
	}
	if os.Getenv("MANTIS_RATE_DO") == "write" {
		writeAgain(t, store)
		return
	}
	begun, before := time.Now(), processorTime(t)
	unlock, err := store.Lock()
	if err != nil {
		t.Fatal(err)
	}
	paths, _, err := Files([]string{name})
	if err != nil {
		t.Fatal(err)
	}
	im := Importer{Now: time.Now}
	took, _, err := im.Import(context.Background(), store, paths)
	if err != nil {
		t.Fatal(err)
	}
	unlock()
	lasted, rows := time.Since(begun), 0
	for _, in := range took {
		if in.Refused != nil {
			t.Fatal(in.Refused)
		}
		rows += in.Taking.Added
	}
	printRate(rows, lasted, processorTime(t)-before, 0)
}

// writeAgain encodes every candle of the archive anew, some parts at a time.
func writeAgain(t *testing.T, store *data.Store) {
	v, err := store.Latest(Dataset)
	if err != nil {
		t.Fatal(err)
	}
	rows, lasted, used, size := 0, time.Duration(0), time.Duration(0), int64(0)
	const most = 16
	for parts := v.Of(Dataset); len(parts) > 0; parts = parts[min(most, len(parts)):] {
		n := min(most, len(parts))
		batches, sizes := make([]*data.Batch, n), make([]lengthOf, n)
		for i, p := range parts[:n] {
			b, err := store.Read(v, p)
			if err != nil {
				t.Fatal(err)
			}
			r, err := candleRows(b)
			if err != nil {
				t.Fatal(err)
			}
			if batches[i], err = candleBatch(partKey(p).Series, &r); err != nil {
				t.Fatal(err)
			}
			rows += p.Rows
		}
		begun, before := time.Now(), processorTime(t)
		err := pipeline.Each(context.Background(), n, func(i int) error {
			return data.WriteParquet(&sizes[i], batches[i], map[string]string{})
		})
		if err != nil {
			t.Fatal(err)
		}
		lasted, used = lasted+time.Since(begun), used+processorTime(t)-before
		for _, w := range sizes {
			size += int64(w)
		}
	}
	printRate(rows, lasted, used, size)
}

func printRate(rows int, took, used time.Duration, size int64) {
	status, _ := os.ReadFile("/proc/self/status") // the peak of memory too
	out, _ := json.Marshal(map[string]any{"rows": rows, "wall": took.Seconds(), "cpu": used.Seconds(), "bytes": size, "status": string(status)})
	fmt.Printf("rate %s\n", out)
}

// lengthOf forgets what is written to it.
type lengthOf int64

func (w *lengthOf) Write(p []byte) (int, error) {
	*w += lengthOf(len(p))
	return len(p), nil
}

// processorTime is what the process has used so far.
func processorTime(t *testing.T) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
