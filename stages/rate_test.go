package stages

import (
	"encoding/json"
	"fmt"
	"os"
	"testing"
	"time"

	"mantis/pipeline"
)

// TestImportRate imports the file of MANTIS_RATE into a fresh store: hashed,
// decoded, checked, written, read back, synced and sealed, as `mantis run` does. It
// prints how long that took. data/market/testdata/oracle/rate.py asks for it.
func TestImportRate(t *testing.T) {
	name, root := os.Getenv("MANTIS_RATE"), os.Getenv("MANTIS_RATE_STORE")
	if name == "" {
		t.Skip("for data/market/testdata/oracle/rate.py")
	}
	begun := time.Now()
	steps, _, err := runTargets(t, root, []*pipeline.Stage{Candles}, []string{"candles.source=csv", fmt.Sprintf(`candles.files=[{"path":%q}]`, name)})
	if err != nil {
		t.Fatal(err)
	}
	rows, _, _ := steps[0].Version.Span("candles")
	took := time.Since(begun)
	status, _ := os.ReadFile("/proc/self/status") // the peak of memory too
	out, _ := json.Marshal(map[string]any{"rows": rows, "wall": took.Seconds(), "status": string(status)})
	fmt.Printf("rate %s\n", out)
}
