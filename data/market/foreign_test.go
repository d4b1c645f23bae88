package market

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestOtherPrograms reads the Feather and Parquet files of the folder that
// MANTIS_FOREIGN names, which testdata/oracle/check.py writes, and compares each
// with the CSV of the same candles.
func TestOtherPrograms(t *testing.T) {
	root := os.Getenv("MANTIS_FOREIGN")
	if root == "" {
		t.Skip("MANTIS_FOREIGN names no folder: testdata/oracle/check.py does")
	}
	opt := Options{Symbol: "BTC-USD"}
	content, err := os.ReadFile(filepath.Join(root, "want.csv"))
	if err != nil {
		t.Fatal(err)
	}
	want, err := ReadCSV("want.csv", content, opt)
	if err != nil {
		t.Fatal(err)
	}
	wanted := describe(Result{Candles: want.Candles})
	paths, _ := filepath.Glob(filepath.Join(root, "*"))
	for _, path := range paths {
		if strings.HasSuffix(path, ".csv") {
			continue
		}
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		all, err := Read(filepath.Base(path), content, opt)
		if err != nil {
			t.Error(err)
			continue
		}
		if got := describe(Result{Candles: all[0].Candles}); got != wanted {
			t.Errorf("%s: (-want +got)\n%.600s", filepath.Base(path), cmp.Diff(wanted, got))
		}
	}
	if len(paths) < 50 {
		t.Errorf("%d files", len(paths))
	}
}
