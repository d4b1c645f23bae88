package data

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"
)

// TestLeaveParquet leaves random files in the directory that MANTIS_PARQUET
// names, for testdata/oracle/check.py.
func TestLeaveParquet(t *testing.T) {
	dir := os.Getenv("MANTIS_PARQUET")
	if dir == "" {
		t.Skip("run by testdata/oracle/check.py")
	}
	seed, err := strconv.ParseUint(os.Getenv("MANTIS_SEED"), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	for i, rows := range append(parquetSizes, 10, 3000, 50_000, 300_000) {
		for more := range uint64(3) {
			b := randomBatch(t, seed+uint64(i)*3+more, rows)
			f, err := os.Create(filepath.Join(dir, fmt.Sprintf("%06d-%d.parquet", rows, more)))
			if err != nil {
				t.Fatal(err)
			}
			meta := map[string]string{"mantis.content": b.Content(), "mantis.schema": b.schema.Fingerprint()}
			if err := WriteParquet(f, b, meta); err != nil {
				t.Fatal(err)
			}
			if err := f.Close(); err != nil {
				t.Fatal(err)
			}
		}
	}
}
