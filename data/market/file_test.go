package market

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mantis/data"
)

// TestReadOne reads one series out of files of several kinds: with a header as
// ReadCSV does, packed, without a header, and as JSON as Read does.
func TestReadOne(t *testing.T) {
	dir := t.TempDir()
	headed := "time,open,high,low,close,volume\n" + fourHours
	objects := `[[1735689600000,100,110,90,105,1.5],[1735693200000,105,106,101,103,2],[1735696800000,103,109,102,108,3],[1735700400000,108,108.5,104,105,1]]`
	big := "time,open,high,low,close,volume\n" + strings.Repeat("\n", smallFile) + fourHours
	want, err := ReadCSV("BTCUSD_1h.csv", []byte(headed), Options{})
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{
		"BTCUSD_1h.csv": []byte(headed), "rows_BTCUSD_1h.csv": []byte(fourHours), "BTCUSD_1h.csv.gz": gzipped(t, []byte(headed)), "BTCUSD_1h.json": []byte(objects),
		"BTCUSD_1h.zip": zipped(t, map[string][]byte{"candles.csv": []byte(fourHours)}), "big_BTCUSD_1h.csv": []byte(big),
	} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		got, sum, err := ReadOne(path, Options{})
		if err != nil || sum != data.SHA256(content) {
			t.Errorf("%s: %v, %s", name, err, sum)
			continue
		}
		if err := sameResult(want, got); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	two := filepath.Join(dir, "two.zip")
	bad := filepath.Join(dir, "bad_BTCUSD_1h.json")
	if err := os.WriteFile(two, zipped(t, map[string][]byte{"BTCUSD_1h.csv": []byte(fourHours), "ETHUSD_1h.csv": []byte(fourHours)}), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(bad, bytes.Replace([]byte(objects), []byte("106"), []byte("1"), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, sum, err := ReadOne(two, Options{}); err == nil || sum != "" || !strings.HasPrefix(err.Error(), two+": more than one file") || !strings.Contains(data.Hint(err), "candles import") {
		t.Errorf("%v, hint: %s", err, data.Hint(err))
	}
	if _, _, err := ReadOne(bad, Options{}); err == nil || !strings.HasPrefix(err.Error(), bad+":2: high") {
		t.Errorf("%v", err)
	}
}
