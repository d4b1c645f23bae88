package archive

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// TestChunkedChecksum holds that the checksum beside a large file counts.
func TestChunkedChecksum(t *testing.T) {
	dir := t.TempDir()
	path := dir + "/BTCUSD_1m.csv"
	os.WriteFile(path, []byte(strings.Join(minutes(1, 3), "\n")+"\n"), 0o644)
	os.WriteFile(path+checksumExt, []byte(strings.Repeat("0", 64)+"  BTCUSD_1m.csv\n"), 0o644)
	for _, large := range []int64{1 << 40, 1} {
		took, _ := importInto(t, newStore(t, fmt.Sprint(dir, "/lake", large)), large, path)
		if took[0].Refused == nil {
			t.Errorf("large from %d: taken in with a wrong checksum", large)
		}
	}
}
