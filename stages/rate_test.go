package stages

import (
	"encoding/json"
	"fmt"
	"os"
	"testing"
	"time"

	"mantis/data"
	"mantis/pipeline"
)

// TestImportRate imports the file of MANTIS_RATE into a fresh store: hashed,
// decoded, checked, written, read back, synced and sealed. It prints how long that
// took, and how long the Parquet writer takes for the same parts in memory.
// data/market/testdata/oracle/rate.py asks for it.
func TestImportRate(t *testing.T) {
	name, root := os.Getenv("MANTIS_RATE"), os.Getenv("MANTIS_RATE_STORE")
	if name == "" {
		t.Skip("for data/market/testdata/oracle/rate.py")
	}
	if os.Getenv("MANTIS_RATE_DO") == "write" {
		writeAgain(t, root)
		return
	}
	begun := time.Now()
	steps, _, err := runTargets(t, root, []*pipeline.Stage{Candles}, []string{"candles.source=csv", fmt.Sprintf(`candles.files=[{"path":%q}]`, name)})
	if err != nil {
		t.Fatal(err)
	}
	rows, _, _ := steps[0].Version.Span("candles")
	printRate(rows, time.Since(begun), 0)
}

// writeAgain encodes every part of the store's candles, and verifies it.
func writeAgain(t *testing.T, root string) {
	store, err := data.Open(root)
	if err != nil {
		t.Fatal(err)
	}
	v, err := store.Latest("candles")
	if err != nil {
		t.Fatal(err)
	}
	rows, took, size := 0, time.Duration(0), int64(0)
	for _, p := range v.Of("candles") {
		b, err := store.Read(v, p)
		if err != nil {
			t.Fatal(err)
		}
		begun := time.Now()
		w := &lengthOf{}
		if err := data.WriteParquet(w, b, map[string]string{}); err != nil {
			t.Fatal(err)
		}
		took += time.Since(begun)
		rows, size = rows+b.Rows(), size+w.n
	}
	printRate(rows, took, size)
}

func printRate(rows int, took time.Duration, size int64) {
	status, _ := os.ReadFile("/proc/self/status") // the peak of memory too
	out, _ := json.Marshal(map[string]any{"rows": rows, "wall": took.Seconds(), "bytes": size, "status": string(status)})
	fmt.Printf("rate %s\n", out)
}

// lengthOf forgets what is written to it.
type lengthOf struct{ n int64 }

func (w *lengthOf) Write(p []byte) (int, error) {
	w.n += int64(len(p))
	return len(p), nil
}
